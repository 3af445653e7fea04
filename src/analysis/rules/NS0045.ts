import type { FieldPath } from '../documents/document';
import { each } from '../model/each';
import type { Entry } from '../model/entry';
import { list, text } from '../model/fields';
import type { Report, Rule } from './rule';

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
    each(cluster.objects('', 'Service'), checkService, new Map(), report);
  },
};

/** Who claimed what first. */
type Claimed = Map<string, Entry>;

function checkService(service: Entry, claimed: Claimed, report: Report): void {
  const { clusterIP, clusterIPs, healthCheckNodePort } = service.spec;
  const ports = list(service.spec.ports);
  for (let i = 0; i < ports.length; i++) {
    const { nodePort, protocol = 'TCP' } = ports[i];
    if (typeof nodePort === 'number' && nodePort !== 0) claim(service, ['spec', 'ports', i, 'nodePort'], `Node port ${nodePort}/${String(protocol)}`, claimed, report);
  }
  if (typeof healthCheckNodePort === 'number' && healthCheckNodePort !== 0) claim(service, ['spec', 'healthCheckNodePort'], `Node port ${healthCheckNodePort}/TCP`, claimed, report);
  const addresses = list(clusterIPs);
  for (let i = 0; i < addresses.length; i++) claimAddress(service, ['spec', 'clusterIPs', i], addresses[i], claimed, report);
  if (addresses.length === 0 && clusterIP !== undefined) claimAddress(service, ['spec', 'clusterIP'], clusterIP, claimed, report);
}

function claimAddress(service: Entry, path: FieldPath, address: unknown, claimed: Claimed, report: Report): void {
  if (text(address) !== undefined && address !== 'None') claim(service, path, `Address ${String(address)}`, claimed, report);
}

function claim(entry: Entry, path: FieldPath, what: string, claimed: Claimed, report: Report): void {
  const first = claimed.get(what);
  if (!first) claimed.set(what, entry);
  else if (first !== entry) report(entry, path, { message: `${what} is claimed by ${first.toString()}, too`, decidedBy: [first] });
}
