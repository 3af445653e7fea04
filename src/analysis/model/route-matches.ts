// Matches of HTTPRoutes and GRPCRoutes in one written form, so that equal ones are found by their text.
import type { FieldPath } from '../documents/document';
import type { Fields } from './fields';
import { list, record } from './fields';
import type { RouteView } from './gateway-api';

export interface RouteMatch {
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
  return list(entry.spec.rules).flatMap((rule: Fields, index): RouteMatch[] => {
    const path: FieldPath = ['spec', 'rules', index];
    const given = list(rule.matches);
    if (given.length === 0) return [matchOf({}, index, path, entry.kind)];
    return given.map((match: Fields, at) => matchOf(match, index, [...path, 'matches', at], entry.kind));
  });
}

function matchOf(match: Fields, rule: number, path: FieldPath, kind: string): RouteMatch {
  if (kind === 'GRPCRoute') {
    const { type = 'Exact', service, method } = record(match.method);
    // A gRPC method is a path: /package.Service/Method.
    const pathValue = `/${String(service ?? '')}${method === undefined ? '' : `/${String(method)}`}`;
    const headers = conditions(match.headers);
    return {
      rule, path, method: undefined, pathValue, plain: headers === '', pathType: type === 'RegularExpression' ? 'RegularExpression' : method === undefined ? 'PathPrefix' : 'Exact',
      key: `grpc ${String(type)} ${String(service ?? '')}/${String(method ?? '')} ${headers}`,
    };
  }
  const { type = 'PathPrefix', value = '/' } = record(match.path);
  const prefix = type === 'PathPrefix' && value.length > 1 ? String(value).replace(/\/$/, '') : String(value);
  const headers = conditions(match.headers);
  const query = conditions(match.queryParams, false);
  return {
    rule, path, pathType: type as RouteMatch['pathType'], pathValue: prefix, method: match.method as string | undefined, plain: headers === '' && query === '' && match.method === undefined,
    key: `${String(type)} ${prefix} ${String(match.method ?? '')} ${headers} ${query}`,
  };
}

function conditions(value: unknown, anyCase: boolean = true): string {
  if (list(value).length === 0) return '';
  // Of several conditions on one header only the first counts.
  const seen = new Map<string, string>();
  for (const { name, type = 'Exact', value: wanted } of list(value)) {
    const key = anyCase ? String(name).toLowerCase() : String(name);
    if (!seen.has(key)) seen.set(key, `${key}${type === 'Exact' ? '=' : '~'}${String(wanted)}`);
  }
  return [...seen.values()].sort().join('&');
}
