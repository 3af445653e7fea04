import type { Rule } from './rule';

/** What ingress-nginx is told by annotations and Gateway API by fields. */
const TYPED: ReadonlyArray<[annotation: RegExp, field: string]> = [
  [/^nginx\.ingress\.kubernetes\.io\/(?:rewrite-target|app-root|use-regex)$/, 'filters of type URLRewrite'],
  [/^nginx\.ingress\.kubernetes\.io\/(?:permanent-redirect|temporal-redirect|ssl-redirect|force-ssl-redirect|from-to-www-redirect)/, 'filters of type RequestRedirect'],
  [/^nginx\.ingress\.kubernetes\.io\/canary/, 'weights of backendRefs'],
  [/^nginx\.ingress\.kubernetes\.io\/mirror-/, 'filters of type RequestMirror'],
  [/^nginx\.ingress\.kubernetes\.io\/proxy-(?:read|send|connect)-timeout$/, 'timeouts'],
  [/^nginx\.ingress\.kubernetes\.io\/(?:enable-cors|cors-)/, 'filters of type CORS'],
  [/^nginx\.ingress\.kubernetes\.io\/(?:configuration|server)-snippet$/, 'filters that change headers'],
  [/^nginx\.ingress\.kubernetes\.io\/(?:x-forwarded-prefix|custom-headers|upstream-vhost)$/, 'filters that change headers'],
];

export const rule: Rule = {
  id: 'NS0082',
  class: 'practice',
  title: 'Routing is told by annotations',
  sees: 'Ingresses whose annotations for ingress-nginx say what HTTPRoute says in fields: rewrites, redirects, weights, mirrors, timeouts, CORS and headers.',
  why: 'Nobody checks an annotation: a wrong name or value does nothing, and another controller reads other names. ingress-nginx is retired, and gets no more corrections.',
  fix: 'write it as an HTTPRoute',
  covers: ['R34'],
  docs: ['https://gateway-api.sigs.k8s.io/guides/getting-started/migrating-from-ingress/', 'https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/'],
  subjects: ['networking.k8s.io/Ingress'],
  failing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop, annotations: { nginx.ingress.kubernetes.io/rewrite-target: / } }
spec:
  ingressClassName: nginx
  rules: [{ host: shop.example.com, http: { paths: [{ path: /cart, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`,
    says: 'Ingress shop/shop says by annotation what HTTPRoute has fields for: rewrite-target (filters of type URLRewrite)',
    field: 'metadata.annotations["nginx.ingress.kubernetes.io/rewrite-target"]',
  },
  passing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop, annotations: { nginx.ingress.kubernetes.io/proxy-body-size: 50m } }
spec:
  ingressClassName: nginx
  rules: [{ host: shop.example.com, http: { paths: [{ path: /cart, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`,
  },
  check(cluster, report) {
    for (const ingress of cluster.objects('networking.k8s.io', 'Ingress')) {
      const found = Object.keys(ingress.annotations).flatMap((name): Array<[string, string]> => {
        const field = TYPED.find(([annotation]) => annotation.test(name))?.[1];
        return field === undefined ? [] : [[name, field]];
      });
      if (found.length === 0) continue;
      const shown = found.slice(0, 3).map(([name, field]) => `${name.slice(name.indexOf('/') + 1)} (${field})`).join(', ');
      report(ingress, ['metadata', 'annotations', found[0]![0]], { message: `${ingress.toString()} says by annotation what HTTPRoute has fields for: ${shown}${found.length > 3 ? ` and ${found.length - 3} more` : ''}` });
    }
  },
};
