import type { ServicePort, ServiceSpec } from '../../imports/core/v1';
import type { VersionState, WorkloadState } from './workload-state';

/** The Service in front of one version: every port of the pods, by name. */
export function renderService(state: WorkloadState, version: VersionState): ServiceSpec {
  const { type = 'ClusterIP', loadBalancerClass, externalTrafficPolicy, trafficDistribution } = version.service;
  return {
    type,
    ...loadBalancerClass !== undefined && { loadBalancerClass },
    ...externalTrafficPolicy !== undefined && { externalTrafficPolicy },
    ...trafficDistribution !== undefined && { trafficDistribution },
    selector: { ...version.selector },
    ports: renderPorts(state, true),
  };
}

/** The headless Service of a StatefulSet. */
export function renderHeadlessService(state: WorkloadState, version: VersionState): ServiceSpec {
  // Without a virtual address nothing translates ports, so these are the pod's own.
  return { type: 'ClusterIP', clusterIP: 'None', selector: { ...version.selector }, ...state.ports.length > 0 && { ports: renderPorts(state, false) } };
}

function renderPorts(state: WorkloadState, translated: boolean): ServicePort[] {
  return state.ports.map(({ name, port, servicePort }) => ({
    name,
    port: translated ? servicePort : port.number,
    protocol: port.protocol,
    targetPort: name,
    ...port.appProtocol !== undefined && { appProtocol: port.appProtocol },
  }));
}
