// One edge of who-may-talk-to-whom. Every policy of every layer is rendered from the set of these.
import type { Http } from './http';
import { peerKey } from './peer';
import type { IWorkloadPort, PeerTarget } from './peer';
import type { Port } from './port';

/** Why an edge exists: said by the user, or added by a construct that needs it. */
export type EdgeTag = 'declared' | 'gateway' | 'edge' | 'mesh' | 'control-plane' | 'dns' | 'probe' | 'scrape' | 'vpn';

/** Traffic from one peer to another. Immutable; the registry joins edges of the same ends and port. */
export interface ConnectionEdge {
  readonly from: PeerTarget;
  readonly to: PeerTarget;
  /** As the receiving pods see it; undefined is every port. */
  readonly port: Port | undefined;
  /** The named port of the receiving workload, when it is one. */
  readonly workloadPort?: IWorkloadPort;
  /** Requests that are allowed; empty is every request. Sorted. */
  readonly http: readonly Http[];
  /** Sorted. */
  readonly tags: readonly EdgeTag[];
  /** Construct path and `file:line` of what declared it first. */
  readonly declaredBy: { readonly path: string; readonly source: string | undefined };
}

/** Canonical text of an edge's ends and port: edges with the same key are one. */
export function edgeKey(edge: Pick<ConnectionEdge, 'from' | 'to' | 'port'>): string {
  return `${peerKey(edge.from)} > ${peerKey(edge.to)} : ${edge.port ? edge.port.key() : '*'}`;
}

/** One edge of two with the same key: what either allows is allowed. */
export function joinEdges(a: ConnectionEdge, b: ConnectionEdge): ConnectionEdge {
  const every = a.http.length === 0 || b.http.length === 0;
  const http = new Map([...a.http, ...b.http].map((one) => [one.key(), one]));
  const tags = [...new Set([...a.tags, ...b.tags])].sort();
  const earlier = compareText(a.declaredBy.path, b.declaredBy.path) <= 0 ? a.declaredBy : b.declaredBy;
  return {
    ...a,
    workloadPort: a.workloadPort ?? b.workloadPort,
    http: every ? [] : [...http.entries()].sort(([x], [y]) => compareText(x, y)).map(([, one]) => one),
    tags,
    declaredBy: earlier,
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
