// Patterns of routes and policies: RE2, against the whole text.
import { matches } from '../../cel/regex';
import { CelFailure } from '../../cel/value';
import type { Three } from '../../model/three';

/** Whether a pattern takes the whole text; undefined when it is no pattern. */
export function takesWhole(pattern: string, text: string): Three {
  if (!isPattern(pattern)) return undefined;
  return matches(text, `\\A(?:${pattern})\\z`);
}

/** Whether RE2 can read it. Alone: what is no pattern may become one between brackets. */
export function isPattern(pattern: string): boolean {
  try {
    matches('', pattern);
    return true;
  } catch (error) {
    if (error instanceof CelFailure) return false;
    throw error;
  }
}

/** Whether a pattern is found somewhere in the text; undefined when it is no pattern. */
export function isFound(pattern: string, text: string): Three {
  return isPattern(pattern) ? matches(text, pattern) : undefined;
}
