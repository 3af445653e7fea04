import { list, record } from '../model/fields';
import { selectingServices } from '../model/services';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0057',
  class: 'practice',
  title: 'Traffic is sent to pods that nobody asks whether they are ready',
  sees: 'Pods behind a Service of which no container has a readiness probe. Jobs, and Services that publish addresses before they are ready, are passed over.',
  why: 'A pod counts as ready as soon as its process runs: every rollout and every restart sends requests to a program that does not listen yet.',
  fix: 'give the container that answers a readinessProbe',
  covers: ['R72', 'R95'],
  docs: ['https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#readiness-probe'],
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
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4" }] }
`,
    says: 'Service shop/orders sends traffic to Deployment shop/orders, which has no readiness probe',
    field: 'spec.template.spec.containers',
  },
  passing: {
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
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4", readinessProbe: { tcpSocket: { port: 80 } } }] }
`,
  },
  check(cluster, report) {
    const said = new Set<unknown>();
    for (const { service, pods } of cluster.derive(selectingServices)) {
      if (service.spec.publishNotReadyAddresses === true) continue;
      for (const { entry, spec, specPath } of pods) {
        if (!entry.sound || said.has(entry) || entry.group === 'batch') continue;
        const answering = [...list(spec.containers), ...list(spec.initContainers).filter((one) => record(one).restartPolicy === 'Always')];
        if (answering.some((container) => record(container).readinessProbe !== undefined)) continue;
        said.add(entry);
        report(entry, [...specPath, 'containers'], { message: `${service.toString()} sends traffic to ${entry.toString()}, which has no readiness probe`, decidedBy: [service] });
      }
    }
  },
};
