// Reads the shipped schemas: the index once, a group when the first of its kinds is asked for.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NetstackError } from '../../core/errors';
import type { ResolvedTargets, System } from '../../core/targets';
import type { IndexedKind, LineSchema, NodeOrId, SchemaGroup, SchemaIndex, SchemaNode } from './node';

/** The schema of one kind for one cluster's targets. */
export interface KindSchema {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly scope: 'Namespaced' | 'Cluster';
  /** The line that it was taken from: `gateway-api@1.6.1/standard`. */
  readonly line: string;
  /** False when the targets' own line does not have this kind and version, and another line had to stand in. */
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
    const kinds = own(this.index.groups, group === '' ? 'core' : group)?.kinds;
    return kinds && own(kinds, kind);
  }

  /** The schema that `targets` choose, or undefined when the kind or its version has none. */
  find(group: string, version: string, kind: string, targets: ResolvedTargets): KindSchema | undefined {
    const indexed = this.kind(group, kind);
    const lines = indexed && own(indexed.versions, version)?.lines;
    if (!indexed || !lines || lines.length === 0) return undefined;
    const wanted = lines.filter((line) => isTargeted(line, targets));
    const line = wanted[0] ?? nearest(lines, targets);
    const file = this.group(group === '' ? 'core' : group);
    const { schema, status } = file.kinds[kind]![version]![line] as LineSchema;
    const node = (nodeOrId: NodeOrId): SchemaNode => (typeof nodeOrId === 'string' ? file.nodes[nodeOrId]! : nodeOrId);
    return {
      group, version, kind, line, node, scope: indexed.scope, targeted: wanted.length > 0,
      native: line.startsWith('kubernetes@'), dropsStatus: status, root: node(schema),
    };
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

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function isTargeted(line: string, targets: ResolvedTargets): boolean {
  const [system, version, channel] = parseLine(line);
  const wanted = targets[camelCase(system) as System];
  return wanted === version && (channel === undefined || channel === targets.gatewayApiChannel);
}

/** The line that stands in when the target has none: the same channel first, then the newest. */
function nearest(lines: readonly string[], targets: ResolvedTargets): string {
  const newestFirst = [...lines].reverse();
  return newestFirst.find((line) => parseLine(line)[2] === targets.gatewayApiChannel) ?? newestFirst[0]!;
}

function parseLine(line: string): [system: string, version: string, channel: string | undefined] {
  const at = line.indexOf('@');
  const slash = line.indexOf('/', at);
  return [line.slice(0, at), line.slice(at + 1, slash === -1 ? undefined : slash), slash === -1 ? undefined : line.slice(slash + 1)];
}

function camelCase(system: string): string {
  return system.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

