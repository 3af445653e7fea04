// Everybody against everybody: what each end lets out and in, once for each set of ports on which all ends answer the same.
// Rows are bits over classes, and row-reader.ts puts those of both ends together; no pair is enumerated before it is printed.
import type { Bits } from './bits';
import { mixWord } from './bits';
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
  constructor(network: Network) {
    this.network = network;
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
}

/** The row of those who hold nobody back. */
const EVERYBODY = 0;
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
