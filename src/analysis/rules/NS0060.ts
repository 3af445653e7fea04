import type { Entry } from '../model/entry';
import { list } from '../model/fields';
import { classOf, isNginxCanary } from '../model/ingresses';
import type { Rule } from './rule';

/** Annotations with which certificates of a cloud are named. */
const CERTIFICATE = /^(?:alb\.ingress\.kubernetes\.io\/(?:certificate-arn|cert-id|listen-ports)|networking\.gke\.io\/(?:managed-certificates|pre-shared-cert)|ingress\.gcp\.kubernetes\.io\/pre-shared-cert|appgw\.ingress\.kubernetes\.io\/appgw-ssl-certificate|traefik\.ingress\.kubernetes\.io\/router\.tls)/;

export const rule: Rule = {
  id: 'NS0060',
  class: 'practice',
  title: 'An Ingress serves its hosts without TLS',
  sees: 'Ingresses with hosts, without tls and without an annotation that names a certificate of a cloud. Canaries, classes of private networks, and solvers of ACME are passed over.',
  why: 'Requests, cookies and passwords cross the internet in the clear.',
  fix: 'add spec.tls with the hosts and a Secret, made by cert-manager for instance',
  covers: ['R95', 'R79'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/ingress/#tls'],
  subjects: ['networking.k8s.io/Ingress'],
  failing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop }
spec:
  ingressClassName: nginx
  rules: [{ host: shop.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`,
    says: 'Ingress shop/shop serves shop.example.com without TLS',
    field: 'spec',
  },
  passing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop }
spec:
  ingressClassName: nginx
  tls: [{ hosts: [shop.example.com], secretName: shop-tls }]
  rules: [{ host: shop.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`,
  },
  check(cluster, report) {
    for (const ingress of cluster.objects('networking.k8s.io', 'Ingress')) {
      const hosts = list(ingress.spec.rules).map(({ host }) => host as unknown).filter((host) => typeof host === 'string');
      if (hosts.length === 0 || list(ingress.spec.tls).length > 0 || isElsewhere(ingress)) continue;
      report(ingress, ['spec'], { message: `${ingress.toString()} serves ${hosts.slice(0, 3).join(', ')}${hosts.length > 3 ? ` and ${hosts.length - 3} more` : ''} without TLS` });
    }
  },
};

function isElsewhere(ingress: Entry): boolean {
  return isNginxCanary(ingress) || /internal|private|tailscale/i.test(classOf(ingress) ?? '') || ingress.labels['acme.cert-manager.io/http01-solver'] === 'true'
    || Object.keys(ingress.annotations).some((key) => CERTIFICATE.test(key)) || ingress.annotations['alb.ingress.kubernetes.io/scheme'] === 'internal';
}
