// A plain reading of structural schemas, for the tests only: fills defaults in, then answers the paths of what is wrong.
import type { NodeRef, SchemaNode } from '../../tools/imports/node';

type Json = Record<string, unknown>;
type Nodes = Readonly<Record<string, SchemaNode>>;

const OBJECT_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** What the schema refuses of an object, as `path: reason`; the object gets the schema's defaults. */
export function refusals(object: Json, root: string, nodes: Nodes): string[] {
  const resolve = (ref: NodeRef): SchemaNode => (typeof ref === 'string' ? nodes[ref]! : ref);
  fill(object, resolve(root), resolve);
  const out: string[] = [];
  check(object, resolve(root), '', out, resolve, true);
  return out;
}

function fill(value: unknown, node: SchemaNode, resolve: (ref: NodeRef) => SchemaNode): void {
  if (Array.isArray(value)) {
    if (node.items !== undefined) for (const item of value) fill(item, resolve(node.items), resolve);
  } else if (typeof value === 'object' && value !== null) {
    const map = value as Json;
    for (const [name, ref] of Object.entries(node.properties ?? {})) {
      const property = resolve(ref);
      if (map[name] === undefined && property.default !== undefined) map[name] = structuredClone(property.default);
      if (map[name] !== undefined) fill(map[name], property, resolve);
    }
    if (typeof node.additionalProperties === 'object' || typeof node.additionalProperties === 'string') {
      for (const [name, item] of Object.entries(map)) if (node.properties?.[name] === undefined) fill(item, resolve(node.additionalProperties), resolve);
    }
  }
}

const FORMATS: Readonly<Record<string, RegExp>> = {
  'ipv4': /^\d+\.\d+\.\d+\.\d+$/, 'ipv6': /^[0-9a-f:]*:[0-9a-f:]*$/, 'cidr': /^[0-9a-f.:]+\/\d+$/, 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  'byte': /^[A-Za-z0-9+/]*=*$/, 'duration': /^(\d+(h|m|s|ms))+$/, 'idn-hostname': /^[a-z0-9.-]+$/,
};

function check(value: unknown, node: SchemaNode, path: string, out: string[], resolve: (ref: NodeRef) => SchemaNode, structural: boolean): void {
  const bad = (reason: string): void => void out.push(`${path || '.'}: ${reason}`);
  const passes = (ref: NodeRef): boolean => {
    const inner: string[] = [];
    check(value, resolve(ref), path, inner, resolve, false);
    return inner.length === 0;
  };
  if (value === null) {
    if (!node.nullable && (node.type !== undefined || node.intOrString)) bad('is null');
    return;
  }
  const type = Array.isArray(value) ? 'array' : typeof value;
  if (node.intOrString && type !== 'string' && !Number.isInteger(value)) bad('is neither integer nor string');
  if (node.type === 'integer' ? !Number.isInteger(value) : node.type !== undefined && node.type !== type) bad(`is ${type}, not ${node.type}`);
  if (node.enum && !node.enum.includes(value)) bad(`${JSON.stringify(value)} is not in ${JSON.stringify(node.enum)}`);
  if (typeof value === 'string') {
    if (node.pattern !== undefined && !new RegExp(node.pattern, 'u').test(value)) bad(`${value} does not match ${node.pattern}`);
    if ([...value].length < (node.minLength ?? 0) || [...value].length > (node.maxLength ?? Infinity)) bad('length');
    const format = FORMATS[node.format ?? ''];
    if (format && !format.test(value)) bad(`${value} is not ${node.format}`);
  } else if (typeof value === 'number') {
    if (value < (node.minimum ?? -Infinity) || (node.exclusiveMinimum && value === node.minimum)) bad('too small');
    if (value > (node.maximum ?? Infinity) || (node.exclusiveMaximum && value === node.maximum)) bad('too large');
    if (node.multipleOf !== undefined && value % node.multipleOf !== 0) bad('not a multiple');
  } else if (Array.isArray(value)) {
    if (value.length < (node.minItems ?? 0) || value.length > (node.maxItems ?? Infinity)) bad(`${value.length} items`);
    const keys = value.map((item) => JSON.stringify(node.listType === 'map' ? node.listMapKeys!.map((key) => (item as Json)[key]) : item));
    if ((node.uniqueItems || node.listType === 'map' || node.listType === 'set') && new Set(keys).size < keys.length) bad('repeats an item');
    if (node.items !== undefined) value.forEach((item, i) => check(item, resolve(node.items!), `${path}[${i}]`, out, resolve, structural));
  } else if (typeof value === 'object') {
    const map = value as Json;
    const count = Object.keys(map).length;
    if (count < (node.minProperties ?? 0) || count > (node.maxProperties ?? Infinity)) bad(`${count} properties`);
    for (const name of node.required ?? []) if (map[name] === undefined) bad(`${name} is missing`);
    for (const [name, item] of Object.entries(map)) {
      const property = node.properties?.[name] ?? (typeof node.additionalProperties === 'boolean' ? undefined : node.additionalProperties);
      if (property !== undefined) check(item, resolve(property), `${path}.${name}`, out, resolve, structural);
      else if (structural && !node.preserve && node.additionalProperties !== true && !((path === '' || node.embedded) && OBJECT_FIELDS.has(name))) bad(`${name} is unknown`);
    }
  }
  if (node.oneOf && node.oneOf.filter(passes).length !== 1) bad(`oneOf matches ${node.oneOf.filter(passes).length}`);
  if (node.anyOf && !node.anyOf.some(passes)) bad('anyOf matches none');
  if (node.allOf && !node.allOf.every(passes)) bad('allOf does not match');
  if (node.not !== undefined && passes(node.not)) bad('matches what it must not');
}
