// The typed model of a wg-quick file. No field of it can hold a private or preshared key: the file names where they lie, and hooks load them.
import type { BlockLike, HostLike } from '../address';
import type { DurationLike } from '../duration';

/** One wg-quick file, `<interface>.conf`. */
export interface WireguardConfig {
  readonly interface: WireguardInterface;
  readonly peers: readonly WireguardPeer[];
}

export interface WireguardInterface {
  /** The interface's own addresses with their prefix lengths: `10.47.17.1/24`. */
  readonly addresses: readonly HostLike[];
  /** UDP port. @default - chosen when the interface comes up; a hub needs a fixed one */
  readonly listenPort?: number;
  /** 1420 fits 1500 outside, 1412 fits PPPoE. @default - wg-quick asks the route */
  readonly mtu?: number;
  /** Resolvers while the tunnel is up. */
  readonly dns?: readonly string[];
  /** File on the host, mode 0600, that holds the private key; `%i` is the interface's name. @default '/etc/wireguard/keys/%i.key' */
  readonly privateKeyFile?: string;
  /** What runs when the interface comes up and goes down. */
  readonly hooks?: readonly WireguardHook[];
}

/** Known commands: wg-quick runs its hooks as root in a shell, so there is no free text here. */
export type WireguardHook =
  /** Loads a ruleset when up; its table is deleted when down. */
  | { readonly hook: 'nft'; readonly file: string; readonly table: string; readonly family?: 'inet' | 'ip' | 'ip6' }
  /** Loads a sysctl.d file when up. */
  | { readonly hook: 'sysctl'; readonly file: string };

export interface WireguardPeer {
  /** Who it is, as a comment; unique in the file. */
  readonly name: string;
  /** 44 characters of base64. */
  readonly publicKey: string;
  /** File on the host that holds a preshared key. @default - none */
  readonly presharedKeyFile?: string;
  /** Source addresses that this peer may use, and destinations that are sent to it. */
  readonly allowedIps: readonly BlockLike[];
  /** Where it is reached. @default - it calls first */
  readonly endpoint?: { readonly host: string; readonly port: number };
  /** For the side behind NAT, 25 s is customary. @default - off */
  readonly persistentKeepalive?: DurationLike;
}
