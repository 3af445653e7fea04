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
  /** Construct path and `file:line` of what declared it; of several, the first in the order of their texts. */
  readonly declaredBy: { readonly path: string; readonly source: string | undefined };
}

/** Canonical text of an edge's ends and port: edges with the same key are one. */
export function edgeKey(edge: Pick<ConnectionEdge, 'from' | 'to' | 'port'>): string {
  return `${peerKey(edge.from)} > ${peerKey(edge.to)} : ${edge.port ? `${edge.port.number}/${edge.port.protocol}` : '*'}`;
}

/** One edge of several with the same key: what any of them allows is allowed. Whatever their order, the result is the same. */
export function joinEdges(edges: readonly ConnectionEdge[]): ConnectionEdge {
  const [first] = edges;
  if (edges.length === 1) return first!;
  const every = edges.some((edge) => edge.http.length === 0);
  const http = new Map(every ? [] : edges.flatMap((edge) => edge.http.map((one) => [one.key(), one] as const)));
  // One number may be called tcp at one end and https at the other.
  const [port] = edges.map((edge) => edge.port).sort((a, b) => compareText(a?.key() ?? '', b?.key() ?? ''));
  return {
    ...first!,
    from: joinPeers(edges.map((edge) => edge.from)),
    port,
    workloadPort: edges.find((edge) => edge.workloadPort !== undefined)?.workloadPort,
    http: [...http.entries()].sort(([x], [y]) => compareText(x, y)).map(([, one]) => one),
    tags: [...new Set(edges.flatMap((edge) => edge.tags))].sort(),
    // The smallest text and not the earliest call, so that the order of declaration changes nothing in the model.
    declaredBy: edges.map((edge) => edge.declaredBy).reduce((a, b) => ((compareText(a.path, b.path) || compareText(a.source ?? '', b.source ?? '')) <= 0 ? a : b)),
  };
}

/** A group may have addresses in several VPNs: what was said of each of them holds for each. */
function joinPeers(peers: readonly PeerTarget[]): PeerTarget {
  const [first] = peers;
  if (first!.kind !== 'group') return first!;
  const cidrs = new Map(peers.flatMap((peer) => (peer.kind === 'group' ? peer.cidrs.map((cidr) => [cidr.value, cidr] as const) : [])));
  return { ...first!, cidrs: [...cidrs.entries()].sort(([a], [b]) => compareText(a, b)).map(([, cidr]) => cidr) };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
