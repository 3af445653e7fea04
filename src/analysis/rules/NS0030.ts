import { missingWords, references } from '../model/references';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0030',
  class: 'breaks',
  title: 'An object refers to one that is not there',
  sees: 'Every field of every known kind that names another object: backends, Gateways, classes, issuers, accounts, scale targets, hosts of a mesh, webhooks. Secrets and ConfigMaps are left to NS0035. '
    + 'What Kubernetes, its platforms, operators, Helm releases and cert-manager make by themselves is known to be there, and so is what the model file calls external.',
  why: 'A route answers with an error, a policy is refused, a pod is not made or a certificate is never issued, until the object that is named exists.',
  fix: 'correct the name, or add the object',
  covers: ['R2', 'R16', 'R93', 'R102', 'R121', 'R134', 'IST0101', 'analysis 1.3: dangling backendRef / parentRef'],
  docs: ['https://gateway-api.sigs.k8s.io/reference/spec/', 'https://istio.io/latest/docs/reference/config/analysis/ist0101/'],
  subjects: ['*'],
  failing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop }
spec:
  rules:
    - host: shop.example.com
      http:
        paths: [{ path: /, pathType: Prefix, backend: { service: { name: cart, port: { number: 80 } } } }]
---
apiVersion: v1
kind: Service
metadata: { name: carts, namespace: shop }
spec: { ports: [{ port: 80 }] }
`,
    says: 'There is no Service cart in namespace shop; did you mean carts?',
    field: 'spec.rules[0].http.paths[0].backend.service.name',
  },
  passing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop }
spec:
  rules:
    - host: shop.example.com
      http:
        paths: [{ path: /, pathType: Prefix, backend: { service: { name: carts, port: { number: 80 } } } }]
---
apiVersion: v1
kind: Service
metadata: { name: carts, namespace: shop }
spec: { ports: [{ port: 80 }] }
`,
  },
  check(cluster, report) {
    if (cluster.open) return;
    for (const link of cluster.derive(references).missing) {
      if (link.field.idle === true || link.kind === '/Secret' || link.kind === '/ConfigMap') continue;
      report(link.from, link.namePath, missingWords(cluster, link));
    }
  },
};
