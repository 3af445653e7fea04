// What a router of Traefik makes of a request: its middlewares one after the other, then its services.
import type { FieldPath } from '../../documents/document';
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import { servicePorts } from '../../model/service-ports';
import { TRAEFIK } from '../../model/traefik';
import type { Router } from '../../model/traefik-routers';
import type { Decider, Request, Verdict } from '../flow';
import type { Arrival, Backend, Routing } from './arrival';
import { routing, verdict } from './arrival';
import { isIn } from './authorization';
import type { SeenRequest } from './seen';

export function answerOfRouter(cluster: ClusterModel, router: Router, arrival: Arrival, seen: SeenRequest): Routing {
  const { entry, path, fields } = router;
  const by: Decider[] = [{ entry, path }];
  const base: Partial<Routing> = { route: entry, rulePath: path };
  const label = `${entry.toString()} takes it (${router.source})`;
  let request: Request = seen.asked;
  const walk: Walk = { cluster, arrival, seen, change: (change) => { request = change(request); } };
  const stop = through(walk, entry.namespace, list(fields.middlewares), 0);
  if (stop?.verdict.outcome === 'denied') return routing(entry, { ...stop.verdict, decidedBy: [...by, ...stop.verdict.decidedBy] }, { ...base, status: typeof stop.verdict.answer === 'number' ? stop.verdict.answer : undefined, location: stop.location });
  const target: Target = { cluster, entry, backends: [], mirrors: [], doubt: undefined, inside: false, request };
  addServices(target, entry.namespace, list(fields.services), [...path, 'services'], 1, 0);
  const { backends, mirrors, doubt, inside } = target;
  const answer = ((): Routing => {
    if (doubt !== undefined) return routing(entry, verdict('undetermined', `${label}, and ${doubt}`, by), base);
    if (inside) return routing(entry, verdict('denied', `${label}, and Traefik answers it itself`, by, 200), { ...base, status: 200 });
    if (backends.length === 0) return routing(entry, verdict('denied', `${label}, and it has no service`, by, 503), { ...base, status: 503 });
    const where = backends.map((one) => `${one.kind} ${one.namespace}/${one.name}${one.port === undefined ? '' : ` port ${one.port}`}`);
    return routing(entry, verdict('allowed', `${label} and sends it to ${where.join(' and ')}`, by), { ...base, backends, mirrors });
  })();
  return stop ? { ...routing(entry, { ...stop.verdict, decidedBy: [...by, ...stop.verdict.decidedBy] }, base), alternatives: [answer] } : answer;
}

interface Stop {
  readonly verdict: Verdict;
  readonly location?: string | undefined;
}

interface Walk {
  readonly cluster: ClusterModel;
  readonly arrival: Arrival;
  readonly seen: SeenRequest;
  change(change: (request: Request) => Request): void;
}

/** Middlewares that let every request on, as it is or with other headers. */
const LETS_ON: ReadonlySet<string> = new Set(['buffering', 'circuitBreaker', 'compress', 'contentType', 'errors', 'grpcWeb', 'headers', 'inFlightReq', 'passTLSClientCert', 'rateLimit', 'retry']);
const REWRITES: ReadonlySet<string> = new Set(['addPrefix', 'replacePath', 'replacePathRegex', 'stripPrefix', 'stripPrefixRegex']);

/** The first middleware that answers itself; one that may, when none does. */
function through(walk: Walk, home: string, refs: readonly Fields[], depth: number): Stop | undefined {
  let open: Stop | undefined;
  for (const ref of refs) {
    const namespace = text(ref.namespace) ?? home;
    const middleware = walk.cluster.find(TRAEFIK, 'Middleware', namespace, String(ref.name));
    if (middleware?.sound !== true || depth > 8) {
      open ??= { verdict: verdict('undetermined', `What middleware ${namespace}/${String(ref.name)} does is not known`, middleware ? [{ entry: middleware, path: [] }] : []) };
      continue;
    }
    const stop = one(walk, middleware, depth);
    if (stop?.verdict.outcome === 'denied') return stop;
    open ??= stop;
  }
  return open;
}

function one(walk: Walk, middleware: Entry, depth: number): Stop | undefined {
  const [kind = '', fields] = Object.entries(middleware.spec)[0] ?? [];
  const settings: Fields = record(fields);
  const { arrival: { address, request }, seen } = walk;
  const by: Decider[] = [{ entry: middleware, path: ['spec', kind] }];
  const label = middleware.toString();
  if (kind === '' || LETS_ON.has(kind)) return undefined;
  if (REWRITES.has(kind)) {
    walk.change((before) => ({ ...before, path: rewritten(kind, settings, before.path) }));
    return undefined;
  }
  if (kind === 'chain') return through(walk, middleware.namespace, list(settings.middlewares), depth + 1);
  if (kind === 'redirectScheme') {
    if (request.scheme === settings.scheme) return undefined;
    if (request.scheme === undefined) return { verdict: verdict('undetermined', `${label} sends other schemes to ${String(settings.scheme)}, and that of the request is not known`, by) };
    const safe = seen.method === undefined || seen.method === 'GET';
    const status = settings.permanent === true ? (safe ? 301 : 308) : safe ? 302 : 307;
    const port = text(settings.port) === undefined ? '' : `:${String(settings.port)}`;
    const location = request.host === undefined || request.path === undefined ? undefined : `${String(settings.scheme)}://${request.host}${port}${request.path}${request.query === undefined ? '' : `?${request.query}`}`;
    return { verdict: verdict('denied', `${label} sends the caller to ${String(settings.scheme)} with ${status}`, by, status), location };
  }
  if (kind === 'ipAllowList' || kind === 'ipWhiteList') {
    const inside = settings.ipStrategy === undefined ? isIn(list(settings.sourceRange), address) : undefined;
    if (inside === true) return undefined;
    if (inside === undefined) return { verdict: verdict('undetermined', `${label} looks at the address of the caller, which is not known`, by) };
    return { verdict: verdict('denied', `${label} does not let in callers from ${address!}`, by, typeof settings.rejectStatusCode === 'number' ? settings.rejectStatusCode : 403) };
  }
  if (kind === 'basicAuth' || kind === 'digestAuth') {
    if (seen.header('authorization') === null) return { verdict: verdict('denied', `${label} asks for a user and a password, and the request has none`, by, 401) };
    return { verdict: verdict('undetermined', `Whether the user and the password of the request are ones of ${label} is not known`, by) };
  }
  return { verdict: verdict('undetermined', `What the ${kind} of ${label} does is not modelled`, by) };
}

/** The path after a middleware; undefined when a pattern makes it. */
function rewritten(kind: string, settings: Fields, path: string | undefined): string | undefined {
  if (kind === 'replacePath') return text(settings.path);
  if (path === undefined || kind.endsWith('Regex')) return undefined;
  if (kind === 'addPrefix') return `${String(settings.prefix)}${path}`;
  const prefix = list(settings.prefixes).map(String).find((each) => path.startsWith(each));
  if (prefix === undefined) return path;
  const rest = path.slice(prefix.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

interface Target {
  readonly cluster: ClusterModel;
  readonly entry: Entry;
  readonly backends: Backend[];
  readonly mirrors: Backend[];
  doubt: string | undefined;
  inside: boolean;
  readonly request: Request;
}

function addServices(target: Target, home: string, services: readonly Fields[], path: FieldPath, share: number, depth: number): void {
  const weights = services.map(({ weight }) => (typeof weight === 'number' ? weight : 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  services.forEach((service, index) => {
    const part = total === 0 ? 0 : share * weights[index]! / total;
    if (part > 0) addService(target, home, service, [...path, index], part, depth, target.backends);
  });
}

function addService(target: Target, home: string, { name, namespace: given, kind = 'Service', port }: Fields, path: FieldPath, share: number, depth: number, into: Backend[]): void {
  const { cluster, request } = target;
  const namespace = text(given) ?? home;
  const called = String(name);
  const label = `${String(kind)} ${namespace}/${called}`;
  if (called.endsWith('@internal')) {
    target.inside = true;
    return;
  }
  // Unless Traefik is told to follow them, references stay in their namespace.
  if (namespace !== home) target.doubt ??= `whether Traefik follows references to other namespaces is not known, and ${label} is in one`;
  if (kind === 'TraefikService') {
    const found = cluster.find(TRAEFIK, 'TraefikService', namespace, called);
    if (found?.sound !== true || depth > 8) {
      target.doubt ??= `${label} cannot be followed`;
      return;
    }
    const { weighted, mirroring, ...rest } = found.spec;
    if (Object.keys(rest).length > 0) target.doubt ??= `how ${label} spreads requests is not modelled`;
    if (weighted !== undefined) addServices(target, namespace, list(weighted.services), path, share, depth + 1);
    if (mirroring !== undefined) {
      addService(target, namespace, mirroring, path, share, depth + 1, into);
      for (const mirror of list(mirroring.mirrors)) addService(target, namespace, mirror, path, share, depth + 1, target.mirrors);
    }
    return;
  }
  const entry = cluster.find('', 'Service', namespace, called);
  if (!entry && !cluster.open && !cluster.isExternal('', 'Service', namespace, called)) {
    target.doubt ??= `${label} is not there, so that Traefik may not have the router`;
    return;
  }
  const found = entry?.sound === true ? servicePorts(entry).find((each) => (typeof port === 'number' ? each.port === port : each.name === port)) : undefined;
  if (entry?.sound === true && !found && entry.spec.type !== 'ExternalName') {
    target.doubt ??= `${label} has no port ${String(port)}, so that Traefik may not have the router`;
    return;
  }
  into.push({ kind: 'Service', namespace, name: called, entry: entry?.sound === true ? entry : undefined, port: found?.port ?? (typeof port === 'number' ? port : undefined), share, path, request });
}
