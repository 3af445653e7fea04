import { bgpPeers, nodesOf } from '../model/bgp';
import type { Entry } from '../model/entry';
import type { NodeClaim } from '../model/nodes';
import { overlappingClaims } from '../model/nodes';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS4002',
  class: 'breaks',
  title: 'Two BGP configurations of Cilium claim the same nodes',
  sees: 'CiliumBGPClusterConfigs and CiliumBGPPeeringPolicies whose node selectors evidently meet the same nodes.',
  why: 'A node takes one of them: a second CiliumBGPClusterConfig is refused for these nodes (condition ConflictingClusterConfig), a second CiliumBGPPeeringPolicy resets their sessions, '
    + 'and a CiliumBGPPeeringPolicy beside a CiliumBGPClusterConfig displaces it. The routes of the other one are lost.',
  fix: 'merge them into one, or select different nodes',
  covers: ['R2'],
  docs: ['https://docs.cilium.io/en/stable/network/bgp-control-plane/bgp-control-plane-troubleshooting/'],
  subjects: ['cilium.io/CiliumBGPClusterConfig', 'cilium.io/CiliumBGPPeeringPolicy'],
  failing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: { name: pods }
spec:
  nodeSelector: { matchLabels: { bgp-peer: "true" } }
  bgpInstances: [{ name: main, localASN: 64512, peers: [] }]
---
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: { name: services }
spec:
  nodeSelector: { matchLabels: { bgp-peer: "true", zone: a } }
  bgpInstances: [{ name: main, localASN: 64600, peers: [] }]
`,
    says: 'CiliumBGPClusterConfig pods selects nodes of this one, too',
    field: 'spec.nodeSelector',
  },
  passing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: { name: rack-a }
spec:
  nodeSelector: { matchLabels: { rack: a } }
  bgpInstances: [{ name: main, localASN: 64512, peers: [] }]
---
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: { name: rack-b }
spec:
  nodeSelector: { matchLabels: { rack: b } }
  bgpInstances: [{ name: main, localASN: 64600, peers: [] }]
`,
  },
  check(cluster, report) {
    const claims = ['CiliumBGPClusterConfig', 'CiliumBGPPeeringPolicy'].flatMap((kind) => cluster.objects('cilium.io', kind))
      .map((entry): NodeClaim<Entry> => ({ of: entry, nodes: nodesOf(entry.spec.nodeSelector) }));
    const peers = bgpPeers(cluster);
    for (const [first, second] of overlappingClaims(claims)) {
      const drift = driftOf(peers.filter(({ entry }) => entry === first), peers.filter(({ entry }) => entry === second));
      report(second, 'nodeSelector' in second.spec ? ['spec', 'nodeSelector'] : ['spec'], {
        message: `${first.toString()} selects nodes of this one, too, and a node takes only one of them${drift}`, decidedBy: [first],
      });
    }
  },
};

/** Where two declarations of one neighbour do not say the same. */
function driftOf(a: ReturnType<typeof bgpPeers>, b: ReturnType<typeof bgpPeers>): string {
  for (const one of a) {
    for (const other of b) {
      if (one.address === undefined || one.address !== other.address) continue;
      if (one.localAsn !== other.localAsn) return `; neighbour ${one.address} sees AS ${String(one.localAsn)} by one and AS ${String(other.localAsn)} by the other`;
      if (one.peerAsn !== other.peerAsn) return `; neighbour ${one.address} is AS ${String(one.peerAsn)} in one and AS ${String(other.peerAsn)} in the other`;
    }
  }
  return '';
}
