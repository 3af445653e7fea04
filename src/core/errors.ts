import { looksLikeSecret } from './secret-formats';
import { callerLines } from './source';

/** Whatever has a path in the tree: every construct. */
export interface ErrorScope {
  readonly node: { readonly path: string };
}

/** The parts of an error sentence. */
export interface ErrorParts {
  /** What is wrong, with the value in it (see `shorten`), without a full stop: `Percent 130 is outside 0 to 100`. */
  readonly what: string;
  /** The construct that it happened to; its path is shown. */
  readonly scope?: ErrorScope;
  /** A place that is no construct: a file, a field, a cluster. */
  readonly where?: string;
  /** How to put it right, as an order without a full stop: `give a value such as Percent.of(3)`. */
  readonly fix?: string;
}

const BRAND: unique symbol = Symbol.for('cdk8s-netstack.NetstackError') as never;
const SHOWN_FRAMES = 8;
const SHOWN_CHARACTERS = 60;

function placeOf(parts: ErrorParts): string | undefined {
  const places = [parts.where, parts.scope?.node.path].filter((place) => place !== undefined && place !== '');
  return places.length > 0 ? places.join(', ') : undefined;
}

/**
 * The one error of this package: a sentence of what is wrong, where (construct path and the user's own file and line) and how to fix it.
 * `stack` holds the user's frames only.
 */
export class NetstackError extends Error {
  /** Whether `error` is a NetstackError, also one of another installed copy of this package. */
  public static is(error: unknown): error is NetstackError {
    return typeof error === 'object' && error !== null && BRAND in error;
  }

  /** What is wrong. */
  public readonly what: string;
  /** The place in the tree or in a file, when known. */
  public readonly where?: string;
  /** How to put it right. */
  public readonly fix?: string;
  /** The line of the user's program, relative to the working directory: `infra/gateway.ts:41`. */
  public readonly source?: string;

  constructor(sentence: ErrorParts) {
    const frames = callerLines(SHOWN_FRAMES);
    const where = placeOf(sentence);
    const places = [where, frames[0]].filter((place) => place !== undefined);
    const at = places.length > 0 ? ` (${places.join(', ')})` : '';
    super(`${sentence.what}${at}${sentence.fix === undefined ? '.' : `: ${sentence.fix}.`}`);
    this.name = 'NetstackError';
    this.what = sentence.what;
    if (where !== undefined) this.where = where;
    if (sentence.fix !== undefined) this.fix = sentence.fix;
    if (frames[0] !== undefined) this.source = frames[0];
    this.stack = [`${this.name}: ${this.message}`, ...frames.map((frame) => `    at ${frame}`)].join('\n');
    Object.defineProperty(this, BRAND, { value: true });
  }
}

// Controls, line separators and direction marks would let a value rewrite the sentence that shows it.
const INVISIBLE = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]/gu;

function quote(text: string): string {
  return JSON.stringify(text).replace(INVISIBLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function cut(text: string, end: string): string {
  if (text.length <= SHOWN_CHARACTERS) return text;
  return `${text.slice(0, SHOWN_CHARACTERS - 10).replace(/[\ud800-\udbff]$/, '')}…${end}`;
}

function sketch(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string': {
      const kind = looksLikeSecret(value);
      return kind === undefined ? quote(value.slice(0, SHOWN_CHARACTERS)) : `(${kind}, not shown)`;
    }
    case 'bigint': return `${value}n`;
    case 'symbol': return 'a symbol';
    case 'function': return 'a function';
    case 'object': break;
    default: return String(value);
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return depth === 0 ? '[…]' : `[${value.slice(0, 8).map((item) => sketch(item, depth - 1)).join(', ')}]`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) {
    const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name;
    return typeof name === 'string' && name !== '' && name !== 'Object' ? `an object of class ${name}` : 'an object';
  }
  if (depth === 0) return '{…}';
  return `{${Object.entries(value).slice(0, 8).map(([key, item]) => `${quote(key.slice(0, SHOWN_CHARACTERS))}: ${sketch(item, depth - 1)}`).join(', ')}}`;
}

/** Shows any value in at most about 60 characters of one line, for an error sentence: strings quoted, invisible characters escaped, secrets by their kind only. */
export function shorten(value: unknown): string {
  if (typeof value === 'string') {
    const kind = looksLikeSecret(value);
    if (kind !== undefined) return `(${kind}, not shown)`;
    return cut(quote(value.slice(0, SHOWN_CHARACTERS)) , value.length > SHOWN_CHARACTERS ? `" (${value.length} characters)` : '"');
  }
  return cut(sketch(value, 2), '');
}
