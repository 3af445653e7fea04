import type { DeclaredModel } from '../input';
import { deniedConnections } from '../reach/declared';
import { REACH_SUBJECTS } from '../model/reach-subjects';
import type { Rule } from './rule';

const SYSTEM = (port: number): string => `
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
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4", ports: [{ containerPort: 8080 }] }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  podSelector: { matchLabels: { app: orders } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: ${port} }] }]
`;

const MODEL: DeclaredModel = {
  workloads: [{ namespace: 'shop', name: 'web', labels: { app: 'web' } }, { namespace: 'shop', name: 'orders', labels: { app: 'orders' } }],
  connections: [{ from: ':shop/web', to: ':shop/orders', port: '8080/TCP', http: [], tags: ['declared'] }],
};

export const rule: Rule = {
  id: 'NS9010',
  class: 'breaks',
  title: 'The network stops a connection that the program declares',
  sees: 'each connection of the model, with the requests that it names, on its way through the policies of the CNI and of the mesh at both ends: whether one of them stops it for certain.',
  why: 'The caller is dropped, reset or answered 403, although the program says that the two talk.',
  fix: 'admit the connection in the document that stops it, or stop declaring it',
  covers: ['R112', 'analysis 1.3: egress default deny that blocks declared connections'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/', 'https://istio.io/latest/docs/reference/config/security/authorization-policy/'],
  subjects: REACH_SUBJECTS,
  needs: ['model:connections'],
  failing: {
    documents: SYSTEM(80), model: MODEL,
    says: 'shop/web is declared to call shop/orders at 8080/TCP, and NetworkPolicy shop/orders selects shop/orders[Deployment], and no ingress rule admits shop/web[Deployment] on TCP 8080',
    field: 'spec.ingress',
  },
  passing: { documents: SYSTEM(8080), model: MODEL },
  check(cluster, report) {
    if (cluster.open) return;
    for (const { from, to, port, request, hop } of deniedConnections(cluster)) {
      const [at, ...others] = hop.decidedBy;
      if (!at) continue;
      report(at.entry, at.path, {
        message: `${from} is declared to call ${to} at ${port}${request === undefined ? '' : ` (${request})`}, and ${hop.because}`,
        decidedBy: [...new Set(others.map(({ entry }) => entry))].filter((entry) => entry !== at.entry).slice(0, 3),
      });
    }
  },
};
