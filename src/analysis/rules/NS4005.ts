import type { BgpPeer, BgpSpeaker } from '../model/bgp';
import { bgpPeers } from '../model/bgp';
import { nodesOverlap } from '../model/nodes';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS4005',
  class: 'practice',
  title: 'BGP is declared in two systems for the same nodes',
  sees: 'peers of two of Cilium, Calico and MetalLB on nodes that evidently are the same, to different neighbours.',
  why: 'Two speakers on one node announce routes that nobody compares: after a change in one of them the two drift apart, and routes between nodes are lost.',
  fix: 'keep BGP in one system, or let their node selectors exclude each other',
  covers: ['R2', 'R22'],
  docs: ['https://metallb.universe.tf/configuration/calico/'],
  subjects: ['cilium.io/CiliumBGPClusterConfig', 'cilium.io/CiliumBGPPeeringPolicy', 'metallb.io/BGPPeer', 'projectcalico.org/BGPPeer', 'crd.projectcalico.org/BGPPeer'],
  failing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: { name: rack }
spec:
  bgpInstances: [{ name: main, localASN: 64512, peers: [{ name: tor, peerASN: 64513, peerAddress: 10.47.1.1 }] }]
---
apiVersion: metallb.io/v1beta2
kind: BGPPeer
metadata: { name: spine, namespace: metallb-system }
spec: { myASN: 64512, peerASN: 64514, peerAddress: 10.47.2.1 }
`,
    says: 'MetalLB and Cilium both speak BGP on the nodes of this peer',
    field: 'spec',
  },
  passing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: { name: rack }
spec:
  nodeSelector: { matchLabels: { role: edge } }
  bgpInstances: [{ name: main, localASN: 64512, peers: [{ name: tor, peerASN: 64513, peerAddress: 10.47.1.1 }] }]
---
apiVersion: metallb.io/v1beta2
kind: BGPPeer
metadata: { name: spine, namespace: metallb-system }
spec:
  myASN: 64512
  peerASN: 64514
  peerAddress: 10.47.2.1
  nodeSelectors: [{ matchExpressions: [{ key: role, operator: NotIn, values: [edge] }] }]
`,
  },
  check(cluster, report) {
    const first = new Map<BgpSpeaker, BgpPeer[]>();
    for (const peer of bgpPeers(cluster)) {
      for (const [speaker, others] of first) {
        const other = speaker === peer.speaker ? undefined : others.find((one) => nodesOverlap(one.nodes, peer.nodes) === true);
        // The same neighbour is worse, and another rule's (NS4004).
        if (!other || other.address === peer.address) continue;
        report(peer.entry, peer.path, { message: `${peer.speaker} and ${speaker} both speak BGP on the nodes of this peer`, decidedBy: [other.entry] });
        break;
      }
      const known = first.get(peer.speaker);
      if (!known) first.set(peer.speaker, [peer]);
      else if (known.length < 64) known.push(peer);
    }
  },
};
