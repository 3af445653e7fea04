// Which of several matches goes first. Gateway API leaves regular expressions to the implementation; Envoy Gateway and Istio have their own orders.
// envoyproxy/gateway internal/gatewayapi/sort.go; istio/istio pilot/pkg/config/kube/gateway/conversion.go sortHTTPRoutes
import type { Entry } from '../../model/entry';
import { text } from '../../model/fields';
import type { Condition, Dialect, Match } from './matching';

/** One match of one rule of a route, on its way into an order. */
export interface Ranked {
  readonly route: Entry;
  readonly rule: number;
  readonly match: Match;
  /** Higher goes first, from left to right. */
  readonly rank: readonly number[];
  /** The implementation chooses its place. */
  readonly loose: boolean;
}

export function rankOf(match: Match, dialect: Dialect): { readonly rank: readonly number[]; readonly loose: boolean } {
  const { path, method, headers, parameters, cookies } = match;
  const length = path === undefined ? 0 : Buffer.byteLength(path.value);
  if (dialect === 'envoy-gateway') {
    // A method is one more condition on a header.
    const exact = (conditions: readonly Condition[]): number => conditions.filter(({ is }) => is === 'Exact').length;
    const methods = method === undefined ? 0 : 1;
    return {
      loose: false,
      rank: [
        KINDS[path?.type ?? 'PathPrefix'], path?.type === 'PathPrefix' && path.value === '/' ? 0 : length, headers.length + methods, exact(headers) + methods,
        cookies.length, exact(cookies), parameters.length, exact(parameters),
      ],
    };
  }
  const rest = [method === undefined ? 0 : 1, headers.length, parameters.length];
  if (dialect === 'istio') return { loose: false, rank: [path === undefined ? 0 : ISTIO_KINDS[path.type], length, ...rest] };
  const trimmed = path?.type === 'PathPrefix' && path.value.endsWith('/') ? length - 1 : length;
  // Patterns come first to be seen: whether they go first is another question.
  const loose = path?.type === 'RegularExpression';
  return { loose, rank: [loose ? 3 : KINDS[path?.type ?? 'PathPrefix'], trimmed, ...rest] };
}

const KINDS = { Exact: 2, RegularExpression: 1, PathPrefix: 0 } as const;
const ISTIO_KINDS = { Exact: 3, PathPrefix: 2, RegularExpression: 1 } as const;

/** Sorts what goes first to the front. What is equal stands by the age of its route and, where that is not known, by its name. */
export function inOrder<T extends Ranked>(all: readonly T[]): readonly T[] {
  return [...all].sort((a, b) => compareRanks(b.rank, a.rank) || compareKinds(a, b) || compareAges(a.route, b.route) || compareNames(a.route, b.route) || a.rule - b.rule);
}

export function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** HTTPRoutes are read before GRPCRoutes. */
function compareKinds(a: Ranked, b: Ranked): number {
  return (a.route.kind === 'GRPCRoute' ? 1 : 0) - (b.route.kind === 'GRPCRoute' ? 1 : 0);
}

/** The older one first; 0 when nobody knows which that is. */
export function compareAges(a: Entry, b: Entry): number {
  const one = text((a.object.metadata as Record<string, unknown> | undefined)?.creationTimestamp);
  const other = text((b.object.metadata as Record<string, unknown> | undefined)?.creationTimestamp);
  if (one === undefined || other === undefined) return 0;
  return Date.parse(one) - Date.parse(other) || 0;
}

export function compareNames(a: Entry, b: Entry): number {
  return compareTexts(a.namespace, b.namespace) || compareTexts(a.name, b.name);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether only the age of their routes says which of two goes first, and nobody knows it. Routes of one moment go by their names. */
export function tied(a: Ranked, b: Ranked): boolean {
  return a.route !== b.route && compareRanks(a.rank, b.rank) === 0 && compareKinds(a, b) === 0 && !(hasAge(a.route) && hasAge(b.route));
}

/** Whether the route of one match is known to go before that of another one that is as specific. */
export function surelyBefore(a: Ranked, b: Ranked): boolean {
  return a.route !== b.route && hasAge(a.route) && hasAge(b.route) && (compareAges(a.route, b.route) || compareNames(a.route, b.route)) < 0;
}

function hasAge(route: Entry): boolean {
  return text((route.object.metadata as Record<string, unknown> | undefined)?.creationTimestamp) !== undefined;
}
