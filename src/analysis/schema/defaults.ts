// What the API server does to a custom object before it looks at it: it drops nulls where none may stand, and fills in defaults.
// Source: apiextensions-apiserver pkg/apiserver/schema/defaulting (prunenulls.go, algorithm.go).
import type { NodeOrId, SchemaNode } from './node';

/** Follows the id of a shared node. */
export type Resolve = (nodeOrId: NodeOrId) => SchemaNode;

/** A copy of `value` with nulls dropped and defaults filled in; parts that need nothing are shared with the original. */
export function normalize(value: unknown, node: SchemaNode, resolve: Resolve): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    if (node.items === undefined) return value;
    const items = resolve(node.items);
    let copy: unknown[] | undefined;
    for (let i = 0; i < value.length; i++) {
      const before: unknown = value[i];
      const filled: unknown = before === null && !items.nullable && items.default !== undefined ? items.default : before;
      const after = normalize(filled, items, resolve);
      if (after !== before) (copy ??= [...(value as unknown[])])[i] = after;
    }
    return copy ?? value;
  }
  const object = value as Record<string, unknown>;
  let copy: Record<string, unknown> | undefined;
  const change = (): Record<string, unknown> => (copy ??= { ...object });
  const extra = typeof node.additionalProperties === 'object' || typeof node.additionalProperties === 'string' ? resolve(node.additionalProperties) : undefined;
  for (const key of Object.keys(object)) {
    const known = node.properties && Object.hasOwn(node.properties, key) ? node.properties[key] : undefined;
    const child = known === undefined ? extra : resolve(known);
    if (child === undefined) continue;
    const before = object[key];
    if (before === undefined || (before === null && !child.nullable && (child.default === undefined || child.default === null))) {
      delete change()[key];
      continue;
    }
    const after = normalize(before === null && !child.nullable ? child.default : before, child, resolve);
    if (after !== before) change()[key] = after;
  }
  if (node.properties) {
    for (const key of Object.keys(node.properties)) {
      if (object[key] !== undefined) continue;
      const child = resolve(node.properties[key]!);
      if (child.default !== undefined && child.default !== null) change()[key] = normalize(child.default, child, resolve);
    }
  }
  return copy ?? value;
}
