// What the commands of reachability do with what nobody wants to be given: one clear sentence, the right exit code, no guess.
import { inFolder, netstack } from './netstack';
import { SHOP } from './shop';

const folder = inFolder();
const put = (...documents: string[]): void => folder.put('shop.yaml', [SHOP, ...documents].join('---\n'));
const ask = (...args: string[]): ReturnType<typeof netstack> => netstack([...args, '-f', 'shop.yaml']);
const policy = (name: string, spec: string): string => `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}\n`;
const service = (name: string, spec: string): string => `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}\n`;

test('a selector that cannot be read: what it selects is not known, and says so', async () => {
  put(policy('odd', '{ podSelector: { matchExpressions: [{ key: app, operator: Is, values: [api] }] }, policyTypes: [Ingress] }'));
  const { code, out, err } = await ask('can-reach', 'shop/web', 'shop/api:8080');
  expect(code).toBe(3);
  expect(out).toContain('because NetworkPolicy shop/odd: ');
  expect(err).toBe('The API server would refuse 1 document in shop.yaml, and what it does once it is mended is not known: netstack validate says why.\n');
});

test('two workloads of one name: the answer is about both, and lists say that they cannot be told apart', async () => {
  put('apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: api, namespace: shop }\nspec: { selector: { matchLabels: { app: other } }, template: { metadata: { labels: { app: other } }, spec: { containers: [{ name: c, image: x }] } } }\n');
  const { code, out } = await ask('can-reach', 'shop/web', 'shop/api:8080');
  expect(code).toBe(2);
  expect(out).toMatch(/^denied {2}/);
  expect((await ask('connlist')).err).toBe('Several workloads are called shop/api[Deployment], so that their lines cannot be told apart: rename all but one of them.\n');
});

test('names that lead to each other, to nothing, to a Service, and outside', async () => {
  const alias = (name: string, to: string): string => service(name, `{ type: ExternalName, externalName: ${to} }`);
  put(alias('one', 'two.shop.svc.cluster.local'), alias('two', 'one.shop.svc.cluster.local'), alias('lost', 'nobody.shop.svc'), alias('back', 'api.shop.svc.cluster.local.'), alias('out', 'api.example.com'));
  const code = async (name: string): Promise<number> => (await ask('can-reach', 'shop/web', `service:shop/${name}:80`)).code;
  expect(await ask('can-reach', 'shop/web', 'service:shop/one:80')).toMatchObject({ code: 2, out: 'denied  shop/web[Deployment] → service:shop/one:80  decided by Service shop/one\n' });
  expect((await ask('explain', 'shop/web', 'service:shop/one:80')).out).toContain('these names lead to each other: shop/one, shop/two, shop/one');
  expect((await ask('explain', 'shop/web', 'service:shop/lost:80')).out).toContain('is another name of nobody.shop.svc, and there is no such Service');
  expect([await code('lost'), await code('back'), await code('out')]).toEqual([2, 0, 0]);
  expect((await ask('explain', 'ops/backup', 'service:shop/back:80')).out).toContain('is another name of Service shop/api');
});

test('IPv6 and dual stack', async () => {
  put(policy('v6', '{ podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ ipBlock: { cidr: "2001:db8::/32" } }], ports: [{ port: 8080 }] }] }'));
  expect((await ask('can-reach', 'cidr:2001:db8::1', 'shop/api:8080')).code).toBe(0);
  expect((await ask('can-reach', 'cidr:[2001:db9::1]', 'shop/api:8080')).code).toBe(2);
  expect((await ask('can-reach', 'cidr:192.0.2.1', 'shop/api:8080')).code).toBe(2);
  expect((await ask('can-reach', 'shop/web', 'cidr:[2001:db8::1]:443')).code).toBe(0);
});

test('ranges reversed, ports out of range and addresses that are none: what the server refuses is not guessed', async () => {
  put(policy('bad', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ ports: [{ port: 90, endPort: 80 }] }, { ports: [{ port: 70000 }] }, { from: [{ ipBlock: { cidr: 10.0.0.0/40 } }] }] }'));
  const { code, err } = await ask('can-reach', 'ops/backup', 'shop/db:80');
  expect(code).toBe(3);
  expect(err).toContain('would refuse 1 document');
});

test('an empty selector selects everybody; a selector on nothing selects nobody', async () => {
  put(policy('all', '{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 5432 }] }] }'), policy('nobody', '{ podSelector: { matchLabels: { app: nobody } }, ingress: [{}] }'));
  expect((await ask('can-reach', 'shop/web', 'shop/db:5432')).code).toBe(0);
  expect((await ask('can-reach', 'ops/backup', 'shop/db:5432')).code).toBe(2);
});

test('a policy with 10,000 rules', async () => {
  const rules = Array.from({ length: 10_000 }, (_, i) => `{ from: [{ podSelector: { matchLabels: { app: n${i} } } }], ports: [{ port: ${1000 + i} }] }`).join(', ');
  put(policy('long', `{ podSelector: { matchLabels: { app: db } }, ingress: [${rules}, { from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 99 }] }] }`));
  expect((await ask('explain', 'shop/web', 'shop/db:99')).out).toContain('NetworkPolicy shop/long (ingress rule 10001) admits shop/web[Deployment] on TCP 99');
}, 60_000);

test('a name of a port that the pods do not have', async () => {
  put();
  expect((await ask('can-reach', 'shop/web', 'shop/api:http')).code).toBe(0);
  expect(await ask('can-reach', 'shop/web', 'shop/api:grpc')).toEqual({ code: 64, out: '', err: 'shop/api[Deployment] has no TCP port named "grpc": give a number, or one of http.\n' });
});

test('nothing to look at', async () => {
  folder.put('empty.yaml', '# nothing\n');
  for (const args of [['can-reach', 'a', 'b:80'], ['explain', 'a', 'b:80'], ['connlist'], ['graph'], ['exposure'], ['diff', 'empty.yaml']]) {
    expect(await netstack([...args, '-f', 'empty.yaml'])).toEqual({ code: 1, out: '', err: 'No readable Kubernetes document in empty.yaml: give files or folders of manifests with -f.\n' });
  }
});

test.each(['can-reach', 'explain', 'connlist', 'graph', 'exposure', 'diff'])('%s --help names its exit codes or its peers, in 80 columns', async (command) => {
  const { code, out } = await netstack([command, '--help']);
  expect(code).toBe(0);
  expect(out).toMatch(/Exit codes:|Peers:/);
  expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test.each<[string[], RegExp]>([
  [['connlist', '--format', 'yaml'], /--format <format>.*is invalid\. Allowed choices are text, csv, json, dot, mermaid\./],
  [['connlist', '--direction', 'sideways', '--focus', 'a'], /Allowed choices are ingress, egress\./],
  [['diff'], /missing required argument 'base'/],
  [['can-reach'], /missing required argument 'source'/],
])('%s is wrong usage', async (args, sentence) => {
  put();
  const { code, err } = await netstack(args);
  expect(code).toBe(64);
  expect(err).toMatch(sentence);
});
