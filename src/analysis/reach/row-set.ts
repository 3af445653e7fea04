// Rows of bits by content, so that equal ones are one.
import type { Bits } from './bits';
import { copyBits, mixWord, orInto, sameBits } from './bits';
import type { RowBits } from './row-walk';

/** How sure one looks: what passes with every request; with some at least; with what nobody knows, too. */
export type Sureness = 'yes' | 'some' | 'maybe';

export class RowSet {
  readonly all: RowBits[] = [];
  private readonly byObject: Map<Bits, number> = new Map();
  /** By hash the last row that has it; of each row the one before it. */
  private readonly byHash: Map<number, number> = new Map();
  private readonly before: number[] = [];
  private readonly wide: Map<Sureness, readonly Bits[]> = new Map();

  /** The number of a row. */
  add(row: RowBits): number {
    const seen = this.byObject.get(row.yes);
    if (seen !== undefined && row.some === this.all[seen]!.some && row.maybe === this.all[seen]!.maybe) return seen;
    const hash = hashOf(row);
    const last = this.byHash.get(hash) ?? -1;
    let number = last;
    while (number >= 0 && !sameRow(this.all[number]!, row)) number = this.before[number]!;
    if (number < 0) {
      number = this.all.push(row) - 1;
      this.before.push(last);
      this.byHash.set(hash, number);
    }
    this.byObject.set(row.yes, number);
    return number;
  }

  /** The points of every row, by its number. */
  bits(sure: Sureness): readonly Bits[] {
    let wide = this.wide.get(sure);
    if (wide?.length !== this.all.length) {
      wide = this.all.map(({ yes, some, maybe }) => (sure === 'yes' ? yes : merge(yes, some, sure === 'maybe' ? maybe : undefined)));
      this.wide.set(sure, wide);
    }
    return wide;
  }
}

function merge(yes: Bits, some: Bits | undefined, maybe: Bits | undefined): Bits {
  if (!some && !maybe) return yes;
  const all = copyBits(yes);
  if (some) orInto(all, some);
  if (maybe) orInto(all, maybe);
  return all;
}

function hashOf({ yes, some, maybe }: RowBits): number {
  let hash = hashBits(17, yes);
  if (some) hash = hashBits(hash + 1, some);
  return maybe ? hashBits(hash + 2, maybe) : hash;
}

function hashBits(start: number, bits: Bits): number {
  let hash = start;
  // Most rows are mostly empty.
  for (let w = 0; w < bits.length; w++) if (bits[w] !== 0) hash = mixWord(hash + w, bits[w]!);
  return hash;
}

export function sameRow(a: RowBits, b: RowBits): boolean {
  return sameBits(a.yes, b.yes) && sameMaybe(a.some, b.some) && sameMaybe(a.maybe, b.maybe);
}

function sameMaybe(a: Bits | undefined, b: Bits | undefined): boolean {
  return a === undefined || b === undefined ? a === b : sameBits(a, b);
}
