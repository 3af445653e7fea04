// The other end of a connection. Interfaces only where another room implements them: workloads, gateways, VPN groups are all peers.
import type { Cidr } from './cidr';
import type { Cluster } from './cluster';
import type { Hostname } from './hostname';
import type { Http } from './http';
import type { Port } from './port';

/** Anything that can stand at an end of a connection. */
export interface IPeer {
  readonly peer: PeerTarget;
}

/** What a peer is. Renderers handle every kind. */
export type PeerTarget =
  /** Pods of one workload; with `port`, one port of it. */
  | { readonly kind: 'workload'; readonly workload: IWorkload; readonly port?: IWorkloadPort }
  /** A DNS name outside the cluster, perhaps with a wildcard as its first label. */
  | { readonly kind: 'fqdn'; readonly hostname: Hostname; readonly port: Port }
  /** An address range, inside or outside the cluster. */
  | { readonly kind: 'cidr'; readonly cidr: Cidr; readonly except: readonly Cidr[]; readonly port?: Port }
  /** Every address that is not of the cluster. */
  | { readonly kind: 'internet'; readonly port?: Port }
  /** The API server of the cluster. */
  | { readonly kind: 'kube-apiserver'; readonly port: Port }
  /** The nodes of the cluster, the kubelet among them: where probes come from. */
  | { readonly kind: 'nodes'; readonly port?: Port }
  /** Every pod of a namespace. */
  | { readonly kind: 'namespace'; readonly namespace: string; readonly port?: Port }
  /** People: the addresses that a VPN gives to their devices. */
  | { readonly kind: 'group'; readonly name: string; readonly cidrs: readonly Cidr[] };

/** Who talks: an identity that policies of every layer can be rendered from. */
export interface IWorkload<V extends string = string> extends IPeer {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly name: string;
  /** Labels that every pod of the workload carries and that together select only its pods. */
  readonly labels: Readonly<Record<string, string>>;
  /** Name of the ServiceAccount that its pods run as. */
  readonly serviceAccountName: string;
  readonly ports: Readonly<Record<string, IWorkloadPort<V>>>;
  /** Names of its versions (`stable`, `canary`, …); empty for a workload without versions. */
  readonly versions: readonly V[];
  /** Pods that somebody else makes: an identity without objects of ours. */
  readonly external: boolean;
  /** Construct path, for messages and the model. */
  readonly path: string;
  /** `file:line` of the user's program. */
  readonly source: string | undefined;
  readonly connections: IConnections;
  /** Labels of the pods of one version: `labels` and what tells the version. @throws NetstackError for an unknown version */
  labelsOf(version: V): Readonly<Record<string, string>>;
  /** The Service in front of the workload, or of one version of it. @throws NetstackError for an unknown version, or when it has no Service */
  serviceName(version?: V): string;
}

/** One port of a workload, and a peer in itself. */
export interface IWorkloadPort<V extends string = string> extends IPeer {
  /** Its name in the workload, in the container and in the Service. */
  readonly name: string;
  readonly port: Port;
  readonly workload: IWorkload<V>;
  /** Port of the Service. @default - the pod's own */
  readonly servicePort: number;
}

/** Where a workload says whom it talks to. */
export interface IConnections {
  /** Traffic from `peer` to this workload, to its only port that is not a metrics port unless one is given; with conditions, only such requests. */
  allowFrom(peer: IPeer, ...what: ReadonlyArray<IWorkloadPort | Http>): void;
  /** Traffic from this workload to `peer`; with conditions, only such requests. */
  allowTo(peer: IPeer, ...http: readonly Http[]): void;
}

/** Canonical text of a peer: identity, sort order, and the name in messages and the model. */
export function peerKey(peer: PeerTarget): string {
  switch (peer.kind) {
    case 'workload': return workloadKey(peer.workload);
    case 'fqdn': return `fqdn:${peer.hostname.value}`;
    case 'cidr': return `cidr:${peer.cidr.value}${peer.except.map((cidr) => `!${cidr.value}`).join('')}`;
    case 'internet': return 'internet';
    case 'kube-apiserver': return 'kube-apiserver';
    case 'nodes': return 'nodes';
    case 'namespace': return `${peer.namespace}/*`;
    case 'group': return `group:${peer.name}`;
  }
}

/** Canonical text of a workload: `cluster:namespace/name`. */
export function workloadKey(workload: IWorkload): string {
  return `${workload.cluster.name}:${workload.namespace}/${workload.name}`;
}
