// What one end lets through by all layers together: the CNI's rows and the mesh's, on the ports that either cuts.
import type { Bits } from './bits';
import { emptyBits } from './bits';
import { PROTOCOLS } from './flow';
import type { RowBits } from './row-walk';
import type { Row, Rows } from './rows';
import { LAST_PORT } from './rows';

/** Puts the rows of several layers together; equal questions are answered once. */
export class RowCombiner {
  private readonly known: Map<Rows, Map<Rows, Rows>> = new Map();
  private readonly open: Map<Rows, boolean> = new Map();

  combine(layers: readonly Rows[]): Rows {
    const [first] = layers;
    if (first === undefined) throw new Error('no layer to combine');
    let rows = first;
    for (let i = 1; i < layers.length; i++) rows = this.two(rows, layers[i]!);
    return rows;
  }

  private two(a: Rows, b: Rows): Rows {
    if (this.isOpen(b)) return a;
    if (this.isOpen(a)) return b;
    let known = this.known.get(a);
    if (!known) this.known.set(a, (known = new Map()));
    let rows = known.get(b);
    if (!rows) known.set(b, (rows = meet(a, b)));
    return rows;
  }

  private isOpen(rows: Rows): boolean {
    let open = this.open.get(rows);
    if (open === undefined) this.open.set(rows, (open = isOpen(rows)));
    return open;
  }
}

/** Rows that hold nobody back: one for each protocol, whose last word knows how many points there are. */
function isOpen(rows: Rows): boolean {
  if (rows.length !== PROTOCOLS.length) return false;
  return rows.every(({ from, to, yes, some, maybe }) => from === 1 && to === LAST_PORT && some === undefined && maybe === undefined && isFull(yes));
}

function isFull(bits: Bits): boolean {
  for (let w = 0; w < bits.length - 1; w++) if (bits[w] !== 0xffffffff) return false;
  const last = bits[bits.length - 1] ?? 0;
  return last !== 0 && (last & (last + 1)) === 0;
}

function meet(a: Rows, b: Rows): Rows {
  const rows: Row[] = [];
  const [ofA, ofB]: [Row[], Row[]] = [[], []];
  let [i, k] = [0, 0];
  while (i < a.length && k < b.length) {
    const [x, y] = [a[i]!, b[k]!];
    const to = Math.min(x.to, y.to);
    // What speaks of several ranges of ports is mostly the same.
    const known = placeOf(ofA, x, ofB, y);
    const { yes, some, maybe } = known < 0 ? meetBits(x, y) : rows[known]!;
    rows.push({ protocol: x.protocol, from: Math.max(x.from, y.from), to, yes, some, maybe });
    ofA.push(x);
    ofB.push(y);
    // Both come by protocol, and speak of every port of each.
    if (x.to === to) i++;
    if (y.to === to) k++;
  }
  return rows;
}

/** Where the same two were met before; -1 for nowhere. */
function placeOf(ofA: readonly Row[], x: Row, ofB: readonly Row[], y: Row): number {
  for (let i = 0; i < ofA.length; i++) if (hasSameBits(ofA[i]!, x) && hasSameBits(ofB[i]!, y)) return i;
  return -1;
}

function hasSameBits(a: RowBits, b: RowBits): boolean {
  return a.yes === b.yes && a.some === b.some && a.maybe === b.maybe;
}

/** A peer passes with every request, with some, or perhaps, as the stricter of both layers has it. */
function meetBits(a: RowBits, b: RowBits): RowBits {
  if (holdsNoMore(a, b)) return a;
  if (holdsNoMore(b, a)) return b;
  const words = a.yes.length;
  const yes = emptyBits(words);
  let some: Bits | undefined;
  let maybe: Bits | undefined;
  for (let w = 0; w < words; w++) {
    const [sureA, sureB] = [a.yes[w]!, b.yes[w]!];
    const sure = sureA & sureB;
    const [partA, partB] = [sureA | (a.some?.[w] ?? 0), sureB | (b.some?.[w] ?? 0)];
    const part = partA & partB;
    const perhaps = (partA | (a.maybe?.[w] ?? 0)) & (partB | (b.maybe?.[w] ?? 0)) & ~part;
    if (sure !== 0) yes[w] = sure;
    if ((part & ~sure) !== 0) (some ??= emptyBits(words))[w] = part & ~sure;
    if (perhaps !== 0) (maybe ??= emptyBits(words))[w] = perhaps;
  }
  return { yes, some, maybe };
}

/** Whether `other` lets everybody through with every request whom this one lets through at all. */
function holdsNoMore({ yes, some, maybe }: RowBits, other: RowBits): boolean {
  for (let w = 0; w < yes.length; w++) if (((yes[w]! | (some?.[w] ?? 0) | (maybe?.[w] ?? 0)) & ~other.yes[w]!) !== 0) return false;
  return true;
}
