import { looksLikeSecret } from './secret-formats';
import { callerLine, trimStack } from './source';

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

const BRAND: symbol = Symbol.for('cdk8s-netstack.NetstackError');
const DEEP = 100;
const FULL = 60;
const CUT = 44;

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
    const source = callerLine();
    const where = [sentence.where, sentence.scope?.node.path].filter((place) => place !== undefined && place !== '').map((place) => escaped(place ?? '')).join(', ');
    const places = [where, source].filter((place) => place !== undefined && place !== '').join(', ');
    const at = places === '' ? '' : ` (${places})`;
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = DEEP;
    super(`${sentence.what}${at}${sentence.fix === undefined ? '.' : `: ${sentence.fix}${/[.?!]$/.test(sentence.fix) ? '' : '.'}`}`);
    Error.stackTraceLimit = limit;
    this.name = 'NetstackError';
    this.what = sentence.what;
    if (where !== '') this.where = where;
    if (sentence.fix !== undefined) this.fix = sentence.fix;
    if (source !== undefined) this.source = source;
    // Not enumerable, as every engine has it.
    Object.defineProperty(this, 'stack', { value: trimStack(`${this.name}: ${this.message}`, this.stack), writable: true, configurable: true });
    Object.defineProperty(this, BRAND, { value: true });
    // The sentence says it all: Node prints the enumerable properties of an uncaught error once more, below it.
    for (const part of ['name', 'what', 'where', 'fix', 'source']) {
      if (Object.hasOwn(this, part)) Object.defineProperty(this, part, { enumerable: false });
    }
  }
}

/** Controls, line separators, direction marks and lone surrogates would let a value rewrite the sentence that shows it. */
function escaped(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** The text between its first quote and its last: as much as fits, never half an escape. */
function inside(text: string, limit: number): { readonly shown: string; readonly whole: boolean } {
  let shown = '';
  for (const char of text.slice(0, limit)) {
    const piece = escaped(JSON.stringify(char).slice(1, -1));
    if (shown.length + piece.length > limit) return { shown, whole: false };
    shown += piece;
  }
  return { shown, whole: text.length <= limit };
}

function quote(text: string): string {
  const kind = looksLikeSecret(text);
  if (kind !== undefined) return `(${kind}, not shown)`;
  const full = inside(text, FULL - 2);
  return full.whole ? `"${full.shown}"` : `"${inside(text, CUT).shown}…" (${text.length} characters)`;
}

/** Arrays and plain objects item by item, until there is enough to show. */
function list(items: Iterable<string>, open: string, close: string): string {
  let shown = open;
  for (const item of items) {
    if (shown.length > open.length) shown += ', ';
    if (shown.length + item.length > FULL) return `${shown}…${close}`;
    shown += item;
  }
  return shown + close;
}

function* entries(value: object, depth: number): Generator<string> {
  for (const [key, item] of Object.entries(value)) yield `${quote(key)}: ${show(item, depth)}`;
}

function* items(value: readonly unknown[], depth: number): Generator<string> {
  for (const item of value) yield show(item, depth);
}

function show(value: unknown, depth: number): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'bigint') return list([`${value}n`], '', '');
  if (typeof value === 'symbol') return 'a symbol';
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return depth === 0 ? '[…]' : list(items(value, depth - 1), '[', ']');
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return depth === 0 ? '{…}' : list(entries(value, depth - 1), '{', '}');
  const { node, constructor } = value as { node?: { path?: unknown }; constructor?: { name?: unknown } };
  const name = typeof constructor?.name === 'string' && constructor.name !== '' ? escaped(constructor.name) : 'unnamed class';
  return typeof node?.path === 'string' ? `${name} ${quote(node.path)}` : `an instance of ${name}`;
}

/**
 * Shows any value in about 60 characters of one line, for an error sentence: strings quoted as in JSON, invisible characters escaped, secrets by their kind only,
 * constructs by their path.
 */
export function shorten(value: unknown): string {
  return show(value, 3);
}

/** Makes a prop's description into the subject of a sentence. */
export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
