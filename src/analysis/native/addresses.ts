// Addresses as the API server reads them, which is more than net.isIP takes: leading zeros in decimal parts, IPv4 inside of IPv6.
// Source: k8s.io/utils/net (ParseIPSloppy, ParseCIDRSloppy), Go's net and net/netip.
import type { Place } from './place';

export interface Address {
  /** IPv4 written inside of IPv6 is IPv4. */
  readonly family: 4 | 6;
  /** 4 or 16. */
  readonly bytes: readonly number[];
}

/** An address, or undefined. */
export function parseAddress(value: string): Address | undefined {
  const dot = value.indexOf('.');
  const colon = value.indexOf(':');
  if (colon < 0 || (dot >= 0 && dot < colon)) return dot < 0 ? undefined : reduced(parseV4(value));
  return reduced(parseV6(value));
}

export interface Block {
  readonly family: 4 | 6;
  /** The address with the bits behind the prefix cleared. */
  readonly bytes: readonly number[];
  /** Length of the prefix as it is written: up to 128 for IPv4 inside of IPv6. */
  readonly prefix: number;
}

/** A block of addresses, or undefined. Bits behind the prefix are allowed. */
export function parseBlock(value: string): Block | undefined {
  const slash = value.indexOf('/');
  if (slash < 0) return undefined;
  const written = value.slice(0, slash);
  const bytes = parseV4(written) ?? parseV6(written);
  const prefix = decimal(value.slice(slash + 1));
  if (bytes === undefined || prefix === undefined || prefix > bytes.length * 8) return undefined;
  const masked = reduced(mask(bytes, prefix))!;
  return { ...masked, prefix };
}

/** Whether `inner` lies in `outer` and is smaller. */
export function isStrictlyInside(inner: Block, outer: Block): boolean {
  if (inner.family !== outer.family || outer.prefix >= inner.prefix) return false;
  // A prefix that was written for 128 bits covers an IPv4 address by its last 32.
  const length = outer.family === 4 && outer.prefix > 32 ? outer.prefix - 96 : outer.prefix;
  return mask(inner.bytes, length).every((byte, i) => byte === outer.bytes[i]);
}

/** IPv6 as RFC 5952 prints it; IPv4 in four decimals. */
export function printAddress({ family, bytes }: Address): string {
  if (family === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => bytes[2 * i]! * 256 + bytes[2 * i + 1]!);
  let [from, length] = [-1, 1];
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > length) [from, length] = [i, end - i];
  }
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  return from < 0 ? hex(groups) : `${hex(groups.slice(0, from))}::${hex(groups.slice(from + length))}`;
}

/** An address that traffic cannot be sent to from elsewhere is refused. */
export function refuseSpecial(address: Address, at: Place, value: string): void {
  const { family, bytes } = address;
  const [a, b, c] = bytes as [number, number, number];
  const special = bytes.every((byte) => byte === 0) ? 'stands for no address'
    : (family === 4 ? a === 127 : bytes.every((byte, i) => byte === (i === 15 ? 1 : 0))) ? 'is a loopback address'
      : (family === 4 ? a === 169 && b === 254 : a === 0xfe && (b & 0xc0) === 0x80) ? 'is a link-local address'
        : (family === 4 ? a === 224 && b === 0 && c === 0 : a === 0xff && (b & 0x0f) === 0x02) ? 'is a link-local multicast address' : undefined;
  if (special !== undefined) at.refuse((show) => `${show(value)} ${special}, which may not be used here`);
}

export function checkAddress(value: string, at: Place): Address | undefined {
  const address = parseAddress(value);
  if (address === undefined) at.refuse((show) => `${value === '' ? 'an IP address is missing' : `${show(value)} is not an IP address`}`, value.includes('/') ? 'give an address without a prefix length' : undefined);
  return address;
}

export function checkBlock(value: string, at: Place): Block | undefined {
  const block = parseBlock(value);
  if (block === undefined) {
    const address = parseAddress(value);
    at.refuse((show) => `${show(value)} is not a block of addresses such as 10.9.8.0/24`, address === undefined ? undefined : `for the one address write ${value}/${address.family === 4 ? 32 : 128}`);
  }
  return block;
}

function reduced(bytes: readonly number[] | undefined): Address | undefined {
  if (bytes === undefined) return undefined;
  if (bytes.length === 4) return { family: 4, bytes };
  const mapped = bytes.every((byte, i) => i >= 12 || byte === (i < 10 ? 0 : 255));
  return mapped ? { family: 4, bytes: bytes.slice(12) } : { family: 6, bytes };
}

function mask(bytes: readonly number[], prefix: number): number[] {
  return bytes.map((byte, i) => byte & (0xff << Math.min(8, Math.max(0, 8 * (i + 1) - prefix)) & 0xff));
}

/** A decimal number of any leading zeros, below a bound that no address or prefix reaches. */
function decimal(digits: string): number | undefined {
  return /^\d+$/.test(digits) && Number(digits) < 0xffffff ? Number(digits) : undefined;
}

function parseV4(value: string): number[] | undefined {
  const parts = value.split('.');
  if (parts.length !== 4) return undefined;
  const bytes = parts.map(decimal);
  return bytes.every((byte) => byte !== undefined && byte <= 255) ? bytes as number[] : undefined;
}

function parseV6(value: string): number[] | undefined {
  const halves = value.split('::');
  if (halves.length > 2 || value === '') return undefined;
  const [head, tail] = halves.map((half, i) => groupsOf(half, i === halves.length - 1));
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  const gap = 16 - head.length - tail!.length;
  return gap > 0 ? [...head, ...new Array<number>(gap).fill(0), ...tail!] : undefined;
}

/** The bytes of groups between colons; the last group of an address may be IPv4. */
function groupsOf(half: string, last: boolean): number[] | undefined {
  if (half === '') return [];
  const bytes: number[] = [];
  const groups = half.split(':');
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i]!;
    if (last && i === groups.length - 1 && group.includes('.')) {
      const v4 = parseV4(group);
      if (v4 === undefined || !/^[0-9a-fA-F]+\./.test(group)) return undefined;
      bytes.push(...v4);
    } else {
      const number = /^[0-9a-fA-F]+$/.test(group) ? Number.parseInt(group, 16) : NaN;
      if (!(number <= 0xffff)) return undefined;
      bytes.push(number >> 8, number & 0xff);
    }
  }
  return bytes;
}
