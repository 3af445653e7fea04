// Objects of which one alone may be for a pod: who shares pods, and who stands for a whole namespace twice.
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields, Labels } from './fields';
import { labelsOf } from './fields';
import type { PodGroup } from './pods';

export interface Overlaps {
  /** Objects without selector that share their namespace, each with the others. */
  readonly wide: ReadonlyArray<readonly [Entry, Entry]>;
  /** Objects that select some of the same pods. */
  readonly shared: ReadonlyArray<readonly [Entry, Entry, PodGroup]>;
}

/** Finds overlaps among objects whose labels `selectorOf` reads; undefined leaves an object out. */
export function overlaps(cluster: ClusterModel, entries: readonly Entry[], selectorOf: (entry: Entry) => Fields | undefined): Overlaps {
  const wide: Array<readonly [Entry, Entry]> = [];
  const shared: Array<readonly [Entry, Entry, PodGroup]> = [];
  const whole = new Map<string, Entry>();
  const first = new Map<PodGroup, Entry>();
  for (const entry of entries) {
    const selector = selectorOf(entry);
    if (selector === undefined) continue;
    const labels: Labels = labelsOf(selector);
    if (Object.keys(labels).length === 0) {
      const other = whole.get(entry.namespace);
      if (other) wide.push([entry, other]);
      else whole.set(entry.namespace, entry);
      continue;
    }
    const met = new Set<Entry>();
    for (const group of cluster.selectByMap(entry.namespace, labels)) {
      const other = first.get(group);
      if (!other) first.set(group, entry);
      else if (!met.has(other)) {
        met.add(other);
        shared.push([entry, other, group]);
      }
    }
  }
  return { wide, shared };
}
