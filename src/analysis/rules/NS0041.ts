import { each } from '../model/each';
import type { Entry } from '../model/entry';
import { list, record } from '../model/fields';
import type { PodGroup } from '../model/pods';
import type { SelectingService } from '../model/services';
import { namePods, selectingServices } from '../model/services';
import type { Report, Rule } from './rule';

/** Ports that are there to be measured or asked for health, and that say nothing of where the program listens. */
const AUXILIARY = /metric|prom|health|probe|status|admin|debug|envoy|pprof|telemetry/i;

export const rule: Rule = {
  id: 'NS0041',
  class: 'risk',
  title: 'A Service leads to none of the ports that its pods declare',
  sees: 'Services of which no port, by number, is one that the pods declare, where each pod declares a port that is more than metrics or health. A container may listen on ports that it does not declare, so one port of several says nothing.',
  why: 'Where the declared port is the one that the program listens on, every connection through the Service is refused.',
  fix: 'set targetPort to the container port',
  covers: ['analysis 1.3: targetPort vs containerPort'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports'],
  subjects: ['/Service'],
  failing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ port: 80 }] }
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
    says: 'Service shop/orders leads to port 80, and Deployment shop/orders declares 8080',
    field: 'spec.ports[0].port',
  },
  passing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ name: http, port: 80, targetPort: 8080 }, { name: metrics, port: 9090 }] }
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
  if (more || pods.length === 0 || hasNamedTarget(service)) return;
  if (pods.some(({ entry, ports }) => !entry.sound || !ports.some(({ name = '' }) => !AUXILIARY.test(name)))) return;
  const ports = list(service.spec.ports).map(record);
  const targets = ports.map(({ port, targetPort }) => Number(targetPort ?? port));
  if (ports.length === 0 || targets.some(Number.isNaN)) return;
  const declared = new Set(pods.flatMap((group) => group.ports.map(({ number }) => number)));
  // Without an address of its own a Service leads nowhere: its callers choose the port. And who tells the program of the port has chosen it.
  if (targets.some((target) => declared.has(target)) || service.spec.clusterIP === 'None' || pods.some((group) => targets.some((target) => isSaid(group, target)))) return;
  const shown = [...declared].sort((a, b) => a - b).join(', ');
  report(service, ['spec', 'ports', 0, ports[0]!.targetPort === undefined ? 'port' : 'targetPort'], {
    message: `${service.toString()} leads to port ${targets.join(', ')}, and ${namePods(pods)} ${pods.length === 1 ? 'declares' : 'declare'} ${shown}`,
    fix: `set targetPort to ${declared.size === 1 ? shown : `one of ${shown}`}`,
    decidedBy: pods.slice(0, 3).map(({ entry }) => entry),
  });
}

/** Whether some port leads to pods by name, so that no numbers are to be compared. */
function hasNamedTarget({ spec }: Entry): boolean {
  for (const { targetPort } of list(spec.ports)) if (typeof targetPort === 'string' && Number.isNaN(Number(targetPort))) return true;
  return false;
}

/** Whether a port stands in the arguments, the environment or the probes of pods. */
function isSaid({ spec }: PodGroup, port: number): boolean {
  const number = new RegExp(`(?:^|\\D)${port}(?:\\D|$)`);
  return list(spec.containers).map(record).some(({ args, command, env, livenessProbe, readinessProbe, startupProbe }) =>
    number.test(JSON.stringify([args, command, env, livenessProbe, readinessProbe, startupProbe])));
}
