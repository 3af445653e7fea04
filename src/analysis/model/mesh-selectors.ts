// The other way round than selectors usually go: which of many policies select given pods. Each is found by one of its labels.
import type { Labels } from './fields';

/** Things with a map of labels that pods have to carry; an empty map is for all pods. */
export class SelectorIndex<T> {
  private readonly wide: T[] = [];
  /** By the name and the value of the first label. */
  private readonly byLabel: Map<string, Map<string, Array<{ readonly labels: Labels; readonly one: T }>>> = new Map();

  add(labels: Labels, one: T): void {
    for (const key in labels) {
      let values = this.byLabel.get(key);
      if (!values) this.byLabel.set(key, (values = new Map()));
      const known = values.get(labels[key]!);
      if (known) known.push({ labels, one });
      else values.set(labels[key]!, [{ labels, one }]);
      return;
    }
    this.wide.push(one);
  }

  /** What is for pods with these labels. */
  of(pods: Labels): readonly T[] {
    let found = this.wide;
    for (const key in pods) {
      const candidates = this.byLabel.get(key)?.get(pods[key]!);
      if (!candidates) continue;
      // Few are for the same pods: a list that grows would take more room than all of them.
      for (const { labels, one } of candidates) if (carry(pods, labels)) found = [...found, one];
    }
    return found;
  }
}

function carry(pods: Labels, labels: Labels): boolean {
  for (const name in labels) if (pods[name] !== labels[name]) return false;
  return true;
}

const NONE: readonly never[] = [];

/** Indexes by namespace. */
export class NamespacedSelectors<T> {
  private readonly byNamespace: Map<string, SelectorIndex<T>> = new Map();

  add(namespace: string, labels: Labels, one: T): void {
    const known = this.byNamespace.get(namespace) ?? new SelectorIndex<T>();
    this.byNamespace.set(namespace, known);
    known.add(labels, one);
  }

  of(namespace: string, pods: Labels): readonly T[] {
    return this.byNamespace.get(namespace)?.of(pods) ?? NONE;
  }
}
