// Rules about hosts, tunnels, the VPN and ports of nodes, in the other shapes in which they meet the same mistake, and in those that are right.
import { ask } from './network-scene';

const text = (lines: readonly string[]): string => lines.join('\n');

function deployment(name: string, { image = 'registry.example.com/app:1.7.4', spec = '', annotations = '{}', namespace = 'shop' } = {}): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} }, annotations: ${annotations} }
    spec: { ${spec} containers: [{ name: ${name}, image: "${image}" }] }
---`;
}

function daemon(name: string, image: string, spec = '', ports = ''): string {
  return `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: ${name}, namespace: kube-system }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { ${spec} containers: [{ name: ${name}, image: "${image}", ${ports} }] }
---`;
}

function configMap(name: string, namespace: string, key: string, body: readonly string[]): string {
  return `
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name}, namespace: ${namespace} }
data:
  ${key}: |
${body.map((line) => `    ${line}`).join('\n')}
---`;
}

describe('kernel settings', () => {
  const host = (...settings: readonly string[]): string[] => ask(/^NS601[012]$/, '', { files: { 'sysctl:60-host.conf': text(settings) } });

  test.each<[string, readonly string[], readonly string[]]>([
    ['a removed key with slashes', ['net/ipv4/tcp_tw_recycle = 1'], ['NS6010 1: net.ipv4.tcp_tw_recycle: Linux 4.12 removed it because it broke clients behind NAT; leave it out, and use net.ipv4.tcp_tw_reuse for outgoing connections']],
    ['a removed key that may fail', ['-net.ipv4.tcp_tw_recycle = 1'], []],
    ['a removed key in a comment', ['; net.ipv4.tcp_tw_recycle = 1', '# net.ipv4.tcp_tw_recycle = 1'], []],
    ['buffers to send', ['net.core.wmem_default=4194304', 'net.core.wmem_max=212992'], ['NS6011 1: net.core.wmem_default 4194304 is above net.core.wmem_max 212992']],
    ['the last of two lines counts', ['net.core.rmem_max = 212992', 'net.core.rmem_default = 4194304', 'net.core.rmem_max = 8388608'], []],
    ['a default alone', ['net.core.rmem_default = 4194304'], []],
    ['reuse without timestamps', ['net.ipv4.tcp_timestamps = 0', 'net.ipv4.tcp_tw_reuse = 1'], ['NS6011 2: net.ipv4.tcp_tw_reuse has no effect: it needs timestamps, and net.ipv4.tcp_timestamps is 0']],
    ['reuse on the loopback alone', ['net.ipv4.tcp_timestamps = 0', 'net.ipv4.tcp_tw_reuse = 2'], []],
    ['more buckets than entries', ['net.netfilter.nf_conntrack_max = 262144', 'net.netfilter.nf_conntrack_buckets = 1048576'], ['NS6011 2: net.netfilter.nf_conntrack_buckets 1048576 is above net.netfilter.nf_conntrack_max 262144']],
    ['the queue of handshakes alone', ['net.ipv4.tcp_max_syn_backlog = 65535'], ['NS6012 1: net.ipv4.tcp_max_syn_backlog is 65535, and net.core.somaxconn is not set']],
    ['a queue as the kernel has it', ['net.core.somaxconn = 4096'], []],
    ['a small table of connections', ['net.netfilter.nf_conntrack_max = 32768'], ['NS6012 1: net.netfilter.nf_conntrack_max 32768 holds fewer than 50000 connections']],
  ])('%s', (_, settings, expected) => {
    expect(host(...settings)).toEqual(expected);
  });

  test('several files of a host count in the order of their names', () => {
    expect(ask('NS6011', '', { files: { 'sysctl:/etc/sysctl.d/90-last.conf': 'net.core.rmem_max = 8388608\n', 'sysctl:/etc/sysctl.d/10-first.conf': 'net.core.rmem_max = 212992\nnet.core.rmem_default = 4194304\n' } })).toEqual([
      // Nobody says whose they are: each is a host of its own.
      'NS6011 2: net.core.rmem_default 4194304 is above net.core.rmem_max 212992',
    ]);
  });

  test('pods that ask for what is gone, and pods that do not', () => {
    const spec = (name: string): string => `securityContext: { sysctls: [{ name: ${name}, value: "1" }] },`;
    expect(ask('NS6010', deployment('web', { spec: spec('net.ipv4.tcp_tw_recycle') }))).toEqual([expect.stringContaining('NS6010 spec.template.spec.securityContext.sysctls[0].name: net.ipv4.tcp_tw_recycle: Linux 4.12 removed it')]);
    expect(ask('NS6010', deployment('web', { spec: spec('net.ipv4.tcp_tw_reuse') }))).toEqual([]);
  });
});

describe('queues of proxies', () => {
  const front = (...lines: readonly string[]): string => text(['frontend web # the way in', ...lines.map((line) => `    ${line}`)]);
  const scene = (haproxy: string, sysctl: string): string[] => ask('NS6013', '', { files: { 'haproxy:haproxy.cfg': haproxy, 'sysctl:60.conf': sysctl } });

  test('the backlog of a section and of a line', () => {
    expect(scene(front('bind :80', 'backlog 16384'), 'net.core.somaxconn=8192')).toEqual(['NS6013 3: bind :80 asks for a queue of 16384 connections, and net.core.somaxconn of its host is 8192']);
    expect(scene(front('bind :80 backlog 4096', 'backlog 16384'), 'net.core.somaxconn=8192')).toEqual([]);
    expect(scene(front('bind :80 name "a backlog 16384"'), 'net.core.somaxconn=8192')).toEqual([]);
    expect(scene(front('bind :80', 'maxconn 470000'), 'net.core.somaxconn=8192')).toEqual([]);
  });

  test('Fast Open that is for clients alone', () => {
    expect(scene(front('bind :443 tfo'), 'net.ipv4.tcp_fastopen = 1')).toEqual(['NS6013 2: bind :443 asks for TCP Fast Open, and net.ipv4.tcp_fastopen 1 of its host does not allow it to servers']);
    expect(scene(front('bind :443 tfo'), 'net.ipv4.tcp_fastopen = 3')).toEqual([]);
    expect(scene(front('bind :443 tfo'), 'net.ipv4.ip_forward = 1')).toEqual([]);
  });

  test('several proxies without an owner: nobody knows whose kernel it is', () => {
    expect(ask('NS6013', '', { files: { 'haproxy:a.cfg': front('bind :80 backlog 65535'), 'haproxy:b.cfg': front('bind :80 backlog 65535'), 'sysctl:60.conf': 'net.core.somaxconn = 4096' } })).toEqual([]);
  });

  const nginx = configMap('web', 'shop', 'nginx.conf', ['http { server {', '  listen 80 default_server backlog=65535;', '} }']);
  const mounted = 'volumes: [{ name: config, configMap: { name: web } }],';
  test.each<[string, string, readonly string[]]>([
    ['a pod that sets nothing', mounted, ['NS6013 data["nginx.conf"]: listen 80 asks for a queue of 65535 connections, and net.core.somaxconn of Deployment shop/web is 4096']],
    ['a pod that sets enough', `${mounted} securityContext: { sysctls: [{ name: net.core.somaxconn, value: "65535" }] },`, []],
    ['a pod in the network of its node', `${mounted} hostNetwork: true,`, []],
    ['a container that sets it before', `${mounted} initContainers: [{ name: tune, image: "busybox:1.37", command: [sysctl, -w, net.core.somaxconn=65535] }],`, []],
    ['a pod that does not mount it', '', []],
  ])('nginx: %s', (_, spec, expected) => {
    expect(ask('NS6013', deployment('web', { image: 'nginx:1.29', spec }) + nginx)).toEqual(expected);
  });
});

describe('threads of HAProxy', () => {
  const scene = (...lines: readonly string[]): string[] => ask('NS6014', '', { files: { 'haproxy:haproxy.cfg': text(['global', ...lines.map((line) => `  ${line}`)]) } });

  test.each<[string, readonly string[], readonly string[]]>([
    ['sets of two sizes', ['cpu-map auto:1/1-4 0-2'], ['NS6014 2: cpu-map auto:1/1-4 has 4 threads and 3 CPUs, and with auto: both must be as many']],
    ['threads that there are not', ['nbthread 4', 'cpu-map 1/1-8 0-7'], ['NS6014 3: nbthread is 4, and cpu-map names 8 threads']],
    ['a line for each thread', ['nbthread 2', 'cpu-map 1/1 0', 'cpu-map 1/2 1'], []],
    ['CPUs in pieces', ['nbthread 4', 'cpu-map auto:1/1-4 0-1 4-5'], []],
    ['no map', ['nbthread 17'], []],
    ['a map without nbthread', ['cpu-map auto:1/1-4 0-3'], []],
    ['words', ['nbthread 4', 'cpu-map 1/all 0-3'], []],
    ['several groups', ['nbthread 8', 'thread-groups 2', 'cpu-map 1/1-4 0-3', 'cpu-map 2/1-4 4-7'], []],
  ])('%s', (_, lines, expected) => {
    expect(scene(...lines)).toEqual(expected);
  });
});

describe('WireGuard files', () => {
  const file = (...lines: readonly string[]): Record<string, string> => ({ 'wireguard:wg0.conf': text(lines) });

  test('a block at two peers, however it is written', () => {
    const peers = (...blocks: readonly string[]): Record<string, string> => file('[Interface]', 'Address = 10.60.17.1/24', ...blocks.flatMap((block) => ['[Peer]', `AllowedIPs = ${block}`]));
    expect(ask('NS6000', '', { files: peers('10.60.32.0/22', '10.60.33.7/22 # host bits') })).toEqual(['NS6000 6: 10.60.33.7/22 is that of the peer of line 3, too']);
    expect(ask('NS6000', '', { files: peers('10.60.32.0/22', '10.60.33.0/24') })).toEqual([]);
    expect(ask('NS6000', '', { files: peers('fd00:60::/64', 'fd00:60:0::/64') })).toHaveLength(1);
    expect(ask('NS6000', '', { files: peers('10.60.32.0/22, 10.60.32.0/22', '') })).toEqual([]);
  });

  test.each<[string, readonly string[], readonly string[]]>([
    ['above Ethernet, over IPv4', ['MTU = 1450'], ['NS9022 3: MTU 1450 and the 60 bytes of WireGuard do not fit into the 1500 of Ethernet']],
    ['above Ethernet, over IPv6', ['MTU = 1430', '[Peer]', 'Endpoint = [2001:db8::1]:51820'], ['NS9022 3: MTU 1430 and the 80 bytes of WireGuard do not fit into the 1500 of Ethernet']],
    ['as much as IPv4 leaves', ['MTU = 1440', '[Peer]', 'Endpoint = 192.0.2.1:51820'], []],
    ['jumbo frames', ['MTU = 8920'], []],
    ['too small for IPv6', ['Address = fd00:60::1/64', 'MTU = 1200'], ['NS9022 4: MTU 1200 is below the 1280 bytes that IPv6 needs']],
    ['small without IPv6', ['MTU = 1200'], []],
  ])('MTU: %s', (_, lines, expected) => {
    expect(ask('NS9022', '', { files: file('[Interface]', 'Address = 10.60.17.1/24', ...lines) })).toEqual(expected);
  });
});

describe('policies of tailnets', () => {
  const policy = (fields: Record<string, unknown>): Record<string, string> => ({ 'hujson:policy.hujson': JSON.stringify({ tagOwners: { 'tag:prod': [], 'tag:ci': [] }, groups: { 'group:dba': ['eve@example.com'] }, ...fields }) });
  const login = (src: string, fields: Record<string, unknown>): string[] => ask('NS6001', '', { files: policy({ ssh: [{ action: 'accept', src: [src], dst: ['tag:prod'], users: ['root'] }], ...fields }) });

  test.each<[string, string, Record<string, unknown>]>([
    ['a grant of another port', 'group:dba', { grants: [{ src: ['group:dba'], dst: ['tag:prod'], ip: ['tcp:5432'] }] }],
    ['a grant the other way', 'group:dba', { grants: [{ src: ['tag:prod'], dst: ['tag:ci'], ip: ['*'] }] }],
    ['an ACL of another port', 'group:dba', { acls: [{ action: 'accept', src: ['group:dba'], dst: ['tag:prod:443'] }] }],
    ['an ACL of UDP', 'group:dba', { acls: [{ action: 'accept', proto: 'udp', src: ['*'], dst: ['*:*'] }] }],
    ['another tag', 'tag:ci', { grants: [{ src: ['tag:prod'], dst: ['tag:prod'], ip: ['*'] }] }],
    ['capabilities alone', 'group:dba', { grants: [{ src: ['group:dba'], dst: ['tag:prod'], app: {} }] }],
  ])('nothing lets through: %s', (_, source, fields) => {
    expect(login(source, fields)).toEqual([`NS6001 1: ${source} may log in at tag:prod, and nothing lets it reach port 22 there`]);
  });

  test.each<[string, string, Record<string, unknown>]>([
    ['a grant of everything', 'group:dba', { grants: [{ src: ['*'], dst: ['*'], ip: ['*'] }] }],
    ['a range of ports', 'group:dba', { grants: [{ src: ['autogroup:member'], dst: ['tag:prod'], ip: ['20-30'] }] }],
    ['the members by name', 'group:dba', { acls: [{ action: 'accept', src: ['eve@example.com'], dst: ['tag:prod:22,443'] }] }],
    ['the group of the one who logs in', 'eve@example.com', { acls: [{ action: 'accept', src: ['group:dba'], dst: ['tag:prod:22'] }] }],
    ['every tagged device', 'tag:ci', { grants: [{ src: ['autogroup:tagged'], dst: ['autogroup:tagged'], ip: ['tcp:22'] }] }],
    ['addresses, of which nobody says whose they are', 'group:dba', { grants: [{ src: ['group:dba'], dst: ['100.64.0.0/10'], ip: ['*'] }] }],
    ['a role, which the group may have', 'group:dba', { grants: [{ src: ['autogroup:admin'], dst: ['tag:prod'], ip: ['*'] }] }],
    ['a group from elsewhere', 'group:synced', { grants: [{ src: ['group:dba'], dst: ['tag:prod'], ip: ['*'] }] }],
    ['the default of the service', 'group:dba', {}],
  ])('something lets through, or may: %s', (_, source, fields) => {
    expect(login(source, fields)).toEqual([]);
  });

  test('tags without an owner, wherever they stand', () => {
    expect(ask('NS6002', '', { files: policy({ autoApprovers: { routes: { '10.0.0.0/8': ['tag:router'] }, exitNode: ['tag:ci'] }, acls: [{ action: 'accept', src: ['tag:ci'], dst: ['tag:db:5432'] }] }) }).sort()).toEqual([
      'NS6002 1: tag:db has no owner in tagOwners', 'NS6002 1: tag:router has no owner in tagOwners',
    ]);
    expect(ask('NS6002', '', { files: { 'hujson:other.hujson': '{ "servers": ["tag:none"] }' } })).toEqual([]);
  });
});

describe('ports of nodes', () => {
  const ports = (number: number, more = ''): string => `ports: [{ containerPort: ${number}${more} }]`;
  const host = 'hostNetwork: true,';

  test.each<[string, string, number]>([
    ['hostPort beside the network of the node', daemon('a', 'a:1', host, ports(9100)) + daemon('b', 'b:1', '', ports(80, ', hostPort: 9100')), 1],
    ['another protocol', daemon('a', 'a:1', host, ports(53)) + daemon('b', 'b:1', host, ports(53, ', protocol: UDP')), 0],
    ['ports of their own pods', daemon('a', 'a:1', '', ports(9100)) + daemon('b', 'b:1', '', ports(9100)), 0],
    ['different addresses', daemon('a', 'a:1', '', ports(53, ', hostPort: 53, hostIP: 169.254.20.10')) + daemon('b', 'b:1', '', ports(53, ', hostPort: 53, hostIP: 127.0.0.1')), 0],
    ['nodes that one asks for and the other does not', daemon('a', 'a:1', `${host} nodeSelector: { gpu: "true" },`, ports(9400)) + daemon('b', 'b:1', host, ports(9400)), 1],
    ['nodes that exclude each other', daemon('a', 'a:1', `${host} nodeSelector: { pool: a },`, ports(9400)) + daemon('b', 'b:1', `${host} nodeSelector: { pool: b },`, ports(9400)), 0],
    ['nodes that may be the same', daemon('a', 'a:1', `${host} nodeSelector: { pool: a },`, ports(9400)) + daemon('b', 'b:1', `${host} nodeSelector: { disk: ssd },`, ports(9400)), 0],
  ])('%s', (_, documents, count) => {
    expect(ask('NS7000', documents)).toHaveLength(count);
  });
});
