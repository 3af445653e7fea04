import type { ClusterModel } from '../model/cluster-model';
import type { Fields } from '../model/fields';
import { labelsOf, list, record, text } from '../model/fields';
import { beside, resolveHost } from '../model/references';
import { each } from '../model/each';
import type { Entry } from '../model/entry';
import type { Report, Rule } from './rule';

export const rule: Rule = {
  id: 'NS0068',
  class: 'risk',
  title: 'A subset selects no pods of its Service',
  sees: 'Labels of subsets of DestinationRules, together with the selector of the Service that the host names. Services without pods in the documents, and pods that others may make, are passed over.',
  why: 'The subset is a cluster without endpoints: requests that a route sends there are answered 503.',
  fix: 'give the subset a label that pods of the Service have',
  covers: ['R138', 'IST0173'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0173/', 'https://istio.io/latest/docs/reference/config/networking/destination-rule/#Subset'],
  subjects: ['networking.istio.io/DestinationRule'],
  failing: {
    documents: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders, subsets: [{ name: canary, labels: { version: v2-canary } }] }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ name: http, port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders, version: v2 } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4" }] }
`,
    says: 'Subset canary selects no pod of Service shop/orders: none has version=v2-canary',
    field: 'spec.subsets[0].labels',
  },
  passing: {
    documents: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders, subsets: [{ name: canary, labels: { version: v2 } }, { name: all }] }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ name: http, port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders, version: v2 } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4" }] }
`,
  },
  check(cluster, report) {
    if (cluster.open) return;
    each(cluster.objects('networking.istio.io', 'DestinationRule'), checkDestination, cluster, report);
  },
};

function checkDestination(destination: Entry, cluster: ClusterModel, report: Report): void {
  const host = text(destination.spec.host);
  const service = host === undefined ? undefined : resolveHost(cluster, destination.namespace, host).service;
  if (!service?.sound || Object.keys(record(service.spec.selector)).length === 0) return;
  const subsets = list(destination.spec.subsets);
  for (let i = 0; i < subsets.length; i++) checkSubset(destination, service, record(subsets[i]), i, cluster, report);
}

function checkSubset(destination: Entry, service: Entry, subset: Readonly<Record<string, Fields>>, index: number, cluster: ClusterModel, report: Report): void {
  const labels = labelsOf(subset.labels);
  if (Object.keys(labels).length === 0 || hasPods(cluster, service.namespace, { ...labelsOf(service.spec.selector), ...labels }, labelsOf(service.spec.selector))) return;
  const shown = Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(', ');
  report(destination, ['spec', 'subsets', index, 'labels'], { message: `Subset ${String(subset.name)} selects no pod of ${service.toString()}: none has ${shown}`, decidedBy: [service] });
}

/** Whether pods have all the labels, or nobody can say. Clusters of one mesh share their services. */
function hasPods(cluster: ClusterModel, namespace: string, all: Readonly<Record<string, string>>, selector: Readonly<Record<string, string>>): boolean {
  const home = namespace === '' ? undefined : namespace;
  if (cluster.selectByMap(home, selector).length === 0 || cluster.derive(beside).mayHavePods(home, all)) return true;
  if (cluster.has('networking.istio.io', 'WorkloadEntry') || cluster.has('networking.istio.io', 'WorkloadGroup')) return true;
  return cluster.world.clusters.some((one) => one.selectByMap(home, all).length > 0);
}
