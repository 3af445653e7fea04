// Rules in the same words share what was made of them; whatever differs in a word does not, even where its number is the same.
import type { AuthzRule } from '../../../../src/analysis/model/mesh-authz';
import { ByWords, numberOf } from '../../../../src/analysis/reach/mesh/same-words';

type Fields = Readonly<Record<string, readonly string[]>>;

function rule(from: readonly Fields[], to: readonly Fields[] = [], when: ReadonlyArray<readonly [string, readonly string[], readonly string[]]> = []): readonly AuthzRule[] {
  const path: readonly string[] = [];
  const conditions = when.map(([key, values, notValues]) => ({ key, values, notValues, path }));
  return [{ from: from.map((fields) => ({ fields, path })), to: to.map((fields) => ({ fields, path })), when: conditions, path }];
}

const WEB: Fields = { namespaces: ['front', 'back'], principals: ['web'] };
const GET: Fields = { methods: ['GET'] };
const RULES = rule([WEB], [GET], [['request.headers[x]', ['a'], ['b']]]);
const OTHERS: ReadonlyArray<readonly [string, readonly AuthzRule[]]> = [
  ['no rules', []],
  ['one more rule', [...RULES, ...RULES]],
  ['another value', rule([{ ...WEB, principals: ['job'] }], [GET], [['request.headers[x]', ['a'], ['b']]])],
  ['one value less', rule([{ ...WEB, namespaces: ['front'] }], [GET], [['request.headers[x]', ['a'], ['b']]])],
  ['one field less', rule([{ namespaces: ['front', 'back'] }], [GET], [['request.headers[x]', ['a'], ['b']]])],
  ['one field more', rule([{ ...WEB, ipBlocks: ['10.0.0.0/8'] }], [GET], [['request.headers[x]', ['a'], ['b']]])],
  ['another field', rule([WEB], [{ notMethods: ['GET'] }], [['request.headers[x]', ['a'], ['b']]])],
  ['one source more', rule([WEB, WEB], [GET], [['request.headers[x]', ['a'], ['b']]])],
  ['another key', rule([WEB], [GET], [['request.headers[y]', ['a'], ['b']]])],
  ['the other values', rule([WEB], [GET], [['request.headers[x]', ['b'], ['a']]])],
  ['no condition', rule([WEB], [GET])],
];

test('rules in the same words have the same number, and the same value', () => {
  const again = rule([{ namespaces: ['front', 'back'], principals: ['web'] }], [{ methods: ['GET'] }], [['request.headers[x]', ['a'], ['b']]]);
  const known = new ByWords<string>();
  known.set(RULES, numberOf(RULES), 'known');
  expect(numberOf(again)).toBe(numberOf(RULES));
  expect(known.get(again, numberOf(again))).toBe('known');
});

test('fields in another order are the same words', () => {
  const known = new ByWords<string>();
  known.set(RULES, 7, 'known');
  expect(known.get(rule([{ principals: ['web'], namespaces: ['front', 'back'] }], [GET], [['request.headers[x]', ['a'], ['b']]]), 7)).toBe('known');
});

test.each(OTHERS)('%s: not the same', (_, others) => {
  const known = new ByWords<string>();
  known.set(RULES, 7, 'known');
  expect(known.get(others, 7)).toBeUndefined();
  expect(numberOf(others)).not.toBe(numberOf(RULES));
});

test('rules for which there is no room are not mistaken for others', () => {
  const known = new ByWords<number>();
  const all = Array.from({ length: 20 }, (_, i) => rule([{ principals: [`web-${i}`] }]));
  all.forEach((rules, i) => known.set(rules, 7, i));
  const found = all.map((rules) => known.get(rules, 7));
  expect(found.slice(0, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(new Set(found.slice(8))).toEqual(new Set([undefined]));
});
