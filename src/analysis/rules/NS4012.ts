import { list } from '../model/fields';
import { matches, requirementsOf } from '../model/selector';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS4012',
  class: 'risk',
  title: 'A pool of MetalLB is announced by nobody',
  sees: 'IPAddressPools that no L2Advertisement and no BGPAdvertisement of their namespace takes, where there are advertisements or pools at all.',
  why: 'Services get an address from the pool, and no node answers for it: connections time out.',
  fix: 'name the pool in an L2Advertisement or a BGPAdvertisement',
  covers: ['R2'],
  docs: ['https://metallb.universe.tf/configuration/'],
  subjects: ['metallb.io/IPAddressPool'],
  failing: {
    documents: `
apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata: { name: public, namespace: metallb-system }
spec: { addresses: [10.47.64.0/24] }
---
apiVersion: metallb.io/v1beta1
kind: BGPAdvertisement
metadata: { name: lab, namespace: metallb-system }
spec: { ipAddressPools: [lab] }
---
apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata: { name: lab, namespace: metallb-system }
spec: { addresses: [10.47.65.0/24] }
`,
    says: 'No L2Advertisement and no BGPAdvertisement takes pool public',
    field: 'metadata.name',
  },
  passing: {
    documents: `
apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata: { name: public, namespace: metallb-system }
spec: { addresses: [10.47.64.0/24] }
---
apiVersion: metallb.io/v1beta1
kind: L2Advertisement
metadata: { name: every-pool, namespace: metallb-system }
`,
  },
  check(cluster, report) {
    if (cluster.open || cluster.entries.some((entry) => entry.group === 'metallb.io' && !entry.sound)) return;
    const advertisements = ['L2Advertisement', 'BGPAdvertisement'].flatMap((kind) => cluster.objects('metallb.io', kind));
    for (const pool of cluster.objects('metallb.io', 'IPAddressPool')) {
      const taken = advertisements.some(({ namespace, spec: { ipAddressPools, ipAddressPoolSelectors } }) => {
        if (namespace !== pool.namespace) return false;
        const [names, selectors] = [list(ipAddressPools), list(ipAddressPoolSelectors)];
        if (names.length === 0 && selectors.length === 0) return true;
        return names.includes(pool.name) || selectors.map(requirementsOf).some((requirements) => requirements === undefined || matches(pool.labels, requirements));
      });
      if (!taken) report(pool, ['metadata', 'name'], { message: `No L2Advertisement and no BGPAdvertisement takes pool ${pool.name}, so no node answers for its addresses` });
    }
  },
};
