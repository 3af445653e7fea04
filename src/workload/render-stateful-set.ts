import type { StatefulSetSpec } from '../../imports/apps/v1';
import { renderPodTemplate } from './render-pod';
import type { VersionState, WorkloadState } from './workload-state';

/** Name of the headless Service that gives each pod of a StatefulSet its DNS name. */
export function headlessName(version: VersionState): string {
  return `${version.objectName}-headless`;
}

/** One version as a StatefulSet, with a claim per pod for each volume that is one. */
export function renderStatefulSet(state: WorkloadState, version: VersionState): StatefulSetSpec {
  const claims = state.volumes.flatMap(({ name, holds }) => (holds.type !== 'claim' ? [] : [{
    metadata: { name },
    spec: {
      accessModes: [holds.options.accessMode ?? 'ReadWriteOnce'],
      resources: { requests: { storage: holds.options.size } },
      ...holds.options.storageClass !== undefined && { storageClassName: holds.options.storageClass },
    },
  }]));
  return {
    ...version.autoscaling === undefined && { replicas: version.replicas },
    selector: { matchLabels: { ...version.selector } },
    serviceName: headlessName(version),
    template: renderPodTemplate(state, version),
    ...claims.length > 0 && { volumeClaimTemplates: claims },
  };
}
