// Everybody against everybody: egress of one end AND ingress of the other, 32 by 32, once for each set of ports on which all ends answer the same.
// Pairs are rows of bits over classes; nothing is enumerated before it is printed.
import type { Bits } from './bits';
import { copyBits, emptyBits, transpose32 } from './bits';
import type { Direction, Protocol } from './flow';
import { PROTOCOLS } from './flow';
import { RowCombiner } from './combine';
import type { Network } from './network';
import type { Row, Rows } from './rows';
import { LAST_PORT } from './rows';

export interface PortRange {
  readonly protocol: Protocol;
  readonly from: number;
  readonly to: number;
}

/** Ports on which every end of the network answers the same. */
export interface PortColumn {
  readonly ranges: readonly PortRange[];
  /** Of each point: what it lets out and in, as the number of a row. */
  readonly egress: Int32Array;
  readonly ingress: Int32Array;
}

/** How sure one looks: what passes with every request; with some at least; with what nobody knows, too. */
export type Sureness = 'yes' | 'some' | 'maybe';

export class AllPairs {
  readonly network: Network;
  readonly columns: readonly PortColumn[];
  /** Some end lets only some requests through; some answer is not known. */
  readonly hasSome: boolean;
  readonly hasMaybe: boolean;
  private readonly rows: Interned;
  private readonly words: number;
  constructor(network: Network) {
    this.network = network;
    this.words = network.points.words;
    this.rows = new Interned(network.points.everyone());
    const combiner = new RowCombiner();
    const ends = (direction: Direction): Rows[] => network.points.index.classes.map((_, at) => combiner.combine(network.rowsOf(at, direction)));
    this.columns = columnsOf(network.points.count, ends('egress'), ends('ingress'), this.rows);
    this.hasSome = this.rows.all.some(({ some }) => some !== undefined);
    this.hasMaybe = this.rows.all.some(({ maybe }) => maybe !== undefined);
  }

  /** The points of a row, by its number. */
  bitsOf(sure: Sureness): (row: number) => Bits {
    return this.rows.bits(sure);
  }

  /**
   * Whom each of some points reaches on the ports of one column.
   *
   * @param first - a multiple of 32
   * @param count - how many points; their rows lie one behind the other in the answer
   */
  band(column: PortColumn, first: number, count: number, sure: Sureness = 'yes'): Bits {
    const { words, rows } = this;
    const reached = emptyBits(count * words);
    const block = new Uint32Array(32);
    const points = this.network.points.count;
    const bitsOf = rows.bits(sure);
    const [from, to] = [first >>> 5, Math.min(words, (first + count + 31) >>> 5)];
    for (let there = 0; there < words; there++) {
      const base = there << 5;
      const many = Math.min(32, points - base);
      const ins: Bits[] = [];
      let same = true;
      for (let k = 0; k < many; k++) {
        ins.push(bitsOf(column.ingress[base + k]!));
        if (ins[k] !== ins[0]) same = false;
      }
      const full = many === 32 ? -1 : (1 << many) - 1;
      for (let word = from; word < to; word++) {
        const start = (word << 5) - first;
        const here = Math.min(32, count - start);
        if (same) {
          // One row for all 32: each source is let in by all of them, or by none.
          const into = ins[0]![word]!;
          for (let k = 0; k < here; k++) if (((into >>> k) & 1) === 1) reached[(start + k) * words + there] = full & bitsOf(column.egress[first + start + k]!)[there]!;
          continue;
        }
        for (let k = 0; k < 32; k++) block[k] = k < many ? ins[k]![word]! : 0;
        transpose32(block);
        for (let k = 0; k < here; k++) reached[(start + k) * words + there] = block[k]! & bitsOf(column.egress[first + start + k]!)[there]!;
      }
    }
    return reached;
  }
}

/** Rows of bits by content, so that equal ones are one. */
class Interned {
  readonly all: Pick<Row, 'yes' | 'some' | 'maybe'>[] = [];
  private readonly byObject: Map<Bits, number> = new Map();
  private readonly byHash: Map<number, number[]> = new Map();
  private readonly wide: Map<Sureness, Bits[]> = new Map();

  constructor(everyone: Bits) {
    this.add({ yes: everyone });
  }

  add(row: Pick<Row, 'yes' | 'some' | 'maybe'>): number {
    const seen = this.byObject.get(row.yes);
    if (seen !== undefined && row.some === this.all[seen]!.some && row.maybe === this.all[seen]!.maybe) return seen;
    const hash = hashOf(row);
    const candidates = this.byHash.get(hash) ?? [];
    let number = candidates.find((one) => equal(this.all[one]!, row));
    if (number === undefined) {
      number = this.all.push(row) - 1;
      this.byHash.set(hash, [...candidates, number]);
    }
    this.byObject.set(row.yes, number);
    return number;
  }

  bits(sure: Sureness): (row: number) => Bits {
    let wide = this.wide.get(sure);
    if (!wide) {
      wide = this.all.map((row) => (sure === 'yes' ? row.yes : merge(row.yes, row.some, sure === 'maybe' ? row.maybe : undefined)));
      this.wide.set(sure, wide);
    }
    return (row) => wide[row]!;
  }
}

function merge(yes: Bits, ...more: readonly (Bits | undefined)[]): Bits {
  if (more.every((one) => one === undefined)) return yes;
  const all = copyBits(yes);
  for (const one of more) if (one) for (let w = 0; w < all.length; w++) all[w]! |= one[w]!;
  return all;
}

function hashOf({ yes, some, maybe }: Pick<Row, 'yes' | 'some' | 'maybe'>): number {
  let hash = (some === undefined ? 17 : 31) + (maybe === undefined ? 0 : 7);
  // Most rows are mostly empty.
  for (let w = 0; w < yes.length; w++) if (yes[w] !== 0) hash = Math.imul(hash ^ yes[w]!, 0x01000193) + w;
  return hash;
}

function equal(a: Pick<Row, 'yes' | 'some' | 'maybe'>, b: Pick<Row, 'yes' | 'some' | 'maybe'>): boolean {
  return equalBits(a.yes, b.yes) && equalBits(a.some, b.some) && equalBits(a.maybe, b.maybe);
}

function equalBits(a: Bits | undefined, b: Bits | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  for (let w = 0; w < a.length; w++) if (a[w] !== b[w]) return false;
  return true;
}

/** Every port of every protocol, put together where no end tells ports apart. */
function columnsOf(points: number, egress: readonly Rows[], ingress: readonly Rows[], interned: Interned): readonly PortColumn[] {
  const lists = new Map<Rows, number>();
  for (const one of egress) if (!lists.has(one)) lists.set(one, lists.size);
  for (const one of ingress) if (!lists.has(one)) lists.set(one, lists.size);
  const parts = [...lists.keys()];
  const rowNumbers = parts.map((list) => list.map((row) => interned.add(row)));
  const cuts = cutsOf(parts);
  // What each list says on each cut: list after list, whose rows come by protocol and ascending ports as the cuts do.
  const said = cuts.map(() => new Int32Array(parts.length));
  parts.forEach((part, list) => {
    let at = 0;
    for (let i = 0; i < cuts.length; i++) {
      const { protocol, from } = cuts[i]!;
      while (part[at]!.protocol !== protocol || part[at]!.to < from) at++;
      said[i]![list] = rowNumbers[list]![at]!;
    }
  });
  const columns: { readonly ranges: PortRange[]; readonly numbers: Int32Array; readonly hash: number }[] = [];
  cuts.forEach((cut, i) => {
    const numbers = said[i]!;
    let hash = 17;
    for (let list = 0; list < numbers.length; list++) hash = Math.imul(hash ^ numbers[list]!, 0x01000193);
    const known = columns.find((one) => one.hash === hash && one.numbers.every((number, list) => number === numbers[list]));
    if (known) addRange(known.ranges, cut);
    else columns.push({ ranges: [cut], numbers, hash });
  });
  return columns.map(({ ranges, numbers }): PortColumn => {
    // What is no endpoint lets everything out and in.
    const end = (of: readonly Rows[]): Int32Array => {
      const all = new Int32Array(points);
      of.forEach((one, at) => {
        all[at] = numbers[lists.get(one)!]!;
      });
      return all;
    };
    return { ranges, egress: end(egress), ingress: end(ingress) };
  });
}

/** Every range of ports that some list tells from its neighbours. */
function cutsOf(lists: readonly Rows[]): readonly PortRange[] {
  const borders = new Map(PROTOCOLS.map((protocol) => [protocol, new Set<number>()]));
  for (const list of lists) for (const { protocol, from } of list) borders.get(protocol)!.add(from);
  return PROTOCOLS.flatMap((protocol) => {
    const starts = [...borders.get(protocol)!].sort((a, b) => a - b);
    return starts.map((from, i): PortRange => ({ protocol, from, to: i + 1 < starts.length ? starts[i + 1]! - 1 : LAST_PORT }));
  });
}

function addRange(ranges: PortRange[], next: PortRange): void {
  const last = ranges.at(-1)!;
  if (last.protocol === next.protocol && last.to + 1 === next.from) ranges[ranges.length - 1] = { ...last, to: next.to };
  else ranges.push(next);
}
