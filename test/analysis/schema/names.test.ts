// Words are read sign by sign; what they may be is told by the expression that Kubernetes has for them.
import { isWord, labelValue, portName, qualifiedName } from '../../../src/analysis/schema/names';
import type { CheckContext } from '../../../src/analysis/schema/problem';
import { stringCheck } from '../../../src/analysis/schema/values';

const WORD = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const SIGNS = ['a', 'z', 'A', 'Z', '0', '9', '-', '_', '.', '/', ':', '@', '[', '`', '{', ' ', '\n', 'ä', '😀', ''];

const TEXTS = SIGNS.flatMap((one) => SIGNS.flatMap((two) => SIGNS.flatMap((three) => SIGNS.map((four) => one + two + three + four))));

test('a word is what the expression of Kubernetes takes', () => {
  expect(TEXTS.filter((text) => isWord(text) !== WORD.test(text))).toEqual([]);
});

test('a value of a label is a word of 63 signs, or empty', () => {
  expect(labelValue('')).toBeUndefined();
  expect(labelValue('a'.repeat(63))).toBeUndefined();
  expect(labelValue('a'.repeat(64))).toContain('at most 63');
  expect(labelValue('web\n')).toContain('a label value');
});

test('a pattern for values of labels takes what its expression takes', () => {
  const pattern = '^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$';
  const check = stringCheck({ type: 'string', pattern, maxLength: 3 }, false)!;
  const context: CheckContext = { report: false, path: [], problems: [], show: String };
  expect(TEXTS.filter((text) => check(text, context) !== (new RegExp(pattern, 'u').test(text) && [...text].length <= 3))).toEqual([]);
});

test('what is right once is right again, and what is wrong is wrong again', () => {
  for (let i = 0; i < 3; i++) {
    expect(portName('http')).toBeUndefined();
    expect(portName('80')).toContain('a port name');
    expect(qualifiedName('example.com/role')).toBeUndefined();
    expect(qualifiedName('example.com/-role')).toContain('a key');
  }
});
