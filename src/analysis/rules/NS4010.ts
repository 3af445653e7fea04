import { meetsServiceSelector } from '../model/bgp';
import type { Fields } from '../model/fields';
import { list, record, text } from '../model/fields';
import { requirementsOf } from '../model/selector';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS4010',
  class: 'risk',
  title: 'Load balancer addresses are announced and nobody gives them out',
  sees: 'Services of type LoadBalancer that a CiliumBGPAdvertisement announces by their LoadBalancerIP, in a cluster without any CiliumLoadBalancerIPPool or MetalLB IPAddressPool.',
  why: 'The Service stays without an address (<pending>), and BGP has nothing to announce.',
  fix: 'declare a CiliumLoadBalancerIPPool with the block that the routers expect',
  covers: ['R2'],
  docs: ['https://docs.cilium.io/en/stable/network/lb-ipam/'],
  subjects: ['cilium.io/CiliumBGPAdvertisement'],
  failing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumBGPAdvertisement
metadata: { name: services, labels: { advertise: bgp } }
spec:
  advertisements: [{ advertisementType: Service, service: { addresses: [LoadBalancerIP] }, selector: { matchLabels: { lb-bgp-expose: "true" } } }]
---
apiVersion: v1
kind: Service
metadata: { name: front, namespace: edge, labels: { lb-bgp-expose: "true" } }
spec: { type: LoadBalancer, ports: [{ port: 443 }] }
`,
    says: 'No pool gives Service edge/front the address that BGP is to announce',
    field: 'spec.advertisements[0].service.addresses',
  },
  passing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumBGPAdvertisement
metadata: { name: services, labels: { advertise: bgp } }
spec:
  advertisements: [{ advertisementType: Service, service: { addresses: [LoadBalancerIP] }, selector: { matchLabels: { lb-bgp-expose: "true" } } }]
---
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: { name: public }
spec: { blocks: [{ cidr: 10.47.64.0/24 }] }
---
apiVersion: v1
kind: Service
metadata: { name: front, namespace: edge, labels: { lb-bgp-expose: "true" } }
spec: { type: LoadBalancer, ports: [{ port: 443 }] }
`,
  },
  check(cluster, report) {
    if (cluster.open || cluster.has('cilium.io', 'CiliumLoadBalancerIPPool') || cluster.has('metallb.io', 'IPAddressPool')) return;
    // Other systems that give out addresses show by their annotations or by a class of their own.
    const services = cluster.objects('', 'Service').filter(({ spec, annotations }) => spec.type === 'LoadBalancer' && Object.keys(annotations).length === 0
      && (spec.loadBalancerClass === undefined || spec.loadBalancerClass === 'io.cilium/bgp-control-plane') && text(spec.loadBalancerIP) === undefined);
    for (const entry of cluster.objects('cilium.io', 'CiliumBGPAdvertisement')) {
      list(entry.spec.advertisements).forEach((advertisement: Fields, i) => {
        if (advertisement.advertisementType !== 'Service' || !list(record(advertisement.service).addresses).includes('LoadBalancerIP') || advertisement.selector === undefined) return;
        const requirements = requirementsOf(advertisement.selector);
        const service = requirements && services.find((one) => meetsServiceSelector(one, requirements));
        if (!service) return;
        report(entry, ['spec', 'advertisements', i, 'service', 'addresses'], { message: `No pool gives ${service.toString()} the address that BGP is to announce`, decidedBy: [service] });
      });
    }
  },
};
