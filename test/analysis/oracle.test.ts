// Our validator against Ajv, on random and mutated objects of kinds with many combinators. Ajv sees the object as the API server would after defaulting; list types, which it does
// not know, are checked by a few naive lines here.
import Ajv from 'ajv';
import type { ValidateFunction } from 'ajv';
import fc from 'fast-check';
import { Compiler } from '../../src/analysis/schema/compile';
import { normalize } from '../../src/analysis/schema/defaults';
import type { NodeOrId, SchemaNode } from '../../src/analysis/schema/node';
import type { CheckContext } from '../../src/analysis/schema/problem';
import { QUIET } from '../../src/analysis/schema/problem';
import { SchemaStore } from '../../src/analysis/schema/store';
import { resolveTargets } from '../../src/core/targets';

const KINDS = [
  ['gateway.networking.k8s.io', 'v1', 'HTTPRoute'], ['gateway.networking.k8s.io', 'v1', 'Gateway'], ['gateway.envoyproxy.io', 'v1alpha1', 'BackendTrafficPolicy'],
  ['gateway.envoyproxy.io', 'v1alpha1', 'SecurityPolicy'], ['networking.istio.io', 'v1', 'DestinationRule'], ['networking.istio.io', 'v1', 'VirtualService'],
  ['security.istio.io', 'v1', 'AuthorizationPolicy'], ['cilium.io', 'v2', 'CiliumNetworkPolicy'], ['cert-manager.io', 'v1', 'Certificate'], ['projectcalico.org', 'v3', 'NetworkPolicy'],
  ['traefik.io', 'v1alpha1', 'Middleware'],
] as const;

const store = SchemaStore.shipped();

type Random = () => number;
type Resolve = (node: NodeOrId) => SchemaNode;

function mulberry(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const TEXTS = ['a', 'orders', '10.0.0.1', '10.0.0.0/8', '1s', '4700ms', '8080', 'https', '/api', 'GET', 'example.com', '*.example.com', '', 'x'.repeat(70), '100m', 'TCP'];
const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

/** A value that mostly fits the node. */
function sample(node: SchemaNode, resolve: Resolve, random: Random, depth: number): unknown {
  if (random() < 0.01) return pick(random, [null, 1, 'text', true, [], {}, -1, 1.5]);
  if (node.enum) return pick(random, node.enum);
  if (node.intOrString) return random() < 0.5 ? Math.floor(random() * 100) : '10%';
  switch (node.type) {
    case 'string': {
      const pattern = node.pattern === undefined ? undefined : new RegExp(node.pattern, 'u');
      const good = TEXTS.filter((text) => (pattern?.test(text) ?? true) && text.length >= (node.minLength ?? 0) && text.length <= (node.maxLength ?? Infinity));
      return good.length > 0 ? pick(random, good) : 'a';
    }
    case 'integer':
    case 'number': return Math.max(node.minimum ?? 0, Math.min(node.maximum ?? 100, Math.floor(random() * 100)));
    case 'boolean': return random() < 0.5;
    case 'array': {
      const count = Math.max(node.minItems ?? 0, Math.floor(random() * (depth > 5 ? 1 : 3)));
      return Array.from({ length: Math.min(count, 4) }, () => (node.items === undefined ? 'a' : sample(resolve(node.items), resolve, random, depth + 1)));
    }
    case 'object': {
      const object: Record<string, unknown> = {};
      for (const [name, child] of Object.entries(node.properties ?? {})) {
        if (node.required?.includes(name) || random() < (depth > 5 ? 0.1 : depth > 1 ? 0.2 : 0.9)) object[name] = sample(resolve(child), resolve, random, depth + 1);
      }
      if (typeof node.additionalProperties === 'object' || typeof node.additionalProperties === 'string') object.app = sample(resolve(node.additionalProperties), resolve, random, depth + 1);
      const alternatives = [...(node.oneOf ?? []), ...(node.anyOf ?? [])].map(resolve).filter((one) => one.required);
      if (alternatives.length > 0) {
        for (const one of alternatives) for (const name of one.required!) delete object[name];
        for (const name of pick(random, alternatives).required!) {
          if (node.properties?.[name] !== undefined) object[name] = sample(resolve(node.properties[name]), resolve, random, depth + 1);
        }
      }
      return object;
    }
    default: return pick(random, ['a', 1, {}]);
  }
}

/** Drops, renames, retypes, doubles, empties one thing somewhere. */
function mutate(value: unknown, random: Random): unknown {
  if (Array.isArray(value)) {
    if (value.length === 0 || random() < 0.2) return pick(random, [[], [...value, ...value], {}, 'text']);
    const at = Math.floor(random() * value.length);
    return value.map((item, i) => (i === at ? mutate(item, random) : item));
  }
  if (typeof value !== 'object' || value === null) return pick<unknown>(random, ['', 'text', 0, -1, 1e12, 1.5, true, null, [], {}, [value], typeof value === 'string' ? value.toUpperCase() : String(value)]);
  const entries = Object.entries(value);
  if (entries.length === 0 || random() < 0.1) return pick(random, [{ ...value, unknownField: 1 }, [], 'text', null]);
  const at = Math.floor(random() * entries.length);
  const [key, child] = entries[at]!;
  const act = random();
  if (act < 0.1) return Object.fromEntries(entries.filter((_, i) => i !== at));
  if (act < 0.15) return Object.fromEntries(entries.map(([name, one], i) => (i === at ? [`${name}x`, one] : [name, one])));
  if (act < 0.2) return { ...value, [key]: null };
  return { ...value, [key]: mutate(child, random) };
}

/** Kubernetes' words in JSON Schema's. */
function toJsonSchema(node: SchemaNode, resolve: Resolve, structural: boolean): Record<string, unknown> {
  const schema: Record<string, unknown> = {};
  const below = (child: NodeOrId): Record<string, unknown> => toJsonSchema(resolve(child), resolve, structural);
  const nested = (child: NodeOrId): Record<string, unknown> => toJsonSchema(resolve(child), resolve, false);
  for (const word of ['enum', 'pattern', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties', 'required', 'minimum', 'maximum', 'multipleOf'] as const) {
    if (node[word] !== undefined) schema[word] = node[word];
  }
  if (node.exclusiveMinimum) {
    schema.exclusiveMinimum = schema.minimum;
    delete schema.minimum;
  }
  if (node.exclusiveMaximum) {
    schema.exclusiveMaximum = schema.maximum;
    delete schema.maximum;
  }
  if (node.intOrString) schema.type = ['integer', 'string'];
  else if (node.type !== undefined) schema.type = node.nullable ? [node.type, 'null'] : node.type;
  if (node.properties) schema.properties = Object.fromEntries(Object.entries(node.properties).map(([name, child]) => [name, below(child)]));
  if (node.items !== undefined) schema.items = below(node.items);
  if (typeof node.additionalProperties === 'object' || typeof node.additionalProperties === 'string') schema.additionalProperties = below(node.additionalProperties);
  else if (structural && !node.preserve && node.additionalProperties !== true && (node.type === 'object' || node.properties)) schema.additionalProperties = false;
  if (node.oneOf) schema.oneOf = node.oneOf.map(nested);
  if (node.anyOf) schema.anyOf = node.anyOf.map(nested);
  if (node.allOf) schema.allOf = node.allOf.map(nested);
  if (node.not !== undefined) schema.not = nested(node.not);
  return schema;
}

function listsAreUnique(value: unknown, node: SchemaNode, resolve: Resolve): boolean {
  if (Array.isArray(value)) {
    const keys = node.listType === 'map' ? node.listMapKeys! : undefined;
    const ids = keys ? value.map((item) => JSON.stringify(keys.map((key) => (item as Record<string, unknown>)?.[key] ?? null))) : node.listType === 'set' ? value.map((item) => JSON.stringify(item)) : [];
    return new Set(ids).size === ids.length && (node.items === undefined || value.every((item) => listsAreUnique(item, resolve(node.items!), resolve)));
  }
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, child]) => {
    const target = node.properties?.[key] ?? (typeof node.additionalProperties === 'boolean' ? undefined : node.additionalProperties);
    return target === undefined || listsAreUnique(child, resolve(target), resolve);
  });
}

const counts = { accepted: 0, refused: 0 };

describe.each(KINDS)('%s/%s %s', (group, version, kind) => {
  const { root, node: resolve } = store.find(group, version, kind, resolveTargets())!;
  const spec = resolve(root.properties!.spec!);
  // Formats are compared elsewhere.
  const noFormats: Resolve = (one) => {
    const { format: _, ...rest } = resolve(one);
    return rest;
  };
  let oracle: ValidateFunction;
  let check: ReturnType<Compiler['build']>;
  beforeAll(() => {
    oracle = new Ajv({ strict: false, validateFormats: false, logger: false }).compile(toJsonSchema(spec, resolve, true));
    check = new Compiler({ resolve: noFormats, native: false }).build(spec, 'structure');
  });

  test('says what the oracle says, on both passes', () => {
    fc.assert(fc.property(fc.integer(), (seed) => {
      const random = mulberry(seed);
      let object = sample(spec, resolve, random, 0);
      for (let i = Math.floor(random() * 3); i > 0; i--) object = mutate(object, random);
      const normal = normalize(object, spec, resolve);
      const expected = oracle(normal) === true && listsAreUnique(normal, spec, resolve);
      const context: CheckContext = { report: true, path: [], problems: [], show: String };
      const slow = check(normal, context);
      expect({ object, slow, problems: context.problems.map(({ id, path, message }) => `${id} ${path.join('/')} ${message}`) })
        .toEqual({ object, slow: expected, problems: expected ? [] : expect.arrayContaining([expect.anything()]) });
      expect(slow).toBe(context.problems.length === 0);
      // The first pass may refuse too much; what it accepts, the second must accept.
      if (check(object, QUIET)) expect(slow).toBe(true);
      counts[expected ? 'accepted' : 'refused']++;
    }), { numRuns: 250 });
  });
});

test('the comparison saw both answers often', () => {
  expect(counts.accepted).toBeGreaterThan(300);
  expect(counts.refused).toBeGreaterThan(300);
});
