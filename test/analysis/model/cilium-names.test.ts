// Cilium's patterns of DNS names, held to what pkg/fqdn/matchpattern makes of them.
import { canonicalName, patternHolds } from '../../../src/analysis/model/cilium-names';

const NEW = '1.20.2';
const OLD = '1.17.2';

describe('a pattern of names', () => {
  test.each([
    ['api.example.com', ['api.example.com', 'API.Example.com.'], ['api.example.org', 'xapi.example.com', 'api.example.com.au', 'example.com', '']],
    ['API.example.com.', ['api.example.com', 'api.example.com.'], ['apixexample.com']],
    [' api.example.com ', ['api.example.com'], []],
    ['*.example.com', ['www.example.com', '.example.com', 'a_b-1.example.com'], ['example.com', 'a.b.example.com', 'é.example.com', '*.example.com']],
    ['*example.com', ['example.com', 'myexample.com'], ['my.example.com']],
    ['sub*.example.com', ['sub.example.com', 'subway.example.com'], ['asub.example.com', 'sub.way.example.com']],
    ['*-api-*.example.com', ['a-api-b.example.com', '-api-.example.com', 'x-api-api-y.example.com'], ['api.example.com', 'a-api.example.com', 'a-api.b-api-c.example.com']],
    ['a*a.b', ['aa.b', 'aaa.b', 'abca.b'], ['a.b', 'a.a.b', 'aa.bb']],
    ['*.*', ['a.b', '.a', 'example.com'], ['a', 'a.b.c']],
    ['*', ['example.com', 'a.b.c.d', 'localhost', ''], []],
    ['*.', ['example.com', ''], []],
    ['***', ['example.com', 'a.b.c'], []],
    ['a**.b', ['a.b', 'abc.b'], ['a.c.b']],
    ['**.example.com', ['www.example.com', 'a.b.c.example.com', 'example.com.example.com'], ['example.com', '.example.com', 'a..example.com', 'é.example.com', 'a.myexample.com', 'com']],
    ['***.example.com.', ['a.b.example.com.'], ['example.com']],
    ['**.api-*.example', ['x.api-1.example', 'x.y.api-.example'], ['api-1.example', 'x.api-1.y.example']],
    ['a.**.b', ['a.x.b', 'a..b'], ['a.x.y.b', 'a.b']],
    ['', [''], ['a']],
  ])('%j', (pattern, held, others) => {
    for (const name of held) expect([name, patternHolds(pattern, name, NEW)]).toEqual([name, true]);
    for (const name of others) expect([name, patternHolds(pattern, name, NEW)]).toEqual([name, false]);
  });

  test('before 1.19 two stars are no more than one', () => {
    expect(patternHolds('**.example.com', 'a.b.example.com', OLD)).toBe(false);
    expect(patternHolds('**.example.com', 'a.example.com', OLD)).toBe(true);
    expect(patternHolds('**.example.com', 'a.b.example.com', '1.19.0')).toBe(true);
    expect(patternHolds('**.example.com', 'a.b.example.com', undefined)).toBe(true);
  });

  test('that is longer than Cilium takes holds nothing', () => {
    const name = 'a'.repeat(255);
    expect(patternHolds(name, name, NEW)).toBe(true);
    expect(patternHolds(`${name}b`, `${name}b`, NEW)).toBe(false);
  });

  // A backtracking search would not come back from these before the test run is ended.
  test.each([
    ['*a'.repeat(60), 'a'.repeat(250)],
    ['*a'.repeat(60), `${'a'.repeat(250)}b`],
    [`${'*a'.repeat(60)}.b`, `${'a'.repeat(250)}.c`],
    ['*'.repeat(60).replaceAll('*', '*-'), `${'-'.repeat(249)}x`],
    [`**.${'*a'.repeat(60)}`, `${'a.'.repeat(60)}${'a'.repeat(100)}b`],
  ])('%s is answered at once', (pattern, name) => {
    expect(patternHolds(pattern, name, NEW)).toBe(name.endsWith('a'));
  });

  test('agrees with the expression that Cilium makes of it, for all small patterns and names', () => {
    const random = generator(7);
    const wrong: unknown[] = [];
    let held = 0;
    for (let round = 0; round < 40_000; round++) {
      const pattern = word(random, ['a', 'b', '.', '*', '*'], 8);
      const name = word(random, ['a', 'b', '.', 'a'], 8);
      const line = random(2) === 0 ? NEW : OLD;
      const expected = expression(pattern, line === NEW).test(canonicalName(name));
      if (expected) held++;
      if (patternHolds(pattern, name, line) !== expected) wrong.push([pattern, name, line, expected]);
    }
    expect(wrong).toEqual([]);
    expect(held).toBeGreaterThan(4000);
  });
});

/** What upstream compiles, for names without the dot at the end. Alone, stars are every name. */
function expression(pattern: string, several: boolean): RegExp {
  const text = canonicalName(pattern);
  if (/^\*+$/.test(text)) return /^/;
  const prefix = several && text.startsWith('**') ? /^\*{2,}\./.exec(text)?.[0] ?? '' : '';
  const rest = text.slice(prefix.length).replace(/\*+/g, '*').replaceAll('.', '[.]').replaceAll('*', '[-a-z0-9_]*');
  return new RegExp(`^${prefix === '' ? '' : '(?:[-a-z0-9_]+[.])+'}${rest}$`);
}

function word(random: (below: number) => number, letters: readonly string[], longest: number): string {
  return Array.from({ length: random(longest + 1) }, () => letters[random(letters.length)]!).join('');
}

function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
