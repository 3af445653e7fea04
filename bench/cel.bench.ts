// Rules in CEL as closures against @bufbuild/cel, an interpreter that reads each rule once, too: the same rules over the same values for which they hold, as in most documents.
import type { CelInput } from '@bufbuild/cel';
import type { Program } from '../src/analysis/cel/compile';
import { compileExpression } from '../src/analysis/cel/compile';
import { parse } from '../src/analysis/cel/parser';
import type { CelValue } from '../src/analysis/cel/value';
import { CelFailure } from '../src/analysis/cel/value';
import { SchemaTypes } from '../src/analysis/cel/view';
import { nodesWithRules } from '../test/analysis/cel/corpus';
import { inputOf, interpret, isCommon } from '../test/analysis/cel/foreign';
import { Generator as Values, hintsOf, mulberry } from '../test/analysis/cel/generator';
import type { Bench, BenchRow } from './measure';
import { medians } from './measure';

const GROUPS: ReadonlySet<string> = new Set(['gateway.networking.k8s.io', 'gateway.envoyproxy.io']);
/** Closures are there because the interpreter costs many times as much; when it does not any more, they can go. */
const BUDGET = 0.33;

interface Question {
  readonly ours: Program;
  readonly theirs: (self: CelInput) => unknown;
  readonly values: readonly { readonly ours: () => CelValue; readonly theirs: CelInput }[];
}

export const rows: Bench = function* ({ quick }): Generator<BenchRow> {
  const questions = ask(quick ? 10 : 40);
  const evaluations = questions.reduce((sum, { values }) => sum + values.length, 0);
  const time = medians({
    closures: { prepare: () => questions, run: () => questions.forEach(({ ours, values }) => values.forEach((value) => ours.evaluate(value.ours()))) },
    interpreter: { prepare: () => questions, run: () => questions.forEach(({ theirs, values }) => values.forEach((value) => theirs(value.theirs))) },
  }, 7);
  yield {
    what: `${evaluations} evaluations of rules of Gateway API and Envoy Gateway in closures, over @bufbuild/cel (${Math.round(evaluations / time.closures)} and ${Math.round(evaluations / time.interpreter)} per ms)`,
    measured: time.closures / time.interpreter, unit: 'x', budget: BUDGET,
  };
};

function ask(count: number): Question[] {
  return nodesWithRules().filter(({ group }) => GROUPS.has(group)).flatMap(({ node, resolve, path }) => {
    const types = new SchemaTypes(resolve);
    const type = path.length === 0 ? types.root(node) : types.of(node)!;
    return node.cel!.filter(({ rule }) => isCommon(rule)).map(({ rule }) => {
      const ours = compileExpression(rule, 35);
      const generator = new Values(resolve, mulberry(3), hintsOf(parse(rule)));
      const holding = Array.from({ length: count }, () => generator.value(node)).filter((value) => holds(ours, type.wrap(value)));
      // Wrapping is part of what an evaluation costs us; the interpreter's input is made beforehand.
      return { ours, theirs: interpret(rule), values: holding.map((value) => ({ ours: () => type.wrap(value), theirs: inputOf(value, node, resolve, types) })) };
    });
  });
}

function holds(program: Program, value: CelValue): boolean {
  try {
    return program.evaluate(value) === true;
  } catch (error) {
    if (error instanceof CelFailure) return false;
    throw error;
  }
}
