import type { Autoscaler } from '../model/autoscalers';
import { autoscalers } from '../model/autoscalers';
import type { PodGroup } from '../model/pods';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0074',
  class: 'breaks',
  title: 'Two autoscalers have the same pods',
  sees: 'HorizontalPodAutoscalers and ScaledObjects with one target, or whose targets select pods of each other.',
  why: 'The controller finds the pods under several autoscalers, says AmbiguousSelector, and scales none of them; an autoscaler beside KEDA fights for the number of replicas.',
  fix: 'keep one autoscaler for each workload, and give workloads selectors that are their own',
  covers: ['R148'],
  docs: ['https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/'],
  subjects: ['autoscaling/HorizontalPodAutoscaler', 'keda.sh/ScaledObject'],
  failing: {
    documents: `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: stable, namespace: shop }
spec: { maxReplicas: 4, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: stable } }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: canary, namespace: shop }
spec: { maxReplicas: 4, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: canary } }
${deployment('stable', '{ app: orders }', '{ app: orders, version: v1 }')}${deployment('canary', '{ app: orders, version: v2 }', '{ app: orders, version: v2 }')}`,
    says: 'HorizontalPodAutoscaler shop/canary scales pods that HorizontalPodAutoscaler shop/stable finds, too',
    field: 'spec.scaleTargetRef',
  },
  passing: {
    documents: `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: stable, namespace: shop }
spec: { maxReplicas: 4, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: stable } }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: canary, namespace: shop }
spec: { maxReplicas: 4, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: canary } }
${deployment('stable', '{ app: orders, version: v1 }', '{ app: orders, version: v1 }')}${deployment('canary', '{ app: orders, version: v2 }', '{ app: orders, version: v2 }')}`,
  },
  check(cluster, report) {
    const byTarget = new Map<string, Autoscaler>();
    const byPods = new Map<PodGroup, Autoscaler>();
    for (const scaler of cluster.derive(autoscalers).all) {
      const twin = byTarget.get(scaler.key);
      if (twin) {
        report(scaler.entry, ['spec', 'scaleTargetRef'], { message: `${scaler.entry.toString()} scales what ${twin.entry.toString()} scales, too`, decidedBy: [twin.entry] });
        continue;
      }
      byTarget.set(scaler.key, scaler);
      if (!scaler.target?.sound) continue;
      const pods = cluster.select(scaler.entry.namespace, scaler.target.spec.selector) ?? [];
      const other = pods.map((group) => byPods.get(group)).find((one) => one !== undefined);
      if (other) {
        report(scaler.entry, ['spec', 'scaleTargetRef'], {
          message: `${scaler.entry.toString()} scales pods that ${other.entry.toString()} finds, too: the selectors of ${scaler.target.toString()} and ${other.target!.toString()} overlap`,
          decidedBy: [other.entry, scaler.target, other.target!],
        });
      }
      for (const group of pods) if (!byPods.has(group)) byPods.set(group, scaler);
    }
  },
};

function deployment(name: string, selector: string, labels: string): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: ${selector} }
  template:
    metadata: { labels: ${labels} }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4" }] }
`;
}
