// What single nodes accept, and the words for what they refuse.
import { Compiler } from '../../src/analysis/schema/compile';
import type { NodeOrId, SchemaNode } from '../../src/analysis/schema/node';
import type { CheckContext } from '../../src/analysis/schema/problem';
import { QUIET } from '../../src/analysis/schema/problem';
import { normalize } from '../../src/analysis/schema/defaults';
import { formatCheck } from '../../src/analysis/schema/formats';
import { shorten } from '../../src/core/errors';

const resolve = (node: NodeOrId): SchemaNode => node as SchemaNode;

function complaints(node: SchemaNode, value: unknown, native: boolean = false): string[] {
  const check = new Compiler({ resolve, native }).build(node, 'structure');
  const context: CheckContext = { report: true, path: [], problems: [], show: shorten };
  const ok = check(native ? value : normalize(value, node, resolve), context);
  expect(ok).toBe(context.problems.length === 0);
  // The first pass may refuse too much, never accept too much.
  if (!ok) expect(check(value, QUIET)).toBe(false);
  return context.problems.map(({ id, path, message, fix }) => `${id} ${path.join('/')}: ${message}${fix === undefined ? '' : `; ${fix}`}`);
}

const object = (properties: Record<string, SchemaNode>, more: SchemaNode = {}): SchemaNode => ({ type: 'object', properties, ...more });
const STRING: SchemaNode = { type: 'string' };

test.each<[string, SchemaNode, unknown, string[]]>([
  // types
  ['mapping for text', STRING, {}, ['NS0012 : a mapping stands where a string belongs']],
  ['number for text', STRING, 1, ['NS0012 : an integer stands where a string belongs: 1; put it in quotes']],
  ['text for a list', { type: 'array', items: STRING }, 'a', ['NS0012 : a string stands where a list belongs: "a"; write it as a list: "- …"']],
  ['list for a mapping', object({}), [], ['NS0012 : a list stands where a mapping belongs; write it as a mapping, without "- "']],
  ['fraction for an integer', { type: 'integer' }, 1.5, ['NS0012 : a number stands where an integer belongs: 1.5']],
  ['not a number', { type: 'number' }, NaN, ['NS0012 : a number stands where a number belongs: NaN']],
  ['boolean for int-or-string', { intOrString: true }, true, ['NS0012 : a boolean stands where an integer or a string belongs: true']],
  ['fraction for int-or-string', { intOrString: true }, 0.5, ['NS0012 : a number stands where an integer or a string belongs: 0.5']],
  ['null in a list', { type: 'array', items: STRING }, [null], ['NS0012 0: null stands where a string belongs']],
  ['function', STRING, () => 1, ['NS0012 : a JavaScript function stands where a string belongs: a function']],
  // values
  ['enum', { type: 'string', enum: ['Exact', 'PathPrefix'] }, 'exact', ['NS0014 : "exact" is not one of Exact, PathPrefix; did you mean Exact?']],
  ['enum, a part of the name', { type: 'string', enum: ['Exact', 'PathPrefix'] }, 'prefix', ['NS0014 : "prefix" is not one of Exact, PathPrefix; did you mean PathPrefix?']],
  ['enum with the empty text', { type: 'string', enum: ['', 'a'] }, 'zzz', ['NS0014 : "zzz" is not one of "", a']],
  ['null where an enum allows it not', { type: 'string', enum: ['a'], nullable: true }, null, ['NS0014 : null is not one of the allowed values; leave the field out']],
  ['pattern', { type: 'string', pattern: '^[a-z]+$' }, 'A', ['NS0014 : "A" does not match ^[a-z]+$']],
  ['too long', { type: 'string', maxLength: 2 }, 'abc', ['NS0014 : the text has 3 characters, at most 2 are allowed']],
  ['empty', { type: 'string', minLength: 1 }, '', ['NS0014 : the text is empty']],
  ['code points are counted', { type: 'string', minLength: 3 }, '😀😀', ['NS0014 : the text has 2 characters, at least 3 are allowed']],
  ['format', { type: 'string', format: 'date-time' }, 'yesterday', ['NS0014 : "yesterday" is not of format date-time; write a time, such as 2026-01-31T12:00:00Z']],
  ['bounds', { type: 'integer', minimum: 1, maximum: 5 }, 6, ['NS0014 : 6 is outside of what is allowed: at least 1 and at most 5']],
  ['open bounds', { type: 'number', minimum: 0, exclusiveMinimum: true }, 0, ['NS0014 : 0 is outside of what is allowed: above 0']],
  ['multiple', { type: 'number', multipleOf: 0.01 }, 0.005, ['NS0014 : 0.005 is no multiple of 0.01']],
  ['int32', { type: 'integer', format: 'int32' }, 2 ** 31, ['NS0086 : 2147483648 does not fit into int32']],
  ['int64', { type: 'integer' }, 1e19, ['NS0014 : 10000000000000000000 does not fit into int64']],
  ['too many items', { type: 'array', items: STRING, maxItems: 1 }, ['a', 'b'], ['NS0014 : 2 items where at most 1 must stand']],
  ['too few items', { type: 'array', items: STRING, minItems: 2, maxItems: 2 }, ['a'], ['NS0014 : 1 item where exactly 2 must stand']],
  ['too few fields', { type: 'object', additionalProperties: STRING, minProperties: 1 }, {}, ['NS0014 : 0 fields where at least 1 must stand']],
  // fields
  ['unknown, with a near name', object({ backOff: STRING, retries: STRING }), { backoff: 'a' }, ['NS0011 backoff: there is no field backoff here; did you mean backOff?']],
  ['unknown, with nothing near', object({ a: STRING, b: STRING }), { something: 1 }, ['NS0011 something: there is no field something here; remove it; known here: a, b']],
  ['unknown in an empty schema', object({}), { a: 1 }, ['NS0011 a: there is no field a here; remove it: nothing is known below']],
  ['unknown with an odd name', object({}), { 'a\nb': 1 }, ['NS0011 a\nb: there is no field "a\\nb" here; remove it: nothing is known below']],
  ['unknown below additionalProperties: true', { type: 'object', additionalProperties: true }, { a: 'text', b: { c: 1 } }, ['NS0011 b/c: there is no field c here; remove it: nothing is known below']],
  ['required', object({ a: { type: 'string', enum: ['x', 'y'] } }, { required: ['a'] }), {}, ['NS0013 a: the required field a is missing; give a, one of x, y']],
  ['required and null', object({ a: STRING }, { required: ['a'] }), { a: null }, ['NS0013 a: the required field a is missing; give a, a string']],
  // lists with keys
  ['list map', { type: 'array', listType: 'map', listMapKeys: ['name'], items: object({ name: STRING }) }, [{ name: 'a' }, { name: 'b' }, { name: 'a' }],
    ['NS0015 2: two items of this list have name a, and name must tell them apart; keep one of them']],
  ['list map whose key has a default', { type: 'array', listType: 'map', listMapKeys: ['port', 'protocol'], items: object({ port: { type: 'integer' }, protocol: { type: 'string', default: 'TCP' } }) },
    [{ port: 1 }, { port: 1, protocol: 'UDP' }, { port: 1, protocol: 'TCP' }], ['NS0015 2: two items of this list have port 1, protocol TCP, and port and protocol must tell them apart; keep one of them']],
  ['set', { type: 'array', listType: 'set', items: STRING }, ['a', 'b', 'a', 'a'], ['NS0015 2: the item "a" stands twice in a list that is a set; keep one of them']],
  ['set of mappings', { type: 'array', listType: 'set', items: object({ a: STRING, b: STRING }) }, [{ a: 'x', b: 'y' }, { b: 'y', a: 'x' }],
    ['NS0015 1: the item {"b": "y", "a": "x"} stands twice in a list that is a set; keep one of them']],
  // combinators
  ['oneOf, both', object({ a: STRING, b: STRING }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] }), { a: 'x', b: 'y' },
    ['NS0014 : exactly one of a, b may be set, and a and b are; keep one of them']],
  ['oneOf, none', object({ a: STRING, b: STRING }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] }), {},
    ['NS0014 : exactly one of a, b may be set, and none is; give one of a, b']],
  ['at most one', object({ a: STRING, b: STRING }, { oneOf: [{ not: { anyOf: [{ required: ['a'] }, { required: ['b'] }] } }, { required: ['a'] }, { required: ['b'] }] }), { a: 'x', b: 'y' },
    ['NS0014 : at most one of a, b may be set, and a and b are; keep one of them']],
  ['anyOf', { type: 'string', anyOf: [{ pattern: '^a' }, { enum: ['b', 'c'] }] }, 'd', ['NS0014 : none of the 2 allowed forms fits; the nearest says: "d" does not match ^a']],
  ['oneOf of values, two fit', { type: 'string', oneOf: [{ pattern: '^a' }, { pattern: 'b$' }] }, 'ab', ['NS0014 : the value matches several of the allowed forms, and must match exactly one']],
  ['allOf', { intOrString: true, allOf: [{ pattern: '^[0-9]+%$' }] }, 'x', ['NS0014 : "x" does not match ^[0-9]+%$']],
  ['not', object({ any: STRING, all: STRING }, { not: { required: ['any', 'all'] } }), { any: 'a', all: 'b' }, ['NS0014 : the fields any and all may not stand together']],
  // A default counts as set, and so it can be what is too much, or what was missing.
  ['oneOf, with a default', object({ a: { type: 'string', default: 'x' }, b: STRING }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] }), { b: 'y' },
    ['NS0014 : exactly one of a, b may be set, and a and b are; keep one of them']],
  ['embedded resource', { type: 'object', embedded: true, preserve: true }, { kind: 'Pod', metadata: { labels: { a: 1 } } },
    ['NS0013 apiVersion: the required field apiVersion is missing; give apiVersion', 'NS0012 metadata/labels/a: an integer stands where a string belongs: 1; put it in quotes']],
])('refused: %s', (_, node, value, expected) => {
  expect(complaints(node, value)).toEqual(expected);
});

test.each<[string, SchemaNode, unknown]>([
  ['1.0 is an integer', { type: 'integer' }, 1.0],
  ['null is dropped where it may not stand', object({ a: STRING }), { a: null }],
  ['null stays where it may', object({ a: { type: 'string', nullable: true } }), { a: null }],
  ['null takes the default', object({ a: { type: 'string', default: 'x' } }, { required: ['a'] }), { a: null }],
  ['a default makes a required field optional', object({ a: { type: 'string', default: 'x' } }, { required: ['a'] }), {}],
  ['a default deeper down', object({ a: object({ b: { type: 'string', default: 'x' } }, { required: ['b'] }) }), { a: {} }],
  ['defaults count', object({ a: { type: 'string', default: 'x' } }, { minProperties: 1 }), {}],
  ['oneOf satisfied by a default', object({ a: { type: 'string', default: 'x' }, b: STRING }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] }), {}],
  ['dropped nulls do not count', object({ a: STRING, b: STRING }, { oneOf: [{ required: ['a'] }, { required: ['b'] }], maxProperties: 1 }), { a: 'x', b: null }],
  ['unknown fields where they are kept', object({ a: STRING }, { preserve: true }), { b: { c: [1] } }],
  ['unknown fields of the items of a list that keeps them', { type: 'array', preserve: true, items: object({ a: STRING }) }, [{ b: 1 }]],
  ['undefined is absent', object({ a: STRING }), { b: undefined }],
  ['any text in additional properties', { type: 'object', additionalProperties: STRING }, { 'a/b': 'x', constructor: 'y' }],
  ['nodes of alternatives do not decide what is known', object({ a: STRING, b: STRING }, { anyOf: [{ properties: { a: { enum: ['x'] } } }] }), { a: 'x', b: 'y' }],
  ['unknown formats are ignored', { type: 'string', format: 'idn-hostname' }, '!!'],
  ['formats of other types are ignored', { type: 'object', preserve: true, format: 'date-time' }, {}],
  ['patterns hold for text only', { intOrString: true, allOf: [{ pattern: '^[0-9]+%$' }] }, 5],
  ['an item without key is a key of its own', { type: 'array', listType: 'map', listMapKeys: ['name'], items: object({ name: STRING }) }, [{}, { name: 'a' }]],
  ['1 and "1" differ', { type: 'array', listType: 'set', items: { intOrString: true } }, [1, '1']],
  ['atomic lists may repeat', { type: 'array', listType: 'atomic', items: STRING }, ['a', 'a']],
  ['re2 patterns wait for their engine', { type: 'string', pattern: '(?P<x>', re2: true }, 'x'],
  ['embedded resource', { type: 'object', embedded: true }, { apiVersion: 'v1', kind: 'Pod', metadata: { generateName: 'x' } }],
])('accepted: %s', (_, node, value) => {
  expect(complaints(node, value)).toEqual([]);
});

test('built-in kinds: nulls are absent, defaults do not count, only some keyed lists are unique', () => {
  const item = object({ name: STRING });
  const keyed: SchemaNode = { type: 'array', listType: 'map', listMapKeys: ['name'], items: item };
  const node = object({ env: keyed, webhooks: keyed, port: { type: 'integer', default: 0 } }, { required: ['port'] });
  const twice = [{ name: 'a' }, { name: 'a' }];
  expect(complaints(node, { env: twice, webhooks: null, port: 1 }, true)).toEqual([]);
  expect(complaints(node, { env: [null], webhooks: twice }, true)).toEqual([
    'NS0013 port: the required field port is missing; give port, an integer', 'NS0015 webhooks/1: two items of this list have name a, and name must tell them apart; keep one of them',
  ]);
});

test('normalising shares what it does not change', () => {
  const node = object({ a: object({ b: STRING }), c: { type: 'string', default: 'x' }, d: { type: 'array', items: { type: 'object', default: { e: 1 } } } });
  const value = { a: { b: 'y' }, d: [null, { z: 1 }], unknown: null };
  const normal = normalize(value, node, resolve) as typeof value;
  expect(normal).toEqual({ a: { b: 'y' }, c: 'x', d: [{ e: 1 }, { z: 1 }], unknown: null });
  expect(normal.a).toBe(value.a);
  expect(value).toEqual({ a: { b: 'y' }, d: [null, { z: 1 }], unknown: null });
});

test.each<[string, string[], string[]]>([
  ['date-time', ['2024-02-29T10:00:00Z', '2024-01-01t23:59:59.5+02:00'], ['2023-02-29T10:00:00Z', '2024-01-01', '2024-01-01T24:00:00Z', '2024-01-01T10:00:00', '']],
  ['date', ['2024-12-31'], ['2024-13-01', '2024-1-1']],
  ['duration', ['1h30m', '-1.5h', '0', '22 ns', '2 hours', '1.s', '1h 30'], ['', '1', 'h', '5 parsecs', '30 x']],
  ['ipv4', ['10.0.0.1', '010.0.0.1', '::ffff:10.0.0.1'], ['10.0.0', '10.0.0.256', '::1', '10.0.0.1/32']],
  ['ipv6', ['::1', 'fe80::1', '::ffff:10.0.0.1', '::ffff:010.0.0.1'], ['fe80::1%eth0', '10.0.0.1', ':::']],
  ['cidr', ['10.0.0.0/8', '10.0.0.1/32', '::/0', 'fd00::/64'], ['10.0.0.0', '10.0.0.0/33', '::/129', '10.0.0.0/', 'a/8']],
  ['hostname', ['api.example.com', 'a', '1a'], ['-a', 'a_b', `${'a'.repeat(64)}.com`]],
  ['byte', ['YWJj', 'YQ=='], ['', 'YQ', 'a b']],
  ['uri', ['https://example.com/a', '/a', 'urn:x'], ['a', '', 'https://a b', '/%zz']],
  ['uuid', ['123e4567-e89b-12d3-a456-426614174000'], ['123e4567']],
  ['mac', ['00:00:5e:00:53:01', '0000.5e00.5301'], ['00:00:5e:00:53', '00-00:5e:00:53:01']],
  ['email', ['a@example.com', 'A <a@example.com>'], ['a', '@a']],
  ['quantity', ['10Gi', '1.5', '100m', '1e3'], ['10GiB', 'x', '']],
])('format %s', (format, good, bad) => {
  const check = formatCheck(format, false)!;
  expect(good.filter((text) => !check(text))).toEqual([]);
  expect(bad.filter((text) => check(text))).toEqual([]);
});
