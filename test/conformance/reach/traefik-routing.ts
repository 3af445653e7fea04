// Traefik's routes against the real Traefik: random sets of IngressRoutes, middlewares, TraefikServices and Ingresses go through its own Kubernetes providers into its own routers,
// and requests are sent on loopback. What answers must be what the engine says: the same Service and port with the same path, host and headers, or the same status.
// Speaks for traefik 3.7.
//   npx tsx test/conformance/reach/traefik-routing.ts [--sets=200] [--requests=40] [--seed=1] [--show=20]
import { Agent, createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { stringify } from 'yaml';
import type { Arrival, Routing } from '../../../src/analysis/reach/gateway/routing';
import { gatewayRouting } from '../../../src/analysis/reach/gateway/routing';
import { isTraefikIngress } from '../../../src/analysis/model/traefik-ingresses';
import { clusterOf } from '../../reach/cluster';
import { Choices, seeded } from '../../reach/worlds/draw';
import type { TraefikRequest, TraefikWorld } from '../../reach/worlds/traefik';
import { ENTRY_POINTS, traefikWorld } from '../../reach/worlds/traefik';
import { TRAEFIK_VERSION, traefik, traefikProgram } from '../engines/traefik';
import { startTraefik } from '../engines/traefik-live';
import { option } from './options';
import type { Echo } from './routed';
import { ECHOED, endWith, wrongRequest } from './routed';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

const SECONDS = 10;
/** The backends of this process: none of another one. */
const NET = `127.${64 + process.pid % 128}.${Math.floor(process.pid / 128) % 250}`;
const addressOf = (service: number): string => `${NET}.${service + 1}`;

interface Answer extends Echo {
  readonly status: number | 'reset';
  readonly location: string | undefined;
  /** Namespace, name and port of the Service. */
  readonly service: string | undefined;
}

const NOTHING: Omit<Answer, 'status'> = { location: undefined, service: undefined, path: undefined, host: undefined, headers: undefined };

interface Count {
  requests: number;
  reached: number;
  undetermined: number;
  /** Answered by what an Ingress made. */
  ingresses: number;
  readonly statuses: Map<number | 'reset', number>;
  readonly doubts: Map<string, number>;
  readonly differences: string[];
}

/** Judges so many sets, from a seed on. */
export async function judgeTraefikRouting(options: { readonly sets: number; readonly requests: number; readonly seed: number }): Promise<Count> {
  const count: Count = { requests: 0, reached: 0, undetermined: 0, ingresses: 0, statuses: new Map(), doubts: new Map(), differences: [] };
  for (let index = 0; index < options.sets; index++) {
    const seed = options.seed + index;
    const world = traefikWorld(new Choices(seeded(seed)), options.requests, addressOf);
    // A port that was free may be taken by the time it is wanted: nothing is counted before the first request.
    for (let left = 3; ; left--) {
      try {
        await judgeWorld(seed, world, count);
        break;
      } catch (error) {
        if (left === 0 || !(error as Error).message.includes('did not start')) throw error;
      }
    }
  }
  return count;
}

async function judgeWorld(seed: number, world: TraefikWorld, count: Count): Promise<void> {
  const cluster = clusterOf(world.documents.map((document) => stringify(document)).join('---\n'));
  const routing = cluster.derive(gatewayRouting);
  const services = world.documents.filter(({ kind, metadata }) => kind === 'Service' && metadata.namespace !== 'traefik');
  const names = new Map<string, string>();
  const slices: Json[] = [];
  services.forEach(({ metadata, spec }, index) => {
    for (const { port, targetPort } of spec.ports) names.set(`${addressOf(index)}:${targetPort ?? port}`, `${metadata.namespace}/${metadata.name}:${port}`);
    if (spec.type === 'ExternalName') return;
    slices.push({
      apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', metadata: { name: metadata.name, namespace: metadata.namespace, labels: { 'kubernetes.io/service-name': metadata.name } },
      endpoints: [{ addresses: [addressOf(index)], conditions: { ready: true, serving: true } }], ports: spec.ports.map((one: Json) => ({ name: one.name, port: one.targetPort, protocol: 'TCP' })),
    });
  });
  const backends = echo(names);
  await Promise.all(backends.map(({ ready }) => ready));
  const agents = { plain: new Agent({ keepAlive: true }), tls: new TlsAgent({ keepAlive: true }) };
  const live = await startTraefik(traefikProgram()!, [...world.documents, ...slices], { entryPoints: Object.keys(ENTRY_POINTS), secure: ['websecure'], args: world.args }).catch((error: unknown) => error as Error);
  try {
    if (live instanceof Error) throw live;
    for (const asked of world.requests) {
      const says = routing.route(arrivalOf(asked)).filter(({ gateway }) => gateway.kind !== 'Ingress' || isTraefikIngress(cluster, gateway));
      const got = atHome(await ask(live.ports[asked.entryPoint]!, asked, agents), live.ports);
      count.requests++;
      count.statuses.set(got.status, (count.statuses.get(got.status) ?? 0) + 1);
      if (got.service !== undefined) count.reached++;
      if (says[0]?.route?.kind === 'Ingress') count.ingresses++;
      const doubt = says.find(({ verdict }) => verdict.outcome === 'undetermined')?.verdict.because;
      if (doubt !== undefined) {
        count.undetermined++;
        const words = doubt.replace(/`[^`]*`|\(.*\)|\b(?:shop|far)\/\S+/g, '…');
        count.doubts.set(words, (count.doubts.get(words) ?? 0) + 1);
      }
      const wrong = says.length > 1 ? 'several answers were said' : says[0] ? compare(got, says[0]) : isNothing(got) ? undefined : 'nothing was said to take it';
      if (wrong !== undefined) count.differences.push(`set ${seed} ${JSON.stringify(asked)}\n  got ${JSON.stringify(got)}\n  ${wrong}\n  said ${says.map(told).join('\n  said ') || 'nothing'}`);
    }
  } finally {
    agents.plain.destroy();
    agents.tls.destroy();
    if (!(live instanceof Error)) await live.stop();
    for (const { server } of backends) {
      server.close();
      server.closeAllConnections();
    }
  }
}

function arrivalOf({ port, tls, method, host, path, query, headers, address }: TraefikRequest): Arrival {
  return { port, facts: {}, address, request: { scheme: tls ? 'https' : 'http', method, host, path, ...query !== undefined && { query }, headers } };
}

/** An answer with the ports that the documents say in place of those that were free here. */
function atHome(got: Answer, ports: Readonly<Record<string, number>>): Answer {
  let { location } = got;
  // Backends answer 200: another status with words of one is a page that `errors` fetches for what Traefik has refused (middlewares/customerrors). The refusal is the answer.
  const seen = got.status === 200 ? got : { ...got, ...NOTHING };
  for (const [name, port] of Object.entries(ports)) location = location?.replace(`:${port}/`, `:${ENTRY_POINTS[name]!}/`);
  return { ...seen, location };
}

function told(says: Routing): string {
  return JSON.stringify({ verdict: { ...says.verdict, decidedBy: says.verdict.decidedBy.map(({ entry, path }) => `${entry.toString()} ${path.join('.')}`) }, backends: says.backends.map(({ namespace, name, port, share, request }) => ({ namespace, name, port, share, request })), location: says.location });
}

/** Servers that say who they are and what they saw. */
function echo(names: ReadonlyMap<string, string>): ReadonlyArray<{ readonly server: Server; readonly ready: Promise<unknown> }> {
  return [...names].map(([at, service]) => {
    const [address, port] = at.split(':');
    const server = createServer(({ url, headers }, answer) => {
      const echoed = Object.fromEntries(ECHOED.flatMap((one) => (headers[one] === undefined ? [] : [[one, String(headers[one])]])));
      answer.setHeader('x-echo', Buffer.from(JSON.stringify({ service, path: url, host: headers.host, headers: echoed })).toString('base64'));
      answer.end();
    });
    return { server, ready: new Promise((resolve, reject) => { server.once('error', reject).listen(Number(port), address, () => resolve(undefined)); }) };
  });
}

interface Agents {
  readonly plain: Agent;
  readonly tls: TlsAgent;
}

function ask(port: number, { tls, method, host, path, query, headers, address }: TraefikRequest, agents: Agents): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path: query === undefined ? path : `${path}?${query}`, headers: { ...headers, host }, localAddress: address, timeout: SECONDS * 1000 };
    const take = (got: IncomingMessage): void => {
      got.resume();
      got.on('end', () => {
        const echoed = got.headers['x-echo'];
        const said: Partial<Answer> = typeof echoed === 'string' ? JSON.parse(Buffer.from(echoed, 'base64').toString()) as Answer : {};
        resolve({ status: got.statusCode!, location: got.headers.location, service: said.service, path: said.path, host: said.host, headers: said.headers });
      });
    };
    const sent = tls ? tlsRequest({ ...options, agent: agents.tls, servername: host, rejectUnauthorized: false }, take) : httpRequest({ ...options, agent: agents.plain }, take);
    // A caller without the certificate that is asked for is cut off.
    sent.on('error', (error) => (tls && !error.message.startsWith('no answer') ? resolve({ ...NOTHING, status: 'reset' }) : reject(error)));
    sent.on('timeout', () => sent.destroy(new Error(`no answer in ${SECONDS} s`)));
    sent.end();
  });
}

/** No router takes it, or none may: the name of one that is not there is closed to everybody. */
function isNothing({ status, service }: Answer): boolean {
  return service === undefined && (status === 404 || status === 'reset');
}

function compare(got: Answer, says: Routing): string | undefined {
  if (says.verdict.outcome === 'undetermined') {
    // One alternative is what happens when the doubt lets the request on; several are all that may happen.
    if (says.alternatives.length < 2) return undefined;
    const wrong = says.alternatives.map((one) => compare(got, one));
    return wrong.includes(undefined) ? undefined : `none of its alternatives: ${wrong.join('; ')}`;
  }
  if (says.verdict.outcome === 'denied') {
    if (got.service !== undefined) return 'it was denied';
    // Without a status nobody knows which of several answers.
    if (says.verdict.answer === undefined) return got.status === 'reset' || got.status >= 300 ? undefined : 'it was denied';
    if (says.verdict.answer === 404 && isNothing(got)) return undefined;
    if (got.status !== says.verdict.answer) return `status ${String(says.verdict.answer)} was said`;
    return says.location !== undefined && got.location !== says.location ? `location ${says.location} was said` : undefined;
  }
  if (got.service === undefined) return says.refused.some(({ status }) => status === got.status) ? undefined : 'it was allowed';
  const named = says.backends.filter(({ namespace, name, port }) => `${namespace}/${name}:${port!}` === got.service);
  if (named.length === 0) return 'another backend was said';
  const wrong = named.map((one) => wrongRequest(got, one.request));
  return wrong.includes(undefined) ? undefined : wrong[0];
}

async function main(): Promise<void> {
  await traefik.prepare?.();
  const options = { sets: option('sets', 200), requests: option('requests', 40), seed: option('seed', 1) };
  const began = Date.now();
  const count = await judgeTraefikRouting(options);
  for (const one of count.differences.slice(0, option('show', 20))) console.log(one);
  console.log(`Traefik ${TRAEFIK_VERSION}: ${options.sets} sets from seed ${options.seed}, ${count.requests} requests, ${count.reached} reached a backend, ${count.ingresses} by an Ingress, ${count.undetermined} undetermined, `
    + `${count.differences.length} differences, ${Math.round((Date.now() - began) / 1000)} s`);
  console.log(`statuses: ${[...count.statuses].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)).map(([status, times]) => `${status}: ${times}`).join(', ')}`);
  for (const [words, times] of [...count.doubts].sort(([, a], [, b]) => b - a).slice(0, option('doubts', 0))) console.log(`${times} undetermined: ${words}`);
  endWith(count);
}

if (require.main === module) void main();
