export { AdoptedWorkload } from './adopted-workload';
export type { AdoptableWorkload, AdoptOptions } from './adopted-workload';
export { EnvValue } from './env';
export { ExternalWorkload } from './external-workload';
export type { ExternalWorkloadProps } from './external-workload';
export { Namespace } from './namespace';
export type { NamespaceProps, PodSecurityLevel } from './namespace';
export { namespaceOf } from './namespace-of';
export type { NamespaceRef } from './namespace-of';
export type { PlusWorkload, ServiceSource, ServiceSourcePort } from './pod-source';
export type { ProbeOptions, ProbesOptions } from './probes';
export { Volume } from './volume';
export type { ClaimOptions, EmptyDirOptions, VolumeSource } from './volume';
export { Workload } from './workload';
export type { Ports, WorkloadPorts } from './workload-ports';
export type {
  AutoscalingOptions, ContainerOptions, PodSecurityOptions, ResourceAmounts, ResourceOptions, ServiceAccountOptions, ServiceOptions, SingleImage,
  Versioned, WorkloadOptions, WorkloadProps, WorkloadServiceOptions, WorkloadVersion,
} from './workload-props';
export { WorkloadResources } from './workload-resources';
