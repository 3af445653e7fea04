import { Duration } from '../../src/core/duration';
import type { WireguardConfig, WireguardPeer } from '../../src/formats/wireguard';
import { printWireguardConfig } from '../../src/formats/wireguard';
import { sentence } from '../core/sentence';
import { expectReadBack } from './hostile';
import { wireguardHub, wireguardSite } from './scenario';

const KEY = 'sxEnKm+9weYTyJDqgQkhCW4XEZL6YP5KDwHUBb/yIVE=';
const OTHER = '2soPjLdWLXkEz1nw+2bhtd0+vXT6sQTBKXOA5LRLhRw=';

function conf(peer: Partial<WireguardPeer>, ...more: Partial<WireguardPeer>[]): WireguardConfig {
  const base = { name: 'hub', publicKey: KEY, allowedIps: ['10.47.17.0/24'] };
  return { interface: { addresses: ['10.47.17.10/32'] }, peers: [{ ...base, ...peer }, ...more.map((other, i) => ({ ...base, name: `peer-${i}`, publicKey: OTHER, ...other }))] };
}

test('the hub of the scenario', () => expect(printWireguardConfig(wireguardHub)).toMatchSnapshot());
test('a site of the scenario', () => expect(printWireguardConfig(wireguardSite)).toMatchSnapshot());

test('no file has a private key line, and no field of the model makes one', () => {
  expect(printWireguardConfig(wireguardHub)).not.toMatch(/^PrivateKey|^PresharedKey/m);
  // @ts-expect-error a key is a file on the host, never a value
  const withKey: WireguardConfig = { interface: { addresses: ['10.0.0.1/24'], privateKey: KEY }, peers: [] };
  expect(printWireguardConfig(withKey)).not.toContain(KEY);
});

test('the order of peers and of their blocks changes nothing', () => {
  const reversed = { ...wireguardHub, peers: wireguardHub.peers.map((peer) => ({ ...peer, allowedIps: [...peer.allowedIps].reverse() })).reverse() };
  expect(printWireguardConfig(reversed)).toBe(printWireguardConfig(wireguardHub));
});

test('names of peers are read back unchanged, as one comment line each', () => {
  expectReadBack((name) => printWireguardConfig(conf({ name })), (file) => {
    const lines = file.split('\n');
    expect(lines.filter((line) => line !== '' && !/^(#|\[|[A-Za-z]+ = )/.test(line))).toEqual([]);
    return lines[lines.indexOf('[Peer]') - 1].slice(2);
  });
});

test('paths reach no shell', () => {
  expectReadBack((file) => printWireguardConfig({ ...conf({}), interface: { addresses: ['10.0.0.1/24'], hooks: [{ hook: 'sysctl', file: `/etc/${file}` }] } }),
    (text) => /^PostUp = sysctl -q -p \/etc\/([A-Za-z0-9_./@%+?-]*)$/m.exec(text)?.[1]);
});

test.each<[string, () => unknown, string]>([
  ['a short key', () => printWireguardConfig(conf({ publicKey: 'OcQYx...' })),
    'The public key is not 44 characters of base64 (peer "hub", <here>): paste the output of `wg pubkey`.'],
  ['a key with stray bits', () => printWireguardConfig(conf({ publicKey: `${KEY.slice(0, 42)}F=` })),
    'The public key is not 44 characters of base64 (peer "hub", <here>): paste the output of `wg pubkey`.'],
  ['a key where its file belongs', () => printWireguardConfig({ ...conf({}), interface: { addresses: ['10.0.0.1/24'], privateKeyFile: KEY } }),
    'It holds a key itself (wireguard, interface, private key file, <here>): name the file that holds the key.'],
  ['one block on two peers', () => printWireguardConfig(conf({}, { allowedIps: ['10.47.17.0/24'] })),
    'The peers "hub" and "peer-0" both claim 10.47.17.0/24 (wireguard, <here>): give it to one: wg sends it to the last and cuts off the first.'],
  ['one key on two peers', () => printWireguardConfig(conf({}, { publicKey: KEY, allowedIps: ['10.0.0.0/24'] })),
    `The public key ${JSON.stringify(KEY)} appears twice (wireguard, <here>): keep one.`],
  ['host bits', () => printWireguardConfig(conf({ allowedIps: ['10.47.17.10/24'] })),
    'CIDR "10.47.17.10/24" has host bits set (peer "hub", allowed IPs, <here>): write Cidr.of(\'10.47.17.0/24\') for the network, or Cidr.host(\'10.47.17.10/24\') for the address in it.'],
  ['a port that wg would wrap', () => printWireguardConfig({ ...conf({}), interface: { addresses: ['10.0.0.1/24'], listenPort: 70_000 } }),
    '70000 is no whole number from 1 to 65535 (wireguard, interface, port, <here>): pass one in that range.'],
  ['a keepalive with decimals', () => printWireguardConfig(conf({ persistentKeepalive: Duration.millis(4700) })),
    'WireGuard counts whole seconds here and cannot carry 4700 ms (peer "hub", persistent keepalive, <here>): choose whole seconds.'],
  ['a shell in a path', () => printWireguardConfig({ ...conf({}), interface: { addresses: ['10.0.0.1/24'], hooks: [{ hook: 'sysctl', file: '/etc/x; rm -rf /' }] } }),
    '"/etc/x; rm -rf /" is no absolute file path (wireguard, interface, hook sysctl, <here>): use an absolute path of letters, digits and _ . / @ % + ? - without . and .. steps, at most 255 characters.'],
  ['a name with a second line', () => printWireguardConfig(conf({ name: 'a\nPostUp = reboot' })),
    'The text "a\\nPostUp = reboot" holds a line break, NUL or other control character (wireguard, peer, <here>): remove it: it could add a directive of its own to the file.'],
])('%s is refused in one sentence', (_name, action, message) => {
  expect(sentence(action)).toBe(message);
});
