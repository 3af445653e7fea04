// What a program without types gets wrong is one sentence, and never a restriction that restricts nothing.
import { App, Chart } from 'cdk8s';
import { Cluster } from '../../src/core/cluster';
import { ConfigFile } from '../../src/core/config-file';
import { Http } from '../../src/core/http';
import { Peer } from '../../src/core/peers';
import { Validations } from '../../src/core/validations';
import { sentence } from './sentence';

const chart = (): Chart => new Chart(new App(), 'shop');
const file = (props: object): ConfigFile => new ConfigFile(chart(), 'file', { owner: 'host', format: { name: 'ini', print: (model: unknown) => model as string }, model: 'a\n', ...props });

test.each<[string, () => unknown, string]>([
  ['a misspelt audience', () => Http.get().withJwt({ issuer: 'https://id.example.com', audience: ['orders'] } as never),
    'JWT requirement has no option "audience" (<here>): name one of audiences, claims, issuer.'],
  ['a misspelt port', () => Peer.cidr('10.0.0.0/8', { ports: [] } as never), 'Peer.cidr has no option "ports" (<here>): name one of except, port.'],
  ['one exception for a list', () => Peer.cidr('10.0.0.0/8', { except: '10.1.0.0/16' as never }), 'Except of Peer.cidr is "10.1.0.0/16", not a list (<here>): put it into [ ].'],
  ['one address for a group', () => Peer.group('design', '10.0.0.1/32' as never), 'The addresses of group "design" is "10.0.0.1/32", not a list (<here>): put it into [ ].'],
  ['no addresses at all', () => Peer.group('design', undefined as never), 'Group "design" has no addresses (<here>): give the group at least one device.'],
  ['one range for a cluster', () => new Cluster(new App(), 'prod', { podCidrs: '10.0.0.0/8' as never }), 'PodCidrs of cluster prod is "10.0.0.0/8", not a list (prod, <here>): put it into [ ].'],
  ['nothing to acknowledge', () => Validations.of(chart()).acknowledge(undefined as never), 'What is acknowledged is undefined (shop, <here>): give an object with its options.'],
  ['a file without options', () => new ConfigFile(chart(), 'file', undefined as never), 'The options of a ConfigFile is undefined (shop/file, <here>): give an object with its options.'],
  ['a file without a format', () => file({ format: 'haproxy' }),
    'Format "haproxy" of file file has no name or no print (shop/file, <here>): give one of the package\'s formats, or such as { name: \'ini\', print: (model) => … }.'],
  ['a format that prints no text', () => file({ model: 5 }).render(), 'Format ini printed 5, which is no text (shop/file, <here>): give the model that the format takes.'],
])('%s', (_, action, message) => {
  expect(sentence(action)).toBe(message);
});

test('a file holds no secret, and the sentence does not repeat it', () => {
  const secret = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;
  const message = sentence(() => file({ model: `token = ${secret}\n` }).render());
  expect(message).toMatch(/^File file holds a secret \(.+\) \(shop\/file, <here>\): keep the secret out of the program and pass a SecretRef/);
  expect(message).not.toContain(secret.slice(4));
});
