// What the hub forwards: the edges of the connection set that begin at addresses of this VPN. Requests are told apart in the cluster; the hub sees ports only.
import type { Cidr } from '../core/cidr';
import type { Cluster } from '../core/cluster';
import type { ConnectionEdge } from '../core/edge';
import { workloadKey } from '../core/peer';
import type { PeerTarget } from '../core/peer';
import type { ForwardedFlow } from './hub-firewall';

/** What a hub knows of its surroundings. */
export interface Surroundings {
  /** Addresses of every end, and the networks behind them. */
  readonly own: readonly Cidr[];
  /** Ranges that the VPN leads to. */
  readonly routes: readonly Cidr[];
  /** The cluster beside the hub. */
  readonly cluster: Cluster;
}

/** The edges as flows; `undeliverable` tells those that the hub cannot forward, each as a sentence. */
export function flowsOf(edges: readonly ConnectionEdge[], around: Surroundings): { readonly flows: readonly ForwardedFlow[]; readonly undeliverable: readonly string[] } {
  const flows: ForwardedFlow[] = [];
  const undeliverable: string[] = [];
  for (const edge of edges) {
    const from = sources(edge.from, around.own);
    if (from.length === 0 || edge.to.kind !== 'workload' || !edge.port) continue;
    const { workload } = edge.to;
    const reason = `${edge.from.kind === 'group' ? edge.from.name : edge.from.kind} to ${workloadKey(workload)}`;
    const to = destinations(workload.cluster, around);
    if (edge.port.protocol === 'SCTP') {
      undeliverable.push(`The VPN does not forward SCTP (${reason}): use a TCP or UDP port.`);
    } else if (to.length === 0) {
      undeliverable.push(`The VPN leads to no network of cluster ${workload.cluster.name} (${reason}): name its podCidrs or serviceCidrs in routes.`);
    } else {
      const ports = [...new Set([edge.port.number, edge.workloadPort?.servicePort ?? edge.port.number])].sort((a, b) => a - b);
      flows.push({ from, to, protocol: edge.port.protocol, ports, reason });
    }
  }
  return { flows, undeliverable };
}

/** Those of our addresses that a peer stands for. */
function sources(peer: PeerTarget, own: readonly Cidr[]): Cidr[] {
  if (peer.kind === 'group') return intersection(peer.cidrs, own);
  return peer.kind === 'cidr' ? intersection([peer.cidr], own).filter((cidr) => !peer.except.some((except) => except.overlaps(cidr))) : [];
}

/** Ranges of a cluster that the VPN leads to; all routes for the hub's own cluster when it names no ranges. */
function destinations(cluster: Cluster, { routes, cluster: own }: Surroundings): readonly Cidr[] {
  const ranges = [...cluster.podCidrs, ...cluster.serviceCidrs];
  return ranges.length === 0 && cluster === own ? routes : intersection(ranges, routes);
}

function intersection(these: readonly Cidr[], those: readonly Cidr[]): Cidr[] {
  const both = these.flatMap((one) => those.flatMap((other) => (other.contains(one) ? [one] : one.contains(other) ? [other] : [])));
  return [...new Map(both.map((cidr) => [cidr.value, cidr])).values()].sort((a, b) => a.compare(b));
}
