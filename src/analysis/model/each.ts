// The loop over the objects of a system. V8 compiles a loop that is met once in a run with all that stands in it, forgets it at the next full collection, and compiles it anew
// in the next run: that cost as much as the rules themselves. A function of a module that is called for each item stays compiled.

/**
 * Calls a function of a module for each of many items.
 *
 * @param look outlives the run: no closure
 */
export function each<T, A>(items: readonly T[], look: (item: T, a: A) => void, a: A): void;
export function each<T, A, B>(items: readonly T[], look: (item: T, a: A, b: B) => void, a: A, b: B): void;
export function each<T, A, B, C>(items: readonly T[], look: (item: T, a: A, b: B, c: C) => void, a: A, b: B, c: C): void;
export function each<T, A, B, C>(items: readonly T[], look: (item: T, a: A, b?: B, c?: C) => void, a: A, b?: B, c?: C): void {
  for (let i = 0; i < items.length; i++) look(items[i]!, a, b, c);
}

/**
 * Whether a function of a module says yes to one of many items.
 *
 * @param holds outlives the run: no closure
 */
export function some<T, A>(items: readonly T[], holds: (item: T, a: A) => boolean, a: A): boolean;
export function some<T, A, B>(items: readonly T[], holds: (item: T, a: A, b: B) => boolean, a: A, b: B): boolean;
export function some<T, A, B>(items: readonly T[], holds: (item: T, a: A, b?: B) => boolean, a: A, b?: B): boolean {
  for (let i = 0; i < items.length; i++) if (holds(items[i]!, a, b)) return true;
  return false;
}

/**
 * What a function of a module makes of each of some items, in a list that has room for no more.
 *
 * @param make outlives the run: no closure
 */
export function map<T, R, A>(items: readonly T[], make: (item: T, index: number, a: A) => R, a: A): readonly R[];
export function map<T, R, A, B>(items: readonly T[], make: (item: T, index: number, a: A, b: B) => R, a: A, b: B): readonly R[];
export function map<T, R, A, B, C>(items: readonly T[], make: (item: T, index: number, a: A, b: B, c: C) => R, a: A, b: B, c: C): readonly R[];
export function map<T, R, A, B, C>(items: readonly T[], make: (item: T, index: number, a: A, b?: B, c?: C) => R, a: A, b?: B, c?: C): readonly R[] {
  const made = new Array<R>(items.length);
  for (let i = 0; i < items.length; i++) made[i] = make(items[i]!, i, a, b, c);
  return made;
}
