// From documents to findings: each object against its schema, and each against the others of its cluster.
import { sentenceCase } from '../core/errors';
import type { Finding, FindingLocation, ObjectReference } from '../core/finding';
import type { ResolvedTargets, Targets } from '../core/targets';
import { resolveTargets } from '../core/targets';
import type { FieldPath, ManifestDocument, Position } from './documents/document';
import { printPath } from './documents/document';
import type { Problem } from './schema/problem';
import { SchemaStore } from './schema/store';
import { groupVersion, ObjectValidator } from './schema/validator';

export interface ValidateOptions {
  /**
   * Versions of the engines, for documents that do not bring their own.
   *
   * @default - the newest known line of each
   */
  readonly targets?: Targets;
  /**
   * Where schemas are read from.
   *
   * @default - the ones that the package ships
   */
  readonly schemas?: SchemaStore;
}

/**
 * Holds objects against the schemas of their cluster's targets.
 *
 * @returns findings in the order of the documents, within a document in the order of its lines
 * @throws NetstackError for targets that are not known
 */
export function validate(documents: readonly ManifestDocument[], options: ValidateOptions = {}): Finding[] {
  const run = new Run(options);
  for (const document of documents) run.add(document);
  return run.finish();
}

class Run {
  private readonly findings: Finding[] = [];
  private readonly store: SchemaStore;
  private readonly options: ValidateOptions;
  private readonly validators: Map<Targets | undefined, ObjectValidator> = new Map();
  private readonly validatorsByLines: Map<string, ObjectValidator> = new Map();
  /** Objects by cluster, group, kind, namespace and name. */
  private readonly seen: Map<string, ManifestDocument> = new Map();
  private readonly unknownKinds: Map<string, { first: ManifestDocument; count: number }> = new Map();

  constructor(options: ValidateOptions) {
    this.options = options;
    this.store = options.schemas ?? SchemaStore.shipped();
  }

  add(document: ManifestDocument): void {
    const { object } = document;
    const checks = this.validatorOf(document);
    const kind = checks.checksOf(object.apiVersion, object.kind);
    this.findTwin(document);
    if (!kind) {
      const key = `${object.apiVersion} ${object.kind}`;
      const known = this.unknownKinds.get(key);
      if (known) known.count++;
      else this.unknownKinds.set(key, { first: document, count: 1 });
      return;
    }
    let problems: readonly Problem[];
    try {
      problems = checks.problems(object, kind);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      problems = [{ id: 'NS0010', path: [], message: 'this document is nested too deeply to be read', fix: 'give a document that Kubernetes can read' }];
    }
    if (problems.length === 0) return;
    const found = problems.map((problem) => ({ problem, at: locate(document, problem.path) }));
    found.sort((a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0));
    for (const { problem, at } of found) {
      this.findings.push({
        id: problem.id, severity: 'error', message: sentenceCase(problem.message), where: place(document, problem.path, at), ...(problem.fix === undefined ? {} : { fix: problem.fix }),
      });
    }
  }

  finish(): Finding[] {
    for (const { first, count } of this.unknownKinds.values()) {
      const { apiVersion, kind } = first.object;
      const { group } = groupVersion(apiVersion);
      const versions = Object.keys(this.store.kind(group, kind)?.versions ?? {});
      this.findings.push({
        id: 'NS0023', severity: 'info',
        message: `No schema is known for ${kind} of ${apiVersion}, so ${count === 1 ? 'one object was' : `${count} objects were`} not checked`,
        where: place(first, ['kind'], locate(first, ['kind'])),
        ...(versions.length === 0 ? {} : { fix: `known versions of this kind: ${versions.map((version) => (group === '' ? version : `${group}/${version}`)).join(', ')}` }),
      });
    }
    return this.findings;
  }

  private validatorOf(document: ManifestDocument): ObjectValidator {
    const targets = document.targets ?? this.options.targets;
    let validator = this.validators.get(targets);
    if (!validator) {
      const resolved = resolveTargets(targets, document.cluster === undefined ? undefined : `cluster ${document.cluster}`);
      validator = this.validatorsByLines.get(linesKey(resolved));
      if (!validator) this.validatorsByLines.set(linesKey(resolved), (validator = new ObjectValidator(this.store, resolved)));
      this.validators.set(targets, validator);
    }
    return validator;
  }

  private findTwin(document: ManifestDocument): void {
    const { object } = document;
    const metadata = object.metadata as { readonly name?: unknown; readonly namespace?: unknown } | null | undefined;
    const name = metadata?.name;
    if (typeof name !== 'string' || name === '') return;
    const { group } = groupVersion(object.apiVersion);
    const clusterScoped = this.store.kind(group, object.kind)?.scope === 'Cluster';
    const namespace = clusterScoped || typeof metadata!.namespace !== 'string' ? '' : metadata!.namespace;
    const key = `${document.cluster ?? ''}\n${group}\n${object.kind}\n${namespace}\n${name}`;
    const first = this.seen.get(key);
    if (!first) {
      this.seen.set(key, document);
      return;
    }
    const at = locate(first, ['metadata', 'name']);
    const other = first.file === undefined ? 'another document' : `${first.file}${at ? `:${at.line}` : ''}`;
    this.findings.push({
      id: 'NS0019', severity: 'error',
      message: `This object stands twice${document.cluster === undefined ? '' : ` in cluster ${document.cluster}`}: first in ${other}, and the later one overwrites it`,
      where: place(document, ['metadata', 'name'], locate(document, ['metadata', 'name'])),
      decidedBy: reference(first),
      fix: 'rename or remove one of them',
    });
  }
}

function linesKey(targets: ResolvedTargets): string {
  return JSON.stringify(targets);
}

function locate(document: ManifestDocument, path: FieldPath): Position | undefined {
  return document.locate?.(path);
}

function place(document: ManifestDocument, path: FieldPath, at: Position | undefined): FindingLocation {
  const field = printPath(path);
  return {
    ...(document.file === undefined ? {} : { file: document.file }),
    ...(at === undefined ? {} : { line: at.line, column: at.column }),
    ...(document.cluster === undefined ? {} : { cluster: document.cluster }),
    object: reference(document),
    ...(field === '' ? {} : { field }),
    ...(document.constructPath === undefined ? {} : { constructPath: document.constructPath }),
    ...(document.source === undefined ? {} : { source: document.source }),
  };
}

function reference({ object }: ManifestDocument): ObjectReference {
  const metadata = (object.metadata ?? {}) as { readonly name?: unknown; readonly namespace?: unknown };
  return {
    apiVersion: object.apiVersion, kind: object.kind,
    ...(typeof metadata.namespace === 'string' && metadata.namespace !== '' ? { namespace: metadata.namespace } : {}),
    ...(typeof metadata.name === 'string' && metadata.name !== '' ? { name: metadata.name } : {}),
  };
}
