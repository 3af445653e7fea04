// Host names of routes: `*` is every name, `*.example.com` every one below, as Gateway API, Envoy and Istio have it.

/** Finds the most specific name that covers a host. */
export class HostTable<T extends { readonly name: string }> {
  readonly all: readonly T[];
  private readonly byName: ReadonlyMap<string, T>;

  constructor(all: readonly T[]) {
    this.all = all;
    this.byName = new Map(all.map((one) => [one.name, one]));
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** Every name that covers a host, the most specific one first. */
  * covering(host: string): Generator<T> {
    const exact = this.byName.get(host);
    if (exact) yield exact;
    for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
      const wide = dot > 0 ? this.byName.get(`*${host.slice(dot)}`) : undefined;
      if (wide) yield wide;
    }
    const any = this.byName.get('*');
    if (any) yield any;
  }
}
