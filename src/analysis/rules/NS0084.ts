import { text } from '../model/fields';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0084',
  class: 'breaks',
  title: 'An ExternalName Service names an address',
  sees: 'externalName of Services of type ExternalName that is an IPv4 or IPv6 address.',
  why: 'The name becomes a CNAME record, and no resolver follows one that points to an address: the Service resolves to nothing.',
  fix: 'make a Service without a selector, and an EndpointSlice with the address',
  docs: ['https://kubernetes.io/docs/concepts/services-networking/service/#externalname'],
  subjects: ['/Service'],
  failing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { type: ExternalName, externalName: 10.47.7.1 }
`,
    says: 'externalName is the address 10.47.7.1',
    field: 'spec.externalName',
  },
  passing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { type: ExternalName, externalName: database.example.com }
`,
  },
  check(cluster, report) {
    for (const service of cluster.objects('', 'Service')) {
      const name = service.spec.type === 'ExternalName' ? text(service.spec.externalName) : undefined;
      if (name !== undefined && (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(name) || name.includes(':'))) report(service, ['spec', 'externalName'], { message: `externalName is the address ${name}` });
    }
  },
};
