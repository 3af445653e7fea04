// Every correction of the source's Istio block: each of these fails on the source's form.
import { Cni } from '../../src/cni';
import { Cluster, Duration, Http, NetstackError, Path, Peer, Percent, Port } from '../../src/core';
import { NetworkApp } from '../../src/app/network-app';
import { NetworkChart } from '../../src/app/network-chart';
import { Mesh, ZeroTrustMesh } from '../../src/mesh';
import type { IstioOptions, IstioTraffic } from '../../src/mesh';
import { principalOf, renderAuthorizationPolicy } from '../../src/mesh/istio/authorization';
import { renderNamespaceMtls, renderWorkloadMtls } from '../../src/mesh/istio/peer-authentication';
import { renderDestinationRule, renderVirtualService } from '../../src/mesh/istio/traffic';
import { Registry } from '../../src/core/registry';
import { Namespace, Workload } from '../../src/workload';
import { connect, documents, find, images, ISSUER, meshProps, newChart, OLDER, scenario, validate, workloads } from './scenario';

/** What production chose; the numbers are data. */
const TRAFFIC: IstioTraffic = {
  timeout: Duration.millis(4700),
  retries: { attempts: 2, perTry: Duration.millis(1500), on: ['reset', 'connect-failure', 'refused-stream'] },
  connectionPool: {
    maxConnections: 4700, connectTimeout: Duration.millis(1700), keepAlive: { time: Duration.seconds(47), interval: Duration.seconds(17) },
    maxRequests: 17000, maxRequestsPerConnection: 1700, maxRetries: 3, idleTimeout: Duration.seconds(47), upgradeToHttp2: true,
  },
  outlierDetection: { consecutive5xx: 7, interval: Duration.millis(4700), baseEjection: Duration.seconds(47), maxEjection: Percent.of(47), minHealthy: Percent.of(47) },
  loadBalancer: { hashHeader: 'x-user-id', minimumRingSize: 4700 },
  versions: { canary: { connectionPool: { maxConnections: 470 } } },
  byHeader: [{ header: 'X-Canary-User', value: 'true', version: 'canary' }],
  mirror: { version: 'shadow', percent: Percent.of(17) },
};

const what = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (NetstackError.is(error)) return `${error.what} | ${error.fix}`;
    throw error;
  }
  throw new Error('nothing was refused');
};

function rulesOf(declare: (parts: ReturnType<typeof workloads>) => void, istio: IstioOptions = {}) {
  const chart = newChart();
  new Namespace(chart, 'order-system');
  const parts = workloads(chart);
  declare(parts);
  new ZeroTrustMesh(chart, 'mesh', meshProps('strict', parts, istio));
  return { chart, rules: find(chart, 'AuthorizationPolicy', 'order-service').spec.rules ?? [], findings: validate(chart) };
}

describe('AuthorizationPolicy', () => {
  const { chart } = scenario();
  const { rules } = find(chart, 'AuthorizationPolicy', 'order-service').spec;

  test('a namespace that is denied first', () => {
    expect(find(chart, 'AuthorizationPolicy', 'mesh-allow-nothing', 'order-system').spec).toEqual({});
  });

  test('principals are the service accounts of the callers, the gateway\'s own among them', () => {
    const principals = rules.flatMap((rule: { from?: Array<{ source: { principals: string[] } }> }) => rule.from?.flatMap((one) => one.source.principals) ?? []);
    expect(principals.sort()).toEqual([
      'cluster.local/ns/envoy-gateway-system/sa/envoy-order-system-order-gateway', 'cluster.local/ns/order-system/sa/order-admin', 'cluster.local/ns/order-system/sa/order-frontend',
    ]);
  });

  test('the trust domain of the cluster', () => {
    const app = new NetworkApp();
    const cluster = new Cluster(app, 'c', { trustDomain: 'mesh.example.com' });
    const workload = new Workload(new NetworkChart(app, 'chart', { cluster, namespace: 'n' }), 'w', { ...images(), ports: {}, serviceAccount: { name: 'runner' } });
    expect(principalOf(workload, cluster.trustDomain)).toBe('mesh.example.com/ns/n/sa/runner');
  });

  test('a denied source is an address behind proxies, not the last hop', () => {
    const text = JSON.stringify(rules);
    expect(text).toContain('"notRemoteIpBlocks":["10.47.47.0/24"]');
    expect(text).not.toContain('source.ip');
  });

  test('Prometheus, which has no identity, may scrape the metrics and nothing else', () => {
    expect(rules.filter((rule: { from?: unknown }) => !rule.from)).toEqual([{ to: [{ operation: { ports: ['9090'], methods: ['GET'], paths: ['/metrics'] } }] }]);
  });

  test('a prefix goes by segments', () => {
    const paths = rules.flatMap((rule: { to: Array<{ operation: { paths: string[] } }> }) => rule.to.flatMap((one) => one.operation.paths));
    expect(paths).toContain('/api/v1/orders');
    expect(paths).toContain('/api/v1/orders/*');
    expect(paths).not.toContain('/api/v1/orders*');
  });

  test('the kubelet needs no rule: its probes are answered by the sidecar', () => {
    expect(find(chart, 'AuthorizationPolicy', 'order-frontend').spec).toEqual({ selector: { matchLabels: { app: 'order-frontend' } }, action: 'ALLOW' });
  });

  test('people and ranges are told by their address, on a port that takes plain text', () => {
    const { rules: made, findings } = rulesOf(({ orders }) => {
      orders.connections.allowFrom(Peer.group('engineering', ['10.47.17.10/32', '10.47.17.9/32']), orders.ports.http);
      orders.connections.allowFrom(Peer.cidr('10.9.0.0/16', { except: ['10.9.1.0/24'] }), orders.ports.http);
    });
    expect(made.find((rule: { from?: unknown }) => rule.from).from).toEqual([
      { source: { ipBlocks: ['10.47.17.10/32', '10.47.17.9/32'], notRemoteIpBlocks: ['10.47.47.0/24'] } },
      { source: { ipBlocks: ['10.9.0.0/16'], notIpBlocks: ['10.9.1.0/24'], notRemoteIpBlocks: ['10.47.47.0/24'] } },
    ]);
    expect(findings).toHaveLength(2);
    expect(findings[1]).toMatch(/^group:engineering calls order-system\/order-service on 8080, which takes mTLS only at stage strict, and has no sidecar \(declared by chart\/order-service, test\/mesh\/istio\.test\.ts:\d+\): open the port with Mesh\.istio\(\{ plainText: \[\{ port, reason \}\] \}\), where it is told by its address\.$/);
  });

  test('callers of one condition share a rule, whatever was declared first', () => {
    const state = (reversed: boolean) => {
      const own = newChart();
      const { orders, frontend, admin } = workloads(own);
      const callers = reversed ? [admin, frontend] : [frontend, admin];
      for (const caller of callers) orders.connections.allowFrom(caller, orders.ports.http, Http.get('/x'), Http.post('/y'));
      return renderAuthorizationPolicy({ labels: { app: 'a' }, ingress: Registry.of(own).edgesOf(orders).ingress, trustDomain: 'd', deniedSources: [], isMember: () => true, isMemberNamespace: () => true });
    };
    expect(state(true)).toEqual(state(false));
    expect(state(false).rules).toEqual([{
      from: [{ source: { principals: ['d/ns/order-system/sa/order-admin', 'd/ns/order-system/sa/order-frontend'] } }],
      to: [{ operation: { ports: ['8080'], methods: ['GET'], paths: ['/x'] } }, { operation: { ports: ['8080'], methods: ['POST'], paths: ['/y'] } }],
    }]);
  });

  test.each([
    ['a pattern', Http.get(Path.regex('/orders/[0-9]+')), /^Path "\/orders\/\[0-9\]\+" to order-system\/order-service .* is a pattern, and an AuthorizationPolicy of Istio knows exact paths and prefixes: use Path\.exact or Path\.prefix here, and check the pattern in the gateway's route or, without a mesh, in Cilium\.$/],
    ['a wildcard', Http.get('/x').withHeader('x-v', 'v*'), /^Value "v\*" of a condition .* begins or ends with "\*", which Istio reads as a wildcard: use a value without it\.$/],
    ['a nested claim', Http.get('/x').withJwt({ issuer: ISSUER, claims: { 'a][b': ['c'] } }), /^Claim "a\]\[b" of a condition .* holds a bracket/],
    ['an unknown issuer', Http.get('/x').withJwt({ issuer: 'https://other.example.com' }), /^order-system\/order-service asks for tokens of "https:\/\/other\.example\.com" .*, and nobody says where its keys are, so no request would pass: give new ZeroTrustMesh\(…, \{ jwt: \[\{ issuer, jwksUri \}\] \}\)\.$/],
  ])('what it cannot say is a finding: %s', (_, http, expected) => {
    const { findings } = rulesOf(({ orders, frontend }) => orders.connections.allowFrom(frontend, orders.ports.http, http));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatch(expected);
  });

  test('requests inside the workload\'s own TLS cannot be told apart', () => {
    const { findings, chart: own } = rulesOf(({ frontend }) => {
      const secure = new Workload(frontend, 'secure', { ...images(), ports: { https: Port.https(8443) } });
      secure.connections.allowFrom(frontend, secure.ports.https, Http.get('/x'));
    });
    expect(findings[0]).toContain('inside the workload\'s own TLS no sidecar reads them');
    expect(find(own, 'AuthorizationPolicy', 'secure').spec.rules).toEqual([{ from: [{ source: { principals: ['cluster.local/ns/order-system/sa/order-frontend'] } }], to: [{ operation: { ports: ['8443'] } }] }]);
  });
});

describe('RequestAuthentication', () => {
  test('comes with the claim that a rule asks for', () => {
    const { chart } = scenario();
    const keys = find(chart, 'AuthorizationPolicy', 'order-service').spec.rules.flatMap((rule: { when?: Array<{ key: string }> }) => rule.when?.map((one) => one.key) ?? []);
    expect(keys).toContain('request.auth.claims[role]');
    expect(find(chart, 'RequestAuthentication', 'order-service').spec).toEqual({
      selector: { matchLabels: { app: 'order-service' } },
      jwtRules: [{ issuer: ISSUER, jwksUri: 'https://id.example.com/.well-known/jwks.json', forwardOriginalToken: true, outputClaimToHeaders: [{ header: 'x-user-id', claim: 'sub' }] }],
    });
  });

  test('is not there for workloads that ask for no token', () => {
    expect(documents(scenario().chart).filter((one) => one.kind === 'RequestAuthentication').map((one) => one.metadata.name)).toEqual(['order-service']);
  });
});

describe('PeerAuthentication', () => {
  test('port settings have a selector and numbers of the pod', () => {
    expect(renderWorkloadMtls({ app: 'a' }, new Set([9090, 80]))).toEqual({ selector: { matchLabels: { app: 'a' } }, mtls: { mode: 'STRICT' }, portLevelMtls: { 80: { mode: 'PERMISSIVE' }, 9090: { mode: 'PERMISSIVE' } } });
    expect(renderWorkloadMtls({ app: 'a' }, new Set())).not.toHaveProperty('portLevelMtls');
    expect(renderNamespaceMtls('permissive')).toEqual({ mtls: { mode: 'PERMISSIVE' } });
  });

  test('metrics take plain text only while Prometheus is outside the mesh', () => {
    expect(find(scenario().chart, 'PeerAuthentication', 'order-service').spec.portLevelMtls).toEqual({ 9090: { mode: 'PERMISSIVE' } });
    const chart = newChart();
    new Namespace(chart, 'order-system');
    new Namespace(chart, 'monitoring');
    const parts = workloads(chart);
    new ZeroTrustMesh(chart, 'mesh', meshProps('strict', parts));
    expect(find(chart, 'PeerAuthentication', 'order-service').spec).not.toHaveProperty('portLevelMtls');
    expect(find(chart, 'AuthorizationPolicy', 'order-service').spec.rules[0].from).toEqual([{ source: { principals: ['cluster.local/ns/monitoring/sa/prometheus'] } }]);
  });

  test('a gateway outside the mesh is refused at strict until the program says what to do', () => {
    const declare = (istio: IstioOptions) => rulesOf(connect, { members: [], ...istio }).findings;
    expect(declare({})).toEqual([expect.stringMatching(/^beijing:envoy-gateway-system\/order-gateway calls order-system\/order-service on 8080, which takes mTLS only at stage strict, and has no sidecar .*: take it into the mesh with Mesh\.istio\(\{ members: \[it\] \}\) or a guarded namespace, or open the port with plainText: \[\{ port, reason \}\]\.$/)]);
  });

  test('plain text on one port, with the reason', () => {
    const chart = newChart();
    new Namespace(chart, 'order-system');
    const parts = workloads(chart);
    connect(parts);
    new ZeroTrustMesh(chart, 'mesh', meshProps('strict', parts, { members: [], plainText: [{ port: parts.orders.ports.http, reason: 'the gateway has no sidecar yet' }] }));
    expect(validate(chart)).toEqual([]);
    expect(find(chart, 'PeerAuthentication', 'order-service').spec.portLevelMtls).toMatchObject({ 8080: { mode: 'PERMISSIVE' } });
    expect(what(() => Mesh.istio({ plainText: [{ port: parts.orders.ports.http, reason: 'later' }] }))).toBe('The reason for plain text on port http of order-service has 5 characters | say in 10 to 1000 characters which client has no sidecar, and why');
  });
});

describe('members', () => {
  test('their sidecar knows the pods only, and speaks mTLS to them', () => {
    const { chart } = scenario();
    const of = (kind: string) => find(chart, kind, 'mesh-order-gateway', 'envoy-gateway-system').spec;
    expect(of('Sidecar')).toMatchObject({ egress: [{ hosts: ['./pods.mesh.internal'] }], outboundTrafficPolicy: { mode: 'ALLOW_ANY' } });
    expect(of('ServiceEntry')).toEqual({
      hosts: ['pods.mesh.internal'], addresses: ['10.244.0.0/16'], ports: [{ number: 8080, name: 'tcp-8080', protocol: 'TCP' }], location: 'MESH_INTERNAL', resolution: 'NONE', exportTo: ['.'],
    });
    expect(of('DestinationRule').trafficPolicy).toEqual({ tls: { mode: 'ISTIO_MUTUAL' } });
  });

  test('need the addresses of the pods', () => {
    const app = new NetworkApp();
    const chart = new NetworkChart(app, 'chart', { cluster: new Cluster(app, 'c'), namespace: 'n' });
    const gateway = Workload.external(chart, 'gateway', { namespace: 'g', labels: { app: 'g' }, ports: {} });
    expect(what(() => new ZeroTrustMesh(chart, 'mesh', { cni: Cni.cilium(), mesh: Mesh.istio({ members: [gateway] }), stage: 'strict' })))
      .toBe('Member g/gateway joins the mesh, and the addresses of the pods of cluster c are unknown | give new Cluster(app, id, { podCidrs: [\'10.244.0.0/16\'] })');
  });

  test('may not call pods with and without a sidecar on one port', () => {
    const { findings } = rulesOf((parts) => {
      connect(parts);
      const legacy = Workload.external(parts.orders, 'legacy', { namespace: 'legacy', labels: { app: 'legacy' }, ports: { http: Port.http(8080) } });
      legacy.connections.allowFrom(parts.gateway);
    });
    expect(findings).toEqual(['Member envoy-gateway-system/order-gateway calls beijing:legacy/legacy on 8080 without mTLS and beijing:order-system/order-service on the same port with it, and its sidecar tells them by port only: give one of them another port, or a sidecar.']);
  });
});

describe('traffic', () => {
  const { chart } = (() => {
    const own = newChart();
    new Namespace(own, 'order-system');
    const parts = workloads(own);
    new ZeroTrustMesh(own, 'mesh', meshProps('strict', parts, { members: [], traffic: [{ workload: parts.orders, ...TRAFFIC }] }));
    return { chart: own };
  })();
  const host = (name: string): string => `${name}.order-system.svc.cluster.local`;

  test('a hash alone, with its ring where Istio has it now', () => {
    const { loadBalancer } = find(chart, 'DestinationRule', 'order-service').spec.trafficPolicy;
    expect(loadBalancer).toEqual({ consistentHash: { httpHeaderName: 'x-user-id', ringHash: { minimumRingSize: 4700 } } });
  });

  test('algorithm and hash together are refused', () => {
    const { orders } = workloads(newChart());
    const both = { loadBalancer: { algorithm: 'LEAST_REQUEST', hashHeader: 'x' } } as never as IstioTraffic;
    const own = new NetworkChart(orders.node.root as never, 'other', { cluster: orders.cluster });
    expect(what(() => new ZeroTrustMesh(own, 'mesh', { cni: Cni.cilium(), mesh: Mesh.istio({ traffic: [{ workload: orders, ...both }] }), stage: 'strict' })))
      .toBe('Algorithm and hash of the load balancer of workload order-service | choose one: Istio refuses both');
  });

  test('every host that a route names has a rule of its own, and no route names a subset', () => {
    const { http } = find(chart, 'VirtualService', 'order-service').spec;
    interface Route { readonly route: ReadonlyArray<{ readonly destination: { readonly host: string } }>; readonly mirror?: { readonly host: string } }
    const named = new Set((http as Route[]).flatMap(({ route, mirror }) => [...route.map((one) => one.destination.host), ...mirror ? [mirror.host] : []]));
    const rules = documents(chart).filter((one) => one.kind === 'DestinationRule').map((one) => one.spec.host);
    for (const one of named) expect(rules).toContain(one);
    expect(JSON.stringify(http)).not.toContain('subset');
    expect(http.at(-1).mirror).toEqual({ host: host('order-service-shadow') });
    expect(http.at(-1).mirrorPercentage).toEqual({ value: 17 });
  });

  test('timeout and retries on every route, in Istio\'s durations, and a route for everything else', () => {
    const { http } = find(chart, 'VirtualService', 'order-service').spec;
    expect(http).toHaveLength(2);
    for (const route of http) {
      expect(route.timeout).toBe('4.7s');
      expect(route.retries).toEqual({ attempts: 2, perTryTimeout: '1.5s', retryOn: 'connect-failure,refused-stream,reset' });
    }
    expect(http[0].match).toEqual([{ headers: { 'x-canary-user': { exact: 'true' } } }]);
    expect(http[1]).not.toHaveProperty('match');
  });

  test('no fault and, unless asked, no second canary', () => {
    const { http } = find(chart, 'VirtualService', 'order-service').spec;
    expect(JSON.stringify(http)).not.toContain('"fault"');
    expect(http[1].route).toEqual([{ destination: { host: host('order-service') } }]);
  });

  test('a canary that is asked for leaves the rest to the main version', () => {
    const { orders } = workloads(newChart());
    expect(renderVirtualService(orders, { canary: { version: 'canary', percent: Percent.of(3) } }).http![0]!.route).toEqual([
      { destination: { host: host('order-service') }, weight: 97 }, { destination: { host: host('order-service-canary') }, weight: 3 },
    ]);
  });

  test('pools and outliers, and what a version has differently', () => {
    expect(find(chart, 'DestinationRule', 'order-service').spec.trafficPolicy).toMatchObject({
      connectionPool: {
        tcp: { maxConnections: 4700, connectTimeout: '1.7s', tcpKeepalive: { time: '47s', interval: '17s' } },
        http: { http2MaxRequests: 17000, maxRequestsPerConnection: 1700, maxRetries: 3, idleTimeout: '47s', h2UpgradePolicy: 'UPGRADE' },
      },
      outlierDetection: { consecutive5xxErrors: 7, interval: '4.7s', baseEjectionTime: '47s', maxEjectionPercent: 47, minHealthPercent: 47 },
      tls: { mode: 'ISTIO_MUTUAL' },
    });
    expect(find(chart, 'DestinationRule', 'order-service-canary').spec.trafficPolicy.connectionPool.tcp.maxConnections).toBe(470);
    expect(renderDestinationRule('h', {}, {}, false)).toBeUndefined();
  });

  test('the tries of a request fit into its timeout', () => {
    const { orders } = workloads(newChart());
    expect(what(() => renderVirtualService(orders, { timeout: Duration.millis(4700), retries: { attempts: 3, perTry: Duration.millis(1700) } })))
      .toBe('4 tries of 1s700ms do not fit into the timeout of 4s700ms of workload order-service | give each try at most 1s175ms, or fewer attempts');
  });

  test.each<[string, IstioTraffic, string]>([
    ['a version that is not there', { mirror: { version: 'gone', percent: Percent.of(1) } }, 'Workload order-service has no version "gone"'],
    ['half a percent', { canary: { version: 'canary', percent: Percent.of(0.5) } }, 'Canary of 0.5% of workload order-service'],
    ['the main version', { canary: { version: 'stable', percent: Percent.of(5) } }, 'Canary stable, which is the main version of workload order-service'],
    ['no connections', { connectionPool: { maxConnections: 0 } }, 'maxConnections 0 of workload order-service is not a whole number from 1 to 2147483647'],
    ['half a second', { connectionPool: { keepAlive: { time: Duration.millis(1500), interval: Duration.seconds(1) } } }, 'keepAlive.time of order-service.order-system.svc.cluster.local is 1s500ms, and the kernel counts whole seconds'],
    ['a condition', { retries: { attempts: 1, on: ['a,b\nc'] } }, 'Retry conditions ["a,b\\nc"] of workload order-service are not names of Envoy\'s'],
    ['a header', { byHeader: [{ header: 'a b', value: 'x', version: 'canary' }] }, 'HTTP header name "a b" is not a token'],
    ['eleven tries', { retries: { attempts: 11 } }, 'Retries of workload order-service have 11 attempts'],
  ])('refuses %s', (_, traffic, expected) => {
    const { orders } = workloads(newChart(OLDER));
    const own = new NetworkChart(orders.node.root as never, 'other', { cluster: orders.cluster });
    expect(what(() => new ZeroTrustMesh(own, 'mesh', { cni: Cni.cilium(), mesh: Mesh.istio({ traffic: [{ workload: orders, ...traffic }] }), stage: 'strict' })).split(' | ')[0]).toBe(expected);
  });
});
