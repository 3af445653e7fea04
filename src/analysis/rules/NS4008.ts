import { calicoObjects } from '../model/bgp';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS4008',
  class: 'breaks',
  title: 'Calico has neither its mesh of nodes nor a BGP peer',
  sees: 'a default BGPConfiguration of Calico with nodeToNodeMeshEnabled false, no BGPPeer, and pools whose routes travel by BGP (no VXLAN).',
  why: 'No node learns where the pods of the others are: all traffic between pods of different nodes is lost.',
  fix: 'declare the BGPPeer of the route reflectors or routers first, or leave the mesh on',
  covers: ['R2'],
  docs: ['https://docs.tigera.io/calico/latest/networking/configuring/bgp'],
  subjects: ['projectcalico.org/BGPConfiguration', 'crd.projectcalico.org/BGPConfiguration'],
  failing: {
    documents: `
apiVersion: projectcalico.org/v3
kind: BGPConfiguration
metadata: { name: default }
spec: { nodeToNodeMeshEnabled: false, asNumber: 64512 }
---
apiVersion: projectcalico.org/v3
kind: IPPool
metadata: { name: pods }
spec: { cidr: 10.128.0.0/16, ipipMode: Never, vxlanMode: Never, natOutgoing: true }
`,
    says: 'The mesh between nodes is off and there is no BGPPeer, so the routes of pool pods (10.128.0.0/16) reach no other node',
    field: 'spec.nodeToNodeMeshEnabled',
  },
  passing: {
    documents: `
apiVersion: projectcalico.org/v3
kind: BGPConfiguration
metadata: { name: default }
spec: { nodeToNodeMeshEnabled: false, asNumber: 64512 }
---
apiVersion: projectcalico.org/v3
kind: IPPool
metadata: { name: pods }
spec: { cidr: 10.128.0.0/16, ipipMode: Never, vxlanMode: Always, natOutgoing: true }
`,
  },
  check(cluster, report) {
    if (cluster.open || cluster.has('projectcalico.org', 'BGPPeer') || cluster.has('crd.projectcalico.org', 'BGPPeer')) return;
    const configuration = calicoObjects(cluster, 'BGPConfiguration').find(({ name }) => name === 'default');
    if (configuration?.spec.nodeToNodeMeshEnabled !== false) return;
    // Felix programs the routes of IPIP pools itself when the cluster's routes are its own (programClusterRoutes).
    if (configuration.spec.programClusterRoutes === 'Disabled') return;
    const pool = calicoObjects(cluster, 'IPPool').find(({ spec: { vxlanMode, disabled, disableBGPExport, assignmentMode } }) =>
      (vxlanMode === undefined || vxlanMode === 'Never' || vxlanMode === '') && disabled !== true && disableBGPExport !== true && assignmentMode !== 'Manual');
    if (!pool) return;
    report(configuration, ['spec', 'nodeToNodeMeshEnabled'], {
      message: `The mesh between nodes is off and there is no BGPPeer, so the routes of pool ${pool.name} (${String(pool.spec.cidr)}) reach no other node`, decidedBy: [pool],
    });
  },
};
