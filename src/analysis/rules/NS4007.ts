import { bgpPeers } from '../model/bgp';
import { hasNode } from '../model/nodes';
import type { Entry } from '../model/entry';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS4007',
  class: 'breaks',
  title: 'A BGP configuration selects no node',
  sees: 'node selectors of BGP peers of Cilium, Calico and MetalLB, where the documents have the Node objects.',
  why: 'No node opens the session, and none of its routes is announced.',
  fix: 'select labels that nodes have',
  covers: ['R2'],
  docs: ['https://docs.cilium.io/en/stable/network/bgp-control-plane/bgp-control-plane-troubleshooting/'],
  subjects: ['/Node'],
  failing: {
    documents: `
apiVersion: v1
kind: Node
metadata: { name: n1, labels: { bgp: "true" } }
---
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: { name: rack }
spec:
  nodeSelector: { matchLabels: { bgp-peer: "true" } }
  bgpInstances: [{ name: main, localASN: 64512, peers: [{ name: tor, peerASN: 64513, peerAddress: 10.47.1.1 }] }]
`,
    says: 'No Node has what this selector asks for (bgp-peer=true)',
    field: 'spec.nodeSelector',
  },
  passing: {
    documents: `
apiVersion: v1
kind: Node
metadata: { name: n1, labels: { bgp: "true" } }
---
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: { name: rack }
spec:
  nodeSelector: { matchLabels: { kubernetes.io/hostname: n1 } }
  bgpInstances: [{ name: main, localASN: 64512, peers: [{ name: tor, peerASN: 64513, peerAddress: 10.47.1.1 }] }]
`,
  },
  check(cluster, report) {
    const said = new Set<Entry>();
    for (const { entry, nodes } of bgpPeers(cluster)) {
      if (said.has(entry) || hasNode(cluster, nodes) !== false) continue;
      said.add(entry);
      const asked = (nodes ?? []).map((requirements) => requirements.map(({ key, operator, values }) => (operator === 'In' ? `${key}=${values.join('|')}` : `${key} ${operator}`)).join(', ')).join('; ');
      report(entry, ['spec', ['nodeSelector', 'nodeSelectors', 'node'].find((field) => field in entry.spec) ?? 'nodeSelector'], {
        message: `No Node has what this selector asks for (${asked})`,
      });
    }
  },
};
