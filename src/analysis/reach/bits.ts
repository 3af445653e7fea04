// Sets of small numbers as rows of bits: the kernel's only data structure.

export type Bits = Uint32Array;

/** Words that are cut into rows: thousands of small arrays of their own would keep the collector of garbage busier than everything else. */
const SLAB = 1 << 16;
let slab = new Uint32Array(0);
let used = 0;

export function emptyBits(words: number): Bits {
  if (words > SLAB >> 4) return new Uint32Array(words);
  if (used + words > slab.length) {
    slab = new Uint32Array(SLAB);
    used = 0;
  }
  return slab.subarray(used, (used += words));
}

export function copyBits(bits: Bits): Bits {
  const copy = emptyBits(bits.length);
  copy.set(bits);
  return copy;
}

/** How many words hold this many bits. */
export function wordsFor(bits: number): number {
  return (bits + 31) >>> 5;
}

/** Bits 0 to count - 1. */
export function fullBits(count: number, words: number = wordsFor(count)): Bits {
  const bits = emptyBits(words);
  bits.fill(0xffffffff, 0, count >>> 5);
  if ((count & 31) !== 0) bits[count >>> 5] = (1 << (count & 31)) - 1;
  return bits;
}

export function setBit(bits: Bits, at: number): void {
  bits[at >>> 5]! |= 1 << (at & 31);
}

/** Sets the bits from one on, up to before another one. */
export function setBits(bits: Bits, from: number, to: number): void {
  for (let at = from; at < to; at = ((at >>> 5) + 1) << 5) bits[at >>> 5]! |= maskOf(at, to);
}

export function clearBits(bits: Bits, from: number, to: number): void {
  for (let at = from; at < to; at = ((at >>> 5) + 1) << 5) bits[at >>> 5]! &= ~maskOf(at, to);
}

/** Those bits of the word in which `from` lies that are in the range. */
function maskOf(from: number, to: number): number {
  const count = Math.min(32 - (from & 31), to - from);
  return (count === 32 ? -1 : (1 << count) - 1) << (from & 31);
}

export function hasBit(bits: Bits, at: number): boolean {
  return (bits[at >>> 5]! >>> (at & 31) & 1) === 1;
}

/** The first bit that is set from one on; -1 where none is. */
export function nextBit(bits: Bits, from: number): number {
  for (let w = from >>> 5, left = w < bits.length ? bits[w]! & (-1 << (from & 31)) : 0; w < bits.length; left = bits[++w]!) {
    if (left !== 0) return (w << 5) + 31 - Math.clz32(left & -left);
  }
  return -1;
}

export function orInto(target: Bits, other: Bits): void {
  for (let w = 0; w < target.length; w++) target[w]! |= other[w]!;
}

export function andInto(target: Bits, other: Bits): void {
  for (let w = 0; w < target.length; w++) target[w]! &= other[w]!;
}

export function withoutInto(target: Bits, other: Bits): void {
  for (let w = 0; w < target.length; w++) target[w]! &= ~other[w]!;
}

export function isEmpty(bits: Bits): boolean {
  for (let w = 0; w < bits.length; w++) if (bits[w] !== 0) return false;
  return true;
}

export function sameBits(a: Bits, b: Bits): boolean {
  if (a === b) return true;
  for (let w = 0; w < a.length; w++) if (a[w] !== b[w]) return false;
  return true;
}

/** One step of a hash over words. Each bit of a word moves all others: rows differ in single bits, many of them high ones. */
export function mixWord(hash: number, word: number): number {
  const mixed = Math.imul(word, 0xcc9e2d51);
  const next = hash ^ Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
  return (Math.imul((next << 13) | (next >>> 19), 5) + 0xe6546b64) | 0;
}
