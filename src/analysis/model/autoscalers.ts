// Autoscalers: HorizontalPodAutoscalers, and ScaledObjects of KEDA, which makes one for each.
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import { record, text } from './fields';

export interface Autoscaler {
  readonly entry: Entry;
  /** `apps/Deployment/shop/orders`. */
  readonly key: string;
  readonly target: Entry | undefined;
  readonly max: number | undefined;
}

export interface Autoscalers {
  readonly all: readonly Autoscaler[];
  /** The most replicas that a workload may have. */
  most(workload: Entry): number;
}

/** KEDA's own default. */
const KEDA_MOST = 100;

/** The autoscalers of a cluster: `cluster.derive(autoscalers)`. */
export function autoscalers(cluster: ClusterModel): Autoscalers {
  const all: Autoscaler[] = [];
  for (const [group, kind, max] of [['autoscaling', 'HorizontalPodAutoscaler', 'maxReplicas'], ['keda.sh', 'ScaledObject', 'maxReplicaCount']] as const) {
    for (const entry of cluster.objects(group, kind)) {
      const reference = record(entry.spec.scaleTargetRef);
      const version = text(reference.apiVersion) ?? 'apps/v1';
      const targetGroup = version.includes('/') ? version.slice(0, version.indexOf('/')) : '';
      const targetKind = text(reference.kind) ?? 'Deployment';
      const name = text(reference.name) ?? '';
      const most: unknown = entry.spec[max];
      all.push({
        entry, key: `${targetGroup}/${targetKind}/${entry.namespace}/${name}`, target: cluster.find(targetGroup, targetKind, entry.namespace, name),
        max: typeof most === 'number' ? most : group === 'keda.sh' ? KEDA_MOST : undefined,
      });
    }
  }
  const byTarget = new Map(all.map(({ target, max }) => [target, max]));
  return {
    all,
    most: (workload) => byTarget.get(workload) ?? (typeof workload.spec.replicas === 'number' ? workload.spec.replicas : 1),
  };
}
