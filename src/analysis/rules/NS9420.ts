import { splits } from '../model/weights';
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { list, record } from '../model/fields';
import { matches, requirementsOf } from '../model/selector';
import type { Rule } from './rule';

const SYSTEM = (labels: string): string => `
apiVersion: v1
kind: Service
metadata: { name: orders-canary, namespace: shop, labels: ${labels} }
spec: { selector: { app: orders, version: canary }, ports: [{ name: http, port: 8080 }] }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop, labels: { app: orders } }
spec: { selector: { app: orders }, ports: [{ name: http, port: 8080 }] }
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, endpoints: [{ port: http }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec:
  parentRefs: [{ name: web }]
  rules: [{ backendRefs: [{ name: orders, port: 8080, weight: 97 }, { name: orders-canary, port: 8080, weight: 3 }] }]
`;

export const rule: Rule = {
  id: 'NS9420',
  class: 'practice',
  title: 'A canary gets requests and nobody watches it',
  sees: 'Backends of a split that are called canary, in clusters that use ServiceMonitors or PodMonitors: whether one of them selects the Service of the canary or its pods.',
  why: 'Its errors do not show: the share is raised on trust.',
  fix: 'give the Service of the canary the labels that the ServiceMonitor selects',
  covers: ['R36'],
  docs: ['https://prometheus-operator.dev/docs/developer/getting-started/'],
  subjects: ['monitoring.coreos.com/ServiceMonitor', 'monitoring.coreos.com/PodMonitor'],
  failing: { documents: SYSTEM('{ app: orders-canary }'), says: 'Canary orders-canary gets requests, and no ServiceMonitor or PodMonitor selects it', field: 'spec.rules[0].backendRefs[1]' },
  passing: { documents: SYSTEM('{ app: orders, version: canary }') },
  check(cluster, report) {
    if (cluster.open) return;
    for (const { at, shares } of cluster.derive(splits)) {
      for (const share of shares) {
        const { name, weight, canary } = share;
        // Subsets share a Service with the stable version.
        if (!canary || weight === 0 || name.includes(' ')) continue;
        const service = cluster.find('', 'Service', at.namespace, name);
        if (!service?.sound || isWatched(cluster, service)) continue;
        report(at, share.path, { message: `Canary ${name} gets requests, and no ServiceMonitor or PodMonitor selects it`, decidedBy: [service] });
      }
    }
  },
};

function isWatched(cluster: ClusterModel, service: Entry): boolean {
  if (Object.keys(service.annotations).some((key) => key.startsWith('prometheus.io/'))) return true;
  const pods = cluster.selectByMap(service.namespace, service.spec.selector);
  if (pods.some(({ annotations }) => Object.keys(annotations).some((key) => key.startsWith('prometheus.io/')))) return true;
  const watches = (monitor: Entry, labels: readonly Readonly<Record<string, string>>[]): boolean => {
    const { any, matchNames } = record(monitor.spec.namespaceSelector);
    const near = any === true || (list(matchNames).length > 0 ? list(matchNames).includes(service.namespace) : monitor.namespace === service.namespace);
    const requirements = requirementsOf(record(monitor.spec.selector));
    return near && (requirements === undefined || labels.some((one) => matches(one, requirements)));
  };
  return cluster.objects('monitoring.coreos.com', 'ServiceMonitor').some((monitor) => watches(monitor, [service.labels]))
    || cluster.objects('monitoring.coreos.com', 'PodMonitor').some((monitor) => watches(monitor, pods.length > 0 ? pods.map(({ labels }) => labels) : [record(service.spec.selector)]))
    || cluster.entries.some(({ kind }) => kind === 'ScrapeConfig' || kind === 'VMServiceScrape');
}
