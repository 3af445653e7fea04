// Addresses outside of the cluster, cut at the borders of every block that any document names: inside of one atom no rule tells one address from another.
import type { AddressRange } from '../model/ranges';

export interface AddressAtom {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

const ENDS: Readonly<Record<4 | 6, bigint>> = { 4: (1n << 32n) - 1n, 6: (1n << 128n) - 1n };

export class AddressAtoms {
  /** IPv4 first, then IPv6, each ascending; together every address of a family that is spoken of. */
  readonly atoms: readonly AddressAtom[];
  private readonly first4: readonly bigint[];
  private readonly first6: readonly bigint[];

  /**
   * @param ranges - everything that documents and questions name
   * @param ipv6 - whether there are addresses of IPv6 at all
   */
  constructor(ranges: readonly AddressRange[], ipv6: boolean = ranges.some(({ family }) => family === 6)) {
    const atoms4 = cut(ranges, 4);
    const atoms6 = ipv6 ? cut(ranges, 6) : [];
    this.atoms = [...atoms4, ...atoms6];
    this.first4 = atoms4.map(({ first }) => first);
    this.first6 = atoms6.map(({ first }) => first);
  }

  /** The atoms that a range holds, as the first and the one after the last. A range whose borders are no cuts holds the atoms that it touches. */
  within({ family, first, last }: AddressRange): readonly [number, number] {
    const firsts = family === 4 ? this.first4 : this.first6;
    const base = family === 4 ? 0 : this.first4.length;
    return firsts.length === 0 ? [base, base] : [base + at(firsts, first), base + at(firsts, last) + 1];
  }
}

/** The index of the last border that is not above a value. */
function at(borders: readonly bigint[], value: bigint): number {
  let [low, high] = [0, borders.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (borders[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

function cut(ranges: readonly AddressRange[], family: 4 | 6): readonly AddressAtom[] {
  const end = ENDS[family];
  const borders = new Set<bigint>([0n]);
  for (const range of ranges) {
    if (range.family !== family) continue;
    borders.add(range.first);
    if (range.last < end) borders.add(range.last + 1n);
  }
  const sorted = [...borders].sort((a, b) => (a < b ? -1 : 1));
  return sorted.map((first, i) => ({ family, first, last: i + 1 < sorted.length ? sorted[i + 1]! - 1n : end }));
}

/** `10.0.0.0-10.255.255.255`. */
export function printRange({ family, first, last }: AddressAtom): string {
  return `${printAddress(family, first)}-${printAddress(family, last)}`;
}

export function printAddress(family: 4 | 6, value: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(112 - 16 * i)) & 0xffffn));
  let best = { at: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && groups[end] === 0) end++;
    if (end - start > best.length) best = { at: start, length: end - start };
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  return best.at < 0 ? text(groups) : `${text(groups.slice(0, best.at))}::${text(groups.slice(best.at + best.length))}`;
}
