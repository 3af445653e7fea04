// What ZeroTrustMesh asks of a CNI and of a mesh. Both are values that the user passes in, so that neither layer knows the other.
import type { Construct } from 'constructs';
import type { Cidr } from './cidr';
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

/** Who signs JSON Web Tokens, and where its keys are. */
export interface TokenIssuer {
  /** The `iss` claim, exactly. */
  readonly issuer: string;
  /** Where the keys are: an https URL. */
  readonly jwksUri: string;
  /** Tokens for one of these audiences only. @default - any */
  readonly audiences?: readonly string[];
  /** Whether the application gets the token too. @default true */
  readonly forward?: boolean;
  /** Claims that the application gets as headers, by the header's name: `{ 'x-user-id': 'sub' }`. @default - none */
  readonly claimHeaders?: Readonly<Record<string, string>>;
}

/** What a CNI and a mesh need to know of the cluster that they guard. */
export interface PolicyContext {
  readonly cluster: Cluster;
  readonly stage: MeshStage;
  /** The mesh of the cluster, if it has one: it encrypts, so that the CNI sees no requests. */
  readonly mesh: IMesh | undefined;
  /** Clients that are refused wherever the mesh can tell them, by their own address behind proxies. */
  readonly deniedSources: readonly Cidr[];
  readonly tokenIssuers: readonly TokenIssuer[];
  /** Whether policies are made for this workload: its namespace is guarded and it is not excluded. */
  guards(workload: IWorkload): boolean;
  /** Whether the namespace is guarded. Namespaces that come later may become so: ask when contents are rendered. */
  guardsNamespace(namespace: string): boolean;
  /** Calls `observer` for every guarded workload, those to come included. */
  onWorkload(observer: (workload: IWorkload) => void): void;
  /** Calls `observer` once for every guarded namespace, those to come included. */
  onNamespace(observer: (namespace: string) => void): void;
  /** Calls `observer` for every workload of a guarded namespace that is excluded, those to come included. */
  onExcluded(observer: (workload: IWorkload, reason: string) => void): void;
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

/** Labels and annotations of pods. */
export interface PodMetadata {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A workload whose pods another construct makes and can be asked to mark, so that a mesh takes them in: the proxies of a gateway. */
export interface IPodMetadataTaker extends IWorkload {
  /** Asks for labels and annotations on the pods, for `by`. */
  addPodMetadata(metadata: PodMetadata, by: Construct): void;
}
