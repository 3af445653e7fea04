// Hosts as Sidecars list them, `namespace/host`: whose list names a host, and which hosts a list names, without asking every list about every host.
import { matchesWildcard } from '../../model/mesh-destinations';

/** A namespace or `*`, and a host that may begin with a star. */
export type ScopedHost = readonly [namespace: string, host: string];

export function names([namespace, wanted]: ScopedHost, home: string, host: string): boolean {
  return (namespace === '*' || namespace === home) && (wanted === host || matchesWildcard(host, wanted));
}

/** Lists of hosts, by the hosts that they name. */
export class HostLists<T> {
  private readonly byHost: Map<string, Set<T>> = new Map();
  /** Stars before something else than a dot; hardly anybody writes them. */
  private readonly odd: ScopedHost[] = [];

  add(wanted: ScopedHost, value: T): void {
    const key = wanted.join('/');
    const known = this.byHost.get(key);
    if (known) known.add(value);
    else this.byHost.set(key, new Set([value]));
    if (!known && /^\*[^.]/.test(wanted[1])) this.odd.push(wanted);
  }

  /** What the lists that name a host wrote; few, where many lists write the same. */
  keysOf(home: string, host: string): readonly string[] {
    const keys: string[] = [];
    for (const namespace of [home, '*']) {
      for (const wanted of [host, '*']) this.enter(keys, `${namespace}/${wanted}`);
      for (let dot = host.indexOf('.', 1); dot >= 0; dot = host.indexOf('.', dot + 1)) this.enter(keys, `${namespace}/*${host.slice(dot)}`);
    }
    for (const wanted of this.odd) if (names(wanted, home, host)) keys.push(wanted.join('/'));
    return keys;
  }

  /** The lists that wrote it. */
  of(key: string): ReadonlySet<T> {
    return this.byHost.get(key) ?? new Set();
  }

  private enter(keys: string[], key: string): void {
    if (this.byHost.has(key)) keys.push(key);
  }
}

/** Hosts by what a list may write. */
export class KnownHosts<T> {
  private readonly byHost: Map<string, Known<T>[]> = new Map();
  private readonly byNamespace: Map<string, Known<T>[]> = new Map();
  private readonly all: Known<T>[] = [];

  add(home: string, host: string, value: T): void {
    const one: Known<T> = { at: this.all.length, home, host, value };
    this.all.push(one);
    enter(this.byHost, host, one);
    enter(this.byNamespace, home, one);
  }

  /** What any of these names, each once and in the order in which it was added. */
  named(lists: readonly ScopedHost[]): readonly T[] {
    const found = new Map<T, number>();
    for (const wanted of lists) {
      const [namespace, host] = wanted;
      const possible = !host.startsWith('*') ? this.byHost.get(host) : namespace === '*' ? this.all : this.byNamespace.get(namespace);
      for (const one of possible ?? []) if (!found.has(one.value) && names(wanted, one.home, one.host)) found.set(one.value, one.at);
    }
    return [...found].sort(([, a], [, b]) => a - b).map(([value]) => value);
  }
}

interface Known<T> {
  readonly at: number;
  readonly home: string;
  readonly host: string;
  readonly value: T;
}

function enter<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
