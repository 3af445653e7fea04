// The pages and the list of rules are written from the rule files; each practice has a rule or a reason (istio-codes.test.ts holds the codes of istioctl analyze).
import { coverage, stale } from '../../../tools/rules';

const all = coverage();

test('docs/rules and the catalogue are what the rule files say', () => {
  expect(stale()).toEqual({ changed: [], left: [] });
});

test('no id stands twice', () => {
  const ids = [...all.rules.map(({ id }) => id), ...all.decided.map(({ id }) => id)];
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});

test('every practice has a rule or a reason, and the reasons name only practices', () => {
  const held = new Set(all.rules.flatMap(({ covers = [] }) => covers));
  const numbers = Array.from({ length: 150 }, (_, i) => `R${i + 1}`);
  expect(numbers.filter((number) => !held.has(number) && all.waiting[number] === undefined)).toEqual([]);
  expect(Object.keys(all.waiting).filter((number) => !numbers.includes(number))).toEqual([]);
  expect(Object.values(all.waiting).filter((reason) => reason.trim().length < 10)).toEqual([]);
});
