// What an expression answers, in words.
import { CelSyntaxError } from '../../../src/analysis/cel/ast';
import { compileExpression } from '../../../src/analysis/cel/compile';
import { CelFailure } from '../../../src/analysis/cel/value';
import { show } from './show';

/** The value; `error` when it fails, `refused` when it is not even evaluated. */
export function outcome(expression: string, kubernetes: number = 35): string {
  try {
    return show(compileExpression(expression, kubernetes).evaluate(null));
  } catch (error) {
    if (error instanceof CelSyntaxError) return 'refused';
    if (error instanceof CelFailure) return 'error';
    throw error;
  }
}
