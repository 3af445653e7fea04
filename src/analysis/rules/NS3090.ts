import { list, record, text } from '../model/fields';
import { suggest } from '../schema/suggest';
import type { Rule } from './rule';

const scene = (name: string): string => `
apiVersion: v1
kind: Service
metadata: { name: frontend, namespace: shop }
spec: { selector: { app: frontend }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ port: 80 }] }
---
apiVersion: consul.hashicorp.com/v1alpha1
kind: ServiceIntentions
metadata: { name: orders, namespace: shop }
spec:
  destination: { name: orders }
  sources: [{ name: ${name}, action: allow }]
`;

export const rule: Rule = {
  id: 'NS3090',
  class: 'risk',
  title: 'An intention of Consul names a service that nobody registers',
  sees: 'destinations and sources of ServiceIntentions that are no Service and no annotated pod of the documents, where a name one letter aside is. Services of peers, partitions and virtual machines are passed over.',
  why: 'Consul keeps the intention for a service that never comes. The one that was meant is denied (or allowed) by whatever other intention there is.',
  fix: 'write the name under which the service is registered',
  covers: ['analysis 1.3: Consul intentions naming a missing service'],
  docs: ['https://developer.hashicorp.com/consul/docs/connect/config-entries/service-intentions'],
  subjects: ['consul.hashicorp.com/ServiceIntentions'],
  failing: {
    documents: scene('fronted'),
    says: 'No service fronted is registered, and frontend is',
    field: 'spec.sources[0].name',
  },
  passing: { documents: scene('frontend') },
  check(cluster, report) {
    if (cluster.open) return;
    const known = new Set([
      ...cluster.objects('', 'Service').map(({ name, annotations }) => annotations['consul.hashicorp.com/service-name'] ?? name),
      ...cluster.pods.flatMap(({ annotations, serviceAccount }) => [...(annotations['consul.hashicorp.com/connect-service'] ?? '').split(',').map((one) => one.trim()), serviceAccount]),
    ].filter((one) => one !== ''));
    const say = (entry: ReturnType<typeof cluster.objects>[number], name: unknown, path: readonly (string | number)[]): void => {
      const service = text(name);
      if (service === undefined || service === '*' || known.has(service)) return;
      const near = suggest(service, known);
      if (near !== undefined) report(entry, path, { message: `No service ${service} is registered, and ${near} is` });
    };
    for (const intentions of cluster.objects('consul.hashicorp.com', 'ServiceIntentions')) {
      say(intentions, record(intentions.spec.destination).name, ['spec', 'destination', 'name']);
      for (const [index, source] of list(intentions.spec.sources).map(record).entries()) {
        if (source.peer === undefined && source.partition === undefined && source.samenessGroup === undefined) say(intentions, source.name, ['spec', 'sources', index, 'name']);
      }
    }
  },
};
