// Objects with a mistake or an oddity: a field is dropped, renamed, given another type, doubled, put out of its range, given a value that is not
// allowed, or added, or a rule is broken. The schema says what the near misses are; a fixed sequence of numbers picks the place and the kind of mistake.
import type { KindSchema } from '../../src/analysis/schema/store';
import type { NodeOrId, SchemaNode } from '../../src/analysis/schema/node';
import { withMetadata } from './differential/metadata';
import type { Next } from './differential/numbers';
import { pick } from './differential/numbers';
import type { Path } from './differential/paths';
import { at, GONE, isMap, pathsOf, printed, put } from './differential/paths';
import { nodeAt, withRuleAsked } from './differential/ruled';
import { anyOf, meaningful } from './differential/values';
import type { Json } from './engines/kube-apiserver/documents';

interface Mutation {
  readonly name: string;
  /** Whether it can be made of this value. */
  readonly fits: (value: unknown, node: SchemaNode | undefined, path: Path) => boolean;
  /** The value that stands there instead; `GONE` takes the field away. */
  readonly make: (value: unknown, node: SchemaNode | undefined, next: Next) => unknown;
  /** Of several that fit, how often it is taken. */
  readonly weight: number;
}

const always = (): boolean => true;
const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';
/** Whether one more is another number: beyond 2^53 a text of digits is not what JavaScript reads. */
const exact = (bound: number | undefined): boolean => bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;

const MUTATIONS: readonly Mutation[] = [
  { name: 'without it', weight: 6, fits: (_, __, path) => typeof path.at(-1) === 'string', make: () => GONE },
  { name: 'an item less', weight: 2, fits: (_, __, path) => typeof path.at(-1) === 'number', make: () => GONE },
  { name: 'null', weight: 1, fits: always, make: () => null },
  { name: 'an unknown field', weight: 1, fits: isMap, make: (value) => ({ ...value as Json, unknownHere: 1 }) },
  { name: 'a field renamed', weight: 3, fits: (value) => isMap(value) && Object.keys(value).length > 0, make: renamed },
  { name: 'an empty map', weight: 1, fits: isMap, make: () => ({}) },
  { name: 'an empty list', weight: 2, fits: Array.isArray, make: () => [] },
  { name: 'an item twice', weight: 4, fits: (value) => Array.isArray(value) && value.length > 0, make: (value) => [...value as unknown[], structuredClone((value as unknown[])[0])] },
  { name: 'a null among items', weight: 1, fits: Array.isArray, make: (value) => [...value as unknown[], null] },
  { name: 'too many items', weight: 2, fits: (value, node) => Array.isArray(value) && value.length > 0 && (node?.maxItems ?? Infinity) <= 300, make: tooMany },
  { name: 'a text', weight: 1, fits: (value) => !isText(value), make: () => 'text' },
  { name: 'another text', weight: 2, fits: isText, make: (value) => `${String(value)} ~` },
  { name: 'another case', weight: 2, fits: (value) => isText(value) && /[a-z]/i.test(value), make: (value) => (/[A-Z]/.test(String(value)) ? String(value).toLowerCase() : String(value).toUpperCase()) },
  { name: 'an empty text', weight: 1, fits: isText, make: () => '' },
  { name: 'a long text', weight: 1, fits: isText, make: (_, node) => 'x'.repeat(node?.maxLength !== undefined && node.maxLength < 5000 ? node.maxLength + 1 : 5000) },
  { name: 'one choice misspelt', weight: 6, fits: (value, node) => isText(value) && node?.enum !== undefined, make: (value) => `${String(value)}s` },
  { name: 'another choice', weight: 6, fits: (value, node) => isText(value) && (node?.enum?.length ?? 0) > 1, make: (value, node, next) => pick(node!.enum!.filter((one) => one !== value), next) },
  { name: 'a number', weight: 1, fits: (value) => !isNumber(value), make: () => 7 },
  { name: 'a number in quotes', weight: 2, fits: isNumber, make: String },
  { name: 'a negative number', weight: 1, fits: isNumber, make: () => -7 },
  { name: 'a large number', weight: 1, fits: isNumber, make: () => 5_000_000_000 },
  { name: 'a fraction', weight: 1, fits: isNumber, make: () => 1.5 },
  { name: 'just too small', weight: 4, fits: (value, node) => isNumber(value) && exact(node?.minimum), make: (_, node) => node!.minimum! - (node!.exclusiveMinimum ? 0 : 1) },
  { name: 'just too large', weight: 4, fits: (value, node) => isNumber(value) && exact(node?.maximum), make: (_, node) => node!.maximum! + (node!.exclusiveMaximum ? 0 : 1) },
  { name: 'the least', weight: 2, fits: (value, node) => isNumber(value) && exact(node?.minimum), make: (_, node) => node!.minimum! },
  { name: 'the most', weight: 2, fits: (value, node) => isNumber(value) && exact(node?.maximum), make: (_, node) => node!.maximum! },
  { name: 'a boolean', weight: 1, fits: (value) => typeof value !== 'boolean', make: () => true },
  { name: 'the opposite', weight: 4, fits: (value) => typeof value === 'boolean', make: (value) => value !== true },
  { name: 'a list', weight: 1, fits: (value) => !Array.isArray(value), make: (value) => [value] },
  { name: 'a map', weight: 1, fits: (value) => !isMap(value), make: () => ({ a: 'b' }) },
];

function renamed(value: unknown, _: SchemaNode | undefined, next: Next): unknown {
  const entries = Object.entries(value as Json);
  const chosen = next(entries.length);
  const typo = [(name: string) => `${name}s`, (name: string) => name.slice(0, -1) || 'x', (name: string) => name.toLowerCase(), (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
  return Object.fromEntries(entries.map(([name, inner], i) => [i === chosen ? pick(typo, next)(name) : name, inner]));
}

function tooMany(value: unknown, node: SchemaNode | undefined): unknown {
  return Array.from({ length: node!.maxItems! + 1 }, (_, i) => different((value as unknown[])[0], i));
}

/** A copy whose first text differs. */
function different(item: unknown, i: number): unknown {
  if (isText(item)) return `${item}${i}`;
  if (isNumber(item)) return item + i;
  if (!isMap(item)) return item;
  const name = Object.keys(item).find((key) => key === 'name') ?? Object.keys(item).find((key) => isText(item[key]));
  return name === undefined ? item : { ...item, [name]: different(item[name], i) };
}

export interface Mutated {
  /** `spec.rules[0].name: a number` */
  readonly name: string;
  readonly object: Json;
}

/** Metadata that decides where an object is sent stays. */
const KEPT: ReadonlySet<string> = new Set(['', 'apiVersion', 'kind', 'metadata', 'metadata.namespace', 'metadata.name']);

/** An object with one mutation, or undefined when the numbers have led nowhere. */
export function mutant(object: Json, schema: KindSchema, next: Next): Mutated | undefined {
  const paths = pathsOf(object).filter((path) => !KEPT.has(path.join('.')) && path[0] !== 'status');
  // Metadata is nearly the same for all kinds: a tenth of the mutations is enough, half of them of fields that are not there.
  if (isMap(object.metadata) && next(20) === 0) return withMetadata(object, next);
  const asked = next(8) === 0 ? withRuleAsked(object, schema, next) : undefined;
  if (asked) return asked;
  const inside = paths.filter((path) => (path[0] === 'metadata') === (next(10) === 0));
  if (inside.length === 0) return undefined;
  const ruled = inside.filter((path) => withRules(schema, path));
  const path = pick(ruled.length > 0 && next(3) === 0 ? ruled : inside, next);
  const value = at(object, path);
  const node = nodeAt(schema, path);
  const done = (name: string, made: unknown, where: Path = path): Mutated => ({ name: `${printed(where)}: ${name}`, object: put(object, where, made) as Json });
  if (isMap(value) && node?.properties !== undefined && next(3) === 0) {
    const absent = Object.keys(node.properties).filter((name) => value[name] === undefined && !(path.length === 0 && name === 'status'));
    if (absent.length > 0) {
      const name = pick(absent, next);
      return done('added', sampled(schema, node.properties[name]!, name, next), [...path, name]);
    }
  }
  if (schema.native && !isMap(value) && !Array.isArray(value) && next(3) > 0) {
    const made = meaningful(fieldOf(path), value, next);
    return done(JSON.stringify(made), made);
  }
  const fitting = MUTATIONS.filter((one) => one.fits(value, node, path)).flatMap((one) => new Array<Mutation>(one.weight).fill(one));
  if (fitting.length === 0) return undefined;
  const mutation = pick(fitting, next);
  return done(mutation.name, mutation.make(value, node, next));
}

/** The name of a field, or of the list that the item is in. */
function fieldOf(path: Path): string {
  return [...path].reverse().find((part): part is string => typeof part === 'string') ?? '';
}

function withRules(schema: KindSchema, path: Path): boolean {
  return nodeAt(schema, path)?.cel !== undefined || (path.length > 0 && nodeAt(schema, path.slice(0, -1))?.cel !== undefined);
}

/** A small value of a node: what is required, and of native kinds something that means something. */
function sampled(schema: KindSchema, nodeOrId: NodeOrId, name: string, next: Next, depth: number = 0): unknown {
  const node = schema.node(nodeOrId);
  if (node.enum) return pick(node.enum, next);
  if (node.items !== undefined || node.type === 'array') return node.items === undefined || depth > 6 ? [] : [sampled(schema, node.items, name, next, depth + 1)];
  if (node.properties !== undefined) {
    const wanted = depth > 6 ? [] : node.required ?? [];
    const some = depth > 2 ? [] : Object.keys(node.properties).filter(() => next(4) === 0);
    const chosen = [...new Set([...wanted, ...some])].filter((field) => node.properties![field] !== undefined);
    return Object.fromEntries(chosen.map((field) => [field, sampled(schema, node.properties![field]!, field, next, depth + 1)]));
  }
  if (node.type === 'object') return node.additionalProperties === undefined || typeof node.additionalProperties === 'boolean' ? {} : { a: sampled(schema, node.additionalProperties, name, next, depth + 1) };
  if (node.minimum !== undefined) return node.minimum;
  if (node.type === 'boolean') return next(2) === 0;
  if (!schema.native) return node.type === 'integer' || node.type === 'number' ? 1 : 'a';
  return node.intOrString === true ? meaningful(name, undefined, next) : node.type === 'string' ? String(meaningful(name, 'a', next)) : anyOf(node.type, next);
}
