// Sets of TCP ports, as sorted ranges that do not touch.
import type { PortMatch } from '../rules';

export type PortSet = ReadonlyArray<readonly [number, number]>;

export const LAST: number = 65535;
export const EVERY_PORT: PortSet = [[1, LAST]];

const NO_PORTS: PortSet = [];

/** Numbers outside of 1 to 65535 are no ports. */
export function portSet(numbers: readonly number[]): PortSet {
  const [only, second] = numbers;
  if (only === undefined) return NO_PORTS;
  if (second === undefined) return only >= 1 && only <= LAST ? [[only, only]] : NO_PORTS;
  const sorted = [...new Set(numbers)].filter((one) => one >= 1 && one <= LAST).sort((a, b) => a - b);
  const set: [number, number][] = [];
  for (const one of sorted) {
    const last = set.at(-1);
    if (last !== undefined && last[1] + 1 === one) last[1] = one;
    else set.push([one, one]);
  }
  return set;
}

export function without(set: PortSet, holes: PortSet): PortSet {
  return holes.length === 0 ? set : meet(set, complement(holes));
}

export function meet(a: PortSet, b: PortSet): PortSet {
  if (a === EVERY_PORT) return b;
  if (b === EVERY_PORT) return a;
  const both: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const from = Math.max(a[i]![0], b[j]![0]);
    const to = Math.min(a[i]![1], b[j]![1]);
    if (from <= to) both.push([from, to]);
    if (a[i]![1] < b[j]![1]) i++;
    else j++;
  }
  return both;
}

function complement(set: PortSet): PortSet {
  const rest: [number, number][] = [];
  let next = 1;
  for (const [from, to] of set) {
    if (from > next) rest.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= LAST) rest.push([next, LAST]);
  return rest;
}

const EVERY_MATCH: readonly PortMatch[] = [{ protocol: 'TCP' }];

/** As rules name ports. */
export function matching(set: PortSet): readonly PortMatch[] {
  return set === EVERY_PORT ? EVERY_MATCH : set.map(matchOf);
}

function matchOf([from, to]: PortSet[number]): PortMatch {
  return from === 1 && to === LAST ? EVERY_MATCH[0]! : { protocol: 'TCP', from, to };
}
