// Which strings may stand in a manifest without quotes. YAML 1.1 decides (cdk8s asks for it, so that old parsers read the same values).

/** Control characters and lone surrogates: only a double-quoted scalar can carry them. */
const UNPRINTABLE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u{D800}-\u{DFFF}]/u;

/** A line that starts a document or a directive when it stands in the first column. */
const DOCUMENT_MARKER = /^(?:%|---|\.\.\.)/m;

/** Indicators and white space that end a plain scalar, or start something else. */
const NOT_PLAIN = new RegExp([
  '^[\\n\\t ,[\\]{}#&*!|>\'"%@`]', // an indicator in front
  '^[?-](?:[ \\t]|$)', // looks like an entry of a list or an explicit key
  '[\\n:][ \\t]', // a mapping, or an indented continuation
  '[ \\t]\\n',
  '[\\n\\t ]#', // a comment
  '[\\n\\t :]$',
].join('|'));

/** Strings that YAML 1.1 reads as null, boolean, number, merge key or timestamp. Hash suffixes such as `e1234567` are floats there. */
const IMPLICIT: readonly RegExp[] = [
  /^(?:~|[Nn]ull|NULL)?$/,
  /^(?:Y|y|[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/,
  /^(?:N|n|[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/,
  /^[-+]?0b[0-1_]+$/,
  /^[-+]?0[0-7_]+$/,
  /^[-+]?[0-9][0-9_]*$/,
  /^[-+]?0x[0-9a-fA-F_]+$/,
  /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/,
  /^[-+]?(?:[0-9][0-9_]*)?(?:\.[0-9_]*)?[eE][-+]?[0-9]+$/,
  /^[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*$/,
  /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/,
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[tT]|[ \t]+)[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]+)?(?:[ \t]*(?:Z|[-+][012]?[0-9](?::[0-9]{2})?))?)?$/,
];

/** How a string has to be written. */
export type ScalarStyle = 'plain' | 'block' | 'quoted' | 'double-quoted';

/**
 * The style that cdk8s' YAML gives `value`.
 *
 * @param key whether it is a mapping's key
 * @param topLevel whether that mapping is the document itself
 */
export function scalarStyle(value: string, key: boolean, topLevel: boolean): ScalarStyle {
  // The merge key is written as it is, wherever it stands.
  if (value === '<<') return 'plain';
  if (UNPRINTABLE.test(value)) return 'double-quoted';
  if (value.includes('\n')) return key ? 'quoted' : 'block';
  if (NOT_PLAIN.test(value)) return 'quoted';
  if (key && topLevel && DOCUMENT_MARKER.test(value)) return 'quoted';
  return IMPLICIT.some((pattern) => pattern.test(value)) ? 'quoted' : 'plain';
}

/** Whether the style of `key` depends on where it stands. */
export function dependsOnPosition(key: string): boolean {
  return DOCUMENT_MARKER.test(key);
}

// One pass over the characters tells for nearly every string of a manifest that it is plain, without a regular expression.
const COLON = 2;
const SPACE = 3;
const INSIDE = new Uint8Array(128);
for (const c of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+=()$*;,<>[]{}!?@^`~|&%') INSIDE[c.charCodeAt(0)] = 1;
INSIDE[':'.charCodeAt(0)] = COLON;
INSIDE[' '.charCodeAt(0)] = SPACE;

// What may come first: 1 always; 2 when the string is too long to be one of the words for true, false and null; 3 when no digit or sign follows.
const FIRST = new Uint8Array(128);
for (const c of 'abcdghijklmpqrsuvwxzABCDGHIJKLMPQRSUVWXZ/$(_;^') FIRST[c.charCodeAt(0)] = 1;
for (const c of 'fnotyFNOTY') FIRST[c.charCodeAt(0)] = 2;
for (const c of 'eE') FIRST[c.charCodeAt(0)] = 3;
const LONGEST_WORD = 'false'.length;
const AFTER_DIGITS = '9'.charCodeAt(0) + 1;
/** Longer strings take the full test. */
const SHORT = 256;

/** Whether `value` is certainly plain. `false` means "ask `scalarStyle`". */
export function isCertainlyPlain(value: string): boolean {
  const length = value.length;
  if (length === 0 || length > SHORT) return false;
  const head = value.charCodeAt(0);
  if (head > 127) return false;
  const first = FIRST[head];
  if (first === 0 || (first === 2 && length <= LONGEST_WORD)) return false;
  if (first === 3 && length > 1 && value.charCodeAt(1) < AFTER_DIGITS) return false;
  for (let i = 1; i < length; i++) {
    const code = value.charCodeAt(i);
    if (code > 127) return false;
    const inside = INSIDE[code];
    if (inside === 1) continue;
    if (inside === 0 || i === length - 1) return false;
    if (inside === COLON && value.charCodeAt(i + 1) === 32) return false;
  }
  return true;
}
