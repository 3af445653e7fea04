import type { Entry } from '../model/entry';
import { list } from '../model/fields';
import { isForMesh, seenTogether } from '../model/mesh-routes';
import { fullHost } from '../model/mesh-services';
import type { Rule } from './rule';

const routes = (name: string, exportTo: string, namespace: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  hosts: [orders.shop.svc.cluster.local]
  exportTo: ["${exportTo}"]
  http: [{ route: [{ destination: { host: orders.shop.svc.cluster.local } }] }]
---`;

export const rule: Rule = {
  id: 'NS3043',
  class: 'risk',
  title: 'Two VirtualServices of the mesh are for the same host',
  sees: 'VirtualServices for sidecars with the same host and routes of the same protocol that some namespace sees both of (exportTo). Those of gateways are merged and passed over.',
  why: 'A sidecar takes one VirtualService for a host, the older one, and ignores the other altogether: timeouts, retries and canaries of one of them do not exist.',
  fix: 'put the routes into one VirtualService, or divide them by delegates or exportTo',
  covers: ['IST0109'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0109/', 'https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services'],
  subjects: ['networking.istio.io/VirtualService'],
  failing: {
    documents: `${routes('orders', '*', 'shop')}${routes('orders-timeouts', '.', 'web')}`,
    says: 'VirtualService shop/orders has routes for orders.shop.svc.cluster.local, too, and a sidecar takes only one of the two',
    field: 'spec.hosts[0]',
  },
  passing: { documents: `${routes('orders', '.', 'shop')}${routes('orders-timeouts', '.', 'web')}` },
  check(cluster, report) {
    const byHost = new Map<string, Array<{ readonly entry: Entry; readonly index: number }>>();
    for (const entry of cluster.objects('networking.istio.io', 'VirtualService')) {
      if (!isForMesh(entry)) continue;
      for (const [index, host] of list(entry.spec.hosts).map(String).entries()) {
        const key = fullHost(host, entry.namespace, cluster.facts.clusterDomain);
        const known = byHost.get(key);
        if (known) known.push({ entry, index });
        else byHost.set(key, [{ entry, index }]);
      }
    }
    for (const [host, all] of byHost) {
      for (const { entry, index } of all.length > 1 && all.length < 100 ? all : []) {
        const other = all.find((one) => one.entry !== entry && seenTogether(one.entry, entry) && PROTOCOLS.some((key) => has(one.entry, key) && has(entry, key)));
        if (other) report(entry, ['spec', 'hosts', index], { message: `${other.entry.toString()} has routes for ${host}, too, and a sidecar takes only one of the two`, decidedBy: [other.entry] });
      }
    }
  },
};

const PROTOCOLS = ['http', 'tls', 'tcp'] as const;

function has(entry: Entry, protocol: string): boolean {
  return list(entry.spec[protocol]).length > 0;
}
