// Uniqueness in lists, as apiextensions-apiserver pkg/apiserver/schema/listtype/validation.go sees it.
import type { SchemaNode } from './node';
import type { Check, CheckContext } from './problem';
import { fail } from './problem';
import type { Reading } from './reading';

const ABSENT: unique symbol = Symbol('absent');

/** The check of `listType: set` and `listType: map`, or undefined. Asked only for lists of two items and more. */
export function listTypeCheck(node: SchemaNode, { resolve, native }: Reading): Check | undefined {
  if (node.listType === 'set' && !native) {
    return (value, context) => findRepeated(value as readonly unknown[], context, (item) => comparable(item), (item) => `the item ${context.show(item)} stands twice in a list that is a set`);
  }
  const keys = node.listMapKeys ?? [];
  if (node.listType !== 'map' || keys.length === 0 || node.items === undefined) return undefined;
  const properties = resolve(node.items).properties ?? {};
  const defaults = keys.map((key) => (properties[key] === undefined ? undefined : resolve(properties[key]).default));
  const keyOf = (item: unknown): unknown => {
    if (typeof item !== 'object' || item === null) return item === null ? ABSENT : item;
    const record = item as Readonly<Record<string, unknown>>;
    const parts = keys.map((key, i) => record[key] ?? defaults[i] ?? ABSENT);
    return parts.length === 1 ? comparable(parts[0]) : parts.map((part) => (part === ABSENT ? '' : `${typeof part}:${JSON.stringify(part)}`)).join(' ');
  };
  const words = (item: unknown): string => {
    const record = (item ?? {}) as Readonly<Record<string, unknown>>;
    return `two items of this list have ${keys.map((key, i) => `${key} ${String(record[key] ?? defaults[i] ?? '(none)')}`).join(', ')}, and ${keys.join(' and ')} must tell them apart`;
  };
  return (value, context) => findRepeated(value as readonly unknown[], context, keyOf, words);
}

function findRepeated(list: readonly unknown[], context: CheckContext, key: (item: unknown) => unknown, words: (item: unknown) => string): boolean {
  const seen = new Map<unknown, number>();
  let ok = true;
  for (let i = 0; i < list.length; i++) {
    const id = key(list[i]);
    const times = (seen.get(id) ?? 0) + 1;
    seen.set(id, times);
    if (times !== 2) continue;
    if (!context.report) return false;
    ok = fail(context, 'NS0015', () => words(list[i]), () => 'keep one of them', i);
  }
  return ok;
}

/** Scalars are compared as they are, the rest by its JSON with sorted keys. */
function comparable(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? canonical(value) : value;
}

/** JSON with sorted keys. */
export function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const record = value as Readonly<Record<string, unknown>>;
  return `{${Object.keys(record).filter((key) => record[key] !== undefined).sort().map((key) => `${JSON.stringify(key)}:${canonical(record[key])}`).join(',')}}`;
}
