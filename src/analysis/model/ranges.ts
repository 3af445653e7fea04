// Ranges of addresses, however documents write them: `10.0.0.0/24`, `10.0.0.1-10.0.0.9`, `10.0.0.1`, a start and a stop.
import type { IpFamily } from '../../core/cidr';
import { Cidr, ipAddress } from '../../core/cidr';
import { NetstackError } from '../../core/errors';

export interface AddressRange {
  readonly family: IpFamily;
  readonly first: bigint;
  readonly last: bigint;
  /** As it was written. */
  readonly text: string;
}

/** Reads a block, a range or an address; undefined for anything else. Host bits of a block are passed over, as most controllers do. */
export function parseRange(text: unknown): AddressRange | undefined {
  if (typeof text !== 'string') return undefined;
  const [start, stop, rest] = text.split('-');
  return rest !== undefined ? undefined : stop === undefined ? parseBlock(text.trim()) : rangeOf(start!.trim(), stop.trim(), text);
}

/** From a first to a last address. */
export function rangeOf(start: string, stop: string, text: string = `${start}-${stop}`): AddressRange | undefined {
  const first = parseBlock(start);
  const last = parseBlock(stop);
  if (!first || !last || first.family !== last.family || first.first > last.last) return undefined;
  return { family: first.family, first: first.first, last: last.last, text };
}

function parseBlock(text: string): AddressRange | undefined {
  try {
    if (!text.includes('/')) {
      const { family, value } = ipAddress(text);
      const number = numberOf(value, family);
      return { family, first: number, last: number, text };
    }
    const { network } = Cidr.host(text);
    const first = numberOf(network.address, network.family);
    return { family: network.family, first, last: first + network.size - 1n, text };
  } catch (error) {
    if (NetstackError.is(error)) return undefined;
    throw error;
  }
}

function numberOf(address: string, family: IpFamily): bigint {
  if (family === 4) return address.split('.').reduce((sum, part) => sum << 8n | BigInt(part), 0n);
  const [left = '', right] = address.split('::');
  const head = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  const groups = right === undefined ? head : [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return groups.reduce((sum, group) => sum << 16n | BigInt(`0x${group}`), 0n);
}

export function overlap(a: AddressRange, b: AddressRange): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

export function covers(range: AddressRange, inner: AddressRange): boolean {
  return range.family === inner.family && range.first <= inner.first && inner.last <= range.last;
}

/** Pairs of neighbours that overlap, by one sweep over the sorted ranges: every range that overlaps any other is in some pair. */
export function overlappingPairs<T extends { readonly range: AddressRange }>(items: readonly T[]): readonly (readonly [T, T])[] {
  const sorted = [...items].sort((a, b) => a.range.family - b.range.family || compare(a.range.first, b.range.first) || compare(b.range.last, a.range.last));
  const pairs: (readonly [T, T])[] = [];
  let widest: T | undefined;
  for (const item of sorted) {
    if (widest && overlap(widest.range, item.range)) pairs.push([widest, item]);
    if (!widest || widest.range.family !== item.range.family || item.range.last > widest.range.last) widest = item;
  }
  return pairs;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
