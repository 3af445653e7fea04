import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import { list, record } from './fields';
import { ciliumSpecs } from './policies-cilium';

/** The first Cilium policy that looks into requests or DNS names. */
export function policyOfRequests(cluster: ClusterModel): Entry | undefined {
  return ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'].flatMap((kind) => cluster.objects('cilium.io', kind)).find((entry) => ciliumSpecs(entry)
    .some(({ spec }) => [...list(spec.ingress), ...list(spec.egress)].some((one) => list(record(one).toPorts).some((group) => Object.keys(record(record(group).rules)).length > 0))));
}
