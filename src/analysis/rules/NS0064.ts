import { ingressPaths } from '../model/ingresses';
import type { Rule } from './rule';

/** Paths behind which programs keep what is not for everybody. */
const SENSITIVE = /^\/(?:admin|internal|actuator|metrics|debug|private|management|console|phpmyadmin|\.well-known\/pprof)(?:[/(*]|$)/i;

/** Annotations that let in only some. */
const GUARDED = /(?:whitelist|allowlist|denylist)-source-range|auth-(?:url|type|tls-secret|signin)|router\.middlewares|\/(?:allow-list|inbound-cidrs|auth-|oauth|waf)/i;

export const rule: Rule = {
  id: 'NS0064',
  class: 'practice',
  title: 'A path that is not for everybody is open to everybody',
  sees: 'Paths of Ingresses such as /admin, /internal, /actuator and /metrics, without an annotation that asks for an address or a login.',
  why: 'Such paths are the first that scanners ask for, and what answers there was written for people inside.',
  fix: 'let in known addresses only, or take the path off the public host',
  covers: ['R81'],
  docs: ['https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#whitelist-source-range'],
  subjects: ['networking.k8s.io/Ingress'],
  failing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop }
spec:
  ingressClassName: nginx
  rules: [{ host: shop.example.com, http: { paths: [{ path: /admin, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`,
    says: 'Ingress shop/shop serves shop.example.com/admin to everybody',
    field: 'spec.rules[0].http.paths[0].path',
  },
  passing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop, annotations: { nginx.ingress.kubernetes.io/whitelist-source-range: "10.0.0.0/8" } }
spec:
  ingressClassName: nginx
  rules: [{ host: shop.example.com, http: { paths: [{ path: /admin, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: open, namespace: shop }
spec:
  ingressClassName: nginx
  rules: [{ host: shop.example.com, http: { paths: [{ path: /administrators-of-the-year, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`,
  },
  check(cluster, report) {
    for (const { ingress, path, host, route } of cluster.derive(ingressPaths)) {
      if (!SENSITIVE.test(route) || Object.keys(ingress.annotations).some((key) => GUARDED.test(key)) || /internal|private|tailscale/i.test(String(ingress.spec.ingressClassName))) continue;
      report(ingress, [...path, 'path'], { message: `${ingress.toString()} serves ${host}${route} to everybody` });
    }
  },
};
