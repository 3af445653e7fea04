import { list, record, text } from '../model/fields';
import { destinationsOf, isForMesh } from '../model/mesh-routes';
import { fullHost } from '../model/mesh-services';
import { NAMESPACE, service } from './mesh-fixtures';
import type { Rule } from './rule';

const scene = (weights: string): string => `${NAMESPACE}${service('orders')}${service('orders-canary')}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec:
  parentRefs: [{ name: edge }]
  rules: [{ backendRefs: [{ name: orders, port: 80, weight: 97 }, { name: orders-canary, port: 80, weight: 3 }] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [${weights}] }]
`;

export const rule: Rule = {
  id: 'NS9706',
  class: 'practice',
  title: 'A canary is split in two places with two shares',
  sees: 'HTTPRoutes and VirtualServices of the mesh that split the same two Services by weight, in other shares.',
  why: 'Requests from outside and calls from inside get the canary in different shares. Whoever moves one of the two believes to have moved the canary.',
  fix: 'split in one place, or give both the same weights',
  covers: ['R38', 'R130'],
  docs: ['https://gateway-api.sigs.k8s.io/guides/traffic-splitting/', 'https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRouteDestination'],
  subjects: ['networking.istio.io/VirtualService'],
  failing: {
    documents: scene('{ destination: { host: orders }, weight: 53 }, { destination: { host: orders-canary }, weight: 47 }'),
    says: 'orders-canary gets 47 % here and 3 % in HTTPRoute shop/orders',
    field: 'spec.http[0].route[1].weight',
  },
  passing: { documents: scene('{ destination: { host: orders }, weight: 97 }, { destination: { host: orders-canary }, weight: 3 }') },
  check(cluster, report) {
    const domain = cluster.facts.clusterDomain;
    const splits = new Map<string, { readonly percent: number; readonly by: ReturnType<typeof cluster.objects>[number]; readonly main: string }>();
    for (const route of cluster.objects('gateway.networking.k8s.io', 'HTTPRoute')) {
      for (const rule_ of list(route.spec.rules).map(record)) {
        const shares = list(rule_.backendRefs).map(record).filter(({ kind }) => (text(kind) ?? 'Service') === 'Service')
          .map((backend) => ({ host: `${String(backend.name)}.${text(backend.namespace) ?? route.namespace}.svc.${domain}`, weight: typeof backend.weight === 'number' ? backend.weight : 1 }));
        const all = shares.reduce((sum, { weight }) => sum + weight, 0);
        if (shares.length !== 2 || all === 0) continue;
        const [small, main] = shares[0]!.weight <= shares[1]!.weight ? [shares[0]!, shares[1]!] : [shares[1]!, shares[0]!];
        splits.set(small.host, { percent: (small.weight / all) * 100, by: route, main: main.host });
      }
    }
    for (const routes of splits.size === 0 ? [] : cluster.objects('networking.istio.io', 'VirtualService')) {
      if (!isForMesh(routes)) continue;
      const all = destinationsOf(routes).filter(({ protocol, mirror, weight }) => protocol === 'http' && !mirror && weight !== undefined);
      for (const { host, weight, path, route } of all) {
        const other = splits.get(fullHost(host, routes.namespace, domain));
        const siblings = all.filter((one) => one.route === route);
        const sum = siblings.reduce((total, one) => total + one.weight!, 0);
        if (!other || sum === 0 || !siblings.some((one) => fullHost(one.host, routes.namespace, domain) === other.main)) continue;
        const percent = (weight! / sum) * 100;
        if (Math.abs(percent - other.percent) < 0.5) continue;
        report(routes, [...path.slice(0, -1), 'weight'], { message: `${host} gets ${round(percent)} % here and ${round(other.percent)} % in ${other.by.toString()}`, decidedBy: [other.by] });
      }
    }
  },
};

function round(percent: number): string {
  return String(Math.round(percent * 10) / 10);
}
