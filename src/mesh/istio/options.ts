// What a program says to Istio. Numbers that production has chosen are data of the program; what stands here is defaulted in ./defaults.
import type { Duration } from '../../core/duration';
import type { IPeer, IWorkload, IWorkloadPort } from '../../core/peer';
import type { Percent } from '../../core/percent';

/** A port of a meshed workload that takes plain text too, because some declared client has no sidecar. */
export interface PlainTextPort {
  readonly port: IWorkloadPort;
  /** Why: read in review. At least ten characters. */
  readonly reason: string;
}

/** When a request is tried again. */
export interface IstioRetries {
  /** Tries after the first one, 1 to 10. */
  readonly attempts: number;
  /** Limit of one try. @default - the route's timeout divided by all tries */
  readonly perTry?: Duration;
  /** Envoy's conditions. @default - connect-failure and refused-stream: nothing was processed, so that a POST is not done twice */
  readonly on?: readonly string[];
}

/** Connections and requests that one proxy opens towards one Service. */
export interface IstioConnectionPool {
  /** TCP connections. */
  readonly maxConnections?: number;
  /** Limit of opening one. */
  readonly connectTimeout?: Duration;
  /** TCP keepalive: silence before the first probe, and between probes. Whole seconds. */
  readonly keepAlive?: { readonly time: Duration; readonly interval: Duration };
  /** Requests at the same time (HTTP/1.1 and HTTP/2 alike). */
  readonly maxRequests?: number;
  /** Requests that wait for a connection. */
  readonly maxPendingRequests?: number;
  /** Requests before a connection is closed: churn, not a breaker. */
  readonly maxRequestsPerConnection?: number;
  /** Retries at the same time. */
  readonly maxRetries?: number;
  /** Silence before a connection is closed. */
  readonly idleTimeout?: Duration;
  /** Whether HTTP/1.1 is carried in HTTP/2 between proxies. */
  readonly upgradeToHttp2?: boolean;
}

/** When a pod is left out for a while. */
export interface IstioOutlierDetection {
  /** 5xx answers in a row. */
  readonly consecutive5xx?: number;
  /** Time between looks. */
  readonly interval?: Duration;
  /** How long the first time. */
  readonly baseEjection?: Duration;
  /** Most pods left out. Whole percent. */
  readonly maxEjection?: Percent;
  /** Nothing is left out while fewer are healthy. Whole percent. */
  readonly minHealthy?: Percent;
}

/** How a pod is chosen: one way, because Istio takes either an algorithm or a hash and never both. */
export type IstioLoadBalancer =
  | { readonly algorithm: 'LEAST_REQUEST' | 'ROUND_ROBIN' | 'RANDOM' }
  | { readonly hashHeader: string; /** Points on the ring. @default 1024 */ readonly minimumRingSize?: number };

/** How one version is treated where it differs from its workload. */
export interface IstioVersionTraffic {
  readonly connectionPool?: IstioConnectionPool;
  readonly outlierDetection?: IstioOutlierDetection;
}

/** What every call inside the mesh to one workload gets. */
export interface IstioTraffic {
  /** Limit of a request with all its tries. @default - 15 s */
  readonly timeout?: Duration;
  /** @default - 2 tries after the first, on connect-failure and refused-stream; `false` for none */
  readonly retries?: IstioRetries | false;
  readonly connectionPool?: IstioConnectionPool;
  readonly outlierDetection?: IstioOutlierDetection;
  /** @default - LEAST_REQUEST, by Istio */
  readonly loadBalancer?: IstioLoadBalancer;
  /** Differences by version. @default - none */
  readonly versions?: Readonly<Record<string, IstioVersionTraffic>>;
  /** Requests with this header go to this version. @default - none */
  readonly byHeader?: ReadonlyArray<{ readonly header: string; readonly value: string; readonly version: string }>;
  /**
   * Share of the calls inside the mesh that another version gets. A gateway's own canary is not affected: it names the Services of the versions.
   * @default - none: the main version gets all
   */
  readonly canary?: { readonly version: string; readonly percent: Percent };
  /** Copies of requests to a version, whose answers are thrown away. @default - none */
  readonly mirror?: { readonly version: string; readonly percent: Percent };
}

export interface IstioOptions {
  /** How pods are taken in. Sidecars are the one mode yet. @default 'sidecar' */
  readonly mode?: 'sidecar';
  /** Revision of the control plane, as its tag says. @default - the default revision */
  readonly revision?: string;
  /** istiod, which every sidecar connects to. @default - pods `app: istiod` in istio-system, on 15012 */
  readonly controlPlane?: IWorkload;
  /**
   * Workloads of namespaces that are not guarded, whose pods get a sidecar all the same: a gateway, `members: [gateway]`. Their sidecar puts mTLS around what the
   * proxy sends to pods, routes nothing, and takes nothing in. So the pods need the labels `sidecar.istio.io/inject: "true"` and `security.istio.io/tlsMode: disabled`
   * and an annotation (a construct that makes them is asked for these), and the cluster its `podCidrs`.
   * @default - none
   */
  readonly members?: readonly IPeer[];
  /** Workloads of guarded namespaces whose pods have no sidecar (`sidecar.istio.io/inject: "false"`). @default - none */
  readonly outside?: readonly IWorkload[];
  /** Ports that take plain text at `strict`. Metrics ports need not be named when Prometheus is outside the mesh. @default - none */
  readonly plainText?: readonly PlainTextPort[];
  /** Timeouts, retries, connection pools, load balancing. @default - none: of every Service only mTLS is said */
  readonly traffic?: ReadonlyArray<IstioTraffic & { readonly workload: IWorkload }>;
}
