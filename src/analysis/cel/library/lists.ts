// Lists and sets. Source: apiserver pkg/cel/library/lists.go, cel-go ext/sets.go, ext/lists.go, cel/library.go (first, last).
import { add } from '../arithmetic';
import { compare, equal } from '../compare';
import type { CelValue } from '../value';
import { CelFailure, CelList, Double, Duration, ItemList, noOverload, Optional, typeName, Uint } from '../value';
import type { CelFunction, Library } from './library';

function onList(method: (list: CelList) => CelValue | undefined): CelFunction {
  return (list) => (list instanceof CelList ? method(list) : undefined);
}

function onLists(method: (list: CelList, other: CelList) => CelValue): CelFunction {
  return (list, other) => (list instanceof CelList && other instanceof CelList ? method(list, other) : undefined);
}

function extreme(list: CelList, sign: 1 | -1): CelValue {
  if (list.size === 0) throw new CelFailure(`an empty list has no ${sign === 1 ? 'max' : 'min'}`);
  let best = list.at(0);
  for (let i = 1; i < list.size; i++) {
    const item = list.at(i);
    if (compare(item, best) === sign) best = item;
  }
  return best;
}

function sum(list: CelList): CelValue {
  if (list.size === 0) return list.zero ?? 0;
  const first = list.at(0);
  if (!(typeof first === 'number' || typeof first === 'bigint' || first instanceof Double || first instanceof Uint || first instanceof Duration)) throw noOverload('sum', list);
  let total = first;
  for (let i = 1; i < list.size; i++) total = add(total, list.at(i)) as typeof first;
  return total;
}

function isSorted(list: CelList): boolean {
  for (let i = 1; i < list.size; i++) if (compare(list.at(i - 1), list.at(i)) === 1) return false;
  return true;
}

export function contains(list: CelList, wanted: CelValue): boolean {
  for (let i = 0; i < list.size; i++) if (equal(list.at(i), wanted)) return true;
  return false;
}

const containsAll = (list: CelList, others: CelList): boolean => [...others].every((item) => contains(list, item));

export const LISTS: Library = {
  name: 'lists', since: 0,
  functions: {
    '.isSorted/0': onList(isSorted),
    '.sum/0': onList(sum),
    '.min/0': onList((list) => extreme(list, -1)),
    '.max/0': onList((list) => extreme(list, 1)),
    '.indexOf/1': (list, item) => (list instanceof CelList ? [...list].findIndex((one) => equal(one, item)) : undefined),
    '.lastIndexOf/1': (list, item) => (list instanceof CelList ? [...list].map((one) => equal(one, item)).lastIndexOf(true) : undefined),
  },
};

export const SETS: Library = {
  name: 'sets', since: 29,
  functions: {
    'sets.contains/2': onLists(containsAll),
    'sets.equivalent/2': onLists((list, other) => containsAll(list, other) && containsAll(other, list)),
    'sets.intersects/2': onLists((list, other) => [...list].some((item) => contains(other, item))),
  },
};

/** More than this many items no rule can afford. */
const LONGEST_RANGE = 1_000_000;

function flatten(list: CelList, depth: number): CelValue[] {
  if (depth < 0) throw new CelFailure('lists are flattened by levels from 0');
  return [...list].flatMap((item) => (item instanceof CelList && depth > 0 ? flatten(item, depth - 1) : [item]));
}

function slice(list: CelList, start: number, end: number): CelList {
  if (start < 0 || end < start || end > list.size) throw new CelFailure(`a list of ${list.size} items has no part from ${start} to ${end}`);
  return new ItemList([...list].slice(start, end));
}

function range(count: number): CelList {
  if (count > LONGEST_RANGE) throw new CelFailure(`a range of ${count} numbers costs more than a rule may`);
  return new ItemList(Array.from({ length: Math.max(0, count) }, (_, i) => i));
}

/** Items in the order of their keys. */
export function sortBy(items: readonly CelValue[], keys: readonly CelValue[]): CelList {
  const first = keys[0];
  const odd = keys.find((key) => typeName(key) !== typeName(first!));
  if (odd !== undefined) throw new CelFailure('the items to be sorted are of several types');
  if (first !== undefined) compare(first, first);
  return new ItemList(items.map((item, i) => [item, keys[i]!] as const).sort(([, a], [, b]) => compare(a, b)).map(([item]) => item));
}

export const LISTS_3: Library = {
  name: 'lists, third version', since: 34,
  functions: {
    '.slice/2': (list, start, end) => (list instanceof CelList && typeof start === 'number' && typeof end === 'number' ? slice(list, start, end) : undefined),
    '.flatten/0': onList((list) => new ItemList(flatten(list, 1))),
    '.flatten/1': (list, depth) => (list instanceof CelList && typeof depth === 'number' ? new ItemList(flatten(list, depth)) : undefined),
    '.sort/0': onList((list) => sortBy([...list], [...list])),
    '.reverse/0': onList((list) => new ItemList([...list].reverse())),
    '.distinct/0': onList((list) => new ItemList([...list].filter((item, i, all) => all.findIndex((one) => equal(one, item)) === i))),
    'lists.range/1': (count) => (typeof count === 'number' ? range(count) : undefined),
  },
};

function unwrap(list: CelList): CelList {
  const held: CelValue[] = [];
  for (const item of list) {
    if (!(item instanceof Optional)) throw new CelFailure('only optional values can be unwrapped');
    if (item.value !== undefined) held.push(item.value);
  }
  return new ItemList(held);
}

/** The second version of optional values came with the library that 1.34 was built with. */
export const OPTIONALS_2: Library = {
  name: 'optional values, second version', since: 34,
  functions: {
    '.first/0': onList((list) => (list.size === 0 ? Optional.NONE : new Optional(list.at(0)))),
    '.last/0': onList((list) => (list.size === 0 ? Optional.NONE : new Optional(list.at(list.size - 1)))),
    'optional.unwrap/1': onList(unwrap),
    '.unwrapOpt/0': onList(unwrap),
  },
};
