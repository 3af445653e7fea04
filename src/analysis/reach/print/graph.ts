// Graphs for other programs to draw: Graphviz's DOT, Mermaid, and `netstack/graph/v1`.
import { toolVersion } from '../../../core/tool-version';
import { visible } from '../../report/report';
import type { Graph, GraphNode } from '../graph';

export const GRAPH_FORMAT = 'netstack/graph/v1';

/** What GitHub draws of Mermaid, with room for the rest of a page: it takes 500 edges at most. */
export const MERMAID_EDGES = 400;

/** Prints a graph for Graphviz, one cluster of nodes for each namespace. */
export function graphDot({ nodes, edges, pairs }: Graph): string {
  const lines = ['digraph netstack {', '  rankdir=LR;', '  node [shape=box];'];
  if (pairs !== undefined) lines.push(`  // ${pairs} pairs, drawn by namespace: netstack connlist lists them, and --focus draws a part`);
  let group: string | undefined;
  const byGroup = [...nodes].sort((a, b) => compare(a.group ?? '', b.group ?? '') || compare(a.id, b.id));
  for (const node of byGroup) {
    if (node.group !== group) {
      if (group !== undefined) lines.push('  }');
      group = node.group;
      if (group !== undefined) lines.push(`  subgraph ${dot(`cluster_${group}`)} {`, `    label=${dot(group)};`);
    }
    lines.push(`  ${group === undefined ? '' : '  '}${dot(node.id)} [label=${dot(shortName(node))}];`);
  }
  if (group !== undefined) lines.push('  }');
  for (const { from, to, connections } of edges) lines.push(`  ${dot(from)} -> ${dot(to)} [label=${dot(connections)}];`);
  return `${lines.join('\n')}\n}\n`;
}

/** Prints a graph for Mermaid, as pages on GitHub and GitLab draw it. */
export function graphMermaid({ nodes, edges, pairs }: Graph): string {
  const lines = ['flowchart LR'];
  if (pairs !== undefined) lines.push(`  %% ${pairs} pairs, drawn by namespace: netstack connlist lists them, and --focus draws a part`);
  const ids = new Map(nodes.map(({ id }, i) => [id, `n${i}`]));
  const groups = new Map<string | undefined, GraphNode[]>();
  for (const node of nodes) groups.set(node.group, [...groups.get(node.group) ?? [], node]);
  let number = 0;
  for (const [group, members] of groups) {
    if (group !== undefined) lines.push(`  subgraph g${number++}[${mermaid(group)}]`);
    for (const node of members) lines.push(`  ${group === undefined ? '' : '  '}${ids.get(node.id)}[${mermaid(shortName(node))}]`);
    if (group !== undefined) lines.push('  end');
  }
  for (const { from, to, connections } of edges) lines.push(`  ${ids.get(from)} -->|${mermaid(connections)}| ${ids.get(to)}`);
  return `${lines.join('\n')}\n`;
}

export function graphJson(graph: Graph): string {
  return `${JSON.stringify({ schema: GRAPH_FORMAT, toolVersion: toolVersion(), ...graph }, undefined, 2)}\n`;
}

/** Inside of its namespace a workload needs no namespace. */
function shortName({ label, group }: GraphNode): string {
  return group === undefined ? label : label.slice(label.indexOf('/') + 1);
}

function dot(text: string): string {
  return `"${visible(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Mermaid reads entities by number in quoted texts. */
function mermaid(text: string): string {
  return `"${visible(text).replace(/[^A-Za-z0-9 ./:,*_[\]-]/g, (char) => `#${char.codePointAt(0)};`)}"`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
