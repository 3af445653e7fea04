import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { list, record, text } from '../model/fields';
import type { PodGroup } from '../model/pods';
import { requirementsOf } from '../model/selector';
import { monitors, servicesOf } from '../model/selections';
import { selectingServices } from '../model/services';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0058',
  class: 'practice',
  title: 'Metrics are offered and nobody reads them',
  sees: 'Services with a port called metrics, in documents that have monitors of the Prometheus operator, which neither a ServiceMonitor nor a PodMonitor selects and which no prometheus.io annotation offers.',
  why: 'The program measures itself and nobody looks: its errors and latency are in no board and no alert.',
  fix: 'add a ServiceMonitor for the port',
  covers: ['R73'],
  docs: ['https://prometheus-operator.dev/docs/developer/getting-started/'],
  subjects: ['monitoring.coreos.com/ServiceMonitor', 'monitoring.coreos.com/PodMonitor'],
  failing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop, labels: { app: orders } }
spec: { selector: { app: orders }, ports: [{ name: metrics, port: 9090 }] }
---
apiVersion: v1
kind: Service
metadata: { name: carts, namespace: shop, labels: { app: carts } }
spec: { selector: { app: carts }, ports: [{ name: metrics, port: 9090 }] }
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, endpoints: [{ port: metrics }] }
`,
    says: 'No monitor reads port metrics of Service shop/carts',
    field: 'spec.ports[0].name',
  },
  passing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop, labels: { app: orders } }
spec: { selector: { app: orders }, ports: [{ name: metrics, port: 9090 }] }
---
apiVersion: v1
kind: Service
metadata: { name: carts, namespace: shop, labels: { app: carts }, annotations: { prometheus.io/scrape: "true" } }
spec: { selector: { app: carts }, ports: [{ name: metrics, port: 9090 }] }
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, endpoints: [{ port: metrics }] }
`,
  },
  check(cluster, report) {
    const { services, pods, everything } = cluster.derive(monitored);
    if (everything) return;
    for (const { service, pods: behind } of cluster.derive(selectingServices)) {
      const index = list(service.spec.ports).findIndex((port) => /^(?:http-)?metrics$/.test(text(record(port).name) ?? ''));
      if (index === -1 || services.has(service) || behind.some((group) => pods.has(group) || offered(group.annotations)) || offered(service.annotations)) continue;
      // Pods that nobody sees, of an operator, may be read one by one.
      if (behind.length === 0 && cluster.has('monitoring.coreos.com', 'PodMonitor')) continue;
      report(service, ['spec', 'ports', index, 'name'], { message: `No monitor reads port ${String(list(service.spec.ports)[index].name)} of ${service.toString()}` });
    }
  },
};

function offered(annotations: Readonly<Record<string, string>>): boolean {
  return annotations['prometheus.io/scrape'] === 'true';
}

function monitored(cluster: ClusterModel): { readonly services: ReadonlySet<Entry>; readonly pods: ReadonlySet<PodGroup>; readonly everything: boolean } {
  const services = new Set<Entry>();
  const pods = new Set<PodGroup>();
  // A monitor with an empty selector, or one that looks into every namespace, may well be meant for all.
  let everything = false;
  for (const kind of ['ServiceMonitor', 'PodMonitor']) {
    for (const { spec } of cluster.objects('monitoring.coreos.com', kind)) everything ||= record(spec.namespaceSelector).any === true || requirementsOf(spec.selector)?.length === 0;
  }
  for (const { entry, namespaces, requirements } of cluster.derive(monitors)) {
    for (const home of namespaces ?? []) {
      if (entry.kind === 'ServiceMonitor') for (const service of servicesOf(cluster, home, requirements)) services.add(service);
      else for (const group of cluster.selectBy(home, requirements)) pods.add(group);
    }
  }
  return { services, pods, everything };
}
