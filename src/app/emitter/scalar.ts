// Strings as YAML writes them without folding (`lineWidth: 0`): plain, quoted, or as a literal block.
import { isCertainlyPlain, scalarStyle } from './plain-scalar';

/** A double-quoted scalar shorter than this keeps its line breaks as `\n`. */
const SHORTEST_MULTI_LINE = 40;

/** Escapes that YAML spells shorter than JSON. Every other control character becomes `\xNN`; lone surrogates stay `\uNNNN`. */
const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\\u0000': '\\0', '\\u0007': '\\a', '\\u000b': '\\v', '\\u001b': '\\e' };

/**
 * `value` as a scalar.
 *
 * @param indent spaces in front of continuation lines; not empty, a document is never a bare scalar here
 */
export function scalar(value: string, indent: string): string {
  return isCertainlyPlain(value) ? value : styled(value, indent, false, false);
}

/** `value` as a key on one line. @param topLevel whether the mapping is the document itself */
export function key(value: string, topLevel: boolean): string {
  return isCertainlyPlain(value) ? value : styled(value, '', true, topLevel);
}

function styled(value: string, indent: string, isKey: boolean, topLevel: boolean): string {
  switch (scalarStyle(value, isKey, topLevel)) {
    case 'plain': return value;
    case 'block': return block(value, indent);
    case 'quoted': return quoted(value, indent, isKey);
    case 'double-quoted': return doubleQuoted(value, indent, isKey);
  }
}

/** The quotes that need less escaping. */
function quoted(value: string, indent: string, isKey: boolean): string {
  return value.includes('"') && !value.includes("'") ? singleQuoted(value, indent, isKey) : doubleQuoted(value, indent, isKey);
}

function singleQuoted(value: string, indent: string, isKey: boolean): string {
  // White space around a line break would be folded away.
  if ((isKey && value.includes('\n')) || /[ \t]\n|\n[ \t]/.test(value)) return doubleQuoted(value, indent, isKey);
  return `'${value.replaceAll("'", "''").replace(/\n+/g, (breaks) => `${breaks}\n${indent}`)}'`;
}

function doubleQuoted(value: string, indent: string, isKey: boolean): string {
  const json = JSON.stringify(value);
  const oneLine = isKey || json.length < SHORTEST_MULTI_LINE;
  const end = json.length - 1;
  // Escapes are read from left to right, so that an escaped backslash before an "n" is not taken for a line break.
  return json.replace(/ ?(?:\\n)+|\\u[0-9a-f]{4}|\\[^n]/g, (escape, offset: number) => {
    if (escape.startsWith('\\u')) return SHORT_ESCAPES[escape] ?? (escape.startsWith('\\u00') ? `\\x${escape.slice(4)}` : escape);
    if (!escape.endsWith('n')) return escape;
    // A space in front of a line break is escaped, or it would be folded.
    const spaced = escape.startsWith(' ');
    const lead = spaced ? '\\ ' : '';
    const breaks = spaced ? escape.slice(1) : escape;
    const after = offset + escape.length;
    const count = breaks.length / 2;
    if (oneLine || (after === end && count === 1)) return lead + breaks;
    // Folding eats the first line break; the last one of the string stays an escape.
    if (after === end) return `${lead}${'\n'.repeat(count)}${indent}\\n`;
    return `${lead}${'\n'.repeat(count + 1)}${indent}${json[after] === ' ' ? '\\' : ''}`;
  });
}

/** A literal block scalar: `|` and the lines. */
export function block(value: string, indent: string): string {
  // A block cannot end in a line of white space only.
  if (/\n[\t ]+$/.test(value)) return quoted(value, indent, false);
  let bodyEnd = value.length;
  while (bodyEnd > 0 && isWhiteSpace(value.charCodeAt(bodyEnd - 1))) bodyEnd--;
  const tail = value.slice(bodyEnd);
  const body = value.slice(0, bodyEnd);
  let lead = 0;
  while (lead < body.length && (body[lead] === ' ' || body[lead] === '\n')) lead++;
  // A first line that starts with a space would be taken for the block's indentation: say it.
  const indicator = body.slice(0, lead).includes(' ') ? '2' : '';
  const kept = tail.endsWith('\n') ? tail.slice(0, -1) : tail;
  // Line breaks at the very end carry no indentation.
  let filled = kept.length;
  while (filled > 0 && kept[filled - 1] === '\n') filled--;
  const indented = body.replace(/\n+/g, (breaks) => breaks + indent);
  return `|${indicator}${chomping(value, tail)}\n${indent}${indented}${kept.slice(0, filled).replace(/\n+/g, (breaks) => breaks + indent)}${kept.slice(filled)}`;
}

/** `-` drops the end's line breaks, none keeps one, `+` keeps all. */
function chomping(value: string, tail: string): '-' | '+' | '' {
  const firstBreak = tail.indexOf('\n');
  if (firstBreak === -1) return '-';
  return value === tail || firstBreak !== tail.length - 1 ? '+' : '';
}

function isWhiteSpace(code: number): boolean {
  return code === 10 || code === 9 || code === 32;
}
