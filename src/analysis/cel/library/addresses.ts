// IP addresses and networks. Source: apiserver pkg/cel/library/ip.go and cidr.go over Go's net/netip: no leading zeros, no zones, no IPv4 in IPv6.
import type { CelValue } from '../value';
import { CelFailure, Opaque } from '../value';
import type { CelFunction, Library } from './library';

class Ip extends Opaque {
  readonly type = 'net.IP';
  readonly family: 4 | 6;
  readonly bits: bigint;

  constructor(family: 4 | 6, bits: bigint) {
    super();
    this.family = family;
    this.bits = bits;
  }

  equals(other: CelValue): boolean {
    return other instanceof Ip && other.family === this.family && other.bits === this.bits;
  }

  override toText(): string {
    return this.family === 4 ? printIpv4(this.bits) : printIpv6(this.bits);
  }

  /** The first bits of the address, as a number. */
  head(length: number): bigint {
    return this.bits >> BigInt(width(this.family) - length);
  }
}

class Network extends Opaque {
  readonly type = 'net.CIDR';
  readonly ip: Ip;
  readonly length: number;

  constructor(ip: Ip, length: number) {
    super();
    this.ip = ip;
    this.length = length;
  }

  equals(other: CelValue): boolean {
    return other instanceof Network && other.length === this.length && other.ip.equals(this.ip);
  }

  override toText(): string {
    return `${this.ip.toText()}/${this.length}`;
  }

  contains(ip: Ip): boolean {
    return ip.family === this.ip.family && ip.head(this.length) === this.ip.head(this.length);
  }

  masked(): Network {
    const rest = BigInt(width(this.ip.family) - this.length);
    return new Network(new Ip(this.ip.family, (this.ip.bits >> rest) << rest), this.length);
  }
}

function width(family: 4 | 6): number {
  return family === 4 ? 32 : 128;
}

function printIpv4(bits: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join('.');
}

/** RFC 5952: the longest run of two and more zero groups is left out, the first of equals. */
function printIpv6(bits: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => Number((bits >> BigInt(112 - 16 * i)) & 0xffffn));
  let start = -1;
  let longest = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (groups[end] === 0) end++;
    if (end - i > longest) [start, longest] = [i, end - i];
    i = Math.max(i, end - 1);
  }
  const hex = (from: number, to: number): string => groups.slice(from, to).map((group) => group.toString(16)).join(':');
  return start < 0 ? hex(0, 8) : `${hex(0, start)}::${hex(start + longest, 8)}`;
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return undefined;
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

function parseGroups(text: string): bigint[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const last = parts[parts.length - 1]!;
  const groups: bigint[] = [];
  for (const part of last.includes('.') ? parts.slice(0, -1) : parts) {
    if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined;
    groups.push(BigInt(`0x${part}`));
  }
  if (!last.includes('.')) return groups;
  const embedded = parseIpv4(last);
  return embedded === undefined ? undefined : [...groups, embedded >> 16n, embedded & 0xffffn];
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const before = parseGroups(halves[0]!);
  const after = halves.length === 2 ? parseGroups(halves[1]!) : [];
  if (before === undefined || after === undefined) return undefined;
  // The last four bytes may be written as an IPv4 address, at the very end only.
  if (halves.length === 2 && halves[0]!.includes('.')) return undefined;
  const missing = 8 - before.length - after.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  return [...before, ...Array.from({ length: missing }, () => 0n), ...after].reduce((bits, group) => (bits << 16n) | group, 0n);
}

/** What Go's netip takes, zones aside. */
export function parseIp(text: string): Ip | undefined {
  const bits = text.includes(':') ? parseIpv6(text) : parseIpv4(text);
  if (bits === undefined) return undefined;
  return new Ip(text.includes(':') ? 6 : 4, bits);
}

function isMapped(ip: Ip): boolean {
  return ip.family === 6 && ip.head(96) === 0xffffn;
}

function ipOf(text: string): Ip | undefined {
  const ip = parseIp(text);
  return ip === undefined || isMapped(ip) ? undefined : ip;
}

function networkOf(text: string): Network | undefined {
  const slash = text.lastIndexOf('/');
  if (slash < 0) return undefined;
  const ip = ipOf(text.slice(0, slash));
  const bits = text.slice(slash + 1);
  if (ip === undefined || !/^(?:0|[1-9]\d{0,2})$/.test(bits) || Number(bits) > width(ip.family)) return undefined;
  return new Network(ip, Number(bits));
}

function requireIp(text: string): Ip {
  const ip = ipOf(text);
  if (ip === undefined) throw new CelFailure(`${JSON.stringify(text)} is no IP address`);
  return ip;
}

function requireNetwork(text: string): Network {
  const network = networkOf(text);
  if (network === undefined) throw new CelFailure(`${JSON.stringify(text)} is no CIDR`);
  return network;
}

function fromText(make: (text: string) => CelValue): CelFunction {
  return (text) => (typeof text === 'string' ? make(text) : undefined);
}

function ofIp(test: (ip: Ip) => CelValue): CelFunction {
  return (ip) => (ip instanceof Ip ? test(ip) : undefined);
}

function ofNetwork(test: (network: Network) => CelValue): CelFunction {
  return (network) => (network instanceof Network ? test(network) : undefined);
}

const isLoopback = (ip: Ip): boolean => (ip.family === 4 ? ip.head(8) === 127n : ip.bits === 1n);
const isLinkLocalUnicast = (ip: Ip): boolean => (ip.family === 4 ? ip.head(16) === 0xa9fen : ip.head(10) === 0x3fan);
const isMulticast = (ip: Ip): boolean => (ip.family === 4 ? ip.head(4) === 0xen : ip.head(8) === 0xffn);
const isGlobalUnicast = (ip: Ip): boolean => ip.bits !== 0n && !(ip.family === 4 && ip.bits === 0xffffffffn) && !isLoopback(ip) && !isMulticast(ip) && !isLinkLocalUnicast(ip);

export const ADDRESSES: Library = {
  name: 'IP addresses', since: 30,
  functions: {
    'ip/1': fromText(requireIp),
    'isIP/1': fromText((text) => ipOf(text) !== undefined),
    'ip.isCanonical/1': fromText((text) => requireIp(text).toText() === text),
    '.family/0': ofIp((ip) => ip.family),
    '.isUnspecified/0': ofIp((ip) => ip.bits === 0n),
    '.isLoopback/0': ofIp(isLoopback),
    '.isLinkLocalMulticast/0': ofIp((ip) => (ip.family === 4 ? ip.head(24) === 0xe00000n : (ip.head(16) & 0xff0fn) === 0xff02n)),
    '.isLinkLocalUnicast/0': ofIp(isLinkLocalUnicast),
    '.isGlobalUnicast/0': ofIp(isGlobalUnicast),
    'cidr/1': fromText(requireNetwork),
    'isCIDR/1': fromText((text) => networkOf(text) !== undefined),
    '.containsIP/1': (network, ip) => {
      if (!(network instanceof Network)) return undefined;
      const wanted = typeof ip === 'string' ? requireIp(ip) : ip;
      return wanted instanceof Ip ? network.contains(wanted) : undefined;
    },
    '.containsCIDR/1': (network, other) => {
      if (!(network instanceof Network)) return undefined;
      const wanted = typeof other === 'string' ? requireNetwork(other) : other;
      return wanted instanceof Network ? network.length <= wanted.length && network.contains(wanted.ip) : undefined;
    },
    '.ip/0': ofNetwork((network) => network.ip),
    '.prefixLength/0': ofNetwork((network) => network.length),
    '.masked/0': ofNetwork((network) => network.masked()),
  },
};
