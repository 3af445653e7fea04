// Patterns of the user's own definitions: written for Go, and run in RE2, which takes no more time than the text is long.
import { matches } from '../cel/regex';
import { CelFailure } from '../cel/value';
import { re2Problem } from '../../core/re2';
import type { Place } from '../native/place';

/** Refuses what is no regular expression for Go. */
export function checkPattern(pattern: unknown, at: Place): void {
  if (typeof pattern !== 'string' || pattern === '') return;
  try {
    matches('', pattern);
  } catch (error) {
    if (!(error instanceof CelFailure)) throw error;
    at.refuse((show) => `the pattern ${show(pattern)} is no regular expression${reason(pattern)}`, 'write it as Go reads it: https://github.com/google/re2/wiki/Syntax');
  }
}

function reason(pattern: string): string {
  const problem = re2Problem(pattern);
  return problem === undefined ? '' : `: ${problem}`;
}
