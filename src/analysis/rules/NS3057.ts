import { atLeast } from '../../core/targets';
import { list, record, text } from '../model/fields';
import type { Rule } from './rule';

const scene = (rest: string): string => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: database, namespace: shop }
spec:
  hosts: [db.example.com]
  location: MESH_EXTERNAL
  ports: [{ number: 5432, name: tcp-postgres, protocol: TCP }]
  ${rest}
`;

export const rule: Rule = {
  id: 'NS3057',
  class: 'risk',
  title: 'A ServiceEntry for TCP has no addresses',
  sees: 'ServiceEntries with TCP ports and without addresses where Istio allocates none: resolution NONE, wildcard hosts, the label that switches allocation off, and every one before Istio 1.25.',
  why: 'Bytes carry no host name. Without an address the sidecar takes every connection to the port, whatever its destination, for this host: other servers on the same port are reached no more, or under the wrong policy.',
  fix: 'give addresses, or take resolution DNS so that Istio allocates one',
  covers: ['IST0134'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0134/', 'https://istio.io/latest/docs/ops/configuration/traffic-management/dns-proxy/#address-auto-allocation'],
  subjects: ['networking.istio.io/ServiceEntry'],
  failing: {
    documents: scene('resolution: NONE'),
    says: 'Port 5432 carries bytes and no address is given: sidecars take every connection to port 5432 for db.example.com',
    field: 'spec.ports[0]',
  },
  passing: { documents: scene('resolution: DNS') },
  check(cluster, report) {
    const allocates = atLeast(cluster.targets.istio, '1.25');
    for (const entry of cluster.objects('networking.istio.io', 'ServiceEntry')) {
      const hosts = list(entry.spec.hosts).map(String);
      if (list(entry.spec.addresses).length > 0) continue;
      const allocated = allocates && (text(entry.spec.resolution) ?? 'NONE') !== 'NONE' && !hosts.some((host) => host.includes('*')) && entry.labels['networking.istio.io/enable-autoallocate-ip'] !== 'false';
      if (allocated) continue;
      for (const [index, port] of list(entry.spec.ports).map(record).entries()) {
        if ((text(port.protocol) ?? 'TCP').toUpperCase() !== 'TCP') continue;
        report(entry, ['spec', 'ports', index], { message: `Port ${String(port.number)} carries bytes and no address is given: sidecars take every connection to port ${String(port.number)} for ${hosts[0] ?? 'this host'}` });
      }
    }
  },
};
