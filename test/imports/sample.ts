// Makes an object of a kind out of its schema: the least that it allows (`minimal`), or every field (`full`).
import type { NodeRef, SchemaNode } from '../../tools/imports/node';
import type { Shapes } from '../../tools/imports/shape';
import { refusals } from './structural';

type Json = Record<string, unknown>;
type Mode = 'minimal' | 'full';

/** Strings among which one fits every shipped pattern. */
const STRINGS = [
  'a', 'abc', '1s', '1', '1Mi', 'a/b', 'example.com', 'http://a', 'https://a', 'socks5://a', 'ssh://a', 'oci://a', 'tag:a', 'a:b', '10.0.0.1', '10.0.0.0/8', '::1/128', '2001:db8::1', '1:1', '1:1:1', '65001:1',
  '200', 'a=true', 'a.mmdb', 'sha256:abc', '100B', 'a.json', '1/second', 'host:a', 'request.a', 'US', '0.0.0', '*', 'eipalloc-1', 'subnet-1', 'a:1', '', 'Echo', 'AB', 'f'.repeat(64), 'System', '1h', 'Auto', 'example.com/a',
];
const FORMATS: Readonly<Record<string, string>> = {
  'ipv4': '10.0.0.1', 'ipv6': '::1', 'cidr': '10.0.0.0/8', 'date-time': '2026-01-01T00:00:00Z', 'byte': 'YQ==', 'duration': '1s', 'idn-hostname': 'example.com',
};

/** An object of the kind whose root schema is `root`, without `apiVersion`, `kind` and `metadata`. */
export function sample(root: string, nodes: Readonly<Record<string, SchemaNode>>, shapes: Shapes, mode: Mode): Json {
  const stack: NodeRef[] = [];

  const make = (ref: NodeRef, plain = 'a'): unknown => {
    const node = shapes.resolve(ref);
    const shape = shapes.of(ref);
    const values = shape.kind === 'nullable' ? shape.of : shape;
    if (values.kind === 'enum') return values.values[0];
    if (node.intOrString) {
      const patterns = [node, ...(node.allOf ?? []).map((member) => shapes.resolve(member))].map((member) => member.pattern).filter((pattern) => pattern !== undefined);
      return patterns.length ? text({ ...node, pattern: undefined }, patterns) : 1;
    }
    switch (node.type) {
      case 'string': return node.format && FORMATS[node.format] ? FORMATS[node.format] : text(node, node.pattern === undefined ? [] : [node.pattern], plain);
      case 'boolean': return true;
      case 'integer': case 'number': return number(node);
      case 'array': {
        const count = mode === 'minimal' ? node.minItems ?? 0 : Math.min(Math.max(1, node.minItems ?? 0), node.maxItems ?? 1);
        return node.items === undefined ? [] : Array.from({ length: count }, (_, i) => make(node.items!, i === 0 ? plain : `a${i}`));
      }
      case 'object': return object(ref, node, plain);
      default: return node.embedded || node.properties ? object(ref, node, plain) : shape.kind === 'plain' && shape.text.includes('number') ? 1 : 'any';
    }
  };

  const object = (ref: NodeRef, node: SchemaNode, plain: string): Json => {
    const out: Json = node.embedded ? { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } } : {};
    const outer = shapes.of(ref);
    const shape = outer.kind === 'nullable' ? outer.of : outer;
    if (node.properties === undefined) {
      const item = typeof node.additionalProperties === 'boolean' ? undefined : node.additionalProperties;
      const count = mode === 'minimal' ? node.minProperties ?? 0 : Math.max(1, node.minProperties ?? 0);
      if (item !== undefined) for (let i = 0; i < count; i++) out[`a${i}`] = make(item);
      return out;
    }
    stack.push(ref);
    // Of fields that exclude each other the first one is taken.
    const { choices, discriminator } = shape.kind === 'struct' ? shape : { choices: [], discriminator: undefined };
    const names = new Set(mode === 'minimal' ? node.required : Object.keys(node.properties));
    for (const { rule, fields } of choices) {
      const given = fields.filter((field) => names.has(field));
      if (rule !== 'AtMostOne' && given.length === 0) names.add(fields[0]!);
      if (rule !== 'AtLeastOne') for (const field of given.slice(1)) names.delete(field);
    }
    if (discriminator) {
      const chosen = discriminator.fields[String(make(node.properties[discriminator.field]!))] ?? [];
      for (const field of Object.values(discriminator.fields).flat()) if (!chosen.includes(field)) names.delete(field);
      for (const field of chosen) names.add(field);
    }
    for (const name of Object.keys(node.properties)) if (names.size < (node.minProperties ?? 0)) names.add(name);
    for (const name of [...names].sort()) {
      const property = node.properties[name];
      if (property === undefined || stack.includes(property) || (out[name] !== undefined)) continue;
      // What contains itself ends here.
      const target = shapes.resolve(property);
      if (target.items !== undefined && stack.includes(target.items)) continue;
      if (target.additionalProperties !== undefined && typeof target.additionalProperties !== 'boolean' && stack.includes(target.additionalProperties)) continue;
      out[name] = make(property);
    }
    stack.pop();
    // A union of values, not of fields: the text that fits is an address.
    if (plain === 'a' && (node.oneOf ?? node.anyOf) && refusals(structuredClone(out), '', { ...nodes, '': { ...node, preserve: true } }).some((reason) => /of matches/i.test(reason))) {
      for (const [name, value] of Object.entries(out)) if (value === 'a') out[name] = '10.0.0.1';
    }
    return out;
  };

  return object(root, nodes[root]!, 'a');
}

function text(node: SchemaNode, patterns: readonly string[], plain = 'a'): string {
  const fits = (candidate: string): boolean => {
    const length = [...candidate].length;
    return length >= (node.minLength ?? 0) && length <= (node.maxLength ?? Infinity) && patterns.every((pattern) => new RegExp(pattern, 'u').test(candidate));
  };
  for (const candidate of [plain, ...STRINGS, 'a'.repeat(node.minLength ?? 0)]) if (fits(candidate)) return candidate;
  throw new Error(`no sample fits ${patterns.join(' and ')} (${node.minLength ?? 0} to ${node.maxLength ?? 'any'} characters)`);
}

function number(node: SchemaNode): number {
  const low = (node.minimum ?? -Infinity) + (node.exclusiveMinimum ? 1 : 0);
  const high = (node.maximum ?? Infinity) - (node.exclusiveMaximum ? 1 : 0);
  const value = Math.min(Math.max(1, low), high);
  return node.multipleOf ? Math.ceil(value / node.multipleOf) * node.multipleOf : value;
}
