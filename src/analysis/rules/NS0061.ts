import { list } from '../model/fields';
import { annotationOf } from '../model/texts';
import type { Rule } from './rule';

const REDIRECT = ['nginx.ingress.kubernetes.io/ssl-redirect', 'haproxy.org/ssl-redirect', 'haproxy-ingress.github.io/ssl-redirect', 'alb.ingress.kubernetes.io/ssl-redirect'];
const FORCED = 'nginx.ingress.kubernetes.io/force-ssl-redirect';

export const rule: Rule = {
  id: 'NS0061',
  class: 'practice',
  title: 'A host with TLS answers in the clear as well',
  sees: 'Ingresses with tls whose annotations switch the redirect to HTTPS off.',
  why: 'Whoever types the host without https stays in the clear, with cookies and all.',
  fix: 'leave the annotation out, or set it to "true"',
  covers: ['R76'],
  docs: ['https://kubernetes.github.io/ingress-nginx/user-guide/tls/#server-side-https-enforcement-through-redirect'],
  subjects: ['networking.k8s.io/Ingress'],
  failing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop, annotations: { nginx.ingress.kubernetes.io/ssl-redirect: "false" } }
spec:
  ingressClassName: nginx
  tls: [{ hosts: [shop.example.com], secretName: shop-tls }]
  rules: [{ host: shop.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`,
    says: 'Ingress shop/shop has a certificate, and nginx.ingress.kubernetes.io/ssl-redirect lets plain requests through',
    field: 'metadata.annotations["nginx.ingress.kubernetes.io/ssl-redirect"]',
  },
  passing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop, annotations: { nginx.ingress.kubernetes.io/ssl-redirect: "false", nginx.ingress.kubernetes.io/force-ssl-redirect: "true" } }
spec:
  ingressClassName: nginx
  tls: [{ hosts: [shop.example.com], secretName: shop-tls }]
  rules: [{ host: shop.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`,
  },
  check(cluster, report) {
    for (const ingress of cluster.objects('networking.k8s.io', 'Ingress')) {
      const off = annotationOf(ingress, ...REDIRECT);
      if (off?.value !== 'false' || list(ingress.spec.tls).length === 0 || ingress.annotations[FORCED] === 'true') continue;
      report(ingress, ['metadata', 'annotations', off.name], { message: `${ingress.toString()} has a certificate, and ${off.name} lets plain requests through` });
    }
  },
};
