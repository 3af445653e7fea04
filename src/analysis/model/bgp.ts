// Who speaks BGP: the peers that Cilium, Calico and MetalLB are told to talk to, in one form, and what Cilium announces to whom.
import type { FieldPath } from '../documents/document';
import { calicoRequirements, parseCalicoSelector } from './calico-selector';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import type { NodeSet } from './nodes';
import { ALL_NODES } from './nodes';
import type { Requirement } from './selector';
import { LabelIndex, matches, requirementsOf } from './selector';

export type BgpSpeaker = 'Cilium' | 'Calico' | 'MetalLB';

/** One neighbour that nodes are told to talk to. */
export interface BgpPeer {
  readonly speaker: BgpSpeaker;
  readonly entry: Entry;
  /** Of the peer in its object. */
  readonly path: FieldPath;
  readonly address?: string;
  /** Absent when any number is taken, or when it is not said here. */
  readonly peerAsn?: number;
  readonly localAsn?: number;
  readonly nodes: NodeSet;
  /** The CiliumBGPPeerConfig that the peer names. */
  readonly config?: string;
}

/** Calico's kinds, in the group that the API server of Calico serves and in the one of its CRDs. */
export function calicoObjects(cluster: ClusterModel, kind: string): readonly Entry[] {
  const served = cluster.objects('projectcalico.org', kind);
  const stored = cluster.objects('crd.projectcalico.org', kind);
  return stored.length === 0 ? served : served.length === 0 ? stored : [...served, ...stored];
}

/** Every BGP peer of a cluster. */
export function bgpPeers(cluster: ClusterModel): readonly BgpPeer[] {
  return [...ciliumPeers(cluster), ...oldCiliumPeers(cluster), ...calicoPeers(cluster), ...metalLbPeers(cluster)];
}

function ciliumPeers(cluster: ClusterModel): BgpPeer[] {
  return cluster.objects('cilium.io', 'CiliumBGPClusterConfig').flatMap((entry) => {
    const nodes = nodesOf(entry.spec.nodeSelector);
    return list(entry.spec.bgpInstances).flatMap((instance: Fields, i) => list(instance.peers).map((peer: Fields, j): BgpPeer => peerOf({
      speaker: 'Cilium', entry, nodes, path: ['spec', 'bgpInstances', i, 'peers', j],
      address: peer.peerAddress, peerAsn: peer.peerASN, localAsn: instance.localASN, config: record(peer.peerConfigRef).name,
    })));
  });
}

function oldCiliumPeers(cluster: ClusterModel): BgpPeer[] {
  return cluster.objects('cilium.io', 'CiliumBGPPeeringPolicy').flatMap((entry) => {
    const nodes = nodesOf(entry.spec.nodeSelector);
    return list(entry.spec.virtualRouters).flatMap((router: Fields, i) => list(router.neighbors).map((peer: Fields, j): BgpPeer => peerOf({
      speaker: 'Cilium', entry, nodes, path: ['spec', 'virtualRouters', i, 'neighbors', j],
      address: text(peer.peerAddress)?.replace(/\/\d+$/, ''), peerAsn: peer.peerASN, localAsn: router.localASN,
    })));
  });
}

function calicoPeers(cluster: ClusterModel): BgpPeer[] {
  const own = calicoObjects(cluster, 'BGPConfiguration').find(({ name }) => name === 'default')?.spec.asNumber as unknown;
  return calicoObjects(cluster, 'BGPPeer').map((entry): BgpPeer => {
    const { node, nodeSelector, peerIP, asNumber, localASNumber } = entry.spec;
    const selector = text(nodeSelector) === undefined ? undefined : parseCalicoSelector(nodeSelector as string);
    return peerOf({
      speaker: 'Calico', entry, path: ['spec'],
      nodes: text(node) !== undefined ? [[hostname(node as string)]] : text(nodeSelector) === undefined ? ALL_NODES : selector && alternative(calicoRequirements(selector)),
      // A port may stand behind the address: 192.0.2.1:8179, [2001:db8::1]:8179.
      address: text(peerIP)?.replace(/^\[(.*)\](?::\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1'), peerAsn: asNumber, localAsn: localASNumber ?? own,
    });
  });
}

function metalLbPeers(cluster: ClusterModel): BgpPeer[] {
  return cluster.objects('metallb.io', 'BGPPeer').map((entry): BgpPeer => {
    const selectors = list(entry.spec.nodeSelectors).map(requirementsOf);
    return peerOf({
      speaker: 'MetalLB', entry, path: ['spec'],
      nodes: selectors.length === 0 ? ALL_NODES : selectors.every((one) => one !== undefined) ? selectors : undefined,
      address: entry.spec.peerAddress, peerAsn: entry.spec.peerASN, localAsn: entry.spec.myASN,
    });
  });
}

function peerOf({ speaker, entry, path, nodes, ...said }: {
  readonly speaker: BgpSpeaker; readonly entry: Entry; readonly path: FieldPath; readonly nodes: NodeSet;
  readonly address?: unknown; readonly peerAsn?: unknown; readonly localAsn?: unknown; readonly config?: unknown;
}): BgpPeer {
  const address = text(said.address)?.trim().toLowerCase();
  const config = text(said.config);
  return {
    speaker, entry, path, nodes,
    ...(address === undefined ? {} : { address }), ...(config === undefined ? {} : { config }),
    ...(isAsn(said.peerAsn) ? { peerAsn: said.peerAsn } : {}), ...(isAsn(said.localAsn) ? { localAsn: said.localAsn } : {}),
  };
}

function isAsn(value: unknown): value is number {
  return typeof value === 'number' && value > 0;
}

function hostname(value: string): Requirement {
  return { key: 'kubernetes.io/hostname', operator: 'In', values: [value] };
}

/** The nodes of a LabelSelector; none or an empty one is all nodes. */
export function nodesOf(selector: Fields): NodeSet {
  return selector === undefined || selector === null ? ALL_NODES : alternative(requirementsOf(selector));
}

function alternative(requirements: readonly Requirement[] | undefined): NodeSet {
  return requirements && [requirements];
}

/** A family of a CiliumBGPPeerConfig with the advertisements that its selector takes. */
export interface BgpFamily {
  readonly config: Entry;
  readonly path: FieldPath;
  readonly afi: string;
  /** Undefined: the family has no selector, and so takes none. */
  readonly selector: readonly Requirement[] | undefined;
  readonly taken: readonly Entry[];
}

/** What each CiliumBGPPeerConfig announces, by its name. */
export function bgpFamilies(cluster: ClusterModel): ReadonlyMap<string, readonly BgpFamily[]> {
  const adverts = new LabelIndex(cluster.objects('cilium.io', 'CiliumBGPAdvertisement').map((entry) => ({ entry, labels: entry.labels })));
  return new Map(cluster.objects('cilium.io', 'CiliumBGPPeerConfig').map((config) => [config.name, list(config.spec.families).map((family: Fields, i): BgpFamily => {
    const selector = family.advertisements === undefined ? undefined : requirementsOf(family.advertisements);
    return {
      config, path: ['spec', 'families', i], afi: String(family.afi), selector,
      taken: selector === undefined ? [] : adverts.select(selector).map(({ entry }) => entry),
    };
  })]));
}

/** The labels that selectors of advertisements and pools see of a Service: its own, and its name and namespace. */
export function meetsServiceSelector(service: Entry, requirements: readonly Requirement[]): boolean {
  return matches({
    ...service.labels, 'io.kubernetes.service.name': service.name, 'io.kubernetes.service.namespace': service.namespace,
  }, requirements);
}
