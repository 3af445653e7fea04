import * as fc from 'fast-check';
import { isExponential } from '../../tools/imports/ambiguity';
import { parse, readCommitted } from '../../tools/imports/committed';
import { toJavaScript, UNAMBIGUOUS } from '../../tools/imports/patterns';

function shippedPatterns(): string[] {
  const found = new Set<string>();
  for (const { nodes } of parse(readCommitted()).groups.values()) {
    JSON.stringify(nodes, (key, value: unknown) => {
      if (key === 'pattern' && typeof value === 'string') found.add(value);
      return value;
    });
  }
  return [...found];
}

test('every shipped pattern is JavaScript with the u flag, and none can take exponential time', () => {
  const patterns = shippedPatterns();
  expect(patterns.length).toBeGreaterThan(100);
  for (const pattern of patterns) expect(() => new RegExp(pattern, 'u')).not.toThrow();
  expect(patterns.filter(isExponential)).toEqual([]);
  expect([...readCommitted().values()].filter((text) => text.includes('"re2":true'))).toEqual([]);
});

test.each([
  ['^(?i)(Drop|x)$', '^([dD][rR][oO][pP]|[xX])$'],
  ['(?i)ks', '[kK\u212a][sS\u017f]'],
  ['^\\PC*$', '^\\P{C}*$'],
  ['^\\p{Lu}$', '^\\p{Lu}$'],
  ['^.*$', '^[^\\n]*$'],
  ['[.]', '[.]'],
  ['^\\s+[\\s,]$', '^[\\t\\n\\f\\r ]+[\\t\\n\\f\\r ,]$'],
  ['a\\-b[\\-]', 'a-b[\\-]'],
  ['\\_', '_'],
  ['^a\\z', '^a$'],
])('Go %s is %s', (go, javascript) => {
  expect(toJavaScript(go)).toBe(javascript);
});

test.each(['a(?i)b', '(?s).', '\\Qa\\E', '[[:alpha:]]', '(?i)[a]', '(?P<name>a)', '\\C', '\\1'])('Go %s cannot be said', (go) => {
  expect(toJavaScript(go)).toBeUndefined();
});

test.each(['^(a*)*$', '^(a|a)*$', '^(a|ab|b)*$', '^([0-9]+)+$', '^(a{2,})+$', '^(a?b?)*$', '^([!-~]+ ?)+$'])('%s is exponential', (pattern) => {
  expect(isExponential(pattern)).toBe(true);
});

test.each(['^a*a*$', '^(x{1,5}y)+$', '^(x{0,5}y)+$', '^(a+b)*$', '^a{2,}$', '^(a?){3}$', '^(ab?)+$', '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'])('%s is not', (pattern) => {
  expect(isExponential(pattern)).toBe(false);
});

// All texts up to three characters over the pattern's own alphabet, and longer ones at random: short enough for the ambiguous original.
test.each(Object.entries(UNAMBIGUOUS))('%s matches the same as %s', (original, unambiguous) => {
  const [left, right] = [original, unambiguous].map((pattern) => new RegExp(pattern, 'u'));
  const alphabet = [...new Set([...original.replace(/\\[wd]/g, '').replace(/[\\^$()|?+{}]/g, ''), 'a', '0', '.', ' ', '\t', '/', ':', '*', '-'])].slice(0, 24);
  const differing: string[] = [];
  let texts = [''];
  for (let length = 0; length <= 3; length++) {
    for (const text of texts) if (right!.test(text) !== left!.test(text)) differing.push(text);
    if (length < 3) texts = texts.flatMap((text) => alphabet.map((c) => text + c));
  }
  expect(differing).toEqual([]);
  const pieces = fc.constantFrom(...alphabet, 'ms', 'us', 'http://', 'https://', 'Auto', '12', 'ab', '*.', ':80');
  fc.assert(fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
    const text = parts.join('');
    expect([text, right!.test(text)]).toEqual([text, left!.test(text)]);
  }), { numRuns: 2000, seed: 1 });
});
