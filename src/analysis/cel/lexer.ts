// Tokens of CEL. Source: cel-spec doc/langdef.md "Syntax", cel-go parser/gen/CEL.g4 and parser/unescape.go.
import { CelSyntaxError } from './ast';
import type { CelValue } from './value';
import { Double, integer, MAX_INT, MAX_UINT, MIN_INT, Uint } from './value';

export interface Token {
  /** `operator` for all signs; `name` for identifiers and words. */
  readonly type: 'name' | 'literal' | 'int' | 'double' | 'operator' | 'end';
  readonly text: string;
  readonly value?: CelValue;
}

const SPACE = /(?:[\t \r\n\f]+|\/\/[^\n]*)+/y;
const STRING = /([bB]?)([rR]?)("""|'''|"|')/y;
const NUMBER = /(?:(\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)|(0x[0-9a-fA-F]+|\d+)([uU]?))/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const OPERATOR = /==|!=|<=|>=|&&|\|\||[<>[\]{}().,\-!?:+*/%]/y;

/** Splits an expression into tokens. @throws CelSyntaxError */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found) at = pattern.lastIndex;
    return found;
  };
  for (;;) {
    match(SPACE);
    if (at >= source.length) break;
    const start = at;
    const string = match(STRING);
    if (string) {
      const [, bytes, raw, quote] = string as unknown as [string, string, string, string];
      at = endOfString(source, at, quote, raw !== '');
      const body = source.slice(start + string[0].length, at - quote.length);
      tokens.push({ type: 'literal', text: source.slice(start, at), value: bytes === '' ? unescapeText(body, raw !== '') : unescapeBytes(body, raw !== '') });
      continue;
    }
    const number = match(NUMBER);
    if (number) {
      const [text, double, digits, unsigned] = number;
      if (double !== undefined) tokens.push({ type: 'double', text, value: new Double(Number(double)) });
      else if (unsigned) tokens.push({ type: 'literal', text, value: unsignedLiteral(digits!) });
      else tokens.push({ type: 'int', text });
      continue;
    }
    const name = match(NAME);
    if (name) {
      tokens.push({ type: 'name', text: name[0] });
      continue;
    }
    const operator = match(OPERATOR);
    if (!operator) throw new CelSyntaxError(`${JSON.stringify(source.slice(at, at + 10))} is not understood`);
    tokens.push({ type: 'operator', text: operator[0] });
  }
  tokens.push({ type: 'end', text: '' });
  return tokens;
}

function endOfString(source: string, start: number, quote: string, raw: boolean): number {
  for (let i = start; i < source.length; i++) {
    if (source.startsWith(quote, i)) return i + quote.length;
    const sign = source[i];
    if (sign === '\\' && !raw) i++;
    else if (quote.length === 1 && (sign === '\n' || sign === '\r')) break;
  }
  throw new CelSyntaxError('a text is not closed');
}

/** The value of an integer's digits. @throws CelSyntaxError when it does not fit into 64 bits */
export function intLiteral(digits: string, negative: boolean): number | bigint {
  const value = negative ? -BigInt(digits) : BigInt(digits);
  if (value < MIN_INT || value > MAX_INT) throw new CelSyntaxError(`${digits} does not fit into 64 bits`);
  return integer(value);
}

function unsignedLiteral(digits: string): Uint {
  const value = BigInt(digits);
  if (value > MAX_UINT) throw new CelSyntaxError(`${digits}u does not fit into 64 bits`);
  return new Uint(value);
}

const SINGLE: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'], ['b', '\b'], ['f', '\f'], ['n', '\n'], ['r', '\r'], ['t', '\t'], ['v', '\v'], ['\\', '\\'], ['\'', '\''], ['"', '"'], ['`', '`'], ['?', '?'],
]);
const ESCAPE = /\\(?:([abfnrtv\\'"`?])|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([^]?))/g;

function unescapeText(body: string, raw: boolean): string {
  const text = body.replace(/\r\n?/g, '\n');
  if (raw || !text.includes('\\')) return text;
  return text.replace(ESCAPE, (whole, single?: string, hex?: string, four?: string, eight?: string, octal?: string) => {
    if (single !== undefined) return SINGLE.get(single)!;
    if (octal !== undefined) return String.fromCodePoint(parseInt(octal, 8));
    const code = parseInt(hex ?? four ?? eight ?? 'none', 16);
    if (Number.isNaN(code) || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) throw new CelSyntaxError(`${whole} is no escape`);
    return String.fromCodePoint(code);
  });
}

function unescapeBytes(body: string, raw: boolean): Uint8Array {
  const encoder = new TextEncoder();
  const text = body.replace(/\r\n?/g, '\n');
  if (raw) return encoder.encode(text);
  const bytes: number[] = [];
  let last = 0;
  for (const found of text.matchAll(ESCAPE)) {
    bytes.push(...encoder.encode(text.slice(last, found.index)));
    const [whole, single, hex, , , octal] = found;
    if (single !== undefined) bytes.push(SINGLE.get(single)!.charCodeAt(0));
    else if (hex !== undefined) bytes.push(parseInt(hex, 16));
    else if (octal !== undefined) bytes.push(parseInt(octal, 8));
    else throw new CelSyntaxError(`${whole} is no escape in bytes`);
    last = found.index + whole.length;
  }
  bytes.push(...encoder.encode(text.slice(last)));
  return Uint8Array.from(bytes);
}
