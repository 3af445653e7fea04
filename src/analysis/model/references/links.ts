// The references of a cluster's documents, each with the object that it names.
import { SchemaStore } from '../../schema/store';
import type { FieldPath } from '../../documents/document';
import type { ClusterModel } from '../cluster-model';
import type { Entry } from '../entry';
import type { Fields } from '../fields';
import { record, text } from '../fields';
import { beside } from './beside';
import type { HostView } from './hosts';
import { resolveHost } from './hosts';
import type { FoundReference } from './path';
import { findReferences } from './path';
import type { FieldReference } from './reference';
import { treeOf } from './table';

/** One reference. */
export interface Link {
  readonly from: Entry;
  readonly field: FieldReference;
  /** The value that refers: a name, or an object that holds one. */
  readonly value: Fields;
  readonly path: FieldPath;
  /** The field that holds the name. */
  readonly namePath: FieldPath;
  /** The kind that is meant, as `group/Kind`. */
  readonly kind: string;
  readonly name: string;
  /** Empty for objects of the whole cluster; undefined when nobody knows where the controller looks. */
  readonly namespace: string | undefined;
  readonly target: Entry | undefined;
  /** What stands behind a host of the mesh. */
  readonly host?: HostView;
  /** Neither is the object there, nor may it be there without a document. */
  readonly missing: boolean;
}

/** Every reference of a cluster's sound objects, in their order: `cluster.derive(links)`. */
export function links(cluster: ClusterModel): readonly Link[] {
  const all: Link[] = [];
  for (const entry of cluster.entries) {
    if (!entry.sound) continue;
    const tree = treeOf(`${entry.group}/${entry.kind}`);
    if (!tree) continue;
    for (const found of findReferences(entry.object, tree)) {
      const link = found.field.makes === true ? undefined : linkOf(cluster, entry, found);
      if (link) all.push(link);
    }
  }
  return all;
}

/** The kind's name alone: `networking.istio.io/Gateway` is `Gateway`. */
export function kindName(kind: string): string {
  return kind.slice(kind.indexOf('/') + 1);
}

/** Whether objects of a kind (`group/Kind`) belong to the whole cluster. */
export function isClusterScoped(kind: string): boolean {
  let scoped = SCOPES.get(kind);
  if (scoped === undefined) {
    const slash = kind.indexOf('/');
    SCOPES.set(kind, (scoped = kind === 'node.k8s.io/RuntimeClass' || SchemaStore.shipped().kind(kind.slice(0, slash), kind.slice(slash + 1))?.scope === 'Cluster'));
  }
  return scoped;
}

const SCOPES: Map<string, boolean> = new Map();

/** What can be the name of an object: no template, no provider of Traefik, no pattern. */
const NAME = /^[A-Za-z0-9][-A-Za-z0-9_.:]*$/;

function linkOf(cluster: ClusterModel, from: Entry, { field, path, value }: FoundReference): Link | undefined {
  const kinds = kindsOf(field, value);
  if (kinds.length === 0) return undefined;
  const nameField = field.name ?? 'name';
  const written = typeof value === 'string' ? value : text(record(value)[nameField]);
  if (written === undefined || field.except?.includes(written) === true) return undefined;
  const namePath = typeof value === 'string' ? path : [...path, nameField];
  const base = { from, field, value: value as Fields, path, namePath };
  const own = from.kind === 'Namespace' && from.group === '' ? from.name : from.namespace;
  if (field.host === true) {
    const host = resolveHost(cluster, own, written);
    return { ...base, kind: kinds[0]!, name: written, namespace: own, target: host.service ?? host.serviceEntries[0], host, missing: host.missing };
  }
  const [namespace, name] = placeOf(field, value, written, own, from.clusterScoped && from.kind !== 'Namespace');
  if (!NAME.test(name)) return undefined;
  let kind = kinds[0]!;
  let target: Entry | undefined;
  for (const candidate of kinds) {
    target = lookUp(cluster, candidate, isClusterScoped(candidate) ? '' : namespace, name);
    if (!target) continue;
    kind = candidate;
    break;
  }
  const home = isClusterScoped(kind) ? '' : namespace;
  const missing = target === undefined && !kinds.some((one) => cluster.derive(beside).mayHave(one, isClusterScoped(one) ? '' : namespace, name));
  return { ...base, kind, name, namespace: home, target, missing };
}

/** The kinds that a value may mean; none when it means another kind than ours. */
function kindsOf(field: FieldReference, value: unknown): readonly string[] {
  if (field.typed === undefined || typeof value !== 'object') return field.host === true || field.typed === undefined ? field.to : field.to.slice(0, 1);
  const fields = record(value);
  const kind = text(fields.kind);
  const group = groupOf(field, fields);
  if (kind === undefined && group === undefined) return field.to.slice(0, 1);
  return field.to.filter((one) => (kind === undefined || kindName(one) === kind) && (group === undefined || one.slice(0, one.indexOf('/')) === group)).slice(0, 1);
}

function groupOf(field: FieldReference, fields: Readonly<Record<string, Fields>>): string | undefined {
  if (field.typed === 'kind') return undefined;
  const value: unknown = fields[field.typed!];
  if (typeof value !== 'string') return undefined;
  if (field.typed !== 'apiVersion') return value === 'core' ? '' : value;
  return value.includes('/') ? value.slice(0, value.indexOf('/')) : '';
}

function placeOf(field: FieldReference, value: unknown, written: string, own: string, ofCluster: boolean): [namespace: string | undefined, name: string] {
  if (field.slash === true && typeof value === 'string') {
    const slash = written.indexOf('/');
    if (slash !== -1) return [written.slice(0, slash) === '.' ? own : written.slice(0, slash), written.slice(slash + 1)];
  }
  const named = field.namespace === undefined ? undefined : text(record(value)[field.namespace]);
  if (named !== undefined) return [named, written];
  return [field.anywhere === true || ofCluster || own === '' ? undefined : own, written];
}

function lookUp(cluster: ClusterModel, kind: string, namespace: string | undefined, name: string): Entry | undefined {
  const slash = kind.indexOf('/');
  if (namespace !== undefined) return cluster.find(kind.slice(0, slash), kind.slice(slash + 1), namespace, name);
  return cluster.derive(byName).get(`${kind}/${name}`);
}

/** The first object of a kind and name, whatever its namespace. */
function byName(cluster: ClusterModel): ReadonlyMap<string, Entry> {
  const map = new Map<string, Entry>();
  for (const entry of cluster.entries) {
    const key = `${entry.group}/${entry.kind}/${entry.name}`;
    if (!map.has(key)) map.set(key, entry);
  }
  return map;
}
