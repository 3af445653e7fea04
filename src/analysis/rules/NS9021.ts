import { readWireGuard, wireGuardItems } from '../../formats/wireguard/read';
import type { FieldPath } from '../documents/document';
import type { ConfigDocument } from '../input';
import { bgpPeers } from '../model/bgp';
import type { ClusterModel, World } from '../model/cluster-model';
import { Entry } from '../model/entry';
import { list, record, text } from '../model/fields';
import { requestedAddresses } from '../model/load-balancers';
import { parseRange } from '../model/ranges';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS9021',
  class: 'breaks',
  title: 'Two things have the same address',
  sees: 'addresses that are written out as somebody\'s own: of load balancers and external addresses of Services, of routers that BGP speaks to, of nodes and of WireGuard interfaces. Services with the same sharing key, or with ports of their own, may share one.',
  why: 'Whoever answers first takes the traffic of the other: routes flap, sessions go to the wrong machine, and one of the two is dead.',
  fix: 'give each its own address',
  covers: ['R111'],
  docs: ['https://docs.cilium.io/en/stable/network/lb-ipam/'],
  subjects: ['/Service', 'cilium.io/CiliumBGPClusterConfig', 'cilium.io/CiliumBGPPeeringPolicy', 'metallb.io/BGPPeer', 'projectcalico.org/BGPPeer', 'crd.projectcalico.org/BGPPeer', 'gateway.envoyproxy.io/EnvoyProxy', 'file:wireguard', '/Node'],
  failing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: { name: rack }
spec:
  bgpInstances: [{ name: main, localASN: 64512, peers: [{ name: tor, peerASN: 64513, peerAddress: 10.47.17.1 }] }]
`,
    files: { 'wireguard:hub/wg0.conf': '[Interface]\nAddress = 10.47.17.1/24\n' },
    says: '10.47.17.1 is the WireGuard interface of hub/wg0.conf and the BGP neighbour of CiliumBGPClusterConfig rack',
  },
  passing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: { name: rack }
spec:
  bgpInstances: [{ name: main, localASN: 64512, peers: [{ name: tor, peerASN: 64513, peerAddress: 10.47.17.1 }] }]
---
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: { name: other-rack }
spec:
  nodeSelector: { matchLabels: { rack: b } }
  bgpInstances: [{ name: main, localASN: 64512, peers: [{ name: tor, peerASN: 64513, peerAddress: 10.47.17.1 }] }]
`,
    files: { 'wireguard:hub/wg0.conf': '[Interface]\nAddress = 10.47.18.1/24\n' },
  },
  checkWorld(world, report) {
    const owners = new Map<string, Owner[]>();
    for (const owner of ownersOf(world)) {
      const known = owners.get(owner.address) ?? [];
      const other = known.find((one) => one.key !== owner.key && !share(one, owner) && !ofNode(one, owner) && !ofNode(owner, one) && oneNetwork(one, owner));
      if (known.length < 64) owners.set(owner.address, [...known, owner]);
      if (other) {
        report(owner.at, owner.path, { message: `${owner.address} is ${other.words} and ${owner.words}`, decidedBy: other.at instanceof Entry && other.at !== owner.at ? [other.at] : [] });
      }
    }
  },
};

interface Owner {
  readonly at: Entry | ConfigDocument;
  readonly path: FieldPath;
  readonly address: string;
  /** Of what the cluster has; absent outside of clusters. */
  readonly cluster?: ClusterModel;
  /** Equal for what is the same thing, said in several places. */
  readonly key: string;
  readonly words: string;
  readonly sharing?: string | undefined;
  /** Ports of a Service: others may have the rest. */
  readonly ports?: ReadonlySet<string>;
}

/** An external address of a Service is usually that of a node, and nodes may know each other by the addresses of their tunnel. */
function ofNode(a: Owner, b: Owner): boolean {
  return a.key.startsWith('node ') && (b.key.startsWith('wg ') || b.words.startsWith('an external address'));
}

/** Services share by their key, or by ports that nobody else has. */
function share(a: Owner, b: Owner): boolean {
  if (!a.ports || !b.ports) return false;
  return (a.sharing !== undefined && a.sharing === b.sharing) || ![...a.ports].some((port) => b.ports!.has(port));
}

/** Private addresses of two clusters may be in networks that never meet. */
function oneNetwork(a: Owner, b: Owner): boolean {
  return a.cluster === undefined || b.cluster === undefined || a.cluster === b.cluster || !PRIVATE.test(a.address);
}

const PRIVATE = /^(?:10\.|172\.(?:1[6-9]|2\d|3[01])\.|192\.168\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|169\.254\.|f[cd]|fe80)/i;

function ownersOf(world: World): readonly Owner[] {
  const clusters = world.clusters.flatMap((cluster) => [...loadBalancers(cluster), ...routers(cluster), ...nodes(cluster)].map((owner) => ({ ...owner, cluster })));
  const interfaces = world.files('wireguard').flatMap((file) => readWireGuard(file.text).filter(({ name }) => name === 'Interface').flatMap((section) => wireGuardItems(section, 'Address'))
    .flatMap(({ value, line }): Owner[] => of(file, [line], value.replace(/\/\d+$/, ''), `wg ${file.file}`, `the WireGuard interface of ${file.file}`)));
  return [...interfaces, ...clusters];
}

function of(at: Entry | ConfigDocument, path: FieldPath, value: unknown, key: string, words: string, more: Pick<Owner, 'sharing' | 'ports'> = {}): Owner[] {
  const range = parseRange(value);
  return range && range.first === range.last ? [{ at, path, address: `${range.text}`, key, words, ...more }] : [];
}

function loadBalancers(cluster: ClusterModel): readonly Owner[] {
  const where = cluster.facts.name ?? '';
  const ports = (entry: Entry): ReadonlySet<string> => new Set(list(entry.spec.ports).map(record).map((port) => `${String(port.port)}/${text(port.protocol) ?? 'TCP'}`));
  const requested = cluster.derive(requestedAddresses).flatMap(({ entry, path, address, sharing }) => of(
    entry, path, address.text, `${where} ${entry.toString()}`, `the load balancer of ${entry.toString()}`, { sharing, ...(entry.kind === 'Service' ? { ports: ports(entry) } : {}) }));
  const external = cluster.objects('', 'Service').filter(hasExternal).flatMap((entry) => list(entry.spec.externalIPs).flatMap((address, i) => of(
    entry, ['spec', 'externalIPs', i], address, `${where} ${entry.toString()}`, `an external address of ${entry.toString()}`, { ports: ports(entry) })));
  return [...requested, ...external];
}

function hasExternal({ spec }: Entry): boolean {
  return list(spec.externalIPs).length > 0;
}

/** A router is one thing, however many speak to it. */
function routers(cluster: ClusterModel): readonly Owner[] {
  return bgpPeers(cluster).flatMap(({ entry, path, address, speaker }) => of(entry, [...path, speaker === 'Calico' ? 'peerIP' : 'peerAddress'], address, 'router', `the BGP neighbour of ${entry.toString()}`));
}

function nodes(cluster: ClusterModel): readonly Owner[] {
  const neighbours = new Set(bgpPeers(cluster).map(({ address }) => address));
  return cluster.objects('', 'Node').flatMap((entry) => list(record(entry.object.status).addresses).map(record).flatMap(({ type, address }, i) => {
    if (type !== 'InternalIP' && type !== 'ExternalIP') return [];
    // Calico's route reflectors are nodes: a neighbour may be one.
    return of(entry, ['status', 'addresses', i, 'address'], address, neighbours.has(String(address)) ? 'router' : `node ${entry.name}`, `an address of ${entry.toString()}`);
  }));
}
