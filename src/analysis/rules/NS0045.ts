import type { FieldPath } from '../documents/document';
import type { Entry } from '../model/entry';
import { list, record, text } from '../model/fields';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0045',
  class: 'breaks',
  title: 'Two Services claim the same node port or address',
  sees: 'nodePort and protocol, healthCheckNodePort, and clusterIP of all Services of a cluster.',
  why: 'The API server gives each to one Service only: the second object is refused.',
  fix: 'leave the field out, so that a free one is given, or choose another',
  covers: ['R74', 'R75'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport', 'https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/'],
  subjects: ['/Service'],
  failing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { type: NodePort, ports: [{ port: 80, nodePort: 30080 }] }
---
apiVersion: v1
kind: Service
metadata: { name: carts, namespace: web }
spec: { type: NodePort, ports: [{ port: 80, nodePort: 30080 }] }
`,
    says: 'Node port 30080/TCP is claimed by Service shop/orders, too',
    field: 'spec.ports[0].nodePort',
  },
  passing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { type: NodePort, ports: [{ name: dns, port: 53, nodePort: 30053 }, { name: dns-udp, port: 53, nodePort: 30053, protocol: UDP }] }
---
apiVersion: v1
kind: Service
metadata: { name: carts, namespace: web }
spec: { clusterIP: None, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: items, namespace: web }
spec: { clusterIP: None, ports: [{ port: 80 }] }
`,
  },
  check(cluster, report) {
    const claimed = new Map<string, Entry>();
    const claim = (entry: Entry, path: FieldPath, what: string): void => {
      const first = claimed.get(what);
      if (!first) claimed.set(what, entry);
      else if (first !== entry) report(entry, path, { message: `${what} is claimed by ${first.toString()}, too`, decidedBy: [first] });
    };
    for (const service of cluster.objects('', 'Service')) {
      const { clusterIP, clusterIPs, healthCheckNodePort, ports } = service.spec;
      list(ports).map(record).forEach(({ nodePort, protocol = 'TCP' }, i) => {
        if (typeof nodePort === 'number' && nodePort !== 0) claim(service, ['spec', 'ports', i, 'nodePort'], `Node port ${nodePort}/${String(protocol)}`);
      });
      if (typeof healthCheckNodePort === 'number' && healthCheckNodePort !== 0) claim(service, ['spec', 'healthCheckNodePort'], `Node port ${healthCheckNodePort}/TCP`);
      const addresses: Array<[FieldPath, unknown]> = list(clusterIPs).length > 0 ? list(clusterIPs).map((one, i): [FieldPath, unknown] => [['spec', 'clusterIPs', i], one]) : [[['spec', 'clusterIP'], clusterIP]];
      for (const [path, address] of addresses) if (text(address) !== undefined && address !== 'None') claim(service, path, `Address ${String(address)}`);
    }
  },
};
