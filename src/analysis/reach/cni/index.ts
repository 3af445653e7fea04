// The CNI as one layer of policies: which languages there are, and in which tiers they are asked.
import type { ClusterModel } from '../../model/cluster-model';
import type { Endpoint } from '../endpoints';
import { setFact } from '../endpoints';
import type { Policy, PolicyLayer, Tier } from '../rules';
import { besidePolicies } from './beside';
import { calicoLayer } from './calico';
import { withNamesAsKnown } from './cilium-ports';
import { enforcementOf, HOST_FACT, readCiliumPolicies } from './cilium';
import { ADMIN_TIER, BASELINE_TIER, readClusterPolicies } from './cluster-policies';
import { NETWORK_POLICY_TIER, readNetworkPolicies } from './kubernetes';
import type { CniProperties } from './properties';
import { cniProperties } from './properties';

export function readCni(cluster: ClusterModel, endpoints: readonly Endpoint[]): PolicyLayer {
  const cni = cluster.derive(cniProperties);
  for (const endpoint of endpoints) if (endpoint.hostNetwork) setFact(endpoint, HOST_FACT, 'true');
  const { tiers, policies } = cni.name === 'calico' ? calicoLayer(cluster, endpoints, cni) : { tiers: tiersOf(cni), policies: policiesOf(cluster, endpoints, cni) };
  return { layer: 'cni', tiers, policies, notModelled: besidePolicies(cluster, cni), hostIsFree: cni.hostIsFree };
}

function policiesOf(cluster: ClusterModel, endpoints: readonly Endpoint[], cni: CniProperties): readonly Policy[] {
  if (cni.name === 'cilium' && enforcementOf(cluster) === 'never') return [];
  const policies = [...readClusterPolicies(cluster, cni), ...readNetworkPolicies(cluster), ...readCiliumPolicies(cluster)];
  return cni.name === 'cilium' ? withNamesAsKnown(cluster, endpoints, policies) : policies;
}

function tiersOf(cni: CniProperties): readonly Tier[] {
  return [{ name: ADMIN_TIER, mode: 'ordered' }, { name: NETWORK_POLICY_TIER, mode: 'union', closes: cni.isolation }, { name: BASELINE_TIER, mode: 'ordered' }];
}
