// The CNI as one layer of policies: which languages there are, and in which tiers they are asked.
import type { ClusterModel } from '../../model/cluster-model';
import type { Endpoint } from '../endpoints';
import type { PolicyLayer, Tier } from '../rules';
import { NETWORK_POLICY_TIER, readNetworkPolicies } from './kubernetes';
import { cniProperties } from './properties';

const TIERS: readonly Tier[] = [{ name: 'Admin', mode: 'ordered' }, { name: NETWORK_POLICY_TIER, mode: 'union' }, { name: 'Baseline', mode: 'ordered' }];

export function readCni(cluster: ClusterModel, _endpoints: readonly Endpoint[]): PolicyLayer {
  const cni = cniProperties(cluster);
  return { layer: 'cni', tiers: TIERS, policies: readNetworkPolicies(cluster, cni), notModelled: [], hostIsFree: true };
}
