// What becomes of a request that a match of a rule has taken: backends with their shares, copies, redirects, answers of the gateway itself.
import type { FieldPath } from '../../documents/document';
import type { ClusterModel } from '../../model/cluster-model';
import type { Fields } from '../../model/fields';
import { list, text } from '../../model/fields';
import type { Decider, Request } from '../flow';
import type { Backend, Refused, Routing } from './arrival';
import { routing, verdict } from './arrival';
import type { Resolved } from './backends';
import { resolve } from './backends';
import type { Candidate } from './entrances';
import type { Effects } from './filters';
import { effectsOf, redirectPath } from './filters';
import type { Dialect } from './matching';
import { describe } from './matching';
import type { PathModifier } from './paths';
import { envoyRewrite, rewrite } from './paths';
import type { SeenRequest } from './seen';

export function answerOf(cluster: ClusterModel, candidate: Candidate, seen: SeenRequest, dialect: Dialect, passed: readonly Decider[]): Routing {
  const { route, match, effects, listener } = candidate;
  const base: Partial<Routing> = { listener: listenerName(listener), route, rulePath: match.at };
  const rule: Decider = { entry: route, path: match.at };
  const gateway = listener.gateway.entry;
  const by = [rule, ...passed];
  const { broken, unknown, direct, redirect } = effects;
  if (broken) return routing(gateway, verdict('denied', `${route.toString()} takes it and fails: ${broken.because}`, [rule, ...broken.decidedBy], 500), { ...base, status: 500 });
  const [strange] = unknown;
  if (strange) return routing(gateway, verdict('undetermined', `${route.toString()} takes it, and ${strange.because}`, [rule, strange.decider]), base);
  if (direct) return routing(gateway, verdict('denied', `${route.toString()} takes it, and the gateway answers ${direct.status} itself`, [direct.decider, rule], direct.status), { ...base, status: direct.status });
  if (redirect) {
    const status = typeof redirect.fields.statusCode === 'number' ? redirect.fields.statusCode : 302;
    const location = locationOf(candidate, redirect.fields, redirectPath(redirect), seen, dialect);
    const because = `${route.toString()} takes it, and sends the caller ${location === undefined ? 'elsewhere' : `to ${location}`} with ${status}`;
    return routing(gateway, verdict('denied', because, [{ entry: route, path: redirect.path }, ...passed], status), { ...base, status, location });
  }
  return toBackends(cluster, candidate, seen, dialect, base, by);
}

function toBackends(cluster: ClusterModel, candidate: Candidate, seen: SeenRequest, dialect: Dialect, base: Partial<Routing>, by: readonly Decider[]): Routing {
  const { route, match, effects, fields, rule, listener } = candidate;
  const gateway = listener.gateway.entry;
  const path: FieldPath = ['spec', 'rules', rule, 'backendRefs'];
  const refs = list(fields.backendRefs).map((ref: Fields, index) => resolved(cluster, candidate, ref, [...path, index], dialect));
  const total = refs.reduce((sum, { ref }) => sum + ref.weight, 0);
  const taken = `${route.toString()} takes it (${describe(match)})`;
  if (total === 0) {
    const because = refs.length === 0 ? 'its rule has no backend' : 'every weight is 0';
    return routing(gateway, verdict('denied', `${taken}, and ${because}`, by, 500), { ...base, status: 500 });
  }
  // Envoy changes headers for the backend first, and for the rule after that.
  const request = (own?: Effects): Request => {
    const asked = dialect === 'envoy-gateway' && own ? withHeaders(seen.asked, own) : seen.asked;
    const made = rewritten(candidate, effects, seen, asked, dialect);
    const named = own?.host === undefined ? made : withHost(made, own.host);
    return dialect === 'envoy-gateway' || !own ? named : withHeaders(named, own);
  };
  const used = refs.filter(({ ref }) => ref.weight > 0);
  const doubtful = used.find(({ ref }) => ref.doubt !== undefined);
  if (doubtful) return routing(gateway, verdict('undetermined', `${taken}, and ${doubtful.ref.doubt!}`, [...by, ...doubtful.ref.decidedBy]), base);
  const strange = used.find(({ effects: own }) => own.unknown.length > 0);
  if (strange) return routing(gateway, verdict('undetermined', `${taken}, and ${strange.effects.unknown[0]!.because}`, [...by, strange.effects.unknown[0]!.decider]), base);
  // Envoy Gateway takes an invalid backend of a GRPCRoute for one without endpoints, as long as another one is valid.
  const status = dialect === 'envoy-gateway' && route.kind === 'GRPCRoute' && used.some(({ ref }) => ref.invalid === undefined) ? 503 : 500;
  const refused = used.filter(({ ref }) => ref.invalid !== undefined).map(({ ref }): Refused => ({ status, share: ref.weight / total, path: ref.path, because: ref.invalid! }));
  const backends = used.filter(({ ref }) => ref.invalid === undefined).map(({ ref, effects: own }): Backend => backendOf(ref, ref.weight / total, request(own)));
  const mirrors = effects.mirrors.filter(({ invalid }) => invalid === undefined).map((ref) => backendOf(ref, ref.weight, request()));
  if (backends.length === 0) {
    return routing(gateway, verdict('denied', `${taken}, and ${refused.map(({ because }) => because).join('; ')}`, [...by, ...used.flatMap(({ ref }) => ref.decidedBy)], 500), { ...base, refused, status: 500 });
  }
  const where = backends.map((one) => `${one.kind} ${one.namespace}/${one.name}${one.port === undefined ? '' : ` port ${one.port}`}${one.share === 1 ? '' : ` (${percent(one.share)})`}`);
  const lost = refused.length === 0 ? '' : `; ${percent(refused.reduce((sum, { share }) => sum + share, 0))} of the requests fail: ${refused.map(({ because }) => because).join('; ')}`;
  return routing(gateway, verdict('allowed', `${taken} and sends it to ${where.join(' and ')}${lost}`, by), { ...base, backends, mirrors, refused });
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

/** A reference with the filters of its own. Envoy Gateway takes only some of them there. */
function resolved(cluster: ClusterModel, { route }: Candidate, ref: Fields, path: FieldPath, dialect: Dialect): { readonly ref: Resolved; readonly effects: Effects } {
  const found = resolve(cluster, route, ref, path, dialect);
  const effects = effectsOf(cluster, route, ref.filters, [...path, 'filters'], dialect);
  const unfit = dialect === 'envoy-gateway' && (effects.redirect !== undefined || effects.mirrors.length > 0 || effects.cors || effects.broken !== undefined || (effects.rewrite !== undefined && effects.rewrite !== null));
  return { ref: unfit ? { ...found, invalid: `the filters of its reference to ${found.kind} ${found.namespace}/${found.name} are none that Envoy Gateway takes there` } : found, effects };
}

export function backendOf({ kind, namespace, name, entry, port, path }: Resolved, share: number, request: Request): Backend {
  return { kind, namespace, name, entry: entry?.sound === true ? entry : undefined, port, share, path, request };
}

/** The request as it leaves the gateway. */
function rewritten({ match }: Candidate, effects: Effects, { path }: SeenRequest, asked: Request, dialect: Dialect): Request {
  const change = dialect === 'envoy-gateway' ? (text: string, modifier: PathModifier) => envoyRewrite(text, modifier, prefixOf(match), 'rewrite') : (text: string, modifier: PathModifier) => rewrite(text, modifier, prefixOf(match));
  const now = effects.rewrite === undefined ? path : effects.rewrite === null || path === undefined ? undefined : change(path, effects.rewrite);
  const request: Request = { ...asked, path: now };
  return withHeaders(effects.host === undefined ? request : withHost(request, effects.host), effects);
}

function prefixOf(match: Candidate['match']): string | undefined {
  return match.path === undefined ? '/' : match.path.type === 'PathPrefix' ? match.path.value : undefined;
}

function withHost(request: Request, host: string | null): Request {
  return { ...request, host: host ?? undefined };
}

function withHeaders(request: Request, { headers: { remove, set, add } }: Effects): Request {
  if (request.headers === undefined || remove.length + set.size + add.size === 0) return request;
  const headers: Record<string, string> = { ...request.headers };
  for (const name of remove) delete headers[name];
  for (const [name, value] of set) headers[name] = value;
  for (const [name, value] of add) headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  return { ...request, headers };
}

/** Where a redirect leads; undefined when a part of it is not known. */
function locationOf({ match, listener }: Candidate, fields: Fields, modifier: PathModifier | undefined, seen: SeenRequest, dialect: Dialect): string | undefined {
  const scheme = text(fields.scheme) ?? (listener.protocol === 'HTTPS' ? 'https' : 'http');
  const host = text(fields.hostname) ?? seen.host;
  const port = typeof fields.port === 'number' ? fields.port : text(fields.scheme) !== undefined ? (scheme === 'https' ? 443 : 80) : listener.port;
  const hides = dialect === 'envoy-gateway' ? port === 80 || port === 443 : port === (scheme === 'https' ? 443 : 80);
  const { path, query } = seen;
  if (host === undefined || path === undefined || query === undefined) return undefined;
  const now = modifier === undefined ? path : dialect === 'envoy-gateway' ? envoyRewrite(path, modifier, prefixOf(match), 'redirect') : rewrite(path, modifier, prefixOf(match));
  return now === undefined ? undefined : `${scheme}://${host}${hides ? '' : `:${port}`}${now}${query === null ? '' : `?${query}`}`;
}

export function listenerName({ home, name, path, port }: Candidate['listener']): NonNullable<Routing['listener']> {
  return { home, name, path, port };
}
