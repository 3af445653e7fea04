import type { DeclaredModel } from '../input';
import { undeclaredConnections } from '../reach/declared';
import { REACH_SUBJECTS } from '../model/reach-subjects';
import type { Rule } from './rule';

const SYSTEM = (peers: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "registry.example.com/web:1.7.4" }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: postgres, namespace: shop }
spec:
  serviceName: postgres
  selector: { matchLabels: { app: postgres } }
  template:
    metadata: { labels: { app: postgres } }
    spec: { containers: [{ name: postgres, image: "docker.io/library/postgres:17", ports: [{ containerPort: 5432 }] }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4" }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: postgres, namespace: shop }
spec:
  podSelector: { matchLabels: { app: postgres } }
  ingress: [{ from: [{ podSelector: ${peers} }], ports: [{ port: 5432 }] }]
`;

const MODEL: DeclaredModel = {
  workloads: ['web', 'orders', 'postgres'].map((name) => ({ namespace: 'shop', name, labels: { app: name } })),
  connections: [{ from: ':shop/orders', to: ':shop/postgres', port: '5432/TCP', http: [], tags: ['declared'] }],
};

export const rule: Rule = {
  id: 'NS9011',
  class: 'risk',
  title: 'The network lets through what the program does not declare',
  sees: 'every pair of workloads of the model of which network policies close one: ports on which all layers let the one reach the other for certain, and that no connection of the model names.',
  why: 'Who may talk to whom is more than the program says, so that reviewing the program is not enough.',
  fix: 'narrow the document that lets it through, or declare the connection',
  covers: ['R112'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/'],
  subjects: REACH_SUBJECTS,
  needs: ['model:connections'],
  failing: {
    documents: SYSTEM('{}'), model: MODEL,
    says: 'Nothing declares that shop/web[Deployment] calls shop/postgres[StatefulSet], and the network lets it through on TCP 5432: NetworkPolicy shop/postgres (ingress rule 1) admits shop/web[Deployment] on TCP 5432',
    field: 'spec.ingress[0]',
  },
  passing: { documents: SYSTEM('{ matchLabels: { app: orders } }'), model: MODEL },
  check(cluster, report) {
    if (cluster.open) return;
    for (const { from, to, connections, way } of undeclaredConnections(cluster)) {
      const hop = [...way.hops].reverse().find(({ layer, decidedBy }) => layer === 'cni' && decidedBy.length > 0) ?? way.hops.find(({ decidedBy }) => decidedBy.length > 0);
      const at = hop?.decidedBy[0];
      if (!hop || !at) continue;
      report(at.entry, at.path, { message: `Nothing declares that ${from.name} calls ${to.name}, and the network lets it through on ${connections}: ${hop.because}` });
    }
  },
};
