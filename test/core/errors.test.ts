import { App, Chart } from 'cdk8s';
import * as fc from 'fast-check';

import { NetstackError, sentenceCase, shorten } from '../../src/core/errors';
import { sentence } from './sentence';

function thrown(parts: ConstructorParameters<typeof NetstackError>[0]): NetstackError {
  return new NetstackError(parts);
}

describe('NetstackError', () => {
  const gateway = new Chart(new App(), 'prod');

  test('says what, where and how to fix in one sentence', () => {
    const error = thrown({ what: 'Percent 130 is outside 0 to 100', scope: gateway, fix: 'give a value such as Percent.of(3)' });
    expect(error.message).toMatch(/^Percent 130 is outside 0 to 100 \(prod, test\/core\/errors\.test\.ts:\d+\): give a value such as Percent\.of\(3\)\.$/);
    expect(error).toMatchObject({ name: 'NetstackError', what: 'Percent 130 is outside 0 to 100', where: 'prod', fix: 'give a value such as Percent.of(3)' });
    expect(error.source).toMatch(/^test\/core\/errors\.test\.ts:\d+$/);
  });

  test('names another place before the construct', () => {
    expect(sentence(() => { throw thrown({ what: 'It is wrong', where: 'cluster beijing', scope: gateway }); })).toBe('It is wrong (cluster beijing, prod, <here>).');
  });

  test('points at the very line of the program', () => {
    const line = Number(/errors\.test\.ts:(\d+)/.exec(new Error('here').stack ?? '')?.[1]);
    const error = new NetstackError({ what: 'It is wrong' });
    expect(error.source).toBe(`test/core/errors.test.ts:${line + 1}`);
  });

  test('keeps only the frames of the user', () => {
    const lines = String(thrown({ what: 'It is wrong' }).stack).split('\n');
    expect(lines[0]).toMatch(/^NetstackError: It is wrong \(test\/core\/errors\.test\.ts:\d+\)\.$/);
    expect(lines.length).toBeGreaterThan(1);
    for (const frame of lines.slice(1)) expect(frame).toMatch(/^ {4}at .*test\/core\/errors\.test\.ts:\d+:\d+\)?$/);
  });

  test('is known across installed copies of the package', () => {
    const foreign = Object.defineProperty(new Error('x'), Symbol.for('cdk8s-netstack.NetstackError'), { value: true });
    expect([thrown({ what: 'x' }), foreign, new Error('x'), null, 'x'].map((error) => NetstackError.is(error))).toEqual([true, true, false, false, false]);
  });

  test('a hostile construct path cannot break the sentence', () => {
    const error = thrown({ what: 'It is wrong', scope: { node: { path: 'a\nb\u202e' } } });
    expect(error.where).toBe('a\\u000ab\\u202e');
    expect(error.message).not.toMatch(/[\n\u202e]/);
  });

  test('leaves the stack limit of the program alone', () => {
    const before = Error.stackTraceLimit;
    try {
      Error.stackTraceLimit = 7;
      thrown({ what: 'x' });
      expect(Error.stackTraceLimit).toBe(7);
    } finally {
      Error.stackTraceLimit = before;
    }
  });
});

describe('shorten', () => {
  class Engine {}
  test.each<[unknown, string]>([
    ['orders', '"orders"'],
    ['a "b" \\ \n\0', '"a \\"b\\" \\\\ \\n\\u0000"'],
    ['é\u2028\u202e\u200b\ud800', '"é\\u2028\\u202e\\u200b\\ud800"'],
    ['x'.repeat(58), `"${'x'.repeat(58)}"`],
    ['x'.repeat(59), `"${'x'.repeat(44)}…" (59 characters)`],
    ['\n'.repeat(40), `"${'\\n'.repeat(22)}…" (40 characters)`],
    [undefined, 'undefined'],
    [null, 'null'],
    [-0.5, '-0.5'],
    [NaN, 'NaN'],
    [12n, '12n'],
    [true, 'true'],
    [Symbol('x'), 'a symbol'],
    [(): void => undefined, 'a function'],
    [[1, 'a', [2]], '[1, "a", [2]]'],
    [{ a: { b: { c: { d: 1 } } } }, '{"a": {"b": {"c": {…}}}}'],
    [Array.from({ length: 1000 }, (_, index) => index), '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, …]'],
    [new Engine(), 'an instance of Engine'],
    [new Chart(new App(), 'prod'), 'Chart "prod"'],
    [`Bearer ghp_${'a1'.repeat(18)}`, '(GitHub token, not shown)'],
    [{ token: [`ghp_${'a1'.repeat(18)}`] }, '{"token": [(GitHub token, not shown)]}'],
    [{ [`ghp_${'a1'.repeat(18)}`]: 1 }, '{(GitHub token, not shown): 1}'],
  ])('%p', (value, shown) => {
    expect(shorten(value)).toBe(shown);
  });

  test('shows a circular value', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(shorten(circle)).toBe('{"self": {"self": {"self": {…}}}}');
  });

  test('is short and on one line for anything', () => {
    fc.assert(fc.property(fc.anything(), (value) => {
      const shown = shorten(value);
      return shown.length <= 90 && !/[\n\r\0\u2028]/.test(shown);
    }));
  });
});

test('sentenceCase raises the first letter only', () => {
  expect(sentenceCase('the name of Orders')).toBe('The name of Orders');
});
