import type { Entry } from '../model/entry';
import { list } from '../model/fields';
import { destinationsOf, isForMesh, seenTogether } from '../model/mesh-routes';
import { fullHost } from '../model/mesh-services';
import { NAMESPACE, service } from './mesh-fixtures';
import type { Rule } from './rule';

const scene = (destination: string): string => `${NAMESPACE}${service('orders')}
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders, subsets: [{ name: stable, labels: { version: v1 } }, { name: canary, labels: { version: v2 } }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: orders, subset: stable }, weight: 97 }, { destination: { host: orders, subset: canary }, weight: 3 }] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders-edge, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http: [{ route: [{ destination: { host: orders${destination} } }] }]
`;

export const rule: Rule = {
  id: 'NS3045',
  class: 'risk',
  title: 'A gateway goes around the split of the Service that it calls',
  sees: 'VirtualServices of gateways only that send to a host without a subset, where a VirtualService of the mesh splits the same host by subsets and weights.',
  why: 'The split in the mesh is kept by sidecars of callers. A gateway takes its own VirtualService: its requests go to every pod of the Service, so the canary gets its share of pods, not of percent.',
  fix: 'name the subsets and weights in the gateway\'s VirtualService, too, or delegate both to one',
  covers: ['IST0140', 'R130', 'R38'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0140/', 'https://istio.io/latest/docs/ops/common-problems/network-issues/#route-rules-have-no-effect-on-ingress-gateway-requests'],
  subjects: ['networking.istio.io/VirtualService'],
  failing: {
    documents: scene(''),
    says: 'VirtualService shop/orders splits orders.shop.svc.cluster.local by subsets for sidecars, and this gateway sends to all of its pods',
    field: 'spec.http[0].route[0].destination',
  },
  passing: { documents: scene(', subset: stable') },
  check(cluster, report) {
    const domain = cluster.facts.clusterDomain;
    const split = new Map<string, Entry>();
    const all = cluster.objects('networking.istio.io', 'VirtualService');
    for (const routes of all) {
      if (!isForMesh(routes)) continue;
      const hosts = new Set(list(routes.spec.hosts).map((host) => fullHost(String(host), routes.namespace, domain)));
      const shares = destinationsOf(routes).filter(({ subset, mirror, weight, protocol, host }) => protocol === 'http' && !mirror && subset !== undefined && weight !== undefined && weight > 0
        && hosts.has(fullHost(host, routes.namespace, domain)));
      if (new Set(shares.map(({ subset }) => subset)).size > 1) for (const host of hosts) split.set(host, routes);
    }
    if (split.size === 0) return;
    for (const routes of all) {
      if (isForMesh(routes)) continue;
      for (const { host, subset, mirror, path, protocol } of destinationsOf(routes)) {
        const full = fullHost(host, routes.namespace, domain);
        const other = subset === undefined && !mirror && protocol === 'http' ? split.get(full) : undefined;
        if (other && seenTogether(other, routes)) {
          report(routes, path, { message: `${other.toString()} splits ${full} by subsets for sidecars, and this gateway sends to all of its pods`, decidedBy: [other] });
        }
      }
    }
  },
};
