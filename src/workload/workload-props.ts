// What a program says of a workload.
import type { Duration } from '../core/duration';
import type { Percent } from '../core/percent';
import type { SecretRef } from '../core/secret-ref';
import type { EnvValue } from './env';
import type { NamespaceRef } from './namespace-of';
import type { ProbesOptions } from './probes';
import type { Volume } from './volume';
import type { Ports } from './workload-ports';

export type { SecretRef };

/** CPU and memory as Kubernetes quantities: `250m`, `1`, `512Mi`. */
export interface ResourceAmounts {
  readonly cpu?: string;
  readonly memory?: string;
}

/** What the container asks for and is held to. */
export interface ResourceOptions {
  /** @default - 100m of CPU and 256Mi of memory, or the limit where that is less */
  readonly requests?: ResourceAmounts;
  /** @default - memory as requested; no limit on CPU, which would only throttle */
  readonly limits?: ResourceAmounts;
}

/** Scales a version by its CPU use; the number of replicas is left to the autoscaler then. */
export interface AutoscalingOptions {
  /** Fewest pods. @default 2 */
  readonly min?: number;
  /** Most pods. */
  readonly max: number;
  /** Mean use of the requested CPU to aim at, in whole percent. @default Percent.of(70) */
  readonly cpu?: Percent;
}

/** The Service in front of a version. */
export interface ServiceOptions {
  /** Labels beside those of the workload. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
  /** @default - none */
  readonly annotations?: Readonly<Record<string, string>>;
  /** @default 'ClusterIP' */
  readonly type?: 'ClusterIP' | 'LoadBalancer';
  /** Who announces the address of a load balancer: `io.cilium/bgp-control-plane`. @default - the cluster's default */
  readonly loadBalancerClass?: string;
  /** `Local` keeps the client's address and answers on nodes with a pod only. LoadBalancer only. @default - 'Cluster', by Kubernetes */
  readonly externalTrafficPolicy?: 'Cluster' | 'Local';
  /** Which endpoints are preferred. `PreferSameZone` and `PreferSameNode` need Kubernetes 1.35. @default - none: all endpoints alike */
  readonly trafficDistribution?: 'PreferClose' | 'PreferSameZone' | 'PreferSameNode';
}

/** Options of the one Service or, with versions, of every one. */
export interface WorkloadServiceOptions<P extends Ports> extends ServiceOptions {
  /** Numbers of the Service's ports where they differ from the pod's. @default - the pod's own */
  readonly ports?: { readonly [K in keyof P]?: number };
}

/** The ServiceAccount that the pods run as. */
export interface ServiceAccountOptions {
  /** @default - the name of the workload */
  readonly name?: string;
  /** Somebody else makes it. @default false */
  readonly existing?: boolean;
  /** Mounts its token: only for pods that talk to the API server. @default false */
  readonly automountToken?: boolean;
  /** @default - none */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What the restricted Pod Security Standard leaves open. */
export interface PodSecurityOptions {
  /** @default - the user of the image, which has to be a number other than 0 */
  readonly runAsUser?: number;
  /** @default - the group of the image */
  readonly runAsGroup?: number;
  /** Group that owns the volumes. @default - none */
  readonly fsGroup?: number;
  /** `false` lets the container write outside its volumes. @default true */
  readonly readOnlyRootFilesystem?: boolean;
}

/** What may differ between versions. */
export interface ContainerOptions {
  /** Pods at rest. @default 2 */
  readonly replicas?: number;
  /** @default - none: a fixed number of replicas */
  readonly autoscaling?: AutoscalingOptions;
  /** @default - the entry point of the image */
  readonly command?: readonly string[];
  /** @default - the arguments of the image */
  readonly args?: readonly string[];
  /** Environment: texts as they are, secrets by reference, fields of the pod with `EnvValue.field`. @default - none */
  readonly env?: Readonly<Record<string, EnvValue | SecretRef | string>>;
  readonly resources?: ResourceOptions;
}

/** One version of a workload: its own controller, Service, budget and autoscaler. Options given here go before the workload's. */
export interface WorkloadVersion extends ContainerOptions {
  readonly image: string;
  /** Value of the pods' label `version`. @default - the key of the version */
  readonly label?: string;
  /** @default - the workload's */
  readonly service?: ServiceOptions;
}

/** Everything that does not depend on whether there are versions. */
export interface WorkloadOptions<P extends Ports> extends ContainerOptions {
  /** @default - the construct's id */
  readonly name?: string;
  /** @default - the namespace of the chart */
  readonly namespace?: NamespaceRef;
  /** Labels of every object and pod; `app` and `version` are the workload's own. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
  /** Annotations of the pods. @default - none */
  readonly podAnnotations?: Readonly<Record<string, string>>;
  /** Ports by the name that program, container and Service use. */
  readonly ports: P;
  /** @default 'Deployment' */
  readonly controller?: 'Deployment' | 'StatefulSet';
  /** `false` when nothing connects to it. @default - one per version, with every port */
  readonly service?: WorkloadServiceOptions<NoInfer<P>> | false;
  /** @default - one of the workload's name, whose token is not mounted */
  readonly serviceAccount?: ServiceAccountOptions;
  /** @default - GET /health of the HTTP port, when there is one */
  readonly probes?: ProbesOptions<NoInfer<P>> | false;
  /** What the restricted Pod Security Standard leaves open. @default - restricted, with a read-only root file system */
  readonly security?: PodSecurityOptions;
  /** Volumes by name. @default - none */
  readonly volumes?: Readonly<Record<string, Volume>>;
  /** How many pods of a version may be down for maintenance; `false` for no budget. Versions of fewer than two pods have none. @default { maxUnavailable: 1 } */
  readonly disruptionBudget?: { readonly maxUnavailable: number } | false;
  /** Time to finish after the signal to stop, in whole seconds. @default - 30 s, by Kubernetes */
  readonly terminationGracePeriod?: Duration;
}

/** A workload of one image. */
export interface SingleImage {
  /** Reference of the image: `registry.example.com/orders:1.7.4`. */
  readonly image: string;
  readonly versions?: undefined;
}

/** A workload of several images side by side. */
export interface Versioned<V extends string> {
  /** Versions by name. The Service of `stable` (of the first, when none is called so) has the name of the workload, others `<name>-<version>`. */
  readonly versions: { readonly [K in V]: WorkloadVersion };
  readonly image?: undefined;
}

/** Properties of a workload: one `image`, or `versions`. */
export type WorkloadProps<P extends Ports, V extends string> = WorkloadOptions<P> & (SingleImage | Versioned<V>);
