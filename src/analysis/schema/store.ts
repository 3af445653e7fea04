// Where schemas come from: those that are shipped, and definitions of the user's own over them or beside them.
import { join } from 'node:path';
import type { ResolvedTargets } from '../../core/targets';
import type { DefinedKind } from '../crds/definition';
import { isTargeted, parseLine } from '../targets/lines';
import type { IndexedKind, LineSchema, NodeOrId, SchemaGroup, SchemaIndex, SchemaNode } from './node';
import { ShippedSchemas } from './shipped';

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

  private readonly shipped: ShippedSchemas;
  /** Kinds that a user defines, by group and kind. */
  private readonly definitions: ReadonlyMap<string, DefinedKind>;
  /** Groups that only users' definitions have, so that their nodes have a home. */
  private readonly homes: Map<string, SchemaGroup> = new Map();

  constructor(directory: string | ShippedSchemas, definitions: ReadonlyMap<string, DefinedKind> = new Map()) {
    this.shipped = typeof directory === 'string' ? new ShippedSchemas(directory) : directory;
    this.definitions = definitions;
  }

  /**
   * The same schemas with kinds of the user's own.
   *
   * @param over also in place of kinds that are shipped
   */
  with(definitions: readonly DefinedKind[], over: boolean = true): SchemaStore {
    const all = new Map(this.definitions);
    for (const defined of definitions) {
      if (over || this.kind(defined.group, defined.kind) === undefined) all.set(`${defined.group}/${defined.kind}`, defined);
    }
    return new SchemaStore(this.shipped, all);
  }

  get index(): SchemaIndex {
    return this.shipped.index;
  }

  /** The kind as a user defines it. */
  defined(group: string, kind: string): DefinedKind | undefined {
    return this.definitions.size === 0 ? undefined : this.definitions.get(`${group}/${kind}`);
  }

  /** The kind as the index has it, whatever its versions; of a user's own kind no line serves anything. */
  kind(group: string, kind: string): IndexedKind | undefined {
    const defined = this.defined(group, kind);
    if (defined) {
      const versions = Object.fromEntries(defined.versions.map(({ version, served }) => [version, { lines: [], served }]));
      return { plural: defined.plural, scope: defined.scope, versions };
    }
    if (group === CORE) return undefined; // nobody serves `core/v1`
    const kinds = own(this.index.groups, label(group))?.kinds;
    return kinds && own(kinds, kind);
  }

  /** The kinds of a group that have a schema. */
  kinds(group: string): readonly string[] {
    const shipped = group === CORE ? [] : Object.keys(own(this.index.groups, label(group))?.kinds ?? {});
    const defined = [...this.definitions.values()].filter((one) => one.group === group).map(({ kind }) => kind);
    return defined.length === 0 ? shipped : [...new Set([...shipped, ...defined])].sort();
  }

  /** The schema that the targets' own line serves, or undefined: then it serves no such kind or version, or nothing is known of it. */
  find(group: string, version: string, kind: string, targets: ResolvedTargets): KindSchema | undefined {
    const defined = this.defined(group, kind);
    if (defined) return this.ofDefinition(defined, version);
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
    const node = resolverOf(home);
    return { group, version, kind, line, node, scope: indexed.scope, targeted, native: parseLine(line).system === 'kubernetes', dropsStatus: found.status, root: node(found.schema) };
  }

  private ofDefinition({ group, kind, scope, source, versions }: DefinedKind, version: string): KindSchema | undefined {
    const found = versions.find((one) => one.version === version && one.served);
    if (!found) return undefined;
    const node = resolverOf(this.group(label(group)));
    return { group, version, kind, scope, line: source, targeted: true, native: false, dropsStatus: found.dropsStatus, root: found.root(), node };
  }

  /** All nodes of a group. */
  group(name: string): SchemaGroup {
    if (Object.hasOwn(this.index.groups, name)) return this.shipped.group(name);
    let home = this.homes.get(name);
    if (!home) this.homes.set(name, (home = { format: 1, group: name, kinds: {}, nodes: {} }));
    return home;
  }
}

/** Nodes of a definition are written out, those that are shipped have ids: one resolver does for both, since kinds of one group share what is compiled. */
function resolverOf(home: SchemaGroup): (nodeOrId: NodeOrId) => SchemaNode {
  return (nodeOrId) => (typeof nodeOrId === 'string' ? home.nodes[nodeOrId]! : nodeOrId);
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
