// Sets of nodes as selectors describe them. Nodes themselves are seldom among the documents, so sets are compared by what they ask.
import type { ClusterModel } from './cluster-model';
import type { Requirement } from './selector';
import { matches } from './selector';
import type { Three } from './three';

/** Nodes that meet all requirements of one of the alternatives; undefined: which ones cannot be read. */
export type NodeSet = readonly (readonly Requirement[])[] | undefined;

export const ALL_NODES: NodeSet = [[]];

/** Whether some node is in both: yes when one set asks nothing that the other does not ask, no when they ask what no node can have at once. */
export function nodesOverlap(a: NodeSet, b: NodeSet): Three {
  if (!a || !b) return undefined;
  let answer: Three = false;
  for (const one of a) {
    for (const other of b) {
      if (includes(one, other) || includes(other, one)) return true;
      if (!exclude(one, other)) answer = undefined;
    }
  }
  return answer;
}

function includes(wide: readonly Requirement[], narrow: readonly Requirement[]): boolean {
  const asked = new Set(narrow.map(keyOf));
  return wide.every((requirement) => asked.has(keyOf(requirement)));
}

function keyOf({ key, operator, values }: Requirement): string {
  return `${key} ${operator} ${[...values].sort().join(',')}`;
}

/** Whether no node can meet both. */
function exclude(a: readonly Requirement[], b: readonly Requirement[]): boolean {
  return a.some((one) => b.some((other) => one.key === other.key && (contradict(one, other) || contradict(other, one))));
}

function contradict(a: Requirement, b: Requirement): boolean {
  if (a.operator === 'In' && b.operator === 'In') return !a.values.some((value) => b.values.includes(value));
  if (a.operator === 'In' && b.operator === 'NotIn') return a.values.every((value) => b.values.includes(value));
  return b.operator === 'DoesNotExist' && (a.operator === 'In' || a.operator === 'Exists');
}

/** Whether the set has a node, asked of the Node objects among the documents; undefined when there are none. */
export function hasNode(cluster: ClusterModel, nodes: NodeSet): Three {
  const known = cluster.objects('', 'Node');
  if (!nodes || known.length === 0 || cluster.open) return undefined;
  return known.some((node) => nodes.some((requirements) => matches({ 'kubernetes.io/hostname': node.name, ...node.labels }, requirements)));
}

/** Something that claims nodes for itself. */
export interface NodeClaim<T> {
  readonly of: T;
  readonly nodes: NodeSet;
}

/**
 * Claims that evidently meet on some node: one asks nothing that the other does not ask. Each claim stands with the first one that it meets.
 * A claim is looked up by the requirement that the fewest others have, so that a thousand racks are no million pairs.
 */
export function overlappingClaims<T>(claims: readonly NodeClaim<T>[]): readonly (readonly [T, T])[] {
  const alternatives = claims.flatMap(({ of, nodes }, order) => (nodes ?? []).map((requirements) => ({ of, order, keys: [...new Set(requirements.map(keyOf))] })));
  const counts = new Map<string, number>();
  for (const { keys } of alternatives) for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  const byRarest = new Map<string, typeof alternatives>();
  for (const alternative of alternatives) {
    const rarest = alternative.keys.reduce<string | undefined>((best, key) => (best === undefined || counts.get(key)! < counts.get(best)! ? key : best), undefined) ?? '';
    const known = byRarest.get(rarest);
    if (known) known.push(alternative);
    else byRarest.set(rarest, [alternative]);
  }
  const pairs = new Map<T, { with: T; order: number }>();
  for (const narrow of alternatives) {
    for (const key of ['', ...narrow.keys]) {
      for (const wide of byRarest.get(key) ?? []) {
        if (wide.of === narrow.of || !wide.keys.every((one) => narrow.keys.includes(one))) continue;
        const [first, second] = wide.order < narrow.order ? [wide, narrow] : [narrow, wide];
        const known = pairs.get(second.of);
        if (!known || first.order < known.order) pairs.set(second.of, { with: first.of, order: first.order });
        break;
      }
    }
  }
  return [...pairs].map(([second, first]) => [first.with, second] as const);
}
