// Callers without types: one program that gives nearly every option there is, with each option replaced in turn. Whatever is given, the answer is one sentence or a document,
// never a TypeError from inside; no misspelt option is passed over, and no secret is taken or shown.
import { NetworkApp } from '../../src/app/network-app';
import { NetworkChart } from '../../src/app/network-chart';
import { Cni } from '../../src/cni';
import { Cluster, ConfigFile, Duration, NetstackError, Percent, Port, SecretRef, TerraformVariable } from '../../src/core';
import { EdgeTunnel, Expression } from '../../src/edge';
import { ClientIp, GatewayImplementation, OrderGateway, Tls } from '../../src/gateway';
import { Mesh, ZeroTrustMesh } from '../../src/mesh';
import { OfficeVpn } from '../../src/vpn';
import { Namespace, Volume, Workload } from '../../src/workload';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Tree = any;

const KEY = SecretRef.file('/etc/wireguard/keys/wg0.key');
const TOKEN = SecretRef.existing('cloudflared', 'token');
const ms = Duration.millis;
const s = Duration.seconds;

const tree = (): Tree => ({
  cluster: { name: 'beijing', targets: { kubernetes: '1.32', gatewayApi: { version: '1.2', channel: 'standard' }, envoyGateway: '1.2', istio: '1.24',
    cilium: '1.17', certManager: '1.16' }, podCidrs: ['10.128.0.0/16'], serviceCidrs: ['10.129.0.0/16'], clusterDomain: 'cluster.local',
  trustDomain: 'beijing.example.com' },
  chart: { namespace: 'order-system', labels: { team: 'orders' } },
  namespace: { name: 'order-system', labels: { team: 'orders' }, annotations: { note: 'hello' }, existing: false, podSecurity: 'restricted' },
  workload: { name: 'order-service', labels: { tier: 'backend' }, podAnnotations: { note: 'x' }, ports: { http: Port.http(8080),
    metrics: Port.metrics(9090) }, controller: 'Deployment', service: { labels: { a: 'b' }, annotations: { c: 'd' }, type: 'ClusterIP',
    ports: { http: 80 } }, serviceAccount: { name: 'order-service', automountToken: true, annotations: { e: 'f' } },
  probes: { readiness: { port: 'http', path: '/health', period: s(5), timeout: s(2), failures: 3 }, liveness: { port: 'http', path: '/health' },
    startup: false }, security: { runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000, readOnlyRootFilesystem: true },
  volumes: { data: Volume.emptyDir('/data') }, disruptionBudget: { maxUnavailable: 1 }, terminationGracePeriod: s(60),
  command: ['/app'], args: ['--a', 'b'], env: { MODE: 'production' }, resources: { requests: { cpu: '100m', memory: '256Mi' },
    limits: { memory: '256Mi' } },
  versions: { stable: { image: 'registry.example.com/orders:1', label: 'v1', autoscaling: { min: 2, max: 5, cpu: Percent.of(70) },
    command: ['/app'], args: ['a'], env: { A: 'b' } }, canary: { image: 'registry.example.com/orders:2', label: 'v2', replicas: 2,
    service: { labels: { x: 'y' } } }, shadow: { image: 'registry.example.com/orders:3', label: 'v3', replicas: 2 } } },
  external: { name: 'redis', namespace: 'redis-system', labels: { app: 'redis' }, ports: { redis: Port.tcp(6379) }, serviceAccountName: 'redis',
    service: 'redis', servicePorts: { redis: 6379 } },
  eg: { controllerNamespace: 'envoy-gateway-system', gatewayClassName: 'envoy-gateway', proxy: { replicas: 2, serviceType: 'LoadBalancer',
    serviceName: 'gw', serviceLabels: { a: 'b' }, serviceAnnotations: { c: 'd' }, podLabels: { e: 'f' }, podAnnotations: { g: 'h' },
    ipFamily: 'DualStack' } },
  tlsOptions: { secretName: 'api-tls-cert', duration: Duration.days(90), renewBefore: Duration.days(30) },
  gateway: { name: 'order-gateway', namespace: 'order-system', hostnames: ['api.example.com'], http3: true, httpRedirect: true, minTlsVersion: '1.3',
    clientIp: ClientIp.header('CF-Connecting-IP'), clientTimeouts: { requestReceived: s(17), idle: s(47) }, jwt: [{ name: 'id',
      issuer: 'https://id.example.com', jwksUri: 'https://id.example.com/jwks.json', audiences: ['orders'], claimToHeaders: { sub: 'x-user-id' } }],
    trustedHeaders: ['x-user-id'],
    cors: { allowOrigins: ['https://shop.example.com'], allowMethods: ['GET', 'POST'], allowHeaders: ['authorization'], exposeHeaders: ['x-a'],
      maxAge: Duration.hours(1), allowCredentials: true }, timeouts: { request: ms(4700) }, requestHeaders: { 'x-r': 'one' },
    responseHeaders: { 'x-s': 'two' }, accessLabel: { 'gateway-access': 'true' }, circuitBreaker: { maxConnections: 10, maxPendingRequests: 10,
      maxParallelRequests: 10, maxParallelRetries: 3 }, maxRequestsPerConnection: 100, retries: { attempts: 2, perTry: ms(1000),
      backoff: { base: ms(25), max: ms(250) } } },
  route: { path: '/api/v1/orders', headers: { 'x-api-version': 'v1' }, methods: ['GET', 'POST'], canary: { version: 'canary', percent: Percent.of(3),
    promote: false }, mirror: { version: 'shadow', percent: Percent.of(100) }, timeouts: { request: ms(4700) }, idempotent: false, anonymous: false,
  requestHeaders: { 'x-t': 'three' }, responseHeaders: { 'x-u': 'four' }, namespace: 'order-system' },
  istio: { mode: 'sidecar', revision: 'stable', trafficOptions: { timeout: ms(4700), retries: { attempts: 3, perTry: ms(1100),
    on: ['connect-failure'] }, connectionPool: { maxConnections: 10, connectTimeout: ms(1700), keepAlive: { time: s(47), interval: s(17) },
    maxRequests: 10, maxPendingRequests: 10, maxRequestsPerConnection: 10, maxRetries: 3, idleTimeout: s(47), upgradeToHttp2: true },
  outlierDetection: { consecutive5xx: 7, interval: ms(4700), baseEjection: s(47), maxEjection: Percent.of(47), minHealthy: Percent.of(47) },
  loadBalancer: { hashHeader: 'x-user-id', minimumRingSize: 4700 }, versions: { canary: { connectionPool: { maxConnections: 4 } } },
  byHeader: [{ header: 'x-canary', value: 'true', version: 'canary' }], mirror: { version: 'shadow', percent: Percent.of(17) } } },
  cilium: { bgp: { name: 'bgp', localAsn: 64512, nodes: { 'bgp-peer': 'true' }, peers: [{ name: 'rack', address: '10.47.1.1', asn: 64513, port: 179,
    multihop: 4, holdTime: s(51), keepAlive: s(17), connectRetry: s(17), gracefulRestart: s(120), families: ['ipv4'] }], advertise: { podCidrs: true,
    services: { labels: { 'lb': 'true' }, addresses: ['LoadBalancerIP'] } }, internal: false }, loadBalancerPools: [{ name: 'public',
    cidrs: ['10.47.64.0/24'], services: { a: 'b' }, allowFirstLastIps: true }] },
  mesh: { stage: 'strict', exclude: [{ namespace: 'legacy', reason: 'moves away next month' }], nodeLocalDns: true, deniedSources: ['10.47.47.0/24'],
    jwt: [{ issuer: 'https://id.example.com', jwksUri: 'https://id.example.com/jwks.json', claimHeaders: { 'x-user-id': 'sub' },
      audiences: ['orders'] }] },
  edge: { zone: 'example.com', zoneId: TerraformVariable.named('cloudflare_zone_id'), account: TerraformVariable.named('cloudflare_account_id'),
    tunnelName: 'order', edgeId: 'order', managedRules: ['cloudflare', 'owasp'], waf: [{ id: 'office', description: 'admin from the office only',
      when: Expression.from('203.0.113.0/24').not(), action: 'block' }], rateLimits: [{ id: 'orders', when: Expression.hostname('api.example.com'),
      requests: 4700, period: s(60), mitigation: s(60) }], ddosSensitivity: 'default', access: [{ id: 'admin', hostname: 'api.example.com',
      path: '/admin', allow: [{ emailDomain: 'example.com' }, { email: 'a@example.com' }], sessionDuration: Duration.hours(8) }],
    settings: { http3: true, zeroRtt: false, minTlsVersion: '1.2', alwaysUseHttps: true }, plan: 'business', stack: 'edge',
    providerVersion: '>= 5.14.0, < 6.0.0', token: TOKEN, image: 'docker.io/cloudflare/cloudflared:2026.6.1', replicas: 2,
    connectorName: 'cloudflared', namespace: 'edge', resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } } },
  vpn: { network: { v4: '10.60.17.0/24', v6: 'fd4e:7a3c:1b2d:17::/64' }, hub: { host: 1, name: 'hub',
    publicKey: 'sxEnKm+9weYTyJDqgQkhCW4XEZL6YP5KDwHUBb/yIVE=', privateKey: KEY, endpoint: 'vpn.example.com', port: 51820, interface: 'wg0',
    uplink: 'eth0', managementFrom: ['10.47.0.0/20'], lineMtu: 1500 },
  sites: [{ name: 'bj', host: 10, publicKey: '2soPjLdWLXkEz1nw+2bhtd0+vXT6sQTBKXOA5LRLhRw=', privateKey: KEY, networks: ['10.60.32.0/22'],
    groups: ['engineering'], behindNat: true, lineMtu: 1500 }], people: [{ email: 'alice@example.com', groups: ['engineering'],
    devices: [{ name: 'laptop', host: 40, publicKey: 'YrKtk4f2QkNGy8wrC1v+89iZ2rpZbYL5YEQDmJz6rxw=', privateKey: KEY }] }], routes: ['10.128.0.0/16'],
  mtu: 1420,
  tailnet: { tags: { prod: ['engineering'] }, grants: [{ from: 'engineering', to: 'prod', ports: [Port.tcp(443), Port.tcp(22)] }],
    ssh: [{ from: 'engineering', to: 'prod', users: ['deploy'], checkPeriod: Duration.hours(1) }] } },
  config: { format: { name: 'plain', print: (model: { text: string }) => model.text }, owner: 'host', fileName: 'a.conf', model: { text: 'a = b\n' } },
});

function build(t: Tree): void {
  const app = new NetworkApp();
  const cluster = new Cluster(app, 'beijing', t.cluster);
  const chart = new NetworkChart(app, 'orders', { ...t.chart, cluster });
  new Namespace(chart, 'order-system', t.namespace);
  new Namespace(chart, 'redis-system', { existing: true });
  new Namespace(chart, 'envoy-gateway-system', { existing: true });
  const w = new Workload(chart, 'order-service', t.workload);
  const redis = Workload.external(chart, 'redis', t.external);
  new Namespace(chart, 'monitoring', { existing: true });
  const prom = Workload.external(chart, 'prometheus', { namespace: 'monitoring', labels: { app: 'prometheus' }, ports: { web: Port.http(9090) } });
  const g = new OrderGateway(chart, 'order-gateway', { ...t.gateway, implementation: GatewayImplementation.envoyGateway({ ...t.eg, redis: redis.ports.redis }), tls: Tls.clusterIssuer('letsencrypt', t.tlsOptions) });
  const r = g.addRoute('orders', { ...t.route, to: w.ports.http });
  const { trafficOptions, ...istio } = t.istio ?? {};
  new ZeroTrustMesh(chart, 'mesh', { prometheus: prom, ...t.mesh, mesh: Mesh.istio({ ...istio, members: [r], traffic: [{ workload: w, ...trafficOptions }] }), cni: Cni.cilium(t.cilium) });
  const edge = new NetworkChart(app, 'edge', { cluster, namespace: 'edge' });
  new Namespace(edge, 'edge');
  new EdgeTunnel(edge, 'order', { ...t.edge, publish: [r] });
  const vpn = new OfficeVpn(chart, 'office', t.vpn);
  w.connections.allowFrom(vpn.group('engineering'), w.ports.metrics);
  new ConfigFile(chart, 'config', t.config);
  // Contents are rendered late, and checks of the whole are made then.
  app.assembly();
}

const plain = (value: unknown): value is Tree => typeof value === 'object' && value !== null && (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype);

function* paths(value: unknown, at: readonly string[] = []): Generator<readonly [path: string, value: unknown]> {
  if (at.length > 0) yield [at.join('.'), value];
  if (plain(value)) for (const key of Object.keys(value)) yield* paths(value[key], [...at, key]);
}

/** What the program says to another value at that path: undefined when it takes it. */
function answer(path: string, value: unknown): Error | undefined {
  const changed = tree();
  const keys = path.split('.');
  keys.slice(0, -1).reduce<Tree>((at, key) => at[key], changed)[keys.at(-1)!] = value;
  try {
    build(changed);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

const all = [...paths(tree())];
const texts = all.filter(([, value]) => typeof value === 'string').map(([path]) => path);
/** Whose keys are the program's own words, or belong to another library. */
const OPEN = /(?:labels|annotations|Labels|Annotations|[hH]eaders|claimHeaders|env|ports|servicePorts|versions|volumes|nodes|tags|accessLabel)$|^cilium\.loadBalancerPools\.0\.services$|^cluster\.targets$|^chart$|^config\.(?:model|format)$|^(?:eg|istio\.trafficOptions)$/;
const closed = all.filter(([path, value]) => plain(value) && !Array.isArray(value) && !OPEN.test(path)).map(([path]) => path);
const SECRET = `ghp_${'aB3dE5'.repeat(6)}`;

test('the program itself is right', () => {
  expect(answer('chart.namespace', 'order-system')).toBeUndefined();
  expect(texts.length).toBeGreaterThan(120);
  expect(closed.length).toBeGreaterThan(40);
});

test.each<[string, unknown]>([['null', null], ['a number', 42], ['nothing', undefined]])('%s for any option is no TypeError', (_, value) => {
  const crashed = all.map(([path]) => [path, answer(path, value)] as const)
    .filter(([, error]) => error !== undefined && !NetstackError.is(error) && !/^Validation failed/.test(error.message)).map(([path, error]) => `${path}: ${error!.message}`);
  expect(crashed).toEqual([]);
});

test('a misspelt option is refused everywhere', () => {
  const given = new Map(all);
  expect(closed.filter((path) => !/ has no option "optoin"|"optoin"/.test(answer(path, { ...given.get(path) as object, optoin: 'x' })?.message ?? ''))).toEqual([]);
});

test('a secret is refused in every text and never repeated', () => {
  const answers = texts.map((path) => [path, answer(path, SECRET)] as const);
  expect(answers.filter(([, error]) => error === undefined).map(([path]) => path)).toEqual([]);
  expect(answers.filter(([, error]) => error?.message.includes(SECRET.slice(8)) || error?.stack?.includes(SECRET.slice(8))).map(([path]) => path)).toEqual([]);
});
