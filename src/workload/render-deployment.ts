import type { DeploymentSpec } from '../../imports/apps/v1';
import { renderPodTemplate } from './render-pod';
import type { VersionState, WorkloadState } from './workload-state';

/** One version as a Deployment. The number of replicas is the autoscaler's where there is one. */
export function renderDeployment(state: WorkloadState, version: VersionState): DeploymentSpec {
  return {
    ...version.autoscaling === undefined && { replicas: version.replicas },
    selector: { matchLabels: { ...version.selector } },
    template: renderPodTemplate(state, version),
  };
}
