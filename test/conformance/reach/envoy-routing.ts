// Reachability's gateway layer against the real data path: random sets of Gateways, routes and policies go through Envoy Gateway's translator into Envoy, and requests are sent on
// loopback. What answers must be what the engine says: the same backend with the same path, host and headers, or the same status. Speaks for envoyGateway 1.9.
//   npx tsx test/conformance/reach/envoy-routing.ts [--sets=200] [--requests=20] [--seed=1] [--batch=10]
import { createHmac } from 'node:crypto';
import { createServer as createHttp2 } from 'node:http2';
import { Agent, createServer as createHttp, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { stringify } from 'yaml';
import type { Routing } from '../../../src/analysis/reach/gateway/routing';
import { gatewayRouting } from '../../../src/analysis/reach/gateway/routing';
import { clusterOf } from '../../reach/cluster';
import { arrivalOf } from '../../reach/gateway-differences';
import { Choices, seeded } from '../../reach/worlds/draw';
import type { GatewayWorld, WorldRequest, WorldToken } from '../../reach/worlds/gateway';
import { TOKEN_SECRET, gatewayWorld } from '../../reach/worlds/gateway';
import { ENVOY_VERSION, envoy, fetchEnvoy, freePorts, start, toStatic, validate } from '../engines/envoy';
import { EGCTL_VERSION, egctl, envoyGateway, translate } from '../engines/envoy-gateway';
import { option } from './options';
import type { Echo } from './routed';
import { ECHOED, endWith, wrongRequest } from './routed';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

const GATEWAY_CLASS = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'eg' }, spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' } };
/** Where a listener of a Gateway listens in the pods. */
const containerPort = (port: number): number => (port < 1024 ? port + 10_000 : port);
const SECONDS = 10;

interface Answer extends Echo {
  readonly status: number;
  readonly location: string | undefined;
  readonly service: string | undefined;
}

interface Count {
  requests: number;
  reached: number;
  undetermined: number;
  refusedSets: number;
  readonly statuses: Map<number, number>;
  readonly differences: string[];
}

/** Judges so many sets, from a seed on. */
export async function judgeEnvoyRouting(options: { readonly sets: number; readonly requests: number; readonly seed: number; readonly batch: number }): Promise<Count> {
  const count: Count = { requests: 0, reached: 0, undetermined: 0, refusedSets: 0, statuses: new Map(), differences: [] };
  for (let first = 0; first < options.sets; first += options.batch) {
    const worlds = Array.from({ length: Math.min(options.batch, options.sets - first) }, (_, index) => {
      const seed = options.seed + first + index;
      return gatewayWorld(new Choices(seeded(seed)), `w${seed}`, options.requests);
    });
    // A port that was free may be taken by the time it is wanted: nothing is counted before the first request.
    for (let left = 3; ; left--) {
      try {
        await judgeBatch(worlds, count);
        break;
      } catch (error) {
        if (left === 0 || !/did not start|EADDRINUSE|egctl refused the documents: Command failed/.test((error as Error).message)) throw error;
      }
    }
  }
  return count;
}

async function judgeBatch(worlds: readonly GatewayWorld[], count: Count): Promise<void> {
  const documents = [GATEWAY_CLASS, ...worlds.flatMap((world) => world.documents)];
  const cluster = clusterOf(documents.map((document) => stringify(document)).join('---\n'));
  const routing = cluster.derive(gatewayRouting);
  const translation = await translate(egctl()!, documents);
  const services = translation.documents.filter((document) => document.kind === 'Service');
  const gateways = translation.documents.filter((document) => document.kind === 'Gateway');
  const ports = (gateway: Json): number[] => [...new Set<number>(gateway.spec.listeners.map((listener: Json) => listener.port))];
  const free = await freePorts(1 + services.length + gateways.reduce((sum, gateway) => sum + ports(gateway).length, 0));
  const admin = free.pop()!;
  const upstreams: Record<string, number> = {};
  const names = new Map<number, string>();
  for (const service of services) {
    const port = free.pop()!;
    upstreams[service.spec.clusterIP] = port;
    names.set(port, `${service.metadata.namespace}/${service.metadata.name}`);
  }
  const listening = new Map<string, Record<number, number>>();
  const parts: Json[] = [];
  const refused = new Set<string>();
  for (const gateway of gateways) {
    const key = `${gateway.metadata.namespace}/${gateway.metadata.name}`;
    const map: Record<number, number> = {};
    for (const port of ports(gateway)) map[port] = free.pop()!;
    listening.set(key, map);
    if (!translation.xds[key]) continue;
    const listeners = Object.fromEntries(Object.entries(map).map(([port, own]) => [containerPort(Number(port)), own]));
    const part = toStatic(translation.xds[key], { documents: translation.documents, upstreams, listeners: { 0: admin, ...listeners } });
    // What Envoy refuses for one Gateway must not take the others with it.
    visit(part, (value) => {
      // As with routes that come over the wire: an invalid backend is a cluster that is not there.
      if (Array.isArray(value.virtualHosts)) value.validateClusters = false;
    });
    if (duplicated(part)) refused.add(key);
    else parts.push(part);
  }
  count.refusedSets += refused.size;
  const config = merge(parts);
  const valid = await validate(envoy()!, config);
  if (valid.code !== 0) throw new Error(`Envoy refuses the configuration of ${worlds[0]!.namespace} and on: ${valid.output.trim().slice(0, 2000)}`);
  const backends = echo(names);
  await Promise.all(backends.map(({ listening: ready }) => ready));
  const running = await start(envoy()!, config, admin);
  const agents = { plain: new Agent({ keepAlive: true, maxSockets: 4 }), tls: new TlsAgent({ keepAlive: true, maxSockets: 4 }) };
  try {
    for (const world of worlds) {
      for (const gateway of world.documents.filter((document) => document.kind === 'Gateway')) {
        const key = `${gateway.metadata.namespace}/${gateway.metadata.name}`;
        for (const asked of world.requests) {
          const port = listening.get(key)?.[asked.port];
          const protocol = asked.tls ? 'HTTPS' : 'HTTP';
          if (port === undefined || !gateway.spec.listeners.some((listener: Json) => listener.port === asked.port && listener.protocol === protocol)) continue;
          const [says] = routing.route(arrivalOf(asked)).filter((one) => one.gateway.namespace === world.namespace && one.gateway.name === gateway.metadata.name);
          count.requests++;
          if (refused.has(key)) {
            // Nothing can be asked of an Envoy that does not start.
            count.undetermined++;
            if (says && says.verdict.outcome === 'allowed' && says.verdict.because.includes('twice')) count.differences.push(`${key}: allowed, and Envoy refuses the set`);
            continue;
          }
          const got = await ask(port, asked, agents).catch((error: Error) => error);
          const wrong = got instanceof Error ? wrongRefusal(got, says) : says ? compare(got, says) : wrongStranger(got, asked);
          if (!(got instanceof Error)) {
            count.statuses.set(got.status, (count.statuses.get(got.status) ?? 0) + 1);
            if (got.service !== undefined) count.reached++;
          }
          if (says?.verdict.outcome === 'undetermined') count.undetermined++;
          if (wrong !== undefined) count.differences.push(`${key} ${JSON.stringify(asked)}\n  got ${got instanceof Error ? got.message : JSON.stringify(got)}\n  ${wrong}\n  said ${told(says)}`);
        }
      }
    }
  } finally {
    agents.plain.destroy();
    agents.tls.destroy();
    await running.stop();
    for (const { server, sockets } of backends) {
      server.close();
      for (const socket of sockets) socket.destroy();
    }
  }
}

function told(says: Routing | undefined): string {
  return says ? JSON.stringify({ verdict: { ...says.verdict, decidedBy: says.verdict.decidedBy.map(({ entry, path }) => `${entry.toString()} ${path.join('.')}`) }, backends: says.backends.map(({ namespace, name, share, request }) => ({ namespace, name, share, request })), location: says.location, refused: says.refused.map(({ status, share }) => [status, share]) }) : 'nothing';
}

/** Whether two virtual hosts of one route table have a name in common. */
function duplicated(config: Json): boolean {
  let found = false;
  visit(config, ({ virtualHosts }) => {
    if (!Array.isArray(virtualHosts)) return;
    const domains = virtualHosts.flatMap((host: Json) => host.domains);
    if (new Set(domains).size < domains.length) found = true;
  });
  return found;
}

/** Every object of a configuration. */
function visit(value: Json, see: (value: Json) => void): void {
  if (typeof value !== 'object' || value === null) return;
  see(value);
  for (const one of Object.values(value)) visit(one, see);
}

/** One Envoy for many Gateways: each has its own ports, and names that are told apart. */
function merge(parts: readonly Json[]): Json {
  const listeners = parts.flatMap((part, index) => part.staticResources.listeners.map((one: Json) => ({ ...one, name: `${index}/${one.name}` })));
  const byName = (lists: Json[]): Json[] => [...new Map(lists.flat().map((one: Json) => [one.name, one])).values()];
  const all = (kind: string): Json[] => byName(parts.map((part) => part.staticResources[kind]));
  return { ...parts[0], staticResources: { listeners, clusters: all('clusters'), secrets: all('secrets') } };
}

/** Servers that say who they are and what they saw, in HTTP/1 and, for GRPCRoutes, in HTTP/2. */
function echo(names: ReadonlyMap<number, string>): Array<{ readonly server: Server; readonly sockets: Set<Socket>; readonly listening: Promise<unknown> }> {
  return [...names].map(([port, name]) => {
    const handle = (asked: { readonly url?: string; readonly headers: IncomingHttpHeaders }, answer: Pick<ServerResponse, 'setHeader' | 'end'>): void => {
      const headers = Object.fromEntries(ECHOED.flatMap((one) => (asked.headers[one] === undefined ? [] : [[one, String(asked.headers[one]).replaceAll(', ', ',')]])));
      answer.setHeader('x-echo', Buffer.from(JSON.stringify({ service: name, path: asked.url, host: asked.headers[':authority'] ?? asked.headers.host, headers })).toString('base64'));
      answer.end();
    };
    const one = createHttp((asked, answer) => handle(asked, answer));
    const two = createHttp2((asked, answer) => handle(asked, answer as unknown as ServerResponse));
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      socket.once('data', (bytes) => {
        socket.pause();
        socket.unshift(bytes);
        (bytes.toString('latin1', 0, 3) === 'PRI' ? two : one).emit('connection', socket);
        process.nextTick(() => socket.resume());
      });
    });
    return { server, sockets, listening: new Promise((resolve, reject) => { server.once('error', reject).listen(port, '127.0.0.1', () => resolve(undefined)); }) };
  });
}

interface Agents {
  readonly plain: Agent;
  readonly tls: TlsAgent;
}

function ask(port: number, { tls, method, host, path, query, headers: own, address, token }: WorldRequest, agents: Agents): Promise<Answer> {
  const headers = token === undefined ? own : { ...own, authorization: `Bearer ${signed(token)}` };
  return new Promise((resolve, reject) => {
    const whole = query === undefined ? path : `${path}?${query}`;
    const options = { host: '127.0.0.1', port, method, path: whole, headers: { ...headers, host }, localAddress: address, timeout: SECONDS * 1000 };
    const take = (got: IncomingMessage): void => {
      got.resume();
      got.on('end', () => {
        const echoed = got.headers['x-echo'];
        const said: Partial<Answer> = typeof echoed === 'string' ? JSON.parse(Buffer.from(echoed, 'base64').toString()) as Answer : {};
        resolve({ status: got.statusCode!, location: got.headers.location, service: said.service, path: said.path, host: said.host, headers: said.headers });
      });
    };
    const sent = tls ? tlsRequest({ ...options, agent: agents.tls, servername: host, rejectUnauthorized: false }, take) : httpRequest({ ...options, agent: agents.plain }, take);
    sent.on('error', reject);
    sent.on('timeout', () => sent.destroy(new Error(`no answer in ${SECONDS} s`)));
    sent.end();
  });
}

function signed(token: WorldToken): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256', kid: 'one', typ: 'JWT' })}.${part(token)}`;
  return `${text}.${createHmac('sha256', TOKEN_SECRET).update(text).digest('base64url')}`;
}

/** The caller was cut off: no listener is for the name. */
function wrongRefusal(error: Error, says: Routing | undefined): string | undefined {
  return says === undefined || says.verdict.answer === 'reset' || says.verdict.answer === 404 ? undefined : `the connection failed (${error.message})`;
}

/** Envoy answers on the port for every name, and looks at the path before it looks for a route. */
function wrongStranger({ status }: Answer, { path }: WorldRequest): string | undefined {
  return status === (/%2f/i.test(path) ? 307 : 404) ? undefined : 'no listener was said to take it';
}

function compare(got: Answer, says: Routing): string | undefined {
  if (says.verdict.outcome === 'undetermined') {
    const wrong = says.alternatives.map((one) => compare(got, one));
    return wrong.length === 0 || wrong.includes(undefined) ? undefined : `none of its alternatives: ${wrong.join('; ')}`;
  }
  if (says.verdict.outcome === 'denied') {
    if (got.service !== undefined) return 'it was denied';
    if (says.alternatives.length > 0) return undefined;
    if (got.status !== says.verdict.answer) return `status ${String(says.verdict.answer)} was said`;
    return says.location !== undefined && got.location !== says.location ? `location ${says.location} was said` : undefined;
  }
  if (got.service === undefined) return says.refused.some(({ status }) => status === got.status) ? undefined : 'it was allowed';
  const named = says.backends.filter(({ namespace, name }) => `${namespace}/${name}` === got.service);
  if (named.length === 0) return 'another backend was said';
  const wrong = named.map((one) => wrongRequest(got, one.request));
  return wrong.includes(undefined) ? undefined : wrong[0];
}

async function main(): Promise<void> {
  await envoyGateway.prepare?.();
  await fetchEnvoy();
  const options = { sets: option('sets', 200), requests: option('requests', 20), seed: option('seed', 1), batch: option('batch', 10) };
  const began = Date.now();
  const count = await judgeEnvoyRouting(options);
  for (const one of count.differences.slice(0, option('show', 20))) console.log(one);
  console.log(`Envoy ${ENVOY_VERSION} behind egctl ${EGCTL_VERSION}: ${options.sets} sets from seed ${options.seed}, ${count.requests} requests, ${count.reached} reached a backend, ${count.undetermined} undetermined, ${count.refusedSets} gateways that Envoy refuses, `
    + `${count.differences.length} differences, ${Math.round((Date.now() - began) / 1000)} s`);
  console.log(`statuses: ${[...count.statuses].sort(([a], [b]) => a - b).map(([status, times]) => `${status}: ${times}`).join(', ')}`);
  endWith(count);
}

if (require.main === module) void main();
