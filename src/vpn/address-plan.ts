// One plan for every address of the VPN: numbers are given by the program and never move, so that adding a site renumbers nobody.
import type { IConstruct } from 'constructs';
import { Cidr } from '../core/cidr';
import { NetstackError, shorten } from '../core/errors';
import { claimNetwork } from '../core/networks';
import { requireOptions } from '../core/shape';

/** The ranges that tunnel addresses come from. */
export interface TunnelNetwork {
  /** IPv4 range of tunnel addresses: `10.60.0.0/24`. */
  readonly v4: Cidr | string;
  /** IPv6 range of tunnel addresses: a unique local one with 40 random bits (RFC 4193), or a global one. @default - no IPv6 in the tunnel */
  readonly v6?: Cidr | string;
}

/** The addresses of one end of a tunnel. */
export interface TunnelAddresses {
  readonly v4: string;
  readonly v6: string | undefined;
  /** Each as a range of one address. */
  readonly blocks: readonly Cidr[];
}

/** Ranges that Tailscale gives to its own devices and drops when they come from elsewhere. */
const TAILNET: readonly Cidr[] = [Cidr.of('100.64.0.0/10'), Cidr.of('fd7a:115c:a1e0::/48')];
const UNIQUE_LOCAL = Cidr.of('fd00::/8');
const GLOBAL = Cidr.of('2000::/3');

/** Gives addresses and refuses overlaps: with the VPN itself, and with whatever else the app has declared. */
export class AddressPlan {
  readonly v4: Cidr;
  readonly v6: Cidr | undefined;
  private readonly scope: IConstruct;
  private readonly besideTailnet: boolean;
  private readonly hosts: Map<number, string> = new Map();

  /** @throws NetstackError for ranges of the wrong family, too small for a hub and a peer, or that somebody else has */
  constructor(network: TunnelNetwork, besideTailnet: boolean, scope: IConstruct) {
    this.scope = scope;
    this.besideTailnet = besideTailnet;
    const { v4, v6 } = requireOptions(network, { v4: true, v6: true }, 'the network of the VPN', scope);
    this.v4 = this.family(v4, 4);
    this.v6 = v6 === undefined ? undefined : this.family(v6, 6);
    if (this.v6) this.requireRandom(this.v6);
    for (const cidr of this.ranges) this.claim(cidr, 'tunnel', `the tunnel of ${scope.node.path}`);
  }

  /** Of every end. */
  get ranges(): readonly Cidr[] {
    return this.v6 ? [this.v4, this.v6] : [this.v4];
  }

  /** The addresses with a number in both ranges. @throws NetstackError for a number outside the ranges, or one that is taken */
  assign(host: number, owner: string): TunnelAddresses {
    // The first address is the network's own; in IPv4 the last one is everybody's.
    const sizes = [this.v4.size - 2n, ...this.v6 ? [this.v6.size - 1n] : []];
    const last = Number(sizes.reduce((a, b) => (a < b ? a : b)));
    if (!Number.isInteger(host) || host < 1 || host > last) {
      throw new NetstackError({ what: `Address number ${shorten(host)} of ${owner} is outside 1 to ${last} of ${this.ranges.join(' and ')}`, scope: this.scope, fix: 'give a number inside the range' });
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

  /** Takes the networks behind a site. @throws NetstackError when they overlap one another, or a range that somebody else has: the longer prefix would win, silently */
  siteNetworks(networks: ReadonlyArray<Cidr | string>, site: string): readonly Cidr[] {
    const cidrs = networks.map((cidr) => Cidr.of(cidr)).sort((a, b) => a.compare(b));
    cidrs.forEach((cidr, i) => {
      const twin = cidrs.slice(i + 1).find((other) => other.overlaps(cidr));
      if (twin) throw new NetstackError({ what: `Networks ${cidr} and ${twin} of site ${site} overlap`, scope: this.scope, fix: 'name the larger one only' });
      if (cidr.prefixLength === 0) throw new NetstackError({ what: `Site ${site} has every address there is (${cidr})`, scope: this.scope, fix: 'name the networks of the office' });
      this.claim(cidr, 'site', `site ${site}`);
    });
    return cidrs;
  }

  private claim(cidr: Cidr, kind: 'tunnel' | 'site', owner: string): void {
    const tailnet = this.besideTailnet ? TAILNET.find((range) => range.overlaps(cidr)) : undefined;
    if (tailnet) throw new NetstackError({ what: `Network ${cidr} of ${owner} overlaps ${tailnet}, which Tailscale gives to its devices`, scope: this.scope, fix: 'take addresses elsewhere' });
    claimNetwork(this.scope, cidr, kind, owner);
  }

  private family(range: Cidr | string, family: 4 | 6): Cidr {
    const cidr = Cidr.of(range);
    if (cidr.family !== family) throw new NetstackError({ what: `Tunnel network ${cidr} is not IPv${family}`, scope: this.scope, fix: `give an IPv${family} range` });
    if (cidr.size < 4n) throw new NetstackError({ what: `Tunnel network ${cidr} has no room for a hub and a peer`, scope: this.scope, fix: `give a larger range, such as ${family === 4 ? '/24' : '/64'}` });
    return cidr;
  }

  /** Two companies that both typed fd00::/64 cannot be joined. Of 65,536 random prefixes one ends in 16 zero bits. */
  private requireRandom(v6: Cidr): void {
    if (GLOBAL.contains(v6)) return;
    if (!UNIQUE_LOCAL.contains(v6)) {
      throw new NetstackError({ what: `Tunnel network ${v6} is neither a unique local nor a global range`, scope: this.scope, fix: 'take one below fd00::/8 with 40 random bits (RFC 4193)' });
    }
    const network = (prefixLength: number): string => Cidr.host(`${v6.address}/${prefixLength}`).network.address;
    if (v6.prefixLength < 48 || network(48) === network(32)) {
      throw new NetstackError({
        what: `Tunnel network ${v6} has no 40 random bits after fd (RFC 4193)`, scope: this.scope, fix: 'take a /48 to /64 with bits of your own, as openssl rand -hex 5 gives them',
      });
    }
  }
}
