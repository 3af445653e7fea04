// Fields of objects and of their schemas, by path.
import type { FieldPath } from '../documents/document';
import type { SchemaNode } from '../schema/node';
import type { KindSchema } from '../schema/store';

/** A path for every item of its lists: `spec.rules[].retry`. */
export function generic(path: FieldPath): string {
  return path.map((step, i) => (typeof step === 'number' ? '[]' : i === 0 ? step : `.${step}`)).join('');
}

/** The value at a path, undefined where there is none. */
export function valueAt(object: unknown, path: FieldPath): unknown {
  let at = object;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Readonly<Record<string | number, unknown>>)[step];
  }
  return at;
}

/** The node of a field, followed through properties, maps and lists that the schema names; never through what it leaves open. */
export function nodeAt(schema: KindSchema, path: FieldPath): SchemaNode | undefined {
  let node: SchemaNode | undefined = schema.root;
  for (const step of path) {
    if (typeof step === 'number') node = node.items === undefined ? undefined : schema.node(node.items);
    else if (node.properties && Object.hasOwn(node.properties, step)) node = schema.node(node.properties[step]!);
    else node = typeof node.additionalProperties === 'object' || typeof node.additionalProperties === 'string' ? schema.node(node.additionalProperties) : undefined;
    if (!node) return undefined;
  }
  return node;
}
