// Each function, operator and macro, by example. The expected values are the API server's: test/conformance/cel.ts asks it for all of them again.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileExpression } from '../../../src/analysis/cel/compile';
import { outcome } from './outcome';

const CASES = JSON.parse(readFileSync(join(__dirname, '..', '..', 'fixtures', 'cel', 'expressions.json'), 'utf8')) as Record<string, [expression: string, expected: string][]>;

describe.each(Object.entries(CASES))('%s', (_, cases) => {
  test.each(cases)('%s', (expression, expected) => {
    // What the API server refuses by its types fails here when it is evaluated.
    if (expected === 'refused') expect(['refused', 'error']).toContain(outcome(expression));
    else expect(outcome(expression)).toBe(expected);
  });
});

test.each([
  ['isIP("a")', 29, 30], ['cidr("10.0.0.0/8")', 29, 30], ['format.uri()', 30, 31], ['semver("1.0.0")', 32, 33], ['[1].sort()', 33, 34], ['[1].sortBy(x, x)', 33, 34], ['[1].all(i, v, true)', 31, 32],
  ['sets.contains([1], [1])', 28, 29], ['"%s".format([1])', 28, 29], ['quantity("1")', 27, 28], ['{}.?a', 27, 28], ['[?optional.none()]', 27, 28], ['optional.of(1).orValue(2)', 27, 28], ['optional.of(1).optMap(x, x)', 27, 28],
])('%s came with a release', (expression, before, since) => {
  expect(outcome(expression, before)).toBe('refused');
  expect(outcome(expression, since)).not.toBe('refused');
});

test.each([
  ['1 +', 'the end stands where a value belongs'], ['self.x ==', 'the end stands where a value belongs'], ['"a', 'a text is not closed'], ['a b', 'b stands where the end belongs'], ['self.#', '"#" is not understood'],
  ['foo(1)', 'there is no function foo() with these arguments'], ['foo', 'nothing is known of foo'], ['if', 'if is a reserved word'], [`${'('.repeat(300)}1${')'.repeat(300)}`, 'it is nested too deeply'],
])('%s is refused with a reason', (expression, reason) => {
  expect(() => compileExpression(expression, 35)).toThrow(reason);
});

test('a rule that turns too often is stopped', () => {
  const program = compileExpression('lists.range(2000).all(x, lists.range(2000).all(y, x + y >= 0))', 35);
  expect(() => program.evaluate(null)).toThrow(expect.objectContaining({ message: 'it costs more than the API server allows' }));
});
