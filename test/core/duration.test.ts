import { Duration as Cdk8sDuration } from 'cdk8s';
import * as fc from 'fast-check';

import { Duration } from '../../src/core/duration';
import { HOSTILE, sentence } from './sentence';

test('every unit is kept in exact milliseconds', () => {
  const durations = [Duration.millis(4700), Duration.seconds(4.7), Duration.seconds(1.1), Duration.minutes(0.5), Duration.hours(1), Duration.days(2), Duration.millis(-0)];
  expect(durations.map((one) => one.toMillis())).toEqual([4700, 4700, 1100, 30_000, 3_600_000, 172_800_000, 0]);
});

test.each([
  ['4700ms', 4700, '4s700ms'], ['4.7s', 4700, '4s700ms'], ['1m30s', 90_000, '1m30s'], ['1h', 3_600_000, '1h'], ['2d', 172_800_000, '48h'], ['0s', 0, '0s'], ['1d2h3m4s5ms', 93_784_005, '26h3m4s5ms'],
])('%s', (text, millis, printed) => {
  const duration = Duration.parse(text);
  expect([duration.toMillis(), String(duration), JSON.stringify(duration), Object.isFrozen(duration)]).toEqual([millis, printed, `"${printed}"`, true]);
});

test('the duration of cdk8s is taken', () => {
  expect(Duration.of(Cdk8sDuration.seconds(5)).toMillis()).toBe(5000);
  const own = Duration.seconds(5);
  expect(Duration.of(own)).toBe(own);
});

test('arithmetic is exact', () => {
  const base = Duration.millis(4700);
  const results = [base.plus(Duration.seconds(1)), base.plus(Cdk8sDuration.seconds(1)), base.times(2), base.times(0.1), base.times(0)];
  expect(results.map((one) => one.toMillis())).toEqual([5700, 5700, 9400, 470, 0]);
  expect([base.compare(Duration.seconds(4)), base.compare(Duration.parse('4.7s')), base.compare(Duration.seconds(5))].map(Math.sign)).toEqual([1, 0, -1]);
});

const form = "write it as '4700ms', '4.7s' or '1m30s'";
const max = Number.MAX_SAFE_INTEGER;
test.each<[() => unknown, string]>([
  [() => Duration.millis(-1), `Duration.millis(-1) is not a whole number of milliseconds from 0 to ${max} (<here>): give a number such as Duration.millis(4700).`],
  [() => Duration.millis(0.5), `Duration.millis(0.5) is not a whole number of milliseconds from 0 to ${max} (<here>): give a number such as Duration.millis(4700).`],
  [() => Duration.seconds(0.0001), `Duration.seconds(0.0001) is not a whole number of milliseconds from 0 to ${max} (<here>): give a number such as Duration.seconds(5).`],
  [() => Duration.minutes(NaN), `Duration.minutes(NaN) is not a whole number of milliseconds from 0 to ${max} (<here>): give a number such as Duration.minutes(5).`],
  [() => Duration.hours(1e300), `Duration.hours(1e+300) is not a whole number of milliseconds from 0 to ${max} (<here>): give a number such as Duration.hours(5).`],
  [() => Duration.days(max), `Duration.days(${max}) is not a whole number of milliseconds from 0 to ${max} (<here>): give a number such as Duration.days(5).`],
  [() => Duration.seconds('5' as never), `Duration.seconds("5") is not a whole number of milliseconds from 0 to ${max} (<here>): give a number such as Duration.seconds(5).`],
  [() => Duration.of(4700 as never), "Duration 4700 has no unit (<here>): give Duration.millis(4700), Duration.parse('4.7s') or a Duration of cdk8s."],
  [() => Duration.of('4.7s' as never), "Duration \"4.7s\" has no unit (<here>): give Duration.millis(4700), Duration.parse('4.7s') or a Duration of cdk8s."],
  [() => Duration.parse('4700'), `Duration "4700" is not a series of amounts with units (<here>): ${form}, in units d, h, m, s and ms.`],
  [() => Duration.parse('-1s'), `Duration "-1s" is not a series of amounts with units (<here>): ${form}, in units d, h, m, s and ms.`],
  [() => Duration.parse('30s1m'), 'Duration "30s1m" has its units out of order (<here>): write each unit once, largest first, as in \'4700ms\', \'4.7s\' or \'1m30s\'.'],
  [() => Duration.parse('1s1s'), 'Duration "1s1s" has its units out of order (<here>): write each unit once, largest first, as in \'4700ms\', \'4.7s\' or \'1m30s\'.'],
  [() => Duration.parse('0.1ms'), `Duration "0.1ms" is not a whole number of milliseconds within ${max} (<here>): ${form}.`],
  [() => Duration.parse('9007199254740991s'), `Duration "9007199254740991s" is not a whole number of milliseconds within ${max} (<here>): ${form}.`],
  [() => Duration.seconds(1).times(0.0005), 'Duration 1s times 0.0005 is not a whole number of milliseconds (<here>): give a factor, such as 2, whose product is.'],
  [() => Duration.seconds(1).times(-1), 'Duration 1s times -1 is not a whole number of milliseconds (<here>): give a factor, such as 2, whose product is.'],
  [() => Duration.millis(max).plus(Duration.millis(1)), `Duration.millis(9007199254740992) is not a whole number of milliseconds from 0 to ${max} (<here>): give a number such as Duration.millis(4700).`],
])('%s', (action, message) => {
  expect(sentence(action)).toBe(message);
});

test.each(HOSTILE)('hostile %p is one sentence', (text) => {
  for (const each of [text, `${text}1s`, `1s${text}`].filter((one) => one !== '1s')) expect(sentence(() => Duration.parse(each))).toMatch(/^Duration .* \(<here>\): [^\n]*\.$/);
});

test('what is printed is read back', () => {
  fc.assert(fc.property(fc.maxSafeNat(), (millis) => Duration.parse(String(Duration.millis(millis))).toMillis() === millis));
});

test('a decimal amount is the sum of its digits', () => {
  fc.assert(fc.property(fc.nat(1e9), fc.nat(999), (seconds, millis) => {
    const text = `${seconds}.${String(millis).padStart(3, '0')}`;
    expect(Duration.parse(`${text}s`).toMillis()).toBe(seconds * 1000 + millis);
    expect(Duration.seconds(Number(text)).toMillis()).toBe(seconds * 1000 + millis);
  }));
});
