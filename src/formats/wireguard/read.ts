// Reads a WireGuard configuration back: sections of `key = value` lines (wg(8), wg-quick(8)). What stands twice adds up.

export interface ReadWireGuardSection {
  readonly name: 'Interface' | 'Peer';
  /** Counted from 1. */
  readonly line: number;
  readonly values: readonly { readonly key: string; readonly value: string; readonly line: number }[];
}

/** The sections of a configuration; what stands before the first one, and sections of other names, are passed over. */
export function readWireGuard(text: string): readonly ReadWireGuardSection[] {
  const sections: { name: string; line: number; values: { key: string; value: string; line: number }[] }[] = [];
  text.split(/\r?\n/).forEach((raw, i) => {
    const line = raw.replace(/#.*/, '').trim();
    const section = /^\[(\w+)\]$/.exec(line);
    const pair = /^(\w+)\s*=([^]*)$/.exec(line);
    if (section) sections.push({ name: section[1]!.toLowerCase(), line: i + 1, values: [] });
    else if (pair) sections[sections.length - 1]?.values.push({ key: pair[1]!.toLowerCase(), value: pair[2]!.trim(), line: i + 1 });
  });
  return sections.flatMap(({ name, line, values }): ReadWireGuardSection[] => (name === 'interface' || name === 'peer' ? [{ name: name === 'peer' ? 'Peer' : 'Interface', line, values }] : []));
}

/** The items of a key that holds lists: `AllowedIPs = 10.0.0.0/24, 10.0.1.0/24`. */
export function wireGuardItems({ values }: ReadWireGuardSection, key: string): readonly { readonly value: string; readonly line: number }[] {
  return values.filter((one) => one.key === key.toLowerCase()).flatMap(({ value, line }) => value.split(',').map((item) => ({ value: item.trim(), line })).filter((item) => item.value !== ''));
}
