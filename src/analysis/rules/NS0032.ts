import { references } from '../model/references';
import { suggest } from '../schema/suggest';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0032',
  class: 'breaks',
  title: 'A reference asks for a port, key or listener that its object does not have',
  sees: 'Ports of Services in routes, Ingresses, hosts of a mesh and webhooks; keys of Secrets and ConfigMaps whose data the documents have; names of listeners, ports and rules in sectionName. '
    + 'Secrets and ConfigMaps that controllers fill, ExternalName Services and optional keys are passed over.',
  why: 'The object is found and the part is not: the route answers with an error, the pod does not start, the policy is attached to nothing.',
  fix: 'name a part that the object has, or add it there',
  covers: ['R121', 'analysis 1.3: dangling sectionName'],
  docs: ['https://gateway-api.sigs.k8s.io/reference/spec/', 'https://kubernetes.io/docs/concepts/configuration/secret/'],
  subjects: ['*'],
  failing: {
    documents: `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: cart, namespace: shop }
spec: { rules: [{ backendRefs: [{ name: orders, port: 8080 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80, targetPort: 8080 }] }
`,
    says: 'Service shop/orders has no port 8080; it has 80 (http)',
    field: 'spec.rules[0].backendRefs[0].port',
  },
  passing: {
    documents: `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: cart, namespace: shop }
spec: { rules: [{ backendRefs: [{ name: orders, port: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80, targetPort: 8080 }] }
`,
  },
  check(cluster, report) {
    for (const { link, parts } of cluster.derive(references).incomplete) {
      const target = link.target!;
      for (const { part, has, path } of parts) {
        const near = suggest(part.slice(part.indexOf(' ') + 1), has);
        const shown = has.length > 6 ? [...has.slice(0, 6), `${has.length - 6} more`] : has;
        report(link.from, path.length === 0 ? link.namePath : [...link.path, ...path], {
          message: `${target.toString()} has no ${part}; it has ${shown.length === 0 ? 'none' : shown.join(', ')}`,
          ...near !== undefined && { fix: `name ${near}` },
          decidedBy: [target],
        });
      }
    }
  },
};
