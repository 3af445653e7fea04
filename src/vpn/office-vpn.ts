// Offices and people, said once: WireGuard for every end, the hub's firewall, the tailnet's policy.
import { Construct } from 'constructs';
import { Cidr } from '../core/cidr';
import { Cluster } from '../core/cluster';
import { ConfigFile } from '../core/config-file';
import { Duration } from '../core/duration';
import type { ConnectionEdge } from '../core/edge';
import { NetstackError, shorten } from '../core/errors';
import { dnsLabel } from '../core/kubernetes-name';
import { Peer } from '../core/peers';
import { workloadKey } from '../core/peer';
import { recordSource } from '../core/provenance';
import { Registry } from '../core/registry';
import { requireSecretRef } from '../core/secret-ref';
import type { SecretRef } from '../core/secret-ref';
import { tailscalePolicyFormat } from '../formats/hujson';
import { nftablesFormat } from '../formats/nftables';
import { sysctlFormat } from '../formats/sysctl';
import { wireguardFormat } from '../formats/wireguard';
import type { WireguardConfig, WireguardPeer } from '../formats/wireguard';
import { AddressPlan } from './address-plan';
import type { TunnelAddresses } from './address-plan';
import { renderHubFirewall } from './hub-firewall';
import type { ForwardedFlow } from './hub-firewall';
import type { HubOptions, OfficeVpnProps, PersonOptions, SiteOptions } from './options';
import { renderTailnetPolicy } from './tailnet';

const TUNNEL_PORT = 51820;
/** 1500 bytes outside, less 80 of IPv6, UDP and WireGuard. */
const TUNNEL_MTU = 1420;
const LEAST_MTU = 1280;
/** Often enough for the NATs of home routers. */
const KEEPALIVE = Duration.seconds(25);

/** One end of the tunnel, checked. */
interface End {
  readonly name: string;
  readonly addresses: TunnelAddresses;
  readonly networks: readonly Cidr[];
  readonly publicKey: string;
  readonly privateKeyFile: string;
  readonly presharedKeyFile: string | undefined;
  readonly behindNat: boolean;
}

/**
 * A WireGuard hub, its sites and people's devices, from one plan of addresses; and the policy of a tailnet.
 *
 * Writes `files/<hub>/wg0.conf`, its firewall and sysctls, one `files/vpn-<site>/wg0.conf` per site, one file per device. The hub forwards what the
 * connection set declares for a group, `orders.connections.allowFrom(office.group('engineering'), orders.ports.http)`, and nothing else. It translates no
 * addresses: pods see the person's own, and the cluster needs a route for the tunnel's network to the hub.
 */
export class OfficeVpn extends Construct {
  private readonly cluster: Cluster;
  private readonly plan: AddressPlan;
  private readonly hub: End & { readonly options: HubOptions };
  private readonly sites: ReadonlyArray<End & { readonly groups: readonly string[] }>;
  private readonly devices: ReadonlyArray<End & { readonly email: string }>;
  private readonly groups: ReadonlyMap<string, readonly string[]>;
  private readonly routes: readonly Cidr[];
  private readonly mtu: number;

  /** @throws NetstackError for overlapping networks, addresses or keys given twice, unknown groups, and keys that are no reference to a file */
  constructor(scope: Construct, id: string, props: OfficeVpnProps) {
    super(scope, id);
    recordSource(this);
    this.cluster = Cluster.of(this);
    this.plan = new AddressPlan(props.network, this);
    for (const cluster of Cluster.all(this)) for (const cidr of [...cluster.podCidrs, ...cluster.serviceCidrs]) this.plan.addNetwork(cidr, `cluster ${cluster.name}`);
    this.mtu = this.checkMtu(props.mtu ?? TUNNEL_MTU);
    this.groups = this.readGroups(props.people ?? []);
    this.hub = { ...this.end(dnsLabel(props.hub.name ?? 'vpn-hub', 'the name of the hub', this), { ...props.hub, host: props.hub.host ?? 1 }, [], false), options: props.hub };
    this.sites = props.sites.map((site) => this.site(site));
    this.devices = (props.people ?? []).flatMap((person) => (person.device ? [{ ...this.end(person.email, person.device, [], true), email: person.email }] : []));
    this.refuseSharedKeys();
    const routes = props.routes?.map((cidr) => Cidr.of(cidr)) ?? [...this.cluster.podCidrs, ...this.cluster.serviceCidrs];
    if (routes.length === 0) {
      throw new NetstackError({ what: `The VPN leads nowhere: cluster ${this.cluster.name} names no address ranges`, scope: this, fix: 'give the Cluster podCidrs and serviceCidrs, or the VPN routes' });
    }
    this.routes = [...routes].sort((a, b) => a.compare(b));
    this.writeFiles(props);
  }

  /**
   * The people of a group, as a peer: the addresses of their devices, and of the sites where they sit.
   *
   * @throws NetstackError for a group without people or without addresses
   */
  group(name: string): Peer {
    if (!this.groups.has(name)) {
      throw new NetstackError({ what: `Nobody is in group ${shorten(name)}`, scope: this, fix: `name one of ${[...this.groups.keys()].sort().join(', ')}` });
    }
    const members = new Set(this.groups.get(name));
    const blocks = [
      ...this.devices.filter(({ email }) => members.has(email)).flatMap(({ addresses }) => addresses.blocks),
      ...this.sites.filter(({ groups }) => groups.includes(name)).flatMap(({ addresses, networks }) => [...addresses.blocks, ...networks]),
    ];
    if (blocks.length === 0) {
      throw new NetstackError({ what: `Group ${name} has no addresses`, scope: this, fix: 'give its people devices, or let a site name the group' });
    }
    return Peer.group(name, blocks.sort((a, b) => a.compare(b)));
  }

  private writeFiles(props: OfficeVpnProps): void {
    const tunnel = this.interfaceName(props.hub.interface ?? 'wg0');
    const uplink = this.interfaceName(props.hub.uplink ?? 'eth0');
    if (props.hub.managementFrom.length === 0) {
      throw new NetstackError({ what: 'The hub can be managed from nowhere', scope: this, fix: 'name the networks of its administrators in managementFrom' });
    }
    const managementFrom = props.hub.managementFrom.map((cidr) => Cidr.of(cidr)).sort((a, b) => a.compare(b));
    new ConfigFile(this, 'hub-wireguard', { format: wireguardFormat, owner: this.hub.name, fileName: `${tunnel}.conf`, model: () => this.renderHub() });
    new ConfigFile(this, 'hub-nftables', {
      format: nftablesFormat, owner: this.hub.name, fileName: 'office-vpn.nft',
      model: () => renderHubFirewall({ table: 'office_vpn', tunnelInterface: tunnel, tunnelPort: this.tunnelPort, uplink, managementFrom, flows: this.flows() }),
    });
    new ConfigFile(this, 'hub-sysctl', {
      format: sysctlFormat, owner: this.hub.name, fileName: '90-office-vpn.conf',
      model: { settings: { 'net.ipv4.ip_forward': 1, ...(this.plan.v6 ? { 'net.ipv6.conf.all.forwarding': 1 } : {}) } },
    });
    for (const site of this.sites) {
      new ConfigFile(this, `site-${site.name}`, { format: wireguardFormat, owner: `vpn-${site.name}`, fileName: 'wg0.conf', model: () => this.renderSpoke(site) });
    }
    for (const device of this.devices) {
      const name = device.email.replace(/[^a-z0-9]+/g, '-');
      new ConfigFile(this, `device-${name}`, { format: wireguardFormat, owner: 'vpn-devices', fileName: `${name}.conf`, model: () => this.renderSpoke(device) });
    }
    if (props.tailnet) {
      const policy = renderTailnetPolicy(props.tailnet, this.groups, this);
      new ConfigFile(this, 'tailnet', { format: tailscalePolicyFormat, owner: 'tailnet', fileName: 'policy.hujson', model: policy });
    }
  }

  private get tunnelPort(): number {
    return this.hub.options.port ?? TUNNEL_PORT;
  }

  private renderHub(): WireguardConfig {
    return {
      interface: { addresses: this.interfaceAddresses(this.hub), listenPort: this.tunnelPort, mtu: this.mtu, privateKeyFile: this.hub.privateKeyFile },
      peers: [...this.sites, ...this.devices].sort((a, b) => (a.name < b.name ? -1 : 1)).map((end): WireguardPeer => ({
        name: end.name, publicKey: end.publicKey, allowedIps: [...end.addresses.blocks, ...end.networks],
        ...(end.presharedKeyFile === undefined ? {} : { presharedKeyFile: end.presharedKeyFile }),
      })),
    };
  }

  private renderSpoke(end: End): WireguardConfig {
    const families = this.plan.v6 ? [this.plan.v4, this.plan.v6] : [this.plan.v4];
    return {
      interface: { addresses: this.interfaceAddresses(end), mtu: this.mtu, privateKeyFile: end.privateKeyFile },
      peers: [{
        name: this.hub.name, publicKey: this.hub.publicKey, endpoint: { host: String(this.hub.options.endpoint), port: this.tunnelPort },
        allowedIps: [...families, ...this.routes],
        ...(end.presharedKeyFile === undefined ? {} : { presharedKeyFile: end.presharedKeyFile }),
        ...(end.behindNat ? { persistentKeepalive: KEEPALIVE } : {}),
      }],
    };
  }

  private interfaceAddresses(end: End): string[] {
    const { v4, v6 } = this.plan;
    return [`${end.addresses.v4}/${v4.prefixLength}`, ...(v6 && end.addresses.v6 !== undefined ? [`${end.addresses.v6}/${v6.prefixLength}`] : [])];
  }

  /** What the connection set declares for the groups of this VPN. */
  private flows(): ForwardedFlow[] {
    return Registry.of(this).edges().flatMap((edge: ConnectionEdge): ForwardedFlow[] => {
      if (edge.from.kind !== 'group' || edge.to.kind !== 'workload' || edge.to.workload.cluster !== this.cluster || !edge.port || edge.port.protocol === 'SCTP') return [];
      if (!this.groups.has(edge.from.name)) return [];
      return [{
        from: edge.from.cidrs, to: this.routes, protocol: edge.port.protocol, ports: [...new Set([edge.port.number, edge.workloadPort?.servicePort ?? edge.port.number])].sort((a, b) => a - b),
        reason: `${edge.from.name} to ${workloadKey(edge.to.workload)}`,
      }];
    });
  }

  private site(site: SiteOptions): End & { readonly groups: readonly string[] } {
    const name = dnsLabel(site.name, 'the name of a site', this);
    for (const group of site.groups ?? []) {
      if (!this.groups.has(group)) throw new NetstackError({ what: `Site ${name} names group ${shorten(group)}, in which nobody is`, scope: this, fix: 'list its people' });
    }
    const networks = (site.networks ?? []).map((cidr) => this.plan.addNetwork(cidr, `site ${name}`)).sort((a, b) => a.compare(b));
    return { ...this.end(name, site, networks, site.behindNat ?? true, site.presharedKey), groups: site.groups ?? [] };
  }

  private end(name: string, end: { host: number; publicKey: string; privateKey: SecretRef }, networks: readonly Cidr[], behindNat: boolean, preshared?: SecretRef): End {
    return {
      name, networks, behindNat, publicKey: end.publicKey, addresses: this.plan.assign(end.host, name),
      privateKeyFile: this.keyFile(end.privateKey, `the private key of ${name}`),
      presharedKeyFile: preshared === undefined ? undefined : this.keyFile(preshared, `the preshared key of ${name}`),
    };
  }

  /** Keys lie in files of the hosts, put there by whoever manages them. */
  private keyFile(ref: SecretRef, where: string): string {
    const { source } = requireSecretRef(ref, where);
    if (source.type !== 'file') {
      throw new NetstackError({ what: `${where.charAt(0).toUpperCase()}${where.slice(1)} is a SecretRef of type ${source.type}, and wg reads keys from files`, scope: this, fix: "give SecretRef.file('/etc/wireguard/keys/wg0.key')" });
    }
    return source.path;
  }

  private readGroups(people: readonly PersonOptions[]): Map<string, readonly string[]> {
    const groups = new Map<string, string[]>();
    const seen = new Set<string>();
    for (const { email, groups: theirs } of people) {
      if (typeof email !== 'string' || !/^[a-z0-9._%+-]{1,64}@[a-z0-9.-]{1,253}$/.test(email)) {
        throw new NetstackError({ what: `${shorten(email)} is not a mail address in lower case`, scope: this, fix: 'give one such as alice@example.com' });
      }
      if (seen.has(email)) throw new NetstackError({ what: `${email} is listed twice`, scope: this, fix: 'list everybody once, with all groups' });
      seen.add(email);
      if (theirs.length === 0) throw new NetstackError({ what: `${email} is in no group`, scope: this, fix: 'name at least one' });
      for (const group of theirs) groups.set(dnsLabel(group, 'the name of a group', this), [...(groups.get(group) ?? []), email]);
    }
    return groups;
  }

  /** wg joins two peers of one key, and the later one's addresses replace the earlier's. */
  private refuseSharedKeys(): void {
    const owners = new Map<string, string>();
    for (const { name, publicKey } of [this.hub, ...this.sites, ...this.devices]) {
      const other = owners.get(publicKey);
      if (other !== undefined) throw new NetstackError({ what: `${name} and ${other} have the same public key`, scope: this, fix: 'make a key pair for each' });
      owners.set(publicKey, name);
    }
  }

  private interfaceName(name: string): string {
    if (typeof name === 'string' && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/.test(name)) return name;
    throw new NetstackError({ what: `${shorten(name)} is not the name of a network interface`, scope: this, fix: 'use 1 to 15 letters, digits, "_", "." and "-"' });
  }

  private checkMtu(mtu: number): number {
    if (!Number.isInteger(mtu) || mtu < LEAST_MTU || mtu > 9000) {
      throw new NetstackError({ what: `The tunnel's MTU ${shorten(mtu)} is outside ${LEAST_MTU} to 9000`, scope: this, fix: `leave it at ${TUNNEL_MTU}, or 1412 behind PPPoE` });
    }
    return mtu;
  }
}
