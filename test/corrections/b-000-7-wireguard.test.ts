// B-000-7: the hub and its sites.
import { files, lines } from './platform';

const hub = lines('vpn-hub/wg0.conf');
const sites = ['beijing', 'shanghai', 'shenzhen'].map((site) => lines(`vpn-${site}/wg0.conf`));
const valuesOf = (file: readonly string[], key: string): string[] => file.filter((line) => line.startsWith(`${key} = `)).map((line) => line.slice(key.length + 3));

test('public keys are keys, and private ones stand in no file', () => {
  const keys = [...valuesOf(hub, 'PublicKey'), ...sites.flatMap((site) => valuesOf(site, 'PublicKey'))];
  expect(keys).toHaveLength(6);
  for (const key of keys) expect(Buffer.from(key, 'base64').toString('base64')).toBe(key);
  for (const key of keys) expect(Buffer.from(key, 'base64')).toHaveLength(32);
  for (const [path, text] of Object.entries(files)) expect(`${path} ${/^\s*PrivateKey/m.test(text)}`).toBe(`${path} false`);
});

test('the firewall is a file of its own with rules in its chains, not a hook that makes an empty one', () => {
  expect([...valuesOf(hub, 'PostUp'), ...valuesOf(hub, 'PostDown')].filter((command) => command.includes('nft'))).toEqual([]);
  const firewall = files['files/vpn-hub/office-vpn.nft']!;
  expect(firewall).not.toContain('\\;');
  expect(firewall).toContain('type filter hook forward priority filter; policy drop;');
  expect(lines('vpn-hub/office-vpn.nft').filter((line) => line.startsWith('iifname "wg0" oifname "eth0"'))).toHaveLength(2);
});

test('the hub forwards', () => {
  expect(lines('vpn-hub/90-office-vpn.conf')).toEqual(['net.ipv4.ip_forward = 1', 'net.ipv6.conf.all.forwarding = 1']);
});

test('a peer is one end with its own addresses and the networks behind it', () => {
  expect(valuesOf(hub, 'AllowedIPs')).toEqual([
    '10.60.17.10/32, 10.60.32.0/22, fd4e:7a3c:1b2d:17::a/128', '10.60.17.20/32, 10.60.36.0/22, fd4e:7a3c:1b2d:17::14/128', '10.60.17.30/32, 10.60.40.0/22, fd4e:7a3c:1b2d:17::1e/128',
  ]);
});

test('those behind NAT keep their way open, not the hub, which has no endpoint to send to', () => {
  expect(valuesOf(hub, 'PersistentKeepalive')).toEqual([]);
  for (const site of sites) expect([valuesOf(site, 'PersistentKeepalive'), valuesOf(site, 'Endpoint')]).toEqual([['25'], ['vpn.example.com:51820']]);
});

test('the unique local prefix has 40 random bits', () => {
  const prefix = /fd([0-9a-f]{2}):([0-9a-f]{1,4}):([0-9a-f]{1,4}):/.exec(valuesOf(hub, 'Address')[0]!)!;
  expect(prefix.slice(1).map((group) => parseInt(group, 16)).filter((group) => group < 0x10)).toEqual([]);
});

test('1420 bytes fit into 1500', () => {
  for (const file of [hub, ...sites]) expect(valuesOf(file, 'MTU')).toEqual(['1420']);
});
