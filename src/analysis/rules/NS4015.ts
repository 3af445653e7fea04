import { poolRanges, requestedAddresses } from '../model/load-balancers';
import { covers } from '../model/ranges';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS4015',
  class: 'breaks',
  title: 'A Service asks for an address that no pool has',
  sees: 'addresses that Services of type LoadBalancer (and the Services that an EnvoyProxy describes) ask for by annotation or loadBalancerIP, where pools of the asked system are declared.',
  why: 'The Service gets no address at all and stays <pending>.',
  fix: 'ask for an address of a pool, or add the address to a pool',
  covers: ['R111'],
  docs: ['https://docs.cilium.io/en/stable/network/lb-ipam/'],
  subjects: ['cilium.io/CiliumLoadBalancerIPPool', 'metallb.io/IPAddressPool'],
  failing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: { name: public }
spec: { blocks: [{ cidr: 10.47.64.0/24 }] }
---
apiVersion: v1
kind: Service
metadata: { name: front, namespace: edge, annotations: { lbipam.cilium.io/ips: 10.47.46.1 } }
spec: { type: LoadBalancer, ports: [{ port: 443 }] }
`,
    says: '10.47.46.1 is in no pool of Cilium',
    field: 'metadata.annotations["lbipam.cilium.io/ips"]',
  },
  passing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: { name: public }
spec: { blocks: [{ start: 10.47.64.1, stop: 10.47.64.9 }] }
---
apiVersion: v1
kind: Service
metadata: { name: front, namespace: edge, annotations: { lbipam.cilium.io/ips: "10.47.64.1, 10.47.64.9" } }
spec: { type: LoadBalancer, ports: [{ port: 443 }] }
`,
  },
  check(cluster, report) {
    if (cluster.open) return;
    const ranges = cluster.derive(poolRanges);
    if (cluster.entries.some((entry) => (entry.kind === 'CiliumLoadBalancerIPPool' || entry.kind === 'IPAddressPool') && !entry.sound)) return;
    for (const { entry, path, system, address } of cluster.derive(requestedAddresses)) {
      const pools = ranges.filter(({ pool }) => system === 'any' || (pool.group === 'cilium.io') === (system === 'Cilium'));
      // With `loadBalancerIP` another class of load balancer may be meant, which its own pools know.
      if (pools.length === 0 || (system === 'any' && entry.spec.loadBalancerClass !== undefined) || pools.some(({ range }) => covers(range, address))) continue;
      const systems = [...new Set(pools.map(({ pool }) => (pool.group === 'cilium.io' ? 'Cilium' : 'MetalLB')))].join(' and ');
      report(entry, path, { message: `${address.text} is in no pool of ${systems}`, decidedBy: [...new Set(pools.map(({ pool }) => pool))].slice(0, 3) });
    }
  },
};
