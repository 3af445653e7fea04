import { Cidr } from '../../core/cidr';
import { list, text } from '../model/fields';
import { each } from '../model/each';
import type { Entry } from '../model/entry';
import type { Report, Rule } from './rule';

/** What kube-apiserver gives out without --service-node-port-range. */
const [LOWEST, HIGHEST] = [30_000, 32_767];

export const rule: Rule = {
  id: 'NS0046',
  class: 'risk',
  title: 'A Service asks for an address or node port outside of the range',
  sees: 'clusterIP against the serviceCidrs that the program declares for the cluster, where it declares any, and node ports against 30000 to 32767.',
  why: 'The API server refuses a Service whose clusterIP or node port is not in its ranges.',
  fix: 'leave the field out, or choose one inside of the range',
  covers: ['R74', 'R75'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/', 'https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport'],
  subjects: ['/Service'],
  failing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { type: NodePort, ports: [{ port: 80, nodePort: 8080 }] }
`,
    says: 'Node port 8080 is not from 30000 to 32767',
    field: 'spec.ports[0].nodePort',
  },
  passing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { type: NodePort, clusterIP: 10.96.100.50, ports: [{ port: 80, nodePort: 32767 }] }
`,
  },
  check(cluster, report) {
    const ranges = cluster.facts.serviceCidrs.flatMap((cidr) => {
      try {
        return [Cidr.of(cidr)];
      } catch {
        return []; // said by who declared it
      }
    });
    each(cluster.objects('', 'Service'), checkService, ranges, report);
  },
};

function checkService(service: Entry, ranges: readonly Cidr[], report: Report): void {
  const ports = list(service.spec.ports);
  for (let i = 0; i < ports.length; i++) {
    const { nodePort } = ports[i];
    if (typeof nodePort !== 'number' || nodePort === 0 || (nodePort >= LOWEST && nodePort <= HIGHEST)) continue;
    report(service, ['spec', 'ports', i, 'nodePort'], { message: `Node port ${nodePort} is not from ${LOWEST} to ${HIGHEST}, which is what clusters give out unless their API server was told otherwise` });
  }
  const address = text(service.spec.clusterIP);
  if (ranges.length === 0 || address === undefined || address === 'None') return;
  // Another family may have a range that is not declared.
  const family = ranges.filter((range) => range.address.includes(':') === address.includes(':'));
  if (family.length === 0 || family.some((range) => range.contains(address))) return;
  report(service, ['spec', 'clusterIP'], { severity: 'error', message: `Address ${address} is not in the service range ${family.map(String).join(', ')} of the cluster`, fix: `choose an address of ${String(family[0])}, or leave it out` });
}
