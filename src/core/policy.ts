// What ZeroTrustMesh asks of a CNI and of a mesh. Both are values that the user passes in, so that neither layer knows the other.
import type { Construct } from 'constructs';
import type { Cluster } from './cluster';
import type { IWorkload } from './peer';

/**
 * Where a cluster stands on the way to zero trust.
 *
 * - `observe`: every policy is there and none denies.
 * - `permissive`: network policies deny what is not declared; the mesh takes plain text as well as mTLS.
 * - `strict`: network policies and the mesh deny what is not declared, and plain text is refused.
 */
export type MeshStage = 'observe' | 'permissive' | 'strict';

/** What a CNI and a mesh need to know of the cluster that they guard. */
export interface PolicyContext {
  readonly cluster: Cluster;
  readonly stage: MeshStage;
  /** The mesh of the cluster, if it has one: it encrypts, so that the CNI sees no requests. */
  readonly mesh: IMesh | undefined;
  /** Whether policies are made for this workload: its namespace is guarded and it is not excluded. */
  guards(workload: IWorkload): boolean;
  /** Calls `observer` for every guarded workload, those to come included. */
  onWorkload(observer: (workload: IWorkload) => void): void;
  /** Calls `observer` once for every guarded namespace, those to come included. */
  onNamespace(observer: (namespace: string) => void): void;
}

/** A CNI that renders policies from the connection set. */
export interface ICni {
  readonly name: string;
  /** Makes the CNI's objects below `scope`: at once for what is there, and for each newcomer. */
  attach(scope: Construct, context: PolicyContext): void;
}

/** A service mesh that renders mTLS and authorization from the connection set. */
export interface IMesh {
  readonly name: string;
  /** Whether traffic of this workload inside the cluster is encrypted by the mesh, so that no CNI can read its requests. */
  encrypts(workload: IWorkload): boolean;
  /** Makes the mesh's objects below `scope`: at once for what is there, and for each newcomer. */
  attach(scope: Construct, context: PolicyContext): void;
}
