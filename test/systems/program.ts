// Random programs of our own constructs: every one of them is right, as its author would believe.
import type { NetworkApp as App, IWorkload, Route } from '../../src';
import {
  ClientIp, Cluster, Cni, EdgeConnector, EdgeTunnel, EnvValue, GatewayImplementation, Http, Mesh, Namespace, NetworkApp, NetworkChart, OrderGateway, Path, Peer, Percent, Port,
  SecretRef, TerraformVariable, Tls, Workload, ZeroTrustMesh,
} from '../../src';
import type { MeshStage, Targets } from '../../src';
import { Random } from './random';

const OLDER: Targets = {
  kubernetes: '1.32', gatewayApi: { version: '1.2', channel: 'standard' }, envoyGateway: '1.2', istio: '1.24', cilium: '1.17', certManager: '1.16', prometheusOperator: '0.79',
};
const NEWER: Targets = {
  kubernetes: '1.35', gatewayApi: { version: '1.6', channel: 'standard' }, envoyGateway: '1.9', istio: '1.30', cilium: '1.20', certManager: '1.21', prometheusOperator: '0.93',
};

const NAMES = ['orders', 'cart', 'billing', 'search', 'users', 'mail', 'stock', 'prices', 'reports', 'media'];

/** An app of one to two clusters with some of the layers. */
export function randomProgram(seed: number): App {
  const random = new Random(seed);
  const app = new NetworkApp();
  const regions = random.once(4) ? ['north', 'south'] : ['north'];
  // Both ends of a tunnel answer to the same names.
  const hostnames = random.once(2) ? ['api.example.com'] : ['api.example.com', 'shop.example.com'];
  let tunnel: EdgeTunnel | undefined;
  for (const [index, region] of regions.entries()) {
    const cluster = new Cluster(app, region, {
      targets: random.once(2) ? OLDER : NEWER, podCidrs: [`10.${128 + 32 * index}.0.0/16`], serviceCidrs: [`10.${129 + 32 * index}.0.0/16`], trustDomain: `${region}.example.com`,
    });
    tunnel = addRegion(app, cluster, { random, hostnames, before: tunnel });
  }
  return app;
}

type AnyWorkload = Workload<{ readonly http: Port; readonly metrics: Port }, 'stable' | 'canary'>;

interface Region {
  readonly random: Random;
  readonly hostnames: readonly string[];
  readonly before: EdgeTunnel | undefined;
}

function addRegion(app: App, cluster: Cluster, { random, hostnames, before }: Region): EdgeTunnel | undefined {
  const chart = (team: string, namespace: string): NetworkChart => new NetworkChart(app, `${cluster.name}-${team}`, { cluster, namespace });
  const shop = chart('shop', 'shop');
  new Namespace(shop, 'shop');
  const names = random.some(NAMES, 2);
  const meshed = !random.once(4);
  const workloads = names.map((name) => workload(shop, name, random));
  const data = chart('data', 'data');
  if (random.once(2)) new Namespace(data, 'data', { existing: true });
  else new Namespace(data, 'data');
  const database = random.once(2)
    ? Workload.external(data, 'postgres', { labels: { app: 'postgres' }, ports: { sql: Port.tcp(5432) } })
    : new Workload(data, 'postgres', {
      image: 'docker.io/library/postgres:17.2', controller: 'StatefulSet', ports: { sql: Port.tcp(5432) }, replicas: random.between(1, 3),
      env: { POSTGRES_PASSWORD: SecretRef.existing('postgres', 'password') }, probes: { readiness: { port: 'sql' }, liveness: { port: 'sql' }, startup: false },
      security: { runAsUser: 999, runAsGroup: 999, readOnlyRootFilesystem: false },
    });
  new Namespace(shop, 'monitoring', { existing: true });
  const prometheus = Workload.external(shop, 'prometheus', {
    namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' }, ports: { web: Port.http(9090) }, serviceAccountName: 'prometheus',
  });
  connect(workloads, database, random);

  let route: Route | undefined;
  if (!random.once(3)) route = gateway(chart('gateway', 'shop'), workloads, hostnames, random);
  if (!random.once(4)) protect(chart('mesh', 'shop'), { prometheus, meshed, route, random });
  if (!route || (!before && random.once(2))) return before;
  return edge(chart('edge', 'edge'), route, before);
}

function workload(chart: NetworkChart, name: string, random: Random): AnyWorkload {
  const port = random.pick([8080, 3000, 8000]);
  const version = (tag: string) => ({
    image: `registry.example.com/${name}:${tag}`,
    ...(random.once(3) ? { autoscaling: { min: 2, max: random.between(3, 20), cpu: Percent.of(70) } } : { replicas: random.between(1, 4) }),
  });
  return new Workload(chart, name, {
    labels: random.once(2) ? { tier: 'backend' } : {},
    ports: { http: random.once(4) ? Port.grpc(port) : Port.http(port), metrics: Port.metrics(9090) },
    versions: { stable: version('1.0.0'), canary: { ...version('1.1.0'), label: 'next' } },
    ...(random.once(2) ? { service: { ports: { http: 80 } } } : {}),
    ...(random.once(3) ? { env: { LOG_LEVEL: 'info', POD_IP: EnvValue.field('status.podIP'), API_KEY: SecretRef.existing(`${name}-api`, 'key') } } : {}),
    ...(random.once(4) ? { disruptionBudget: false as const } : {}),
    probes: random.once(4) ? false as const : { readiness: { port: 'metrics' as const }, liveness: { port: 'metrics' as const }, startup: false as const },
  });
}

function connect(workloads: readonly AnyWorkload[], database: IWorkload, random: Random): void {
  for (const from of workloads) {
    for (const to of workloads) {
      if (from === to || !random.once(3)) continue;
      if (to.ports.http.port.kind === 'grpc' || random.once(2)) to.connections.allowFrom(from, to.ports.http);
      else to.connections.allowFrom(from, to.ports.http, Http.methods(random.some(['GET', 'POST', 'PUT'] as const, 1), Path.prefix(`/api/${to.name}`)));
    }
    if (random.once(2)) from.connections.allowTo(database);
    if (random.once(4)) from.connections.allowTo(Peer.fqdn(random.pick(['api.stripe.com', '*.example.net']), Port.https(443)));
    if (random.once(6)) from.connections.allowTo(Peer.cidr('203.0.113.0/24', { port: Port.tcp(443) }));
  }
}

function gateway(chart: NetworkChart, workloads: readonly AnyWorkload[], hostnames: readonly string[], random: Random): Route {
  new Namespace(chart, 'envoy-gateway-system', { existing: true });
  new Namespace(chart, 'redis-system');
  const redis = new Workload(chart, 'redis', {
    namespace: 'redis-system', image: 'docker.io/library/redis:7.4.2', replicas: 1, ports: { redis: Port.tcp(6379) }, args: ['--save', ''],
    probes: { readiness: { port: 'redis' }, liveness: { port: 'redis' }, startup: false }, security: { runAsUser: 999, runAsGroup: 999 },
  });
  const front = new OrderGateway(chart, 'gateway', {
    implementation: GatewayImplementation.envoyGateway({ redis: redis.ports.redis }),
    hostnames,
    tls: Tls.clusterIssuer('letsencrypt-prod'),
    ...(random.once(2) ? { clientIp: ClientIp.header('CF-Connecting-IP') } : {}),
    ...(random.once(3) ? { http3: false } : {}),
    ...(random.once(2) ? { jwt: [{ issuer: 'https://id.example.com', jwksUri: 'https://id.example.com/keys' }] } : {}),
    ...(random.once(2) ? { cors: { allowOrigins: ['https://shop.example.com'], allowMethods: ['GET', 'POST'] as const } } : {}),
  });
  const behind = random.some(workloads.filter((one) => one.ports.http.port.kind !== 'grpc'), 0);
  const targets = behind.length > 0 ? behind : [workloads[0]!];
  const routes = targets.map((to) => front.addRoute(to.name, {
    path: Path.prefix(`/api/${to.name}`),
    to: to.ports.http,
    ...(random.once(2) ? { canary: { version: 'canary' as const, percent: Percent.of(random.between(1, 20)) } } : {}),
    ...(random.once(4) ? { methods: ['GET', 'POST'] as const } : {}),
  }));
  return routes[0]!;
}

function protect(chart: NetworkChart, { prometheus, meshed, route, random }: { prometheus: IWorkload; meshed: boolean; route: Route | undefined; random: Random }): void {
  const stage = random.pick<MeshStage>(['observe', 'permissive', 'strict']);
  const redis = chart.node.root.node.findAll().find((one): one is IWorkload & typeof one => one instanceof Workload && one.name === 'redis' && one.cluster === Cluster.of(chart)) as unknown as
    (IWorkload & { readonly ports: { readonly redis: never } }) | undefined;
  new ZeroTrustMesh(chart, 'mesh', {
    cni: Cni.cilium(),
    ...(meshed ? {
      mesh: Mesh.istio({
        ...(route ? { members: [route] } : {}),
        ...(redis ? { plainText: [{ port: redis.ports.redis, reason: 'the rate limit service has no sidecar' }] } : {}),
      }),
    } : {}),
    stage, prometheus,
  });
}

function edge(chart: NetworkChart, route: Route, before: EdgeTunnel | undefined): EdgeTunnel {
  new Namespace(chart, 'edge');
  const token = SecretRef.existing('cloudflared', 'token');
  if (before) {
    new EdgeConnector(chart, 'tunnel', { tunnel: before, token, publish: [route] });
    return before;
  }
  return new EdgeTunnel(chart, 'tunnel', { zone: 'example.com', account: TerraformVariable.named('account'), token, publish: [route], settings: { http3: true, minTlsVersion: '1.2' }, plan: 'business' });
}


