import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { NetworkApp } from '../../src/app/network-app';
import { Cluster } from '../../src/core/cluster';
import { Http } from '../../src/core/http';
import { Peer } from '../../src/core/peers';
import { Port } from '../../src/core/port';
import { Registry } from '../../src/core/registry';
import { SecretRef } from '../../src/core/secret-ref';
import { claimNetwork } from '../../src/core/networks';
import { Cidr } from '../../src/core/cidr';
import { OfficeVpn } from '../../src/vpn';
import type { OfficeVpnProps } from '../../src/vpn';
import { FILE, PROPS, key, problem, setUp } from './scene';
import type { Scene } from './scene';
import { Workload } from '../../src/workload';

const allowEngineering = ({ chart, office }: { chart: Chart; office: OfficeVpn }): void => {
  const orders = new Workload(chart, 'orders', { image: 'registry.example.com/orders:1', ports: { http: Port.http(8080) } });
  orders.connections.allowFrom(office.group('engineering'), orders.ports.http, Http.get('/health'));
};

test('the office scenario', () => {
  expect(setUp({}, allowEngineering).files()).toMatchSnapshot();
});

test('every file is there, and no key in any of them', () => {
  const files = setUp().files();
  expect(Object.keys(files)).toEqual([
    'tailnet/policy.hujson', 'vpn-beijing/wg0.conf', 'vpn-bob-laptop/wg0.conf', 'vpn-hub/90-office-vpn.conf', 'vpn-hub/office-vpn.nft', 'vpn-hub/wg0.conf',
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
  const app = new NetworkApp();
  new Cluster(app, 'beijing', { podCidrs: ['10.244.0.0/16', 'fd00:244::/48'], serviceCidrs: ['10.96.0.0/16'] });
  const chart = new Chart(app, 'office', { namespace: 'order-system' });
  const orders = new Workload(chart, 'orders', { image: 'registry.example.com/orders:1', ports: { http: Port.http(8080) } });
  const office = new OfficeVpn(chart, 'vpn', { ...PROPS, sites: [...PROPS.sites].reverse(), people: [...PROPS.people!].reverse() });
  orders.connections.allowFrom(office.group('engineering'), orders.ports.http, Http.get('/health'));
  expect(Object.fromEntries(Registry.of(app).files.map((file) => [`${file.owner}/${file.name}`, file.render()]))).toEqual(late);
});

interface Policy {
  readonly grants: unknown[];
  readonly ssh?: unknown[];
  readonly tests: Array<{ src: string; proto: string; accept?: string[]; deny?: string[] }>;
  readonly sshTests?: unknown[];
}

const policyOf = (tailnet: OfficeVpnProps['tailnet']): Policy => JSON.parse(setUp({ tailnet }).files()['tailnet/policy.hujson']!) as Policy;

test('SSH brings its network rule, and the tests say what is not reachable', () => {
  const policy = policyOf(PROPS.tailnet);
  expect(policy.grants).toContainEqual({ src: ['group:dba'], dst: ['tag:prod'], ip: ['tcp:22', 'tcp:5432'] });
  expect(policy.tests).toContainEqual({ src: 'alice@example.com', proto: 'tcp', accept: ['tag:prod:443', 'tag:staging:22', 'tag:staging:443', 'tag:staging:5432'], deny: ['tag:prod:22', 'tag:prod:5432'] });
  // One person per set of groups.
  expect(policy.tests.map(({ src }) => src)).toEqual(['alice@example.com', 'carol@example.com', 'eve@example.com']);
  expect(policy.sshTests).toEqual([
    { src: 'alice@example.com', dst: ['tag:prod'], deny: ['postgres', 'root'] },
    { src: 'carol@example.com', dst: ['tag:prod'], deny: ['postgres', 'root'] },
    { src: 'eve@example.com', dst: ['tag:prod'], check: ['postgres'], deny: ['root'] },
  ]);
});

test('a policy that names no port is tested as well, and one for every account', () => {
  const { tests, sshTests } = policyOf({ tags: { staging: ['engineering'] }, grants: [{ from: 'engineering', to: 'staging' }], ssh: [{ from: 'engineering', to: 'staging', users: ['autogroup:nonroot'] }] });
  expect(tests).toEqual([
    { src: 'alice@example.com', proto: 'tcp', accept: ['tag:staging:22'] },
    { src: 'carol@example.com', proto: 'tcp', deny: ['tag:staging:22'] },
    { src: 'eve@example.com', proto: 'tcp', deny: ['tag:staging:22'] },
  ]);
  expect(sshTests).toEqual([
    { src: 'alice@example.com', dst: ['tag:staging'], check: ['nobody'], deny: ['root'] },
    { src: 'carol@example.com', dst: ['tag:staging'], deny: ['nobody', 'root'] },
    { src: 'eve@example.com', dst: ['tag:staging'], deny: ['nobody', 'root'] },
  ]);
});

// What the source of the scenario did wrong, and what stands there now.
describe('the corrected forms', () => {
  const files = setUp({}, allowEngineering).files();
  const hub = files['vpn-hub/wg0.conf']!;

  test('keys are references, of the right length, one per device', () => {
    expect(hub).toContain('PostUp = wg set %i private-key /etc/wireguard/keys/wg0.key');
    expect(problem(() => setUp({ hub: { ...PROPS.hub, publicKey: 'OcQYx...' } }))).toBe('The public key is not 44 characters of base64: paste the output of `wg pubkey`.');
    expect(hub.match(/AllowedIPs = .*/g)).toEqual([
      'AllowedIPs = 10.60.0.10/32, 192.168.10.0/24, fd4e:7a3c:1b2d::a/128', 'AllowedIPs = 10.60.0.101/32, fd4e:7a3c:1b2d::65/128',
      'AllowedIPs = 10.60.0.20/32, 192.168.20.0/24, fd4e:7a3c:1b2d::14/128', 'AllowedIPs = 10.60.0.30/32, fd4e:7a3c:1b2d::1e/128',
    ]);
  });

  test('the firewall is a file with rules and a policy, not a hook without one, and forwarding is on', () => {
    const nft = files['vpn-hub/office-vpn.nft']!;
    expect(hub).not.toMatch(/nft|\\;/);
    expect(nft).toContain('type filter hook forward priority filter; policy drop;');
    expect(nft).toContain('type filter hook input priority filter; policy drop;');
    expect(nft).not.toContain('flush ruleset');
    expect(files['vpn-hub/90-office-vpn.conf']).toBe('net.ipv4.ip_forward = 1\nnet.ipv6.conf.all.forwarding = 1\n');
  });

  test('segment sizes are cut before established traffic is let through: the answer to a SYN is established', () => {
    const forward = files['vpn-hub/office-vpn.nft']!.split('chain forward')[1]!;
    expect(forward.indexOf('maxseg size set rt mtu')).toBeGreaterThan(0);
    expect(forward.indexOf('maxseg size set rt mtu')).toBeLessThan(forward.indexOf('established : accept'));
  });

  test('keepalive stands with who is behind a NAT, never at the hub', () => {
    expect(hub).not.toContain('PersistentKeepalive');
    expect(files['vpn-beijing/wg0.conf']).toContain('PersistentKeepalive = 25');
    expect(files['vpn-shenzhen/wg0.conf']).not.toContain('PersistentKeepalive');
  });

  test('the tunnel of IPv6 is random, and its own', () => {
    expect(problem(() => setUp({ network: { v4: '10.60.0.0/24', v6: 'fd47:17::/64' } })))
      .toBe('Tunnel network fd47:17::/64 has no 40 random bits after fd (RFC 4193): take a /48 to /64 with bits of your own, as openssl rand -hex 5 gives them.');
    expect(problem(() => setUp({ network: { v4: '10.60.0.0/24', v6: 'fd00::/8' } }))).toMatch(/^Tunnel network fd00::\/8 has no 40 random bits/);
    expect(problem(() => setUp({ network: { v4: '10.60.0.0/24', v6: 'fe80::/64' } }))).toBe(
      'Tunnel network fe80::/64 is neither a unique local nor a global range: take one below fd00::/8 with 40 random bits (RFC 4193).',
    );
    expect(problem(() => setUp({ network: { v4: '10.60.0.0/24', v6: '2001:db8::/64' } }))).toBe('nothing was thrown');
  });

  test('an address has one owner: a router, a load balancer or a server in the tunnel is refused, whoever is declared first', () => {
    const app = new NetworkApp();
    new Cluster(app, 'beijing', { podCidrs: ['10.244.0.0/16'] });
    claimNetwork(app, Cidr.of('10.60.0.1/32'), 'router', 'BGP peer rack');
    const chart = new Chart(app, 'office');
    expect(problem(() => new OfficeVpn(chart, 'vpn', { ...PROPS, network: { v4: '10.60.0.0/24' } })))
      .toMatch(/^Network 10\.60\.0\.0\/24 of the tunnel of office\/vpn overlaps 10\.60\.0\.1\/32 of BGP peer rack/);
    const { app: other } = setUp();
    expect(problem(() => claimNetwork(other, Cidr.of('192.168.20.8/29'), 'load balancer', 'pool public'))).toMatch(/^Network 192\.168\.20\.8\/29 of pool public overlaps 192\.168\.20\.0\/24 of site shanghai/);
  });

  test('a tailnet policy has no comments, grants and not acls, its own network rule for SSH, a check period, no root, no Funnel, and tests', () => {
    const text = files['tailnet/policy.hujson']!;
    const policy = JSON.parse(text) as Record<string, unknown>;
    expect(text).not.toMatch(/^\s*(#|\/\/)/m);
    expect(Object.keys(policy)).toEqual(['groups', 'tagOwners', 'grants', 'ssh', 'tests', 'sshTests']);
    expect(policy.ssh).toEqual([{ action: 'check', src: ['group:dba'], dst: ['tag:prod'], users: ['postgres'], checkPeriod: '12h' }]);
  });
});

test('what the tunnel carries fits the narrowest line', () => {
  const mtu = (props: Partial<OfficeVpnProps>): string[] => Object.values(setUp(props).files()).flatMap((text) => text.match(/MTU = \d+/g) ?? []);
  const [site, ...others] = PROPS.sites;
  expect(new Set(mtu({}))).toEqual(new Set(['MTU = 1420']));
  expect(new Set(mtu({ sites: [{ ...site!, lineMtu: 1492 }, ...others] }))).toEqual(new Set(['MTU = 1412']));
  expect(new Set(mtu({ mtu: 1380 }))).toEqual(new Set(['MTU = 1380']));
  expect(new Set(mtu({ mtu: 1440, hub: { ...PROPS.hub, endpoint: '203.0.113.7' } }))).toEqual(new Set(['MTU = 1440']));
  expect(problem(() => setUp({ mtu: 1420, sites: [{ ...site!, lineMtu: 1492 }] })))
    .toBe("The tunnel's MTU 1420 is outside 1280 to 1412, which the line of beijing (1492 bytes) leaves: leave it out, and name the lineMtu of lines that are not 1500.");
});

test('an endpoint is a name or an address of either family', () => {
  const line = (endpoint: string): string => /Endpoint = .*/.exec(setUp({ hub: { ...PROPS.hub, endpoint } }).files()['vpn-beijing/wg0.conf']!)![0];
  expect(line('VPN.example.com')).toBe('Endpoint = vpn.example.com:51820');
  expect(line('203.0.113.7')).toBe('Endpoint = 203.0.113.7:51820');
  expect(line('2001:db8::7')).toBe('Endpoint = [2001:db8::7]:51820');
});

test('a group reaches ports; which requests, the cluster decides', () => {
  const rules = (allow: (scene: { chart: Chart; office: OfficeVpn }) => void): string[] =>
    setUp({}, allow).files()['vpn-hub/office-vpn.nft']!.split('\n').filter((line) => line.includes('oifname')).map((line) => line.trim());
  const orders = (chart: Chart): Workload<{ readonly http: Port; readonly sctp: Port }, never> => new Workload(chart, 'orders', {
    image: 'registry.example.com/orders:1', ports: { http: Port.http(8080), sctp: Port.sctp(9999) }, service: { ports: { http: 80 } },
  });
  const [v4, v6] = rules(({ chart, office }) => {
    const workload = orders(chart);
    workload.connections.allowFrom(office.group('engineering'), workload.ports.http, Http.get('/health'));
    workload.connections.allowFrom(office.group('engineering'), workload.ports.http, Http.get('/ready'));
  });
  expect(v4).toBe('iifname "wg0" oifname "eth0" ip saddr { 10.60.0.10, 10.60.0.101, 192.168.10.0/24 } ip daddr { 10.96.0.0/16, 10.244.0.0/16 } tcp dport { 80, 8080 } accept comment "engineering to beijing:order-system/orders"');
  expect(v6).toContain('ip6 daddr fd00:244::/48 tcp dport { 80, 8080 } accept');
  // An address of the VPN is one, however it is named; others are nobody's here.
  expect(rules(({ chart }) => {
    const workload = orders(chart);
    workload.connections.allowFrom(Peer.cidr('192.168.0.0/16', { except: ['192.168.20.0/24'] }), workload.ports.http);
    workload.connections.allowFrom(Peer.cidr('198.51.100.0/24'), workload.ports.http);
    workload.connections.allowFrom(Peer.group('strangers', ['198.51.100.7/32']), workload.ports.http);
    workload.connections.allowFrom(Peer.internet, workload.ports.http);
  })).toEqual([expect.stringContaining('ip saddr 192.168.10.0/24 ip daddr')]);
});

test('ranges that lie in others are said once: nft refuses them within one rule', () => {
  const nft = setUp({ routes: ['10.244.0.0/16', '10.244.1.0/24'], hub: { ...PROPS.hub, managementFrom: ['192.0.2.0/24', '192.0.2.0/28', '192.0.2.0/24', '198.51.100.0/24'] } }, allowEngineering).files()['vpn-hub/office-vpn.nft']!;
  expect(nft).toContain('ip daddr 10.244.0.0/16 tcp dport 8080');
  expect(nft).toContain('ip saddr { 192.0.2.0/24, 198.51.100.0/24 } tcp dport 22 accept');
});

test('what the hub cannot forward fails the synth', () => {
  const fail = (port: 'http' | 'sctp', clusterOf: 'beijing' | 'shanghai', props: Partial<OfficeVpnProps> = {}): string => {
    const app = new NetworkApp();
    const clusters = { beijing: new Cluster(app, 'beijing', { podCidrs: ['10.244.0.0/16'] }), shanghai: new Cluster(app, 'shanghai', { podCidrs: ['10.245.0.0/16'] }) };
    const charts = (['beijing', 'shanghai'] as const).map((name) => {
      const chart = new Chart(app, `chart-${name}`, { namespace: 'n' });
      Cluster.assign(chart, clusters[name]);
      return [name, chart] as const;
    });
    const office = new OfficeVpn(charts[0]![1], 'vpn', { ...PROPS, network: { v4: '10.60.0.0/24' }, tailnet: undefined, ...props });
    const orders = new Workload(new Map(charts).get(clusterOf)!, 'orders', { image: 'registry.example.com/orders:1', ports: { http: Port.http(8080), sctp: Port.sctp(9999) } });
    orders.connections.allowFrom(office.group('engineering'), orders.ports[port]);
    try {
      return Object.entries(app.assembly().files).find(([path]) => path.endsWith('office-vpn.nft'))![1];
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(fail('http', 'beijing')).toContain('ip daddr 10.244.0.0/16 tcp dport 8080');
  expect(fail('sctp', 'beijing')).toContain('The VPN does not forward SCTP (engineering to beijing:n/orders): use a TCP or UDP port.');
  expect(fail('http', 'shanghai')).toContain('The VPN leads to no network of cluster shanghai (engineering to shanghai:n/orders): name its podCidrs or serviceCidrs in routes.');
  expect(fail('http', 'shanghai', { routes: ['10.244.0.0/15'] })).toContain('ip daddr 10.245.0.0/16 tcp dport 8080');
});

test('two VPNs in one app: their own files and policies, one tailnet, one group of both', () => {
  const { app, office } = setUp();
  const chart = new Chart(app, 'second', { namespace: 'order-system' });
  const { tailnet, ...rest } = PROPS;
  const second = { ...rest, network: { v4: '10.61.0.0/24' }, hub: { ...PROPS.hub, name: 'second-hub' }, sites: [{ name: 'hangzhou', host: 10, publicKey: key(7), privateKey: FILE, groups: ['engineering'] }], people: [{ email: 'zoe@example.com', groups: ['engineering'] }] };
  expect(problem(() => new OfficeVpn(chart, 'a', { ...second, tailnet: { tags: { prod: ['engineering'] }, grants: [{ from: 'engineering', to: 'prod' }] } })))
    .toBe('A tailnet has one policy, and office/vpn/tailnet writes it (test/vpn/scene.ts:<line>): give the tailnet of all offices to one OfficeVpn.');
  expect(tailnet).toBeDefined();
  const app2 = setUp();
  const other = new OfficeVpn(new Chart(app2.app, 'second', { namespace: 'order-system' }), 'vpn', second);
  const orders = new Workload(app2.office.node.scope as Chart, 'orders', { image: 'registry.example.com/orders:1', ports: { http: Port.http(8080) } });
  orders.connections.allowFrom(app2.office.group('engineering'), orders.ports.http);
  orders.connections.allowFrom(other.group('engineering'), orders.ports.http);
  const files = app2.files();
  expect(files['vpn-hub/office-vpn.nft']).toContain('ip saddr { 10.60.0.10, 10.60.0.101, 192.168.10.0/24 }');
  expect(files['second-hub/office-vpn.nft']).toContain('ip saddr 10.61.0.10 ip daddr');
  expect(office.node.path).toBe('office/vpn');
});

test('a stock App writes no files, and says so', () => {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'netstack-vpn-')) });
  new Cluster(app, 'beijing', { podCidrs: ['10.244.0.0/16'] });
  new OfficeVpn(new Chart(app, 'office'), 'vpn', PROPS);
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  app.synth();
  expect(warn.mock.calls).toEqual([["Not written: 8 files below files/, because this program's root is not a NetworkApp. Make it with new NetworkApp().", { type: 'cdk8s-netstack' }]]);
  warn.mockRestore();
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
    { hub: { ...PROPS.hub, name: hostile } }, { hub: { ...PROPS.hub, endpoint: hostile } }, { hub: { ...PROPS.hub, interface: hostile } },
    { hub: { ...PROPS.hub, uplink: hostile } }, { people: [{ email: 'a@example.com', groups: ['a'], devices: [{ name: hostile, host: 9, publicKey: key(9), privateKey: FILE }] }], sites: [] },
    { hub: { ...PROPS.hub, publicKey: hostile } }, { sites: [{ ...site, name: hostile }] }, { sites: [{ ...site, publicKey: hostile }] }, { people: [{ email: hostile, groups: ['a'] }], sites: [] },
    { people: [{ email: 'a@example.com', groups: [hostile] }], sites: [] }, { tailnet: { tags: { [hostile]: [] }, grants: [] } }, { network: { v4: hostile } }, { routes: [hostile] },
    { tailnet: { tags: { prod: [] }, grants: [], ssh: [{ from: 'dba', to: 'prod', users: [hostile] }] } },
  ];
  for (const attempt of attempts) expect(problem(() => setUp(attempt).files())).toMatch(/^(?!nothing was thrown)[^\n]{1,400}$/);
});
