// Who may connect to whom, of one cluster: the pairs of its workloads, and of workloads with addresses outside, that every layer of policies lets through.
import type { ClusterModel } from '../model/cluster-model';
import { printRange } from './addresses';
import { hasBit } from './bits';
import { printConnections } from './connections';
import type { Endpoint } from './endpoints';
import type { Network } from './network';
import { networkOf } from './network';
import { AllPairs } from './pairs';
import type { PortRange, Sureness } from './pairs';

/** An end of a pair: a workload, or a range of addresses outside. */
export interface PairEnd {
  /** `shop/web[Deployment]`, `0.0.0.0-255.255.255.255[External]`. */
  readonly label: string;
  readonly point: number;
  readonly endpoint?: Endpoint | undefined;
}

/** The ports on which one end reaches another. */
export interface PortSet {
  readonly ranges: readonly PortRange[];
  readonly text: string;
}

/** What one point reaches: for each point, the number of a set of ports; 0 is none. */
export type Reached = Int32Array;

const BAND = 256;
/** How many rows of answers are kept: of many workloads alike, one after the other. */
const KEPT = 512;

export class Connectivity {
  readonly network: Network;
  readonly pairs: AllPairs;
  /** Every end, in the order of its label. */
  readonly ends: readonly PairEnd[];
  private readonly sets: PortSet[] = [{ ranges: [], text: '' }];
  private readonly byMask: Map<string, number> = new Map();
  private readonly bands: Map<string, readonly Uint32Array[]> = new Map();
  private readonly reached: Map<string, Reached> = new Map();

  constructor(network: Network) {
    this.network = network;
    this.pairs = new AllPairs(network);
    this.ends = endsOf(network);
  }

  /** What one end reaches, as numbers of {@link portSet}. */
  from({ point }: PairEnd, sure: Sureness = 'some'): Reached {
    const key = `${point} ${sure}`;
    let reached = this.reached.get(key);
    if (reached) return reached;
    if (this.reached.size >= KEPT) this.reached.delete(this.reached.keys().next().value!);
    this.reached.set(key, (reached = this.read(point, sure)));
    return reached;
  }

  portSet(number: number): PortSet {
    return this.sets[number]!;
  }

  /** Whether the pair of two ends is one of the list: not one end with itself, not two outside. */
  isPair(from: PairEnd, to: PairEnd): boolean {
    return from !== to && (from.endpoint !== undefined || to.endpoint !== undefined);
  }

  private read(point: number, sure: Sureness): Reached {
    const { words, count } = this.network.points;
    const first = point - point % BAND;
    const key = `${first} ${sure}`;
    let bands = this.bands.get(key);
    if (!bands) {
      this.bands.clear();
      bands = this.pairs.columns.map((column) => this.pairs.band(column, first, Math.min(BAND, count - first), sure));
      this.bands.set(key, bands);
    }
    const rows = bands.map((band) => band.subarray((point - first) * words, (point - first + 1) * words));
    return this.numberRows(rows, count);
  }

  /** Words that are the same in every column are the common case: all or nothing for 32 points at once. */
  private numberRows(rows: readonly Uint32Array[], count: number): Reached {
    const reached = new Int32Array(count);
    const known = new Map<number, number>();
    const few = rows.length <= 30;
    for (let at = 0; at < count; at++) {
      if (few) {
        let mask = 0;
        for (let c = 0; c < rows.length; c++) mask |= ((rows[c]![at >>> 5]! >>> (at & 31)) & 1) << c;
        if (mask === 0) continue;
        let number = known.get(mask);
        if (number === undefined) known.set(mask, (number = this.numberOf(rows.map((_, c) => ((mask >>> c) & 1) === 1))));
        reached[at] = number;
      } else {
        const set = rows.map((row) => hasBit(row, at));
        if (set.includes(true)) reached[at] = this.numberOf(set);
      }
    }
    return reached;
  }

  private numberOf(columns: readonly boolean[]): number {
    const key = columns.map(Number).join('');
    let number = this.byMask.get(key);
    if (number === undefined) {
      const ranges = this.pairs.columns.flatMap((column, i) => (columns[i]! ? column.ranges : []));
      this.byMask.set(key, (number = this.sets.push({ ranges, text: printConnections(ranges) }) - 1));
    }
    return number;
  }
}

function endsOf({ endpoints, points }: Network): readonly PairEnd[] {
  const ends: PairEnd[] = endpoints.map((endpoint) => ({ label: endpoint.name, point: points.index.classOf.get(endpoint)!, endpoint }));
  points.addresses.atoms.forEach((atom, i) => ends.push({ label: `${printRange(atom)}[External]`, point: points.firstAddress + i }));
  return ends.sort((a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0));
}

/** Who may connect to whom in a cluster: `cluster.derive(connectivityOf)`. */
export function connectivityOf(cluster: ClusterModel): Connectivity {
  return new Connectivity(cluster.derive(networkOf));
}
