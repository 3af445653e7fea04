import * as fc from 'fast-check';

import { Percent } from '../../src/core/percent';
import { sentence } from './sentence';

test.each([
  [3, { share: 3, rest: 97, total: 100 }],
  [0.5, { share: 5, rest: 995, total: 1000 }],
  [0.25, { share: 25, rest: 9975, total: 10_000 }],
  [0.29, { share: 29, rest: 9971, total: 10_000 }],
  [0, { share: 0, rest: 100, total: 100 }],
  [100, { share: 100, rest: 0, total: 100 }],
])('%p percent are whole weights', (value, weights) => {
  expect(Percent.of(value).toWeights()).toEqual(weights);
});

test('prints, compares and is frozen', () => {
  const percent = Percent.of(3.5);
  expect([percent.value, String(percent), JSON.stringify(percent), percent.complement().value, Object.isFrozen(percent)]).toEqual([3.5, '3.5%', '3.5', 96.5, true]);
  expect(Percent.of(percent)).toBe(percent);
  expect(Object.is(Percent.of(-0).value, 0)).toBe(true);
});

test.each<[unknown, string]>([
  [130, 'Percent 130 is outside 0 to 100 (<here>): give a value such as Percent.of(3).'],
  [100.01, 'Percent 100.01 is outside 0 to 100 (<here>): give a value such as Percent.of(3).'],
  [-1, 'Percent -1 is outside 0 to 100 (<here>): give a value such as Percent.of(3).'],
  [Infinity, 'Percent Infinity is outside 0 to 100 (<here>): give a value such as Percent.of(3).'],
  [NaN, 'Percent NaN is not a number (<here>): give a value such as Percent.of(3).'],
  ['3%', 'Percent "3%" is not a number (<here>): give a value such as Percent.of(3).'],
  [undefined, 'Percent undefined is not a number (<here>): give a value such as Percent.of(3).'],
  [0.125, 'Percent 0.125 has more than two decimals (<here>): round it, for instance to Percent.of(0.13).'],
])('%p is refused', (value, message) => {
  expect(sentence(() => Percent.of(value as number))).toBe(message);
});

test('weights are exact and whole for every percentage', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 10_000 }), (hundredths) => {
    const percent = Percent.of(hundredths / 100);
    const { share, rest, total } = percent.toWeights();
    expect([share, rest, total].every(Number.isInteger)).toBe(true);
    expect([share + rest, share * 10_000]).toEqual([total, hundredths * total]);
    expect(percent.complement().toWeights()).toEqual({ share: rest, rest: share, total });
  }), { numRuns: 2000 });
});
