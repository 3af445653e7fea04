// Routes to pods and Services, and the addresses of load balancers. Timers follow RFC 4271: a hold time under three keepalives drops sessions for one lost packet or two.
import type { Construct } from 'constructs';
import type { CiliumBgpAdvertisementSpec, CiliumBgpClusterConfigSpec, CiliumBgpPeerConfigSpec, CiliumLoadBalancerIpPoolSpec } from '../../../imports/cilium.io/v2';
import { NetworkObject } from '../../app/network-object';
import { Cidr, ipAddress } from '../../core/cidr';
import { Cluster } from '../../core/cluster';
import { Duration } from '../../core/duration';
import { NetstackError, shorten } from '../../core/errors';
import { dnsLabel, dnsSubdomain, labelKey, labelValue } from '../../core/kubernetes-name';
import { claimNetwork } from '../../core/networks';
import { Registry } from '../../core/registry';
import { requireSecretRef } from '../../core/secret-ref';
import { requireBoolean, requireList, requireOneOf, requireOptions } from '../../core/shape';
import type { BgpAdvertisements, BgpOptions, BgpPeer, LoadBalancerPool } from './options';

const PEER_OPTIONS = {
  name: true, address: true, asn: true, port: true, multihop: true, holdTime: true, keepAlive: true, connectRetry: true, gracefulRestart: true, password: true, families: true,
} as const;

/** The label by which sessions find what they announce. */
export const ADVERTISEMENT_LABEL = 'netstack.dev/bgp';
export const DEFAULT_BGP_NAME = 'bgp';
export const DEFAULT_HOLD_TIME: Duration = Duration.seconds(90);
export const DEFAULT_KEEP_ALIVE: Duration = Duration.seconds(30);
export const DEFAULT_CONNECT_RETRY: Duration = Duration.seconds(120);

export function renderClusterConfig(bgp: BgpOptions): CiliumBgpClusterConfigSpec {
  const name = bgp.name ?? DEFAULT_BGP_NAME;
  return {
    nodeSelector: { matchLabels: { ...bgp.nodes } },
    bgpInstances: [{
      name,
      localASN: bgp.localAsn,
      peers: bgp.peers.map((peer) => ({ name: peer.name, peerASN: peer.asn, peerAddress: ipAddress(peer.address).value, peerConfigRef: { name: `${name}-${peer.name}` } })),
    }],
  };
}

export function renderPeerConfig(bgp: BgpOptions, peer: BgpPeer): CiliumBgpPeerConfigSpec {
  return {
    ...peer.password && { authSecretRef: secretName(peer) },
    ...peer.multihop !== undefined && { ebgpMultihop: peer.multihop },
    ...peer.port !== undefined && { transport: { peerPort: peer.port } },
    ...peer.gracefulRestart && { gracefulRestart: { enabled: true, restartTimeSeconds: seconds(peer.gracefulRestart, 'gracefulRestart', peer, 1, 4095) } },
    timers: {
      connectRetryTimeSeconds: seconds(peer.connectRetry ?? DEFAULT_CONNECT_RETRY, 'connectRetry', peer, 1, 2_147_483_647),
      holdTimeSeconds: seconds(peer.holdTime ?? DEFAULT_HOLD_TIME, 'holdTime', peer, 3, 65_535),
      keepAliveTimeSeconds: seconds(peer.keepAlive ?? DEFAULT_KEEP_ALIVE, 'keepAlive', peer, 1, 65_535),
    },
    // Without a selector a session announces nothing.
    families: [...peer.families ?? ['ipv4' as const]].map((afi) => ({ afi, safi: 'unicast', advertisements: { matchLabels: { [ADVERTISEMENT_LABEL]: bgp.name ?? DEFAULT_BGP_NAME } } })),
  };
}

/** Pod ranges take no selector; Services without one would not be announced. */
export function renderAdvertisement({ advertise }: BgpOptions): CiliumBgpAdvertisementSpec {
  return {
    advertisements: [
      ...advertise.podCidrs ? [{ advertisementType: 'PodCIDR' as const }] : [],
      ...advertise.services ? [{
        advertisementType: 'Service' as const, service: { addresses: [...advertise.services.addresses ?? ['LoadBalancerIP' as const]] }, selector: { matchLabels: { ...advertise.services.labels } },
      }] : [],
    ],
  };
}

export function renderPool(pool: LoadBalancerPool): CiliumLoadBalancerIpPoolSpec {
  return {
    blocks: pool.cidrs.map((cidr) => ({ cidr: Cidr.of(cidr).value })),
    ...pool.services && { serviceSelector: { matchLabels: { ...pool.services } } },
    ...pool.allowFirstLastIps !== undefined && { allowFirstLastIPs: pool.allowFirstLastIps ? 'Yes' : 'No' },
  };
}

/** Makes the objects of every speaker. */
export function addBgp(scope: Construct, apiVersion: string, all: readonly BgpOptions[]): void {
  const object = (id: string, kind: string, name: string, spec: object, labels?: Record<string, string>): void => {
    new NetworkObject(scope, id, { apiVersion, kind, metadata: { name, ...labels && { labels } }, spec }, { clusterScoped: true });
  };
  for (const bgp of all) {
    const name = bgp.name ?? DEFAULT_BGP_NAME;
    for (const { name: peer, address } of bgp.peers) {
      const { family, value } = ipAddress(address);
      claimNetwork(scope, Cidr.of(`${value}/${family === 4 ? 32 : 128}`), 'router', `BGP peer ${peer}`);
    }
    object(`${name}-cluster`, 'CiliumBGPClusterConfig', name, renderClusterConfig(bgp));
    for (const peer of bgp.peers) {
      object(`${name}-peer-${peer.name}`, 'CiliumBGPPeerConfig', `${name}-${peer.name}`, renderPeerConfig(bgp, peer));
      // In the namespace that Cilium was told to look in.
      if (peer.password) Registry.of(scope).addExisting({ cluster: Cluster.of(scope), group: '', kind: 'Secret', name: secretName(peer) });
    }
    object(`${name}-advertisement`, 'CiliumBGPAdvertisement', name, renderAdvertisement(bgp), { [ADVERTISEMENT_LABEL]: name });
  }
}

export function addLoadBalancerPools(scope: Construct, apiVersion: string, pools: readonly LoadBalancerPool[]): void {
  for (const pool of pools) for (const cidr of pool.cidrs) claimNetwork(scope, Cidr.of(cidr), 'load balancer', `load balancer pool ${pool.name}`);
  for (const pool of pools) new NetworkObject(scope, pool.name, { apiVersion, kind: 'CiliumLoadBalancerIPPool', metadata: { name: pool.name }, spec: renderPool(pool) }, { clusterScoped: true });
}

/** @throws NetstackError for what the API server or the peer would refuse, and for sessions that would flap or announce nothing */
export function checkBgp(all: readonly BgpOptions[], pools: readonly LoadBalancerPool[]): void {
  const names = new Set<string>();
  const addresses = new Map<string, string>();
  for (const bgp of all) {
    requireOptions(bgp, { name: true, localAsn: true, nodes: true, peers: true, advertise: true, internal: true }, 'the BGP configuration');
    const name = dnsLabel(bgp.name ?? DEFAULT_BGP_NAME, 'The name of the BGP configuration');
    if (names.has(name)) fail(`Two BGP configurations are called ${name}`, 'give one of them another name');
    names.add(name);
    asn(bgp.localAsn, `localAsn of BGP configuration ${name}`);
    labels(bgp.nodes, `nodes of BGP configuration ${name}`);
    if (bgp.internal !== undefined) requireBoolean(bgp.internal, `internal of BGP configuration ${name}`);
    if (requireList(bgp.peers, `peers of BGP configuration ${name}`).length === 0) fail(`BGP configuration ${name} has no peers`, 'name the routers');
    const { podCidrs = false, services } = requireOptions(bgp.advertise, { podCidrs: true, services: true }, `advertise of BGP configuration ${name}`);
    requireBoolean(podCidrs, `advertise.podCidrs of BGP configuration ${name}`);
    if (!podCidrs && !services) fail(`BGP configuration ${name} announces nothing`, 'set advertise.podCidrs, or advertise.services with labels');
    if (services) checkServices(services, `advertise.services of BGP configuration ${name}`);
    if (services && services.addresses?.length === 0) fail(`advertise.services of BGP configuration ${name} names no addresses`, "give such as ['LoadBalancerIP'], or leave it out");
    const peers = new Set<string>();
    for (const peer of bgp.peers) {
      requireOptions(peer, PEER_OPTIONS, `a peer of BGP configuration ${name}`);
      dnsSubdomain(`${name}-${typeof peer.name === 'string' ? peer.name : ''}`, 'The name of a BGP peer');
      if (peers.has(peer.name)) fail(`Two peers of BGP configuration ${name} are called ${peer.name}`, 'give one of them another name');
      peers.add(peer.name);
      checkPeer(bgp, peer, pools);
      const { value } = ipAddress(peer.address);
      const twin = addresses.get(value);
      if (twin !== undefined) fail(`BGP peers ${twin} and ${peer.name} have the same address ${value}`, 'speak to each router once');
      addresses.set(value, peer.name);
    }
  }
}

/** @throws NetstackError for pools without addresses, and for addresses in two pools */
export function checkPools(pools: readonly LoadBalancerPool[]): void {
  const seen: Array<{ name: string; cidr: Cidr }> = [];
  const names = new Set<string>();
  for (const pool of pools) {
    requireOptions(pool, { name: true, cidrs: true, services: true, allowFirstLastIps: true }, 'a load balancer pool');
    dnsLabel(pool.name, 'The name of a load balancer pool');
    if (pool.allowFirstLastIps !== undefined) requireBoolean(pool.allowFirstLastIps, `allowFirstLastIps of load balancer pool ${pool.name}`);
    if (names.has(pool.name)) fail(`Two load balancer pools are called ${pool.name}`, 'give one of them another name');
    names.add(pool.name);
    if (!Array.isArray(pool.cidrs) || pool.cidrs.length === 0) fail(`Load balancer pool ${pool.name} has no addresses`, "give such as cidrs: ['10.47.80.0/24']");
    if (pool.services !== undefined) labels(pool.services, `services of load balancer pool ${pool.name}`);
    for (const cidr of pool.cidrs.map((one: Cidr | string) => Cidr.of(one))) {
      const twin = seen.find((other) => other.cidr.overlaps(cidr));
      if (twin) fail(`${cidr} of load balancer pool ${pool.name} overlaps ${twin.cidr} of ${twin.name}`, 'give every address to one pool');
      seen.push({ name: pool.name, cidr });
    }
  }
}

function checkServices(services: NonNullable<BgpAdvertisements['services']>, where: string): void {
  requireOptions(services, { labels: true, addresses: true }, where);
  labels(services.labels, where);
  for (const address of requireList(services.addresses, `addresses of ${where}`)) requireOneOf(address, ['LoadBalancerIP', 'ClusterIP', 'ExternalIP'], `an address of ${where}`);
}

function checkPeer(bgp: BgpOptions, peer: BgpPeer, pools: readonly LoadBalancerPool[]): void {
  const subject = `BGP peer ${peer.name}`;
  asn(peer.asn, `asn of ${subject}`);
  if (typeof peer.address === 'string' && peer.address.includes('/')) fail(`Address ${shorten(peer.address)} of ${subject} is a range`, `give the address alone, such as '${peer.address.split('/')[0]!.slice(0, 40)}'`);
  const { value } = ipAddress(peer.address);
  const pool = pools.find((one) => one.cidrs.some((cidr) => Cidr.of(cidr).contains(value)));
  if (pool) fail(`Address ${value} of ${subject} is in load balancer pool ${pool.name}`, 'give routers addresses outside the pools');
  if (peer.asn === bgp.localAsn && bgp.internal !== true) fail(`${subject} and the nodes are both in autonomous system ${peer.asn}`, 'give the nodes another localAsn, or say internal: true');
  if (peer.asn !== bgp.localAsn && bgp.internal === true) fail(`${subject} is in autonomous system ${peer.asn}, and the nodes, internal, in ${bgp.localAsn}`, 'leave internal out');
  if (peer.multihop !== undefined) {
    whole(peer.multihop, 2, 255, `multihop of ${subject}`);
    if (bgp.internal === true) fail(`${subject} is internal and has multihop`, 'leave multihop out: it is for external peers');
  }
  if (peer.port !== undefined) whole(peer.port, 1, 65_535, `port of ${subject}`);
  const families = peer.families === undefined ? ['ipv4'] : requireList(peer.families, `families of ${subject}`);
  if (families.length === 0 || families.some((family) => family !== 'ipv4' && family !== 'ipv6') || new Set(families).size < families.length) fail(`Families ${shorten(families)} of ${subject} are not 'ipv4' and 'ipv6', each once`, "give such as ['ipv4']");
  const { timers } = renderPeerConfig(bgp, peer);
  const [hold, keep] = [timers!.holdTimeSeconds!, timers!.keepAliveTimeSeconds!];
  if (hold < 3 * keep) fail(`Hold time ${hold} s of ${subject} is under three keepalives of ${keep} s`, `give a hold time of ${3 * keep} s or more, or a keepalive of ${Math.floor(hold / 3)} s or less (RFC 4271)`);
}

function secretName(peer: BgpPeer): string {
  const { source } = requireSecretRef(peer.password, `password of BGP peer ${peer.name}`);
  if (source.type !== 'existing' && source.type !== 'externalSecret' && source.type !== 'sops') fail(`The password of BGP peer ${peer.name} is not kept in a Secret of the cluster`, "give such as SecretRef.existing('bgp-auth', 'password')");
  const { name, key } = source as { name: string; key: string };
  if (key !== 'password') fail(`The password of BGP peer ${peer.name} is under key ${shorten(key)}`, "keep it under key 'password', where Cilium looks");
  return name;
}

function seconds(given: Duration, field: string, peer: BgpPeer, min: number, max: number): number {
  const duration = Duration.of(given);
  const value = duration.toMillis() / 1000;
  if (!Number.isInteger(value) || value < min || value > max) fail(`${field} ${duration} of BGP peer ${peer.name} is not ${min} to ${max} whole seconds`, 'give such as Duration.seconds(15)');
  return value;
}

function asn(value: number, where: string): void {
  whole(value, 1, 4_294_967_295, where);
}

function whole(value: number, min: number, max: number, where: string): void {
  if (!Number.isInteger(value) || value < min || value > max) fail(`${where} is ${shorten(value)}`, `give a whole number from ${min} to ${max}`);
}

function labels(given: Readonly<Record<string, string>>, where: string): void {
  const entries = typeof given === 'object' && given !== null && !Array.isArray(given) ? Object.entries(given) : [];
  if (entries.length === 0) fail(`There are no labels in ${where}`, "give such as { 'bgp-peer': 'true' }");
  for (const [key, value] of entries) {
    labelKey(key, `Label key of ${where}`);
    labelValue(value, `Label ${key} of ${where}`);
  }
}

function fail(what: string, fix: string): never {
  throw new NetstackError({ what, fix });
}
