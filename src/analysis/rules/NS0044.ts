import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { list, record, text } from '../model/fields';
import { beside } from '../model/references';
import type { Selection } from '../model/selections';
import { labelsOfRequirements, monitors, servicesOf } from '../model/selections';
import { suggest } from '../schema/suggest';
import type { Rule } from './rule';

/** Ports that a mesh puts into pods. */
const INJECTED = /^(?:http-envoy-(?:prom|admin)|mesh-metrics|linkerd-(?:admin|proxy))$/;

export const rule: Rule = {
  id: 'NS0044',
  class: 'risk',
  title: 'A monitor asks a port that what it selects does not have',
  sees: 'Names of ports in ServiceMonitors, against the Services that they select, and in PodMonitors, against the pods. Numbers and targetPort are passed over.',
  why: 'The monitor makes no target: nothing is measured, and alerts on what is missing are the first to say so, if there are any.',
  fix: 'name a port that the Services or pods have',
  covers: ['R73'],
  docs: ['https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.Endpoint'],
  subjects: ['monitoring.coreos.com/ServiceMonitor', 'monitoring.coreos.com/PodMonitor'],
  failing: {
    documents: `
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, endpoints: [{ port: metric }] }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop, labels: { app: orders } }
spec: { ports: [{ name: http, port: 80 }, { name: metrics, port: 9090 }] }
`,
    says: 'ServiceMonitor shop/orders asks port metric, and Service shop/orders has http, metrics',
    field: 'spec.endpoints[0].port',
  },
  passing: {
    documents: `
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, endpoints: [{ port: metrics }] }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop, labels: { app: orders } }
spec: { ports: [{ name: http, port: 80 }, { name: metrics, port: 9090 }] }
`,
  },
  check(cluster, report) {
    for (const selection of cluster.derive(monitors)) {
      const { entry } = selection;
      if (selection.namespaces === undefined) continue;
      const [field, found] = entry.kind === 'ServiceMonitor' ? ['endpoints', portsOfServices(cluster, selection)] as const : ['podMetricsEndpoints', portsOfPods(cluster, selection)] as const;
      if (!found) continue;
      list(entry.spec[field]).forEach((endpoint, i) => {
        const port = text(record(endpoint).port);
        if (port === undefined || found.names.includes(port) || INJECTED.test(port)) return;
        const near = suggest(port, found.names);
        report(entry, ['spec', field, i, 'port'], {
          message: `${entry.toString()} asks port ${port}, and ${found.first.toString()}${found.count === 1 ? ' has' : ` and ${found.count - 1} more have`} ${found.names.length === 0 ? 'no names of ports' : found.names.join(', ')}`,
          ...near !== undefined && { fix: `name ${near}` },
          decidedBy: [found.first],
        });
      });
    }
  },
};

interface FoundPorts {
  readonly first: Entry;
  readonly count: number;
  readonly names: readonly string[];
}

function portsOfServices(cluster: ClusterModel, { namespaces, requirements }: Selection): FoundPorts | undefined {
  const services = namespaces!.flatMap((home) => servicesOf(cluster, home, requirements));
  if (services.length === 0 || namespaces!.some((home) => cluster.derive(beside).isOpen(home))) return undefined;
  return { first: services[0]!, count: services.length, names: named(services.flatMap((service) => list(service.spec.ports))) };
}

function portsOfPods(cluster: ClusterModel, { namespaces, requirements }: Selection): FoundPorts | undefined {
  const pods = namespaces!.flatMap((home) => cluster.selectBy(home, requirements));
  if (pods.length === 0 || pods.some(({ entry }) => !entry.sound)) return undefined;
  if (namespaces!.some((home) => cluster.derive(beside).mayHavePods(home, labelsOfRequirements(requirements)))) return undefined;
  return { first: pods[0]!.entry, count: pods.length, names: named(pods.flatMap(({ ports }) => ports)) };
}

function named(ports: readonly unknown[]): string[] {
  return [...new Set(ports.map((port) => text(record(port).name)).filter((name) => name !== undefined))];
}
