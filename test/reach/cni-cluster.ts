// A random world as the engine sees it: its network, and one answer for a party on either end of a pod.
import type { ClusterOptions } from './cluster';
import { clusterOf } from './cluster';
import type { CniWorld } from './worlds/cni';
import type { Decision } from '../../src/analysis/reach/decide';
import { decide } from '../../src/analysis/reach/decide';
import { hasBit } from '../../src/analysis/reach/bits';
import type { Endpoint } from '../../src/analysis/reach/endpoints';
import type { Direction, Outcome, Protocol, Request } from '../../src/analysis/reach/flow';
import { Network } from '../../src/analysis/reach/network';
import type { Party } from '../../src/analysis/reach/points';

/** A question to one end of a connection. */
export interface Asked {
  /** `a/p1`. */
  readonly subject: string;
  readonly direction: Direction;
  /** The number of the other end among the points of the network. */
  readonly peer: number;
  readonly port: number;
  readonly protocol: Protocol;
  readonly request?: Request | undefined;
}

/** `requests`: some requests only. */
export type Word = Outcome | 'requests';

export class WorldNetwork {
  readonly network: Network;
  readonly byName: ReadonlyMap<string, Endpoint>;
  private readonly rows: Map<string, ReturnType<Network['rowsOf']>> = new Map();

  constructor({ documents }: CniWorld, options: ClusterOptions = {}) {
    this.network = new Network(clusterOf(documents.map((one) => JSON.stringify(one)).join('\n---\n'), options));
    this.byName = new Map(this.network.endpoints.map((one) => [`${one.namespace}/${one.workload}`, one]));
  }

  get peers(): readonly Party[] {
    return Array.from({ length: this.network.points.count }, (_, i) => this.network.points.party(i));
  }

  decide({ subject, direction, peer, port, protocol, request }: Asked): Decision {
    const { points, layers: [ready] } = this.network;
    const endpoint = this.byName.get(subject)!;
    const governed = ready!.table.of(points.index.classOf.get(endpoint)!, direction);
    return decide(ready!.layer, governed, { direction, subject: { is: 'endpoint', endpoint }, peer: points.party(peer), port, protocol, request, facts: {} }, points);
  }

  /** What decide.ts says. */
  word(asked: Asked): Word {
    const { outcome, only, except } = this.decide(asked);
    return outcome === 'allowed' && (only !== undefined || except !== undefined) ? 'requests' : outcome;
  }

  /** What rows.ts says of the same. */
  rowWord({ subject, direction, peer, port, protocol }: Asked): Word {
    const at = this.network.points.index.classOf.get(this.byName.get(subject)!)!;
    const key = `${at} ${direction}`;
    let rows = this.rows.get(key);
    if (!rows) this.rows.set(key, (rows = this.network.rowsOf(at, direction)));
    const row = rows[0]!.find((one) => one.protocol === protocol && one.from <= port && port <= one.to)!;
    if (hasBit(row.yes, peer)) return 'allowed';
    if (row.some !== undefined && hasBit(row.some, peer)) return 'requests';
    return row.maybe !== undefined && hasBit(row.maybe, peer) ? 'undetermined' : 'denied';
  }
}
