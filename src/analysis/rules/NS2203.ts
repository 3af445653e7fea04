import type { Entry } from '../model/entry';
import type { Fields } from '../model/fields';
import { list } from '../model/fields';
import type { Rule } from './rule';

const INGRESS = (name: string, path: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name}, namespace: shop }
spec:
  ingressClassName: nginx
  rules: [{ host: shop.example.com, http: { paths: [{ path: ${path}, pathType: Prefix, backend: { service: { name: ${name}, port: { number: 80 } } } }] } }]
`;

export const rule: Rule = {
  id: 'NS2203',
  class: 'risk',
  title: 'Two Ingresses want the same path of a host',
  sees: 'Ingresses of one class with the same host, path and pathType and different backends. Canaries of ingress-nginx are meant to share, and so are classes that merge by weight.',
  why: 'Most controllers keep the older Ingress and pass over the other one, or refuse it: which one serves depends on the order of creation.',
  fix: 'remove one of them, or give it another path',
  covers: ['R27'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/ingress/#multiple-matches'],
  subjects: ['networking.k8s.io/Ingress'],
  failing: { documents: `${INGRESS('web', '/')}---${INGRESS('api', '/')}`, says: 'Ingress shop/api and Ingress shop/web both serve shop.example.com/', field: 'spec.rules[0].http.paths[0]' },
  passing: { documents: `${INGRESS('web', '/')}---${INGRESS('api', '/api')}` },
  check(cluster, report) {
    const first = new Map<string, { readonly ingress: Entry; readonly backend: string }>();
    for (const ingress of cluster.objects('networking.k8s.io', 'Ingress')) {
      const { annotations, spec, labels } = ingress;
      if (Object.keys(annotations).some((key) => /canary/.test(key)) || labels['acme.cert-manager.io/http01-solver'] === 'true') continue;
      const className = String(spec.ingressClassName ?? annotations['kubernetes.io/ingress.class'] ?? '');
      list(spec.rules).forEach(({ host, http }: Fields, index) => list(http?.paths).forEach(({ path, pathType, backend }: Fields, item) => {
        // ALB merges groups of Ingresses by an order of its own.
        if (Object.keys(annotations).some((key) => /group\.(?:name|order)|order$|priority/.test(key))) return;
        const key = `${className} ${String(host ?? '*')} ${String(pathType)} ${String(path ?? '/')}`;
        const service = `${ingress.namespace}/${JSON.stringify(backend)}`;
        const before = first.get(key);
        if (!before) first.set(key, { ingress, backend: service });
        else if (before.ingress !== ingress && before.backend !== service) {
          report(ingress, ['spec', 'rules', index, 'http', 'paths', item], { message: `${ingress.toString()} and ${before.ingress.toString()} both serve ${String(host ?? '*')}${String(path ?? '/')}`, decidedBy: [before.ingress] });
        }
      }));
    }
  },
};
