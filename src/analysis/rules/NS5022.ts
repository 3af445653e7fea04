import type { FieldPath } from '../documents/document';
import type { Entry } from '../model/entry';
import type { Fields } from '../model/fields';
import { list, text } from '../model/fields';
import type { Rule } from './rule';

const ENDPOINTS = (name: string, endpoint: string): string => `
apiVersion: externaldns.k8s.io/v1alpha1
kind: DNSEndpoint
metadata: { name: ${name}, namespace: edge }
spec: { endpoints: [${endpoint}] }
---`;

export const rule: Rule = {
  id: 'NS5022',
  class: 'risk',
  title: 'Two records of external-dns contradict each other',
  sees: 'endpoints of DNSEndpoints with the same name: a CNAME beside any other record, and the same type twice with other targets. Records with a setIdentifier (weights, regions) are meant to be several, and objects with other labels or annotations may be for another external-dns (views inside and outside).',
  why: 'A zone holds either an alias or other records under one name: external-dns takes one of the two, and which one can change with each run.',
  fix: 'keep one of them, or put all targets into one endpoint',
  covers: ['R111', 'analysis 1.3: cloudflared hostname with no DNS record'],
  docs: ['https://kubernetes-sigs.github.io/external-dns/latest/docs/sources/crd/'],
  subjects: ['externaldns.k8s.io/DNSEndpoint'],
  failing: {
    documents: ENDPOINTS('a', '{ dnsName: shop.example.com, recordType: A, targets: [192.0.2.1] }') + ENDPOINTS('b', '{ dnsName: shop.example.com, recordType: CNAME, targets: [web.example.net] }'),
    says: 'CNAME shop.example.com stands beside a record A of DNSEndpoint edge/a',
    field: 'spec.endpoints[0]',
  },
  passing: { documents: ENDPOINTS('a', '{ dnsName: shop.example.com, recordType: A, targets: [192.0.2.1] }') + ENDPOINTS('b', '{ dnsName: shop.example.com, recordType: AAAA, targets: ["2001:db8::1"] }') },
  check(cluster, report) {
    const byName = new Map<string, { entry: Entry; path: FieldPath; type: string; targets: string }[]>();
    for (const entry of cluster.objects('externaldns.k8s.io', 'DNSEndpoint')) {
      list(entry.spec.endpoints).forEach((endpoint: Fields, i) => {
        const name = text(endpoint.dnsName)?.toLowerCase().replace(/\.$/, '');
        if (name === undefined || text(endpoint.setIdentifier) !== undefined) return;
        const one = { entry, path: ['spec', 'endpoints', i], type: text(endpoint.recordType) ?? 'A', targets: list(endpoint.targets).map(String).sort().join(' ') };
        const key = `${name} ${JSON.stringify([entry.labels, entry.annotations])}`;
        const known = byName.get(key) ?? [];
        const other = known.find(({ type, targets }) => (type === one.type ? targets !== one.targets && type !== 'TXT' : type === 'CNAME' || one.type === 'CNAME'));
        if (other) {
          report(entry, one.path, {
            message: other.type === one.type ? `${one.type} ${name} has other targets in ${other.entry.toString()}` : `${one.type} ${name} stands beside a record ${other.type} of ${other.entry.toString()}`,
            decidedBy: other.entry === entry ? [] : [other.entry],
          });
        }
        if (known.length < 64) byName.set(key, [...known, one]);
      });
    }
  },
};
