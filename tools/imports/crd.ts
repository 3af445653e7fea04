// One CustomResourceDefinition, as the API server reads it, to compact schema nodes.
import { isExponential } from './ambiguity';
import type { CelRule, NodeRef, SchemaNode } from './node';
import { toJavaScript } from './patterns';

type Json = Record<string, unknown>;

/** One version of a kind in one release of its system. */
export interface KindVersion {
  readonly version: string;
  readonly served: boolean;
  readonly deprecated: boolean;
  /** `status` is a subresource: the server drops it on create, and the schema leaves it out. */
  readonly status: boolean;
  readonly schema: SchemaNode;
}

/** A kind in one release of its system. */
export interface Kind {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly versions: readonly KindVersion[];
}

const RENAMED: Record<string, keyof SchemaNode> = {
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

/**
 * Reads a CustomResourceDefinition (v1).
 * @throws when a keyword is not known: a new one must be understood, not lost.
 */
export function readCrd(crd: Json): Kind {
  const spec = crd.spec as Json;
  const names = spec.names as Json;
  const scope = spec.scope as string;
  if (scope !== 'Namespaced' && scope !== 'Cluster') throw new Error(`${String((crd.metadata as Json).name)}: scope is ${scope}`);
  const versions = (spec.versions as Json[]).map((version): KindVersion => {
    const status = (version.subresources as Json | undefined)?.status !== undefined;
    const where = `${String(names.kind)} ${String(version.name)}`;
    return {
      version: version.name as string,
      served: version.served as boolean,
      deprecated: version.deprecated === true,
      status,
      schema: rootNode(toNode((version.schema as Json).openAPIV3Schema as Json, where), status),
    };
  });
  return { group: spec.group as string, kind: names.kind as string, plural: names.plural as string, scope, versions };
}

/** The root without what every object has: `apiVersion`, `kind`, `metadata`; and without `status` where the server drops it. */
export function rootNode(node: SchemaNode, status: boolean): SchemaNode {
  const left = ['apiVersion', 'kind', ...(status ? ['status'] : [])];
  const properties = { ...node.properties };
  for (const name of left) delete properties[name];
  // Some kinds restrict the name; only then is `metadata` more than what is true of every object.
  const metadata = properties.metadata;
  if (typeof metadata === 'string' || (metadata !== undefined && Object.keys(metadata).every((key) => key === 'type' || key === 'title'))) delete properties.metadata;
  const required = node.required?.filter((name) => ![...left, 'metadata'].includes(name));
  const { properties: _p, required: _r, ...rest } = node;
  return { ...rest, type: 'object', ...(required?.length ? { required } : {}), ...(Object.keys(properties).length ? { properties } : {}) };
}

/** One schema of a CRD as a node. Keywords are told from property names by position, never by key. */
export function toNode(schema: Json, where: string): SchemaNode {
  const out: SchemaNode = {};
  const set = out as Record<string, unknown>;
  const child = (value: unknown, step: string): NodeRef => toNode(value as Json, `${where}.${step}`);
  for (const [key, value] of Object.entries(schema)) {
    if (value === undefined || DROPPED.has(key)) continue;
    if (CARRIED.has(key)) {
      if (value !== false || key === 'default') set[key] = value;
    } else if (RENAMED[key]) {
      if (value !== false) set[RENAMED[key]] = value;
    } else if (key === 'properties') {
      const properties: Record<string, NodeRef> = {};
      for (const [name, property] of Object.entries(value as Json)) properties[name] = child(property, name);
      out.properties = properties;
    } else if (key === 'items' || key === 'not') {
      set[key] = child(value, key);
    } else if (key === 'additionalProperties') {
      out.additionalProperties = typeof value === 'boolean' ? value : child(value, '*');
    } else if (key === 'allOf' || key === 'anyOf' || key === 'oneOf') {
      set[key] = (value as Json[]).map((member, i) => child(member, `${key}[${i}]`));
    } else if (key === 'pattern') {
      const pattern = toJavaScript(value as string);
      out.pattern = pattern ?? (value as string);
      if (pattern === undefined) out.re2 = true;
      else if (isExponential(pattern)) throw new Error(`${where}: matching ${pattern} can take exponential time; say it without ambiguity in patterns.ts`);
    } else if (key === 'x-kubernetes-validations') {
      out.cel = (value as Json[]).map(celRule);
    } else {
      throw new Error(`${where}: keyword ${key} is not known`);
    }
  }
  return out.intOrString ? asIntOrString(out) : out;
}

// `anyOf: [integer, string]` beside the extension (or as a member of its `allOf`) repeats what the extension says; a `type` beside it
// is not read (apiextensions-apiserver, ConvertJSONSchemaPropsWithPostProcess).
function asIntOrString(node: SchemaNode): SchemaNode {
  const isUnion = (members: unknown): boolean => JSON.stringify(members) === INT_OR_STRING;
  const { type: _, ...out } = node;
  if (isUnion(out.anyOf)) delete out.anyOf;
  if (out.allOf) {
    out.allOf = out.allOf.filter((member) => !(typeof member === 'object' && isUnion(member.anyOf) && Object.keys(member).length === 1));
    if (out.allOf.length === 0) delete out.allOf;
  }
  return out;
}

function celRule(rule: Json): CelRule {
  const { rule: expression, fieldPath, reason, optionalOldSelf, messageExpression } = rule as unknown as CelRule;
  return {
    rule: expression,
    ...(fieldPath !== undefined ? { fieldPath } : {}),
    ...(reason !== undefined ? { reason } : {}),
    ...(optionalOldSelf ? { optionalOldSelf } : {}),
    ...(messageExpression !== undefined ? { messageExpression } : {}),
  };
}
