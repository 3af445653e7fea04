import { App, Chart, Testing } from 'cdk8s';
import { Cluster } from '../../src/core/cluster';
import { Http } from '../../src/core/http';
import { Port } from '../../src/core/port';
import { Registry } from '../../src/core/registry';
import { SecretRef } from '../../src/core/secret-ref';
import { OfficeVpn } from '../../src/vpn';
import type { OfficeVpnProps } from '../../src/vpn';
import { Workload } from '../../src/workload';

/** Public keys of nobody: 32 equal bytes. */
const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
const FILE = SecretRef.file('/etc/wireguard/keys/wg0.key');

const PROPS: OfficeVpnProps = {
  network: { v4: '10.60.0.0/24', v6: 'fd4e:7a3c:1b2d::/64' },
  hub: { publicKey: key(1), privateKey: FILE, endpoint: 'vpn.example.com', managementFrom: ['192.0.2.0/28'] },
  sites: [
    { name: 'beijing', host: 10, publicKey: key(2), privateKey: FILE, networks: ['192.168.10.0/24'], groups: ['engineering'] },
    { name: 'shanghai', host: 20, publicKey: key(3), privateKey: FILE, networks: ['192.168.20.0/24'], presharedKey: SecretRef.file('/etc/wireguard/keys/shanghai.psk') },
    { name: 'shenzhen', host: 30, publicKey: key(4), privateKey: FILE, groups: ['design'], behindNat: false },
  ],
  people: [
    { email: 'alice@example.com', groups: ['engineering'] },
    { email: 'bob@example.com', groups: ['engineering'], device: { host: 101, publicKey: key(5), privateKey: FILE } },
    { email: 'carol@example.com', groups: ['design'] },
    { email: 'eve@example.com', groups: ['dba'] },
  ],
  tailnet: {
    tags: { prod: ['dba'], staging: ['engineering'] },
    grants: [{ from: 'engineering', to: 'staging' }, { from: 'engineering', to: 'prod', ports: [Port.tcp(443)] }, { from: 'dba', to: 'prod', ports: [Port.tcp(5432)] }],
    ssh: [{ from: 'dba', to: 'prod', users: ['postgres'] }],
  },
};

interface Scene { readonly app: App; readonly office: OfficeVpn; readonly files: () => Record<string, string> }

function setUp(props: Partial<OfficeVpnProps> = {}, allow?: (scene: { chart: Chart; office: OfficeVpn }) => void): Scene {
  const app = Testing.app();
  new Cluster(app, 'beijing', { podCidrs: ['10.244.0.0/16', 'fd00:244::/48'], serviceCidrs: ['10.96.0.0/16'] });
  const chart = new Chart(app, 'office', { namespace: 'order-system' });
  const office = new OfficeVpn(chart, 'vpn', { ...PROPS, ...props });
  allow?.({ chart, office });
  return { app, office, files: () => Object.fromEntries(Registry.of(app).files.map((file) => [`${file.owner}/${file.name}`, file.render()])) };
}

const allowEngineering = ({ chart, office }: { chart: Chart; office: OfficeVpn }): void => {
  const orders = new Workload(chart, 'orders', { image: 'registry.example.com/orders:1', ports: { http: Port.http(8080) } });
  orders.connections.allowFrom(office.group('engineering'), orders.ports.http, Http.get('/health'));
};

const problem = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    return (error as Error).message.replace(/ \((?:[^()]*, )?[^()]*:\d+\)/, '');
  }
  return 'nothing was thrown';
};

test('the office scenario', () => {
  expect(setUp({}, allowEngineering).files()).toMatchSnapshot();
});

test('every file is there, and no key in any of them', () => {
  const files = setUp().files();
  expect(Object.keys(files)).toEqual([
    'tailnet/policy.hujson', 'vpn-beijing/wg0.conf', 'vpn-devices/bob-example-com.conf', 'vpn-hub/90-office-vpn.conf', 'vpn-hub/office-vpn.nft', 'vpn-hub/wg0.conf',
    'vpn-shanghai/wg0.conf', 'vpn-shenzhen/wg0.conf',
  ]);
  for (const text of Object.values(files)) expect(text).not.toMatch(/PrivateKey *=|PresharedKey *=/);
});

test('a group is the addresses of its devices and of its sites', () => {
  expect(setUp().office.group('engineering').peer).toMatchObject({ kind: 'group', name: 'engineering' });
  const { peer } = setUp().office.group('engineering');
  expect(peer.kind === 'group' && peer.cidrs.map(String)).toEqual(['10.60.0.10/32', '10.60.0.101/32', '192.168.10.0/24', 'fd4e:7a3c:1b2d::65/128', 'fd4e:7a3c:1b2d::a/128']);
});

test('the hub forwards what is declared, and nothing else', () => {
  const forwarded = (scene: Scene): string[] => scene.files()['vpn-hub/office-vpn.nft']!.split('\n').filter((line) => line.includes('oifname')).map((line) => line.trim());
  expect(forwarded(setUp())).toEqual([]);
  const rules = forwarded(setUp({}, allowEngineering));
  expect(rules).toHaveLength(2);
  for (const rule of rules) expect(rule).toMatch(/^iifname "wg0" oifname "eth0" .*tcp dport 8080 accept/);
});

test('a connection that is declared before or after the other side gives the same files', () => {
  const late = setUp({}, allowEngineering).files();
  const app = Testing.app();
  new Cluster(app, 'beijing', { podCidrs: ['10.244.0.0/16', 'fd00:244::/48'], serviceCidrs: ['10.96.0.0/16'] });
  const chart = new Chart(app, 'office', { namespace: 'order-system' });
  const orders = new Workload(chart, 'orders', { image: 'registry.example.com/orders:1', ports: { http: Port.http(8080) } });
  const office = new OfficeVpn(chart, 'vpn', { ...PROPS, sites: [...PROPS.sites].reverse(), people: [...PROPS.people!].reverse() });
  orders.connections.allowFrom(office.group('engineering'), orders.ports.http, Http.get('/health'));
  expect(Object.fromEntries(Registry.of(app).files.map((file) => [`${file.owner}/${file.name}`, file.render()]))).toEqual(late);
});

test('SSH brings its network rule, and the tests say what is not reachable', () => {
  const policy = JSON.parse(setUp().files()['tailnet/policy.hujson']!) as { grants: unknown[]; tests: unknown[] };
  expect(policy.grants).toContainEqual({ src: ['group:dba'], dst: ['tag:prod'], ip: ['tcp:22', 'tcp:5432'] });
  expect(policy.tests).toContainEqual({ src: 'alice@example.com', proto: 'tcp', accept: ['tag:prod:443', 'tag:staging:22', 'tag:staging:443', 'tag:staging:5432'], deny: ['tag:prod:22', 'tag:prod:5432'] });
});

test('overlaps, shared keys and shared addresses are refused', () => {
  const site = PROPS.sites[0]!;
  expect(problem(() => setUp({ sites: [{ ...site, networks: ['10.244.7.0/24'] }] })))
    .toBe('Network 10.244.7.0/24 of site beijing overlaps 10.244.0.0/16 of cluster beijing: give each addresses of its own.');
  expect(problem(() => setUp({ sites: [site, { ...site, name: 'twin', networks: [], host: 11 }] }))).toBe('twin and beijing have the same public key: make a key pair for each.');
  expect(problem(() => setUp({ sites: [{ ...site, host: 1 }] }))).toBe('beijing and vpn-hub both have address number 1: give each a number of its own.');
  expect(problem(() => setUp({ sites: [{ ...site, host: 300 }] }))).toBe('Address number 300 of beijing is outside 1 to 254 of 10.60.0.0/24: give a number inside the range.');
  expect(problem(() => setUp({ sites: [{ ...site, groups: ['sales'] }] }))).toBe('Site beijing names group "sales", in which nobody is: list its people.');
  expect(problem(() => setUp({ hub: { ...PROPS.hub, managementFrom: [] } })))
    .toBe('The hub can be managed from nowhere: name the networks of its administrators in managementFrom.');
  expect(problem(() => setUp({ mtu: 100 }))).toBe("The tunnel's MTU 100 is outside 1280 to 9000: leave it at 1420, or 1412 behind PPPoE.");
  expect(problem(() => setUp({ tailnet: { tags: {}, grants: [{ from: 'engineering', to: 'prod' }] } }))).toBe('The tailnet names tag "prod", which is not declared: name one of .');
});

test('a private key is refused as a text, and as a reference that is no file', () => {
  const text = key(9);
  const refusal = problem(() => setUp({ hub: { ...PROPS.hub, privateKey: text as unknown as SecretRef } }));
  expect(refusal).toMatch(/SecretRef/);
  expect(refusal).not.toContain(text.slice(0, 12));
  expect(problem(() => setUp({ hub: { ...PROPS.hub, privateKey: SecretRef.env('KEY') } })))
    .toBe("The private key of vpn-hub is a SecretRef of type env, and wg reads keys from files: give SecretRef.file('/etc/wireguard/keys/wg0.key').");
});

const HOSTILE: ReadonlyArray<readonly [string, string]> = [
  ['quote', 'a"b'], ['brace', 'a}b'], ['comment', 'a#b'], ['newline', 'a\nPostUp = id'], ['interpolation', '${x}'], ['NUL', 'a\0b'], ['non-ASCII', 'ä ö'], ['64 KB', 'x'.repeat(65_536)], ['semicolon', 'a;b'],
];

test.each(HOSTILE)('hostile text cannot leave its place: %s', (_name, hostile) => {
  const site = PROPS.sites[0]!;
  const attempts: Array<Partial<OfficeVpnProps>> = [
    { hub: { ...PROPS.hub, name: hostile } }, { hub: { ...PROPS.hub, endpoint: hostile } }, { hub: { ...PROPS.hub, interface: hostile } }, { hub: { ...PROPS.hub, uplink: hostile } },
    { hub: { ...PROPS.hub, publicKey: hostile } }, { sites: [{ ...site, name: hostile }] }, { sites: [{ ...site, publicKey: hostile }] }, { people: [{ email: hostile, groups: ['a'] }], sites: [] },
    { people: [{ email: 'a@example.com', groups: [hostile] }], sites: [] }, { tailnet: { tags: { [hostile]: [] }, grants: [] } }, { network: { v4: hostile } }, { routes: [hostile] },
    { tailnet: { tags: { prod: [] }, grants: [], ssh: [{ from: 'dba', to: 'prod', users: [hostile] }] } },
  ];
  for (const attempt of attempts) expect(problem(() => setUp(attempt).files())).toMatch(/^(?!nothing was thrown)[^\n]{1,400}$/);
});
