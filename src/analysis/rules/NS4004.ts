import type { BgpPeer } from '../model/bgp';
import { bgpPeers } from '../model/bgp';
import type { ClusterModel } from '../model/cluster-model';
import { record, text } from '../model/fields';
import { nodesOverlap } from '../model/nodes';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS4004',
  class: 'breaks',
  title: 'Two BGP sessions of the same nodes go to one neighbour',
  sees: 'peers of Cilium, Calico and MetalLB with the same address and port on nodes that evidently are the same, unless they leave from an address, an interface or a VRF of their own.',
  why: 'A router keeps one session for a pair of addresses: the second one is refused or takes down the first, and the routes flap or vanish. Where the two do not even name the same AS, one of '
    + 'them can never come up.',
  fix: 'declare the neighbour once, in the system that owns BGP on these nodes',
  covers: ['R2', 'R22'],
  docs: ['https://metallb.universe.tf/configuration/calico/', 'https://docs.cilium.io/en/stable/network/bgp-control-plane/bgp-control-plane-configuration/'],
  subjects: ['cilium.io/CiliumBGPClusterConfig', 'cilium.io/CiliumBGPPeeringPolicy', 'metallb.io/BGPPeer', 'projectcalico.org/BGPPeer', 'crd.projectcalico.org/BGPPeer'],
  failing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: { name: rack }
spec:
  bgpInstances: [{ name: main, localASN: 64512, peers: [{ name: tor, peerASN: 64513, peerAddress: 10.47.1.1 }] }]
---
apiVersion: projectcalico.org/v3
kind: BGPPeer
metadata: { name: tor }
spec: { peerIP: 10.47.1.1, asNumber: 64600, nodeSelector: "bgp-peer == 'true'" }
`,
    says: 'Neighbour 10.47.1.1 is declared for Cilium (AS 64513) and for Calico (AS 64600) on the same nodes',
    field: 'spec.peerIP',
  },
  passing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: { name: rack }
spec:
  nodeSelector: { matchLabels: { bgp: cilium } }
  bgpInstances: [{ name: main, localASN: 64512, peers: [{ name: tor, peerASN: 64513, peerAddress: 10.47.1.1 }] }]
---
apiVersion: projectcalico.org/v3
kind: BGPPeer
metadata: { name: tor }
spec: { peerIP: 10.47.1.1, asNumber: 64513, nodeSelector: "bgp == 'calico'" }
`,
  },
  check(cluster, report) {
    const byNeighbour = new Map<string, BgpPeer[]>();
    for (const peer of bgpPeers(cluster)) {
      if (peer.address === undefined || leavesElsewhere(cluster, peer)) continue;
      const key = `${peer.address}\n${portOf(cluster, peer)}`;
      const known = byNeighbour.get(key);
      // A peer is held against the first ones of its neighbour only: what clashes among a thousand also clashes with one of the first.
      if (!known) byNeighbour.set(key, [peer]);
      else if (known.length < 64) known.push(peer);
    }
    for (const peers of byNeighbour.values()) {
      peers.forEach((peer, i) => {
        // Two configurations of Cilium for one node are said by NS4002; only one of them is used.
        const other = peers.slice(0, i).find((one) => nodesOverlap(one.nodes, peer.nodes) === true && !(one.speaker === 'Cilium' && peer.speaker === 'Cilium' && one.entry !== peer.entry));
        if (!other) return;
        report(peer.entry, [...peer.path, peer.speaker === 'Calico' ? 'peerIP' : 'peerAddress'], {
          message: `Neighbour ${peer.address!} is declared for ${words(other)} and for ${words(peer)} on the same nodes`, decidedBy: other.entry === peer.entry ? [] : [other.entry],
        });
      });
    }
  },
};

function words({ speaker, peerAsn, entry }: BgpPeer): string {
  return `${speaker}${peerAsn === undefined ? '' : ` (AS ${peerAsn})`}${speaker === 'Calico' || speaker === 'Cilium' ? '' : ` in ${entry.name}`}`;
}

function portOf(cluster: ClusterModel, { speaker, entry, path, config }: BgpPeer): number {
  const said: unknown = speaker === 'MetalLB' ? entry.spec.peerPort
    : config !== undefined ? record(cluster.find('cilium.io', 'CiliumBGPPeerConfig', '', config)?.spec.transport).peerPort
      : speaker === 'Calico' ? Number(/^(?:\[.*\]|[\d.]+):(\d+)$/.exec(text(entry.spec.peerIP) ?? '')?.[1] ?? 179)
        : (path.reduce<unknown>((value, part) => (value as Record<string | number, unknown>)[part], entry.object) as { readonly peerPort?: unknown }).peerPort;
  return typeof said === 'number' ? said : 179;
}

/** Whether the session leaves from an address of its own, so that it is another pair of addresses. */
function leavesElsewhere(cluster: ClusterModel, { speaker, entry, config }: BgpPeer): boolean {
  if (speaker === 'MetalLB') return [entry.spec.sourceAddress, entry.spec.vrf, entry.spec.interface].some((value) => text(value) !== undefined);
  if (speaker === 'Calico') return text(entry.spec.localWorkloadSelector) !== undefined;
  if (cluster.has('cilium.io', 'CiliumBGPNodeConfigOverride')) return true;
  return config !== undefined && text(record(cluster.find('cilium.io', 'CiliumBGPPeerConfig', '', config)?.spec.transport).sourceInterface) !== undefined;
}
