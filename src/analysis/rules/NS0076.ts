import type { Entry } from '../model/entry';
import type { PodGroup } from '../model/pods';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0076',
  class: 'breaks',
  title: 'Two disruption budgets have the same pods',
  sees: 'PodDisruptionBudgets of a namespace that select the same pods.',
  why: 'The eviction of such a pod is refused with an error, whatever the budgets allow: nodes cannot be drained, and updates of the cluster stop there.',
  fix: 'keep one budget for the pods',
  docs: ['https://kubernetes.io/docs/tasks/run-application/configure-pdb/#arbitrary-controllers-and-selectors'],
  subjects: ['policy/PodDisruptionBudget'],
  failing: {
    documents: `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: all, namespace: shop }
spec: { maxUnavailable: 1, selector: {} }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: orders, namespace: shop }
spec: { minAvailable: 1, selector: { matchLabels: { app: orders } } }
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
    says: 'PodDisruptionBudget shop/orders selects the pods of Deployment shop/orders, and so does PodDisruptionBudget shop/all',
    field: 'spec.selector',
  },
  passing: {
    documents: `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: others, namespace: shop }
spec: { maxUnavailable: 1, selector: { matchExpressions: [{ key: app, operator: NotIn, values: [orders] }] } }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: orders, namespace: shop }
spec: { minAvailable: 1, selector: { matchLabels: { app: orders } } }
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
  },
  check(cluster, report) {
    const budgets = new Map<PodGroup, Entry>();
    for (const budget of cluster.objects('policy', 'PodDisruptionBudget')) {
      const pods = budget.spec.selector === undefined || budget.namespace === '' ? [] : cluster.select(budget.namespace, budget.spec.selector) ?? [];
      const shared = pods.find((group) => budgets.has(group) && group.entry.group !== 'batch');
      if (shared) {
        const other = budgets.get(shared)!;
        report(budget, ['spec', 'selector'], { message: `${budget.toString()} selects the pods of ${shared.entry.toString()}, and so does ${other.toString()}`, decidedBy: [other, shared.entry] });
      }
      for (const group of pods) if (!budgets.has(group)) budgets.set(group, budget);
    }
  },
};
