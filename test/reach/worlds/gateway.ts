// Random sets of Gateways, routes and policies as Envoy Gateway reads them, and requests that come close to their matches.
import type { Choices } from './draw';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

export interface WorldRequest {
  readonly tls: boolean;
  readonly port: number;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly address: string;
  /** The claims of a token that the caller carries, signed with the key that providers know. */
  readonly token?: WorldToken | undefined;
}

export interface WorldToken {
  readonly iss: string;
  readonly aud: string;
  readonly role: string;
  readonly groups: readonly string[];
  readonly scope: string;
}

/** The secret behind the key that providers know. */
export const TOKEN_SECRET = 'secret-secret-secret-secret-secret';

export interface GatewayWorld {
  readonly namespace: string;
  readonly documents: readonly Json[];
  readonly requests: readonly WorldRequest[];
}

const HOSTS = ['a.example.com', 'b.example.com', 'x.a.example.com', 'shop.org', 'example.com'];
const LISTENER_HOSTS = [undefined, undefined, undefined, undefined, '*.example.com', '*.example.com', 'a.example.com', '*.a.example.com', 'shop.org', '*.org'];
const ROUTE_HOSTS = [...HOSTS, '*.example.com', '*.a.example.com', '*.com', '*.org'];
const PREFIXES = ['/', '/a', '/a/', '/a/b', '/a/b/', '/b', '/a.b', '/a/b/c'];
const EXACT = ['/', '/a', '/a/', '/a/b', '/ab', '/b'];
const PATTERNS = ['/a/[0-9]+', '/a.*', '/(a|b)/?', '/[^/]+/b', '/a|/b', '.*b', '/a/(b|[0-9]+)/?c?', '/A', '(?i)/A'];
const PATHS = ['/', '/a', '/a/', '/a/b', '/a/b/', '/a/b/c', '/ab', '/a/1', '/a/12', '/a/1c', '/b', '/x/b', '/A', '/a.b', '/axb', '/a//b', '/a/./b', '/a/../b', '/a;b', '/a/..', '//a', '/%61/b', '/a/%2e%2e/b', '/a%20b', '/a%2Fb', '/pkg.Orders/Get', '/pkg.Orders/List', '/pkg.Carts/Get', '/pkg.Orders', '/Get'];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'];
const HEADERS = ['x-a', 'x-b'];
const VALUES = ['1', '2', 'abc', '12'];
const VALUE_PATTERNS = ['[0-9]+', 'a.*', '1|2', '.*'];
const ADDRESSES = ['127.0.0.1', '127.0.0.2', '127.0.1.1'];
const BLOCKS = ['127.0.0.1/32', '127.0.0.0/24', '127.0.1.0/24', '10.0.0.0/8', '127.0.0.2/32'];
const SERVICES = ['s1', 's2', 's3', 's4'];

/** Half a dozen routes behind one or two gateways, in namespaces of their own. */
export function gatewayWorld(c: Choices, namespace: string, requests: number): GatewayWorld {
  const far = `${namespace}-far`;
  const gateways = Array.from({ length: c.chance(15) ? 2 : 1 }, (_, index) => gateway(c, namespace, `gw${index}`));
  const routes = Array.from({ length: c.between(2, 6) }, (_, index) => route(c, namespace, far, `r${index}`, gateways));
  // The translator goes by names alone: ages that say the same are all it can be asked about.
  const aged = c.chance(60);
  const byName = ({ metadata: a }: Json, { metadata: b }: Json): number => (a.namespace === b.namespace ? (a.name < b.name ? -1 : 1) : a.namespace < b.namespace ? -1 : 1);
  [...routes].sort(byName).forEach(({ metadata }, index) => {
    if (aged || c.chance(50)) metadata.creationTimestamp = `2026-01-0${1 + (aged && c.chance(30) ? Math.max(0, index - 1) : index)}T00:00:00Z`;
  });
  const documents: Json[] = [
    ...[namespace, far].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    ...[namespace, far].flatMap((home) => SERVICES.map((name) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: home }, spec: { selector: { app: name }, ports: [{ name: 'http', port: 80 }] } }))),
    ...gateways, ...routes, ...grants(c, namespace, far), ...[namespace, far].flatMap((home) => filters(home, routes)), ...policies(c, namespace, gateways, routes),
  ];
  return { namespace, documents, requests: Array.from({ length: requests }, () => request(c, gateways, routes)) };
}

function gateway(c: Choices, namespace: string, name: string): Json {
  const listeners: Json[] = [];
  const add = (protocol: string, port: number, hostname: string | undefined): void => {
    if (listeners.some((one) => one.port === port && one.hostname === hostname)) return;
    const allowed: Json = {};
    if (c.chance(70)) allowed.namespaces = { from: c.chance(85) ? 'All' : 'Same' };
    if (c.chance(6)) allowed.kinds = [{ kind: c.one(['HTTPRoute', 'HTTPRoute', 'GRPCRoute']) }];
    listeners.push({
      name: `l${listeners.length}`, port, protocol, ...hostname !== undefined && { hostname }, ...Object.keys(allowed).length > 0 && { allowedRoutes: allowed },
      ...protocol === 'HTTPS' && { tls: { certificateRefs: [{ name: `${name}-tls` }] } },
    });
  };
  add('HTTP', 80, c.one(LISTENER_HOSTS));
  if (c.chance(35)) add('HTTP', 80, c.one(LISTENER_HOSTS));
  if (c.chance(25)) add('HTTP', 8080, c.one(LISTENER_HOSTS));
  if (c.chance(15)) add('HTTPS', 443, c.one(LISTENER_HOSTS));
  if (c.chance(8)) add('HTTPS', 443, c.one(LISTENER_HOSTS));
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name, namespace }, spec: { gatewayClassName: 'eg', listeners } };
}

function route(c: Choices, namespace: string, far: string, name: string, gateways: readonly Json[]): Json {
  const grpc = c.chance(20);
  const home = c.chance(20) ? far : namespace;
  const hostnames = c.chance(50) ? undefined : c.some(ROUTE_HOSTS, c.between(1, 2));
  const parents = c.some(gateways, c.chance(80) ? 1 : 2).map((one) => ({
    name: one.metadata.name, ...home === far && { namespace },
    ...c.chance(20) && { sectionName: c.one<Json>(one.spec.listeners).name }, ...c.chance(5) && { port: c.one([80, 8080, 443]) },
  }));
  const rules = Array.from({ length: c.between(1, 4) }, (_, index) => rule(c, grpc, namespace, far, home, index));
  return {
    apiVersion: 'gateway.networking.k8s.io/v1', kind: grpc ? 'GRPCRoute' : 'HTTPRoute', metadata: { name, namespace: home },
    spec: { parentRefs: parents, ...hostnames && { hostnames }, rules },
  };
}

function rule(c: Choices, grpc: boolean, namespace: string, far: string, home: string, index: number): Json {
  const matches = Array.from({ length: c.chance(15) ? 0 : c.between(1, 2) }, () => (grpc ? grpcMatch(c) : httpMatch(c)));
  const prefixes = !grpc && matches.every((match) => match.path?.type === 'PathPrefix') && matches.length === 1;
  const made = grpc ? headerFilters(c) : ruleFilters(c, prefixes, namespace, home);
  const answers = made.some((filter) => filter.type === 'RequestRedirect');
  const refs = answers || c.chance(5) ? [] : Array.from({ length: c.one([1, 1, 1, 2, 2, 3]) }, () => backend(c, grpc, namespace, far, home));
  return { ...c.chance(60) && { name: `rule${index}` }, ...matches.length > 0 && { matches }, ...made.length > 0 && { filters: made }, ...refs.length > 0 && { backendRefs: refs } };
}

function httpMatch(c: Choices): Json {
  const match: Json = {};
  const kind = c.below(10);
  if (kind < 5) match.path = { type: 'PathPrefix', value: c.one(PREFIXES) };
  else if (kind < 7) match.path = { type: 'Exact', value: c.one(EXACT) };
  else if (kind < 9) match.path = { type: 'RegularExpression', value: c.one(PATTERNS) };
  if (c.chance(25)) match.method = c.one(METHODS.slice(0, 3));
  const headers = conditions(c, HEADERS);
  if (headers.length > 0) match.headers = headers;
  if (c.chance(15)) match.queryParams = [condition(c, c.one(['q', 'r']))];
  return match;
}

function grpcMatch(c: Choices): Json {
  const match: Json = {};
  const kind = c.below(6);
  if (kind === 0) match.method = { service: 'pkg.Orders' };
  else if (kind === 1) match.method = { method: c.one(['Get', 'List']) };
  else if (kind < 4) match.method = { service: c.one(['pkg.Orders', 'pkg.Carts']), method: c.one(['Get', 'List']) };
  else if (kind === 4) match.method = { type: 'RegularExpression', ...c.chance(70) && { service: c.one(['pkg\\.[A-Z][a-z]+', 'pkg.Orders']) }, method: c.one(['[GL].*', 'Get|List', 'Get']) };
  const headers = conditions(c, HEADERS);
  if (headers.length > 0) match.headers = headers;
  return match;
}

function conditions(c: Choices, names: readonly string[]): Json[] {
  return c.chance(30) ? c.some(names, c.between(1, 2)).map((name) => condition(c, c.chance(15) ? name.toUpperCase() : name)) : [];
}

function condition(c: Choices, name: string): Json {
  return c.chance(70) ? { name, value: c.one(VALUES) } : { name, type: 'RegularExpression', value: c.one(VALUE_PATTERNS) };
}

function ruleFilters(c: Choices, prefixes: boolean, namespace: string, home: string): Json[] {
  const kind = c.below(100);
  const path = (): Json => (prefixes && c.chance(60)
    ? { type: 'ReplacePrefixMatch', replacePrefixMatch: c.one(['/', '/z', '/z/', '/y/z']) }
    : { type: 'ReplaceFullPath', replaceFullPath: c.one(['/full', '/full/', '/']) });
  if (kind < 12) {
    const redirect: Json = {};
    if (c.chance(40)) redirect.scheme = c.one(['http', 'https']);
    if (c.chance(40)) redirect.hostname = 'other.example.net';
    if (c.chance(30)) redirect.port = c.one([80, 443, 8443]);
    if (c.chance(40)) redirect.path = path();
    if (c.chance(60)) redirect.statusCode = c.one([301, 302]);
    return [{ type: 'RequestRedirect', requestRedirect: redirect }];
  }
  if (kind < 17) return [{ type: 'ExtensionRef', extensionRef: { group: 'gateway.envoyproxy.io', kind: 'HTTPRouteFilter', name: c.one(['teapot', 'plain', 'absent', 'cookies']) } }];
  const found = headerFilters(c);
  if (kind < 40) {
    const rewrite: Json = {};
    if (c.chance(40)) rewrite.hostname = 'inner.example.net';
    if (rewrite.hostname === undefined || c.chance(60)) rewrite.path = path();
    found.push({ type: 'URLRewrite', urlRewrite: rewrite });
  }
  if (c.chance(6)) found.push({ type: 'RequestMirror', requestMirror: { backendRef: { name: c.one(['s4', 's4', 'absent']), port: 80, ...home !== namespace && { namespace: home } } } });
  return found;
}

function headerFilters(c: Choices): Json[] {
  if (!c.chance(20)) return [];
  const modifier: Json = {};
  if (c.chance(50)) modifier.set = [{ name: 'x-a', value: 'set' }];
  if (c.chance(40)) modifier.add = [{ name: 'x-b', value: 'added' }];
  if (Object.keys(modifier).length === 0 || c.chance(30)) modifier.remove = ['x-c'];
  return [{ type: 'RequestHeaderModifier', requestHeaderModifier: modifier }];
}

function backend(c: Choices, grpc: boolean, namespace: string, far: string, home: string): Json {
  const other = home === namespace ? far : namespace;
  const ref: Json = { name: c.chance(6) ? 'absent' : c.one(SERVICES), port: c.chance(4) ? 81 : 80 };
  if (c.chance(20)) ref.namespace = other;
  if (c.chance(50)) ref.weight = c.one([0, 1, 1, 1]);
  if (!grpc && c.chance(10)) ref.filters = [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-c', value: 'backend' }] } }];
  return ref;
}

function grants(c: Choices, namespace: string, far: string): Json[] {
  return [[namespace, far], [far, namespace]].filter(() => c.chance(60)).map(([from, to]) => ({
    apiVersion: 'gateway.networking.k8s.io/v1beta1', kind: 'ReferenceGrant', metadata: { name: 'grant', namespace: to },
    spec: {
      from: c.some(['HTTPRoute', 'GRPCRoute'], c.between(1, 2)).map((kind) => ({ group: 'gateway.networking.k8s.io', kind, namespace: from })),
      to: [{ group: '', kind: 'Service', ...c.chance(30) && { name: c.one(SERVICES) } }],
    },
  }));
}

/** The filters that routes refer to. */
function filters(namespace: string, routes: readonly Json[]): Json[] {
  const used = JSON.stringify(routes.filter(({ metadata }) => metadata.namespace === namespace));
  const filter = (name: string, spec: Json): Json => ({ apiVersion: 'gateway.envoyproxy.io/v1alpha1', kind: 'HTTPRouteFilter', metadata: { name, namespace }, spec });
  return [
    filter('teapot', { directResponse: { statusCode: 418 } }), filter('plain', { directResponse: { contentType: 'text/plain', body: { type: 'Inline', inline: 'hello' } } }),
    filter('cookies', { matches: [{ cookies: [{ name: 'c', value: '1' }] }, { cookies: [{ name: 'd', type: 'RegularExpression', value: '[0-9]+' }] }] }),
  ].filter(({ metadata }) => used.includes(`"${metadata.name}"`));
}

function policies(c: Choices, namespace: string, gateways: readonly Json[], routes: readonly Json[]): Json[] {
  const found: Json[] = [];
  const add = (kind: string, home: string, target: Json, spec: Json): void => {
    found.push({ apiVersion: 'gateway.envoyproxy.io/v1alpha1', kind, metadata: { name: `p${found.length}`, namespace: home }, spec: { targetRefs: [{ group: 'gateway.networking.k8s.io', ...target }], ...spec } });
  };
  for (const one of gateways) {
    if (c.chance(20)) add('SecurityPolicy', namespace, { kind: 'Gateway', name: one.metadata.name }, security(c));
    if (c.chance(15)) add('SecurityPolicy', namespace, { kind: 'Gateway', name: one.metadata.name, sectionName: c.one<Json>(one.spec.listeners).name }, security(c));
    if (c.chance(8)) add('ClientTrafficPolicy', namespace, { kind: 'Gateway', name: one.metadata.name }, { headers: { earlyRequestHeaders: c.one<Json>([{ set: [{ name: 'x-a', value: '1' }] }, { remove: ['x-a'] }, { add: [{ name: 'x-b', value: '2' }] }]) } });
  }
  for (const one of routes) {
    const target = { kind: one.kind, name: one.metadata.name };
    const home = one.metadata.namespace as string;
    const named: readonly Json[] = one.spec.rules.filter((each: Json) => each.name !== undefined);
    if (c.chance(20)) add('SecurityPolicy', home, target, { ...c.chance(30) && { mergeType: c.one(['StrategicMerge', 'JSONMerge']) }, ...security(c) });
    if (named.length > 0 && c.chance(20)) add('SecurityPolicy', home, { ...target, sectionName: c.one<Json>(named).name }, { ...c.chance(30) && { mergeType: 'StrategicMerge' }, ...security(c) });
    if (c.chance(5)) add('BackendTrafficPolicy', home, target, { faultInjection: { abort: { httpStatus: 503, percentage: c.one([0, 100]) } } });
  }
  return found;
}

const JWKS = { keys: [{ kty: 'oct', kid: 'one', k: Buffer.from(TOKEN_SECRET).toString('base64url'), alg: 'HS256' }] };

function security(c: Choices): Json {
  const spec: Json = {};
  if (c.chance(25)) {
    const provider = { name: 'p', issuer: 'https://id.example.com', ...c.chance(40) && { audiences: ['shop'] }, localJWKS: { type: 'Inline', inline: JSON.stringify(JWKS) } };
    spec.jwt = { ...c.chance(50) && { optional: true }, providers: [provider] };
  }
  if (spec.jwt === undefined || c.chance(50)) {
    const rules = Array.from({ length: c.between(0, 3) }, (_, index) => authorization(c, index, spec.jwt !== undefined));
    spec.authorization = { ...c.chance(70) && { defaultAction: c.one(['Allow', 'Deny']) }, ...rules.length > 0 && { rules } };
    if (Object.keys(spec.authorization).length === 0) spec.authorization.defaultAction = 'Deny';
  }
  return spec;
}

function authorization(c: Choices, index: number, tokens: boolean): Json {
  const made: Json = { ...c.chance(50) && { name: `a${index}` }, action: c.one(['Allow', 'Deny']) };
  const principal: Json = {};
  if (c.chance(40)) principal.clientCIDRs = c.some(BLOCKS, c.between(1, 2));
  if (c.chance(35)) principal.headers = c.some(HEADERS, c.between(1, 2)).map((name) => ({ name, values: c.some(VALUES, c.between(1, 2)) }));
  if (tokens && c.chance(50)) {
    const asked = c.one<Json>([
      { claims: [{ name: 'role', values: ['admin', 'owner'] }] }, { claims: [{ name: 'groups', valueType: 'StringArray', values: ['red'] }] }, { scopes: ['write'] },
      { scopes: ['read'], claims: [{ name: 'role', values: ['admin'] }] }, { claims: [{ name: 'groups', values: ['red'] }] },
    ]);
    principal.jwt = { provider: 'p', ...asked };
  }
  if (Object.keys(principal).length === 0) principal.clientCIDRs = ['0.0.0.0/0'];
  made.principal = principal;
  const operation: Json = {};
  if (c.chance(40)) operation.methods = c.some(METHODS, c.between(1, 2));
  if (c.chance(25)) {
    const type = c.one(['PathPrefix', 'Exact', 'RegularExpression']);
    operation.path = { type, value: c.one(type === 'RegularExpression' ? PATTERNS : type === 'Exact' ? EXACT : PREFIXES), ...c.chance(20) && { invert: true } };
  }
  if (Object.keys(operation).length > 0) made.operation = operation;
  return made;
}

/** A path that a match may take. */
function near(c: Choices, match: Json): string {
  if (typeof match?.method === 'object') return `/${match.method.type === undefined ? match.method.service ?? 'pkg.Orders' : 'pkg.Orders'}/${match.method.type === undefined ? match.method.method ?? 'Get' : 'Get'}`;
  const { type, value } = match?.path ?? {};
  if (type === 'PathPrefix') return c.one([value, `${value === '/' ? '' : value}${c.one(value === '/' ? ['/', '/b', '/1'] : ['', '/', '/b', '/1', 'b'])}`]);
  return type === 'Exact' ? value : c.one(PATHS);
}

/** Often a request that a match of some route takes, or would but for a detail. */
function request(c: Choices, gateways: readonly Json[], routes: readonly Json[]): WorldRequest {
  const asked = anyRequest(c, gateways, routes);
  if (c.chance(30)) return asked;
  const route = c.one(routes);
  const rule: Json = c.one<Json>(route.spec.rules);
  const match: Json = rule.matches ? c.one<Json>(rule.matches) : {};
  const headers: Record<string, string> = { ...asked.headers };
  for (const { name, type, value } of match.headers ?? []) if (c.chance(85)) headers[name.toLowerCase()] = type === undefined ? value : '1';
  const [parameter] = match.queryParams ?? [];
  const parent = route.spec.parentRefs[0];
  const gateway = gateways.find((one) => one.metadata.name === parent.name) ?? c.one(gateways);
  const named = gateway.spec.listeners.filter((one: Json) => parent.sectionName === undefined || one.name === parent.sectionName);
  const listener: Json = c.one<Json>(named.length > 0 ? named : gateway.spec.listeners);
  const hosts: readonly string[] = route.spec.hostnames ?? [listener.hostname ?? c.one(HOSTS)];
  return {
    ...asked, headers, tls: listener.protocol === 'HTTPS', port: listener.port, path: c.chance(85) ? near(c, match) : asked.path, host: c.chance(85) ? c.one(hosts).replace('*', c.one(['a', 'any', 'x.a'])) : asked.host,
    ...typeof match.method === 'string' && c.chance(85) && { method: match.method }, ...parameter && c.chance(85) && { query: `${parameter.name}=${parameter.type === undefined ? parameter.value : '1'}` },
  };
}

function anyRequest(c: Choices, gateways: readonly Json[], routes: readonly Json[]): WorldRequest {
  const listener: Json = c.one<Json>(c.one(gateways).spec.listeners);
  const headers: Record<string, string> = {};
  for (const name of [...HEADERS, 'x-c']) if (c.chance(35)) headers[name] = c.one(VALUES);
  if (c.chance(15)) headers.cookie = c.one(['c=1', 'd=12; c=2', 'd=x']);
  // A host of a route, or any.
  const wanted: readonly string[] = c.one(routes).spec.hostnames ?? HOSTS;
  const host = c.chance(60) ? c.one(wanted).replace('*', c.one(['a', 'any', 'x.a'])) : c.one(HOSTS);
  return {
    tls: listener.protocol === 'HTTPS', port: listener.port, method: c.chance(5) ? 'HEAD' : c.one(METHODS), host, path: c.one(PATHS),
    query: c.chance(25) ? c.one(['q=1', 'q=abc&r=2', 'r=12', 'q', 'q=%31', 'q=2&q=1']) : undefined, headers, address: c.one(ADDRESSES), token: c.chance(50) ? token(c) : undefined,
  };
}

function token(c: Choices): WorldToken {
  return {
    iss: c.chance(85) ? 'https://id.example.com' : 'https://other.example.com', aud: c.chance(80) ? 'shop' : 'other', role: c.one(['admin', 'owner', 'guest']),
    groups: c.some(['red', 'blue'], c.between(0, 2)), scope: c.one(['read', 'read write', '']),
  };
}
