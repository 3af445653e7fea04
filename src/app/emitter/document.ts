// One document as block-style YAML: a single recursive walk, no node tree. Keys and short values repeat across the thousands of documents of an app,
// so their rendered form is remembered (bounded).
import { dependsOnPosition } from './plain-scalar';
import { key as keyScalar, scalar as stringScalar } from './scalar';

/** Thrown (never out of this file) for a value whose YAML is not certain here: shared references need anchors, classes need tags. */
const UNCERTAIN = new Error('not a plain document');

const REMEMBERED = 20_000;
/** Longer strings are too seldom equal to be worth a look-up. */
const SHORT_VALUE = 48;
/** cdk8s' YAML writes keys above 1024 characters in another form. */
const LONGEST_KEY = 1000;

const indents: string[] = [];
const keys = new Map<string, string>();
/** By depth: `"<indent><key>:"`. */
const keysAt: Map<string, string>[] = [];
/** `" <value>\n"`. */
const values = new Map<string, string>();

let out = '';
let seen: Set<object> | undefined;

/**
 * The YAML of `document`, or `undefined` when it is not made of plain objects, arrays, strings, numbers, booleans and null.
 *
 * @param freshTree the caller knows that no object occurs twice in it. Otherwise that is looked for, since it would need an anchor.
 */
export function emitDocument(document: object, freshTree: boolean): string | undefined {
  if (Array.isArray(document)) return undefined;
  out = '';
  seen = freshTree ? undefined : new Set();
  try {
    note(document);
    const names = plainKeys(document);
    if (names.length === 0) return '{}\n';
    mapping(document as Plain, names, 0, false);
    return out;
  } catch (error) {
    if (error === UNCERTAIN) return undefined;
    throw error;
  } finally {
    out = '';
    seen = undefined;
  }
}

type Plain = Readonly<Record<string, unknown>>;

function indentOf(depth: number): string {
  return (indents[depth] ??= ' '.repeat(depth));
}

function plainKeys(value: object): string[] {
  const prototype: unknown = Object.getPrototypeOf(value);
  if ((prototype !== Object.prototype && prototype !== null) || typeof (value as { toJSON?: unknown }).toJSON === 'function') throw UNCERTAIN;
  return Object.keys(value);
}

/** @param inline the cursor stands after `- `: the first key needs no indentation */
function mapping(value: Plain, names: readonly string[], depth: number, inline: boolean): void {
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    entry(i === 0 && inline ? `${keyText(name, depth === 0)}:` : keyAt(name, depth), value[name], depth, '\n');
  }
}

function sequence(value: readonly unknown[], depth: number, inline: boolean): void {
  const dash = `${indentOf(depth)}-`;
  for (let i = 0; i < value.length; i++) entry(i === 0 && inline ? '-' : dash, value[i], depth, ' ');
}

/** `head` and what belongs to it. @param gap between the head and a collection: a line break after a key, a space after a dash */
function entry(head: string, value: unknown, depth: number, gap: '\n' | ' '): void {
  if (typeof value === 'string') {
    out += head + valueLine(value, depth + 2);
  } else if (typeof value !== 'object' || value === null) {
    out += `${head} ${literal(value)}\n`;
  } else if (Array.isArray(value)) {
    note(value);
    if (value.length === 0) {
      out += `${head} []\n`;
    } else {
      out += head + gap;
      sequence(value, depth + 2, gap === ' ');
    }
  } else {
    note(value);
    const names = plainKeys(value);
    if (names.length === 0) {
      out += `${head} {}\n`;
    } else {
      out += head + gap;
      mapping(value as Plain, names, depth + 2, gap === ' ');
    }
  }
}

function note(value: object): void {
  if (seen === undefined) return;
  if (seen.has(value)) throw UNCERTAIN;
  seen.add(value);
}

function literal(value: unknown): string {
  switch (typeof value) {
    case 'number':
      if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value);
      if (Number.isNaN(value)) return '.nan';
      return value < 0 ? '-.inf' : '.inf';
    case 'boolean': return value ? 'true' : 'false';
    case 'undefined': return 'null';
    case 'object': if (value === null) return 'null';
  }
  throw UNCERTAIN;
}

function keyText(name: string, topLevel: boolean): string {
  const hit = keys.get(name);
  if (hit !== undefined) return hit;
  if (name.length > LONGEST_KEY) throw UNCERTAIN;
  const text = keyScalar(name, topLevel);
  if (keys.size < REMEMBERED && !dependsOnPosition(name)) keys.set(name, text);
  return text;
}

function keyAt(name: string, depth: number): string {
  const known = (keysAt[depth] ??= new Map());
  let text = known.get(name);
  if (text === undefined) {
    text = `${indentOf(depth)}${keyText(name, depth === 0)}:`;
    if (known.size < REMEMBERED) known.set(name, text);
  }
  return text;
}

function valueLine(value: string, depth: number): string {
  if (value.length > SHORT_VALUE) return ` ${stringScalar(value, indentOf(depth))}\n`;
  const hit = values.get(value);
  if (hit !== undefined) return hit;
  const line = ` ${stringScalar(value, indentOf(depth))}\n`;
  if (values.size < REMEMBERED && !value.includes('\n')) values.set(value, line);
  return line;
}
