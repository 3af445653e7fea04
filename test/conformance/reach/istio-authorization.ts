// Reachability's mesh layer against the real data path: random policies go through Istio's own builder (pilot) into Envoy, and calls are sent on loopback, with certificates
// whose SPIFFE identities are made here and tokens that are signed here. What Envoy answers must be what the engine says: the same status, or a connection that is closed.
// Speaks for istio 1.31-dev's builder (targets 1.24 to 1.30 read these policies alike; what differs has a source in src/analysis/reach/mesh).
//   npx tsx test/conformance/reach/istio-authorization.ts [--sets=100] [--requests=20] [--seed=1] [--batch=25]
import { Agent, request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { connect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import type { Decision } from '../../../src/analysis/reach/decide';
import type { Network } from '../../../src/analysis/reach/network';
import { networkOf } from '../../../src/analysis/reach/network';
import { meshDecision } from '../../analysis/reach/mesh/ask';
import { clusterOf } from '../../reach/cluster';
import { Choices, seeded } from '../../reach/worlds/draw';
import type { MeshCall, MeshWorld } from '../../reach/worlds/mesh';
import { CALLERS, commonDocuments, meshWorld, POD_CIDR } from '../../reach/worlds/mesh';
import { ENVOY_VERSION, envoy, fetchEnvoy, start, validate } from '../engines/envoy';
import type { IstioCall, IstioOutcome, IstioProxy } from '../engines/istio';
import { askIstio, istio } from '../engines/istio';
import { Authority, steadyPorts } from './mesh-authority';
import { option } from './options';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

interface Count {
  sets: number;
  requests: number;
  refusedPolicies: number;
  undetermined: number;
  readonly answers: Map<string, number>;
  readonly reasons: Map<string, number>;
  readonly differences: string[];
}

/** Judges so many sets, from a seed on. */
export async function judgeIstioAuthorization(options: { readonly sets: number; readonly requests: number; readonly seed: number; readonly batch: number }): Promise<Count> {
  const count: Count = { sets: 0, requests: 0, refusedPolicies: 0, undetermined: 0, answers: new Map(), reasons: new Map(), differences: [] };
  const authority = new Authority();
  try {
    for (let first = 0; first < options.sets; first += options.batch) {
      const size = Math.min(options.batch, options.sets - first);
      const ports = await steadyPorts(3 * size + 1);
      const admin = ports.pop()!;
      const worlds = Array.from({ length: size }, (_, index) => {
        const seed = options.seed + first + index;
        const [a, b, tcp] = ports.splice(0, 3) as [number, number, number];
        return meshWorld(new Choices(seeded(seed)), { name: `s${seed}`, ports: { http: [a, b], tcp }, calls: options.requests, podAddress: `10.244.${index}.10`, jwks: authority.jwks });
      });
      await judgeBatch(worlds, authority, admin, count);
    }
  } finally {
    authority.close();
  }
  return count;
}

async function judgeBatch(worlds: readonly MeshWorld[], authority: Authority, admin: number, count: Count): Promise<void> {
  const accepted = await Promise.all([acceptable(worlds)]).then(([kept]) => kept!);
  count.refusedPolicies += worlds.reduce((sum, world) => sum + world.documents.length, 0) - accepted.reduce((sum, world) => sum + world.documents.length, 0);
  const documents = [...commonDocuments(), ...accepted.flatMap((world) => world.documents)];
  const network = networkOf(clusterOf(documents.map((one) => JSON.stringify(one)).join('\n---\n'), { cluster: 'test', model: { clusters: [{ name: 'test', podCidrs: [POD_CIDR] }] } }));
  const outcomes = await compile(accepted);
  const config = configOf(accepted, outcomes, authority, admin);
  const valid = await validate(envoy()!, config);
  if (valid.code !== 0) throw new Error(valid.output);
  const running = await start(envoy()!, config, admin);
  try {
    for (const world of accepted) {
      count.sets++;
      for (const call of world.calls) {
        const decision = ours(network, world, call);
        const said = answerOf(decision);
        const got = await send(call, outcomes.get(`${world.name} ${call.port}`)!, authority);
        count.requests++;
        if (said === 'undetermined') {
          count.undetermined++;
          for (const reason of decision.reasons ?? []) count.reasons.set(reason, (count.reasons.get(reason) ?? 0) + 1);
        } else {
          count.answers.set(got, (count.answers.get(got) ?? 0) + 1);
          if (said !== got) count.differences.push(`${world.name}: ${JSON.stringify(call)}\n  Envoy: ${got}, the engine: ${said}\n${world.documents.filter(({ kind }) => /Auth/.test(kind)).map((one) => `  ${JSON.stringify(one).replace(/"jwks":"(?:[^"\\\\]|\\\\.)*"/, '"jwks":"…"')}`).join('\n')}`);
        }
      }
    }
  } finally {
    await running.stop();
  }
}

function ours(network: Network, { namespace }: MeshWorld, { caller, port, request, token }: MeshCall): Decision {
  return meshDecision(network, {
    from: caller.name, to: `${namespace}/orders`, port, ...request && { request: { ...request, host: request.host.toLowerCase() } }, facts: token === undefined ? {} : { jwt: token },
  });
}

/** A status, or `closed`. */
function answerOf({ outcome, status }: Decision): string {
  return outcome === 'undetermined' ? outcome : outcome === 'allowed' ? '200' : status === undefined ? 'closed' : String(status);
}

/** Without the policies that istiod's webhook refuses. */
async function acceptable(worlds: readonly MeshWorld[]): Promise<readonly MeshWorld[]> {
  const { invalid } = await askIstio(worlds.flatMap((world) => world.documents.filter(({ apiVersion }) => String(apiVersion).includes('istio.io'))));
  const refused = new Set(invalid.filter(({ level }) => level === 'error').map(({ document }) => document));
  return worlds.map((world) => ({ ...world, documents: world.documents.filter(({ kind, metadata }) => !refused.has(`${kind} ${metadata.namespace}/${metadata.name}`)) }));
}

/** What pilot makes of the policies: for each port, by the way of calling it. */
type Compiled = Readonly<Record<'mtls' | 'plain', IstioOutcome>>;

async function compile(worlds: readonly MeshWorld[]): Promise<ReadonlyMap<string, Compiled>> {
  const proxies: Record<string, IstioProxy> = {};
  const calls: IstioCall[] = [];
  const pods: Json[] = [];
  worlds.forEach(({ name, ports }, index) => {
    const ip = `10.244.${index}.10`;
    const labels = { app: 'orders', set: name };
    proxies[name] = { pod: 'orders', ip, namespace: name, labels, serviceAccount: 'orders' };
    pods.push({
      apiVersion: 'v1', kind: 'Pod', metadata: { name: 'orders', namespace: name, labels }, spec: { serviceAccountName: 'orders', containers: [{ name: 'main', image: 'a:1' }] },
      status: { podIP: ip, phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
    });
    for (const port of [...ports.http, ports.tcp]) {
      calls.push({ proxy: name, direction: 'inbound', address: ip, port, tls: 'mtls', alpn: 'istio' }, { proxy: name, direction: 'inbound', address: ip, port });
    }
  });
  const documents = worlds.flatMap((world) => world.documents.filter(({ kind }) => kind !== 'Deployment'));
  const { outcomes } = await askIstio([...documents, ...pods], proxies, calls);
  return new Map(calls.flatMap(({ proxy, port }, i) => (i % 2 === 1 ? [] : [[`${proxy} ${port}`, { mtls: outcomes[i]!, plain: outcomes[i + 1]! }] as const])));
}

function configOf(worlds: readonly MeshWorld[], compiled: ReadonlyMap<string, Compiled>, authority: Authority, admin: number): Json {
  const listeners = worlds.flatMap(({ name, ports }) => [...ports.http, ports.tcp].map((port) => {
    const { mtls, plain } = compiled.get(`${name} ${port}`)!;
    const chains: Json[] = [];
    if (asksForCertificate(mtls)) chains.push({ filterChainMatch: { transportProtocol: 'tls' }, transportSocket: authority.serverSocket(), filters: filtersOf(mtls, port !== ports.tcp) });
    if (plain.error === undefined) chains.push({ filterChainMatch: { transportProtocol: 'raw_buffer' }, filters: filtersOf(plain, port !== ports.tcp) });
    return {
      name: `${name}-${port}`, address: { socketAddress: { address: '127.0.0.1', portValue: port } },
      listenerFilters: [{ name: 'envoy.filters.listener.tls_inspector', typedConfig: { '@type': 'type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector' } }], filterChains: chains,
    };
  }));
  return { staticResources: { listeners }, admin: { address: { socketAddress: { address: '127.0.0.1', portValue: admin } } } };
}

/** The filters of pilot, before a server that answers everybody. The connection manager is set as pilot sets it for sidecars. */
function filtersOf({ rbac = [], jwt = [] }: IstioOutcome, http: boolean): Json[] {
  const network = rbac.filter((one) => String(one['@type']).includes('filters.network.rbac'));
  const ofRequests = rbac.filter((one) => String(one['@type']).includes('filters.http.rbac'));
  const named = (name: string, typedConfig: Json): Json => ({ name, typedConfig });
  const before = network.map((one) => named('envoy.filters.network.rbac', one));
  if (!http) return [...before, named('envoy.filters.network.echo', { '@type': 'type.googleapis.com/envoy.extensions.filters.network.echo.v3.Echo' })];
  return [...before, named('envoy.filters.network.http_connection_manager', {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', statPrefix: 'inbound', useRemoteAddress: false, normalizePath: true,
    pathWithEscapedSlashesAction: 'KEEP_UNCHANGED',
    httpFilters: [
      ...jwt.map((one) => named('envoy.filters.http.jwt_authn', one)), ...ofRequests.map((one, i) => named(`envoy.filters.http.rbac.${i}`, one)),
      named('envoy.filters.http.router', { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' }),
    ],
    routeConfig: { virtualHosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, directResponse: { status: 200 } }] }] },
  })];
}

/** Where certificates are switched off, bytes of TLS go on as they are. */
function asksForCertificate({ error, ends }: IstioOutcome): boolean {
  return error === undefined && ends === true;
}

/** What Envoy answers: a status, or `closed`. A caller of the mesh shows its certificate where it is asked for one, as its own proxy does. */
async function send({ caller, port, request, token }: MeshCall, { mtls }: Compiled, authority: Authority): Promise<string> {
  const certificate = caller.meshed && asksForCertificate(mtls) ? authority.certificateOf(caller.namespace, caller.serviceAccount) : undefined;
  const way = { host: '127.0.0.1', port, localAddress: caller.address, rejectUnauthorized: false, ...certificate };
  if (request === undefined) {
    return new Promise((resolve) => {
      const socket = certificate === undefined ? connect(way) : tlsConnect(way);
      const end = (answer: string): void => {
        resolve(answer);
        socket.destroy();
      };
      socket.on('data', () => end('200')).on('close', () => end('closed')).on('error', () => end('closed')).setTimeout(5000, () => end('silence'));
      // Enough bytes for Envoy to see that they are no TLS.
      socket.write('no TLS, and no request\n');
    });
  }
  const { method, host, path, headers } = request;
  const options = { ...way, method, path, headers: { ...headers, host, ...token && { authorization: `Bearer ${authority.sign(token)}` } } };
  const answer = await new Promise<IncomingMessage | undefined>((resolve) => {
    const sent = certificate === undefined ? httpRequest({ ...options, agent: new Agent() }) : tlsRequest({ ...options, agent: new TlsAgent() });
    sent.on('response', (got) => {
      got.resume();
      got.on('end', () => resolve(got));
    }).on('error', () => resolve(undefined)).end();
  });
  return answer === undefined ? 'closed' : String(answer.statusCode);
}

async function main(): Promise<void> {
  await fetchEnvoy();
  await istio.prepare?.();
  const options = { sets: option('sets', 100), requests: option('requests', 20), seed: option('seed', 1), batch: option('batch', 25) };
  const { sets, requests, refusedPolicies, undetermined, answers, reasons, differences } = await judgeIstioAuthorization(options);
  for (const one of differences.slice(0, 20)) console.log(one);
  console.log(`istio ${await istio.version() ?? ''} and Envoy ${ENVOY_VERSION}: ${sets} sets from seed ${options.seed}, ${requests} requests, ${differences.length} differences`);
  console.log(`answers: ${[...answers].sort().map(([answer, times]) => `${times} times ${answer}`).join(', ')}; ${undetermined} undetermined; ${refusedPolicies} policies that istiod refuses were left out`);
  for (const [reason, times] of reasons) console.log(`  undetermined ${times} times: ${reason}`);
  console.log(`${CALLERS.filter(({ meshed }) => meshed).length} callers with certificates beside those of each set`);
  if (differences.length > 0) process.exitCode = 1;
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
