// `fieldPath` of a rule: `.spec.ports`, `.metadata.labels['a.b']`. Source: apiextensions-apiserver pkg/apiserver/schema/cel/validation.go (ValidFieldPath).
import type { Resolve } from '../schema/defaults';
import type { SchemaNode } from '../schema/node';

const STEP = /\.([^.[\]]+)|\['((?:[^'\\]|\\.)*)'\]/y;
const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\'': '\'', '\\': '\\' };

/** The fields of the path, or undefined when the schema does not have them: then the path says nothing. */
export function fieldPathOf(path: string, node: SchemaNode, resolve: Resolve): string[] | undefined {
  const fields: string[] = [];
  let here = node;
  for (let at = 0; at < path.length; at = STEP.lastIndex) {
    STEP.lastIndex = at;
    const step = STEP.exec(path);
    if (!step) return undefined;
    const name = step[1] ?? step[2]!.replace(/\\(.)/g, (whole, sign: string) => ESCAPES[sign] ?? whole);
    const { properties, additionalProperties } = here;
    const child = properties ? (Object.hasOwn(properties, name) ? properties[name] : undefined) : additionalProperties;
    if (child === undefined || typeof child === 'boolean') return undefined;
    here = resolve(child);
    fields.push(name);
  }
  return fields;
}
