import { record, text } from '../model/fields';
import { references } from '../model/references';
import { subsets } from '../model/subsets';
import { suggest } from '../schema/suggest';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0036',
  class: 'breaks',
  title: 'A route names a subset that no DestinationRule of the same host has',
  sees: 'Every pair of host and subset in routes, mirrors and egress proxies of Istio, against all DestinationRules of that host, wildcards too.',
  why: 'The sidecar knows no cluster for the subset: every request that the route sends there is answered 503.',
  fix: 'add the subset to the DestinationRule of the host, or correct its name',
  covers: ['R16', 'IST0101'],
  docs: ['https://istio.io/latest/docs/reference/config/networking/destination-rule/'],
  subjects: ['networking.istio.io/VirtualService', 'networking.istio.io/Sidecar'],
  failing: {
    documents: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: orders, subset: canary } }] }]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: payments, namespace: shop }
spec: { host: payments, subsets: [{ name: canary, labels: { version: v2 } }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders.shop.svc.cluster.local, subsets: [{ name: stable, labels: { version: v1 } }] }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: payments, namespace: shop }
spec: { ports: [{ name: http, port: 80 }] }
`,
    says: 'Host orders has no subset canary; it has stable',
    field: 'spec.http[0].route[0].destination.subset',
  },
  passing: {
    documents: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: orders, subset: canary } }] }]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders.shop.svc.cluster.local, subsets: [{ name: stable, labels: { version: v1 } }, { name: canary, labels: { version: v2 } }] }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }] }
`,
  },
  check(cluster, report) {
    if (cluster.open) return;
    for (const link of cluster.derive(references).subsets) {
      const wanted = text(record(link.value).subset)!;
      const found = cluster.derive(subsets).of(link.from.namespace, link.name);
      if (!found || found.some(({ name }) => name === wanted)) continue;
      const names = [...new Set(found.map(({ name }) => name))];
      const near = suggest(wanted, names);
      report(link.from, [...link.path, 'subset'], {
        message: `Host ${link.name} has no subset ${wanted}; ${names.length === 0 ? 'no DestinationRule gives it any' : `it has ${names.join(', ')}`}`,
        ...near !== undefined && { fix: `name subset ${near}` },
        decidedBy: [...new Set(found.map(({ rule: one }) => one))],
      });
    }
  },
};
