// Rules of a schema, held against a document: which of them are asked, in what order, and what they say.
import type { NodeRules } from '../../../src/analysis/cel/rules';
import { SchemaRules } from '../../../src/analysis/cel/rules';
import type { NodeOrId, SchemaNode } from '../../../src/analysis/schema/node';
import type { CheckContext } from '../../../src/analysis/schema/problem';
import { QUIET } from '../../../src/analysis/schema/problem';
import { shorten } from '../../../src/core/errors';

const resolve = (node: NodeOrId): SchemaNode => node as SchemaNode;
const TEXT: SchemaNode = { type: 'string' };
const INT: SchemaNode = { type: 'integer' };

function rulesOf(node: SchemaNode, kubernetes: number = 35): NodeRules {
  return new SchemaRules(resolve, kubernetes).root(node)!;
}

/** Path and message of every rule that does not hold; the quiet answer is compared on the way. */
function complaints(node: SchemaNode, value: unknown, old?: unknown, kubernetes?: number): string[] {
  const rules = rulesOf(node, kubernetes);
  const context: CheckContext = { report: true, path: [], problems: [], show: shorten };
  const ok = rules.hold(value, old, context);
  expect(ok).toBe(context.problems.length === 0);
  expect(rules.hold(value, old, QUIET)).toBe(ok);
  expect(context.path).toEqual([]);
  return context.problems.map(({ id, path, message }) => {
    expect(id).toBe('NS0016');
    return `${path.join('/')}: ${message}`;
  });
}

const object = (properties: Record<string, SchemaNode>, ...cel: NonNullable<SchemaNode['cel']>): SchemaNode => ({ type: 'object', properties, cel });

test('rules are asked at every node that is there, from the outside in', () => {
  const node = object({
    spec: { ...object({ low: INT, high: INT, names: { type: 'array', items: { ...TEXT, cel: [{ rule: "self != 'x'" }] } } }, { rule: 'self.low <= self.high' }) },
    labels: { type: 'object', additionalProperties: { ...TEXT, cel: [{ rule: 'self.size() < 3' }] } },
  }, { rule: 'has(self.spec)' });
  expect(complaints(node, { spec: { low: 1, high: 2, names: ['a'] }, labels: { a: 'bc' } })).toEqual([]);
  expect(complaints(node, {})).toEqual([': here spec is missing, which the rule «has(self.spec)» does not allow']);
  expect(complaints(node, { spec: { low: 3, high: 2, names: ['a', 'x'] }, labels: { a: 'bc', 'b.c': 'abc' } })).toEqual([
    'spec: here low (3) is above high (2), which the rule «self.low <= self.high» does not allow',
    'spec/names/1: the value is "x", which the rule «self != \'x\'» does not allow',
    'labels/b.c: the value has 3 characters, which the rule «self.size() < 3» does not allow',
  ]);
});

test('a failing evaluation is a refusal', () => {
  expect(complaints(object({ a: INT, b: INT }, { rule: 'self.a / self.b == 1' }), { a: 1, b: 0 })).toEqual([': the rule «self.a / self.b == 1» of this field fails: division by zero']);
  expect(complaints(object({ a: INT }, { rule: 'self.a == 1' }), {})).toEqual([': the rule «self.a == 1» of this field fails: there is no a']);
});

test('defaults count, wherever they stand', () => {
  const node = object({
    type: { ...TEXT, default: 'Service' }, port: INT,
    more: { type: 'object', default: {}, properties: { size: { ...INT, default: 5, cel: [{ rule: 'self < 5' }] } } },
  }, { rule: "self.type != 'Service' || has(self.port)" });
  expect(complaints(node, { port: 1, more: { size: 1 } })).toEqual([]);
  expect(complaints(node, { type: 'Other', more: { size: 4 } })).toEqual([]);
  expect(complaints(node, {})).toEqual([
    ": here port is missing although type is \"Service\", which the rule «self.type != 'Service' || has(self.port)» does not allow",
    'more/size: the value (5) is at least 5, which the rule «self < 5» does not allow',
  ]);
});

test('null stands for nothing', () => {
  const node = object({ a: { ...TEXT, nullable: true, cel: [{ rule: 'false' }] }, b: TEXT }, { rule: '!has(self.a) && !has(self.b)' });
  expect(complaints(node, { a: null, b: null })).toEqual([]);
});

describe('rules about changes', () => {
  const immutable = object({ name: { ...TEXT, cel: [{ rule: 'self == oldSelf' }] } });

  test('ask nothing of a new object', () => {
    expect(complaints(immutable, { name: 'a' })).toEqual([]);
    expect(complaints(immutable, { name: 'a' }, {})).toEqual([]);
  });

  test('compare with what stood there before', () => {
    expect(complaints(immutable, { name: 'a' }, { name: 'a' })).toEqual([]);
    expect(complaints(immutable, { name: 'b' }, { name: 'a' })).toEqual(['name: the value may not be changed once it is set']);
  });

  test('find the old item of a list by its keys, and of other lists none', () => {
    const list = (more: SchemaNode): SchemaNode => object({ ports: { type: 'array', items: object({ name: TEXT, port: INT }, { rule: 'self.port == oldSelf.port' }), ...more } });
    const keyed = list({ listType: 'map', listMapKeys: ['name'] });
    const before = { ports: [{ name: 'a', port: 1 }, { name: 'b', port: 2 }] };
    expect(complaints(keyed, { ports: [{ name: 'b', port: 2 }, { name: 'c', port: 3 }, { name: 'a', port: 1 }] }, before)).toEqual([]);
    expect(complaints(keyed, { ports: [{ name: 'b', port: 1 }] }, before)).toEqual(['ports/0: the rule «self.port == oldSelf.port» of this field does not hold']);
    expect(complaints(list({ listType: 'atomic' }), { ports: [{ name: 'a', port: 9 }] }, before)).toEqual([]);
  });

  test('with optionalOldSelf they are asked of new objects too', () => {
    const node = object({ a: INT }, { rule: 'oldSelf.hasValue() || self.a == 1', optionalOldSelf: true });
    expect(complaints(node, { a: 1 })).toEqual([]);
    expect(complaints(node, { a: 2 }, { a: 1 })).toEqual([]);
    expect(complaints(node, { a: 2 })).toHaveLength(1);
    const grows = object({ a: { ...INT, cel: [{ rule: 'oldSelf.optMap(o, self >= o).orValue(true)', optionalOldSelf: true }] } });
    expect(complaints(grows, { a: 2 }, { a: 1 })).toEqual([]);
    expect(complaints(grows, { a: 1 }, { a: 2 })).toHaveLength(1);
  });
});

describe('messageExpression', () => {
  const node = (messageExpression: string): SchemaNode => object({ a: INT }, { rule: 'self.a < 5', messageExpression });

  test('is the message', () => {
    expect(complaints(node("'a is ' + string(self.a) + ', and 5 is too much'"), { a: 7 })).toEqual([': a is 7, and 5 is too much']);
  });

  test.each([['fails', 'string(self.b)'], ['is no text', 'self.a'], ['is empty', "'  '"], ['has lines', "'a\\nb'"], ['is nonsense', 'self.']])('that %s is not', (_, expression) => {
    expect(complaints(node(expression), { a: 7 })).toEqual([': here a (7) is at least 5, which the rule «self.a < 5» does not allow']);
  });
});

test.each([
  ['.spec.port', 'spec/port'], ["['spec'].port", 'spec/port'], [".labels['a.b']", 'labels/a.b'], [".labels['it\\'s']", "labels/it's"],
  // Paths that the schema does not have say nothing.
  ['.spec.other', ''], ['spec', ''], ['.spec[0]', ''],
])('fieldPath %s points at %s', (fieldPath, expected) => {
  const node = object({ spec: { type: 'object', properties: { port: INT } }, labels: { type: 'object', additionalProperties: TEXT } }, { rule: 'false', fieldPath });
  expect(complaints(node, {})).toEqual([`${expected}: the rule «false» of this field does not hold`]);
});

test('rules in allOf see the same value', () => {
  const node: SchemaNode = { type: 'object', properties: { a: TEXT, b: { type: 'array', items: TEXT } }, allOf: [{ properties: { a: { cel: [{ rule: "self == 'x'" }] }, b: { items: { cel: [{ rule: "self == 'y'" }] } } } }] };
  expect(complaints(node, { a: 'x', b: ['y'] })).toEqual([]);
  expect(complaints(node, { a: 'z', b: ['y', 'z'] })).toEqual(['a: the value is "z", not "x", which the rule «self == \'x\'» does not allow', 'b/1: the value is "z", not "y", which the rule «self == \'y\'» does not allow']);
});

test('of metadata only the names are visible, and apiVersion and kind', () => {
  const node = object({ metadata: { type: 'object' } }, { rule: "self.metadata.name == 'a' && !has(self.metadata.generateName) && self.kind == 'K' && self.apiVersion == 'v1'" });
  expect(complaints(node, { apiVersion: 'v1', kind: 'K', metadata: { name: 'a', labels: {} } })).toEqual([]);
  expect(complaints(object({}, { rule: 'has(self.metadata.labels)' }), { metadata: { name: 'a', labels: {} } })).toHaveLength(1);
  const embedded = object({ template: { type: 'object', embedded: true, preserve: true, cel: [{ rule: "self.metadata.name == 'a'" }] } });
  expect(complaints(embedded, { template: { metadata: { name: 'a' }, spec: 1 } })).toEqual([]);
  expect(complaints(embedded, { template: { metadata: { name: 'b' } } })).toHaveLength(1);
});

test('fields without a type cannot be seen, nor what lies in them', () => {
  const node = object({ any: { preserve: true }, list: { type: 'array', items: { preserve: true } } }, { rule: '!has(self.any) && !has(self.list)' });
  expect(complaints(node, { any: 1, list: [1] })).toEqual([]);
});

test('a library that came after the target cannot be used', () => {
  const node = object({ a: { type: 'array', items: INT } }, { rule: 'self.a.sort() == self.a' });
  expect(complaints(node, { a: [1, 2] }, undefined, 34)).toEqual([]);
  expect(complaints(node, { a: [1, 2] }, undefined, 33)).toEqual([
    ': the rule «self.a.sort() == self.a» of this field cannot be evaluated: .sort() is known since Kubernetes 1.34, and the target is 1.33',
  ]);
});

test('nodes in which something else is wrong are not asked', () => {
  const node = object({ a: { ...TEXT, cel: [{ rule: 'false' }] }, b: { ...TEXT, cel: [{ rule: 'false' }] } }, { rule: 'false' });
  const context: CheckContext = { report: true, path: [], problems: [], show: shorten };
  rulesOf(node).hold({ a: 'x', b: 'x' }, undefined, context, (path) => path.length === 0 || path[0] === 'a');
  expect(context.problems.map(({ path }) => path)).toEqual([['b']]);
});
