// Our evaluation against @bufbuild/cel, an interpreter of its own: every rule of the shipped definitions over random values, and the example expressions.
// What only Kubernetes has (its libraries, optional values, macros with two variables), the interpreter does not know; the API server judges it in test/conformance/cel.ts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isCelError, isCelList, isCelMap, isCelUint, run } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { compileExpression } from '../../../src/analysis/cel/compile';
import { parse } from '../../../src/analysis/cel/parser';
import { CelFailure, Double } from '../../../src/analysis/cel/value';
import { SchemaTypes } from '../../../src/analysis/cel/view';
import type { Place } from './corpus';
import { nodesWithRules } from './corpus';
import { inputOf, interpret, isCommon } from './foreign';
import { Generator, hintsOf, mulberry } from './generator';
import { show } from './show';

const VALUES = 12;
const seen = { true: 0, false: 0, error: 0 };

function compareRules(place: Place): string[] {
  const { node, resolve } = place;
  const types = new SchemaTypes(resolve);
  const type = place.path.length === 0 ? types.root(node) : types.of(node)!;
  const differences: string[] = [];
  for (const { rule } of node.cel!) {
    if (!isCommon(rule)) continue;
    const ours = compileExpression(rule, 35);
    const theirs = interpret(rule);
    const generator = new Generator(resolve, mulberry(11), hintsOf(parse(rule)));
    for (let i = 0; i < VALUES; i++) {
      const value = generator.value(node);
      let mine: string;
      try {
        mine = String(ours.evaluate(type.wrap(value)));
      } catch (error) {
        if (!(error instanceof CelFailure)) throw error;
        // Texts that are not of their format: the interpreter does not know formats.
        if (error.message.startsWith('the value is no ')) continue;
        mine = 'error';
      }
      const other = theirs(inputOf(value, node, resolve, types));
      const verdict = isCelError(other) ? 'error' : String(other);
      seen[verdict as keyof typeof seen]++;
      if (mine !== verdict) differences.push(`${rule} of ${JSON.stringify(value)}: ${mine}, and the interpreter says ${verdict}`);
    }
  }
  return differences;
}

const places = nodesWithRules();

test.each([...new Set(places.map(({ group }) => group))])('the rules of %s have the interpreter\'s verdicts', (name) => {
  expect(places.filter(({ group }) => group === name).flatMap(compareRules)).toEqual([]);
});

test('the comparison saw every verdict often', () => {
  expect(seen.true).toBeGreaterThan(4000);
  expect(seen.false).toBeGreaterThan(1000);
  expect(seen.error).toBeGreaterThan(50);
});

/** Lists, maps and numbers of the interpreter, printed as ours are. */
function showTheirs(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return show(new Double(value));
  if (isCelUint(value)) return `${value.value}u`;
  if (value instanceof Uint8Array) return show(value);
  if (isCelList(value)) return `[${[...value].map(showTheirs).join(', ')}]`;
  if (isCelMap(value)) return `{${[...value].map(([key, one]) => `${showTheirs(key)}: ${showTheirs(one)}`).sort().join(', ')}}`;
  return String(value);
}

const CASES = JSON.parse(readFileSync(join(__dirname, '..', '..', 'fixtures', 'cel', 'expressions.json'), 'utf8')) as Record<string, [expression: string, expected: string][]>;
/** Values that are objects of the interpreter's own are left to the API server. */
const COMPARED = /^(?!timestamp|duration|type|value|optional|none|refused|error)/;

/** Where the two differ, and the API server agrees with us. (In conversions and texts they differ often: code points, limits, the digits of numbers.) */
const DIFFERENT: ReadonlySet<string> = new Set([
  "'\\uffff' < '\\U0001F600'", "{'a': 1, 'a': 2}", "{1.5: 'a'}", '1 // after',
]);

test.each(['literals', 'operators'])('the examples of %s have the interpreter\'s values', (group) => {
  const different = CASES[group]!.filter(([, expected]) => COMPARED.test(expected)).flatMap(([expression, expected]) => {
    const theirs = run(expression, {}, { funcs: strings });
    const value = isCelError(theirs) ? `error ${theirs.message}` : showTheirs(theirs);
    return value === expected || DIFFERENT.has(expression) ? [] : [`${expression}: ${expected}, and the interpreter says ${value}`];
  });
  expect(different).toEqual([]);
});
