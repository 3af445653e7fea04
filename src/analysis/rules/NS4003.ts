import { bgpPeers } from '../model/bgp';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS4003',
  class: 'practice',
  title: 'A hop limit for eBGP stands on sessions inside one AS',
  sees: 'CiliumBGPPeerConfigs with ebgpMultihop above 1 all of whose peers are in the AS of the nodes.',
  why: 'The limit holds for sessions between autonomous systems only. Either it does nothing, or one of the two AS numbers is wrong and the session is refused with "bad peer AS".',
  fix: 'correct the AS numbers, or leave ebgpMultihop out',
  covers: ['R2'],
  docs: ['https://docs.cilium.io/en/stable/network/bgp-control-plane/bgp-control-plane-configuration/'],
  subjects: ['cilium.io/CiliumBGPPeerConfig', 'cilium.io/CiliumBGPPeeringPolicy'],
  failing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: { name: rack }
spec:
  bgpInstances:
    - { name: main, localASN: 64512, peers: [{ name: tor, peerASN: 64512, peerAddress: 10.47.1.1, peerConfigRef: { name: tor } }] }
---
apiVersion: cilium.io/v2
kind: CiliumBGPPeerConfig
metadata: { name: tor }
spec: { ebgpMultihop: 4 }
`,
    says: 'ebgpMultihop 4 does nothing: every peer of this configuration is in AS 64512 as the nodes are',
    field: 'spec.ebgpMultihop',
  },
  passing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: { name: rack }
spec:
  bgpInstances:
    - name: main
      localASN: 64512
      peers:
        - { name: tor, peerASN: 64513, peerAddress: 10.47.1.1, peerConfigRef: { name: tor } }
        - { name: reflector, peerASN: 64512, peerAddress: 10.47.1.2, peerConfigRef: { name: tor } }
---
apiVersion: cilium.io/v2
kind: CiliumBGPPeerConfig
metadata: { name: tor }
spec: { ebgpMultihop: 4 }
`,
  },
  check(cluster, report) {
    const peers = bgpPeers(cluster);
    for (const config of cluster.objects('cilium.io', 'CiliumBGPPeerConfig')) {
      const hops = config.spec.ebgpMultihop as unknown;
      const own = peers.filter((peer) => peer.config === config.name);
      const asn = own[0]?.localAsn;
      if (typeof hops !== 'number' || hops <= 1 || asn === undefined || !own.every((peer) => peer.localAsn === asn && peer.peerAsn === asn)) continue;
      report(config, ['spec', 'ebgpMultihop'], {
        message: `ebgpMultihop ${hops} does nothing: every peer of this configuration is in AS ${asn} as the nodes are`, decidedBy: [own[0]!.entry],
      });
    }
    for (const { entry, path, localAsn, peerAsn } of peers) {
      if (entry.kind !== 'CiliumBGPPeeringPolicy' || localAsn === undefined || localAsn !== peerAsn) continue;
      const { eBGPMultihopTTL: hops } = path.reduce<Record<string | number, unknown>>((value, part) => value[part] as Record<string | number, unknown>, entry.object);
      if (typeof hops !== 'number' || hops <= 1) continue;
      report(entry, [...path, 'eBGPMultihopTTL'], { message: `eBGPMultihopTTL ${hops} does nothing: this peer is in AS ${localAsn} as the nodes are` });
    }
  },
};
