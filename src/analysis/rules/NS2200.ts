import type { Fields } from '../model/fields';
import { list } from '../model/fields';
import type { Rule } from './rule';

const SYSTEM = (spec: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop }
spec:
  ${spec}
  rules: [{ host: shop.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`;

export const rule: Rule = {
  id: 'NS2200',
  class: 'practice',
  title: 'An Ingress leaves its class or its encryption to chance',
  sees: 'Ingresses without ingressClassName where the documents have no default IngressClass, Ingresses that say their class with the old annotation, and hosts that no entry of spec.tls covers. '
    + 'Ingresses with a certificate said in annotations, of Tailscale, or of cert-manager\'s own challenges are left alone.',
  why: 'Without a class no controller serves it, or several do. Without TLS passwords and sessions go over the net in plain text. The annotation kubernetes.io/ingress.class is deprecated since Kubernetes 1.18.',
  fix: 'name ingressClassName, and list the host in spec.tls',
  covers: ['R95', 'R34'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class'],
  subjects: ['networking.k8s.io/Ingress'],
  failing: { documents: SYSTEM('tls: [{ hosts: [shop.example.com], secretName: shop-tls }]'), says: 'Ingress shop/shop names no ingressClassName, and the documents have no default class', field: 'spec' },
  passing: { documents: SYSTEM('ingressClassName: nginx\n  tls: [{ hosts: ["*.example.com"], secretName: shop-tls }]') },
  check(cluster, report) {
    const hasDefault = cluster.open || cluster.objects('networking.k8s.io', 'IngressClass').some(({ annotations }) => annotations['ingressclass.kubernetes.io/is-default-class'] === 'true');
    for (const ingress of cluster.objects('networking.k8s.io', 'Ingress')) {
      const { annotations, labels, spec } = ingress;
      if (labels['acme.cert-manager.io/http01-solver'] === 'true') continue;
      const old = annotations['kubernetes.io/ingress.class'];
      // The controller of Google's clusters reads the annotation alone.
      if (old !== undefined && /^gce(?:-|$)/.test(old)) continue;
      if (old !== undefined) {
        report(ingress, ['metadata', 'annotations', 'kubernetes.io/ingress.class'], { message: `${ingress.toString()} says its class ${old} with a deprecated annotation`, fix: `set spec.ingressClassName: ${old}` });
      } else if (spec.ingressClassName === undefined && !hasDefault) {
        report(ingress, ['spec'], { message: `${ingress.toString()} names no ingressClassName, and the documents have no default class`, fix: 'name ingressClassName' });
      }
      if (spec.ingressClassName === 'tailscale' || Object.keys(annotations).some((key) => /cert|tls|ssl-passthrough/i.test(key))) continue;
      const secured = new Set(list(spec.tls).flatMap(({ hosts }: Fields) => list(hosts).map(String)));
      // TLS without hosts is for all of them.
      if (list(spec.tls).some(({ hosts }: Fields) => list(hosts).length === 0)) continue;
      list(spec.rules).forEach(({ host }: Fields, index) => {
        if (typeof host !== 'string' || secured.has(host) || secured.has(`*${host.slice(host.indexOf('.'))}`)) return;
        report(ingress, ['spec', 'rules', index, 'host'], { message: `Host ${host} is served without TLS`, fix: 'list the host in spec.tls' });
      });
    }
  },
};
