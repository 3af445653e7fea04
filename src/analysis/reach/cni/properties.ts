// What the specification of NetworkPolicy leaves to the CNI, and how each one has it. `maybe` is for CNIs that are not known.
import type { ClusterModel } from '../../model/cluster-model';
import { cniDaemons } from '../../model/cni';

export type CniName = 'cilium' | 'calico' | 'unknown';

type Meant = 'in' | 'out' | 'maybe';

export interface CniProperties {
  readonly name: CniName;
  /** Whether blocks of addresses hold pods whose addresses lie inside. */
  readonly podsInBlocks: Meant;
  /** Whether policies govern pods in the network of their node. */
  readonly hostNetworkSubjects: Meant;
  /** Whether selectors of pods mean pods in the network of their node. */
  readonly hostNetworkPeers: Meant;
}

const PROPERTIES: Readonly<Record<CniName, CniProperties>> = {
  // https://docs.cilium.io/en/stable/network/kubernetes/policy/: identities of the cluster are never matched by address, pods of the host network are the host.
  cilium: { name: 'cilium', podsInBlocks: 'out', hostNetworkSubjects: 'out', hostNetworkPeers: 'out' },
  // https://docs.tigera.io/calico/latest/reference/host-endpoints/: rules are of addresses; pods of the host network are host endpoints.
  calico: { name: 'calico', podsInBlocks: 'in', hostNetworkSubjects: 'out', hostNetworkPeers: 'out' },
  unknown: { name: 'unknown', podsInBlocks: 'maybe', hostNetworkSubjects: 'maybe', hostNetworkPeers: 'maybe' },
};

/** The CNI of a cluster, by its policies and its daemon. */
export function cniProperties(cluster: ClusterModel): CniProperties {
  const daemons = cluster.derive(cniDaemons);
  const cilium = daemons.has('Cilium') || cluster.has('cilium.io', 'CiliumNetworkPolicy') || cluster.has('cilium.io', 'CiliumClusterwideNetworkPolicy');
  const calico = daemons.has('Calico') || ['projectcalico.org', 'crd.projectcalico.org'].some((group) => cluster.has(group, 'NetworkPolicy') || cluster.has(group, 'GlobalNetworkPolicy'));
  return PROPERTIES[cilium === calico ? 'unknown' : cilium ? 'cilium' : 'calico'];
}
