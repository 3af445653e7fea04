import type { FieldPath } from '../documents/document';
import type { Entry } from '../model/entry';
import { list, record, text } from '../model/fields';
import type { Report, Rule } from './rule';

const scene = (rest: string): string => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: payment, namespace: shop }
spec:
  hosts: [api.payment.example.com]
  location: MESH_EXTERNAL
  ports: [{ number: 443, name: tls, protocol: TLS }]
  ${rest}
`;

export const rule: Rule = {
  id: 'NS3103',
  class: 'breaks',
  title: 'Istiod refuses a ServiceEntry or a Sidecar',
  sees: 'what istiod\'s webhook checks of ServiceEntries and Sidecars beyond their schema: wildcards that cannot be looked up, ports of one name, several hosts on a port that carries bytes, egress '
    + 'hosts without a namespace, listeners without hosts or in the wrong order.',
  why: 'The webhook refuses the object, and where it is not installed istiod drops it: the host is unknown to the mesh, or every sidecar knows everything again.',
  fix: 'write what the message asks for',
  covers: ['IST0106', 'IST0133'],
  docs: ['https://istio.io/latest/docs/reference/config/networking/service-entry/', 'https://istio.io/latest/docs/reference/config/networking/sidecar/'],
  subjects: ['networking.istio.io/ServiceEntry', 'networking.istio.io/Sidecar'],
  failing: {
    documents: scene('resolution: DNS').replace('api.payment.example.com', '"*.payment.example.com"'),
    says: '*.payment.example.com cannot be looked up: resolution DNS needs whole names, or endpoints',
    field: 'spec.hosts[0]',
  },
  passing: { documents: scene('resolution: NONE').replace('api.payment.example.com', '"*.payment.example.com"') },
  check(cluster, report) {
    for (const entry of cluster.objects('networking.istio.io', 'ServiceEntry')) serviceEntry(entry, report);
    for (const entry of cluster.objects('networking.istio.io', 'Sidecar')) sidecar(entry, report);
  },
};

function serviceEntry(entry: Entry, report: Report): void {
  const { spec } = entry;
  const resolution = text(spec.resolution) ?? 'NONE';
  const [hosts, endpoints, ports] = [list(spec.hosts).map(String), list(spec.endpoints), list(spec.ports).map(record)];
  if ((resolution === 'DNS' || resolution === 'DNS_ROUND_ROBIN') && endpoints.length === 0) {
    const wild = hosts.findIndex((host) => host.includes('*'));
    if (wild !== -1) report(entry, ['spec', 'hosts', wild], { message: `${hosts[wild]!} cannot be looked up: resolution ${resolution} needs whole names, or endpoints`, fix: 'take resolution NONE, or give endpoints' });
  }
  const names = new Set<unknown>();
  for (const [index, port] of ports.entries()) {
    if (names.has(port.name)) report(entry, ['spec', 'ports', index, 'name'], { message: `Two ports are called ${String(port.name)}` });
    names.add(port.name);
  }
  if (resolution === 'NONE' || hosts.length < 2) return;
  const bytes = ports.findIndex((port) => !/^(?:HTTP|HTTP2|GRPC|GRPC-WEB|HTTP_PROXY|HTTPS|TLS)$/i.test(text(port.protocol) ?? 'TCP'));
  if (bytes !== -1) report(entry, ['spec', 'ports', bytes], { message: `Port ${String(ports[bytes]!.number)} carries bytes, which do not say which of the ${hosts.length} hosts is meant`, fix: 'write one ServiceEntry for each host' });
}

function sidecar(entry: Entry, report: Report): void {
  const { spec } = entry;
  const [ingress, egress] = [list(spec.ingress).map(record), list(spec.egress).map(record)];
  if (ingress.length === 0 && egress.length === 0 && spec.outboundTrafficPolicy === undefined && spec.inboundConnectionPool === undefined) report(entry, ['spec'], { message: 'The Sidecar says nothing' });
  for (const [index, listener] of egress.entries()) {
    const path: FieldPath = ['spec', 'egress', index];
    if (listener.port === undefined && index < egress.length - 1) report(entry, path, { message: 'The listener without a port takes everything that others do not, and stands last' });
    if (list(listener.hosts).length === 0) report(entry, path, { message: 'A listener has hosts, and this one has none' });
    for (const [at, host] of list(listener.hosts).map(String).entries()) {
      if (!host.includes('/')) report(entry, [...path, 'hosts', at], { message: `${host} has no namespace: hosts are written namespace/name`, fix: `write */${host}` });
    }
  }
  const numbers = new Set<unknown>();
  for (const [index, listener] of ingress.entries()) {
    const { number } = record(listener.port);
    if (number !== undefined && numbers.has(number)) report(entry, ['spec', 'ingress', index, 'port', 'number'], { message: `Port ${String(number)} stands twice` });
    numbers.add(number);
  }
}
