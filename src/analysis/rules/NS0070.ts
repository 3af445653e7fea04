import { list, record } from '../model/fields';
import { POD_KINDS } from '../model/pods';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0070',
  class: 'practice',
  title: 'A container may run as root',
  sees: 'Containers without runAsNonRoot: true and without a runAsUser above 0, of their own or of their pod. Pods on the host network and in kube-system are passed over.',
  why: 'Whoever breaks out of a program that runs as root is root where he lands.',
  fix: 'set runAsNonRoot: true in the securityContext of the pod, and take an image with a user of its own',
  covers: ['R145'],
  docs: ['https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted'],
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
      containers: [{ name: orders, image: "registry.example.com/orders:1.7.4" }]
`,
    says: 'Container orders may run as root',
    field: 'spec.template.spec.containers[0]',
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
      securityContext: { runAsNonRoot: true }
      containers: [{ name: orders, image: "registry.example.com/orders:1.7.4" }, { name: side, image: "registry.example.com/side:1", securityContext: { runAsUser: 65532 } }]
`,
  },
  check(cluster, report) {
    for (const { entry, hostNetwork, namespace, spec, specPath } of cluster.pods) {
      if (!entry.sound || hostNetwork || namespace === 'kube-system') continue;
      const pod = record(spec.securityContext);
      for (const part of ['containers', 'initContainers']) {
        list(spec[part]).map(record).forEach((container, i) => {
          const { runAsNonRoot = pod.runAsNonRoot, runAsUser = pod.runAsUser } = record(container.securityContext);
          if (runAsNonRoot === true || (typeof runAsUser === 'number' && runAsUser > 0)) return;
          report(entry, [...specPath, part, i], { message: `Container ${String(container.name)} may run as root` });
        });
      }
    }
  },
};
