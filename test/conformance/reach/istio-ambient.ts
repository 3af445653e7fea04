// Istio's ambient mode against istiod and the real Envoy: random policies, certificates and waypoints go through istiod's own code. What it tells ztunnel (policies, whom they
// are for, the waypoint of a Service) is asked by a matcher of ours that is written from ztunnel's source, as ztunnel itself cannot be had; what it tells waypoints runs in Envoy,
// to which calls are sent as ztunnel sends them (HBONE: CONNECT inside mTLS), on loopback. The answer of both must be what the engine says.
// Speaks for istio 1.31-dev; ztunnel's matcher has read these policies alike since before 1.24.
//   npx tsx test/conformance/reach/istio-ambient.ts [--sets=100] [--requests=20] [--seed=1] [--batch=20]
import { request as httpRequest } from 'node:http';
import { connect } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { Decision } from '../../../src/analysis/reach/decide';
import type { Network } from '../../../src/analysis/reach/network';
import { networkOf } from '../../../src/analysis/reach/network';
import { meshDecision } from '../../analysis/reach/mesh/ask';
import { clusterOf } from '../../reach/cluster';
import type { AmbientWorld } from '../../reach/worlds/ambient';
import { ambientWorld, GATEWAY, GATEWAY_LABELS, SHOP } from '../../reach/worlds/ambient';
import { Choices, seeded } from '../../reach/worlds/draw';
import type { MeshCall } from '../../reach/worlds/mesh';
import { CALLERS, POD_CIDR } from '../../reach/worlds/mesh';
import { ENVOY_VERSION, envoy, fetchEnvoy, start, validate } from '../engines/envoy';
import type { AmbientAnswer, WaypointPod } from '../engines/istio-ambient';
import { askAmbient, istioAmbient } from '../engines/istio-ambient';
import { nodeAdmits } from '../engines/ztunnel';
import { Authority, steadyPorts } from './mesh-authority';
import { option } from './options';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

interface Count {
  sets: number;
  calls: number;
  behind: number;
  refused: number;
  undetermined: number;
  readonly answers: Map<string, number>;
  readonly reasons: Map<string, number>;
  readonly differences: string[];
}

const POD = { ip: '10.244.0.10' } as const;
const GATEWAY_POD: WaypointPod = { name: 'ingress', namespace: GATEWAY.namespace, ip: GATEWAY.address, labels: GATEWAY_LABELS, serviceAccount: GATEWAY.serviceAccount };
const TRUST_DOMAIN = 'cluster.local';

/** Judges so many sets, from a seed on. */
export async function judgeAmbient(options: { readonly sets: number; readonly requests: number; readonly seed: number; readonly batch: number }): Promise<Count> {
  const count: Count = { sets: 0, calls: 0, behind: 0, refused: 0, undetermined: 0, answers: new Map(), reasons: new Map(), differences: [] };
  const authority = new Authority();
  try {
    for (let first = 0; first < options.sets; first += options.batch) {
      const worlds = Array.from({ length: Math.min(options.batch, options.sets - first) }, (_, index) => {
        const seed = options.seed + first + index;
        return ambientWorld(new Choices(seeded(seed)), { name: `s${seed}`, calls: options.requests, jwks: authority.jwks });
      });
      await judgeBatch(worlds, authority, count);
    }
  } finally {
    authority.close();
  }
  return count;
}

async function judgeBatch(worlds: readonly AmbientWorld[], authority: Authority, count: Count): Promise<void> {
  const answers = await askAmbient(worlds.map((world) => ({ documents: clusterDocuments(world), waypoints: podsOf(world), gateway: GATEWAY_POD })));
  const ports = await steadyPorts(worlds.reduce((sum, { waypoints }) => sum + waypoints.length, 1));
  const admin = ports.pop()!;
  const portOf = new Map(worlds.flatMap((world) => world.waypoints.map(({ name }) => [`${world.name} ${name}`, ports.pop()!] as const)));
  const config = configOf(worlds, answers, portOf, authority, admin);
  const valid = await validate(envoy()!, config);
  if (valid.code !== 0) throw new Error(valid.output);
  const running = await start(envoy()!, config, admin);
  try {
    for (const [i, world] of worlds.entries()) await judgeWorld(world, answers[i]!, portOf, authority, count);
  } finally {
    await running.stop();
  }
}

async function judgeWorld(world: AmbientWorld, answer: AmbientAnswer, portOf: ReadonlyMap<string, number>, authority: Authority, count: Count): Promise<void> {
  const documents = world.documents.filter(({ kind, metadata }) => answer.invalid[`${kind} ${metadata.namespace}/${metadata.name}`] === undefined);
  const network = networkOf(clusterOf(documents.map((one) => JSON.stringify(one)).join('\n---\n'), { cluster: 'test', model: { clusters: [{ name: 'test', podCidrs: [POD_CIDR] }] } }));
  const waypoints = new Waypoints(world, portOf, authority);
  count.sets++;
  count.refused += Object.keys(answer.invalid).length;
  try {
    for (const call of world.calls) {
      const decision = ours(network, call);
      const said = decision.outcome === 'undetermined' ? 'undetermined' : decision.outcome === 'allowed' ? '200' : decision.status === undefined ? 'closed' : String(decision.status);
      const { got, waypoint } = await theirs(world, answer, call, waypoints);
      count.calls++;
      if (waypoint !== undefined) count.behind++;
      if (said === 'undetermined') {
        count.undetermined++;
        for (const reason of decision.reasons ?? []) count.reasons.set(reason, (count.reasons.get(reason) ?? 0) + 1);
        continue;
      }
      count.answers.set(got, (count.answers.get(got) ?? 0) + 1);
      if (said === got) continue;
      const shown = documents.filter(({ kind }) => /Auth|Gateway|Service|Namespace/.test(kind)).map((one) => `  ${JSON.stringify(one).replace(/"jwks":"(?:[^"\\]|\\.)*"/, '"jwks":"…"')}`);
      count.differences.push(`${world.name}: ${JSON.stringify(call)}\n  istiod and Envoy${waypoint === undefined ? '' : ` through ${waypoint}`}: ${got}, the engine: ${said} ${JSON.stringify(decision.sources.map(({ policy }) => policy.entry.toString()))}\n${shown.join('\n')}`);
    }
  } finally {
    waypoints.close();
  }
}

function ours(network: Network, { caller, port, request, token }: MeshCall): Decision {
  return meshDecision(network, {
    from: caller.name, to: `${SHOP}/orders`, port, ...request && { request: { ...request, host: request.host.toLowerCase() } }, facts: token === undefined ? {} : { jwt: token },
  });
}

interface Answer {
  /** A status, or `closed`. */
  readonly got: string;
  /** The one on the way. */
  readonly waypoint?: string;
}

/** The waypoint where istiod names one and the proxy of the caller's node sends to it; then the proxy of the pod's node. */
async function theirs(world: AmbientWorld, { policies, workloads, services, endpoints }: AmbientAnswer, call: MeshCall, waypoints: Waypoints): Promise<Answer> {
  const { caller, port } = call;
  const pod = workloads.find(({ name, namespace }) => name === 'orders' && namespace === SHOP)!;
  const hasNode = workloads.some((one) => one.tunnel === 'HBONE' && one.addresses.includes(caller.address));
  // Ways to the port of the pod: of several any may be taken. Who calls a port that no Service has calls the pod itself.
  const ways = services.filter(({ name, namespace }) => namespace === SHOP && name.startsWith('orders')).flatMap(({ name, waypoint: host, addresses, ports = {} }) => (
    Object.entries(ports).filter(([, target]) => target === port).map(([number]) => ({ host, address: `${addresses[0]}:${number}`, cluster: `outbound|${number}||${hostOf({ name, namespace: SHOP })}` }))
  ));
  const { host, address, cluster } = ways[(call.request?.path.length ?? 0) % ways.length] ?? { host: pod.waypoint, address: `${POD.ip}:${port}`, cluster: '' };
  const named = podsOf(world).find((one) => host === `${one.namespace}/${hostOf(one)}`);
  if (host && named === undefined) throw new Error(`Nobody is the waypoint ${host}`);
  // A gateway goes where istiod tells it that the Service is.
  const passes = caller === GATEWAY ? named !== undefined && (endpoints[cluster] ?? []).some((one) => one.includes(`${named.ip}:`)) : hasNode;
  const waypoint = passes ? named : undefined;
  if (waypoint !== undefined) {
    const got = await waypoints.send(waypoint, call, address);
    if (got !== '200') return { got, waypoint: waypoint.name };
  }
  const identity = waypoint ?? (caller.meshed ? caller : undefined);
  const admitted = nodeAdmits(policies, pod, {
    source: waypoint?.ip ?? caller.address, destination: POD.ip, port,
    identity: identity && { trustDomain: TRUST_DOMAIN, namespace: identity.namespace, serviceAccount: identity.serviceAccount },
  });
  return { got: admitted ? '200' : 'closed', ...waypoint && { waypoint: waypoint.name } };
}

function hostOf({ name, namespace }: { readonly name: string; readonly namespace: string }): string {
  return `${name}.${namespace}.svc.cluster.local`;
}

function podsOf({ waypoints }: AmbientWorld): readonly WaypointPod[] {
  return waypoints.map(({ name, namespace }, i) => ({
    name, namespace, ip: `10.244.9.${i + 1}`, serviceAccount: name, labels: { 'gateway.networking.k8s.io/gateway-name': name, 'gateway.istio.io/managed': 'istio.io-mesh-controller' },
  }));
}

/** The documents as the cluster has them once its controllers have run. */
function clusterDocuments(world: AmbientWorld): readonly Json[] {
  const ambient = new Set(world.documents.filter(({ kind, metadata }) => kind === 'Namespace' && metadata.labels['istio.io/dataplane-mode'] === 'ambient').map(({ metadata }) => metadata.name));
  const pod = (name: string, namespace: string, ip: string, labels: Json, node: boolean): Json => ({
    apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels, ...node && { annotations: { 'ambient.istio.io/redirection': 'enabled' } } },
    spec: { serviceAccountName: name, containers: [{ name: 'main', image: 'registry.example.com/main:1.7.4' }] },
    status: { podIP: ip, podIPs: [{ ip }], phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  });
  const addressOf = (name: string, namespace: string): string => (name === 'orders' ? POD.ip : [...CALLERS, GATEWAY].find((one) => one.name === `${namespace}/${name}`)?.address ?? '127.0.1.10');
  const slice = (name: string, namespace: string, ip: string, ports: readonly Json[], target: string): Json => ({
    apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name, namespace, labels: { 'kubernetes.io/service-name': name } }, addressType: 'IPv4',
    endpoints: [{ addresses: [ip], conditions: { ready: true }, targetRef: { kind: 'Pod', name: target, namespace } }], ports: ports.map((port) => ({ name: port.name, port: port.targetPort ?? port.port, protocol: 'TCP' })),
  });
  return [
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'istio-waypoint' }, spec: { controllerName: 'istio.io/mesh-controller' } },
    ...world.documents.flatMap((one): Json[] => {
      const { name, namespace } = one.metadata;
      if (one.kind === 'Deployment') return [pod(name, namespace, addressOf(name, namespace), one.spec.template.metadata.labels, ambient.has(namespace))];
      if (one.kind === 'Service') return [one, slice(name, namespace, POD.ip, one.spec.ports, 'orders')];
      return [one.kind === 'Gateway' ? { ...one, status: { addresses: [{ type: 'Hostname', value: hostOf({ name, namespace }) }] } } : one];
    }),
    ...podsOf(world).flatMap(({ name, namespace, ip, labels }, i): Json[] => [
      pod(name, namespace, ip, labels, false), slice(name, namespace, ip, [{ name: 'mesh', port: 15008 }], name),
      {
        apiVersion: 'v1', kind: 'Service', metadata: { name, namespace, labels },
        spec: { clusterIP: `10.96.9.${i + 1}`, selector: { 'gateway.networking.k8s.io/gateway-name': name }, ports: [{ name: 'mesh', port: 15008, appProtocol: 'hbone' }] },
      },
    ]),
  ];
}

/** All waypoints in one Envoy: what ends the tunnel listens on loopback, and what is inside of it is found by name. */
function configOf(worlds: readonly AmbientWorld[], answers: readonly AmbientAnswer[], portOf: ReadonlyMap<string, number>, authority: Authority, admin: number): Json {
  const listeners: Json[] = [];
  const clusters: Json[] = [];
  for (const [i, world] of worlds.entries()) {
    for (const [w, { name }] of world.waypoints.entries()) {
      const inner = `${world.name}-${name}`;
      for (const given of answers[i]!.listeners[w]!) {
        const { name: called, additionalAddresses: _additional, connectionBalanceConfig: _balance, ...listener } = onlyEnvoy(given);
        if (called === 'main_internal') listeners.push({ ...listener, name: inner });
        if (called !== 'connect_terminate') continue;
        const chains = listener.filterChains.map((chain: Json) => ({ ...toInner(chain, inner), transportSocket: authority.serverSocket(['h2']) }));
        listeners.push({ ...listener, name: `${inner}-tunnel`, address: { socketAddress: { address: '127.0.0.1', portValue: portOf.get(inner.replace('-', ' ')) } }, filterChains: chains });
      }
      clusters.push({
        name: inner, type: 'STATIC', loadAssignment: { clusterName: inner, endpoints: [{ lbEndpoints: [{ endpoint: { address: { envoyInternalAddress: { serverListenerName: inner } } } }] }] },
        transportSocket: {
          name: 'envoy.transport_sockets.internal_upstream',
          typedConfig: {
            '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.internal_upstream.v3.InternalUpstreamTransport',
            transportSocket: { name: 'envoy.transport_sockets.raw_buffer', typedConfig: { '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer' } },
          },
        },
      });
    }
  }
  return {
    staticResources: { listeners, clusters }, admin: { address: { socketAddress: { address: '127.0.0.1', portValue: admin } } },
    bootstrapExtensions: [{ name: 'envoy.bootstrap.internal_listener', typedConfig: { '@type': 'type.googleapis.com/envoy.extensions.bootstrap.internal_listener.v3.InternalListener' } }],
  };
}

/** What Istio's build of Envoy has alone only counts and tells proxies about each other. */
const KEPT = /\.(?:rbac|set_filter_state|jwt_authn|router|http_connection_manager|tcp_proxy|original_dst|http_inspector|tls_inspector)\.v3\./;

/** Listeners of pilot without what counts and logs, before a server that answers everybody. */
function onlyEnvoy(value: Json): Json {
  if (Array.isArray(value)) return value.filter((one) => one?.typedConfig?.['@type'] === undefined || KEPT.test(one.typedConfig['@type'])).map(onlyEnvoy);
  if (typeof value !== 'object' || value === null) return value;
  if (String(value['@type']).includes('tcp_proxy')) return { '@type': 'type.googleapis.com/envoy.extensions.filters.network.echo.v3.Echo' };
  const { accessLog: _log, tracing: _tracing, ...rest } = value;
  const { route, ...other } = rest;
  if (route?.cluster !== undefined && route.cluster !== 'main_internal') return { ...onlyEnvoy(other), directResponse: { status: 200 } };
  return Object.fromEntries(Object.entries(rest).map(([key, one]) => [key, key === 'factoryKey' && one === 'istio.hashable_string' ? 'envoy.hashable_string' : onlyEnvoy(one)]));
}

function toInner(value: Json, inner: string): Json {
  if (Array.isArray(value)) return value.map((one) => toInner(one, inner));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, key === 'cluster' && one === 'main_internal' ? inner : toInner(one, inner)]));
}

/** The tunnels of the callers of one world. */
class Waypoints {
  private readonly world: AmbientWorld;
  private readonly portOf: ReadonlyMap<string, number>;
  private readonly authority: Authority;
  private readonly sessions: Map<string, ClientHttp2Session> = new Map();

  constructor(world: AmbientWorld, portOf: ReadonlyMap<string, number>, authority: Authority) {
    this.world = world;
    this.portOf = portOf;
    this.authority = authority;
  }

  close(): void {
    for (const session of this.sessions.values()) session.destroy();
  }

  /** What a caller is answered: a status, or `closed`. */
  async send({ name }: WaypointPod, { caller, request, token }: MeshCall, address: string): Promise<string> {
    const tunnel = await this.tunnel(name, caller, address);
    if (tunnel === undefined) return 'closed';
    try {
      return request === undefined ? await echo(tunnel) : await answered(tunnel, { ...request, headers: { ...request.headers, ...token && { authorization: `Bearer ${this.authority.sign(token)}` } } });
    } finally {
      tunnel.destroy();
    }
  }

  private tunnel(waypoint: string, caller: MeshCall['caller'], authority: string): Promise<ClientHttp2Stream | undefined> {
    const key = `${waypoint} ${caller.name}`;
    let session = this.sessions.get(key);
    if (session === undefined) {
      const certificate = this.authority.certificateOf(caller.namespace, caller.serviceAccount);
      session = connect(`https://127.0.0.1:${this.portOf.get(`${this.world.name} ${waypoint}`)}`, { ...certificate, rejectUnauthorized: false, localAddress: caller.address } as object);
      session.on('error', () => undefined);
      this.sessions.set(key, session);
    }
    const stream = session.request({ ':method': 'CONNECT', ':authority': authority });
    return new Promise((resolve) => {
      stream.on('response', ({ ':status': status }) => resolve(status === 200 ? stream : undefined)).on('error', () => resolve(undefined)).on('close', () => resolve(undefined));
    });
  }
}

function echo(tunnel: Duplex): Promise<string> {
  return new Promise((resolve) => {
    tunnel.on('data', () => resolve('200')).on('close', () => resolve('closed')).on('end', () => resolve('closed')).on('error', () => resolve('closed'));
    setTimeout(() => resolve('silence'), 5000).unref();
    tunnel.write('bytes, and no request\n');
  });
}

function answered(tunnel: Duplex, { method, host, path, headers }: NonNullable<MeshCall['request']>): Promise<string> {
  return new Promise((resolve) => {
    httpRequest({ method, path, headers: { ...headers, host }, createConnection: () => tunnel }).on('response', (got) => {
      got.resume();
      resolve(String(got.statusCode));
    }).on('error', () => resolve('closed')).end();
  });
}

async function main(): Promise<void> {
  await fetchEnvoy();
  await istioAmbient.prepare?.();
  const options = { sets: option('sets', 100), requests: option('requests', 20), seed: option('seed', 1), batch: option('batch', 20) };
  const begin = Date.now();
  const { sets, calls, behind, refused, undetermined, answers, reasons, differences } = await judgeAmbient(options);
  for (const one of differences.slice(0, option('show', 10))) console.log(one);
  console.log(`istio ${await istioAmbient.version() ?? ''} (istiod's ambient index; ztunnel's matcher is ours, from its source) and Envoy ${ENVOY_VERSION} as waypoint: ${sets} sets from seed ${options.seed}, ${calls} calls, ${behind} of them through a waypoint, ${differences.length} differences; ${Math.round((Date.now() - begin) / 1000)} s`);
  console.log(`answers: ${[...answers].sort().map(([answer, times]) => `${times} times ${answer}`).join(', ')}; ${undetermined} undetermined; ${refused} documents that istiod refuses were left out`);
  for (const [reason, times] of reasons) console.log(`  undetermined ${times} times: ${reason}`);
  if (differences.length > 0) process.exitCode = 1;
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
