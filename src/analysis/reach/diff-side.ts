// One of two systems that are compared: its ends by name, and what each lets out and in, as numbers that are equal where the same is let through.
import type { ClusterModel } from '../model/cluster-model';
import type { Bits } from './bits';
import { emptyBits, hasBit, orInto } from './bits';
import type { PairEnd } from './connectivity';
import { Connectivity, connectivityOf } from './connectivity';
import type { Direction } from './flow';
import { Network } from './network';
import type { AllPairs, Sureness } from './pairs';

/** The connectivity of one side, its addresses cut where those of the other are cut, too. */
export function sideOf(cluster: ClusterModel, other: ClusterModel | undefined): Connectivity {
  const own = cluster.derive(connectivityOf);
  if (other === undefined) return own;
  const cuts = other.derive(connectivityOf).network.points.addresses.atoms;
  const mine = own.network.points.addresses.atoms;
  if (cuts.length === mine.length && cuts.every((atom, i) => atom.first === mine[i]!.first && atom.family === mine[i]!.family)) return own;
  return new Connectivity(new Network(cluster, { ranges: cuts.map((atom) => ({ ...atom, text: '' })) }));
}

/** Ends by their labels; those that share one are told apart by their order. */
export function endsByName({ ends }: Connectivity): ReadonlyMap<string, PairEnd> {
  const byName = new Map<string, PairEnd>();
  let twin = 0;
  ends.forEach((end, i) => {
    twin = end.label === ends[i - 1]?.label ? twin + 1 : 0;
    byName.set(twin === 0 ? end.label : `${end.label}\n${twin}`, end);
  });
  return byName;
}

/** An end that both sides have. */
export interface JointEnd {
  readonly before: PairEnd;
  readonly after: PairEnd;
}

/**
 * Sums that stand for sets of joint ends: of each row of one side. Equal sets have equal sums; that two others have one sum of 53 random bits does not happen.
 */
export class RowSums {
  private readonly columns: AllPairs['columns'];
  private readonly bits: readonly Bits[];
  private readonly high: Int32Array;
  private readonly low: Int32Array;
  /** By the number of the row; NaN where nobody has asked. */
  private readonly known: Float64Array;

  /** @param weights - two numbers for each end, which both sides have in one order; what is no joint end is undefined */
  constructor({ pairs, network }: Connectivity, ends: ReadonlyArray<PairEnd | undefined>, weights: Int32Array, sure: Sureness) {
    this.columns = pairs.columns;
    this.bits = pairs.bits(sure);
    this.high = new Int32Array(network.points.count);
    this.low = new Int32Array(network.points.count);
    this.known = new Float64Array(rowsOf(pairs.columns)).fill(NaN);
    for (let i = 0; i < ends.length; i++) if (ends[i] !== undefined) this.weigh(ends[i]!.point, weights[2 * i]!, weights[2 * i + 1]!);
  }

  /** What a point lets through on the ports of one column. */
  of(column: number, direction: Direction, point: number): number {
    const row = this.columns[column]![direction][point]!;
    const sum = this.known[row]!;
    return Number.isNaN(sum) ? (this.known[row] = this.sum(this.bits[row]!)) : sum;
  }

  private weigh(point: number, high: number, low: number): void {
    this.high[point] = (this.high[point]! + high) | 0;
    this.low[point] = (this.low[point]! + low) | 0;
  }

  private sum(bits: Bits): number {
    let [high, low] = [0, 0];
    for (let w = 0; w < bits.length; w++) {
      for (let left = bits[w]!; left !== 0; left &= left - 1) {
        const point = (w << 5) + 31 - Math.clz32(left & -left);
        high = (high + this.high[point]!) | 0;
        low = (low + this.low[point]!) | 0;
      }
    }
    return (high >>> 0) * 0x200000 + (low >>> 11);
  }
}

/** How many rows the columns number. */
function rowsOf(columns: AllPairs['columns']): number {
  let last = 0;
  for (const { egress, ingress } of columns) last = Math.max(last, largest(egress), largest(ingress));
  return last + 1;
}

function largest(numbers: Int32Array): number {
  let found = 0;
  for (let i = 0; i < numbers.length; i++) if (numbers[i]! > found) found = numbers[i]!;
  return found;
}

/** What some ends of one side let out, or in, on any port: of others nothing needs to be asked. */
export class Doors {
  /** Those that any of the ends lets through. */
  readonly any: Bits;
  private readonly rows: ReadonlyArray<Bits | undefined>;

  constructor({ pairs, network }: Connectivity, ends: ReadonlyArray<PairEnd | undefined>, direction: Direction, sure: Sureness) {
    const rows = pairs.bits(sure);
    this.any = emptyBits(network.points.words);
    this.rows = ends.map((end) => end && this.onAnyPort(pairs.columns, direction, end.point, rows));
  }

  /** Whether the end at this place of the list lets another one through. */
  has(place: number, { point }: PairEnd): boolean {
    const row = this.rows[place];
    return row !== undefined && hasBit(row, point);
  }

  private onAnyPort(columns: AllPairs['columns'], direction: Direction, point: number, rows: readonly Bits[]): Bits {
    const bits = emptyBits(this.any.length);
    for (let c = 0; c < columns.length; c++) orInto(bits, rows[columns[c]![direction][point]!]!);
    orInto(this.any, bits);
    return bits;
  }
}

/** Weights without a pattern, the same in every run. */
export function weightsFor(count: number): Int32Array {
  const weights = new Int32Array(2 * count);
  let state = 0x9e3779b9;
  for (let i = 0; i < weights.length; i++) {
    // A step of xorshift32, mixed as murmur3 ends.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    weights[i] = mixed ^ (mixed >>> 16);
  }
  return weights;
}

/** Columns of both sides that have a port in common: of each pair of columns one. */
export function jointColumns(before: Connectivity, after: Connectivity): ReadonlyArray<readonly [before: number, after: number]> {
  const cut = ({ pairs }: Connectivity): ReadonlyArray<{ readonly key: string; readonly column: number }> => pairs.columns.flatMap(({ ranges }, column) => (
    ranges.map(({ protocol, from }) => ({ key: `${protocol}${String(from).padStart(5, '0')}`, column })))).sort((a, b) => (a.key < b.key ? -1 : 1));
  const [a, b] = [cut(before), cut(after)];
  const found = new Map<string, readonly [number, number]>();
  // Every port of every protocol is in both, so that each start of one lies in a range of the other.
  for (let i = 0, k = 0; i < a.length && k < b.length;) {
    const pair = [a[i]!.column, b[k]!.column] as const;
    found.set(pair.join(), pair);
    const [nextA, nextB] = [a[i + 1]?.key ?? '~', b[k + 1]?.key ?? '~'];
    if (nextA <= nextB) i++;
    if (nextB <= nextA) k++;
  }
  return [...found.values()];
}
