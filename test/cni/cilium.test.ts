// Every correction of the source's CiliumNetworkPolicy: each of these fails on the source's form.
import { Cni } from '../../src/cni';
import { instructions, isTooLarge, pathPattern, renderHttp } from '../../src/cni/cilium/requests';
import { renderNetworkPolicy } from '../../src/cni/cilium/network-policy';
import { Http, Path, Peer, Port, Registry } from '../../src/core';
import { ZeroTrustMesh } from '../../src/mesh';
import { Namespace, Workload } from '../../src/workload';
import { find, images, ISSUER, newChart, OLDER, scenario, validate, workloads } from '../mesh/scenario';

const spec = (name = 'order-service') => find(scenario().chart, 'CiliumNetworkPolicy', name).spec;

/** A cluster without a mesh. */
function plain(declare: (parts: ReturnType<typeof workloads>) => void) {
  const chart = newChart(OLDER);
  new Namespace(chart, 'order-system');
  const parts = workloads(chart);
  declare(parts);
  new ZeroTrustMesh(chart, 'mesh', { cni: Cni.cilium(), stage: 'strict' });
  return { chart, spec: find(chart, 'CiliumNetworkPolicy', 'order-service').spec, findings: validate(chart) };
}

test('names are learnt: DNS over UDP and TCP with rules.dns in the policy that has toFQDNs', () => {
  const rules = [{ ports: [{ port: '53', protocol: 'TCP' }], rules: { dns: [{ matchPattern: '*' }] } }, { ports: [{ port: '53', protocol: 'UDP' }], rules: { dns: [{ matchPattern: '*' }] } }];
  const dns = spec().egress.find((rule: { toEndpoints?: Array<{ matchLabels: Record<string, string> }> }) => rule.toEndpoints?.[0]?.matchLabels['k8s-app'] === 'kube-dns');
  expect(dns).toEqual({
    toEndpoints: [
      { matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'kube-system', 'k8s-app': 'kube-dns' } }, { matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'kube-system', 'k8s-app': 'node-local-dns' } },
    ],
    toPorts: rules,
  });
  expect(JSON.stringify(spec('order-frontend'))).not.toContain('"dns"');
});

test('the gateway is found in its own namespace by its own labels', () => {
  expect(spec().ingress[0].fromEndpoints[0].matchLabels).toEqual({
    'k8s:io.kubernetes.pod.namespace': 'envoy-gateway-system', 'app.kubernetes.io/name': 'envoy',
    'gateway.envoyproxy.io/owning-gateway-name': 'order-gateway', 'gateway.envoyproxy.io/owning-gateway-namespace': 'order-system',
  });
});

test('every peer names its namespace, its own too', () => {
  for (const rule of [...spec().ingress, ...spec().egress]) {
    for (const { matchLabels } of rule.fromEndpoints ?? rule.toEndpoints ?? []) expect(matchLabels).toHaveProperty(['k8s:io.kubernetes.pod.namespace']);
  }
});

test('no requests are read where the mesh encrypts', () => {
  expect(JSON.stringify(spec())).not.toContain('"http"');
});

test('one entry per port, each with its own conditions', () => {
  const { spec: own } = plain(({ orders, frontend }) => {
    orders.connections.allowFrom(frontend, orders.ports.http, Http.get(Path.prefix('/api/v1/orders')));
    orders.connections.allowFrom(frontend, orders.ports.metrics);
  });
  expect(own.ingress[0]).toEqual({
    fromEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'order-system', 'app': 'order-frontend' } }],
    toPorts: [
      { ports: [{ port: '8080', protocol: 'TCP' }], rules: { http: [{ method: 'GET', path: '/api/v1/orders([/?].*)?' }] } },
      { ports: [{ port: '9090', protocol: 'TCP' }] },
    ],
  });
});

test('names times ports is no product: payment stays on 443 and kafka on 9092', () => {
  const fqdns = spec().egress.filter((rule: { toFQDNs?: unknown }) => rule.toFQDNs);
  expect(fqdns).toEqual([
    { toFQDNs: [{ matchPattern: '*.payment-gateway.com' }], toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }] },
    { toFQDNs: [{ matchName: 'kafka.internal.example.com' }], toPorts: [{ ports: [{ port: '9092', protocol: 'TCP' }] }] },
  ]);
});

test('both layers know the same callers', () => {
  const { chart } = scenario();
  const callers = find(chart, 'CiliumNetworkPolicy', 'order-service').spec.ingress[0].fromEndpoints.length;
  const principals = find(chart, 'AuthorizationPolicy', 'order-service').spec.rules.flatMap((rule: { from?: Array<{ source: { principals: string[] } }> }) => rule.from?.flatMap((one) => one.source.principals) ?? []);
  expect(callers).toBe(principals.length);
});

test('egress of what the cluster needs', () => {
  const text = JSON.stringify(spec('order-admin').egress);
  expect(text).toContain('"15012"');
  expect(text).toContain('{"toEntities":["kube-apiserver"],"toPorts":[{"ports":[{"port":"6443","protocol":"TCP"}]}]}');
});

test('every kind of peer', () => {
  const chart = newChart();
  const { orders, frontend } = workloads(chart);
  const c = orders.connections;
  for (const peer of [frontend, Peer.allPodsIn('tools'), Peer.cidr('10.1.0.0/16', { except: ['10.1.2.0/24'] }), Peer.internet, Peer.kubeApiServer, Peer.nodes, Peer.group('dba', ['10.47.17.3/32', '10.47.17.2/32'])]) {
    c.allowFrom(peer, orders.ports.http);
  }
  for (const peer of [frontend, Peer.fqdn('a.example.com', Port.tcp(1)), Peer.cidr('10.2.0.0/16'), Peer.internet.on(Port.udp(443)), Peer.kubeApiServer, Peer.nodes]) c.allowTo(peer);
  const policy = renderNetworkPolicy({ labels: { app: 'a' }, ...Registry.of(chart).edgesOf(orders), stage: 'strict', readsRequests: () => false });
  expect(policy).toMatchSnapshot();
});

test('probes come from the pod\'s own node, other calls from any', () => {
  const { spec: own } = plain(({ orders }) => orders.connections.allowFrom(Peer.nodes, orders.ports.metrics));
  expect(own.ingress).toEqual([
    { fromEntities: ['host'], toPorts: [{ ports: [{ port: '8080', protocol: 'TCP' }] }, { ports: [{ port: '9090', protocol: 'TCP' }] }] },
    { fromEntities: ['remote-node'], toPorts: [{ ports: [{ port: '9090', protocol: 'TCP' }] }] },
  ]);
});

describe('requests', () => {
  test('patterns match whole paths, whatever the query', () => {
    const matches = (path: Path, target: string): boolean => new RegExp(`^(?:${pathPattern(path)})$`).test(target);
    const cases: Array<[Path, string, boolean]> = [
      [Path.exact('/a.b'), '/a.b', true], [Path.exact('/a.b'), '/axb', false], [Path.exact('/a'), '/a?x=1', true], [Path.exact('/a'), '/a/b', false],
      [Path.prefix('/a'), '/a', true], [Path.prefix('/a'), '/a/', true], [Path.prefix('/a'), '/a/b?x', true], [Path.prefix('/a'), '/a?x', true], [Path.prefix('/a'), '/ab', false],
      [Path.prefix('/'), '/x', true], [Path.exact('/a(b)+$'), '/a(b)+$', true], [Path.regex('/o/[0-9]+|/p'), '/o/12', true], [Path.regex('/o/[0-9]+|/p'), '/p?q', true], [Path.regex('/o/[0-9]+|/p'), '/o/x', false],
    ];
    for (const [path, target, expected] of cases) expect([String(path), target, matches(path, target)]).toEqual([String(path), target, expected]);
  });

  test('Envoy refuses large patterns: the sizes are RE2\'s own, as google-re2 1.1 says them', () => {
    const sizes: Array<[string, number]> = [['/x', 6], ['/x(\\?.*)?', 18], [`/${'a'.repeat(71)}(\\?.*)?`, 88], [`/${'a'.repeat(63)}([/?].*)?`, 81], ['(/o/[0-9]{1,50})(\\?.*)?', 120], ['(GET|POST)', 13]];
    for (const [pattern, size] of sizes) expect(Math.abs(instructions(pattern) - size)).toBeLessThanOrEqual(3);
    expect(isTooLarge(Path.prefix(`/${'a'.repeat(75)}`))).toBe(false);
    expect(isTooLarge(Path.prefix(`/${'a'.repeat(90)}`))).toBe(true);
  });

  test('one rule for each path and header value', () => {
    expect(renderHttp(Http.methods(['GET', 'POST'], ['/x', '/y']).withHeader('x-api-version', ['v1', 'v2']))).toEqual(['/x(\\?.*)?', '/y(\\?.*)?'].flatMap((path) => ['v1', 'v2'].map((value) => (
      { method: '(GET|POST)', path, headerMatches: [{ name: 'x-api-version', value }] }
    ))));
    expect(renderHttp(Http.any('/x'))).toEqual([{ path: '/x(\\?.*)?' }]);
  });

  test('tokens, TLS and long patterns are findings without a mesh', () => {
    const { findings } = plain(({ orders, frontend, admin }) => {
      orders.connections.allowFrom(frontend, orders.ports.http, Http.get('/x').withJwt({ issuer: ISSUER }));
      orders.connections.allowFrom(admin, orders.ports.http, Http.get(`/${'long/'.repeat(20)}x`));
      orders.connections.allowTo(Peer.fqdn('api.example.org', Port.https(443)), Http.get('/x'));
    });
    expect(findings.map((one) => one.replace(/ \(declared by [^)]*\)/, ''))).toEqual([
      'Cilium verifies no tokens, which beijing:order-system/order-frontend to beijing:order-system/order-service asks for: use a mesh such as Mesh.istio(), or verify them in the gateway.',
      expect.stringMatching(/^Path "\/long\/.*" \(102 characters\) from beijing:order-system\/order-admin to beijing:order-system\/order-service is too large for Cilium, whose Envoy refuses patterns of over 100 instructions: shorten it to about 80 characters, or use a shorter prefix\.$/),
      'Requests from beijing:order-system/order-service to fqdn:api.example.org are inside TLS, where Cilium reads none: drop the Http conditions, or end TLS where the conditions are checked.',
    ]);
  });

  test('what leaves to somebody else is read where it leaves', () => {
    const { spec: own, findings } = plain(({ orders }) => orders.connections.allowTo(Peer.fqdn('api.example.org', Port.http(80)), Http.get('/x')));
    expect(findings).toEqual([]);
    expect(own.egress.at(-1)).toEqual({ toFQDNs: [{ matchName: 'api.example.org' }], toPorts: [{ ports: [{ port: '80', protocol: 'TCP' }], rules: { http: [{ method: 'GET', path: '/x(\\?.*)?' }] } }] });
  });
});

test('an address range of the pods allows no pod, which is a finding', () => {
  const { findings } = plain(({ orders }) => orders.connections.allowFrom(Peer.cidr('10.244.3.0/24'), orders.ports.http));
  expect(findings[0]).toMatch(/^Cilium does not know pods by address, so 10\.244\.3\.0\/24 does not allow pods of 10\.244\.0\.0\/16 from cidr:10\.244\.3\.0\/24 to beijing:order-system\/order-service \(declared by .*\): name the workload, or Peer\.allPodsIn\.$/);
});

test('hostile label values come back unchanged, and a workload cannot carry others', () => {
  const chart = newChart();
  const odd = Workload.external(chart, 'odd', { labels: { 'a.b/c-d_e': 'A_b.c-9', 'empty': '' }, ports: { http: Port.http(80) } });
  const orders = new Workload(chart, 'orders', { ...images(), ports: { http: Port.http(8080) } });
  orders.connections.allowFrom(odd);
  new ZeroTrustMesh(chart, 'mesh', { cni: Cni.cilium(), stage: 'strict' });
  expect(find(chart, 'CiliumNetworkPolicy', 'orders').spec.ingress[0].fromEndpoints[0].matchLabels).toEqual({ 'k8s:io.kubernetes.pod.namespace': 'order-system', 'a.b/c-d_e': 'A_b.c-9', 'empty': '' });
});
