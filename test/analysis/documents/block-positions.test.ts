import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import yaml from 'js-yaml';
import { locateInBlocks } from '../../../src/analysis/documents/block-positions';
import { splitDocuments } from '../../../src/analysis/documents/parse';
import { locateByReading } from '../../../src/analysis/documents/positions';

/** Every path of a value, and beside each one that is not there. */
function* paths(value: unknown, above: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  yield above;
  yield [...above, 'nothing'];
  if (Array.isArray(value)) for (const [i, one] of value.entries()) yield* paths(one, [...above, i]);
  else if (typeof value === 'object' && value !== null) for (const [key, one] of Object.entries(value)) yield* paths(one, [...above, key]);
}

/** How many places the quick way told; each is the reader's. */
function compare(text: string): { told: number; left: number } {
  const read = locateByReading(text, 1);
  let told = 0;
  let left = 0;
  for (const path of paths(yaml.load(text))) {
    const quick = locateInBlocks(text, path);
    if (quick === undefined) left++;
    else {
      told++;
      expect({ path, at: quick }).toEqual({ path, at: read(path) });
    }
  }
  return { told, left };
}

test('every place of every snapshot of the order platform', () => {
  const snapshots = readFileSync(join(__dirname, '../../../examples/order-platform/__snapshots__/platform.test.ts.snap'), 'utf8');
  const texts = [...snapshots.matchAll(/k8s\.yaml 1`] = `\n"([\s\S]*?)"\n`;/g)].map(([, text]) => text!.replace(/\\(["\\`])/g, '$1'));
  const total = { told: 0, left: 0 };
  for (const text of texts) {
    for (const chunk of splitDocuments(text)) {
      const { told, left } = compare(chunk.text);
      total.told += told;
      total.left += left;
    }
  }
  expect(total.told).toBeGreaterThan(5000);
  expect(total.left / total.told).toBeLessThan(0.1);
}, 60_000);

test('every place of the handwritten fixtures', () => {
  const folder = join(__dirname, '../../fixtures/validate/correct');
  for (const file of readdirSync(folder)) for (const chunk of splitDocuments(readFileSync(join(folder, file), 'utf8'))) compare(chunk.text);
}, 60_000);

test.each([
  ['a list as deep as its key', 'a:\n- b: 1\n  c:\n  - d\n  - e\nf: 2\n'], ['comments and blanks', '# x\n\na: # y\n  # z\n\n  b: 1 # w\n'], ['a block of text that looks like fields', 'a: |\n  b: 1\n\n  c: 2\nb: >-\n  a: 3\nc: 4\n'],
  ['text over several lines', 'a: one\n  two\nb:\n  three\n  four\nc: "five\n  six"\nd: 7\n'], ['flow on one line', 'a: { b: 1, c: [2] }\nd: []\ne: {}\nf: g\n'], ['flow over several lines', 'a: {\n  b: 1\n}\nc: 2\n'],
  ['quoted keys', '"a b": 1\n\'c\': 2\n"d/e": { f: 3 }\n'], ['lists in lists', 'a:\n  - - 1\n    - 2\n  - 3\n'], ['empty items and values', 'a:\n  -\n  - b:\n    c:\nd:\ne: 1\n'], ['carriage returns', 'a:\r\n  b: 1\r\n  c:\r\n  - d\r\n'],
  ['an anchor', 'a: &x { b: 1 }\nc: *x\n'], ['a merge', 'a: &x\n  b: 1\nc:\n  <<: *x\n'], ['wide dashes', 'a:\n  -   b: 1\n      c: 2\n  -   d\n'], ['keys that are no text', 'on: 1\n8080: 2\ntrue: 3\nnull: 4\na: 5\n'],
  ['urls and colons', 'a: http://b.c:80/d\ne: f:g\nh: "i: j"\n'], ['an item behind a comment', 'a:\n  # x\n  - b: 1\n    # y\n    c: 2\n'], ['a scalar', 'just text'], ['a list', '- a\n- b: 1\n'],
])('%s', (_, text) => {
  compare(text);
});

test('whatever is printed as blocks is found where the reader finds it', () => {
  const name = fc.constantFrom('a', 'b', 'name', 'app.kubernetes.io/name', 'x-y', 'on', '80', 'with space', 'spec');
  const scalar = fc.oneof(fc.string({ maxLength: 30 }), fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom('a: b', '- x', '# no', 'multi\nline: text\n', '{a}', '"', "'", '*', '&a', 'x #y', ' lead', 'http://a:80'));
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, scalar, fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(name, tie('value'), { maxKeys: 4 })),
  }));
  const options = fc.record({ indent: fc.constantFrom(2, 4), noArrayIndent: fc.boolean(), lineWidth: fc.constantFrom(-1, 30) });
  fc.assert(fc.property(fc.dictionary(name, value, { minKeys: 1, maxKeys: 4 }), options, (document, how) => {
    compare(yaml.dump(document, how));
  }), { numRuns: 400 });
}, 60_000);
