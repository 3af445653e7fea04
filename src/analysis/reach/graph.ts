// Lists of pairs as a graph: nodes in their namespaces, edges with their connections. Large ones are drawn by namespace.
import { prefixOf } from './print/prefix';
import type { Listing } from './listing';

export interface GraphNode {
  readonly id: string;
  readonly label: string;
  /** `shop`, or `beijing:shop` where there are several clusters; absent for what is outside. */
  readonly group?: string | undefined;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly connections: string;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** How many pairs were put together, where nodes are namespaces. */
  readonly pairs?: number | undefined;
}

/** The most that can be drawn at all. */
export const MOST_EDGES = 50_000;

/** The graph of some lists. A list with more pairs than `most` is drawn by namespace. */
export function graphOf(listings: readonly Listing[], most: number = MOST_EDGES): Graph {
  let pairs = 0;
  const edges: GraphEdge[] = [];
  const nodes = new Map<string, GraphNode>();
  const together = new Map<string, { readonly from: GraphNode; readonly to: GraphNode; count: number; texts: Set<string> }>();
  for (const listing of listings) {
    const prefix = prefixOf(listing.cluster, listings.length);
    const node = (label: string, namespace: string | undefined): GraphNode => ({ id: prefix + label, label, ...namespace !== undefined && { group: prefix + namespace } });
    const add = (from: GraphNode, to: GraphNode, connections: string): void => {
      pairs++;
      if (edges.length <= most) {
        nodes.set(from.id, from);
        nodes.set(to.id, to);
        edges.push({ from: from.id, to: to.id, connections });
      }
      const [a, b] = [wholeOf(from), wholeOf(to)];
      const key = `${a.id}\n${b.id}`;
      const known = together.get(key);
      if (!known) together.set(key, { from: a, to: b, count: 1, texts: new Set([connections]) });
      else {
        known.count++;
        if (known.texts.size < 3) known.texts.add(connections);
      }
    };
    listing.forEachPair((from, to, set) => add(node(from.label, from.endpoint?.namespace), node(to.label, to.endpoint?.namespace), listing.connectivity.portSet(set).text));
    for (const { label, to, set } of listing.proxyPairs()) if (set.ranges.length > 0) add(node(label, undefined), node(to.label, to.endpoint?.namespace), set.text);
  }
  if (pairs <= most) return { nodes: sorted([...nodes.values()]), edges };
  const wholes = new Map([...together.values()].flatMap(({ from, to }) => [from, to]).map((one) => [one.id, one]));
  return {
    pairs, nodes: sorted([...wholes.values()]),
    edges: [...together.values()].map(({ from, to, count, texts }) => ({ from: from.id, to: to.id, connections: count === 1 ? [...texts][0]! : `${count} pairs` })),
  };
}

function wholeOf({ id, label, group }: GraphNode): GraphNode {
  return group === undefined ? { id, label } : { id: `${group}/*`, label: `${group}/*` };
}

function sorted(nodes: readonly GraphNode[]): readonly GraphNode[] {
  return [...nodes].sort((a, b) => (a.id < b.id ? -1 : 1));
}
