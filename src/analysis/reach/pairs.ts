// Everybody against everybody: what each end lets out and in, once for each set of ports on which all ends answer the same.
// Rows are bits over classes, and row-reader.ts puts those of both ends together; no pair is enumerated before it is printed.
import { each } from '../model/each';
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
  private readonly rows: RowSet = new RowSet();
  private readonly combiner: RowCombiner = new RowCombiner();

  constructor(network: Network) {
    this.network = network;
    // The first row lets everybody through.
    this.rows.add({ yes: network.points.everyone() });
    this.columns = columnsOf(network.points.count, this.ends('egress'), this.ends('ingress'), this.rows);
    this.hasSome = this.rows.all.some(({ some }) => some !== undefined);
    this.hasMaybe = this.rows.all.some(({ maybe }) => maybe !== undefined);
  }

  private ends(direction: Direction): readonly Rows[] {
    const { network } = this;
    const ends: Rows[] = [];
    for (let at = 0; at < network.points.index.classes.length; at++) ends.push(this.combiner.combine(network.rowsOf(at, direction)));
    return ends;
  }

  /** The points of every row, by its number. */
  bits(sure: Sureness): readonly Bits[] {
    return this.rows.bits(sure);
  }
}

/** The row of those who hold nobody back. */
const EVERYBODY = 0;
/** Every port of every protocol, put together where no end tells ports apart. */
function columnsOf(points: number, egress: readonly Rows[], ingress: readonly Rows[], set: RowSet): readonly PortColumn[] {
  const lists = new Map<Rows, number>();
  const [out, into] = [listsOf(egress, lists), listsOf(ingress, lists)];
  const cuts = cutsOf(lists.keys());
  const said: Int32Array[] = [];
  each([...lists.keys()], enterList, cuts, set, said);
  const columns = new Columns();
  for (let i = 0; i < cuts.length; i++) columns.enter(cuts[i]!, column(said, i));
  return columns.ranges.map((ranges, i): PortColumn => ({ ranges, egress: endsOn(points, out, columns.numbers[i]!), ingress: endsOn(points, into, columns.numbers[i]!) }));
}

/** The number of each list; the same lists have one. */
function listsOf(all: readonly Rows[], lists: Map<Rows, number>): Int32Array {
  const numbers = new Int32Array(all.length);
  for (let at = 0; at < all.length; at++) {
    let list = lists.get(all[at]!);
    if (list === undefined) lists.set(all[at]!, (list = lists.size));
    numbers[at] = list;
  }
  return numbers;
}

/** What a list says on each cut. Its rows come by protocol and ascending ports, as the cuts do. */
function enterList(rows: Rows, cuts: readonly PortRange[], set: RowSet, said: Int32Array[]): void {
  const numbers = new Int32Array(cuts.length);
  let at = -1;
  let row = -1;
  for (let i = 0; i < cuts.length; i++) {
    const { protocol, from } = cuts[i]!;
    if (at < 0 || rows[at]!.protocol !== protocol || rows[at]!.to < from) row = set.add(rows[++at]!);
    numbers[i] = row;
  }
  said.push(numbers);
}

/** What each list says on one cut. */
function column(said: readonly Int32Array[], cut: number): Int32Array {
  const numbers = new Int32Array(said.length);
  for (let list = 0; list < said.length; list++) numbers[list] = said[list]![cut]!;
  return numbers;
}

/** Cuts on which every list says the same are one column. */
class Columns {
  readonly ranges: PortRange[][] = [];
  /** What each list says. */
  readonly numbers: Int32Array[] = [];
  private readonly hashes: number[] = [];

  enter(cut: PortRange, numbers: Int32Array): void {
    const hash = hashOf(numbers);
    for (let i = 0; i < this.hashes.length; i++) if (this.hashes[i] === hash && sameNumbers(this.numbers[i]!, numbers)) return addRange(this.ranges[i]!, cut);
    this.hashes.push(hash);
    this.numbers.push(numbers);
    this.ranges.push([cut]);
  }
}

function hashOf(numbers: Int32Array): number {
  let hash = 17;
  for (let i = 0; i < numbers.length; i++) hash = mixWord(hash, numbers[i]!);
  return hash;
}

/** What each point says; what is no endpoint lets everything out and in. */
function endsOn(points: number, lists: Int32Array, numbers: Int32Array): Int32Array {
  const all = new Int32Array(points).fill(EVERYBODY);
  for (let at = 0; at < lists.length; at++) all[at] = numbers[lists[at]!]!;
  return all;
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
