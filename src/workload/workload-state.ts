// A workload as plain checked data: what the renderers read.
import type { IWorkloadPort } from '../core/peer';
import type { EnvState } from './env';
import type { ProbeState } from './probes';
import type { ResourceState } from './resources';
import type { VolumeState } from './volumes';
import type { PodSecurityOptions, ServiceOptions } from './workload-props';

export interface AutoscalingState {
  readonly min: number;
  readonly max: number;
  /** Whole percent of the requested CPU. */
  readonly cpu: number;
}

/** One version, or the whole of a workload without versions. */
export interface VersionState {
  /** Undefined for a workload without versions. */
  readonly version: string | undefined;
  /** Name of its controller, Service, budget and autoscaler. */
  readonly objectName: string;
  /** Labels that select exactly its pods. */
  readonly selector: Readonly<Record<string, string>>;
  /** Labels of its pods and objects: the selector and the user's. */
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  readonly replicas: number;
  readonly autoscaling: AutoscalingState | undefined;
  readonly command: readonly string[] | undefined;
  readonly args: readonly string[] | undefined;
  readonly env: readonly EnvState[];
  readonly resources: ResourceState;
  readonly service: ServiceOptions;
}

/** What all versions share. */
export interface WorkloadState {
  readonly name: string;
  readonly namespace: string;
  readonly ports: readonly IWorkloadPort[];
  readonly podAnnotations: Readonly<Record<string, string>>;
  readonly serviceAccountName: string;
  readonly automountToken: boolean;
  readonly probes: readonly ProbeState[];
  readonly security: PodSecurityOptions;
  /** Sorted by name. */
  readonly volumes: readonly VolumeState[];
  readonly terminationGraceSeconds: number | undefined;
}
