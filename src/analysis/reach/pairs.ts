// Everybody against everybody: egress of one end AND ingress of the other, 32 by 32, once for each set of ports on which all ends answer the same.
// Pairs are rows of bits over classes; nothing is enumerated before it is printed.
import type { Bits } from './bits';
import { emptyBits, mixWord, transpose32 } from './bits';
import type { Direction, Protocol } from './flow';
import { PROTOCOLS } from './flow';
import { RowCombiner } from './combine';
import type { Network } from './network';
import { RowSet } from './row-set';
import type { Sureness } from './row-set';
import type { Rows } from './rows';
import { LAST_PORT } from './rows';

export type { Sureness } from './row-set';

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

export class AllPairs {
  readonly network: Network;
  readonly columns: readonly PortColumn[];
  /** Some end lets only some requests through; some answer is not known. */
  readonly hasSome: boolean;
  readonly hasMaybe: boolean;
  private readonly rows: RowSet;
  private readonly words: number;
  constructor(network: Network) {
    this.network = network;
    this.words = network.points.words;
    this.rows = new RowSet();
    // The first row lets everybody through.
    this.rows.add({ yes: network.points.everyone() });
    const combiner = new RowCombiner();
    const ends = (direction: Direction): Rows[] => network.points.index.classes.map((_, at) => combiner.combine(network.rowsOf(at, direction)));
    this.columns = columnsOf(network.points.count, ends('egress'), ends('ingress'), this.rows);
    this.hasSome = this.rows.all.some(({ some }) => some !== undefined);
    this.hasMaybe = this.rows.all.some(({ maybe }) => maybe !== undefined);
  }

  /** The points of a row, by its number. */
  bitsOf(sure: Sureness): (row: number) => Bits {
    const bits = this.rows.bits(sure);
    return (row) => bits[row]!;
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
    const bits = rows.bits(sure);
    const block = new Block(count);
    const points = this.network.points.count;
    for (let there = 0; there < words; there++) {
      const many = Math.min(32, points - (there << 5));
      for (let k = 0; k < many; k++) block.add(bits[column.ingress[(there << 5) + k]!]!, k);
      block.into(reached, words, there, first);
    }
    // The other end has let them in; now who is let out.
    for (let k = 0; k < count; k++) {
      const row = column.egress[first + k]!;
      if (row === EVERYBODY) continue;
      const out = bits[row]!;
      for (let w = 0, at = k * words; w < words; w++, at++) reached[at]! &= out[w]!;
    }
    return reached;
  }
}

/** The row of those who hold nobody back. */
const EVERYBODY = 0;
/** So many different rows of 32 are looked at one by one; more are turned as a whole. */
const FEW = 6;

/** The rows of 32 called ends, turned into what callers reach of them. Ends that lie side by side are often governed by the same policies. */
class Block {
  private readonly rows: Bits[] = [];
  /** Of each row, whose it is. */
  private readonly ends: number[] = [];
  private readonly all: Bits[] = [];
  private readonly turned: Uint32Array = new Uint32Array(32);
  private readonly callers: number;

  constructor(callers: number) {
    this.callers = callers;
  }

  add(row: Bits, end: number): void {
    this.all.push(row);
    const known = this.rows.lastIndexOf(row);
    if (known >= 0) this.ends[known]! |= 1 << end;
    else {
      this.rows.push(row);
      this.ends.push(1 << end);
    }
  }

  /** Writes one word of each caller, and begins anew. */
  into(reached: Bits, words: number, word: number, first: number): void {
    const { rows, ends, all, turned } = this;
    for (let start = 0; start < this.callers; start += 32) {
      const from = (first + start) >>> 5;
      const here = Math.min(32, this.callers - start);
      if (rows.length > FEW) {
        for (let k = 0; k < 32; k++) turned[k] = k < all.length ? all[k]![from]! : 0;
        transpose32(turned);
        for (let k = 0, at = start * words + word; k < here; k++, at += words) reached[at] = turned[k]!;
        continue;
      }
      for (let i = 0; i < rows.length; i++) {
        const lets = rows[i]![from]!;
        if (lets === 0) continue;
        const whose = ends[i]!;
        for (let k = 0, at = start * words + word; k < here; k++, at += words) reached[at]! |= whose & -((lets >>> k) & 1);
      }
    }
    rows.length = ends.length = all.length = 0;
  }
}

/** Every port of every protocol, put together where no end tells ports apart. */
function columnsOf(points: number, egress: readonly Rows[], ingress: readonly Rows[], set: RowSet): readonly PortColumn[] {
  const lists = new Map<Rows, number>();
  const listsOf = (of: readonly Rows[]): readonly number[] => of.map((one) => {
    let list = lists.get(one);
    if (list === undefined) lists.set(one, (list = lists.size));
    return list;
  });
  const [out, into] = [listsOf(egress), listsOf(ingress)];
  const cuts = cutsOf(lists.keys());
  // What each list says on each cut: list after list, whose rows come by protocol and ascending ports as the cuts do.
  const said = cuts.map(() => new Int32Array(lists.size));
  for (const [rows, list] of lists) {
    let at = -1;
    let row = -1;
    for (let i = 0; i < cuts.length; i++) {
      const { protocol, from } = cuts[i]!;
      if (at < 0 || rows[at]!.protocol !== protocol || rows[at]!.to < from) row = set.add(rows[++at]!);
      said[i]![list] = row;
    }
  }
  const columns: { readonly ranges: PortRange[]; readonly numbers: Int32Array; readonly hash: number }[] = [];
  cuts.forEach((cut, i) => {
    const numbers = said[i]!;
    let hash = 17;
    for (let list = 0; list < numbers.length; list++) hash = mixWord(hash, numbers[list]!);
    const known = columns.find((one) => one.hash === hash && sameNumbers(one.numbers, numbers));
    if (known) addRange(known.ranges, cut);
    else columns.push({ ranges: [cut], numbers, hash });
  });
  return columns.map(({ ranges, numbers }): PortColumn => {
    // What is no endpoint lets everything out and in.
    const end = (of: readonly number[]): Int32Array => {
      const all = new Int32Array(points).fill(EVERYBODY);
      for (let at = 0; at < of.length; at++) all[at] = numbers[of[at]!]!;
      return all;
    };
    return { ranges, egress: end(out), ingress: end(into) };
  });
}

function sameNumbers(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Every range of ports that some list tells from its neighbours. */
function cutsOf(lists: Iterable<Rows>): readonly PortRange[] {
  const isStart: Readonly<Record<Protocol, Uint8Array>> = { SCTP: new Uint8Array(LAST_PORT + 1), TCP: new Uint8Array(LAST_PORT + 1), UDP: new Uint8Array(LAST_PORT + 1) };
  for (const list of lists) for (const { protocol, from } of list) isStart[protocol][from] = 1;
  return PROTOCOLS.flatMap((protocol) => {
    const cuts: PortRange[] = [];
    for (let from = 1; from > 0;) {
      const next = isStart[protocol].indexOf(1, from + 1);
      cuts.push({ protocol, from, to: next < 0 ? LAST_PORT : next - 1 });
      from = next;
    }
    return cuts;
  });
}

function addRange(ranges: PortRange[], next: PortRange): void {
  const last = ranges.at(-1)!;
  if (last.protocol === next.protocol && last.to + 1 === next.from) ranges[ranges.length - 1] = { ...last, to: next.to };
  else ranges.push(next);
}
