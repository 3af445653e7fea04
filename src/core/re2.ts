// A syntax check of RE2, without an engine: enough to refuse at the user's line what Envoy, Traefik and Prometheus refuse later.
// https://github.com/google/re2/wiki/Syntax, less what not every version and port of it reads: `\C` and `(?<name>…)`.

/** RE2 refuses repetitions whose counts multiply to more. */
const MAX_REPEAT = 1000;
const PLAIN_ESCAPES = new Set('dDsSwWbBAz');
const CONTROL_ESCAPES: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };
const POSIX_CLASSES = new Set(['alnum', 'alpha', 'ascii', 'blank', 'cntrl', 'digit', 'graph', 'lower', 'print', 'punct', 'space', 'upper', 'word', 'xdigit']);

/** Where a piece of the pattern ends, and the one character that it stands for, if it is one. */
interface Piece {
  readonly end: number;
  readonly code?: number;
}

/** Says in a few words why `pattern` is not RE2, or `undefined` when it is. */
export function re2Problem(pattern: string): string | undefined {
  const outer: number[] = []; // for every open group, the largest product of counts before it
  let product = 1; // the largest product of counts in this group so far
  let operand: number | undefined; // the product of what stands before, when a repetition may follow
  let repeated = false; // it has been repeated already
  let at = 0;
  while (at < pattern.length) {
    const char = pattern.charAt(at);
    const repeat = /^(?:[*+?]|\{(\d+)(,(\d*))?\})/.exec(pattern.slice(at, at + 24));
    if (repeat !== null) {
      const [text, least, comma, most] = repeat;
      if (operand === undefined) return `"${text}" has nothing to repeat`;
      if (repeated) return `"${text}" repeats a repetition`;
      const count = Number(comma !== undefined && most !== '' ? most : least ?? 1);
      if (count < Number(least ?? 0)) return `"${text}" counts downwards`;
      operand = least === undefined ? operand : operand * count;
      if (Number(least ?? 0) > MAX_REPEAT || operand > MAX_REPEAT) return `"${text}" repeats more than ${MAX_REPEAT} times`;
      product = Math.max(product, operand);
      at += text.length;
      if (pattern.charAt(at) === '?') at += 1; // not greedy
      repeated = true;
      continue;
    }
    repeated = false;
    if (char === '(') {
      const group = /^\((?:\?(?:P<\w+>|[imsU]*(?:-[imsU]+)?:|(?<flags>[imsU]+(?:-[imsU]+)?|-[imsU]+)\)))?/.exec(pattern.slice(at, at + 80));
      const opening = group?.[0] ?? '(';
      if (opening === '(' && pattern.charAt(at + 1) === '?') {
        return /^\(\?<?[=!]/.test(pattern.slice(at, at + 4)) ? 'it has a look-around' : `the group "${pattern.slice(at, at + 4)}" is unknown`;
      }
      if (group?.groups?.flags === undefined) {
        outer.push(product);
        product = 1;
      }
      operand = undefined;
      at += opening.length;
    } else if (char === ')') {
      const before = outer.pop();
      if (before === undefined) return 'a ")" has no "("';
      operand = product;
      product = Math.max(before, product);
      at += 1;
    } else if (char === '|') {
      operand = undefined;
      at += 1;
    } else {
      const piece = char === '\\' ? readEscape(pattern, at) : char === '[' ? readClass(pattern, at) : { end: at + 1 };
      if (typeof piece === 'string') return piece;
      if (!pattern.startsWith('\\Q\\E', at) && !pattern.startsWith('\\E', at)) operand = 1;
      at = piece.end;
    }
  }
  return outer.length > 0 ? 'a "(" has no ")"' : undefined;
}

/** Reads an escape, or says what is wrong with it. */
function readEscape(pattern: string, at: number, inClass: boolean = false): Piece | string {
  const rest = pattern.slice(at, at + 48);
  const next = rest.charAt(1);
  if (next === '') return 'it ends with a bare "\\"';
  if (next === 'Q' && !inClass) {
    const close = pattern.indexOf('\\E', at);
    return { end: close < 0 ? pattern.length : close + 2 };
  }
  if (/[1-9]/.test(next) || next === 'k') return `"\\${next}" is a back-reference`;
  const number = /^\\(?:x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]{1,6})\}|(0[0-7]{0,2}))/.exec(rest);
  if (number !== null) {
    const code = number[3] === undefined ? Number.parseInt(number[1] ?? number[2] ?? '', 16) : Number.parseInt(number[3], 8);
    return code > 0x10ffff ? `"${number[0]}" is no character` : { end: at + number[0].length, code };
  }
  const property = /^\\[pP](?:[CLMNPSZ]|\{\^?[A-Za-z_]+\})/.exec(rest);
  if (property !== null) return { end: at + property[0].length };
  const control = CONTROL_ESCAPES[next];
  if (control !== undefined) return { end: at + 2, code: control };
  if (PLAIN_ESCAPES.has(next) && !(inClass && /[bBAz]/.test(next))) return { end: at + 2 };
  if (/^[\x21-\x7e]$/.test(next) && !/\w/.test(next) || next === '_') return { end: at + 2, code: next.charCodeAt(0) };
  return `"\\${next}" is an unknown escape`;
}

/** Reads a character class, or says what is wrong with it. */
function readClass(pattern: string, start: number): Piece | string {
  let at = start + 1;
  if (pattern.charAt(at) === '^') at += 1;
  let first = true;
  while (at < pattern.length) {
    if (pattern.charAt(at) === ']' && !first) return { end: at + 1 };
    first = false;
    const named = /^\[:\^?(\w*):\]/.exec(pattern.slice(at, at + 16));
    if (named !== null) {
      if (!POSIX_CLASSES.has(named[1] ?? '')) return `the class "${named[0]}" is unknown`;
      at += named[0].length;
      continue;
    }
    const low = readOne(pattern, at);
    if (typeof low === 'string') return low;
    at = low.end;
    if (low.code === undefined || pattern.charAt(at) !== '-' || pattern.charAt(at + 1) === ']' || at + 1 >= pattern.length) continue;
    const high = readOne(pattern, at + 1);
    if (typeof high === 'string') return high;
    if (high.code === undefined || high.code < low.code) return `the range "${pattern.slice(at - 1, high.end)}" is not one`;
    at = high.end;
  }
  return 'a "[" has no "]"';
}

function readOne(pattern: string, at: number): Piece | string {
  return pattern.charAt(at) === '\\' ? readEscape(pattern, at, true) : { end: at + 1, code: pattern.charCodeAt(at) };
}
