// Offices and people, said once: WireGuard for every end, the hub's firewall, the tailnet's policy.
import { Construct } from 'constructs';
import { Cidr } from '../core/cidr';
import { Cluster } from '../core/cluster';
import { ConfigFile } from '../core/config-file';
import { Duration } from '../core/duration';
import { NetstackError, shorten } from '../core/errors';
import { Peer } from '../core/peers';
import { recordSource } from '../core/provenance';
import { Registry } from '../core/registry';
import { requireList, requireOptions, requireWhole } from '../core/shape';
import { tailscalePolicyFormat } from '../formats/hujson';
import { nftablesFormat } from '../formats/nftables';
import { sysctlFormat } from '../formats/sysctl';
import { wireguardFormat } from '../formats/wireguard';
import type { WireguardConfig, WireguardPeer } from '../formats/wireguard';
import { AddressPlan } from './address-plan';
import { Ends, readGroups } from './ends';
import type { End, Groups } from './ends';
import { flowsOf } from './flows';
import type { Surroundings } from './flows';
import { renderHubFirewall } from './hub-firewall';
import type { HubOptions, OfficeVpnProps, TailnetOptions } from './options';
import { renderTailnetPolicy } from './tailnet';

const TUNNEL_PORT = 51820;
/** Often enough for the NATs of home routers. */
const KEEPALIVE = Duration.seconds(25);

const TAILNET_OWNER = 'tailnet';
const TAILNET_FILE = 'policy.hujson';

/** What the hub's own options come to. */
interface HubSettings {
  readonly tunnelPort: number;
  readonly tunnelInterface: string;
  readonly uplink: string;
  readonly managementFrom: readonly Cidr[];
}

/**
 * A WireGuard hub, its sites and people's devices, from one plan of addresses; and the policy of a tailnet.
 *
 * Writes `files/<hub>/wg0.conf`, its firewall and sysctls, and one `files/vpn-<name>/wg0.conf` per site and device. The hub forwards what the connection set
 * declares for a group, `orders.connections.allowFrom(office.group('engineering'), orders.ports.http)`, and nothing else. It translates no addresses: pods see
 * the person's own, and the cluster needs routes for the tunnel's ranges and the sites' networks to the hub.
 */
export class OfficeVpn extends Construct {
  private readonly plan: AddressPlan;
  private readonly groups: Groups;
  private readonly ends: Ends;
  private readonly hub: HubSettings;
  private readonly around: Surroundings;
  private readonly mtu: number;

  /** @throws NetstackError for overlapping networks, addresses, names or keys given twice, unknown groups, and keys that are no reference to a file */
  constructor(scope: Construct, id: string, props: OfficeVpnProps) {
    super(scope, id);
    recordSource(this);
    requireOptions(props, { network: true, hub: true, sites: true, people: true, routes: true, mtu: true, tailnet: true }, 'the options of OfficeVpn', this);
    const cluster = Cluster.of(this);
    const people = requireList(props.people, 'people', this);
    this.plan = new AddressPlan(props.network, props.tailnet !== undefined, this);
    this.groups = readGroups(people, this);
    this.ends = new Ends(props.hub, requireList(props.sites, 'sites', this), people, this.groups, this.plan, this);
    this.hub = this.readHub(props.hub);
    this.mtu = this.ends.mtu(props.mtu);
    const own = [this.ends.hub, ...this.ends.spokes].flatMap(({ addresses, networks }) => [...addresses.blocks, ...networks]);
    this.around = { own, cluster, routes: this.readRoutes(props.routes, cluster) };
    this.writeFiles();
    if (props.tailnet !== undefined) this.writePolicy(props.tailnet);
    this.node.addValidation({ validate: () => [...this.flows().undeliverable] });
  }

  /**
   * The people of a group, as a peer: the addresses of their devices, and of the sites where they sit.
   *
   * @throws NetstackError for a group without people or without addresses
   */
  group(name: string): Peer {
    if (!this.groups.has(name)) {
      throw new NetstackError({ what: `Nobody is in group ${shorten(name)}`, scope: this, fix: `name one of ${[...this.groups.keys()].sort().join(', ') || 'the groups of people, of whom there are none'}` });
    }
    const blocks = this.ends.spokes.filter(({ groups }) => groups.includes(name)).flatMap(({ addresses, networks }) => [...addresses.blocks, ...networks]);
    if (blocks.length === 0) {
      throw new NetstackError({ what: `Group ${name} has no addresses`, scope: this, fix: 'give its people devices, or let a site name the group' });
    }
    return Peer.group(name, blocks.sort((a, b) => a.compare(b)));
  }

  private writeFiles(): void {
    const { hub, spokes } = this.ends;
    new ConfigFile(this, 'hub-wireguard', { format: wireguardFormat, owner: hub.folder, fileName: `${this.hub.tunnelInterface}.conf`, model: () => this.renderHub() });
    new ConfigFile(this, 'hub-nftables', {
      format: nftablesFormat, owner: hub.folder, fileName: 'office-vpn.nft', model: () => renderHubFirewall({ table: 'office_vpn', ...this.hub, flows: this.flows().flows }),
    });
    new ConfigFile(this, 'hub-sysctl', {
      format: sysctlFormat, owner: hub.folder, fileName: '90-office-vpn.conf',
      model: { settings: { 'net.ipv4.ip_forward': 1, ...(this.plan.v6 ? { 'net.ipv6.conf.all.forwarding': 1 } : {}) } },
    });
    for (const end of spokes) new ConfigFile(this, end.folder, { format: wireguardFormat, owner: end.folder, fileName: 'wg0.conf', model: () => this.renderSpoke(end) });
  }

  private writePolicy(tailnet: TailnetOptions): void {
    const other = Registry.of(this).files.find(({ owner, name }) => owner === TAILNET_OWNER && name === TAILNET_FILE);
    if (other) {
      throw new NetstackError({
        what: `A tailnet has one policy, and ${other.path} writes it (${other.source ?? 'line unknown'})`, scope: this, fix: 'give the tailnet of all offices to one OfficeVpn',
      });
    }
    const model = renderTailnetPolicy(tailnet, this.groups, this);
    new ConfigFile(this, 'tailnet', { format: tailscalePolicyFormat, owner: TAILNET_OWNER, fileName: TAILNET_FILE, model });
  }

  private renderHub(): WireguardConfig {
    const { hub, spokes } = this.ends;
    return {
      interface: { addresses: this.interfaceAddresses(hub), listenPort: this.hub.tunnelPort, mtu: this.mtu, privateKeyFile: hub.privateKeyFile },
      peers: [...spokes].sort((a, b) => (a.name < b.name ? -1 : 1)).map((end): WireguardPeer => ({
        name: end.name, publicKey: end.publicKey, allowedIps: [...end.addresses.blocks, ...end.networks],
        ...(end.presharedKeyFile === undefined ? {} : { presharedKeyFile: end.presharedKeyFile }),
      })),
    };
  }

  private renderSpoke(end: End): WireguardConfig {
    return {
      interface: { addresses: this.interfaceAddresses(end), mtu: this.mtu, privateKeyFile: end.privateKeyFile },
      peers: [{
        name: this.ends.hub.name, publicKey: this.ends.hub.publicKey, endpoint: { host: this.ends.endpoint, port: this.hub.tunnelPort },
        allowedIps: [...this.plan.ranges, ...this.around.routes],
        ...(end.presharedKeyFile === undefined ? {} : { presharedKeyFile: end.presharedKeyFile }),
        ...(end.behindNat ? { persistentKeepalive: KEEPALIVE } : {}),
      }],
    };
  }

  private interfaceAddresses(end: End): string[] {
    const { v4, v6 } = this.plan;
    return [`${end.addresses.v4}/${v4.prefixLength}`, ...(v6 && end.addresses.v6 !== undefined ? [`${end.addresses.v6}/${v6.prefixLength}`] : [])];
  }

  private flows(): ReturnType<typeof flowsOf> {
    return flowsOf(Registry.of(this).edges(), this.around);
  }

  private readHub(options: HubOptions): HubSettings {
    const tunnelInterface = this.interfaceName(options.interface ?? 'wg0');
    const uplink = this.interfaceName(options.uplink ?? 'eth0');
    if (tunnelInterface === uplink) throw new NetstackError({ what: `The hub has ${uplink} for its tunnel and for its uplink`, scope: this, fix: 'name two interfaces' });
    const managementFrom = requireList(options.managementFrom, 'managementFrom', this).map((cidr) => Cidr.of(cidr)).sort((a, b) => a.compare(b));
    if (managementFrom.length === 0) {
      throw new NetstackError({ what: 'The hub can be managed from nowhere', scope: this, fix: 'name the networks of its administrators in managementFrom' });
    }
    const everywhere = managementFrom.find(({ prefixLength }) => prefixLength === 0);
    if (everywhere) throw new NetstackError({ what: `The hub can be managed from everywhere (${everywhere})`, scope: this, fix: 'name the networks of its administrators in managementFrom' });
    return { tunnelInterface, uplink, managementFrom, tunnelPort: requireWhole(options.port ?? TUNNEL_PORT, 1, 65_535, 'the port of the hub', this) };
  }

  private readRoutes(given: OfficeVpnProps['routes'], cluster: Cluster): readonly Cidr[] {
    const families = new Set(this.plan.ranges.map(({ family }) => family));
    const all = given === undefined ? [...cluster.podCidrs, ...cluster.serviceCidrs].filter(({ family }) => families.has(family)) : requireList(given, 'routes', this).map((cidr) => Cidr.of(cidr));
    const routes = [...new Map(all.map((cidr) => [cidr.value, cidr])).values()].sort((a, b) => a.compare(b));
    if (routes.length === 0) {
      throw new NetstackError({ what: `The VPN leads nowhere: cluster ${cluster.name} names no address ranges`, scope: this, fix: 'give the Cluster podCidrs and serviceCidrs, or the VPN routes' });
    }
    for (const route of routes) this.checkRoute(route, families);
    return routes;
  }

  private checkRoute(route: Cidr, families: ReadonlySet<number>): void {
    const refuse = (what: string, fix: string): never => {
      throw new NetstackError({ what: `Route ${route} ${what}`, scope: this, fix });
    };
    if (!families.has(route.family)) refuse(`is IPv${route.family}, and the tunnel has no IPv${route.family} addresses`, 'give the network a v6 range, or leave the route out');
    const swallowed = this.plan.ranges.find((range) => range.overlaps(route));
    if (swallowed) refuse(`overlaps the tunnel's own network ${swallowed}`, 'name the networks of the cluster');
    for (const site of this.ends.sites) {
      const network = site.networks.find((one) => one.overlaps(route));
      if (network) refuse(`overlaps ${network} of site ${site.name}`, 'name the networks of the cluster');
    }
    const { endpoint } = this.ends;
    if ((/^[\d.]+$/.test(endpoint) || endpoint.includes(':')) && route.contains(endpoint)) refuse(`leads to the hub's own endpoint ${endpoint} through the tunnel`, 'name smaller ranges without it');
  }

  private interfaceName(name: string): string {
    if (typeof name === 'string' && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/.test(name)) return name;
    throw new NetstackError({ what: `${shorten(name)} is not the name of a network interface`, scope: this, fix: 'use 1 to 15 letters, digits, "_", "." and "-"' });
  }
}
