import { poolRanges } from '../model/load-balancers';
import { overlappingPairs } from '../model/ranges';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS4011',
  class: 'breaks',
  title: 'Two pools give out the same addresses',
  sees: 'ranges of CiliumLoadBalancerIPPools and MetalLB IPAddressPools that overlap, within a pool and between pools.',
  why: 'Cilium marks the newer pool as conflicting and gives out nothing of it; MetalLB refuses the configuration; two systems give one address to two Services.',
  fix: 'give every pool a range of its own',
  covers: ['R22', 'R111'],
  docs: ['https://docs.cilium.io/en/stable/network/lb-ipam/', 'https://metallb.universe.tf/configuration/'],
  subjects: ['cilium.io/CiliumLoadBalancerIPPool', 'metallb.io/IPAddressPool'],
  failing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: { name: public }
spec: { blocks: [{ cidr: 10.47.64.0/24 }] }
---
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: { name: gateway }
spec: { blocks: [{ start: 10.47.64.200, stop: 10.47.65.20 }] }
`,
    says: '10.47.64.200-10.47.65.20 overlaps 10.47.64.0/24 of CiliumLoadBalancerIPPool public',
    field: 'spec.blocks[0]',
  },
  passing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: { name: public }
spec: { blocks: [{ cidr: 10.47.64.0/24 }] }
---
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: { name: gateway }
spec: { blocks: [{ start: 10.47.65.0, stop: 10.47.65.20 }] }
`,
  },
  check(cluster, report) {
    for (const [first, second] of overlappingPairs(cluster.derive(poolRanges))) {
      const [at, other] = first.pool === second.pool || cluster.entries.indexOf(first.pool) < cluster.entries.indexOf(second.pool) ? [second, first] : [first, second];
      report(at.pool, at.path, {
        message: `${at.range.text} overlaps ${other.range.text} of ${at.pool === other.pool ? 'the same pool' : other.pool.toString()}`, decidedBy: at.pool === other.pool ? [] : [other.pool],
      });
    }
  },
};
