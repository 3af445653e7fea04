// Matches of HTTPRoutes and GRPCRoutes in one written form, so that equal ones are found by their text.
import type { FieldPath } from '../documents/document';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { list, record } from './fields';
import type { RouteView } from './gateway-api';

export interface RouteMatch {
  /** The route that has it. */
  readonly entry: Entry;
  readonly rule: number;
  /** Where it is written; the rule itself when it has no matches. */
  readonly path: FieldPath;
  readonly pathType: 'Exact' | 'PathPrefix' | 'RegularExpression';
  readonly pathValue: string;
  readonly method: string | undefined;
  /** Everything that is asked of a request, in one order: equal texts ask the same. */
  readonly key: string;
  /** Nothing but the path is asked. */
  readonly plain: boolean;
}

/** The matches of a route; a rule without any takes every path. */
export function matchesOf(route: RouteView): readonly RouteMatch[] {
  let matches = KNOWN.get(route);
  if (!matches) KNOWN.set(route, (matches = readMatches(route)));
  return matches;
}

const KNOWN: WeakMap<RouteView, readonly RouteMatch[]> = new WeakMap();

function readMatches({ entry }: RouteView): readonly RouteMatch[] {
  const matches: RouteMatch[] = [];
  const rules = list(entry.spec.rules);
  for (let index = 0; index < rules.length; index++) {
    const given = list(rules[index].matches);
    for (let at = 0; at < given.length; at++) matches.push(matchOf(entry, given[at], index, at));
    if (given.length === 0) matches.push(matchOf(entry, {}, index, undefined));
  }
  return matches;
}

/** A match as it is written. Its path is made for those who report. */
class ReadMatch implements RouteMatch {
  readonly entry: Entry;
  readonly rule: number;
  readonly pathType: RouteMatch['pathType'];
  readonly pathValue: string;
  readonly method: string | undefined;
  readonly key: string;
  readonly plain: boolean;
  private readonly index: number | undefined;

  constructor(entry: Entry, rule: number, index: number | undefined, pathType: RouteMatch['pathType'], pathValue: string, method: string | undefined, key: string, plain: boolean) {
    this.entry = entry;
    this.rule = rule;
    this.index = index;
    this.pathType = pathType;
    this.pathValue = pathValue;
    this.method = method;
    this.key = key;
    this.plain = plain;
  }

  get path(): FieldPath {
    return this.index === undefined ? ['spec', 'rules', this.rule] : ['spec', 'rules', this.rule, 'matches', this.index];
  }
}

function matchOf(entry: Entry, match: Fields, rule: number, index: number | undefined): RouteMatch {
  if (entry.kind === 'GRPCRoute') {
    const { type = 'Exact', service, method } = record(match.method);
    // A gRPC method is a path: /package.Service/Method.
    const pathValue = `/${String(service ?? '')}${method === undefined ? '' : `/${String(method)}`}`;
    const headers = conditions(match.headers);
    const pathType = type === 'RegularExpression' ? 'RegularExpression' : method === undefined ? 'PathPrefix' : 'Exact';
    return new ReadMatch(entry, rule, index, pathType, pathValue, undefined, `grpc ${String(type)} ${String(service ?? '')}/${String(method ?? '')} ${headers}`, headers === '');
  }
  const { type = 'PathPrefix', value = '/' } = record(match.path);
  const prefix = type === 'PathPrefix' && value.length > 1 && value.endsWith('/') ? String(value).slice(0, -1) : String(value);
  const headers = conditions(match.headers);
  const query = conditions(match.queryParams, false);
  const plain = headers === '' && query === '' && match.method === undefined;
  const key = plain ? `${String(type)} ${prefix}` : `${String(type)} ${prefix} ${String(match.method ?? '')} ${headers} ${query}`;
  return new ReadMatch(entry, rule, index, type as RouteMatch['pathType'], prefix, match.method as string | undefined, key, plain);
}

function conditions(value: unknown, anyCase: boolean = true): string {
  const given = list(value);
  if (given.length === 0) return '';
  if (given.length === 1) return conditionOf(given[0], anyCase);
  // Of several conditions on one header only the first counts.
  const seen = new Map<string, string>();
  for (const one of given) {
    const name = nameOf(one, anyCase);
    if (!seen.has(name)) seen.set(name, conditionOf(one, anyCase));
  }
  return [...seen.values()].sort().join('&');
}

function nameOf({ name }: Fields, anyCase: boolean): string {
  return anyCase ? String(name).toLowerCase() : String(name);
}

function conditionOf(one: Fields, anyCase: boolean): string {
  return `${nameOf(one, anyCase)}${(one.type ?? 'Exact') === 'Exact' ? '=' : '~'}${String(one.value)}`;
}
