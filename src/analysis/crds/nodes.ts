// The schema of a CustomResourceDefinition, as the API server reads it, to compact nodes. The generator of imports/ and definitions of the user's own go through here alike.
import type { CelRule, NodeOrId, SchemaNode } from '../schema/node';

type Json = Readonly<Record<string, unknown>>;

/** What differs between schemas that are shipped and those that are read at run time. */
export interface NodeReading {
  /** A pattern, written for Go. */
  readonly pattern: (pattern: string, where: string) => { readonly pattern: string; readonly re2?: true };
  /** A keyword that is not known. */
  readonly unknown: (keyword: string, where: string) => void;
  /** Whether rules carry their messages. */
  readonly messages: boolean;
}

const RENAMED: Readonly<Record<string, keyof SchemaNode>> = {
  'x-kubernetes-int-or-string': 'intOrString',
  'x-kubernetes-preserve-unknown-fields': 'preserve',
  'x-kubernetes-embedded-resource': 'embedded',
  'x-kubernetes-list-type': 'listType',
  'x-kubernetes-list-map-keys': 'listMapKeys',
  'x-kubernetes-map-type': 'mapType',
};

const CARRIED: ReadonlySet<string> = new Set([
  'type', 'enum', 'format', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength', 'minItems', 'maxItems',
  'uniqueItems', 'minProperties', 'maxProperties', 'default', 'nullable', 'required',
]);

/** Prose and keywords that only tell clients how to patch: none changes what is accepted. */
const DROPPED: ReadonlySet<string> = new Set([
  'description', 'title', 'example', 'externalDocs', 'x-kubernetes-patch-merge-key', 'x-kubernetes-patch-strategy', 'x-kubernetes-group-version-kind', 'x-kubernetes-unions',
]);

const INT_OR_STRING = JSON.stringify([{ type: 'integer' }, { type: 'string' }]);

/** The root without what every object has: `apiVersion`, `kind`, `metadata`; and without `status` where the server drops it. */
export function rootNode(node: SchemaNode, status: boolean): SchemaNode {
  const left = ['apiVersion', 'kind', ...(status ? ['status'] : [])];
  const properties: Record<string, NodeOrId> = { ...node.properties };
  for (const name of left) delete properties[name];
  // Some kinds restrict the name; only then is `metadata` more than what is true of every object. Its other fields are known all the same.
  const { metadata } = properties;
  if (typeof metadata === 'string' || (metadata !== undefined && Object.keys(metadata).every((key) => key === 'type' || key === 'title'))) delete properties.metadata;
  else if (metadata !== undefined) properties.metadata = { ...metadata, preserve: true };
  const required = node.required?.filter((name) => ![...left, 'metadata'].includes(name));
  const { properties: _p, required: _r, ...rest } = node;
  return { ...rest, type: 'object', ...(required?.length ? { required } : {}), ...(Object.keys(properties).length ? { properties } : {}) };
}

/** One schema as a node. Keywords are told from property names by position, never by key. */
export function toNode(schema: Json, where: string, reading: NodeReading): SchemaNode {
  const out: Record<string, unknown> = {};
  const child = (value: unknown, step: string): SchemaNode => toNode(object(value), `${where}.${step}`, reading);
  for (const [key, value] of Object.entries(schema)) {
    if (value === undefined || value === null || DROPPED.has(key)) continue;
    if (CARRIED.has(key)) {
      if ((value !== false && !(key === 'enum' && array(value).length === 0)) || key === 'default') out[key] = value;
    } else if (RENAMED[key]) {
      if (value !== false) out[RENAMED[key]] = value;
    } else if (key === 'properties') {
      out.properties = Object.fromEntries(Object.entries(object(value)).map(([name, property]) => [name, child(property, name)]));
    } else if (key === 'items' || key === 'not') {
      out[key] = child(value, key);
    } else if (key === 'additionalProperties') {
      out.additionalProperties = typeof value === 'boolean' ? value : child(value, '*');
    } else if (key === 'allOf' || key === 'anyOf' || key === 'oneOf') {
      out[key] = array(value).map((member, i) => child(member, `${key}[${i}]`));
    } else if (key === 'pattern') {
      if (typeof value === 'string' && value !== '') Object.assign(out, reading.pattern(value, where));
    } else if (key === 'x-kubernetes-validations') {
      out.cel = array(value).map((rule) => celRule(object(rule), reading.messages));
    } else {
      reading.unknown(key, where);
    }
  }
  const node = out as SchemaNode;
  return node.intOrString ? asIntOrString(node) : node.embedded ? withOpenMetadata(node) : node;
}

// A definition may be read before its own shape is known to be right.

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Json : {};
}

function array(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

// `anyOf: [integer, string]` beside the extension (or as a member of its `allOf`) repeats what the extension says; a `type` beside it
// is not read (apiextensions-apiserver, ConvertJSONSchemaPropsWithPostProcess).
function asIntOrString({ type: _, anyOf, allOf, ...node }: SchemaNode): SchemaNode {
  const isUnion = (members: unknown): boolean => JSON.stringify(members) === INT_OR_STRING;
  const members = allOf?.filter((member) => !(typeof member === 'object' && isUnion(member.anyOf) && Object.keys(member).length === 1)) ?? [];
  return { ...node, ...(anyOf === undefined || isUnion(anyOf) ? {} : { anyOf }), ...(members.length > 0 ? { allOf: members } : {}) };
}

/** The metadata of an object inside another one has every field that metadata has, whatever its schema says of a few. */
function withOpenMetadata(node: SchemaNode): SchemaNode {
  const metadata = node.properties && Object.hasOwn(node.properties, 'metadata') ? node.properties.metadata : undefined;
  return typeof metadata === 'object' ? { ...node, properties: { ...node.properties, metadata: { ...metadata, preserve: true } } } : node;
}

function celRule(given: Json, messages: boolean): CelRule {
  const { rule, fieldPath, reason, optionalOldSelf, messageExpression, message } = given as unknown as CelRule;
  return {
    rule: rule ?? '',
    ...(fieldPath ? { fieldPath } : {}),
    ...(reason ? { reason } : {}),
    ...(optionalOldSelf ? { optionalOldSelf } : {}),
    ...(messageExpression ? { messageExpression } : {}),
    ...(messages && message ? { message } : {}),
  };
}
