import type { FieldPath } from '../documents/document';
import type { Entry } from '../model/entry';
import type { Fields } from '../model/fields';
import { list, record, text } from '../model/fields';
import type { Report, Rule } from './rule';

const scene = (server: string): string => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers: [{ hosts: [shop.example.com], ${server} }]
`;

export const rule: Rule = {
  id: 'NS3102',
  class: 'breaks',
  title: 'Istiod refuses a Gateway',
  sees: 'what istiod\'s webhook checks of Gateways beyond their schema: servers without hosts, names of ports that stand twice, unknown protocols, TLS settings that are missing or do not belong to the protocol, and certificates '
    + 'that a mode needs or does not take.',
  why: 'The webhook refuses the object, and where it is not installed istiod drops it: the gateway listens on none of its ports.',
  fix: 'write what the message asks for',
  covers: ['IST0106', 'IST0133'],
  docs: ['https://istio.io/latest/docs/reference/config/networking/gateway/', 'https://istio.io/latest/docs/reference/config/analysis/ist0106/'],
  subjects: ['networking.istio.io/Gateway'],
  failing: {
    documents: scene('port: { number: 443, name: https, protocol: HTTPS }'),
    says: 'A server of HTTPS needs tls, and this one has none',
    field: 'spec.servers[0]',
  },
  passing: { documents: scene('port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: shop }') },
  check(cluster, report) {
    for (const entry of cluster.objects('networking.istio.io', 'Gateway')) {
      const servers = list(entry.spec.servers).map(record);
      if (servers.length === 0) report(entry, ['spec'], { message: 'A Gateway has servers, and this one has none' });
      if (entry.name.includes('.')) report(entry, ['metadata', 'name'], { message: `The name of a Gateway has no dots, and ${entry.name} has` });
      const names = new Set<unknown>();
      for (const [index, server] of servers.entries()) {
        const path: FieldPath = ['spec', 'servers', index];
        const { name, protocol } = record(server.port);
        if (list(server.hosts).length === 0) report(entry, path, { message: 'A server has hosts, and this one has none' });
        if (text(name) !== undefined && names.has(name)) report(entry, [...path, 'port', 'name'], { message: `Two ports are called ${String(name)}` });
        names.add(name);
        const word = (text(protocol) ?? '').toUpperCase();
        if (!PROTOCOLS.has(word)) report(entry, [...path, 'port', 'protocol'], { message: `The protocol ${JSON.stringify(protocol)} is none of ${[...PROTOCOLS].join(', ')}` });
        else serverTls(entry, word, server.tls, path, report);
      }
    }
  },
};

const PROTOCOLS: ReadonlySet<string> = new Set(['HTTP', 'HTTP2', 'HTTPS', 'GRPC', 'GRPC-WEB', 'TLS', 'TCP', 'MONGO', 'REDIS', 'MYSQL', 'HTTP_PROXY', 'UDP']);
const HTTP: ReadonlySet<string> = new Set(['HTTP', 'HTTP2', 'GRPC', 'GRPC-WEB', 'HTTP_PROXY']);

function serverTls(entry: Entry, protocol: string, given: Fields, path: FieldPath, report: Report): void {
  const needs = protocol === 'HTTPS' || protocol === 'TLS';
  if (given === undefined) {
    if (needs) report(entry, path, { message: `A server of ${protocol} needs tls, and this one has none` });
    return;
  }
  const tls = record(given);
  const at = [...path, 'tls'];
  const mode = text(tls.mode) ?? 'PASSTHROUGH';
  const has = (key: string): boolean => (Array.isArray(tls[key]) ? tls[key].length > 0 : text(tls[key]) !== undefined);
  if (!needs) {
    if (!HTTP.has(protocol)) report(entry, at, { message: `A server of ${protocol} has no tls of its own`, fix: 'write protocol TLS, or remove tls' });
    else if (mode !== 'PASSTHROUGH' || ['caCertificates', 'privateKey', 'serverCertificate'].some(has)) report(entry, at, { message: `A server of ${protocol} takes only tls.httpsRedirect`, fix: 'write protocol HTTPS' });
    return;
  }
  const sources = [has('serverCertificate') && has('privateKey'), has('credentialName'), has('credentialNames'), has('tlsCertificates')].filter(Boolean).length;
  const certificates = ['serverCertificate', 'privateKey', 'caCertificates', 'tlsCertificates', 'credentialName', 'credentialNames'].find(has);
  if (mode === 'ISTIO_MUTUAL') {
    if (certificates !== undefined) report(entry, [...at, certificates], { message: `ISTIO_MUTUAL takes the certificates of the mesh, and no ${certificates}` });
  } else if (mode === 'PASSTHROUGH' || mode === 'AUTO_PASSTHROUGH') {
    if (certificates !== undefined) report(entry, [...at, certificates], { message: `${mode} terminates nothing, and ${certificates} is ignored`, severity: 'warning' });
  } else if (sources > 1) {
    report(entry, at, { message: 'The certificate is given in several ways, and one is allowed' });
  } else if (!has('credentialName') && !has('credentialNames')) {
    if (mode.includes('MUTUAL') && !has('caCertificates')) report(entry, at, { message: `${mode} needs caCertificates, or credentialName` });
    if (!has('tlsCertificates') && (!has('serverCertificate') || !has('privateKey'))) report(entry, at, { message: `${mode} needs serverCertificate and privateKey, or credentialName` });
  }
}
