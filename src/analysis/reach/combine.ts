// What one end lets through by all layers together: the CNI's rows and the mesh's, on the ports that either cuts.
import type { Bits } from './bits';
import { emptyBits, isEmpty } from './bits';
import { PROTOCOLS } from './flow';
import type { Row, Rows } from './rows';
import { LAST_PORT } from './rows';

/** Puts the rows of several layers together; equal questions are answered once. */
export class RowCombiner {
  private readonly numbers: Map<Rows, number> = new Map();
  private readonly known: Map<string, Rows> = new Map();

  combine(layers: readonly Rows[]): Rows {
    const [first] = layers;
    if (first === undefined) throw new Error('no layer to combine');
    let rows = first;
    for (let i = 1; i < layers.length; i++) rows = this.two(rows, layers[i]!);
    return rows;
  }

  private two(a: Rows, b: Rows): Rows {
    if (isOpen(b)) return a;
    if (isOpen(a)) return b;
    const key = `${this.number(a)} ${this.number(b)}`;
    let rows = this.known.get(key);
    if (!rows) this.known.set(key, (rows = meet(a, b)));
    return rows;
  }

  private number(rows: Rows): number {
    let number = this.numbers.get(rows);
    if (number === undefined) this.numbers.set(rows, (number = this.numbers.size));
    return number;
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
  for (const protocol of PROTOCOLS) {
    const [as, bs] = [a.filter((row) => row.protocol === protocol), b.filter((row) => row.protocol === protocol)];
    for (let i = 0, k = 0; i < as.length && k < bs.length;) {
      const [x, y] = [as[i]!, bs[k]!];
      const to = Math.min(x.to, y.to);
      rows.push({ protocol, from: Math.max(x.from, y.from), to, ...meetBits(x, y) });
      if (x.to === to) i++;
      if (y.to === to) k++;
    }
  }
  return rows;
}

/** A peer passes with every request, with some, or perhaps, as the stricter of both layers has it. */
function meetBits(a: Row, b: Row): Pick<Row, 'yes' | 'some' | 'maybe'> {
  const words = a.yes.length;
  const [yes, some, maybe] = [emptyBits(words), emptyBits(words), emptyBits(words)];
  for (let w = 0; w < words; w++) {
    const [sureA, sureB] = [a.yes[w]!, b.yes[w]!];
    const [partA, partB] = [sureA | (a.some?.[w] ?? 0), sureB | (b.some?.[w] ?? 0)];
    yes[w] = sureA & sureB;
    some[w] = partA & partB & ~yes[w]!;
    maybe[w] = (partA | (a.maybe?.[w] ?? 0)) & (partB | (b.maybe?.[w] ?? 0)) & ~(partA & partB);
  }
  return { yes, some: isEmpty(some) ? undefined : some, maybe: isEmpty(maybe) ? undefined : maybe };
}
