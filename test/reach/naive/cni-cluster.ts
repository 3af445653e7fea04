// ClusterNetworkPolicy (https://network-policy-api.sigs.k8s.io/api-overview/): by priority, the first rule that is met.
import type { Json } from '../worlds/cni-parts';
import type { Case } from './cni';
import { inBlock, isNamed, namespaceLabels, selects } from './cni';
import { mayBeInBlocks } from './cni-kubernetes';

export type ClusterVerdict = 'Accept' | 'Deny' | 'Pass';

export function clusterVerdict(one: Case, tier: string): ClusterVerdict | undefined {
  const policies = one.world.documents.filter(({ kind, spec }) => kind === 'ClusterNetworkPolicy' && spec.tier === tier && isMeant(one, spec.subject, one.subject));
  const ordered = (one.reversed ? policies.reverse() : policies).sort((a, b) => a.spec.priority - b.spec.priority);
  for (const { spec } of ordered) {
    for (const rule of spec[one.direction] ?? []) {
      const peers: readonly Json[] = one.direction === 'ingress' ? rule.from : rule.to;
      if (peers.some((peer) => isPeer(one, peer)) && (rule.protocols === undefined || rule.protocols.some((port: Json) => isPort(one, port)))) return rule.action as ClusterVerdict;
    }
  }
  return undefined;
}

function isMeant(one: Case, { namespaces, pods }: Json, pod: Json): boolean {
  if (pod.spec.hostNetwork === true) return false;
  const labels = namespaceLabels(one.world, pod.metadata.namespace);
  return namespaces ? selects(namespaces, labels) : selects(pods.namespaceSelector, labels) && selects(pods.podSelector, pod.metadata.labels);
}

function isPeer(one: Case, peer: Json): boolean {
  const { place, world } = one;
  if (peer.networks) return (world.cni === 'cilium' ? mayBeInBlocks(one) : true) && peer.networks.some((network: string) => inBlock(place.ip, network));
  if (place.pod !== undefined && place.pod.spec.hostNetwork !== true) return isMeant(one, peer, place.pod);
  // Cilium asks namespaces for their labels only: who has none at all is in none of those that are excluded.
  const asked = [...Object.keys(peer.namespaces?.matchLabels ?? {}), ...peer.namespaces?.matchExpressions ?? []];
  return world.cni === 'cilium' && asked.length > 0 && selects(peer.namespaces, {});
}

function isPort(one: Case, { tcp, udp, sctp, destinationNamedPort }: Json): boolean {
  if (destinationNamedPort) return isNamed(one, destinationNamedPort);
  const [protocol, at] = tcp ? ['TCP', tcp] : udp ? ['UDP', udp] : ['SCTP', sctp];
  const { number, range } = at.destinationPort;
  return protocol === one.protocol && (range ? one.port >= range.start && one.port <= range.end : one.port === number);
}
