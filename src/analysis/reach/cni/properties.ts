// What the specification of NetworkPolicy leaves to the CNI, and how each one has it. `maybe` is for CNIs that are not known.
import { atLeast } from '../../../core/targets';
import type { ClusterModel } from '../../model/cluster-model';
import { cniDaemons } from '../../model/cni';
import { record, text } from '../../model/fields';

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
  /** Whether the node of a pod reaches it. */
  readonly hostIsFree: true | 'unless denied';
  /** Where what policies of namespaces isolate is held: before the baseline is asked, as the specification has it, or behind it. */
  readonly isolation: 'here' | 'last';
  /** Whether selectors that only exclude mean those who have no labels of pods at all: addresses, nodes. */
  readonly excludingMeansOthers: boolean;
  /** Whether it keeps policies of a kind of the whole cluster. */
  keeps(kind: string): boolean;
}

type Fixed = Omit<CniProperties, 'keeps'>;

const PROPERTIES: Readonly<Record<CniName, Fixed>> = {
  // cilium/cilium pkg/policy: identities of the cluster are never matched by address, pods of the host network are the host, the allowance of the own host stands behind every
  // rule, and so does what is not let through: a baseline that accepts is asked before.
  cilium: { name: 'cilium', podsInBlocks: 'out', hostNetworkSubjects: 'out', hostNetworkPeers: 'out', hostIsFree: 'unless denied', isolation: 'last', excludingMeansOthers: false },
  // https://docs.tigera.io/calico/latest/reference/host-endpoints/: rules are of addresses; pods of the host network are host endpoints.
  calico: { name: 'calico', podsInBlocks: 'in', hostNetworkSubjects: 'out', hostNetworkPeers: 'out', hostIsFree: true, isolation: 'here', excludingMeansOthers: false },
  unknown: { name: 'unknown', podsInBlocks: 'maybe', hostNetworkSubjects: 'maybe', hostNetworkPeers: 'maybe', hostIsFree: true, isolation: 'here', excludingMeansOthers: false },
};

/** Since which line of a CNI it keeps a kind, and since which it does no more; absent where none does. */
const KEPT: Readonly<Record<string, Readonly<Record<string, readonly [since: string, until?: string]>>>> = {
  cilium: { ClusterNetworkPolicy: ['1.20'] },
  calico: { AdminNetworkPolicy: ['3.29', '3.32'], BaselineAdminNetworkPolicy: ['3.30', '3.32'], ClusterNetworkPolicy: ['3.32'] },
};

/** The CNI of a cluster, by its daemon, else by its policies. */
export function cniProperties(cluster: ClusterModel): CniProperties {
  const daemons = cluster.derive(cniDaemons);
  const [ciliumRuns, calicoRuns] = [daemons.has('Cilium'), daemons.has('Calico')];
  const cilium = ciliumRuns !== calicoRuns ? ciliumRuns : cluster.has('cilium.io', 'CiliumNetworkPolicy') || cluster.has('cilium.io', 'CiliumClusterwideNetworkPolicy');
  const calico = ciliumRuns !== calicoRuns ? calicoRuns : CALICO_GROUPS.some((group) => cluster.has(group, 'NetworkPolicy') || cluster.has(group, 'GlobalNetworkPolicy'));
  const name = cilium === calico ? 'unknown' : cilium ? 'cilium' : 'calico';
  const version = name === 'unknown' ? undefined : cluster.targets[name];
  const fixed: Fixed = name === 'cilium' ? ciliumProperties(cluster) : PROPERTIES[name];
  return {
    ...fixed,
    keeps: (kind) => {
      if (name === 'unknown') return true;
      const lines = KEPT[name]?.[kind];
      return lines !== undefined && (version === undefined || (atLeast(version, lines[0]) && (lines[1] === undefined || !atLeast(version, lines[1]))));
    },
  };
}

export const CALICO_GROUPS: readonly string[] = ['projectcalico.org', 'crd.projectcalico.org'];

function ciliumProperties(cluster: ClusterModel): Fixed {
  const settings = record(cluster.find('', 'ConfigMap', 'kube-system', 'cilium-config')?.object.data);
  const matchesPods = (text(settings['policy-cidr-match-mode']) ?? '').split(/[\s,]+/).includes('pods');
  // Selectors mean the pods of their own cluster, by a label that nobody else has, since 1.19.
  const ofCluster = text(settings['policy-default-local-cluster']) ?? String(atLeast(cluster.targets.cilium, '1.19'));
  return { ...PROPERTIES.cilium, ...matchesPods && { podsInBlocks: 'in' }, excludingMeansOthers: ofCluster !== 'true' };
}
