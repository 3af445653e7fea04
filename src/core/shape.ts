// Shapes that the types promise, checked for callers without types: a misspelt option must not become a missing rule.
import { NetstackError, sentenceCase, shorten } from './errors';
import type { ErrorScope } from './errors';

/**
 * Returns `value` when it is an object and no list.
 * @param where the subject of the sentence, here and below: `the hub`
 */
export function requireObject<T extends object>(value: T, where: string, scope?: ErrorScope): T {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new NetstackError({ what: `${sentenceCase(where)} is ${shorten(value)}`, ...scope && { scope }, fix: 'give an object with its options' });
}

/** Returns `value` when it is a list without holes; what is left out is an empty one. */
export function requireList<T>(value: readonly T[] | undefined, where: string, scope?: ErrorScope): readonly T[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new NetstackError({ what: `${sentenceCase(where)} is ${shorten(value)}, not a list`, ...scope && { scope }, fix: 'put it into [ ]' });
  const list = value as readonly T[];
  const hole = Array.from(list).findIndex((one) => one === undefined || one === null);
  if (hole >= 0) throw new NetstackError({ what: `${sentenceCase(where)} has ${shorten(list[hole])} at place ${hole + 1}`, ...scope && { scope }, fix: 'leave it out' });
  return list;
}

/** Returns `value` when it is one of a few words. */
export function requireOneOf<T extends string>(value: T, allowed: readonly T[], where: string, scope?: ErrorScope): T {
  if (allowed.includes(value)) return value;
  throw new NetstackError({ what: `${sentenceCase(where)} is ${shorten(value)}`, ...scope && { scope }, fix: `give one of ${allowed.map((one) => `'${one}'`).join(', ')}` });
}

/** Returns `value` when it is a boolean: without types, 'off' would be on. */
export function requireBoolean(value: boolean, where: string, scope?: ErrorScope): boolean {
  if (typeof value === 'boolean') return value;
  throw new NetstackError({ what: `${sentenceCase(where)} is ${shorten(value)}`, ...scope && { scope }, fix: 'give true or false' });
}

/** Returns `value` when it is a whole number within bounds. */
export function requireWhole(value: number, least: number, most: number, where: string, scope?: ErrorScope): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new NetstackError({ what: `${sentenceCase(where)} is ${shorten(value)}`, ...scope && { scope }, fix: `give a whole number from ${least} to ${most}` });
}

/**
 * Returns `value` when it is an object that has no other options than the known ones: a misspelt restriction restricts nothing.
 * @param known every option, so that the compiler asks for those that come later
 */
export function requireOptions<T extends object>(value: T, known: Readonly<Record<keyof T, true>>, where: string, scope?: ErrorScope): T {
  const unknown = Object.keys(requireObject(value, where, scope)).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return value;
  throw new NetstackError({ what: `${sentenceCase(where)} has no option ${shorten(unknown)}`, ...scope && { scope }, fix: `name one of ${Object.keys(known).sort().join(', ')}` });
}
