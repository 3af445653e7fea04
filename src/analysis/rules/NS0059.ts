import { classOf } from '../model/ingresses';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0059',
  class: 'practice',
  title: 'An Ingress does not say who serves it',
  sees: 'Ingresses without ingressClassName and without the old annotation, where no IngressClass of the documents is the default one.',
  why: 'Without a class every controller of the cluster may take it, or none.',
  fix: 'set spec.ingressClassName',
  covers: ['R95'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class'],
  subjects: ['networking.k8s.io/Ingress'],
  failing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop }
spec: { defaultBackend: { service: { name: web, port: { number: 80 } } } }
`,
    says: 'Ingress shop/shop names no class, and no IngressClass of the documents is the default',
    field: 'spec',
  },
  passing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop }
spec: { ingressClassName: nginx, defaultBackend: { service: { name: web, port: { number: 80 } } } }
`,
  },
  check(cluster, report) {
    const hasDefault = cluster.objects('networking.k8s.io', 'IngressClass').some(({ annotations }) => annotations['ingressclass.kubernetes.io/is-default-class'] === 'true');
    for (const ingress of cluster.objects('networking.k8s.io', 'Ingress')) {
      if (hasDefault || classOf(ingress) !== undefined) continue;
      report(ingress, ['spec'], { message: `${ingress.toString()} names no class, and no IngressClass of the documents is the default` });
    }
  },
};
