// Checks of single values: types, strings, numbers.
import { matches } from '../cel/regex';
import { CelFailure } from '../cel/value';
import { formatCheck } from './formats';
import { isWord } from './names';
import type { SchemaNode } from './node';
import type { CheckContext } from './problem';
import { fail } from './problem';

/** Names what a value is, for a sentence. */
export function describeType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'object': return 'a mapping';
    case 'number': return Number.isInteger(value) ? 'an integer' : 'a number';
    case 'boolean': return 'a boolean';
    case 'string': return 'a string';
    default: return `a JavaScript ${typeof value}`;
  }
}

/** Whether a number is of the node's type. `1.0` is an integer. */
export function typeMatches(node: SchemaNode, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  if (node.intOrString === true) return Number.isInteger(value);
  switch (node.type) {
    case undefined:
    case 'number': return true;
    case 'integer': return Number.isInteger(value);
    default: return false;
  }
}

/** Accepted strings that are remembered per pattern. */
const REMEMBERED = 4096;
const patterns = new Map<string, RegExp | undefined>();

/** The pattern as a regular expression of this host, or undefined when it cannot be one. */
export function compilePattern(pattern: string): RegExp | undefined {
  if (!patterns.has(pattern)) {
    let compiled: RegExp | undefined;
    try {
      compiled = new RegExp(pattern, 'u');
    } catch {
      // Go takes escapes such as `\-` outside of classes, which the `u` flag refuses.
      try {
        compiled = new RegExp(pattern);
      } catch {
        compiled = undefined;
      }
    }
    patterns.set(pattern, compiled);
  }
  return patterns.get(pattern);
}

/** Patterns of the user's own run in RE2; shipped ones were checked for backtracking when they were generated. */
function patternCheck(pattern: string, re2: boolean): ((value: string) => boolean) | undefined {
  if (re2) {
    return (value) => {
      try {
        return matches(value, pattern);
      } catch (error) {
        if (error instanceof CelFailure) return true; // the definition is refused for it
        throw error;
      }
    };
  }
  const compiled = compilePattern(pattern);
  return compiled && ((value) => compiled.test(value));
}

const FORMAT_FIXES: Readonly<Record<string, string>> = {
  'quantity': 'write a number with a unit, such as 500m, 64Mi or 1Gi', 'byte': 'encode it in base64; a Secret takes plain text under stringData', 'duration': 'write a duration, such as 30s or 5m',
  'date-time': 'write a time, such as 2026-01-31T12:00:00Z',
};

/** Length, pattern and format, or undefined when the node asks for none. */
export function stringCheck(node: SchemaNode, native: boolean): ((value: string, context: CheckContext) => boolean) | undefined {
  const { minLength = 0, maxLength = Infinity, pattern } = node;
  const format = node.format !== undefined && (node.type === 'string' || node.type === undefined) ? formatCheck(node.format, native) : undefined;
  const measured = minLength > 0 || maxLength !== Infinity;
  if (!measured && pattern === undefined && format === undefined) return undefined;
  const fits = pattern === undefined ? undefined : pattern === LABEL_VALUE ? isLabelValue : patternCheck(pattern, node.re2 === true);
  const examine = (value: string, context: CheckContext): boolean => {
    let ok = true;
    // A code point takes one or two units of UTF-16.
    if (measured && (value.length < 2 * minLength || value.length > maxLength)) {
      const length = codePoints(value);
      if (length < minLength || length > maxLength) {
        ok = fail(context, 'NS0014', () => (value === '' ? 'the text is empty' : `the text has ${length} characters, ${length < minLength ? `at least ${minLength}` : `at most ${maxLength}`} are allowed`));
      }
    }
    if (fits !== undefined && !fits(value)) ok = fail(context, 'NS0014', () => `${context.show(value)} does not match ${pattern!.length > 200 ? `${pattern!.slice(0, 200)}…` : pattern}`);
    if (format !== undefined && !format(value)) ok = fail(context, 'NS0014', () => `${context.show(value)} is not of format ${node.format}`, () => FORMAT_FIXES[node.format!]);
    return ok;
  };
  return (fits === undefined || fits === isLabelValue) && format === undefined ? examine : remembered(examine);
}

/** What definitions ask of the value of a label. */
const LABEL_VALUE = '^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$';

function isLabelValue(value: string): boolean {
  return value === '' || isWord(value);
}

/** One that remembers what it takes: most texts stand in the last document, too, and the others are known. */
function remembered(examine: (value: string, context: CheckContext) => boolean): (value: string, context: CheckContext) => boolean {
  const accepted = new Set<string>();
  let last: string | undefined;
  return (value, context) => {
    if (value === last) return true;
    if (!accepted.has(value)) {
      if (!examine(value, context)) return false;
      if (value.length <= 256 && accepted.size < REMEMBERED) accepted.add(value);
    }
    last = value;
    return true;
  };
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** What the API server takes and no controller can read, a finding of ours. */
export const UNREADABLE = 'NS0086';

/** Bounds, multiples and the range of the integer formats, or undefined when the node asks for none. */
export function numberCheck(node: SchemaNode, native: boolean): ((value: number, context: CheckContext) => boolean) | undefined {
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = false, exclusiveMaximum = false, multipleOf } = node;
  const bounded = minimum !== -Infinity || maximum !== Infinity;
  const integer = node.type === 'integer';
  // Built-in kinds decode the number of an int-or-text into 32 bits.
  const short = (integer && node.format === 'int32') || (native && node.intOrString === true);
  const [low, high] = !integer && !short ? [-Infinity, Infinity] : short ? [-2147483648, 2147483647] : [-(2 ** 63), 2 ** 63];
  if (!bounded && multipleOf === undefined && !integer && !short) return undefined;
  const examine = (value: number, context: CheckContext): boolean => {
    let ok = true;
    // Of custom resources the server binds nobody to 32 bits; their controllers are bound.
    if (value < low || value > high) ok = fail(context, short && !native && Math.abs(value) < 2 ** 63 ? UNREADABLE : 'NS0014', () => `${value} does not fit into ${short ? 'int32' : 'int64'}`);
    const tooLow = exclusiveMinimum ? value <= minimum : value < minimum;
    const tooHigh = exclusiveMaximum ? value >= maximum : value > maximum;
    if (bounded && (tooLow || tooHigh)) {
      const bounds = [
        ...(minimum === -Infinity ? [] : [`${exclusiveMinimum ? 'above' : 'at least'} ${minimum}`]),
        ...(maximum === Infinity ? [] : [`${exclusiveMaximum ? 'below' : 'at most'} ${maximum}`]),
      ];
      ok = fail(context, 'NS0014', () => `${value} is outside of what is allowed: ${bounds.join(' and ')}`);
    }
    if (multipleOf !== undefined && !Number.isInteger(multipleOf < 1 ? (1 / multipleOf) * value : value / multipleOf)) ok = fail(context, 'NS0014', () => `${value} is no multiple of ${multipleOf}`);
    return ok;
  };
  if (exclusiveMinimum || exclusiveMaximum || multipleOf !== undefined) return examine;
  const [least, most] = [Math.max(low, minimum), Math.min(high, maximum)];
  return (value, context) => (value >= least && value <= most) || examine(value, context);
}
