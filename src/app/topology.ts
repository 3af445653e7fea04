// Dependencies first: the order in which cdk8s writes constructs, in linear time (cdk8s' own walk is exponential in layers of dependencies).
import type { IConstruct } from 'constructs';
import { NetstackError } from '../core/errors';

/** Several constructs that one construct depends on together. Stands for one edge to each, without writing all of them down. */
export interface Together {
  readonly members: readonly IConstruct[];
}

/** What a construct depends on, in the order of declaration. */
export type Dependencies = ReadonlyArray<IConstruct | Together>;

interface Visit {
  readonly vertex: IConstruct | Together;
  readonly outbound: Dependencies;
  next: number;
}

/**
 * `constructs` with every one after those that it depends on, otherwise in the given order. Dependencies on constructs that are not among them are ignored.
 *
 * @throws NetstackError for a cycle
 */
export function inDependencyOrder(constructs: readonly IConstruct[], dependenciesOf: (construct: IConstruct) => Dependencies): IConstruct[] {
  const inside = new Set<object>(constructs);
  const outboundOf = (vertex: IConstruct | Together): Dependencies => ('members' in vertex ? vertex.members : dependenciesOf(vertex));
  const depended = new Set<object>();
  for (const construct of constructs) {
    for (const vertex of dependenciesOf(construct)) {
      for (const target of 'members' in vertex ? vertex.members : [vertex]) depended.add(target);
    }
  }
  const done = new Set<object>();
  const open = new Set<object>();
  const order: IConstruct[] = [];
  const visit = (root: IConstruct): void => {
    const path: Visit[] = [];
    const enter = (vertex: IConstruct | Together): void => {
      if (done.has(vertex) || (!('members' in vertex) && !inside.has(vertex))) return;
      if (open.has(vertex)) throw cycle(path, vertex);
      open.add(vertex);
      path.push({ vertex, outbound: outboundOf(vertex), next: 0 });
    };
    enter(root);
    while (path.length > 0) {
      const at = path[path.length - 1]!;
      if (at.next < at.outbound.length) {
        enter(at.outbound[at.next++]!);
        continue;
      }
      path.pop();
      open.delete(at.vertex);
      done.add(at.vertex);
      if (!('members' in at.vertex)) order.push(at.vertex);
    }
  };
  for (const construct of constructs) if (!depended.has(construct)) visit(construct);
  // What nothing outside leads to is a cycle.
  for (const construct of constructs) if (!done.has(construct)) visit(construct);
  return order;
}

function cycle(path: readonly Visit[], back: IConstruct | Together): NetstackError {
  const start = path.findIndex((visit) => visit.vertex === back);
  const round = [...path.slice(start).map((visit) => visit.vertex), back].filter((vertex): vertex is IConstruct => !('members' in vertex));
  if (round[0] !== round[round.length - 1]) round.push(round[0]!);
  const paths = round.map((construct) => construct.node.path).join(' => ');
  return new NetstackError({ what: `Dependency cycle detected: ${paths}`, fix: 'remove one of these dependencies' });
}
