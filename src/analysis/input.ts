// Everything that analysis looks at: Kubernetes objects, Terraform, configuration files, and what the program declared. Only the objects are needed.
import type { ManifestDocument, Position } from './documents/document';
import type { FieldPath } from './documents/document';
import type { Targets } from '../core/targets';

/** One file of Terraform JSON. */
export interface TerraformDocument {
  /** The file's content: `resource`, `data`, `variable` … */
  readonly content: Readonly<Record<string, unknown>>;
  readonly file?: string;
  readonly constructPath?: string;
  readonly source?: string;
  readonly locate?: (field: FieldPath) => Position | undefined;
}

/** A configuration file of an engine outside of Kubernetes. */
export interface ConfigDocument {
  readonly text: string;
  /** Its language, as the model file names it: `haproxy`, `nftables`, `corefile` … */
  readonly format: string;
  readonly file: string;
  /** The host or component that reads it. */
  readonly owner?: string;
  readonly constructPath?: string;
  readonly source?: string;
}

/** What a cluster is beyond its documents. */
export interface DeclaredCluster {
  readonly name: string;
  readonly targets?: Targets;
  readonly podCidrs?: readonly string[];
  readonly serviceCidrs?: readonly string[];
  readonly clusterDomain?: string;
  readonly trustDomain?: string;
}

/** An object that the documents refer to and that somebody else keeps: never reported as missing. */
export interface ExternalObject {
  /** `Workload` stands for pods of any kind. */
  readonly kind: string;
  /** Group of the kind; absent or empty is the core group, and `Workload` has none. */
  readonly group?: string;
  readonly cluster?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Of workloads: what their pods run as. @default - not known */
  readonly serviceAccount?: string;
}

/** What a program said beside its documents (`netstack.model.json`). */
export interface DeclaredModel {
  /** The model file, where there is one. */
  readonly file?: string;
  /** The version of cdk8s-netstack that wrote it. */
  readonly toolVersion?: string;
  readonly clusters?: readonly DeclaredCluster[];
  readonly external?: readonly ExternalObject[];
  readonly workloads?: ReadonlyArray<Readonly<Record<string, unknown>>>;
  readonly connections?: ReadonlyArray<Readonly<Record<string, unknown>>>;
  /** `production` switches on the rules of class practice. */
  readonly profile?: string;
}

/** One system: what is analysed together. */
export interface AnalysisInput {
  readonly documents: readonly ManifestDocument[];
  readonly terraform?: readonly TerraformDocument[];
  readonly files?: readonly ConfigDocument[];
  readonly models?: readonly DeclaredModel[];
}
