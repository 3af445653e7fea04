// A syntax check of RE2, without an engine: enough to refuse at the user's line what Envoy, Traefik and Prometheus refuse later.
// https://github.com/google/re2/wiki/Syntax

const MAX_REPEAT = 1000;
const ESCAPES = new Set('aftnrvdDsSwWbBAzC');

/** Says in a few words why `pattern` is not RE2, or `undefined` when it is. */
export function re2Problem(pattern: string): string | undefined {
  let depth = 0;
  let operand = false; // something stands before, that a repetition could repeat
  let repeated = false; // it has been repeated already
  let at = 0;
  while (at < pattern.length) {
    const char = pattern.charAt(at);
    if (char === '\\') {
      const next = escapeEnd(pattern, at);
      if (typeof next === 'string') return next;
      at = next;
      operand = true;
      repeated = false;
    } else if (char === '[') {
      const next = classEnd(pattern, at);
      if (typeof next === 'string') return next;
      at = next;
      operand = true;
      repeated = false;
    } else if (char === '(') {
      const group = /^\((?:\?(?::|P?<[A-Za-z_]\w*>|[imsU]*(?:-[imsU]+)?:|(?<flags>[imsU]+(?:-[imsU]+)?|-[imsU]+)\)))?/.exec(pattern.slice(at, at + 80));
      const opening = group?.[0] ?? '(';
      if (opening === '(' && pattern.charAt(at + 1) === '?') {
        return /^\(\?<?[=!]/.test(pattern.slice(at)) ? 'it has a look-around' : `it has the unknown group "${pattern.slice(at, at + 4)}"`;
      }
      if (group?.groups?.flags === undefined) depth += 1;
      at += opening.length;
      operand = false;
      repeated = false;
    } else if (char === ')') {
      depth -= 1;
      if (depth < 0) return 'it has a ")" without "("';
      at += 1;
      operand = true;
      repeated = false;
    } else if (char === '|') {
      at += 1;
      operand = false;
      repeated = false;
    } else {
      const repeat = /^(?:[*+?]|\{(\d+)(?:,(\d*))?\})/.exec(pattern.slice(at, at + 24));
      if (repeat === null) {
        at += 1;
        operand = true;
        repeated = false;
        continue;
      }
      if (!operand) return `it has a "${repeat[0]}" with nothing to repeat`;
      if (repeated) return `it repeats a repetition with "${repeat[0]}"`;
      const least = Number(repeat[1] ?? 0);
      const most = repeat[2] === undefined || repeat[2] === '' ? least : Number(repeat[2]);
      if (least > MAX_REPEAT || most > MAX_REPEAT || most < least) return `it has the repetition "${repeat[0]}", outside 0 to ${MAX_REPEAT}`;
      at += repeat[0].length;
      if (pattern.charAt(at) === '?') at += 1; // not greedy
      repeated = true;
    }
  }
  return depth > 0 ? 'it has a "(" without ")"' : undefined;
}

/** The index behind an escape, or what is wrong with it. */
function escapeEnd(pattern: string, at: number): number | string {
  const rest = pattern.slice(at, at + 48);
  const next = rest.charAt(1);
  if (next === '') return 'it ends with a bare "\\"';
  if (next === 'Q') {
    const end = pattern.indexOf('\\E', at);
    return end < 0 ? pattern.length : end + 2;
  }
  if (/[1-9]/.test(next)) return `it has the back-reference "\\${next}"`;
  if (next === 'k') return 'it has a back-reference';
  const long = /^\\(?:x[0-9A-Fa-f]{2}|x\{[0-9A-Fa-f]{1,6}\}|0[0-7]{0,2}|[pP](?:[A-Z]|\{\^?[A-Za-z_]+\}))/.exec(rest);
  if (long !== null) return at + long[0].length;
  if (ESCAPES.has(next) || /[^\w\s]/.test(next)) return at + 2;
  return `it has the unknown escape "\\${next}"`;
}

/** The index behind a character class, or what is wrong with it. */
function classEnd(pattern: string, start: number): number | string {
  let at = start + 1;
  if (pattern.charAt(at) === '^') at += 1;
  let first = true;
  while (at < pattern.length) {
    const char = pattern.charAt(at);
    if (char === ']' && !first) return at + 1;
    first = false;
    if (char === '\\') {
      const next = escapeEnd(pattern, at);
      if (typeof next === 'string') return next;
      at = next;
    } else {
      const named = /^\[:\^?[a-z]+:\]/.exec(pattern.slice(at, at + 16));
      at += named === null ? 1 : named[0].length;
    }
  }
  return 'it has a "[" without "]"';
}
