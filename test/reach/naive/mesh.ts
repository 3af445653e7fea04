// Istio's sidecars, as the documentation of its policies has them: one call to one workload, decided document by document. Knows nothing of the engine.
// https://istio.io/latest/docs/reference/config/security/

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

export interface NaiveCall {
  readonly caller: { readonly namespace: string; readonly serviceAccount: string; readonly meshed: boolean; readonly address: string };
  readonly port: number;
  readonly request?: { readonly method: string; readonly host: string; readonly path: string; readonly headers: Readonly<Record<string, string>> } | undefined;
  readonly token?: { readonly issuer: string; readonly subject: string; readonly audiences: readonly string[]; readonly claims: Readonly<Record<string, unknown>> } | undefined;
}

export interface NaiveTarget {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Ports at which the sidecar sees requests. */
  readonly http: readonly number[];
}

const ROOT = 'istio-system';

/** A status, `closed` for a connection that is refused, `unknown` where somebody else is asked. */
export function naiveMesh(documents: readonly Json[], target: NaiveTarget, call: NaiveCall): string {
  const of = (kind: string): Json[] => documents.filter((one) => one.kind === kind && [ROOT, target.namespace].includes(one.metadata.namespace) && selects(one, target));
  const http = target.http.includes(call.port);
  const mode = naiveMode(of('PeerAuthentication'), call.port);
  const principal = call.caller.meshed && mode !== 'DISABLE' ? `cluster.local/ns/${call.caller.namespace}/sa/${call.caller.serviceAccount}` : undefined;
  if (mode === 'STRICT' && principal === undefined) return 'closed';
  const refused = http ? '403' : 'closed';
  const jwtRules = of('RequestAuthentication').flatMap(({ spec }) => spec.jwtRules ?? []);
  const issued = jwtRules.filter(({ issuer }) => issuer === call.token?.issuer);
  if (http && call.token && jwtRules.length > 0) {
    if (issued.length === 0) return '401';
    if (!issued.some(({ audiences }) => audiences === undefined || audiences.some((one: string) => call.token!.audiences.includes(one)))) return '403';
  }
  const seen: Seen = { call, principal, http, claims: http && issued.length > 0 ? claimsOf(call) : undefined };
  const policies = of('AuthorizationPolicy').filter(({ metadata }) => metadata.annotations?.['istio.io/dry-run'] !== 'true');
  const met = (policy: Json): boolean => (policy.spec.rules ?? []).some((rule: Json) => meetsRule(rule, policy, seen));
  const acting = (action: string): Json[] => policies.filter(({ spec }) => (spec.action ?? 'ALLOW') === action);
  const asked = acting('CUSTOM').some(met);
  if (acting('DENY').some(met)) return refused;
  const allowing = acting('ALLOW');
  if (allowing.length > 0 && !allowing.some(met)) return refused;
  return asked ? 'unknown' : '200';
}

function selects({ spec }: Json, { labels }: NaiveTarget): boolean {
  return Object.entries(spec?.selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
}

function naiveMode(policies: readonly Json[], port: number): string {
  const narrow = (one: Json): boolean => Object.keys(one.spec.selector?.matchLabels ?? {}).length > 0;
  const said = (mode: string | undefined): string | undefined => (mode === 'UNSET' ? undefined : mode);
  const wideIn = (root: boolean): Json => policies.find((one) => (one.metadata.namespace === ROOT) === root && !narrow(one));
  const own = policies.find((one) => one.metadata.namespace !== ROOT && narrow(one));
  return said(own?.spec.portLevelMtls?.[port]?.mode) ?? said(own?.spec.mtls?.mode) ?? said(wideIn(false)?.spec.mtls?.mode) ?? said(wideIn(true)?.spec.mtls?.mode) ?? 'PERMISSIVE';
}

interface Seen {
  readonly call: NaiveCall;
  readonly principal: string | undefined;
  readonly http: boolean;
  readonly claims: Json;
}

function claimsOf({ token }: NaiveCall): Json {
  const claims: Json = { ...token!.claims, iss: token!.issuer, sub: token!.subject, aud: token!.audiences };
  for (const name of ['scope', 'permission']) if (typeof claims[name] === 'string') claims[name] = claims[name].split(' ');
  return claims;
}

/** True, false, or `bytes`: it cannot be asked of bytes. */
type Answer = boolean | 'bytes';

function meetsRule(rule: Json, policy: Json, seen: Seen): boolean {
  const allow = (policy.spec.action ?? 'ALLOW') === 'ALLOW';
  const sources: Answer[][] = (rule.from ?? []).map(({ source }: Json) => [
    pair(source, 'principals', (one) => meetsIdentity(one, seen)), pair(source, 'namespaces', (one) => meetsNamespace(one, seen)),
    pair(source, 'serviceAccounts', (one) => seen.principal === `cluster.local/ns/${one.includes('/') ? one.replace('/', '/sa/') : `${policy.metadata.namespace}/sa/${one}`}`),
    pair(source, 'ipBlocks', (one) => inBlock(one, seen.call.caller.address)), pair(source, 'remoteIpBlocks', (one) => inBlock(one, remote(seen))),
    pair(source, 'requestPrincipals', (one) => requestPrincipal(one, seen)),
  ]);
  const operations: Answer[][] = (rule.to ?? []).map(({ operation }: Json) => [
    pair(operation, 'ports', (one) => Number(one) === seen.call.port), pair(operation, 'methods', (one) => request(seen, ({ method }) => like(one, method))),
    pair(operation, 'hosts', (one) => request(seen, ({ host }) => like(one.toLowerCase(), host.toLowerCase()))),
    pair(operation, 'paths', (one) => request(seen, ({ path }) => likePath(one, plain(path)))),
  ]);
  const conditions: Answer[] = (rule.when ?? []).map((one: Json) => both(one.values, one.notValues, (value) => meetsCondition(one.key, value, seen)));
  // What cannot be asked makes an ALLOW rule nothing, and is left out of others.
  if (allow && [...sources, ...operations, conditions].flat().includes('bytes')) return false;
  const holds = (answers: Answer[]): boolean => answers.every((one) => one === true || one === 'bytes');
  return (sources.length === 0 || sources.some(holds)) && (operations.length === 0 || operations.some(holds)) && holds(conditions);
}

function pair(fields: Json, name: string, meets: (value: string) => Answer): Answer {
  return both(fields[name], fields[`not${name[0]!.toUpperCase()}${name.slice(1)}`], meets);
}

function both(values: readonly string[] = [], notValues: readonly string[] = [], meets: (value: string) => Answer): Answer {
  const [positive, negative] = [values.map(meets), notValues.map(meets)];
  if (positive.includes('bytes') || negative.includes('bytes')) return 'bytes';
  return (values.length === 0 || positive.includes(true)) && !negative.includes(true);
}

function meetsCondition(key: string, value: string, seen: Seen): Answer {
  const [, name, inside] = /^([a-z.A-Z]+)(?:\[(.*)\])?$/.exec(key)!;
  switch (name) {
    case 'source.ip': return inBlock(value, seen.call.caller.address);
    case 'remote.ip': return inBlock(value, remote(seen));
    case 'source.namespace': return meetsNamespace(value, seen);
    case 'source.principal': return meetsIdentity(value, seen);
    case 'destination.port': return Number(value) === seen.call.port;
    case 'request.headers': return request(seen, ({ headers }) => {
      const sent = headers[inside!.toLowerCase()];
      return sent !== undefined && (value === '*' || like(value, sent));
    });
    case 'request.auth.principal': return requestPrincipal(value, seen);
    case 'request.auth.audiences': return claim(['aud'], value, seen);
    case 'request.auth.presenter': return claim(['azp'], value, seen);
    case 'request.auth.claims': return claim(inside!.split(']['), value, seen);
    default: throw new Error(key);
  }
}

function request(seen: Seen, test: (request: NonNullable<NaiveCall['request']>) => boolean): Answer {
  return seen.http ? test(seen.call.request!) : 'bytes';
}

function claim(path: readonly string[], wanted: string, { http, claims }: Seen): Answer {
  if (!http) return 'bytes';
  const value = path.reduce((found: Json, key) => found?.[key], claims);
  return [value].flat().some((one: unknown) => typeof one === 'string' && like(wanted, one));
}

/** `issuer/subject`, with a star at either end. */
function requestPrincipal(wanted: string, { http, claims }: Seen): Answer {
  if (!http) return 'bytes';
  if (typeof claims?.iss !== 'string' || typeof claims.sub !== 'string') return false;
  if (wanted === '*') return true;
  const slash = wanted.lastIndexOf('/');
  if (slash < 0) return wanted.startsWith('*') ? claims.sub.endsWith(wanted.slice(1)) : wanted.endsWith('*') ? claims.iss.startsWith(wanted.slice(0, -1)) : false;
  const [issuer, subject] = [wanted.slice(0, slash), wanted.slice(slash + 1)];
  return (wanted.startsWith('*') ? like(issuer, claims.iss) : claims.iss === issuer) && (!wanted.startsWith('*') && wanted.endsWith('*') ? like(subject, claims.sub) : claims.sub === subject);
}

function meetsIdentity(wanted: string, { principal }: Seen): boolean {
  return principal !== undefined && like(wanted, principal);
}

function meetsNamespace(wanted: string, { principal }: Seen): boolean {
  return principal !== undefined && new RegExp(`^spiffe://.*/ns/${wanted.split('*').map(literally).join('.*')}/.*$`).test(`spiffe://${principal}`);
}

function literally(text: string): string {
  return text.replace(/[^a-zA-Z0-9]/g, '\\$&');
}

function like(wanted: string, given: string): boolean {
  if (wanted === '*') return given !== '';
  if (wanted.startsWith('*')) return given.endsWith(wanted.slice(1));
  return wanted.endsWith('*') ? given.startsWith(wanted.slice(0, -1)) : given === wanted;
}

function likePath(wanted: string, path: string): boolean {
  if (!wanted.includes('{*}') && !wanted.includes('{**}')) return like(wanted, path);
  const pattern = wanted.split(/(\{\*\*?\})/).map((part) => (part === '{*}' ? '[^/]+' : part === '{**}' ? '.*' : literally(part))).join('');
  return new RegExp(`^${pattern}$`).test(path);
}

/** Without dots (RFC 3986). */
function plain(path: string): string {
  return decodeURI(new URL(`http://host${path}`).pathname);
}

function remote({ call, http }: Seen): string {
  const last = http ? call.request?.headers['x-forwarded-for']?.split(',').at(-1)?.trim() : undefined;
  return last !== undefined && (/^\d+\.\d+\.\d+\.\d+$/.test(last) || last.includes(':')) ? last : call.caller.address;
}

function inBlock(block: string, address: string): boolean {
  const [base, length] = block.split('/') as [string, string?];
  const bits = (text: string): string | undefined => (text.includes(':') ? sixBits(text) : text.split('.').map((part) => Number(part).toString(2).padStart(8, '0')).join(''));
  const [one, other] = [bits(base)!, bits(address)!];
  return one.length === other.length && one.slice(0, Number(length ?? one.length)) === other.slice(0, Number(length ?? one.length));
}

function sixBits(text: string): string {
  const [left, right = ''] = text.split('::') as [string, string?];
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [head, tail] = [groups(left), groups(right)];
  return [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail].map((group) => parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}
