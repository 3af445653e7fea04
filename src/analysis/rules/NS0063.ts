import type { IngressPath } from '../model/ingresses';
import { classOf, ingressPaths, isNginxCanary } from '../model/ingresses';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0063',
  class: 'risk',
  title: 'Two Ingresses serve the same host and path',
  sees: 'Host, path and pathType of Ingresses of one class that lead to different backends. Canaries, solvers of ACME and Ingresses of load balancers of their own are passed over.',
  why: 'Which of them wins is up to the controller: ingress-nginx keeps the older one and refuses the newer where its webhook runs, others take one by chance.',
  fix: 'keep one of them, or give them different paths',
  docs: ['https://kubernetes.github.io/ingress-nginx/how-it-works/#building-the-nginx-model'],
  subjects: ['networking.k8s.io/Ingress'],
  failing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: a, namespace: shop }
spec:
  ingressClassName: nginx
  rules: [{ host: shop.example.com, http: { paths: [{ path: /cart, pathType: Prefix, backend: { service: { name: carts, port: { number: 80 } } } }] } }]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: b, namespace: web }
spec:
  ingressClassName: nginx
  rules: [{ host: shop.example.com, http: { paths: [{ path: /cart, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`,
    says: 'Ingress web/b serves shop.example.com/cart, which Ingress shop/a serves with another backend',
    field: 'spec.rules[0].http.paths[0].path',
  },
  passing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: a, namespace: shop }
spec:
  ingressClassName: nginx
  rules: [{ host: shop.example.com, http: { paths: [{ path: /cart, pathType: Prefix, backend: { service: { name: carts, port: { number: 80 } } } }] } }]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: b, namespace: web }
spec:
  ingressClassName: internal
  rules: [{ host: shop.example.com, http: { paths: [{ path: /cart, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: c, namespace: web }
spec:
  ingressClassName: nginx
  rules: [{ host: shop.example.com, http: { paths: [{ path: /cart, pathType: Exact, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`,
  },
  check(cluster, report) {
    const first = new Map<string, IngressPath>();
    for (const path of cluster.derive(ingressPaths)) {
      const { ingress, host, route, type, backend } = path;
      if (isNginxCanary(ingress) || ingress.labels['acme.cert-manager.io/http01-solver'] === 'true') continue;
      const name = classOf(ingress);
      // Controllers of clouds and of tailnets make a load balancer for each Ingress, or for each group.
      if (name === undefined || /alb|gce|gke|azure|application-gateway|tailscale/i.test(name) || host === '') continue;
      const key = `${name}\n${host}\n${route}\n${type}`;
      const twin = first.get(key);
      if (!twin) first.set(key, path);
      else if (twin.ingress !== ingress && (twin.backend !== backend || twin.ingress.namespace !== ingress.namespace)) {
        report(ingress, [...path.path, 'path'], { message: `${ingress.toString()} serves ${host}${route}, which ${twin.ingress.toString()} serves with another backend`, decidedBy: [twin.ingress] });
      }
    }
  },
};
