import type { Entry } from '../model/entry';
import { bgpFamilies, bgpPeers } from '../model/bgp';
import type { Requirement } from '../model/selector';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS4000',
  class: 'breaks',
  title: 'A BGP peer is told no routes',
  sees: 'address families of CiliumBGPPeerConfigs in use whose advertisement selector meets no CiliumBGPAdvertisement, and peers for which nothing at all is selected.',
  why: 'The session comes up and stays up, and Cilium announces nothing: the routers lose the routes to pods and load balancer addresses, and nothing says so.',
  fix: 'give the CiliumBGPAdvertisement the labels that the family selects',
  covers: ['R2'],
  docs: ['https://docs.cilium.io/en/stable/network/bgp-control-plane/bgp-control-plane-configuration/'],
  subjects: ['cilium.io/CiliumBGPClusterConfig'],
  failing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: { name: rack }
spec:
  nodeSelector: { matchLabels: { bgp-peer: "true" } }
  bgpInstances:
    - { name: main, localASN: 64512, peers: [{ name: tor, peerASN: 64513, peerAddress: 10.47.1.1, peerConfigRef: { name: tor } }] }
---
apiVersion: cilium.io/v2
kind: CiliumBGPPeerConfig
metadata: { name: tor }
spec:
  families: [{ afi: ipv4, safi: unicast, advertisements: { matchLabels: { advertise: bgp } } }]
---
apiVersion: cilium.io/v2
kind: CiliumBGPAdvertisement
metadata: { name: pods, labels: { advertise: pods } }
spec: { advertisements: [{ advertisementType: PodCIDR }] }
`,
    says: 'No CiliumBGPAdvertisement has the labels advertise=bgp, so peer tor is told no ipv4 routes',
    field: 'spec.families[0].advertisements',
  },
  passing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: { name: rack }
spec:
  nodeSelector: { matchLabels: { bgp-peer: "true" } }
  bgpInstances:
    - { name: main, localASN: 64512, peers: [{ name: tor, peerASN: 64513, peerAddress: 10.47.1.1, peerConfigRef: { name: tor } }] }
---
apiVersion: cilium.io/v2
kind: CiliumBGPPeerConfig
metadata: { name: tor }
spec:
  families: [{ afi: ipv4, safi: unicast, advertisements: { matchLabels: { advertise: bgp } } }]
---
apiVersion: cilium.io/v2
kind: CiliumBGPAdvertisement
metadata: { name: pods, labels: { advertise: bgp, team: network } }
spec: { advertisements: [{ advertisementType: PodCIDR }] }
`,
  },
  check(cluster, report) {
    if (cluster.open || cluster.entries.some((entry) => entry.kind.startsWith('CiliumBGP') && !entry.sound)) return;
    const families = bgpFamilies(cluster);
    const said = new Set<Entry>();
    for (const { entry, path, config } of bgpPeers(cluster)) {
      if (entry.kind !== 'CiliumBGPClusterConfig') continue;
      const peer = peerName(entry, path);
      if (config === undefined) {
        report(entry, path, {
          message: `Peer ${peer} names no CiliumBGPPeerConfig, so it has the default families, which announce nothing`,
          fix: 'add a peerConfigRef to a CiliumBGPPeerConfig whose families select an advertisement',
        });
        continue;
      }
      const taken = families.get(config);
      if (!taken || cluster.isExternal('cilium.io', 'CiliumBGPPeerConfig', '', config)) continue;
      const empty = taken.filter((family) => family.selector !== undefined && family.taken.length === 0);
      for (const family of empty) {
        report(family.config, [...family.path, 'advertisements'], {
          message: `No CiliumBGPAdvertisement has ${wordsOf(family.selector!)}, so peer ${peer} is told no ${family.afi} routes`, decidedBy: [entry],
        });
      }
      const own = cluster.find('cilium.io', 'CiliumBGPPeerConfig', '', config);
      if (empty.length > 0 || taken.some((family) => family.taken.length > 0) || !own || said.has(own)) continue;
      said.add(own);
      report(own, taken.length === 0 ? ['spec'] : ['spec', 'families'], {
        message: `No family selects an advertisement, so peer ${peer} is told no routes`, decidedBy: [entry],
        fix: 'add `advertisements` with the labels of a CiliumBGPAdvertisement to a family',
      });
    }
  },
};

function peerName(entry: Entry, path: readonly (string | number)[]): string {
  const peer = path.reduce<unknown>((value, part) => (value as Record<string | number, unknown>)[part], entry.object) as { readonly name?: unknown };
  return String(peer.name);
}

function wordsOf(requirements: readonly Requirement[]): string {
  return `the labels ${requirements.map(({ key, operator, values }) => (operator === 'In' ? `${key}=${values.join(' or ')}` : `${key} ${operator} ${values.join(', ')}`.trim())).join(', ')}`;
}
