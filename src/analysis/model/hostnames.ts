// Host names of listeners and routes. `*.example.com` stands for one label or more, as Gateway API has it; case never counts.

/** Whether a pattern (`*`, `*.example.com`, `api.example.com`) covers every name of another pattern. */
export function covers(pattern: string, name: string): boolean {
  const wide = pattern.toLowerCase();
  const narrow = name.toLowerCase();
  if (wide === '*' || wide === '' || wide === narrow) return true;
  if (!wide.startsWith('*.')) return false;
  return narrow.endsWith(wide.slice(1)) && narrow.length > wide.length - 1;
}

/** The names that two patterns have in common, as the narrower of the two; undefined when there are none. */
export function intersect(one: string, other: string): string | undefined {
  if (covers(one, other)) return other === '' || other === '*' ? one : other;
  return covers(other, one) ? one : undefined;
}

/** Whether a name of a certificate covers a host: its `*` stands for exactly one label (RFC 6125). */
export function certifies(certified: string, host: string): boolean {
  const name = certified.toLowerCase();
  const wanted = host.toLowerCase();
  if (name === wanted) return true;
  if (!name.startsWith('*.') || wanted.startsWith('*.')) return false;
  const dot = wanted.indexOf('.');
  return dot > 0 && wanted.slice(dot) === name.slice(1);
}
