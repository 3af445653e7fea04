import type * as Library from 'ipaddr.js';

import { NetstackError, shorten } from './errors';

/** The version of the Internet Protocol. */
export type IpFamily = 4 | 6;

/** One address, in canonical writing (RFC 5952). */
export interface IpAddress {
  readonly family: IpFamily;
  readonly value: string;
}

const BITS = { 4: 32, 6: 128 } as const;

interface ParsedAddress {
  readonly family: IpFamily;
  readonly number: bigint;
}

let loaded: typeof Library | undefined;

/** Loaded with the first address: most systems that are validated write none. */
function library(): typeof Library {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (loaded ??= require('ipaddr.js') as typeof Library);
}

/** Strict where the library is lenient: no octal, hexadecimal or shortened IPv4, no zone, no IPv4 in IPv6. */
function parseAddress(text: string): ParsedAddress | undefined {
  if (/^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/.test(text)) {
    const { IPv4 } = library();
    if (!IPv4.isValid(text)) return undefined;
    return { family: 4, number: toNumber(IPv4.parse(text).toByteArray()) };
  }
  if (text.length > 39 || !/^[0-9a-f:]+$/i.test(text)) return undefined;
  const { IPv6 } = library();
  if (!IPv6.isValid(text)) return undefined;
  return { family: 6, number: toNumber(IPv6.parse(text).toByteArray()) };
}

function toNumber(bytes: readonly number[]): bigint {
  return bytes.reduce((sum, byte) => sum << 8n | BigInt(byte), 0n);
}

function print(family: IpFamily, number: bigint): string {
  const bytes = Array.from({ length: BITS[family] / 8 }, (_, index) => Number(number >> BigInt(BITS[family] - 8 * (index + 1)) & 0xffn));
  return family === 4 ? bytes.join('.') : new (library().IPv6)(bytes).toRFC5952String();
}

function maskOf(family: IpFamily, prefixLength: number): bigint {
  return (1n << BigInt(BITS[family] - prefixLength)) - 1n;
}

function parseCidr(text: string, factory: string): ParsedAddress & { readonly prefixLength: number } {
  const fail = (problem: string, fix: string): never => {
    throw new NetstackError({ what: `CIDR ${shorten(text)} ${problem}`, fix });
  };
  const example = `give an address and a prefix length, such as ${factory}('${factory === 'Cidr.of' ? '10.0.0.0/8' : '10.47.17.1/24'}')`;
  if (typeof text !== 'string') return fail('is not a string', example);
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return fail('has no valid IP address', example);
  const bits = BITS[address.family];
  const single = `${factory}('${print(address.family, address.number)}/${bits}')`;
  if (slash < 0) return fail('has no prefix length', `write ${single} for this one address`);
  const suffix = text.slice(slash + 1);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(suffix) || Number(suffix) > bits) return fail(`has a prefix length outside 0 to ${bits}`, `give a whole number, such as ${single}`);
  return { ...address, prefixLength: Number(suffix) };
}

/**
 * Parses one address: strict dotted quads, or IPv6 without zone and without embedded IPv4.
 * @throws NetstackError for anything else, also for a CIDR
 */
export function ipAddress(text: string): IpAddress {
  const parsed = typeof text === 'string' ? parseAddress(text) : undefined;
  if (parsed === undefined) throw new NetstackError({ what: `IP address ${shorten(text)} is not valid`, fix: 'give an address such as \'10.0.0.1\' or \'fd00::1\'' });
  return Object.freeze({ family: parsed.family, value: print(parsed.family, parsed.number) });
}

/** A block of addresses, IPv4 or IPv6, in canonical writing. */
export class Cidr {
  /**
   * Parses a block: `Cidr.of('10.0.0.0/8')`, `Cidr.of('fd00::/64')`.
   * @throws NetstackError when host bits are set (an address within its network is a `Cidr.host`), and for a bare address
   */
  public static of(text: string | Cidr): Cidr {
    if (text instanceof Cidr) return text;
    const { family, number, prefixLength } = parseCidr(text, 'Cidr.of');
    const first = number & ~maskOf(family, prefixLength);
    if (first !== number) {
      const network = `${print(family, first)}/${prefixLength}`;
      throw new NetstackError({
        what: `CIDR ${shorten(text)} has host bits set`,
        fix: `write Cidr.of('${network}') for the network, or Cidr.host('${print(family, number)}/${prefixLength}') for the address in it`,
      });
    }
    return new Cidr(family, first, prefixLength);
  }

  /** Parses an address that keeps its network, as an interface has it: `Cidr.host('10.47.17.1/24')`. */
  public static host(text: string | CidrHost): CidrHost {
    return text instanceof CidrHost ? text : CidrHost.parse(text);
  }

  /** Every address of a family: `0.0.0.0/0` or `::/0`. */
  public static any(family: IpFamily): Cidr {
    if (family !== 4 && family !== 6) throw new NetstackError({ what: `IP family ${shorten(family)} is neither 4 nor 6`, fix: 'write Cidr.any(4) or Cidr.any(6)' });
    return new Cidr(family, 0n, 0);
  }

  /** 4 or 6. */
  public readonly family: IpFamily;
  /** The first address. */
  public readonly address: string;
  /** How many leading bits are fixed. */
  public readonly prefixLength: number;
  /** `address/prefixLength`. */
  public readonly value: string;
  private readonly first: bigint;

  private constructor(family: IpFamily, first: bigint, prefixLength: number) {
    this.family = family;
    this.first = first;
    this.prefixLength = prefixLength;
    this.address = print(family, first);
    this.value = `${this.address}/${prefixLength}`;
    Object.freeze(this);
  }

  /** How many addresses it holds, the first and the last included. */
  public get size(): bigint {
    return maskOf(this.family, this.prefixLength) + 1n;
  }

  /** The `n`-th address, from 0 (the network's own): `Cidr.of('10.47.0.0/24').nth(1)` is `10.47.0.1`. */
  public nth(n: number | bigint): string {
    const whole = typeof n === 'bigint' || Number.isSafeInteger(n);
    if (!whole || n < 0 || BigInt(n) >= this.size) {
      throw new NetstackError({ what: `Address number ${shorten(n)} is outside ${this.value}`, fix: `give a whole number from 0 to ${this.size - 1n}` });
    }
    return print(this.family, this.first + BigInt(n));
  }

  /** Whether every address of `other` (a block or one address) is in here. */
  public contains(other: Cidr | CidrHost | string): boolean {
    const that = other instanceof CidrHost ? blockOf(other.address) : blockOf(other);
    return this.family === that.family && this.prefixLength <= that.prefixLength && (that.first & ~maskOf(this.family, this.prefixLength)) === this.first;
  }

  /** Whether some address is in both. */
  public overlaps(other: Cidr | string): boolean {
    const that = Cidr.of(other);
    return this.contains(that) || that.contains(this);
  }

  /** Order by family, then address, then prefix length: negative, 0 or positive. */
  public compare(other: Cidr): number {
    if (this.family !== other.family) return this.family - other.family;
    if (this.first !== other.first) return this.first < other.first ? -1 : 1;
    return this.prefixLength - other.prefixLength;
  }

  public toString(): string {
    return this.value;
  }

  public toJSON(): string {
    return this.value;
  }
}

function blockOf(other: Cidr | string): Cidr {
  if (typeof other !== 'string' || other.includes('/')) return Cidr.of(other);
  const { family, value } = ipAddress(other);
  return Cidr.of(`${value}/${BITS[family]}`);
}

/** An address together with the network that it lies in, as an interface carries it. Made by `Cidr.host`. */
export class CidrHost {
  /** @internal */
  public static parse(text: string): CidrHost {
    const { family, number, prefixLength } = parseCidr(text, 'Cidr.host');
    const first = print(family, number & ~maskOf(family, prefixLength));
    return new CidrHost(print(family, number), Cidr.of(`${first}/${prefixLength}`));
  }

  /** The address alone. */
  public readonly address: string;
  /** The network around it. */
  public readonly network: Cidr;
  /** 4 or 6. */
  public readonly family: IpFamily;
  /** Of the network. */
  public readonly prefixLength: number;
  /** `address/prefixLength`. */
  public readonly value: string;

  private constructor(address: string, network: Cidr) {
    this.address = address;
    this.network = network;
    this.family = network.family;
    this.prefixLength = network.prefixLength;
    this.value = `${address}/${network.prefixLength}`;
    Object.freeze(this);
  }

  public toString(): string {
    return this.value;
  }

  public toJSON(): string {
    return this.value;
  }
}
