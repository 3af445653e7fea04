import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import { list, record } from './fields';
import { ciliumSpecs } from './policies-cilium';

/** The first Cilium policy that looks into requests or DNS names. */
export function policyOfRequests(cluster: ClusterModel): Entry | undefined {
  const policies = ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'].flatMap((kind) => cluster.objects('cilium.io', kind));
  return policies.find((entry) => ciliumSpecs(entry).some(({ spec }) => [...list(spec.ingress), ...list(spec.egress)].some(looksInside)));
}

function looksInside(rule: unknown): boolean {
  return list(record(rule).toPorts).some((group) => Object.keys(record(record(group).rules)).length > 0);
}
