// What a rule that does not hold says about the document.
import { describe as explain } from '../../../src/analysis/cel/words';
import { compileExpression } from '../../../src/analysis/cel/compile';
import { SchemaTypes } from '../../../src/analysis/cel/view';
import type { NodeOrId, SchemaNode } from '../../../src/analysis/schema/node';
import { shorten } from '../../../src/core/errors';

const ITEM: SchemaNode = {
  type: 'object', properties: { name: { type: 'string' }, kind: { type: 'string' }, port: { type: 'integer' }, tls: { type: 'object', properties: { mode: { type: 'string' } } }, labels: { type: 'object', additionalProperties: { type: 'string' } } },
};
const NODE: SchemaNode = {
  type: 'object',
  properties: {
    ...ITEM.properties, 'low': { type: 'integer' }, 'high': { type: 'integer' }, 'wait': { type: 'string' }, 'on': { type: 'boolean' }, 'listeners': { type: 'array', items: ITEM }, 'password': { type: 'string' },
    'tags': { type: 'array', items: { type: 'string' } }, 'namespace': { type: 'string' }, 'x-y': { type: 'string' },
  },
};
const resolve = (node: NodeOrId): SchemaNode => node as SchemaNode;

function said(rule: string, value: unknown, node: SchemaNode = NODE, old?: unknown): string {
  const type = new SchemaTypes(resolve).of(node)!;
  const [self, before] = [type.wrap(value), old === undefined ? null : type.wrap(old)];
  expect(compileExpression(rule, 35).evaluate(self, before)).toBe(false);
  const show = (shown: unknown): string => shorten(shown);
  const { message, fix } = explain({ rule }, self, before, 35, { report: true, path: [], problems: [], show });
  return `${message.replace(/, which the rule «.*» does not allow$/, '').replace(/^here /, '')}${fix === undefined ? '' : ` -> ${fix}`}`;
}

test.each<[string, unknown, string]>([
  // which fields are there
  ['!(has(self.name) && has(self.kind))', { name: 'a', kind: 'b' }, 'name and kind are both set -> keep one of name and kind'],
  ['!has(self.name) || !has(self.kind)', { name: 'a', kind: 'b' }, 'name and kind are both set -> keep one of name and kind'],
  ['has(self.name) || has(self.kind) || has(self.port)', {}, 'none of name, kind and port is set -> give one of name, kind and port'],
  ['has(self.name) != has(self.kind)', {}, 'none of name and kind is set -> give one of name and kind'],
  ['has(self.name) != has(self.kind)', { name: 'a', kind: 'b' }, 'name and kind are both set -> keep one of name and kind'],
  ['(has(self.name) ? 1 : 0) + (has(self.kind) ? 1 : 0) + (has(self.port) ? 1 : 0) <= 1', { name: 'a', port: 1 }, 'name and port are both set -> keep one of name and port'],
  ['(has(self.name) ? 1 : 0) + (has(self.kind) ? 1 : 0) == 1', {}, 'none of name and kind is set -> give one of name and kind'],
  ['has(self.tls)', {}, 'tls is missing -> give tls'],
  ['!has(self.tls.mode)', { tls: { mode: 'a' } }, 'tls.mode is set -> remove tls.mode'],
  ['!(has(self.tls) && has(self.tls.mode) && has(self.name))', { tls: { mode: 'a' }, name: 'b' }, 'tls.mode and name are both set -> keep one of tls.mode and name'],
  // which values go with them
  ["self.kind == 'Local' ? has(self.name) : !has(self.name)", { kind: 'Local' }, 'name is missing although kind is "Local" -> give name'],
  ["self.kind == 'Local' ? has(self.name) : !has(self.name)", { kind: 'Global', name: 'a' }, 'name is set although kind is "Global", not "Local" -> remove name, or set kind to "Local"'],
  ["has(self.kind) && self.kind == 'Local' ? has(self.name) : true", { kind: 'Local' }, 'name is missing although kind is "Local" -> give name'],
  ["!(has(self.name) && self.kind != 'Local')", { kind: 'Global', name: 'a' }, 'name is set although kind is "Global", not "Local" -> remove name, or set kind to "Local"'],
  ["self.kind in ['A', 'B']", { kind: 'C' }, 'kind is "C", none of "A", "B" -> set kind to one of "A", "B"'],
  ["self.kind == 'A' || self.kind == 'B' || self.kind == 'C'", { kind: 'D' }, 'kind is "D", none of "A", "B", "C" -> set kind to one of "A", "B", "C"'],
  ["!(self.kind in ['A'])", { kind: 'A' }, 'kind is "A"'],
  ['self.low <= self.high', { low: 3, high: 2 }, 'low (3) is above high (2)'],
  ['self.low > 5', { low: 3 }, 'low (3) is at most 5'],
  ["duration(self.wait) >= duration('1s')", { wait: '5ms' }, 'wait ("5ms") is below "1s"'],
  ['!self.on', { on: true }, 'on is true'],
  ['self.name == self.kind', { name: 'a', kind: 'b' }, 'name is "a", and kind is "b"'],
  ["self.name.startsWith('a') && !self.name.endsWith('z')", { name: 'bz' }, 'name "bz" does not begin with "a"'],
  ["!(self.name.startsWith('a') && self.name.endsWith('z'))", { name: 'az' }, 'name "az" begins with "a" and ends in "z"'],
  ["self.name.matches('^[a-z]+$')", { name: 'A' }, 'name "A" does not match ^[a-z]+$'],
  ["self.name == '' || isIP(self.name)", { name: 'x' }, 'name "x" is no IP address'],
  ['self.tags.size() > 0', { tags: [] }, 'tags is empty'],
  ['size(self.name) <= 2', { name: 'abc' }, 'name has 3 characters'],
  ["self.namespace == 'a' && self.x__dash__y == 'b'", { 'namespace': 'a', 'x-y': 'c' }, 'x-y is "c", not "b" -> set x-y to "b"'],
  // which items
  ["self.listeners.all(l, l.kind == 'A')", { listeners: [{ kind: 'A' }, { kind: 'B' }] }, 'listeners[1].kind is "B", not "A" -> set listeners[1].kind to "A"'],
  ["has(self.listeners) ? self.listeners.all(l, has(l.tls) ? l.tls.mode == 'x' : true) : true", { listeners: [{ tls: { mode: 'y' } }] }, 'listeners[0].tls.mode is "y", not "x" -> set listeners[0].tls.mode to "x"'],
  ["!has(self.name) || self.listeners.all(l, l.kind == 'A')", { name: 'n', listeners: [{ kind: 'B' }] }, 'listeners[0].kind is "B", not "A" although name is set -> set listeners[0].kind to "A"'],
  ["!self.listeners.exists(l, l.name == 'a')", { listeners: [{ name: 'b' }, { name: 'a' }] }, 'listeners[1].name is "a"'],
  ['self.listeners.all(a, self.listeners.exists_one(b, a.name == b.name && a.port == b.port))', { listeners: [{ name: 'a', port: 1 }, { name: 'a', port: 1 }] },
    'two items of listeners have the same name and port -> keep one of them, or tell them apart'],
  ["self.listeners.filter(l, l.kind == 'A').size() <= 1", { listeners: [{ kind: 'A' }, { kind: 'A' }] }, '2 items of listeners have kind "A", and at most 1 may'],
  ["self.labels.all(key, !key.contains('*'))", { labels: { 'a*': 'b' } }, 'the key of labels "a*" contains "*"'],
  ['self.tags.all(t, !isIP(t))', { tags: ['a', '1.1.1.1'] }, 'tags[1] "1.1.1.1" is an IP address'],
  // what no sentence is known for
  ['self.low % 2 == 0', { low: 3 }, 'the rule «self.low % 2 == 0» of this field does not hold'],
  ['self.listeners.map(l, l.port).isSorted()', { listeners: [{ port: 2 }, { port: 1 }] }, 'the rule «self.listeners.map(l, l.port).isSorted()» of this field does not hold'],
])('%s', (rule, value, expected) => {
  expect(said(rule, value)).toBe(expected);
});

test('the value itself is named, and what was there before', () => {
  expect(said("self != 'x'", 'x', { type: 'string' })).toBe('the value is "x"');
  expect(said('self.size() % 2 == 0', 'abc', { type: 'string' })).toBe('the rule «self.size() % 2 == 0» of this field does not hold for "abc"');
  expect(said('self == oldSelf', 'b', { type: 'string' }, 'a')).toBe('the value may not be changed once it is set -> keep it, or make the object anew');
});

test('secrets are not shown, and the reason of the definition leads', () => {
  const shown: string[] = [];
  const type = new SchemaTypes(resolve).of(NODE)!;
  const path: (string | number)[] = ['spec'];
  const { message } = explain({ rule: "self.password == 'x'", reason: 'FieldValueForbidden' }, type.wrap({ password: 'hunter2' }), null, 35, {
    report: true, path, problems: [], show: (value) => {
      shown.push(path.join('.'));
      return path[path.length - 1] === 'password' ? '(a value that is not shown)' : String(value);
    },
  });
  expect(message).toBe('this is not allowed here: password is (a value that is not shown), not "x", which the rule «self.password == \'x\'» does not allow');
  expect(shown).toEqual(['spec.password']);
  expect(path).toEqual(['spec']);
});

test('no sentence begins with the name of a field', () => {
  const type = new SchemaTypes(resolve).of(NODE)!;
  const context = { report: true, path: [], problems: [], show: shorten };
  expect(explain({ rule: 'has(self.name)' }, type.wrap({}), null, 35, context).message).toBe('here name is missing, which the rule «has(self.name)» does not allow');
  expect(explain({ rule: 'has(self.name) || has(self.kind)' }, type.wrap({}), null, 35, context).message).toBe('none of name and kind is set, which the rule «has(self.name) || has(self.kind)» does not allow');
});

test('a long rule is shortened', () => {
  const rule = `self.name in [${Array.from({ length: 90 }, (_, i) => `'n${i}'`).join(', ')}] ? self.low % 2 == 0 : self.low % 2 == 1`;
  expect(said(rule, { name: 'x', low: 2 }).length).toBeLessThan(360);
});
