// Matches of HTTPRoutes and GRPCRoutes against a request: yes, no, or not to be known.
import type { FieldPath } from '../../documents/document';
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import type { Three } from '../../model/three';
import { hasPrefix } from './paths';
import { isPattern, takesWhole } from './patterns';
import type { SeenRequest, Value } from './seen';

export interface Condition {
  readonly name: string;
  readonly is: 'Exact' | 'RegularExpression' | 'Suffix';
  readonly value: string;
}

export interface Match {
  readonly path: { readonly type: 'Exact' | 'PathPrefix' | 'RegularExpression'; readonly value: string } | undefined;
  readonly method: string | undefined;
  readonly headers: readonly Condition[];
  readonly parameters: readonly Condition[];
  readonly cookies: readonly Condition[];
  /** Where it is written: the rule itself when it has no matches. */
  readonly at: FieldPath;
}

/** How Gateway API is read by whoever runs the gateway. */
export type Dialect = 'envoy-gateway' | 'istio' | 'specification';

/** The matches of a rule. Without any it takes everything. */
export function matchesOfRule(route: Entry, rule: Fields, index: number, dialect: Dialect): readonly Match[] {
  const at: FieldPath = ['spec', 'rules', index];
  const given = list(rule.matches);
  if (given.length === 0) return [route.kind === 'GRPCRoute' ? { ...ANY, at } : { ...ANY, at, path: { type: 'PathPrefix', value: '/' } }];
  return given.map((match: Fields, item) => (route.kind === 'GRPCRoute' ? grpcMatch : httpMatch)(match, [...at, 'matches', item], dialect));
}

const ANY: Omit<Match, 'at'> = { path: undefined, method: undefined, headers: [], parameters: [], cookies: [] };

function httpMatch(match: Fields, at: FieldPath, dialect: Dialect): Match {
  const { type = 'PathPrefix', value = '/' } = record(match.path);
  return {
    at, path: { type: type as 'Exact', value: String(value) }, method: text(match.method),
    headers: conditions(match.headers, dialect, true), parameters: conditions(match.queryParams, dialect, false), cookies: [],
  };
}

/** The method of a call is a path: `/package.Service/Method`. */
function grpcMatch(match: Fields, at: FieldPath, dialect: Dialect): Match {
  const { type = 'Exact', service, method } = record(match.method);
  const headers = conditions(match.headers, dialect, true);
  const made: Match = { ...ANY, at, headers };
  if (service === undefined && method === undefined) return made;
  if (type === 'RegularExpression') {
    return { ...made, path: { type: 'RegularExpression', value: `/${String(service ?? SERVICE_NAME)}/${String(method ?? METHOD_NAME)}` } };
  }
  if (method === undefined) return { ...made, path: { type: 'PathPrefix', value: `/${String(service)}` } };
  if (service === undefined) return { ...made, headers: [...headers, { name: ':path', is: 'Suffix', value: `/${String(method)}` }] };
  return { ...made, path: { type: 'Exact', value: `/${String(service)}/${String(method)}` } };
}

/** What a service and a method are called where a pattern leaves them open; of the names that GRPC allows, nothing else. */
const SERVICE_NAME = '(?i)\\.?[a-z_][a-z_0-9]*(\\.[a-z_][a-z_0-9]*)*';
const METHOD_NAME = '[A-Za-z_][A-Za-z_0-9]*';

/** Of several conditions on one header the specification counts the first; Envoy Gateway asks all of them. */
function conditions(value: unknown, dialect: Dialect, anyCase: boolean): readonly Condition[] {
  const found = list(value).map((one: Fields): Condition => ({
    name: anyCase ? String(one.name).toLowerCase() : String(one.name), is: one.type === 'RegularExpression' ? 'RegularExpression' : 'Exact', value: String(one.value),
  }));
  if (dialect === 'envoy-gateway' || found.length < 2) return found;
  return found.filter((one, index) => found.findIndex(({ name }) => name === one.name) === index);
}

/** Conditions on cookies, which Envoy Gateway's HTTPRouteFilter adds. */
export function cookieConditions(value: unknown): readonly Condition[] {
  return list(value).map((one: Fields) => ({ name: String(one.name), is: one.type === 'RegularExpression' ? 'RegularExpression' : 'Exact', value: String(one.value) }));
}

export function meets(match: Match, seen: SeenRequest): Three {
  let answer: Three = true;
  for (const one of answers(match, seen)) {
    if (one === false) return false;
    if (one === undefined) answer = undefined;
  }
  return answer;
}

function* answers(match: Match, seen: SeenRequest): Iterable<Three> {
  if (match.path) yield meetsPath(match.path, seen.path);
  if (match.method !== undefined) yield seen.method === undefined ? undefined : seen.method === match.method;
  for (const one of match.headers) yield one.name === ':path' ? meetsSuffix(one, seen) : meetsCondition(one, seen.header(one.name));
  for (const one of match.parameters) yield meetsCondition(one, seen.parameter(one.name));
  for (const one of match.cookies) yield meetsCondition(one, seen.cookie(one.name));
}

function meetsPath({ type, value }: NonNullable<Match['path']>, path: string | undefined): Three {
  if (type === 'PathPrefix' && (value === '/' || value === '')) return true;
  if (type === 'RegularExpression') return path === undefined ? undefined : takesWhole(value, path);
  if (path === undefined) return undefined;
  return type === 'Exact' ? path === value : hasPrefix(path, value);
}

/** The end of the path with its query. */
function meetsSuffix({ value }: Condition, { path, query }: SeenRequest): Three {
  if (path === undefined || query === undefined) return undefined;
  return `${path}${query === null ? '' : `?${query}`}`.endsWith(value);
}

export function meetsCondition({ is, value }: Condition, found: Value): Three {
  if (is === 'RegularExpression' && !isPattern(value)) return undefined;
  if (found === undefined || found === null) return found === undefined ? undefined : false;
  return is === 'Exact' ? found === value : takesWhole(value, found);
}

/** Why it cannot be known whether a match takes a request. */
export function doubt(match: Match, seen: SeenRequest): string {
  const patterns = [match.path?.type === 'RegularExpression' ? match.path.value : undefined, ...[...match.headers, ...match.parameters, ...match.cookies].map(({ is, value }) => (is === 'RegularExpression' ? value : undefined))];
  const broken = patterns.find((one) => one !== undefined && !isPattern(one));
  if (broken !== undefined) return `${JSON.stringify(broken)} is no regular expression`;
  if (match.path && seen.path === undefined && meetsPath(match.path, undefined) === undefined) return 'the path of the request is not known';
  if (match.method !== undefined && seen.method === undefined) return 'the method of the request is not known';
  const header = match.headers.find(({ name }) => name !== ':path' && seen.header(name) === undefined);
  if (header) return `whether the request has the header ${header.name} is not known`;
  const parameter = match.parameters.find(({ name }) => seen.parameter(name) === undefined);
  if (parameter) return `whether the request has the query parameter ${parameter.name} is not known`;
  return match.cookies.length > 0 ? 'the cookies of the request are not known' : 'the request is not known well enough';
}

/** `GET /orders/*, header x-canary: 1`, for people. */
export function describe({ path, method, headers, parameters, cookies }: Match): string {
  const end = (value: string): string => (value.endsWith('/') ? '*' : '/*');
  const what = path === undefined ? '/*' : path.type === 'PathPrefix' ? `${path.value}${end(path.value)}` : path.type === 'Exact' ? path.value : `~ ${path.value}`;
  const condition = (kind: string) => ({ name, is, value }: Condition): string => `${kind} ${name}${is === 'Exact' ? ': ' : is === 'Suffix' ? ' ends in ' : ' ~ '}${value}`;
  return [`${method === undefined ? '' : `${method} `}${what}`, ...headers.map(condition('header')), ...parameters.map(condition('query')), ...cookies.map(condition('cookie'))].join(', ');
}
