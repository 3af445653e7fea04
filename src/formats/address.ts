// Addresses as configuration languages write them. Everything is parsed first, so that what is printed is canonical and an IPv6 address can never
// swallow the port behind it (HAProxy and wg read `fd00::1:8080` as an address without complaint).
import type { CidrHost, IpAddress } from '../core/cidr';
import { Cidr, ipAddress } from '../core/cidr';
import { shorten } from '../core/errors';
import { Hostname } from '../core/hostname';
import { parsedAt, refuse } from './refuse';
import { checkedInteger } from './text';

/** An address block as a model takes it: text such as `10.0.0.0/8` (a bare address is a block of one), or a parsed one. */
export type BlockLike = string | Cidr;

/** An interface's address with its prefix length, `10.47.17.1/24`. */
export type HostLike = string | CidrHost;

/** Checks a port: 1 to 65535. */
export function checkedPort(port: number, where: string): number {
  return checkedInteger(port, 1, 65_535, `${where}, port`);
}

/** Parses one address. @throws NetstackError for anything else, also for prefixes, ports and zones */
export function checkedAddress(text: string, where: string): IpAddress {
  return parsedAt(where, () => ipAddress(text));
}

/** Whether the text is an address: the only alternative that a server or endpoint has is a host name. */
export function isAddress(text: string): boolean {
  return typeof text === 'string' && (/^[\d.]+$/.test(text) || text.includes(':'));
}

/** Prints a host (address or name) and its port: IPv6 in brackets, always. */
export function endpoint(host: string, port: number, where: string): string {
  return `${bracketed(host, where)}:${checkedPort(port, where)}`;
}

/** Prints a host: an IPv6 address in brackets, names in lower case with internationalised labels converted. */
export function bracketed(host: string, where: string): string {
  if (!isAddress(host)) return checkedHostname(host, where);
  const address = checkedAddress(host, where);
  return address.family === 6 ? `[${address.value}]` : address.value;
}

/** Checks a host name without wildcard and returns it in its canonical form. */
export function checkedHostname(name: string, where: string): string {
  const hostname = parsedAt(where, () => Hostname.of(name));
  if (hostname.isWildcard) refuse(where, `Hostname ${shorten(name)} is a wildcard`, 'name one host here');
  return hostname.value;
}

/** Parses a block; host bits are an error that names both ways out. */
export function checkedBlock(block: BlockLike, where: string): Cidr {
  return parsedAt(where, () => {
    if (typeof block !== 'string' || block.includes('/')) return Cidr.of(block);
    const address = ipAddress(block);
    return Cidr.of(`${address.value}/${address.family === 4 ? 32 : 128}`);
  });
}

/** Parses an interface's address with its prefix length. */
export function checkedHost(host: HostLike, where: string): CidrHost {
  return parsedAt(where, () => Cidr.host(host));
}

/** Prints a block; a block of one address without its prefix length. */
export function shortBlockText(block: Cidr): string {
  return block.prefixLength === (block.family === 4 ? 32 : 128) ? block.address : block.value;
}
