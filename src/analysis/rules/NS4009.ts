import { meetsServiceSelector } from '../model/bgp';
import type { Fields } from '../model/fields';
import { list, record } from '../model/fields';
import { mayBeMadeWith } from '../model/load-balancers';
import { requirementsOf } from '../model/selector';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS4009',
  class: 'risk',
  title: 'A BGP advertisement selects no Service',
  sees: 'entries of CiliumBGPAdvertisements for Services: without a selector, or with one that no Service meets that has the addresses to announce. Services that controllers make are thought of.',
  why: 'Nothing is announced: the addresses of the Services it was meant for are not reachable from outside.',
  fix: 'select labels that the Services have',
  covers: ['R2'],
  docs: ['https://docs.cilium.io/en/stable/network/bgp-control-plane/bgp-control-plane-configuration/'],
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
metadata: { name: front, namespace: edge, labels: { lb-bgp-exposed: "true" } }
spec: { type: LoadBalancer, ports: [{ port: 443 }] }
`,
    says: 'No Service with LoadBalancerIP addresses has the labels lb-bgp-expose=true',
    field: 'spec.advertisements[0].selector',
  },
  passing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumBGPAdvertisement
metadata: { name: services, labels: { advertise: bgp } }
spec:
  advertisements:
    - advertisementType: Service
      service: { addresses: [LoadBalancerIP] }
      selector: { matchExpressions: [{ key: somekey, operator: NotIn, values: [never-used-value] }] }
---
apiVersion: v1
kind: Service
metadata: { name: front, namespace: edge }
spec: { type: LoadBalancer, ports: [{ port: 443 }] }
`,
  },
  check(cluster, report) {
    if (cluster.open || cluster.entries.some((entry) => entry.kind === 'Service' && entry.group === '' && !entry.sound)) return;
    for (const entry of cluster.objects('cilium.io', 'CiliumBGPAdvertisement')) {
      list(entry.spec.advertisements).forEach((advertisement: Fields, i) => {
        if (advertisement.advertisementType !== 'Service') return;
        const path = ['spec', 'advertisements', i];
        if (advertisement.selector === undefined) {
          report(entry, path, { message: 'An advertisement of Services without a selector announces none of them', fix: 'add a selector' });
          return;
        }
        const requirements = requirementsOf(advertisement.selector);
        const addresses = list(record(advertisement.service).addresses).map(String);
        if (!requirements || mayBeMadeWith(cluster, requirements)) return;
        if (cluster.objects('', 'Service').some((service) => meetsServiceSelector(service, requirements) && addresses.some((kind) => has(kind, service.spec)))) return;
        const labels = requirements.map(({ key, operator, values }) => (operator === 'In' ? `${key}=${values.join(' or ')}` : `${key} ${operator}`)).join(', ');
        report(entry, [...path, 'selector'], { message: `No Service with ${addresses.join(' or ')} addresses has the labels ${labels}, so nothing is announced` });
      });
    }
  },
};

function has(kind: string, spec: Fields): boolean {
  switch (kind) {
    case 'LoadBalancerIP': return spec.type === 'LoadBalancer' && (spec.loadBalancerClass === undefined || spec.loadBalancerClass === 'io.cilium/bgp-control-plane');
    case 'ExternalIP': return list(spec.externalIPs).length > 0;
    default: return spec.clusterIP !== 'None' && spec.type !== 'ExternalName';
  }
}
