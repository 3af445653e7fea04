import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { labelsOf, list, record } from '../model/fields';
import { destinationRulesOf } from '../model/mesh-destinations';
import { destinationsOf } from '../model/mesh-routes';
import { fullHost, meshServicesOf } from '../model/mesh-services';
import { matches, requirementsOfMap } from '../model/selector';
import { NAMESPACE, service, workload } from './mesh-fixtures';
import type { Rule } from './rule';

const scene = (version: string): string => `${NAMESPACE}${service('orders')}${workload('orders', { labels: 'version: v1' })}
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders, subsets: [{ name: stable, labels: { version: ${version} } }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: orders, subset: stable } }] }]
`;

export const rule: Rule = {
  id: 'NS3047',
  class: 'breaks',
  title: 'Requests are routed to a subset that no pod is of',
  sees: 'subsets of DestinationRules whose labels no pod behind the Service carries, and to which a VirtualService sends. Labels that controllers and nodes give are passed over.',
  why: 'The subset has no endpoints: every request that is routed there is answered 503 (no healthy upstream).',
  fix: 'write the labels of the pods, or give the pods the labels of the subset',
  covers: ['IST0173'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0173/', 'https://istio.io/latest/docs/reference/config/networking/destination-rule/#Subset'],
  subjects: ['networking.istio.io/DestinationRule'],
  failing: {
    documents: scene('v2'),
    says: 'No pod behind orders.shop.svc.cluster.local has the labels version=v2, and VirtualService shop/orders sends to this subset',
    field: 'spec.subsets[0].labels',
  },
  passing: { documents: scene('v1') },
  check(cluster, report) {
    if (cluster.open) return;
    const used = cluster.derive(usedSubsets);
    const services = meshServicesOf(cluster);
    for (const destination of cluster.objects('networking.istio.io', 'DestinationRule')) {
      const host = destinationRulesOf(cluster).hostOf(destination);
      const called = services.ofHost(host, destination.namespace);
      if (!called || called.pods.length === 0 || cluster.derive(machines).has(called.namespace)) continue;
      if (cluster.mayHaveOtherPods(called.namespace, labelsOf(called.entry.spec.selector))) continue;
      for (const [index, subset] of list(destination.spec.subsets).map(record).entries()) {
        const labels = labelsOf(subset.labels);
        const route = used.get(`${host} ${String(subset.name)}`);
        if (!route || Object.keys(labels).length === 0 || Object.keys(labels).some((key) => GIVEN.test(key))) continue;
        if (called.pods.some((group) => matches(group.labels, requirementsOfMap(labels)))) continue;
        report(destination, ['spec', 'subsets', index, 'labels'], {
          message: `No pod behind ${host} has the labels ${Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(', ')}, and ${route.toString()} sends to this subset`,
          decidedBy: [route],
        });
      }
    }
  },
};

/** Labels that no template has: those of nodes, and those that controllers write. */
const GIVEN = /^(?:topology\.|kubernetes\.io\/hostname$|pod-template-hash$|rollouts-pod-template-hash$|controller-revision-hash$|statefulset\.kubernetes\.io\/|apps\.kubernetes\.io\/|security\.istio\.io\/tlsMode$|service\.istio\.io\/)/;

/** The VirtualServices that send requests to a subset, by host and name. */
function usedSubsets(cluster: ClusterModel): ReadonlyMap<string, Entry> {
  const used = new Map<string, Entry>();
  for (const routes of cluster.objects('networking.istio.io', 'VirtualService')) {
    for (const { host, subset, weight } of destinationsOf(routes)) {
      if (subset !== undefined && weight !== 0) used.set(`${fullHost(host, routes.namespace, cluster.facts.clusterDomain)} ${subset}`, routes);
    }
  }
  return used;
}

/** Namespaces with machines of the mesh, which may be behind a Service, too. */
function machines(cluster: ClusterModel): ReadonlySet<string> {
  return new Set(['WorkloadEntry', 'WorkloadGroup'].flatMap((kind) => cluster.objects('networking.istio.io', kind).map(({ namespace }) => namespace)));
}
