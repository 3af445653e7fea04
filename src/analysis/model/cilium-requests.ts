import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import { list, record } from './fields';
import { ciliumPolicies, ciliumSpecs } from './policies-cilium';

/** The first Cilium policy that looks into requests or DNS names. */
export function policyOfRequests(cluster: ClusterModel): Entry | undefined {
  return ciliumPolicies(cluster).find((entry) => ciliumSpecs(entry).some(({ spec }) => list(spec.ingress).some(looksInside) || list(spec.egress).some(looksInside)));
}

function looksInside(rule: unknown): boolean {
  return list(record(rule).toPorts).some((group) => Object.keys(record(record(group).rules)).length > 0);
}
