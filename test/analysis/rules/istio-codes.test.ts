// The table of istioctl's codes is held against the rules: each code once, each rule there, and both say the same of each other.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DECIDED } from '../../../src/analysis/rules/decided';
import type { Rule } from '../../../src/analysis/rules/rule';
import { ISTIO_CODES } from '../../../tools/rules/istio-codes';

const FOLDER = join(__dirname, '../../../src/analysis/rules');
const rules = new Map(readdirSync(FOLDER).filter((file) => /^NS\d{4}\.ts$/.test(file)).map((file) => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { rule } = require(join(FOLDER, file)) as { rule: Rule };
  return [rule.id, rule] as const;
}));
const decided = new Set(DECIDED.map(({ id }) => id));

/** The codes of pkg/config/analysis/msg/messages.yaml. */
const CODES = [
  1, 2, 101, 102, 103, 106, 107, 108, 109, 110, 111, 112, 116, 118, 123, 125, 126, 127, 128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 140, 141, 142, 143, 144, 145,
  146, 147, 148, 149, 150, 151, 152, 153, 154, 155, 156, 157, 158, 159, 160, 161, 162, 163, 164, 165, 166, 167, 168, 169, 170, 171, 172, 173, 174, 175, 176, 177,
].map((number) => `IST${String(number).padStart(4, '0')}`);

test('every code of istioctl stands in the table once', () => {
  expect(CODES).toHaveLength(68);
  expect(ISTIO_CODES.map(({ code }) => code)).toEqual(CODES);
});

test('each code has rules, or a reason why not', () => {
  expect(ISTIO_CODES.filter(({ rules: own, reason }) => (own ?? []).length === 0 && (reason ?? '').length < 10)).toEqual([]);
});

test('the rules of a code are there, and say that they hold it', () => {
  const wrong = ISTIO_CODES.flatMap(({ code, rules: own }) => (own ?? []).filter((id) => !decided.has(id) && !(rules.get(id)?.covers ?? []).includes(code)).map((id) => `${code} ${id}`));
  expect(wrong).toEqual([]);
});

test('what a rule says to hold stands in the table', () => {
  const table = new Map(ISTIO_CODES.map(({ code, rules: own }) => [code, new Set(own)]));
  const wrong = [...rules.values()].flatMap(({ id, covers }) => (covers ?? []).filter((one) => one.startsWith('IST') && !table.get(one)?.has(id)).map((one) => `${id} ${one}`));
  expect(wrong).toEqual([]);
});
