import type { Rule } from './rule';

/** KEDA's defaults. */
const [LEAST, MOST] = [0, 100];

export const rule: Rule = {
  id: 'NS0073',
  class: 'breaks',
  title: 'KEDA refuses the bounds of a ScaledObject',
  sees: 'minReplicaCount, maxReplicaCount and idleReplicaCount of ScaledObjects, with their defaults 0 and 100.',
  why: 'KEDA makes no autoscaler from bounds that contradict each other: the workload keeps the replicas that it has, whatever its queue.',
  fix: 'give idleReplicaCount < minReplicaCount <= maxReplicaCount',
  covers: ['R148'],
  docs: ['https://keda.sh/docs/latest/reference/scaledobject-spec/'],
  subjects: ['keda.sh/ScaledObject'],
  failing: {
    // Newer lines of KEDA have the rule in their schema.
    targets: { keda: '2.16' },
    documents: `
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: orders, namespace: shop }
spec: { scaleTargetRef: { name: orders }, minReplicaCount: 20, maxReplicaCount: 2, triggers: [{ type: cron, metadata: { timezone: Asia/Shanghai, start: "0 8 * * *", end: "0 20 * * *", desiredReplicas: "10" } }] }
`,
    says: 'minReplicaCount is 20, above maxReplicaCount 2',
    field: 'spec.minReplicaCount',
  },
  passing: {
    targets: { keda: '2.16' },
    documents: `
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: orders, namespace: shop }
spec: { scaleTargetRef: { name: orders }, minReplicaCount: 2, maxReplicaCount: 20, idleReplicaCount: 0, triggers: [{ type: cron, metadata: { timezone: Asia/Shanghai, start: "0 8 * * *", end: "0 20 * * *", desiredReplicas: "10" } }] }
`,
  },
  check(cluster, report) {
    for (const scaled of cluster.objects('keda.sh', 'ScaledObject')) {
      const { minReplicaCount: least = LEAST, maxReplicaCount: most = MOST, idleReplicaCount: idle } = scaled.spec as Readonly<Record<string, number | undefined>>;
      if (least > most) report(scaled, ['spec', 'minReplicaCount'], { message: `minReplicaCount is ${least}, above maxReplicaCount ${most}` });
      if (idle !== undefined && idle >= least) report(scaled, ['spec', 'idleReplicaCount'], { message: `idleReplicaCount is ${idle}, not below minReplicaCount ${least}` });
    }
  },
};
