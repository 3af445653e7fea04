// The gate before every scalar encoder: what no configuration language may carry is refused here, once, before any quoting is thought of.
import { shorten } from '../core/errors';
import { looksLikeSecret } from '../core/secret-formats';
import { refuse } from './refuse';

/** Bytes of UTF-8 that one value may have where the language sets no smaller limit: Linux and the engines read lines of this size. */
export const MAX_VALUE_BYTES: number = 16_384;

// C0 (NUL, LF, CR, TAB …), DEL, C1 (NEL is a line break to YAML 1.1), the two Unicode line separators, lone surrogates, byte order marks and non-characters.
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|\p{Surrogate}/u;

/** Limits of one text value. */
export interface TextLimits {
  /** @default MAX_VALUE_BYTES */
  readonly maxBytes?: number;
  /** Whether the empty string has a meaning here. @default false */
  readonly empty?: boolean;
}

/**
 * Checks a text that comes from a user and returns it unchanged.
 *
 * @throws NetstackError when it is no string, is empty, too long, holds a line break, a NUL or another control character, or a secret of a well-known format
 */
export function checkedText(value: string, where: string, limits: TextLimits = {}): string {
  if (typeof value !== 'string') refuse(where, `Expected a text but got ${shorten(value)}`, 'pass a string');
  if (value === '' && !limits.empty) refuse(where, 'The text is empty', 'give it a value or leave the field out');
  const secret = looksLikeSecret(value);
  if (secret !== undefined) refuse(where, `The text holds a secret (${secret})`, 'keep it out of the file and let the engine read it from a mounted Secret');
  const maxBytes = limits.maxBytes ?? MAX_VALUE_BYTES;
  const bytes = Buffer.byteLength(value, 'utf8');
  if (bytes > maxBytes) refuse(where, `The text ${shorten(value)} has ${bytes} bytes where at most ${maxBytes} are read back whole`, 'shorten it');
  if (FORBIDDEN.test(value)) {
    refuse(where, `The text ${shorten(value)} holds a line break, NUL or other control character`, 'remove it: it could add a directive of its own to the file');
  }
  return value;
}

/** What a name looks like in one language. */
export interface NameRule {
  /** What is named, for the error: `ACL name`. */
  readonly noun: string;
  readonly pattern: RegExp;
  /** The allowed characters in words, for the error. */
  readonly allowed: string;
  readonly maxLength: number;
  readonly reserved?: ReadonlySet<string>;
}

/** Checks a name against the allow-list of its language and returns it unchanged. Names are never escaped. */
export function checkedName(value: string, where: string, rule: NameRule): string {
  if (typeof value !== 'string' || value.length > rule.maxLength || !rule.pattern.test(value)) {
    refuse(where, `${shorten(value)} is no ${rule.noun}`, `use ${rule.allowed}, at most ${rule.maxLength} characters`);
  }
  if (rule.reserved?.has(value)) refuse(where, `${shorten(value)} is a word of the language and cannot be a ${rule.noun}`, 'choose another name');
  return value;
}

const FILE_PATH: NameRule = {
  noun: 'absolute file path', pattern: /^\/(?!.*\/\.\.?(\/|$))[A-Za-z0-9_./@%+?-]*$/, allowed: 'an absolute path of letters, digits and _ . / @ % + ? - without . and .. steps', maxLength: 255,
};

/** Checks an absolute path of the host that will read the file. The characters are those that no shell and no lexer of ours takes for more than themselves. */
export function checkedPath(value: string, where: string): string {
  checkedText(value, where);
  return checkedName(value, where, FILE_PATH);
}

/** Checks a whole number in a closed range. */
export function checkedInteger(value: number, min: number, max: number, where: string): number {
  if (!Number.isInteger(value) || value < min || value > max) refuse(where, `${shorten(value)} is no whole number from ${min} to ${max}`, 'pass one in that range');
  return value;
}

/** Refuses the second of two equal names. */
export function checkedUnique(names: readonly string[], noun: string, where: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) refuse(where, `The ${noun} ${shorten(name)} appears twice`, 'keep one');
    seen.add(name);
  }
}

/**
 * Joins the lines of a file and ends the last one. Types limit choices such as a balancing algorithm or a log level, the run time does not: a line break
 * that came in by one of them is refused here.
 */
export function joinedLines(lines: readonly string[], where: string): string {
  const broken = lines.find((line) => /[\u0000-\u0008\u000a-\u001f]/.test(line));
  if (broken !== undefined) refuse(where, `The line ${shorten(broken)} holds a line break or another control character`, 'pass one of the values that the types allow');
  return lines.map((line) => `${line}\n`).join('');
}

/** Orders texts by code unit: the same on every machine, whatever its locale. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
