import type { HorizontalPodAutoscalerSpec } from '../../imports/autoscaling/v2';
import type { AutoscalingState, VersionState } from './workload-state';

/** Scales a version by its mean CPU use. */
export function renderAutoscaler(controller: 'Deployment' | 'StatefulSet', version: VersionState, autoscaling: AutoscalingState): HorizontalPodAutoscalerSpec {
  return {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: controller, name: version.objectName },
    minReplicas: autoscaling.min,
    maxReplicas: autoscaling.max,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: autoscaling.cpu } } }],
  };
}
