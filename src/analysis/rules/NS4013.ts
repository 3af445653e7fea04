import { ciliumPoolServes, metalLbPoolServes } from '../model/load-balancers';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS4013',
  class: 'risk',
  title: 'Cilium and MetalLB both give an address to one Service',
  sees: 'Services of type LoadBalancer without a class that a CiliumLoadBalancerIPPool and a MetalLB IPAddressPool both serve. Where any Service names a class, the two are taken to be kept apart by it.',
  why: 'Both controllers write the status of the Service: its address changes to and fro, or is announced by one and answered by the other.',
  fix: 'keep one of the two, or set loadBalancerClass and have each serve its own class',
  covers: ['R22'],
  docs: ['https://docs.cilium.io/en/stable/network/lb-ipam/', 'https://metallb.universe.tf/installation/'],
  subjects: ['metallb.io/IPAddressPool'],
  failing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: { name: public }
spec: { blocks: [{ cidr: 10.47.64.0/24 }] }
---
apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata: { name: public, namespace: metallb-system }
spec: { addresses: [10.47.65.0/24] }
---
apiVersion: metallb.io/v1beta1
kind: BGPAdvertisement
metadata: { name: public, namespace: metallb-system }
---
apiVersion: v1
kind: Service
metadata: { name: front, namespace: edge }
spec: { type: LoadBalancer, ports: [{ port: 443 }] }
`,
    says: 'CiliumLoadBalancerIPPool public and IPAddressPool metallb-system/public both give this Service an address',
    field: 'spec.type',
  },
  passing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: { name: public }
spec: { blocks: [{ cidr: 10.47.64.0/24 }], serviceSelector: { matchLabels: { lb: cilium } } }
---
apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata: { name: public, namespace: metallb-system }
spec: { addresses: [10.47.65.0/24] }
---
apiVersion: metallb.io/v1beta1
kind: BGPAdvertisement
metadata: { name: public, namespace: metallb-system }
---
apiVersion: v1
kind: Service
metadata: { name: front, namespace: edge }
spec: { type: LoadBalancer, ports: [{ port: 443 }] }
`,
  },
  check(cluster, report) {
    const [cilium, metalLb] = [cluster.objects('cilium.io', 'CiliumLoadBalancerIPPool'), cluster.objects('metallb.io', 'IPAddressPool')];
    if (cilium.length === 0 || metalLb.length === 0) return;
    const services = cluster.objects('', 'Service').filter(({ spec }) => spec.type === 'LoadBalancer');
    if (services.some(({ spec }) => spec.loadBalancerClass !== undefined)) return;
    for (const service of services) {
      const [one, other] = [cilium.find((pool) => ciliumPoolServes(pool, service)), metalLb.find((pool) => metalLbPoolServes(cluster, pool, service))];
      if (one && other) report(service, ['spec', 'type'], { message: `${one.toString()} and ${other.toString()} both give this Service an address`, decidedBy: [one, other] });
    }
  },
};
