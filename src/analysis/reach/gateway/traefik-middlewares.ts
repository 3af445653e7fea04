// The middlewares of a router of Traefik, one after the other: each sees the request as the one before has left it.
// https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/overview/
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import { TRAEFIK } from '../../model/traefik';
import { find } from '../../cel/regex';
import type { Decider, Request, Verdict } from '../flow';
import type { Arrival } from './arrival';
import { verdict } from './arrival';
import { isIn } from './authorization';
import { isFound, isPattern, replacedIn } from './patterns';
import type { SeenRequest } from './seen';
import type { PointRedirect } from './traefik-entry-points';
import { middlewaresAt } from './traefik-entry-points';
import type { ServedRouter } from './traefik-routers';
import { middlewareOfIngress } from './traefik-served';

/** A middleware that answers itself, or that may. */
export interface Stop {
  readonly verdict: Verdict;
  readonly location?: string | undefined;
}

interface Walk {
  readonly cluster: ClusterModel;
  readonly arrival: Arrival;
  readonly seen: SeenRequest;
  /** As the next middleware sees it. An empty path is sent as `/`. */
  request: Request;
}

/** What becomes of a request: the first middleware that answers itself, or one that may when none does; and the request behind all of them. */
export function passMiddlewares(cluster: ClusterModel, router: ServedRouter, arrival: Arrival, seen: SeenRequest): { readonly stop: Stop | undefined; readonly request: Request } {
  const walk: Walk = { cluster, arrival, seen, request: seen.asked };
  const before = middlewaresAt(cluster, router, arrival).map((name) => resolved(cluster, name));
  const own = router.middlewares.map((ref) => (router.ofIngress ? resolved(cluster, String(ref.name)) : named(cluster, router.entry.namespace, ref)));
  const stop = through(walk, [...before, ...own], 0);
  return { stop, request: walk.request.path === '' ? { ...walk.request, path: '/' } : walk.request };
}

/** What a redirection of an entry point makes of a request; undefined when it leads where it came from. */
export function redirectedBy(cluster: ClusterModel, { settings, decider, middlewares }: PointRedirect, arrival: Arrival, seen: SeenRequest): Stop | undefined {
  const walk: Walk = { cluster, arrival, seen, request: seen.asked };
  return through(walk, middlewares.map((name) => resolved(cluster, name)), 0) ?? redirectedScheme(walk, settings, decider.entry.toString(), [decider]);
}

function resolved(cluster: ClusterModel, name: string): readonly [string, Entry | undefined] {
  return [name, middlewareOfIngress(cluster, name) ?? undefined];
}

function named(cluster: ClusterModel, home: string, ref: Fields): readonly [string, Entry | undefined] {
  const namespace = text(ref.namespace) ?? home;
  return [`${namespace}/${String(ref.name)}`, cluster.find(TRAEFIK, 'Middleware', namespace, String(ref.name))];
}

function through(walk: Walk, all: ReadonlyArray<readonly [string, Entry | undefined]>, depth: number): Stop | undefined {
  let open: Stop | undefined;
  for (const [label, middleware] of all) {
    if (middleware?.sound !== true || depth > 8) {
      open ??= { verdict: verdict('undetermined', `What middleware ${label} does is not known`, middleware ? [{ entry: middleware, path: [] }] : []) };
      continue;
    }
    const stop = one(walk, middleware, depth);
    if (stop?.verdict.outcome === 'denied') {
      if (!open) return stop;
      // Whoever answers, it is no backend; with which status nobody knows.
      const { because, decidedBy } = stop.verdict;
      return { verdict: verdict('denied', `${open.verdict.because}; of what it lets on, ${because}`, [...open.verdict.decidedBy, ...decidedBy]) };
    }
    open ??= stop;
  }
  return open;
}

/** Middlewares that let every request on, as it is. */
const LETS_ON: ReadonlySet<string> = new Set(['buffering', 'circuitBreaker', 'compress', 'contentType', 'errors', 'grpcWeb', 'inFlightReq', 'passTLSClientCert', 'rateLimit', 'retry']);
const REWRITES: ReadonlySet<string> = new Set(['addPrefix', 'replacePath', 'replacePathRegex', 'stripPrefix', 'stripPrefixRegex']);

function one(walk: Walk, middleware: Entry, depth: number): Stop | undefined {
  const [kind = '', fields] = Object.entries(middleware.spec)[0] ?? [];
  const settings: Fields = record(fields);
  const { arrival: { address }, request } = walk;
  const by: Decider[] = [{ entry: middleware, path: ['spec', kind] }];
  const label = middleware.toString();
  const open = (because: string): Stop => ({ verdict: verdict('undetermined', because, by) });
  if (kind === '' || LETS_ON.has(kind)) return undefined;
  if (REWRITES.has(kind)) {
    walk.request = { ...request, path: rewritten(kind, settings, request.path) };
    // What would have to be cleaned after an expression is refused.
    if (kind !== 'replacePathRegex' || walk.request.path === undefined || !/\/\/|\/\.{1,2}(?:\/|$)|^[^/]/.test(walk.request.path)) return undefined;
    return { verdict: verdict('denied', `${label} makes the path ${walk.request.path}, which is refused`, by, 400) };
  }
  switch (kind) {
    case 'chain': return through(walk, list(settings.middlewares).map((ref: Fields) => named(walk.cluster, middleware.namespace, ref)), depth + 1);
    case 'headers': return throughHeaders(walk, settings, label, by);
    case 'redirectScheme': return redirectedScheme(walk, settings, label, by);
    case 'redirectRegex': return redirectedByPattern(walk, settings, label, by);
    case 'ipAllowList':
    case 'ipWhiteList': {
      const inside = settings.ipStrategy === undefined ? isIn(list(settings.sourceRange), address) : undefined;
      if (inside === true) return undefined;
      if (inside === undefined) return open(`${label} looks at the address of the caller, which is not known`);
      return { verdict: verdict('denied', `${label} does not let in callers from ${address!}`, by, typeof settings.rejectStatusCode === 'number' ? settings.rejectStatusCode : 403) };
    }
    case 'basicAuth':
    case 'digestAuth':
      if (request.headers !== undefined && !Object.hasOwn(request.headers, 'authorization')) return { verdict: verdict('denied', `${label} asks for a user and a password, and the request has none`, by, 401) };
      return open(`Whether the user and the password of the request are ones of ${label} is not known`);
    default: return open(`What the ${kind} of ${label} does is not modelled`);
  }
}

/** The path after a middleware; undefined when a pattern makes it. */
function rewritten(kind: string, settings: Fields, path: string | undefined): string | undefined {
  if (kind === 'replacePath') return text(settings.path);
  if (path === undefined) return undefined;
  if (kind === 'addPrefix') return slashed(`${String(settings.prefix)}${path}`);
  if (kind === 'replacePathRegex') return replaced(path, String(settings.regex).trim(), String(settings.replacement ?? '').trim());
  if (kind === 'stripPrefixRegex') {
    const prefix = list(settings.regex).map((pattern) => foundIn(String(pattern).trim(), path)).find((match) => match !== undefined && match !== '' && path.startsWith(match));
    return prefix === undefined ? path : slashed(path.slice(prefix.length));
  }
  const prefix = list(settings.prefixes).map((each) => String(each).trim()).find((each) => path.startsWith(each));
  if (prefix === undefined) return path;
  const rest = path.slice(prefix.length);
  return settings.forceSlash === true ? `/${rest.replace(/^\//, '')}` : slashed(rest);
}

function slashed(path: string): string {
  return path === '' || path.startsWith('/') ? path : `/${path}`;
}

function foundIn(pattern: string, value: string): string | undefined {
  return isPattern(pattern) ? find(value, pattern) : undefined;
}

/** A text after a replacement; undefined when nobody knows. */
function replaced(value: string, pattern: string, replacement: string): string | undefined {
  if (isFound(pattern, value) !== true) return value;
  return replacedIn(value, pattern, replacement);
}

/** Headers that a caller or a backend sees, the answer to a browser that asks before it calls, and hosts that are not let in. */
function throughHeaders(walk: Walk, settings: Fields, label: string, by: readonly Decider[]): Stop | undefined {
  const { request } = walk;
  if (Object.entries(settings).some(([name, value]) => (name.startsWith('accessControl') || name === 'addVaryHeader') && value !== false && value !== 0) && (request.method === undefined || request.method === 'OPTIONS')) {
    const asked = ['origin', 'access-control-request-method'].map((name) => (request.headers === undefined ? undefined : (request.headers[name] ?? '') !== ''));
    if (request.method === 'OPTIONS' && asked.every((one) => one === true)) return { verdict: verdict('denied', `${label} answers what browsers ask before they call`, by, 200) };
    if (request.method === 'OPTIONS' && !asked.includes(false)) return { verdict: verdict('undetermined', `${label} answers what browsers ask before they call, and the headers of the request are not known`, by) };
  }
  const own = record(settings.customRequestHeaders);
  if (Object.keys(own).length > 0) {
    const headers = new Map(Object.entries(request.headers ?? {}));
    let host = request.host;
    for (const [name, value] of Object.entries(own)) {
      if (value === '') headers.delete(name.toLowerCase());
      else if (name.toLowerCase() === 'host') host = String(value);
      else headers.set(name.toLowerCase(), String(value));
    }
    walk.request = { ...request, host, headers: request.headers && Object.fromEntries(headers) };
  }
  const hosts = list(settings.allowedHosts).map((one) => String(one).toLowerCase());
  if (hosts.length === 0 || settings.isDevelopment === true) return undefined;
  if (walk.request.host === undefined || list(settings.hostsProxyHeaders).length > 0) return { verdict: verdict('undetermined', `${label} lets some hosts in, and the host of the request is not known`, by) };
  return hosts.includes(walk.request.host.toLowerCase()) ? undefined : { verdict: verdict('denied', `${label} does not let in requests for ${walk.request.host}`, by, 500) };
}

function statusOf({ permanent, forcePermanentRedirect, statusCode }: Fields, method: string | undefined): number {
  if (typeof statusCode === 'number') return statusCode;
  if (forcePermanentRedirect === true) return 308;
  const safe = method === undefined || method === 'GET';
  return permanent === true ? (safe ? 301 : 308) : safe ? 302 : 307;
}

/** The request as one text behind its host; undefined when its path is not known. */
function target({ path, query }: Request): string | undefined {
  return path === undefined ? undefined : `${path === '' ? '/' : path}${query === undefined ? '' : `?${query}`}`;
}

/** The scheme as a middleware sees it: proxies in front and middlewares before may say another one. */
function schemeOf({ request, seen }: Walk): 'http' | 'https' | undefined {
  const said = request.headers?.['x-forwarded-proto'];
  if (said === undefined) return request.scheme;
  const scheme = /^(https|wss)$/i.test(said) ? 'https' : /^(http|ws)$/i.test(said) ? 'http' : request.scheme;
  // What the caller says counts only where Traefik trusts him.
  return seen.asked.headers?.['x-forwarded-proto'] === said && scheme !== request.scheme ? undefined : scheme;
}

function redirectedScheme(walk: Walk, settings: Fields, label: string, by: readonly Decider[]): Stop | undefined {
  const { request } = walk;
  const wanted = String(settings.scheme);
  const scheme = schemeOf(walk);
  const given = text(settings.port) ?? '';
  const port = given === '' || (wanted === 'http' && given === '80') || (wanted === 'https' && given === '443') ? '' : `:${given}`;
  if (scheme === wanted && port === '') return undefined;
  if (scheme === undefined && port === '') return { verdict: verdict('undetermined', `${label} sends other schemes to ${wanted}, and that of the request is not known`, by) };
  const status = statusOf(settings, request.method);
  const rest = target(request);
  const location = request.host === undefined || rest === undefined ? undefined : `${wanted}://${request.host}${port}${rest}`;
  return { verdict: verdict('denied', `${label} sends the caller to ${wanted}${port} with ${status}`, by, status), location };
}

function redirectedByPattern({ request }: Walk, settings: Fields, label: string, by: readonly Decider[]): Stop | undefined {
  const rest = target(request);
  const [pattern, replacement] = [String(settings.regex), String(settings.replacement ?? '')];
  const unknown = (): Stop => ({ verdict: verdict('undetermined', `Whether ${label} sends the caller elsewhere is not known`, by) });
  if (request.scheme === undefined || request.host === undefined || rest === undefined) return unknown();
  const url = `${request.scheme}://${request.host}${rest}`;
  const found = isFound(pattern, url);
  if (found !== true) return found === undefined ? unknown() : undefined;
  const location = replaced(url, pattern, replacement);
  if (location === url) return undefined;
  // What it takes over from the match may make the same address again, unless it begins in another way.
  const begin = replacement.slice(0, Math.max(replacement.indexOf('$'), 0));
  if (location === undefined && !(url.startsWith(foundIn(pattern, url) ?? '\n') && !url.startsWith(begin))) return unknown();
  const status = statusOf(settings, request.method);
  return { verdict: verdict('denied', `${label} sends the caller elsewhere with ${status}`, by, status), location };
}
