// Things that are found by namespace and name.

/** A map with two keys, which stay the texts of the documents: a key made of both would cost more than the search. */
export class ByName<T> {
  private readonly namespaces: Map<string, Map<string, T>> = new Map();

  get(namespace: string, name: string): T | undefined {
    return this.namespaces.get(namespace)?.get(name);
  }

  has(namespace: string, name: string): boolean {
    return this.namespaces.get(namespace)?.has(name) === true;
  }

  set(namespace: string, name: string, value: T): void {
    let names = this.namespaces.get(namespace);
    if (!names) this.namespaces.set(namespace, (names = new Map()));
    names.set(name, value);
  }
}
