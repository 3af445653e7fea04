// The references of a cluster's documents: which lead to nothing, which cross namespaces, which ask for a part that is not there.
// Of the many that are right nothing is kept, so that a large system costs little more than the walk over it.
import { SchemaStore } from '../../schema/store';
import type { FieldPath } from '../../documents/document';
import type { ClusterModel } from '../cluster-model';
import { each } from '../each';
import type { Entry } from '../entry';
import type { Fields } from '../fields';
import { record, text } from '../fields';
import type { Beside } from './beside';
import { beside } from './beside';
import { INSTALLED } from './built-in';
import { resolveHost } from './hosts';
import type { Link } from './link';
import type { MissingPart } from './parts';
import { asksForParts, hasPlainPort, missingParts } from './parts';
import type { Visitor } from './path';
import { eachReference } from './path';
import type { FieldReference } from './reference';
import { treeOfKind } from './table';

/** References that somebody has something to say of. */
export interface References {
  /** The object is not there, nor may it be there without a document. */
  readonly missing: readonly Link[];
  /** Of kinds that installations bring: not in the documents, and most likely there. */
  readonly unseen: readonly Link[];
  /** Into another namespace, where a grant is asked for. */
  readonly crossing: readonly Link[];
  /** The object is there, and does not have what is asked for. */
  readonly incomplete: ReadonlyArray<{ readonly link: Link; readonly parts: readonly MissingPart[] }>;
  /** Hosts with a subset. */
  readonly subsets: readonly Link[];
  /** Services that routes and Ingresses lead to, each with the first that does. */
  readonly routed: ReadonlyMap<Entry, Entry>;
}

/** The references of a cluster's sound objects: `cluster.derive(references)`. */
export function references(cluster: ClusterModel): References {
  const reader = new Reader(cluster);
  each(cluster.entries, read, reader);
  return reader;
}

function read(entry: Entry, reader: Reader): void {
  if (entry.sound) reader.read(entry);
}

/** The kind's name alone: `networking.istio.io/Gateway` is `Gateway`. */
export function kindName(kind: string): string {
  return kind.slice(kind.indexOf('/') + 1);
}

/** The two halves of `group/Kind`, made once: the same texts are found faster. */
function splitKind(kind: string): { readonly group: string; readonly name: string } {
  let parts = PARTS.get(kind);
  if (!parts) PARTS.set(kind, (parts = { group: kind.slice(0, kind.indexOf('/')), name: kindName(kind) }));
  return parts;
}

const PARTS: Map<string, { readonly group: string; readonly name: string }> = new Map();

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

class Reader implements References, Visitor {
  readonly missing: Link[] = [];
  readonly unseen: Link[] = [];
  readonly crossing: Link[] = [];
  readonly incomplete: Array<{ link: Link; parts: readonly MissingPart[] }> = [];
  readonly subsets: Link[] = [];
  readonly routed: Map<Entry, Entry> = new Map();
  private readonly cluster: ClusterModel;
  private readonly beside: Beside;
  private readonly path: Array<string | number> = [];
  private from!: Entry;

  constructor(cluster: ClusterModel) {
    this.cluster = cluster;
    this.beside = cluster.derive(beside);
  }

  read(from: Entry): void {
    const tree = treeOfKind(from.group, from.kind);
    if (!tree) return;
    this.from = from;
    eachReference(from.object, tree, this, this.path);
  }

  found(field: FieldReference, path: FieldPath, value: unknown): void {
    if (field.makes === true) return;
    const written = typeof value === 'string' ? value : text(record(value)[field.name ?? 'name']);
    if (written === undefined || field.except?.includes(written) === true) return;
    if (field.action !== undefined && record(record(value).port).name === field.action) return;
    if (field.host === true) this.readHost(this.from, field, path, value, written);
    else this.readName(this.from, field, path, value, written);
  }

  private readHost(from: Entry, field: FieldReference, path: FieldPath, value: unknown, written: string): void {
    const host = resolveHost(this.cluster, from.namespace, written);
    const target = host.service ?? host.serviceEntries[0];
    const meant = { kind: field.to[0]!, name: written, namespace: from.namespace, target, host };
    if (host.missing) this.missing.push(link(from, field, path, value, meant));
    else if (text(record(value).subset) !== undefined) this.subsets.push(link(from, field, path, value, meant));
    if (target?.sound !== true || !asksForParts(field) || hasPlainPort(field, value, host.serviceEntries.length > 0 ? undefined : target)) return;
    const parts = missingParts(this.cluster, { field, value: value as Fields, target, host });
    if (parts.length > 0) this.incomplete.push({ link: link(from, field, path, value, meant), parts });
  }

  private readName(from: Entry, field: FieldReference, path: FieldPath, value: unknown, written: string): void {
    const kinds = field.typed === undefined || typeof value !== 'object' ? field.to : typedKind(field, record(value));
    if (kinds.length === 0) return;
    const slash = field.slash === true && typeof value === 'string' ? written.indexOf('/') : -1;
    const namespace = namespaceOf(from, field, value, written, slash);
    const name = slash === -1 ? written : written.slice(slash + 1);
    if (!NAME.test(name)) return;
    let kind = kinds[0]!;
    let target: Entry | undefined;
    for (const candidate of kinds) {
      target = this.lookUp(candidate, isClusterScoped(candidate) ? '' : namespace, name);
      if (!target) continue;
      kind = candidate;
      break;
    }
    const home = isClusterScoped(kind) ? '' : namespace;
    if (!target) {
      if (INSTALLED.has(kind)) this.unseen.push(link(from, field, path, value, { kind, name, namespace: home, target }));
      else if (!this.mayHave(kinds, namespace, name)) this.missing.push(link(from, field, path, value, { kind, name, namespace: home, target }));
    } else {
      if (field.port !== undefined && kind === '/Service' && !this.routed.has(target) && ROUTING.test(from.kind)) this.routed.set(target, from);
      if (target.sound && asksForParts(field) && !hasPlainPort(field, value, target)) {
        const parts = missingParts(this.cluster, { field, value: value as Fields, target });
        if (parts.length > 0) this.incomplete.push({ link: link(from, field, path, value, { kind, name, namespace: home, target }), parts });
      }
    }
    if (field.grant === true && home !== undefined && home !== '' && from.namespace !== '' && home !== from.namespace) {
      this.crossing.push(link(from, field, path, value, { kind, name, namespace: home, target }));
    }
  }

  private mayHave(kinds: readonly string[], namespace: string | undefined, name: string): boolean {
    return kinds.some((one) => this.beside.mayHave(one, isClusterScoped(one) ? '' : namespace, name));
  }

  private lookUp(kind: string, namespace: string | undefined, name: string): Entry | undefined {
    if (namespace === undefined) return this.cluster.derive(byName).get(`${kind}/${name}`);
    const { group, name: own } = splitKind(kind);
    return this.cluster.find(group, own, namespace, name);
  }
}

/** Kinds that lead requests to Services. */
const ROUTING = /Route|^Ingress$|^TraefikService$/;

function link(from: Entry, field: FieldReference, path: FieldPath, value: unknown, meant: Pick<Link, 'kind' | 'name' | 'namespace' | 'target' | 'host'>): Link {
  return { from, field, value: value as Fields, path: [...path], namePath: typeof value === 'string' ? [...path] : [...path, field.name ?? 'name'], ...meant };
}

/** The kind that a value means; none when it means another kind than ours. */
function typedKind(field: FieldReference, fields: Readonly<Record<string, Fields>>): readonly string[] {
  const kind = text(fields.kind);
  const group = groupOf(field, fields);
  for (const one of field.to) {
    const slash = one.indexOf('/');
    const ofKind = kind === undefined || (one.length - slash - 1 === kind.length && one.endsWith(kind));
    if (ofKind && (group === undefined || (slash === group.length && one.startsWith(group)))) return SINGLE[one] ??= [one];
    if (kind === undefined && group === undefined) break;
  }
  return NONE;
}

const SINGLE: Record<string, readonly string[]> = {};
const NONE: readonly string[] = [];

function groupOf(field: FieldReference, fields: Readonly<Record<string, Fields>>): string | undefined {
  if (field.typed === 'kind') return undefined;
  const value: unknown = fields[field.typed!];
  if (typeof value !== 'string') return undefined;
  if (field.typed !== 'apiVersion') return value === 'core' ? '' : value;
  return value.includes('/') ? value.slice(0, value.indexOf('/')) : '';
}

/** The namespace that is meant. `slash` is the place of the slash in a text that names it. */
function namespaceOf(from: Entry, field: FieldReference, value: unknown, written: string, slash: number): string | undefined {
  const ofNamespace = from.kind === 'Namespace' && from.group === '';
  const own = ofNamespace ? from.name : from.namespace;
  if (slash !== -1) return written.slice(0, slash) === '.' ? own : written.slice(0, slash);
  const named = field.namespace === undefined ? undefined : text(record(value)[field.namespace]);
  if (named !== undefined) return named;
  return field.anywhere === true || (from.clusterScoped && !ofNamespace) || own === '' ? undefined : own;
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
