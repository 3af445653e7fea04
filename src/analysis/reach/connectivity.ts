// Who may connect to whom, of one cluster: the pairs of its workloads, and of workloads with addresses outside, that every layer of policies lets through.
import type { ClusterModel } from '../model/cluster-model';
import { printRange } from './addresses';
import type { Bits } from './bits';
import { hasBit } from './bits';
import { joinRanges, printConnections } from './connections';
import type { Endpoint } from './endpoints';
import type { Network } from './network';
import { networkOf } from './network';
import { AllPairs } from './pairs';
import type { PortRange, Sureness } from './pairs';
import { RowReader } from './row-reader';

/** An end of a pair: a workload, or a range of addresses outside. */
export interface PairEnd {
  /** `shop/web[Deployment]`, `0.0.0.0-255.255.255.255[External]`. */
  readonly label: string;
  readonly point: number;
  /** Its place among all ends. */
  readonly order: number;
  readonly endpoint?: Endpoint | undefined;
}

/** The ports on which one end reaches another. */
export interface PortSet {
  readonly ranges: readonly PortRange[];
  readonly text: string;
}

/** What one point reaches: for each point, the number of a set of ports; 0 is none. */
export type Reached = Int32Array;

/** How many rows of answers are kept: of many workloads alike, one after the other. */
const KEPT = 512;

export class Connectivity {
  readonly network: Network;
  readonly pairs: AllPairs;
  private readonly sets: PortSet[] = [{ ranges: [], text: '' }];
  private readonly byText: Map<string, number> = new Map();
  private readonly states: Map<number, number> = new Map();
  private readonly numbers: Map<number, number> = new Map();
  private stateCount: number = 0;
  private everything: number | undefined;
  private everyEnd: readonly PairEnd[] | undefined;
  private readonly readers: Map<Sureness, RowReader> = new Map();
  private readonly reached: Map<string, Reached> = new Map();

  constructor(network: Network) {
    this.network = network;
    this.pairs = new AllPairs(network);
  }

  /** Every end, in the order of its label. */
  get ends(): readonly PairEnd[] {
    return (this.everyEnd ??= endsOf(this.network));
  }

  /** What one end reaches, as numbers of {@link portSet}. */
  from({ point }: PairEnd, sure: Sureness = 'some'): Reached {
    const key = `${point} ${sure}`;
    let reached = this.reached.get(key);
    if (reached) return reached;
    if (this.reached.size >= KEPT) this.reached.delete(this.reached.keys().next().value!);
    this.reached.set(key, (reached = this.numberRows(this.reader(sure).read(point), this.network.points.count)));
    return reached;
  }

  /** What one end reaches of one other: for those who ask for few. */
  between(from: PairEnd, to: PairEnd, sure: Sureness = 'some'): number {
    const bits = this.pairs.bits(sure);
    const { columns } = this.pairs;
    const passing: number[] = [];
    for (let c = 0; c < columns.length; c++) {
      const { egress, ingress } = columns[c]!;
      if (hasBit(bits[ingress[to.point]!]!, from.point) && hasBit(bits[egress[from.point]!]!, to.point)) passing.push(c);
    }
    return passing.length === 0 ? 0 : passing.length === columns.length ? (this.everything ??= this.numberOf(passing)) : this.numberOfSome(passing);
  }

  portSet(number: number): PortSet {
    return this.sets[number]!;
  }

  /** Whether the pair of two ends is one of the list: not one end with itself, not two outside. */
  isPair(from: PairEnd, to: PairEnd): boolean {
    return from !== to && (from.endpoint !== undefined || to.endpoint !== undefined);
  }

  /** Whom each point reaches on each set of ports, before they have numbers. */
  reader(sure: Sureness = 'some'): RowReader {
    let reader = this.readers.get(sure);
    if (!reader) this.readers.set(sure, (reader = new RowReader(this.pairs, sure)));
    return reader;
  }

  /** 32 points at once: nothing, everything, and only the rest one by one. */
  private numberRows(rows: readonly Bits[], count: number): Reached {
    const reached = new Int32Array(count);
    for (let w = 0, words = (count + 31) >>> 5; w < words; w++) {
      let some = 0;
      let every = -1;
      for (let c = 0; c < rows.length; c++) {
        some |= rows[c]![w]!;
        every &= rows[c]![w]!;
      }
      for (let left = some; left !== 0; left &= left - 1) {
        const bit = 31 - Math.clz32(left & -left);
        reached[(w << 5) + bit] = ((every >>> bit) & 1) === 1 ? (this.everything ??= this.numberOf([...rows.keys()])) : this.numberAt(rows, w, bit);
      }
    }
    return reached;
  }

  private numberAt(rows: readonly Bits[], word: number, bit: number): number {
    const passing: number[] = [];
    for (let c = 0; c < rows.length; c++) if (((rows[c]![word]! >>> bit) & 1) === 1) passing.push(c);
    return this.numberOfSome(passing);
  }

  /** Sets of columns are found column by column, so that no text is made for those that are known. */
  private numberOfSome(passing: readonly number[]): number {
    let state = 0;
    for (const c of passing) {
      const key = state * this.pairs.columns.length + c;
      let next = this.states.get(key);
      if (next === undefined) this.states.set(key, (next = ++this.stateCount));
      state = next;
    }
    let number = this.numbers.get(state);
    if (number === undefined) this.numbers.set(state, (number = this.numberOf(passing)));
    return number;
  }

  private numberOf(columns: readonly number[]): number {
    const ranges = columns.flatMap((c) => this.pairs.columns[c]!.ranges);
    const text = printConnections(ranges);
    let number = this.byText.get(text);
    if (number === undefined) this.byText.set(text, (number = this.sets.push({ ranges: joinRanges(ranges), text }) - 1));
    return number;
  }
}

function endsOf({ endpoints, points }: Network): readonly PairEnd[] {
  const ends: EndWithoutOrder[] = endpoints.map((endpoint) => ({ label: endpoint.name, point: points.index.classOf.get(endpoint)!, endpoint }));
  points.addresses.atoms.forEach((atom, i) => ends.push({ label: `${printRange(atom)}[External]`, point: points.firstAddress + i }));
  return ends.sort(byLabel).map(withOrder);
}

type EndWithoutOrder = Omit<PairEnd, 'order'>;

function byLabel({ label: a }: EndWithoutOrder, { label: b }: EndWithoutOrder): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function withOrder({ label, point, endpoint }: EndWithoutOrder, order: number): PairEnd {
  return { label, point, order, endpoint };
}

/** Who may connect to whom in a cluster: `cluster.derive(connectivityOf)`. */
export function connectivityOf(cluster: ClusterModel): Connectivity {
  return new Connectivity(cluster.derive(networkOf));
}
