// netstack.model.json beside the manifests says what documents cannot: clusters and their targets, construct paths, source lines, acknowledgements, what else was written.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { AcknowledgeWhere } from '../../core/acknowledgement';
import type { Targets } from '../../core/targets';
import type { DeclaredCluster, DeclaredModel, ExternalObject } from '../input';
import type { KubernetesObject } from './document';

export const MODEL_FILE = 'netstack.model.json';

/** The format that is read. */
export const MODEL_FORMAT = 'netstack/model/v1';

/** What the model knows of one object. */
export interface ModelObject {
  readonly cluster?: string;
  readonly constructPath?: string;
  readonly source?: string;
}

/** A file of the output folder, as the model lists it. */
export interface ModelOutput {
  readonly path: string;
  readonly kind: string;
  readonly owner?: string;
  readonly format?: string;
  readonly constructPath?: string;
  readonly source?: string;
}

/** A finding that the program accepted, for everything at and below a construct. */
export interface Acknowledgement {
  readonly id: string;
  readonly reason: string;
  readonly constructPath: string;
  /** `file:line` of the program. */
  readonly source?: string;
  /** Only some objects or fields. */
  readonly where?: AcknowledgeWhere;
  /** The last day on which it holds: `2027-01-31`. */
  readonly expires?: string;
  /** The model file that says so. */
  readonly file?: string;
  /** Whether a file (as findings name it) is the program's own. @default - every file is */
  readonly within?: (file: string) => boolean;
  /** Not everything that the program wrote was read: what it is about may be elsewhere. */
  readonly partial?: boolean;
}

interface ListedObject extends ModelObject {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly file: string;
}

/** The part of `netstack/model/v1` that validation reads. */
interface ModelContent {
  readonly toolVersion?: string;
  readonly profile?: string;
  readonly clusters?: readonly DeclaredCluster[];
  readonly outputs?: readonly ModelOutput[];
  readonly objects?: readonly ListedObject[];
  readonly workloads?: DeclaredModel['workloads'];
  readonly connections?: DeclaredModel['connections'];
  readonly external?: readonly ExternalObject[];
  readonly acknowledgements?: readonly Acknowledgement[];
}

/** One model file. */
export class ModelFile {
  readonly directory: string;
  /** Its own path, relative to the working directory. */
  readonly file: string;
  readonly toolVersion: string | undefined;
  readonly clusters: readonly DeclaredCluster[];
  private readonly content: ModelContent;
  private readonly objects: Map<string, ModelObject> = new Map();
  private readonly outputs: Map<string, ModelOutput> = new Map();
  /** Clusters of the objects of each manifest file. */
  private readonly clustersByFile: Map<string, Set<string>> = new Map();

  constructor(directory: string, content: unknown) {
    const model = (typeof content === 'object' && content !== null ? content : {}) as ModelContent;
    this.directory = directory;
    this.file = relative(process.cwd(), join(directory, MODEL_FILE));
    this.content = model;
    this.toolVersion = typeof model.toolVersion === 'string' ? model.toolVersion : undefined;
    this.clusters = (model.clusters ?? []).filter(({ name }) => typeof name === 'string');
    for (const output of model.outputs ?? []) this.outputs.set(output.path, output);
    for (const object of model.objects ?? []) {
      const identity = identityOf(object.group === '' ? object.version : `${object.group}/${object.version}`, object.kind, object.namespace, object.name);
      // The same object may stand in two clusters, so its file is part of what it is looked up by.
      this.objects.set(`${object.file}\n${identity}`, object);
      if (!this.objects.has(identity)) this.objects.set(identity, object);
      if (object.cluster === undefined) continue;
      const clusters = this.clustersByFile.get(object.file);
      if (clusters) clusters.add(object.cluster);
      else this.clustersByFile.set(object.file, new Set([object.cluster]));
    }
  }

  /** What the model lists under the name of `file` (absolute), when it is no manifest. */
  otherOutput(file: string): ModelOutput | undefined {
    const output = this.outputs.get(this.below(file));
    return output === undefined || output.kind === 'kubernetes' ? undefined : output;
  }

  /** Absolute paths of what the model lists beside the manifests. */
  get otherFiles(): readonly string[] {
    return [...this.outputs.values()].filter(({ kind }) => kind !== 'kubernetes').map(({ path }) => join(this.directory, path));
  }

  /** What the model knows of an object of `file` (absolute). Of one that it does not list, the cluster: that of the file's other objects, or the only one. */
  find(object: KubernetesObject, file: string): ModelObject | undefined {
    const metadata = (object.metadata ?? {}) as { readonly namespace?: unknown; readonly name?: unknown };
    const identity = identityOf(object.apiVersion, object.kind, metadata.namespace, metadata.name);
    const below = this.below(file);
    const known = this.objects.get(`${below}\n${identity}`) ?? this.objects.get(identity);
    if (known) return known;
    const clusters = [...(this.clustersByFile.get(below) ?? this.clusters.map(({ name }) => name))];
    return clusters.length === 1 ? { cluster: clusters[0]! } : undefined;
  }

  /**
   * What the program declared.
   *
   * @param loaded - the manifest files (absolute) that are analysed: objects of other files are there, and somebody else's
   * @param cluster - another name for its only cluster
   */
  declared(loaded: ReadonlySet<string>, cluster?: string): DeclaredModel {
    const { profile, workloads, connections, external = [] } = this.content;
    const elsewhere = (this.content.objects ?? []).filter(({ file }) => !loaded.has(join(this.directory, file)));
    const declared: DeclaredModel = {
      file: this.file,
      ...(this.toolVersion === undefined ? {} : { toolVersion: this.toolVersion }),
      clusters: this.clusters,
      external: elsewhere.length === 0 ? external : [...external, ...elsewhere.map(externalObject), ...this.workloadsElsewhere(elsewhere)],
      ...(workloads ? { workloads } : {}),
      ...(connections ? { connections } : {}),
      ...(profile === undefined ? {} : { profile }),
    };
    return cluster === undefined ? declared : underCluster(declared, cluster);
  }

  /** The findings that the program accepted. @param loaded - every file (absolute) that was read */
  acknowledgements(loaded: ReadonlySet<string>): Acknowledgement[] {
    const own = this.content.acknowledgements ?? [];
    if (own.length === 0) return [];
    const partial = [...this.outputs.values()].some(({ path, kind }) => kind !== 'construct-metadata' && !loaded.has(join(this.directory, path)));
    const within = (file: string): boolean => isBelow(this.directory, resolve(file));
    return own.map((one) => ({ ...one, file: this.file, within, ...(partial ? { partial } : {}) }));
  }

  targetsOf(cluster: string | undefined): Targets | undefined {
    return cluster === undefined ? undefined : this.clusters.find(({ name }) => name === cluster)?.targets;
  }

  /** The pods of workloads whose manifests are not analysed. */
  private workloadsElsewhere(objects: readonly ListedObject[]): ExternalObject[] {
    const missing = new Set(objects.map(({ cluster, namespace, name }) => `${cluster ?? ''}\n${namespace ?? ''}\n${name}`));
    return (this.content.workloads ?? []).filter(({ cluster, namespace, name }) => missing.has(`${String(cluster)}\n${String(namespace)}\n${String(name)}`))
      .map((workload) => ({ kind: 'Workload', ...workload } as unknown as ExternalObject));
  }

  private below(file: string): string {
    return relative(this.directory, file).split(sep).join('/');
  }
}

function externalObject({ cluster, group, kind, namespace, name }: ListedObject): ExternalObject {
  return { kind, group, name, ...(cluster === undefined ? {} : { cluster }), ...(namespace === undefined ? {} : { namespace }) };
}

/** A model of one cluster, under another name of it. */
function underCluster(model: DeclaredModel, cluster: string): DeclaredModel {
  const of = <T extends object>(one: T): T => ('cluster' in one ? { ...one, cluster } : one);
  // `beijing:shop/orders` is a workload; `fqdn:…` and the like are no clusters.
  const names = new Set((model.clusters ?? []).map(({ name }) => name));
  const peer = (key: unknown): unknown => {
    const colon = typeof key === 'string' ? key.indexOf(':') : -1;
    return colon > 0 && names.has((key as string).slice(0, colon)) ? cluster + (key as string).slice(colon) : key;
  };
  return {
    ...model,
    ...(model.clusters ? { clusters: model.clusters.map((one) => ({ ...one, name: cluster })) } : {}),
    ...(model.external ? { external: model.external.map(of) } : {}),
    ...(model.workloads ? { workloads: model.workloads.map(of) } : {}),
    ...(model.connections ? { connections: model.connections.map((one) => ({ ...one, from: peer(one.from), to: peer(one.to) })) } : {}),
  };
}

function isBelow(directory: string, file: string): boolean {
  const path = relative(directory, file);
  return path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

function identityOf(apiVersion: unknown, kind: unknown, namespace: unknown, name: unknown): string {
  return [apiVersion, kind, namespace ?? '', name].map(String).join('\n');
}

/** Finds the model file beside or above a manifest, and reads each once. */
export class ModelFiles {
  private readonly byDirectory: Map<string, ModelFile | undefined> = new Map();
  /** Files of the name that are none, or of a format that is not known here. */
  readonly broken: string[] = [];

  /** The nearest model at or above `directory` (absolute). The search ends where a project begins: package.json, cdk8s.yaml or .git. */
  nearest(directory: string): ModelFile | undefined {
    if (this.byDirectory.has(directory)) return this.byDirectory.get(directory);
    let model = this.read(directory);
    const parent = dirname(directory);
    if (!model && parent !== directory && !isProject(directory)) model = this.nearest(parent);
    this.byDirectory.set(directory, model);
    return model;
  }

  private read(directory: string): ModelFile | undefined {
    let text: string;
    try {
      text = readFileSync(join(directory, MODEL_FILE), 'utf8');
    } catch {
      return undefined;
    }
    try {
      const content = JSON.parse(text) as { format?: unknown } | null;
      if (typeof content === 'object' && content !== null && !Array.isArray(content) && (content.format === undefined || content.format === MODEL_FORMAT)) return new ModelFile(directory, content);
    } catch {
      // A model that cannot be read takes precision, not the validation.
    }
    this.broken.push(relative(process.cwd(), join(directory, MODEL_FILE)));
    return undefined;
  }
}

function isProject(directory: string): boolean {
  return ['package.json', 'cdk8s.yaml', '.git'].some((name) => existsSync(join(directory, name)));
}
