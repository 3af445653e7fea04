// Checks of single values that many kinds share.
import type { NameRule } from '../schema/names';
import { labelValue, portName, qualifiedName } from '../schema/names';
import { Remembered } from '../schema/remembered';
import { suggest } from '../schema/suggest';
import type { Fields, Place } from './place';
import { fields, given, integer, list, text } from './place';

/** A text of a fixed grammar. `noun` is what the field holds: `the host`. */
export function checkName(value: string, rule: NameRule, at: Place, noun: string): void {
  const wanted = rule(value);
  if (wanted !== undefined) at.refuse((show) => `${value === '' ? `${noun} is empty, and must be` : `${noun} ${show(value)} is not`} ${wanted}`);
}

export function checkPort(value: number, at: Place, noun: string): void {
  if (value < 1 || value > 65535) at.refuse(() => `${noun} ${value} is outside of 1 to 65535`);
}

/** A port number, or the name of one. */
export function checkPortOrName(value: unknown, at: Place, noun: string): void {
  if (typeof value === 'string') {
    const wanted = portName(value);
    if (wanted !== undefined) at.refuse((show) => `${noun} ${show(value)} is not ${wanted}`, /^\d+$/.test(value) ? `write the number without quotes: ${value}` : undefined);
  } else checkPort(integer(value), at, noun);
}

export function checkChoice(value: string, allowed: readonly string[], at: Place, noun: string): void {
  if (allowed.includes(value)) return;
  const meant = value === '' ? undefined : suggest(value, allowed);
  const wanted = `${allowed.length === 1 ? '' : 'one of '}${allowed.join(', ')}`;
  at.refuse((show) => `${noun} ${value === '' ? 'is empty, and must be' : `${show(value)} is not`} ${wanted}`, meant === undefined ? undefined : `did you mean ${meant}?`);
}

export const PROTOCOLS: readonly string[] = ['SCTP', 'TCP', 'UDP'];

export function missing(at: Place, what: string, fix: string): void {
  at.refuse(() => what, fix);
}

/** A selector that is a plain map of labels. The map itself is named, as the server does. */
export function checkLabels(labels: Fields, at: Place): void {
  if (right.has(labels)) return;
  let ok = true;
  for (const key in labels) {
    const badKey = qualifiedName(key);
    if (badKey !== undefined) at.child(key).refuse((show) => `the label key ${show(key)} is not ${badKey}`);
    const value = labels[key];
    const badValue = typeof value === 'string' ? labelValue(value) : undefined;
    if (badValue !== undefined) at.child(key).refuse((show) => `the label value ${show(value)} is not ${badValue}`);
    ok &&= badKey === undefined && badValue === undefined;
  }
  if (ok) right.add(labels);
}

/** A selector, a template and their object mostly have the same labels. */
const right = new Remembered();

const OPERATORS: readonly string[] = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/** `matchLabels` and `matchExpressions`; null is no selector. */
export function checkLabelSelector(selector: unknown, at: Place): void {
  if (!given(selector)) return;
  const { matchLabels, matchExpressions } = fields(selector);
  checkLabels(fields(matchLabels), at.child('matchLabels'));
  list(matchExpressions).forEach((item, i) => {
    const here = at.child('matchExpressions').child(i);
    const { key, operator, values } = fields(item);
    const count = list(values).length;
    if (operator === 'In' || operator === 'NotIn') {
      if (count === 0) missing(here.child('values'), `the operator ${operator} needs values`, 'give at least one value');
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (count > 0) here.child('values').refuse(() => `the operator ${operator} takes no values`, 'remove them');
    } else checkChoice(text(operator), OPERATORS, here.child('operator'), 'the operator');
    checkName(text(key), qualifiedName, here.child('key'), 'the label key');
    list(values).forEach((value, n) => checkName(text(value), labelValue, here.child('values').child(n), 'the label value'));
  });
}

/** A number that is not negative, or a percentage of digits and `%`. */
export function checkCountOrPercent(value: unknown, at: Place, most: number = Infinity): void {
  if (typeof value !== 'string') {
    if (integer(value) < 0) at.refuse(() => `${integer(value)} is negative`, 'give 0 or more, or a percentage');
  } else if (!/^[0-9]+%$/.test(value)) at.refuse((show) => `${show(value)} is neither a number nor a percentage such as 25%`, /^[0-9]+$/.test(value) ? `write ${value} without quotes, or ${value}%` : undefined);
  else if (Number(value.slice(0, -1)) > most) at.refuse(() => `${value} is more than ${most}%`);
}

/** A value with units, of which only the sign counts. What is no quantity is told by the structure. */
export function signOf(quantity: unknown): -1 | 0 | 1 {
  const digits = String(quantity).replace(/[eE][+-]?\d+$/, '');
  return !/[1-9]/.test(digits) ? 0 : digits.startsWith('-') ? -1 : 1;
}
