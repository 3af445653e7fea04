// What a gateway makes of a request, read off its documents one after the other: no tables, no orders, no model. The oracle of the gateway layer. Envoy Gateway is one reading;
// of the specification there are several, as it leaves things open.
import type { WorldRequest } from '../worlds/gateway';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

/** A text that is equal for equal answers: `200 ns/name path host`, `302 https://…`, `404`. */
export type Answer = string;

interface Offer {
  readonly route: Json;
  readonly rule: Json;
  readonly match: Json;
  readonly listener: Json;
  readonly order: readonly number[];
}

/** How an implementation reads what the specification leaves open. */
export interface Reading {
  readonly envoyGateway: boolean;
  /** Where patterns stand beside exact paths and prefixes. */
  readonly patterns: number;
  /** A listener keeps its routes from the other ones of its port. */
  readonly isolates: boolean;
  /** Where no rule for a name takes the request, those for wider names may. */
  readonly widens: boolean;
}

export const ENVOY_GATEWAY: Reading = { envoyGateway: true, patterns: 1, isolates: false, widens: false };

export const READINGS: readonly Reading[] = [-1, 0.5, 2.5].flatMap((patterns) => [false, true].flatMap((isolates) => (
  [false, true].map((widens) => ({ envoyGateway: false, patterns, isolates, widens })))));

/** What one Gateway may answer: several answers where only the age of routes decides, and nobody knows it. `refused`: Envoy takes no such configuration. */
export function naiveGateway(documents: readonly Json[], gateway: Json, asked: WorldRequest, reading: Reading = ENVOY_GATEWAY): ReadonlySet<Answer> {
  const of = (kind: string): readonly Json[] => documents.filter((one) => one.kind === kind);
  const listeners = gateway.spec.listeners.filter((one: Json) => one.port === asked.port && (one.protocol === 'HTTPS') === asked.tls);
  // With TLS the listener is chosen by name; without, all of a port are one.
  const taking: readonly Json[] = asked.tls || reading.isolates ? [...listeners].filter((one) => covers(one.hostname ?? '*', asked.host)).sort((a, b) => width(b.hostname ?? '*') - width(a.hostname ?? '*')).slice(0, 1) : listeners;
  if (!listeners.some((one: Json) => covers(one.hostname ?? '*', asked.host))) return new Set(['nobody']);
  if (reading.envoyGateway && /%2f/i.test(asked.path)) return new Set(['307']);
  const hosts = new Map<string, Set<Json>>();
  const attached: Array<{ readonly host: string; readonly listener: Json; readonly route: Json }> = [];
  for (const listener of taking) {
    for (const route of [...of('HTTPRoute'), ...of('GRPCRoute')]) {
      for (const host of names(gateway, listener, route)) {
        if (reading.envoyGateway && taking.some((other) => other !== listener && other.hostname === host)) continue;
        attached.push({ host, listener, route });
        hosts.set(host, (hosts.get(host) ?? new Set()).add(listener));
      }
    }
  }
  const early = !reading.envoyGateway ? {} : ofTarget(of('ClientTrafficPolicy'), gateway)[0]?.spec.headers?.earlyRequestHeaders ?? {};
  const headers: Record<string, string> = { ...asked.headers };
  for (const name of early.remove ?? []) delete headers[name];
  for (const { name, value } of [...early.set ?? [], ...early.add ?? []]) headers[name] = value;
  const path = reading.envoyGateway ? plain(asked.path) : asked.path;
  const covering = [...hosts.keys()].filter((one) => covers(one, asked.host)).sort((a, b) => width(b) - width(a));
  if (reading.envoyGateway && covering[0] !== undefined && hosts.get(covering[0])!.size > 1) return new Set(['refused']);
  for (const host of covering) {
    const found = amongRoutes(host);
    if (found) return found;
    if (!reading.widens) break;
  }
  return new Set(['404']);

  function amongRoutes(host: string): ReadonlySet<Answer> | undefined {
    const offers = attached.filter((one) => one.host === host).flatMap(({ route, listener }) => route.spec.rules.flatMap((rule: Json) => (
      matchesOf(documents, route, rule).map((match): Offer => ({ route, rule, match, listener, order: rank(match, reading) })))));
    const meeting = offers.filter(({ match }) => meets(match, { ...asked, path, headers }));
    if (meeting.length === 0) return undefined;
    const best = meeting.reduce((a, b) => (compare(b.order, a.order) > 0 ? b : a)).order;
    const equal = meeting.filter(({ order }) => compare(order, best) === 0);
    const first = equal.filter(({ route }) => !equal.some((other) => before(other.route, route) === true));
    const routes = [...new Set(first.map(({ route }) => route))];
    return new Set(routes.map((route) => answer(documents, gateway, first.find((one) => one.route === route)!, { ...asked, path, headers }, reading)));
  }
}

function names(gateway: Json, listener: Json, route: Json): readonly string[] {
  const named = route.spec.parentRefs.some((ref: Json) => ref.name === gateway.metadata.name && (ref.namespace ?? route.metadata.namespace) === gateway.metadata.namespace
    && (ref.sectionName === undefined || ref.sectionName === listener.name) && (ref.port === undefined || ref.port === listener.port));
  const { namespaces, kinds } = listener.allowedRoutes ?? {};
  if (!named || (kinds && !kinds.some((one: Json) => one.kind === route.kind))) return [];
  if ((namespaces?.from ?? 'Same') === 'Same' && route.metadata.namespace !== gateway.metadata.namespace) return [];
  if (!route.spec.hostnames) return [listener.hostname ?? '*'];
  return [...new Set<string>(route.spec.hostnames.flatMap((one: string) => (covers(listener.hostname ?? '*', one) ? [one] : covers(one, listener.hostname) ? [listener.hostname] : [])))];
}

function covers(wide: string, narrow: string): boolean {
  return wide === '*' || wide === narrow || (wide.startsWith('*') && narrow.endsWith(wide.slice(1)) && narrow.length >= wide.length);
}

/** A name goes before a pattern, a long pattern before a short one. */
function width(name: string): number {
  return name.startsWith('*') ? name.length : 1000 + name.length;
}

/** Needless escapes, dots and slashes in a row, as a browser and Envoy read them. */
function plain(path: string): string {
  const written = path.replace(/%[0-9a-f]{2}/gi, (one) => (/[\w.~-]/.test(decodeURIComponent(one)) ? decodeURIComponent(one) : one));
  return new URL(`http://host${written.replace(/^\/+/, '/')}`).pathname.replace(/\/+/g, '/');
}

function matchesOf(documents: readonly Json[], route: Json, rule: Json): readonly Json[] {
  const given: readonly Json[] = rule.matches ?? [{}];
  const made = given.map((match) => (route.kind === 'GRPCRoute' ? grpc(match) : { ...match, path: match.path ?? { type: 'PathPrefix', value: '/' } }));
  const cookies = filtersOf(documents, route, rule).find((one) => one.spec.matches)?.spec.matches;
  return cookies ? made.flatMap((match) => cookies.map((one: Json) => ({ ...match, cookies: one.cookies }))) : made;
}

function grpc({ method = {}, headers = [] }: Json): Json {
  const { type, service, method: name } = method;
  if (type === 'RegularExpression') return { headers, path: { type, value: `/${service ?? '\\.?[A-Za-z_][A-Za-z_0-9]*(\\.[A-Za-z_][A-Za-z_0-9]*)*'}/${name ?? '[A-Za-z_][A-Za-z_0-9]*'}`, length: service === undefined ? 46 + name.length : undefined } };
  if (service !== undefined && name !== undefined) return { headers, path: { type: 'Exact', value: `/${service}/${name}` } };
  if (service !== undefined) return { headers, path: { type: 'PathPrefix', value: `/${service}` } };
  return { headers, path: { type: 'PathPrefix', value: '/' }, suffix: name === undefined ? undefined : `/${name}` };
}

/** The HTTPRouteFilters of a rule that are there. */
function filtersOf(documents: readonly Json[], route: Json, rule: Json): readonly Json[] {
  return (rule.filters ?? []).filter(({ type }: Json) => type === 'ExtensionRef')
    .flatMap(({ extensionRef }: Json) => documents.filter(({ kind, metadata }) => kind === 'HTTPRouteFilter' && metadata.namespace === route.metadata.namespace && metadata.name === extensionRef.name));
}

/** Kind of path, its length, conditions on headers, on cookies, on parameters; exact ones before patterns. */
function rank({ path, method, headers = [], suffix, cookies = [], queryParams = [] }: Json, { envoyGateway, patterns }: Reading): readonly number[] {
  if (!envoyGateway) {
    // A path of its own kind, the letters of it (a slash at its end is none), a method, then how many conditions.
    const kind = path.type === 'RegularExpression' ? patterns : path.type === 'Exact' ? 2 : 1;
    const length = path.type === 'PathPrefix' ? path.value.replace(/\/$/, '').length : path.value.length;
    return [kind, length, method === undefined ? 0 : 1, headers.length + (suffix === undefined ? 0 : 1), queryParams.length];
  }
  const exact = (list: readonly Json[]): number => list.filter((one) => one.type !== 'RegularExpression').length;
  const pseudo = (method === undefined ? 0 : 1);
  return [
    ['PathPrefix', 'RegularExpression', 'Exact'].indexOf(path.type ?? 'PathPrefix'), path.type === 'PathPrefix' && path.value === '/' ? 0 : path.length ?? path.value.length,
    headers.length + pseudo + (suffix === undefined ? 0 : 1), exact(headers) + pseudo, cookies.length, exact(cookies), queryParams.length, exact(queryParams),
  ];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((one, i) => one !== b[i]);
  return index < 0 ? 0 : a[index]! - b[index]!;
}

/** Whether a route certainly goes before another one; undefined when only its unknown age says so. */
function before(a: Json, b: Json): boolean | undefined {
  if (a === b) return false;
  if (a.kind !== b.kind) return a.kind === 'HTTPRoute';
  const [one, other] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  if (one === undefined || other === undefined) return undefined;
  const name = ({ namespace, name: own }: Json): string => `${namespace}\u0000${own}`;
  return one < other || (one === other && name(a.metadata) < name(b.metadata));
}

function pattern(text: string, value: string): boolean {
  return new RegExp(`^(?:${text.replace('(?i)', '')})$`, text.startsWith('(?i)') ? 'i' : '').test(value);
}

function meets({ path, method, headers = [], suffix, cookies = [], queryParams = [] }: Json, asked: WorldRequest): boolean {
  const condition = (found: string | undefined | null, { type, value }: Json): boolean => typeof found === 'string' && (type === 'RegularExpression' ? pattern(value, found) : found === value);
  const stem = path.value.replace(/\/$/, '');
  const onPath = path.type === 'Exact' ? asked.path === path.value : path.type === 'RegularExpression' ? pattern(path.value, asked.path) : asked.path === stem || asked.path.startsWith(`${stem}/`);
  const jar = new Map((asked.headers.cookie ?? '').split('; ').map((one) => one.split('=') as [string, string]));
  const query = (name: string): string | undefined => (asked.query ?? '').split('&').filter((one) => one.split('=')[0] === name && asked.query !== undefined).map((one) => one.split('=')[1] ?? '')[0];
  return onPath && (method === undefined || asked.method === method) && (suffix === undefined || `${asked.path}${asked.query === undefined ? '' : `?${asked.query}`}`.endsWith(suffix))
    && headers.every((one: Json) => condition(asked.headers[one.name.toLowerCase()], one)) && cookies.every((one: Json) => condition(jar.get(one.name), one))
    && queryParams.every((one: Json) => condition(query(one.name), one));
}

function answer(documents: readonly Json[], gateway: Json, offer: Offer, asked: WorldRequest, { envoyGateway }: Reading): Answer {
  const { route, rule, match, listener } = offer;
  const faults = documents.filter(({ kind }) => kind === 'BackendTrafficPolicy');
  const abort = ofTarget(faults, route)[0]?.spec.faultInjection.abort;
  if (envoyGateway && abort?.percentage === 100) return String(abort.httpStatus);
  const refused = envoyGateway ? security(documents, gateway, offer, asked) : undefined;
  if (refused !== undefined) return refused;
  for (const { type, extensionRef, requestMirror } of rule.filters ?? []) {
    if (type === 'ExtensionRef' && !envoyGateway) return 'anything';
    if (type === 'ExtensionRef' && extensionRef.name === 'absent') return '500';
    if (envoyGateway && requestMirror && !valid(documents, route, requestMirror.backendRef)) return '500';
  }
  const direct = filtersOf(documents, route, rule).find(({ spec }) => spec.directResponse);
  if (direct) return String(direct.spec.directResponse.statusCode ?? 200);
  const change = (modifier: Json, trims: boolean): string => (envoyGateway ? modified(asked.path, modifier, match.path, trims) : bySegments(asked.path, modifier, match.path));
  const redirect = (rule.filters ?? []).find((one: Json) => one.requestRedirect)?.requestRedirect;
  const suffix = asked.query === undefined ? '' : `?${asked.query}`;
  if (redirect) {
    const scheme = redirect.scheme ?? (asked.tls ? 'https' : 'http');
    const port = redirect.port ?? (redirect.scheme === 'http' ? 80 : redirect.scheme === 'https' ? 443 : listener.port);
    return `${redirect.statusCode ?? 302} ${scheme}://${redirect.hostname ?? asked.host}${(envoyGateway ? port === 80 || port === 443 : port === (scheme === 'https' ? 443 : 80)) ? '' : `:${port}`}${change(redirect.path, false)}${suffix}`;
  }
  const refs: readonly Json[] = (rule.backendRefs ?? []).filter(({ weight = 1 }: Json) => weight > 0);
  const good = refs.filter((ref) => valid(documents, route, ref));
  if (good.length === 0) return '500';
  const rewrite = (rule.filters ?? []).find((one: Json) => one.urlRewrite)?.urlRewrite ?? {};
  const bad = refs.length > good.length ? [envoyGateway && route.kind === 'GRPCRoute' ? '503' : '500'] : [];
  const told = good.map((ref) => `200 ${ref.namespace ?? route.metadata.namespace}/${ref.name} ${change(rewrite.path, true)}${suffix} ${rewrite.hostname ?? asked.host}`);
  return [...new Set([...bad, ...told])].sort().join(' | ');
}

/** The segments of the prefix are replaced by those of another one. */
function bySegments(path: string, modifier: Json, { value }: Json): string {
  if (!modifier) return path;
  if (modifier.type === 'ReplaceFullPath') return modifier.replaceFullPath;
  const rest = path.split('/').slice(value.replace(/\/$/, '').split('/').length);
  return [modifier.replacePrefixMatch.replace(/\/$/, ''), ...rest].join('/') || '/';
}

function modified(path: string, modifier: Json, { value }: Json, trims: boolean): string {
  if (!modifier) return path;
  if (modifier.type === 'ReplaceFullPath') return modifier.replaceFullPath;
  if (modifier.replacePrefixMatch === '/') return path.startsWith(value) ? `/${path.slice(value.length).replace(/^\/+/, '')}` : path;
  const taken = value === '/' ? 1 : value.replace(/\/$/, '').length;
  return `${trims ? modifier.replacePrefixMatch.replace(/\/$/, '') : modifier.replacePrefixMatch}${path.slice(taken)}`;
}

function valid(documents: readonly Json[], route: Json, { namespace = route.metadata.namespace, name, port }: Json): boolean {
  const there = documents.some((one) => one.kind === 'Service' && one.metadata.namespace === namespace && one.metadata.name === name && one.spec.ports.some((each: Json) => each.port === port));
  return there && (namespace === route.metadata.namespace || documents.some((one) => one.kind === 'ReferenceGrant' && one.metadata.namespace === namespace
    && one.spec.from.some((from: Json) => from.kind === route.kind && from.namespace === route.metadata.namespace)
    && one.spec.to.some((to: Json) => to.name === undefined || to.name === name)));
}

/** The policies that name an object, or a section of it. */
function ofTarget(policies: readonly Json[], { kind, metadata }: Json, section?: string): readonly Json[] {
  return policies.filter((one) => one.metadata.namespace === metadata.namespace
    && one.spec.targetRefs.some((ref: Json) => ref.kind === kind && ref.name === metadata.name && ref.sectionName === section));
}

/** 401, 403, or undefined when the request may pass. */
function security(documents: readonly Json[], gateway: Json, { route, rule, listener }: Offer, asked: WorldRequest): Answer | undefined {
  const all = documents.filter(({ kind }) => kind === 'SecurityPolicy');
  const own = (rule.name === undefined ? undefined : ofTarget(all, route, rule.name)[0]) ?? ofTarget(all, route)[0];
  const above = ofTarget(all, gateway, listener.name)[0] ?? ofTarget(all, gateway)[0];
  const chosen = own ?? above;
  if (!chosen) return undefined;
  const lays = own?.spec.mergeType !== undefined && above !== undefined;
  const jwt = own?.spec.jwt || lays ? { ...lays && above.spec.jwt, ...own?.spec.jwt } : chosen.spec.jwt;
  const both = lays && own.spec.authorization && above.spec.authorization;
  const authorization = both ? { rules: above.spec.authorization.rules, ...own.spec.authorization } : chosen.spec.authorization ?? (lays ? above.spec.authorization : undefined);
  const provider = jwt?.providers?.[0];
  const { token } = asked;
  if (provider && !token && jwt.optional !== true) return '401';
  if (provider && token && token.iss !== provider.issuer) return '401';
  if (provider && token && provider.audiences && !provider.audiences.includes(token.aud)) return '403';
  if (!authorization) return undefined;
  const found = (authorization.rules ?? []).find((one: Json) => applies(one, asked, provider ? token : undefined));
  return (found ? found.action : authorization.defaultAction ?? 'Deny') === 'Allow' ? undefined : '403';
}

function applies({ principal = {}, operation = {} }: Json, { method, path, query, headers, address }: WorldRequest, token: WorldRequest['token']): boolean {
  const { clientCIDRs, headers: wanted = [], jwt } = principal;
  if (jwt && !token) return false;
  if (jwt?.scopes && !jwt.scopes.every((scope: string) => token!.scope.split(' ').includes(scope))) return false;
  if (jwt?.claims && !jwt.claims.every(({ name, valueType, values }: Json) => claim((token as Json)[name], valueType === 'StringArray', values))) return false;
  if (operation.methods && !operation.methods.includes(method)) return false;
  if (clientCIDRs && !clientCIDRs.some((block: string) => inBlock(block, address))) return false;
  if (!wanted.every(({ name, values }: Json) => values.includes(headers[name]))) return false;
  if (!operation.path) return true;
  const { type, value, invert = false } = operation.path;
  const whole = query === undefined ? path : `${path}?${query}`;
  const escaped = value.replace(/\/$/, type === 'PathPrefix' ? '' : '/').replace(/[.?]/g, '\\$&');
  const met = type === 'RegularExpression' ? pattern(value, whole) : type === 'Exact' ? pattern(`${escaped}([?;].*)?`, whole) : value === '/' || pattern(`${escaped}([/?;].*)?`, whole);
  return met !== invert;
}

/** A claim is compared as the list or as the text that it is said to be. */
function claim(found: string | readonly string[], many: boolean, values: readonly string[]): boolean {
  return typeof found === 'string' ? !many && values.includes(found) : many && found.some((one) => values.includes(one));
}

function inBlock(block: string, address: string): boolean {
  const number = (text: string): number => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const [base, length] = block.split('/') as [string, string];
  const size = 2 ** (32 - Number(length));
  return Math.floor(number(base) / size) === Math.floor(number(address) / size);
}
