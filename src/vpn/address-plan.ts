// One plan for every address of the VPN: numbers are given by the program and never move, so that adding a site renumbers nobody.
import { Cidr } from '../core/cidr';
import { NetstackError, shorten } from '../core/errors';
import type { ErrorScope } from '../core/errors';

/** The ranges that tunnel addresses come from. */
export interface TunnelNetwork {
  /** IPv4 range of tunnel addresses: `10.60.0.0/24`. */
  readonly v4: Cidr | string;
  /** IPv6 range of tunnel addresses, a unique local one (RFC 4193). @default - no IPv6 in the tunnel */
  readonly v6?: Cidr | string;
}

/** The addresses of one end of a tunnel. */
export interface TunnelAddresses {
  readonly v4: string;
  readonly v6: string | undefined;
  /** Each as a range of one address. */
  readonly blocks: readonly Cidr[];
}

/** Gives addresses and refuses overlaps. */
export class AddressPlan {
  readonly v4: Cidr;
  readonly v6: Cidr | undefined;
  private readonly scope: ErrorScope;
  private readonly hosts: Map<number, string> = new Map();
  private readonly networks: Array<{ readonly cidr: Cidr; readonly owner: string }> = [];

  /** @throws NetstackError for ranges of the wrong family, or too small for a hub and a peer */
  constructor(network: TunnelNetwork, scope: ErrorScope) {
    this.scope = scope;
    this.v4 = this.family(network.v4, 4);
    this.v6 = network.v6 === undefined ? undefined : this.family(network.v6, 6);
    this.addNetwork(this.v4, 'the tunnel');
    if (this.v6) this.addNetwork(this.v6, 'the tunnel');
  }

  /** The addresses with a number in both ranges. @throws NetstackError for a number outside the range, or one that is taken */
  assign(host: number, owner: string): TunnelAddresses {
    const last = Number(this.v4.size) - 2;
    if (!Number.isInteger(host) || host < 1 || host > last) {
      throw new NetstackError({ what: `Address number ${shorten(host)} of ${owner} is outside 1 to ${last} of ${this.v4}`, scope: this.scope, fix: 'give a number inside the range' });
    }
    const other = this.hosts.get(host);
    if (other !== undefined) {
      throw new NetstackError({ what: `${owner} and ${other} both have address number ${host}`, scope: this.scope, fix: 'give each a number of its own' });
    }
    this.hosts.set(host, owner);
    const v4 = this.v4.nth(host);
    const v6 = this.v6?.nth(host);
    return { v4, v6, blocks: [Cidr.of(`${v4}/32`), ...(v6 === undefined ? [] : [Cidr.of(`${v6}/128`)])] };
  }

  /** Takes a range for an owner. @throws NetstackError when it overlaps another's: the longer prefix would win, silently */
  addNetwork(network: Cidr | string, owner: string): Cidr {
    const cidr = Cidr.of(network);
    const other = this.networks.find((one) => one.cidr.overlaps(cidr));
    if (other) {
      throw new NetstackError({ what: `Network ${cidr} of ${owner} overlaps ${other.cidr} of ${other.owner}`, scope: this.scope, fix: 'give each addresses of its own' });
    }
    this.networks.push({ cidr, owner });
    return cidr;
  }

  private family(range: Cidr | string, family: 4 | 6): Cidr {
    const cidr = Cidr.of(range);
    if (cidr.family !== family) throw new NetstackError({ what: `Tunnel network ${cidr} is not IPv${family}`, scope: this.scope, fix: `give an IPv${family} range` });
    if (cidr.size < 4n) throw new NetstackError({ what: `Tunnel network ${cidr} has no room for a hub and a peer`, scope: this.scope, fix: `give a larger range, such as ${family === 4 ? '/24' : '/64'}` });
    return cidr;
  }
}
