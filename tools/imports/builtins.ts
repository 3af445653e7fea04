// Kubernetes' own kinds, from the OpenAPI v3 documents that the API server publishes.
import { createHash } from 'node:crypto';
import type { Kind } from './crd';
import { rootNode } from './crd';
import type { NodeRef, SchemaNode } from './node';
import { toJavaScript } from './patterns';

type Json = Record<string, unknown>;

/** The documents carry no paths, so which kinds have no namespace is said here. */
const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  'Namespace', 'Node', 'PersistentVolume', 'MutatingWebhookConfiguration', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration', 'CustomResourceDefinition', 'IPAddress', 'IngressClass', 'ServiceCIDR', 'ClusterRole', 'ClusterRoleBinding', 'PriorityClass',
  'CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment', 'VolumeAttributesClass',
]);

/** Plurals that are not the lower-case kind with `s` (or `es`, `ies`). */
const PLURALS: Readonly<Record<string, string>> = { Endpoints: 'endpoints' };

/** Requests and answers of the API, which nobody declares; `ComponentStatus` is read only. */
const NOT_DECLARED: ReadonlySet<string> = new Set(['Binding', 'ComponentStatus', 'DeleteOptions', 'Eviction', 'Scale', 'Status', 'TokenRequest', 'WatchEvent', 'APIResourceList']);

const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';

/** What one OpenAPI document gives: its kinds, and the definitions that contain themselves (by node id). */
export interface Builtins {
  readonly kinds: readonly Kind[];
  readonly recursive: Readonly<Record<string, SchemaNode>>;
}

/** Reads the document of one group and version; `group` is empty for the core group. */
export function readOpenApi(document: Json, group: string, version: string): Builtins {
  const definitions = (document.components as Json).schemas as Record<string, Json>;
  const recursiveIds = new Map<string, string>();
  for (const name of Object.keys(definitions)) if (reaches(name, name, definitions)) recursiveIds.set(name, recursiveId(name, definitions));
  const recursive: Record<string, SchemaNode> = {};

  const resolve = (ref: string): NodeRef => {
    const name = ref.slice(ref.lastIndexOf('/') + 1);
    const id = recursiveIds.get(name);
    if (id === undefined) return definition(name);
    if (!(id in recursive)) {
      recursive[id] = {}; // reserved: the definition comes back to itself
      recursive[id] = definition(name);
    }
    return id;
  };
  const definition = (name: string): SchemaNode => {
    // The document says "a text or a number"; the server also parses the text.
    const node = name === QUANTITY ? { oneOf: [{ type: 'string', format: 'quantity' }, { type: 'number' }] } : convert(definitions[name]!, name);
    return node.properties ? { title: name.slice(name.lastIndexOf('.') + 1), ...node } : node;
  };
  const convert = (schema: Json, where: string): SchemaNode => {
    if (typeof schema.$ref === 'string') return alias(resolve(schema.$ref));
    const { allOf } = schema as { allOf?: Json[] };
    if (allOf?.length === 1) {
      const beside = Object.keys(schema).filter((key) => !['allOf', 'default', 'description'].includes(key));
      if (beside.length) fail(`${where}: ${beside.join(', ')} beside allOf`);
      // `allOf: [$ref]` beside a default is how the document says "this definition".
      const target = convertRef(allOf[0]!, where);
      const fallback = meaningful(schema.default);
      return fallback === undefined ? alias(target) : { ...(alias(target)), default: fallback };
    }
    if (schema.format === 'int-or-string') return { intOrString: true };
    const keys = Object.keys(schema).filter((key) => !['description', 'default', 'x-kubernetes-group-version-kind'].includes(key));
    if (keys.length === 0) return { preserve: true };
    // Alone, `type: object` is free-form here; in a CRD it would allow nothing.
    if (keys.length === 1 && schema.type === 'object') return { type: 'object', preserve: true };
    const out: SchemaNode = {};
    for (const key of keys) {
      const value = schema[key];
      if (key === 'type' || key === 'format' || key === 'required' || key === 'enum' || key === 'uniqueItems' || key === 'nullable') Object.assign(out, { [key]: value });
      else if (key === 'properties') out.properties = Object.fromEntries(Object.entries(value as Json).map(([name, property]) => [name, convertRef(property as Json, `${where}.${name}`)]));
      else if (key === 'items') out.items = convertRef(value as Json, `${where}[]`);
      else if (key === 'additionalProperties') out.additionalProperties = typeof value === 'boolean' ? value : convertRef(value as Json, `${where}.*`);
      else if (key === 'oneOf' || key === 'anyOf') out[key] = (value as Json[]).map((member) => convertRef(member, where));
      else if (key === 'pattern') out.pattern = toJavaScript(value as string) ?? fail(`${where}: pattern ${String(value)}`);
      else if (key === 'x-kubernetes-list-type') out.listType = value as string;
      else if (key === 'x-kubernetes-list-map-keys') out.listMapKeys = value as string[];
      else if (key === 'x-kubernetes-map-type') out.mapType = value as string;
      else if (!['x-kubernetes-patch-merge-key', 'x-kubernetes-patch-strategy', 'x-kubernetes-unions'].includes(key)) fail(`${where}: keyword ${key} is not known`);
    }
    const fallback = meaningful(schema.default);
    if (fallback !== undefined) out.default = fallback;
    return out;
  };
  // A reference stays a reference (by id) where the definition is recursive.
  const convertRef = (schema: Json, where: string): NodeRef => {
    const only = (schema.allOf as Json[] | undefined)?.length === 1 && meaningful(schema.default) === undefined ? (schema.allOf as Json[])[0] : schema;
    const ref = only?.$ref as string | undefined;
    return ref === undefined ? convert(schema, where) : resolve(ref);
  };
  const alias = (target: NodeRef): SchemaNode => (typeof target === 'string' ? recursive[target]! : target);

  const kinds: Kind[] = [];
  for (const [name, schema] of Object.entries(definitions)) {
    const gvk = schema['x-kubernetes-group-version-kind'] as { group: string; version: string; kind: string }[] | undefined;
    const own = gvk?.length === 1 && gvk[0]!.group === group && gvk[0]!.version === version ? gvk[0]! : undefined;
    if (!own || own.kind.endsWith('List') || NOT_DECLARED.has(own.kind)) continue;
    const node = definition(name);
    const { title: _, ...untitled } = node;
    const status = node.properties?.status !== undefined;
    const root = rootNode({ ...untitled, properties: { ...untitled.properties, metadata: { type: 'object' } } }, status);
    kinds.push({
      group, kind: own.kind, plural: plural(own.kind), scope: CLUSTER_SCOPED.has(own.kind) ? 'Cluster' : 'Namespaced',
      versions: [{ version, served: true, deprecated: false, status, schema: root }],
    });
  }
  return { kinds, recursive };
}

function plural(kind: string): string {
  const lower = kind.toLowerCase();
  return PLURALS[kind] ?? (/(?:s|x|ch)$/.test(lower) ? `${lower}es` : /[^aeiou]y$/.test(lower) ? `${lower.slice(0, -1)}ies` : `${lower}s`);
}

// Go's zero values stand as defaults on most fields; they say nothing. The server's real defaults are others (`TCP`).
function meaningful(value: unknown): unknown {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return undefined;
  if (typeof value === 'object' && Object.keys(value).length === 0) return undefined;
  return value;
}

function references(schema: unknown): string[] {
  const found: string[] = [];
  JSON.stringify(schema, (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string') found.push(value.slice(value.lastIndexOf('/') + 1));
    return value;
  });
  return found;
}

function reaches(from: string, target: string, definitions: Record<string, Json>): boolean {
  const seen = new Set<string>();
  const queue = references(definitions[from]);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (name === target) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    queue.push(...references(definitions[name]));
  }
  return false;
}

/** A definition that contains itself has no finite content to hash: its text does instead, which names what it refers to. */
function recursiveId(name: string, definitions: Record<string, Json>): string {
  return createHash('sha256').update(name + JSON.stringify(definitions[name])).digest('base64url').slice(0, 7);
}

function fail(message: string): never {
  throw new Error(message);
}
