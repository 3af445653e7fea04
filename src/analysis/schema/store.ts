// Where schemas come from. The shipped ones: the index is read once, a group when the first of its kinds is asked for. On top of them, or below them, a user's own definitions.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NetstackError } from '../../core/errors';
import type { ResolvedTargets } from '../../core/targets';
import { isTargeted, parseLine } from '../targets/lines';
import type { IndexedKind, LineSchema, NodeOrId, SchemaGroup, SchemaIndex, SchemaNode } from './node';

/** The schema of one kind for one cluster's targets. */
export interface KindSchema {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly scope: 'Namespaced' | 'Cluster';
  /** The line that it was taken from: `gateway-api@1.6.1/standard`; of a user's definition the file. */
  readonly line: string;
  /** False when the shipped lines do not tell what the target serves, and another line had to stand in. */
  readonly targeted: boolean;
  /** A built-in kind of Kubernetes: decoded into Go structs, not held against a CRD. */
  readonly native: boolean;
  readonly dropsStatus: boolean;
  readonly root: SchemaNode;
  /** Follows the id of a shared node. */
  readonly node: (nodeOrId: NodeOrId) => SchemaNode;
}

/** Where schemas come from: the package's own, or a caller's. */
export class SchemaStore {
  private static shared: SchemaStore | undefined;

  /** The schemas that the package ships. */
  static shipped(): SchemaStore {
    // Three levels up from here in the sources and in the compiled package alike.
    return (SchemaStore.shared ??= new SchemaStore(join(__dirname, '..', '..', '..', 'imports', 'schemas')));
  }

  private readonly directory: string;
  private loadedIndex: SchemaIndex | undefined;
  private readonly groups: Map<string, SchemaGroup> = new Map();

  constructor(directory: string) {
    this.directory = directory;
  }

  get index(): SchemaIndex {
    return (this.loadedIndex ??= this.read<SchemaIndex>('index.json'));
  }

  /** The kind as the index has it, whatever its versions. */
  kind(group: string, kind: string): IndexedKind | undefined {
    if (group === CORE) return undefined; // nobody serves `core/v1`
    const kinds = own(this.index.groups, label(group))?.kinds;
    return kinds && own(kinds, kind);
  }

  /** The kinds of a group that have a schema. */
  kinds(group: string): readonly string[] {
    return group === CORE ? [] : Object.keys(own(this.index.groups, label(group))?.kinds ?? {});
  }

  /** The schema that the targets' own line serves, or undefined: then it serves no such kind or version, or nothing is known of it. */
  find(group: string, version: string, kind: string, targets: ResolvedTargets): KindSchema | undefined {
    const lines = own(this.kind(group, kind)?.versions ?? {}, version)?.lines ?? [];
    const wanted = lines.find((line) => isTargeted(line, targets));
    if (wanted !== undefined) return this.at(group, version, kind, wanted);
    const standIn = SERVED_BY_MORE_THAN_ITS_LINES.has(group) ? lines[lines.length - 1] : undefined;
    return standIn === undefined ? undefined : this.at(group, version, kind, standIn, false);
  }

  /** The schema of one line, also of one that carries the version without serving it. */
  at(group: string, version: string, kind: string, line: string, targeted: boolean = true): KindSchema | undefined {
    const indexed = this.kind(group, kind);
    if (!indexed) return undefined;
    const home = this.group(label(group));
    const found: LineSchema | undefined = own(own(own(home.kinds, kind) ?? {}, version) ?? {}, line);
    if (!found) return undefined;
    const node = (nodeOrId: NodeOrId): SchemaNode => (typeof nodeOrId === 'string' ? home.nodes[nodeOrId]! : nodeOrId);
    return { group, version, kind, line, node, scope: indexed.scope, targeted, native: parseLine(line).system === 'kubernetes', dropsStatus: found.status, root: node(found.schema) };
  }

  /** All nodes of a group. */
  group(name: string): SchemaGroup {
    let loaded = this.groups.get(name);
    if (!loaded) {
      loaded = this.read<SchemaGroup>(this.index.groups[name]!.file);
      this.groups.set(name, loaded);
    }
    return loaded;
  }

  private read<T extends { readonly format: number }>(file: string): T {
    let content: T;
    try {
      content = JSON.parse(readFileSync(join(this.directory, file), 'utf8')) as T;
    } catch (error) {
      throw new NetstackError({ what: `The schema file ${file} cannot be read: ${(error as Error).message}`, fix: 'install cdk8s-netstack again' });
    }
    if (content.format !== 1) {
      throw new NetstackError({ what: `The schema file ${file} has format ${content.format}, and this version reads format 1`, fix: 'install cdk8s-netstack again' });
    }
    return content;
  }
}

/**
 * Calico keeps the same kinds under two groups, and each of its releases takes both: `projectcalico.org/v3` from an API server of its own or from definitions,
 * `crd.projectcalico.org/v1` as what is stored. The lines have one of the two each.
 */
const SERVED_BY_MORE_THAN_ITS_LINES: ReadonlySet<string> = new Set(['projectcalico.org', 'crd.projectcalico.org']);

/** The core group has no name of its own, and `core` in the index. */
function label(group: string): string {
  return group === '' ? CORE : group;
}

const CORE = 'core';

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
