import type { Fields } from '../model/fields';
import { list, record, text } from '../model/fields';
import { POD_KINDS } from '../model/pods';
import { suggest } from '../schema/suggest';
import { each } from '../model/each';
import type { PodGroup } from '../model/pods';
import type { Report, Rule } from './rule';

/** Fields of a container and of its lifecycle that call it, with their words. */
const HANDLERS = [
  { field: 'readinessProbe', words: 'readiness probe', hook: false }, { field: 'livenessProbe', words: 'liveness probe', hook: false },
  { field: 'startupProbe', words: 'startup probe', hook: false }, { field: 'postStart', words: 'hook after start', hook: true }, { field: 'preStop', words: 'hook before stop', hook: true },
] as const;

export const rule: Rule = {
  id: 'NS0043',
  class: 'breaks',
  title: 'A probe asks a port name that its container does not have',
  sees: 'Probes and lifecycle hooks of every container that name their port. The kubelet looks only into the ports of the same container.',
  why: 'The probe fails for ever: the container is restarted again and again, or never becomes ready and gets no traffic.',
  fix: 'give the container port the name, or name one that it has',
  covers: ['R72'],
  docs: ['https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#use-a-named-port'],
  subjects: POD_KINDS,
  failing: {
    documents: `
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
          readinessProbe: { httpGet: { path: /health, port: web } }
`,
    says: 'The readiness probe of container orders asks port web, and the container has http',
    field: 'spec.template.spec.containers[0].readinessProbe.httpGet.port',
  },
  passing: {
    documents: `
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
          readinessProbe: { httpGet: { path: /health, port: http } }
          livenessProbe: { tcpSocket: { port: 9999 } }
`,
  },
  check(cluster, report) {
    each(cluster.pods, checkPods, report);
  },
};

function checkPods({ entry, spec, specPath }: PodGroup, report: Report): void {
  if (!entry.sound) return;
  for (const part of PARTS) {
    const containers = list(spec[part]);
    for (let i = 0; i < containers.length; i++) {
      const container = record(containers[i]);
      for (const handler of HANDLERS) {
        const called = record((handler.hook ? record(container.lifecycle) : container)[handler.field]);
        for (const action of ACTIONS) {
          const port: unknown = record(called[action]).port;
          if (typeof port !== 'string' || hasName(list(container.ports), port) || /^\d+$/.test(port)) continue;
          const names = list(container.ports).map((one) => text(record(one).name)).filter((name) => name !== undefined);
          const near = suggest(port, names);
          report(entry, [...specPath, part, i, ...handler.hook ? ['lifecycle'] : [], handler.field, action, 'port'], {
            message: `The ${handler.words} of container ${String(container.name)} asks port ${port}, and the container has ${names.length === 0 ? 'no names of ports' : names.join(', ')}`,
            ...near !== undefined && { fix: `name ${near}` },
          });
        }
      }
    }
  }
}

const PARTS = ['containers', 'initContainers'] as const;
const ACTIONS = ['httpGet', 'tcpSocket'] as const;

function hasName(ports: readonly Fields[], name: string): boolean {
  for (const port of ports) if (name !== '' && record(port).name === name) return true;
  return false;
}
