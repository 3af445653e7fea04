// What a program says of an office VPN.
import type { Cidr } from '../core/cidr';
import type { Duration } from '../core/duration';
import type { Hostname } from '../core/hostname';
import type { Port } from '../core/port';
import type { SecretRef } from '../core/secret-ref';
import type { TunnelNetwork } from './address-plan';

/** One end of a tunnel. */
export interface TunnelEnd {
  /** Its number in the tunnel's ranges: 10 in 10.60.0.0/24 is 10.60.0.10. It never moves. */
  readonly host: number;
  /** 44 characters of base64. */
  readonly publicKey: string;
  /** Where its private key lies on the device: `SecretRef.file('/etc/wireguard/keys/wg0.key')`. */
  readonly privateKey: SecretRef;
  /** A second, symmetric key that only this end and the hub have, on both under the same path. @default - none */
  readonly presharedKey?: SecretRef;
  /** Largest packet of its line to the internet, in bytes: 1492 behind PPPoE. @default 1500 */
  readonly lineMtu?: number;
}

export interface HubOptions extends Omit<TunnelEnd, 'host' | 'presharedKey'> {
  /** @default 1 */
  readonly host?: number;
  /** Folder below `files/`. @default 'vpn-hub' */
  readonly name?: string;
  /** Name or address under which the sites reach the hub. */
  readonly endpoint: Hostname | string;
  /** UDP port. @default 51820 */
  readonly port?: number;
  /** @default 'wg0' */
  readonly interface?: string;
  /** Interface towards the cluster. @default 'eth0' */
  readonly uplink?: string;
  /** Where administrators reach the hub by SSH from; without one, nobody could mend it. */
  readonly managementFrom: ReadonlyArray<Cidr | string>;
}

export interface SiteOptions extends TunnelEnd {
  /** Lower-case letters, digits and `-`: `beijing`. */
  readonly name: string;
  /** Networks behind the site. @default - none: only the site's own end of the tunnel */
  readonly networks?: ReadonlyArray<Cidr | string>;
  /** Groups whose people sit here: all traffic from the site counts as theirs. @default - none */
  readonly groups?: readonly string[];
  /** Keeps the tunnel open through a NAT. @default true */
  readonly behindNat?: boolean;
}

/** A device that connects from anywhere. */
export interface DeviceOptions extends TunnelEnd {
  /** Lower-case letters, digits and `-`, unlike any other device or site: `bob-laptop`. */
  readonly name: string;
}

export interface PersonOptions {
  /** `alice@example.com`. */
  readonly email: string;
  /** At least one. */
  readonly groups: readonly string[];
  /** Each with keys and addresses of its own. @default - none: the person works at a site */
  readonly devices?: readonly DeviceOptions[];
}

/** Who may reach which machines of the tailnet, and on which ports. */
export interface TailnetGrant {
  readonly from: string;
  readonly to: string;
  /** @default - every port */
  readonly ports?: readonly Port[];
}

/** SSH by Tailscale. The network rule for port 22 comes with it. */
export interface TailnetSsh {
  readonly from: string;
  readonly to: string;
  /** Accounts on the machine, never root; `autogroup:nonroot` is every other. */
  readonly users: readonly string[];
  /** How long a login is taken as fresh, from a minute to a week. @default 12 hours */
  readonly checkPeriod?: Duration;
}

export interface TailnetOptions {
  /** Tags of machines, each with the groups that may give it: `{ prod: ['dba'] }`. */
  readonly tags: Readonly<Record<string, readonly string[]>>;
  readonly grants: readonly TailnetGrant[];
  /** @default - none */
  readonly ssh?: readonly TailnetSsh[];
}

export interface OfficeVpnProps {
  /** Ranges of the addresses inside the tunnel. */
  readonly network: TunnelNetwork;
  readonly hub: HubOptions;
  readonly sites: readonly SiteOptions[];
  /** @default - nobody */
  readonly people?: readonly PersonOptions[];
  /** Ranges that the VPN leads to, apart from its own. @default - pods and Services of the cluster, in the families that the tunnel has */
  readonly routes?: ReadonlyArray<Cidr | string>;
  /** Largest packet inside the tunnel, in bytes. @default - what fits the narrowest line: 1420 for 1500 */
  readonly mtu?: number;
  /** Policy of the tailnet; a tailnet has one. @default - none */
  readonly tailnet?: TailnetOptions;
}
