import { each } from '../model/each';
import type { Fields } from '../model/fields';
import { list } from '../model/fields';
import type { PodGroup } from '../model/pods';
import type { SelectingService } from '../model/services';
import { namePods, selectingServices } from '../model/services';
import { suggest } from '../schema/suggest';
import type { Report, Rule } from './rule';

/** Ports of sidecars that a mesh puts into pods, by their names. */
const INJECTED = /^(?:http-envoy-(?:prom|admin)|status-port|mesh-metrics|linkerd-(?:admin|proxy))$/;

export const rule: Rule = {
  id: 'NS0040',
  class: 'breaks',
  title: 'A Service leads to a port name that its pods do not have',
  sees: 'Names in targetPort of Services with a selector. Names of ports that a mesh puts into pods are passed over, and so are Services before pods that the documents do not have.',
  why: 'A named target is looked up in each pod: pods without a container port of that name and protocol get no endpoint, and every connection to the port is refused.',
  fix: 'give the container port the name, or lead to one that it has',
  covers: ['analysis 1.3: targetPort vs containerPort'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports'],
  subjects: ['/Service'],
  failing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ port: 80, targetPort: htpp }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      containers:
        - name: orders
          image: registry.example.com/orders:1.7.4
          ports: [{ name: http, containerPort: 8080 }]
`,
    says: 'Service shop/orders leads port 80 to htpp, and Deployment shop/orders has no TCP port of that name',
    field: 'spec.ports[0].targetPort',
  },
  passing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ name: web, port: 80, targetPort: http }, { name: prom, port: 81, targetPort: http-envoy-prom }, { name: raw, port: 82, targetPort: 8082 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      containers:
        - name: orders
          image: registry.example.com/orders:1.7.4
          ports: [{ name: http, containerPort: 8080 }]
`,
  },
  check(cluster, report) {
    if (!cluster.open) each(cluster.derive(selectingServices), checkService, report);
  },
};

function checkService({ service, pods, more }: SelectingService, report: Report): void {
  if (more || pods.length === 0) return;
  const ports = list(service.spec.ports);
  for (let i = 0; i < ports.length; i++) {
    const { port, targetPort, protocol = 'TCP' }: Fields = ports[i];
    if (typeof targetPort !== 'string' || hasPort(pods, targetPort, protocol) || /^\d+$/.test(targetPort) || INJECTED.test(targetPort) || pods.some(({ entry }) => !entry.sound)) continue;
    const names = [...new Set(pods.flatMap((group) => group.ports.map((one) => one.name)))].filter((name) => name !== undefined);
    const near = suggest(targetPort, names);
    report(service, ['spec', 'ports', i, 'targetPort'], {
      message: `${service.toString()} leads port ${String(port)} to ${targetPort}, and ${namePods(pods)} ${pods.length === 1 ? 'has' : 'have'} no ${String(protocol)} port of that name`,
      ...near !== undefined && { fix: `lead to ${near}` },
      decidedBy: pods.slice(0, 3).map(({ entry }) => entry),
    });
  }
}

function hasPort(pods: readonly PodGroup[], wanted: string, protocol: unknown): boolean {
  for (const { ports } of pods) for (const one of ports) if (one.name === wanted && one.protocol === protocol) return true;
  return false;
}
