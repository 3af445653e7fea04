// The other way round than selectors usually go: which of many policies select given pods. Each is found by one of its labels.
import type { Labels } from './fields';

/** Things with a map of labels that pods have to carry; an empty map is for all pods. */
export class SelectorIndex<T> {
  private readonly wide: T[] = [];
  private readonly byLabel: Map<string, Array<{ readonly labels: Labels; readonly one: T }>> = new Map();

  add(labels: Labels, one: T): void {
    const [first] = Object.entries(labels);
    if (!first) {
      this.wide.push(one);
      return;
    }
    const key = `${first[0]}=${first[1]}`;
    const known = this.byLabel.get(key);
    if (known) known.push({ labels, one });
    else this.byLabel.set(key, [{ labels, one }]);
  }

  /** What is for pods with these labels. */
  of(pods: Labels): T[] {
    const found = [...this.wide];
    for (const key in pods) {
      for (const { labels, one } of this.byLabel.get(`${key}=${pods[key]!}`) ?? []) {
        if (Object.entries(labels).every(([name, value]) => pods[name] === value)) found.push(one);
      }
    }
    return found;
  }
}

/** Indexes by namespace. */
export class NamespacedSelectors<T> {
  private readonly byNamespace: Map<string, SelectorIndex<T>> = new Map();

  add(namespace: string, labels: Labels, one: T): void {
    const known = this.byNamespace.get(namespace) ?? new SelectorIndex<T>();
    this.byNamespace.set(namespace, known);
    known.add(labels, one);
  }

  of(namespace: string, pods: Labels): readonly T[] {
    return this.byNamespace.get(namespace)?.of(pods) ?? [];
  }
}
