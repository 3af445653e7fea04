// Objects by kind, namespace and name: what tells twins while documents come in, and what finds objects afterwards.
import type { Entry } from './entry';

/** The objects of one kind. */
export interface KindEntries {
  readonly all: Entry[];
  sound: readonly Entry[] | undefined;
  readonly byNamespace: Map<string, Map<string, Entry>>;
  /** Those whose documents name no namespace: it is chosen when they are applied. */
  readonly floating: Map<string, Entry>;
}

/** The objects of one cluster. Names stay the texts of the documents: keys made of them would cost more than the search. */
export class ObjectIndex {
  readonly entries: Entry[] = [];
  private readonly kinds: Map<string, Map<string, KindEntries>> = new Map();
  /** The first object of a name of its own, where one that only begins its name so stands before it. */
  private readonly named: Map<Entry, Entry> = new Map();

  /** @returns the object that this one would overwrite: an earlier one of the same kind and name */
  add(entry: Entry): Entry | undefined {
    this.entries.push(entry);
    const kind = this.entriesOf(entry.group, entry.kind);
    kind.all.push(entry);
    if (!entry.clusterScoped && entry.namespace === '') kind.floating.set(entry.name, entry);
    let names = kind.byNamespace.get(entry.namespace);
    if (!names) kind.byNamespace.set(entry.namespace, (names = new Map()));
    const first = names.get(entry.name);
    if (first === undefined) names.set(entry.name, entry);
    if (first === undefined || !entry.isNamed) return undefined;
    if (first.isNamed) return first;
    const behind = this.named.get(first);
    if (behind === undefined) this.named.set(first, entry);
    return behind;
  }

  of(group: string, kind: string): KindEntries | undefined {
    return this.kinds.get(group)?.get(kind);
  }

  /** The kinds that have objects: `group/Kind`. */
  kindNames(): readonly string[] {
    return [...this.kinds].flatMap(([group, kinds]) => [...kinds.keys()].map((kind) => `${group}/${kind}`));
  }

  private entriesOf(group: string, kind: string): KindEntries {
    let kinds = this.kinds.get(group);
    if (!kinds) this.kinds.set(group, (kinds = new Map()));
    let known = kinds.get(kind);
    if (!known) kinds.set(kind, (known = { all: [], sound: undefined, byNamespace: new Map(), floating: new Map() }));
    return known;
  }
}
