import { domainToASCII, domainToUnicode } from 'node:url';

import { NetstackError, shorten } from './errors';
import { looksLikeSecret } from './secret-formats';

const LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

function fail(text: unknown, problem: string, fix: string): never {
  throw new NetstackError({ what: `Hostname ${shorten(text)} ${problem}`, fix });
}

/** How many labels the `*` of a wildcard stands for: Gateway API takes one or more, certificates (RFC 6125) exactly one. */
export type WildcardDepth = 'any' | 'one';

/**
 * A DNS name, perhaps with a wildcard as its whole first label (`*.example.com`): lower case, internationalised names as A-labels, without a trailing dot, port or scheme.
 */
export class Hostname {
  /**
   * Parses a name: `Hostname.of('API.Example.com')`, `Hostname.of('*.example.com')`, `Hostname.of('bücher.example')`.
   * @throws NetstackError for IP addresses, ports, schemes, underscores, a trailing dot, names over 253 and labels over 63 characters, and wildcards elsewhere than in front
   */
  public static of(text: string | Hostname): Hostname {
    if (text instanceof Hostname) return text;
    return new Hostname(parse(text));
  }

  /** The canonical name: lower case, A-labels. */
  public readonly value: string;
  /** Whether the first label is `*`. */
  public readonly isWildcard: boolean;

  private constructor(value: string) {
    this.value = value;
    this.isWildcard = value.startsWith('*.');
    Object.freeze(this);
  }

  /** The name as people of its language write it, when it has internationalised labels. */
  public get unicode(): string | undefined {
    if (!this.value.includes('xn--')) return undefined;
    return this.isWildcard ? `*.${domainToUnicode(this.value.slice(2))}` : domainToUnicode(this.value);
  }

  /**
   * Whether every name that `other` stands for is one of this one's.
   * @param depth how many labels a `*` stands for, in both names. @default 'any' - one or more, as in Gateway API
   */
  public covers(other: Hostname | string, depth: WildcardDepth = 'any'): boolean {
    const that = Hostname.of(other);
    if (this.value === that.value) return true;
    if (!this.isWildcard) return false;
    const suffix = this.value.slice(1);
    if (!that.value.endsWith(suffix)) return false;
    return depth === 'any' || !that.value.slice(0, -suffix.length).includes('.');
  }

  /** Whether the one name `name` (no wildcard) is one of this one's. */
  public matches(name: Hostname | string, depth: WildcardDepth = 'any'): boolean {
    const that = Hostname.of(name);
    return !that.isWildcard && this.covers(that, depth);
  }

  /** Whether some name belongs to both. */
  public overlaps(other: Hostname | string, depth: WildcardDepth = 'any'): boolean {
    const that = Hostname.of(other);
    return this.covers(that, depth) || that.covers(this, depth);
  }

  public toString(): string {
    return this.value;
  }

  public toJSON(): string {
    return this.value;
  }
}

function parse(text: string): string {
  if (typeof text !== 'string') return fail(text, 'is not a string', 'give a DNS name such as \'api.example.com\'');
  if (looksLikeSecret(text) !== undefined) return fail(text, 'is a secret', 'pass it as a SecretRef, where a secret is taken');
  if (text === '') return fail(text, 'is empty', 'give a DNS name such as \'api.example.com\'');
  if (text.length > 1024) return fail(text, 'is longer than 253 characters', 'give a DNS name such as \'api.example.com\'');
  if (/[\p{C}\s]/u.test(text.replace(/[\u200c\u200d]/g, ''))) return fail(text, 'holds a space or an invisible character', 'remove it');
  if (text.includes('://')) return fail(text, 'is a URL', 'give only its host, without scheme, port and path');
  if (text.includes('/')) return fail(text, 'holds a "/"', 'give only the host; a path belongs to the route');
  if (/^\[|^[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text)) return fail(text, 'is an IP address', 'give a DNS name; addresses go where a Cidr is taken');
  if (text.includes(':')) return fail(text, 'holds a port', 'give only the host; the port belongs to the Port');
  if (text.endsWith('.')) return fail(text, 'ends with a dot', 'remove the trailing dot; each format adds its own where it needs one');
  if (text === '*') return fail(text, 'is a bare wildcard', 'name the domain, such as \'*.example.com\'');

  const wildcard = text.startsWith('*.');
  const name = wildcard ? text.slice(2) : text;
  if (name.includes('*')) return fail(text, 'has a wildcard that is not its whole first label', 'write the wildcard as \'*.example.com\'');
  if (name.includes('_')) return fail(text, 'holds an underscore', 'use letters, digits and "-", as host names do (RFC 1123)');

  const ascii = toAscii(name);
  if (ascii === undefined) return fail(text, 'is not a valid internationalised name', 'check its spelling (UTS 46)');
  const value = wildcard ? `*.${ascii}` : ascii;
  const labels = ascii.split('.');
  const long = labels.find((label) => label.length > 63);
  if (long !== undefined) return fail(text, `has a label of ${long.length} characters`, 'keep each label within 63 characters');
  if (value.length > 253) return fail(text, `is ${value.length} characters long`, 'keep the name within 253 characters');
  if (labels.includes('')) return fail(text, 'has an empty label', 'put exactly one dot between two labels');
  const odd = labels.find((label) => !LABEL.test(label));
  if (odd !== undefined) return fail(text, `has the invalid label ${shorten(odd)}`, 'use letters, digits and "-", with a letter or digit at both ends');
  // The URL standard reads a name whose last label is a number as an IPv4 address, and so do browsers.
  if (/^(?:\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '')) return fail(text, 'is an IP address', 'give a DNS name; addresses go where a Cidr is taken');
  return value;
}

function toAscii(name: string): string | undefined {
  const plain = /^[\x00-\x7f]*$/.test(name);
  if (plain && !/(?:^|\.)xn--/i.test(name)) return name.toLowerCase();
  // The converter would read "%41" and the like as URLs do.
  if (name.includes('%')) return undefined;
  const ascii = domainToASCII(name);
  return ascii === '' ? undefined : ascii;
}
