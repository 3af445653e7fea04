import { list, record } from '../model/fields';
import { POD_KINDS } from '../model/pods';
import { each } from '../model/each';
import type { PodGroup } from '../model/pods';
import type { Report, Rule } from './rule';

export const rule: Rule = {
  id: 'NS0081',
  class: 'risk',
  title: 'Two containers of a pod declare the same port',
  sees: 'Numbers and protocols of the ports of all containers and sidecars of a pod.',
  why: 'The containers of a pod share one network: the second program that binds the port fails, and its container is restarted again and again.',
  fix: 'have one of them listen on another port',
  covers: ['R125'],
  docs: ['https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking'],
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
        - { name: orders, image: "registry.example.com/orders:1.7.4", ports: [{ containerPort: 8080 }] }
        - { name: proxy, image: "registry.example.com/proxy:1", ports: [{ containerPort: 8080 }] }
`,
    says: 'Containers orders and proxy both declare port 8080/TCP',
    field: 'spec.template.spec.containers[1].ports[0]',
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
        - { name: orders, image: "registry.example.com/orders:1.7.4", ports: [{ containerPort: 8080 }] }
        - { name: proxy, image: "registry.example.com/proxy:1", ports: [{ containerPort: 8443 }, { containerPort: 8080, protocol: UDP }] }
      initContainers:
        - { name: migrate, image: "registry.example.com/migrate:1", ports: [{ containerPort: 8080 }] }
`,
  },
  check(cluster, report) {
    each(cluster.pods, checkPods, report);
  },
};

function checkPods({ entry, spec, specPath }: PodGroup, report: Report): void {
  if (!entry.sound || list(spec.containers).length + list(spec.initContainers).length < 2) return;
  const claimed = new Map<string, string>();
  for (const part of ['initContainers', 'containers']) {
    list(spec[part]).map(record).forEach((container, i) => {
      if (part === 'initContainers' && container.restartPolicy !== 'Always') return;
      list(container.ports).map(record).forEach(({ containerPort, protocol = 'TCP' }, j) => {
        const key = `${String(containerPort)}/${String(protocol)}`;
        const first = claimed.get(key);
        if (first === undefined) claimed.set(key, String(container.name));
        else if (first !== container.name) report(entry, [...specPath, part, i, 'ports', j], { message: `Containers ${first} and ${String(container.name)} both declare port ${key}` });
      });
    });
  }
}
