import { each } from '../model/each';
import type { Entry } from '../model/entry';
import type { Report, Rule } from './rule';

const SYSTEM = (annotation: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop, annotations: { ${annotation} } }
spec:
  ingressClassName: traefik
  rules: [{ host: shop.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`;

/** Annotations of Traefik 1 that nobody reads since. */
const FIRST = /^(?:traefik\.frontend\.|traefik\.ingress\.kubernetes\.io\/(?:rule-type|frontend-entry-points|whitelist-source-range|redirect-|rewrite-target|auth-|request-modifier|app-root|error-pages|rate-limit|service-weights|custom-))/;

export const rule: Rule = {
  id: 'NS2314',
  class: 'risk',
  title: 'An annotation is for Traefik 1',
  sees: 'Annotations of Traefik 1 on Ingresses and Services: traefik.frontend.…, rule-type, redirects, whitelists. Since Traefik 2 they are Middlewares, or annotations that begin with router. and service.',
  why: 'Traefik passes over it without a word: the rule type, the redirect or the list of addresses is not in force.',
  fix: 'use a Middleware with traefik.ingress.kubernetes.io/router.middlewares, or an IngressRoute',
  covers: ['R34'],
  docs: ['https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/#annotations'],
  subjects: ['networking.k8s.io/Ingress', '/Service'],
  failing: {
    documents: SYSTEM('traefik.ingress.kubernetes.io/rule-type: PathPrefixStrip'),
    says: 'Nothing reads the annotation traefik.ingress.kubernetes.io/rule-type since Traefik 2', field: 'metadata.annotations["traefik.ingress.kubernetes.io/rule-type"]',
  },
  passing: { documents: SYSTEM('traefik.ingress.kubernetes.io/router.entrypoints: websecure') },
  check(cluster, report) {
    for (const [group, kind] of [['networking.k8s.io', 'Ingress'], ['', 'Service']] as const) {
      each(cluster.objects(group, kind), checkEntry, report);
    }
  },
};

function checkEntry(entry: Entry, report: Report): void {
  for (const key in entry.annotations) {
    if (FIRST.test(key)) report(entry, ['metadata', 'annotations', key], { message: `Nothing reads the annotation ${key} since Traefik 2` });
  }
}
