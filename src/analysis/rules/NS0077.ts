import type { PodGroup } from '../model/pods';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0077',
  class: 'practice',
  title: 'A disruption budget lets no pod be moved',
  sees: 'PodDisruptionBudgets with maxUnavailable 0, with minAvailable 100%, or with a minAvailable that is all the replicas of the workload that they select, where no autoscaler makes more.',
  why: 'A node with such a pod cannot be drained: every update of the cluster waits for somebody who deletes the pod by hand.',
  fix: 'allow one pod to be away: maxUnavailable: 1, with two replicas or more',
  docs: ['https://kubernetes.io/docs/tasks/run-application/configure-pdb/'],
  subjects: ['policy/PodDisruptionBudget'],
  failing: {
    documents: `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: orders, namespace: shop }
spec: { minAvailable: 2, selector: { matchLabels: { app: orders } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4" }] }
`,
    says: 'PodDisruptionBudget shop/orders keeps 2 pods, and Deployment shop/orders has 2',
    field: 'spec.minAvailable',
  },
  passing: {
    documents: `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: orders, namespace: shop }
spec: { minAvailable: 2, selector: { matchLabels: { app: orders } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  replicas: 3
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4" }] }
`,
  },
  check(cluster, report) {
    const scaled = new Set(['HorizontalPodAutoscaler', 'ScaledObject'].flatMap((kind) => cluster.objects(kind === 'ScaledObject' ? 'keda.sh' : 'autoscaling', kind))
      .map(({ namespace, spec }) => `${namespace}/${String(spec.scaleTargetRef?.name)}`));
    for (const budget of cluster.objects('policy', 'PodDisruptionBudget')) {
      const { maxUnavailable, minAvailable, selector } = budget.spec;
      if (maxUnavailable === 0 || maxUnavailable === '0%') report(budget, ['spec', 'maxUnavailable'], { message: `${budget.toString()} lets no pod be away` });
      else if (minAvailable === '100%') report(budget, ['spec', 'minAvailable'], { message: `${budget.toString()} keeps all pods` });
      else if (typeof minAvailable === 'number' && minAvailable > 0 && selector !== undefined) {
        const pods: readonly PodGroup[] = cluster.select(budget.namespace, selector) ?? [];
        const fixed = pods.length > 0 && pods.every(({ entry }) => entry.sound && ['Deployment', 'StatefulSet', 'ReplicaSet'].includes(entry.kind) && !scaled.has(`${entry.namespace}/${entry.name}`));
        const replicas = pods.reduce((sum, { entry }) => sum + (typeof entry.spec.replicas === 'number' ? entry.spec.replicas : 1), 0);
        if (!fixed || minAvailable < replicas) continue;
        report(budget, ['spec', 'minAvailable'], { message: `${budget.toString()} keeps ${minAvailable} pods, and ${pods[0]!.entry.toString()} has ${replicas}`, decidedBy: pods.slice(0, 3).map(({ entry }) => entry) });
      }
    }
  },
};
