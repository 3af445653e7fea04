import { bgpFamilies } from '../model/bgp';
import type { Entry } from '../model/entry';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS4001',
  class: 'risk',
  title: 'A BGP advertisement is announced to nobody',
  sees: 'CiliumBGPAdvertisements that no address family of any CiliumBGPPeerConfig selects, where every family selects some other one.',
  why: 'Its prefixes are never announced: traffic to these pods or load balancer addresses finds no route.',
  fix: 'give it the labels that a family of the CiliumBGPPeerConfig selects, or remove it',
  covers: ['R2'],
  docs: ['https://docs.cilium.io/en/stable/network/bgp-control-plane/bgp-control-plane-configuration/'],
  subjects: ['cilium.io/CiliumBGPAdvertisement'],
  failing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumBGPPeerConfig
metadata: { name: tor }
spec:
  families: [{ afi: ipv4, safi: unicast, advertisements: { matchLabels: { advertise: bgp } } }]
---
apiVersion: cilium.io/v2
kind: CiliumBGPAdvertisement
metadata: { name: pods, labels: { advertise: bgp } }
spec: { advertisements: [{ advertisementType: PodCIDR }] }
---
apiVersion: cilium.io/v2
kind: CiliumBGPAdvertisement
metadata: { name: services, labels: { advertise: services } }
spec:
  advertisements: [{ advertisementType: Service, service: { addresses: [LoadBalancerIP] }, selector: { matchLabels: { expose: "true" } } }]
`,
    says: 'No family of a CiliumBGPPeerConfig selects the labels advertise=services',
    field: 'metadata.labels',
  },
  passing: {
    documents: `
apiVersion: cilium.io/v2
kind: CiliumBGPPeerConfig
metadata: { name: tor }
spec:
  families: [{ afi: ipv4, safi: unicast, advertisements: { matchExpressions: [{ key: advertise, operator: In, values: [pods, services] }] } }]
---
apiVersion: cilium.io/v2
kind: CiliumBGPAdvertisement
metadata: { name: pods, labels: { advertise: pods } }
spec: { advertisements: [{ advertisementType: PodCIDR }] }
---
apiVersion: cilium.io/v2
kind: CiliumBGPAdvertisement
metadata: { name: services, labels: { advertise: services } }
spec:
  advertisements: [{ advertisementType: Service, service: { addresses: [LoadBalancerIP] }, selector: { matchLabels: { expose: "true" } } }]
`,
  },
  check(cluster, report) {
    if (cluster.open || cluster.entries.some((entry) => entry.kind === 'CiliumBGPPeerConfig' && !entry.sound)) return;
    const families = [...bgpFamilies(cluster).values()].flat().filter(({ selector }) => selector !== undefined);
    // A family that selects nothing is the other half of the same mistake, and said there.
    if (families.length === 0 || families.some(({ taken }) => taken.length === 0)) return;
    const taken = new Set<Entry>(families.flatMap((family) => family.taken));
    for (const advertisement of cluster.objects('cilium.io', 'CiliumBGPAdvertisement')) {
      if (taken.has(advertisement)) continue;
      const labels = Object.entries(advertisement.labels).map(([key, value]) => `${key}=${value}`).join(', ');
      report(advertisement, ['metadata', labels === '' ? 'name' : 'labels'], {
        message: `No family of a CiliumBGPPeerConfig selects ${labels === '' ? 'an advertisement without labels' : `the labels ${labels}`}, so nothing of it is announced`,
      });
    }
  },
};
