import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { classOf, ingressPaths, isNginxCanary } from '../model/ingresses';
import type { Rule } from './rule';

const NGINX = 'nginx.ingress.kubernetes.io/';

/** What ingress-nginx reads from a canary beside the canary's own annotations. */
const READ = /^(?:canary|load-balance$|upstream-hash-by|affinity|session-cookie|service-upstream$|backend-protocol$)/;

export const rule: Rule = {
  id: 'NS0062',
  class: 'breaks',
  title: 'A canary Ingress has no Ingress that it is the canary of',
  sees: 'Ingresses with the annotation canary: "true" of ingress-nginx without another Ingress of the same class, host and path, and their other annotations, which are not read.',
  why: 'ingress-nginx adds a canary to a main Ingress only: alone it serves nothing, and the host answers 404. Other settings of a canary are passed over.',
  fix: 'add the main Ingress with the same host and path',
  covers: ['R80'],
  docs: ['https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary'],
  subjects: ['networking.k8s.io/Ingress'],
  failing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop, annotations: { nginx.ingress.kubernetes.io/canary: "true", nginx.ingress.kubernetes.io/canary-weight: "10" } }
spec:
  ingressClassName: nginx
  rules: [{ host: shop.example.com, http: { paths: [{ path: /cart, pathType: Prefix, backend: { service: { name: web-next, port: { number: 80 } } } }] } }]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: main, namespace: shop }
spec:
  ingressClassName: nginx
  rules: [{ host: shop.example.com, http: { paths: [{ path: /carts, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`,
    says: 'Ingress shop/shop is a canary for shop.example.com/cart, and no main Ingress serves that host and path',
    field: 'spec.rules[0].http.paths[0]',
  },
  passing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop, annotations: { nginx.ingress.kubernetes.io/canary: "true", nginx.ingress.kubernetes.io/canary-weight: "10" } }
spec:
  ingressClassName: nginx
  rules: [{ host: shop.example.com, http: { paths: [{ path: /cart, pathType: Prefix, backend: { service: { name: web-next, port: { number: 80 } } } }] } }]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: main, namespace: shop }
spec:
  ingressClassName: nginx
  rules: [{ host: shop.example.com, http: { paths: [{ path: /cart, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`,
  },
  check(cluster, report) {
    const main = cluster.derive(mainPaths);
    for (const { ingress, path, host, route } of cluster.derive(ingressPaths)) {
      if (!isNginxCanary(ingress) || main.has(keyOf(ingress, host, route)) || cluster.open) continue;
      report(ingress, path, { message: `${ingress.toString()} is a canary for ${host}${route}, and no main Ingress serves that host and path` });
    }
    for (const ingress of cluster.objects('networking.k8s.io', 'Ingress')) {
      if (!isNginxCanary(ingress)) continue;
      for (const name of Object.keys(ingress.annotations)) {
        if (!name.startsWith(NGINX) || READ.test(name.slice(NGINX.length))) continue;
        report(ingress, ['metadata', 'annotations', name], { severity: 'warning', message: `${name} stands at a canary, where ingress-nginx does not read it`, fix: 'set it at the main Ingress' });
      }
    }
  },
};

function keyOf(ingress: Entry, host: string, route: string): string {
  return `${classOf(ingress) ?? ''}\n${host}\n${route}`;
}

function mainPaths(cluster: ClusterModel): ReadonlySet<string> {
  return new Set(cluster.derive(ingressPaths).filter(({ ingress }) => !isNginxCanary(ingress)).map(({ ingress, host, route }) => keyOf(ingress, host, route)));
}
