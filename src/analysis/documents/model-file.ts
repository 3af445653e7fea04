// netstack.model.json beside the manifests says what documents cannot: clusters and their targets, construct paths, source lines, acknowledgements.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { Targets } from '../../core/targets';
import type { KubernetesObject } from './document';

export const MODEL_FILE = 'netstack.model.json';

/** What the model knows of one object. */
export interface ModelObject {
  readonly cluster?: string;
  readonly constructPath?: string;
  readonly source?: string;
}

/** A finding that the program accepted, for everything at and below a construct. */
export interface Acknowledgement {
  readonly id: string;
  readonly reason: string;
  readonly constructPath: string;
}

/** The part of `netstack/model/v1` that validation reads. */
interface ModelContent {
  readonly clusters?: readonly { readonly name: string; readonly targets?: Targets }[];
  readonly outputs?: readonly { readonly path: string; readonly kind: string }[];
  readonly objects?: readonly (ModelObject & {
    readonly group: string; readonly version: string; readonly kind: string; readonly namespace?: string; readonly name: string; readonly file: string;
  })[];
  readonly acknowledgements?: readonly Acknowledgement[];
}

/** One model file. */
export class ModelFile {
  readonly directory: string;
  readonly acknowledgements: readonly Acknowledgement[];
  private readonly targets: Map<string, Targets> = new Map();
  private readonly objects: Map<string, ModelObject> = new Map();
  private readonly others: Set<string> = new Set();

  constructor(directory: string, content: unknown) {
    const model = (typeof content === 'object' && content !== null ? content : {}) as ModelContent;
    this.directory = directory;
    this.acknowledgements = model.acknowledgements ?? [];
    for (const { name, targets } of model.clusters ?? []) if (name !== undefined) this.targets.set(name, targets ?? {});
    for (const { path, kind } of model.outputs ?? []) if (kind !== 'kubernetes') this.others.add(path);
    for (const object of model.objects ?? []) {
      const identity = identityOf(object.group === '' ? object.version : `${object.group}/${object.version}`, object.kind, object.namespace, object.name);
      // The same object may stand in two clusters, so its file is part of what it is looked up by.
      this.objects.set(`${object.file}\n${identity}`, object);
      if (!this.objects.has(identity)) this.objects.set(identity, object);
    }
  }

  /** Whether the model lists `file` (absolute) as something that is no manifest. */
  isOther(file: string): boolean {
    return this.others.has(this.below(file));
  }

  /** What the model knows of an object of `file` (absolute). */
  find(object: KubernetesObject, file: string): ModelObject | undefined {
    const metadata = (object.metadata ?? {}) as { readonly namespace?: unknown; readonly name?: unknown };
    const identity = identityOf(object.apiVersion, object.kind, metadata.namespace, metadata.name);
    return this.objects.get(`${this.below(file)}\n${identity}`) ?? this.objects.get(identity);
  }

  private below(file: string): string {
    return relative(this.directory, file).split(sep).join('/');
  }

  targetsOf(cluster: string | undefined): Targets | undefined {
    return cluster === undefined ? undefined : this.targets.get(cluster);
  }
}

function identityOf(apiVersion: unknown, kind: unknown, namespace: unknown, name: unknown): string {
  return [apiVersion, kind, namespace ?? '', name].map(String).join('\n');
}

/** Finds the model file beside or above a manifest, and reads each once. */
export class ModelFiles {
  private readonly byDirectory: Map<string, ModelFile | undefined> = new Map();

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
      return new ModelFile(directory, JSON.parse(text));
    } catch {
      // A model that cannot be read takes precision, not the validation.
      return undefined;
    }
  }
}

function isProject(directory: string): boolean {
  return ['package.json', 'cdk8s.yaml', '.git'].some((name) => existsSync(join(directory, name)));
}
