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

/** Where the host reads a pattern as Go does, and never takes exponential time for: no repeated groups, nothing that only one of the two knows. */
const PLAIN = /^(?:[\w\-/:@&=~%,;!<>'"# ]|\\[.\-/+?*^$()[\]{}|\\dDwW]|[.^$|]|\[\^?(?:[\w\-/:@.&=~%+*?]|\\[.\-/wd])+\]|\((?:\?:)?|\)(?![*+{])|(?<![(|])[*+?](?![*+?{]))*$/;

/**
 * A text with each match replaced, as Go does it: `$1` and `${1}` are groups, and a name goes on as long as letters, digits and underscores do.
 * Undefined when the pattern is none, or not one that the host reads alike.
 */
export function replacedIn(text: string, pattern: string, replacement: string): string | undefined {
  if (!PLAIN.test(pattern) || !isPattern(pattern)) return undefined;
  let empty = false;
  const result = text.replace(new RegExp(pattern, 'g'), (match: string, ...rest: unknown[]): string => {
    if (match === '') empty = true;
    const groups = [match, ...rest.slice(0, rest.findIndex((one) => typeof one === 'number')) as ReadonlyArray<string | undefined>];
    return replacement.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (_: string, bare: string | undefined, braced: string | undefined) => {
      const name = bare ?? braced;
      return name === undefined ? '$' : /^\d+$/.test(name) ? groups[Number(name)] ?? '' : '';
    });
  });
  return empty ? undefined : result;
}

/** Whether a pattern is found somewhere in the text; undefined when it is no pattern. */
export function isFound(pattern: string, text: string): Three {
  return isPattern(pattern) ? matches(text, pattern) : undefined;
}
