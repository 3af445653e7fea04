import type { Fields } from '../model/fields';
import { list } from '../model/fields';
import { isNginx, NGINX } from '../model/ingress-nginx';
import type { Rule } from './rule';

const SYSTEM = (path: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop, annotations: { nginx.ingress.kubernetes.io/rewrite-target: /$2 } }
spec:
  ingressClassName: nginx
  rules: [{ host: shop.example.com, http: { paths: [{ path: ${path}, pathType: ImplementationSpecific, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`;

export const rule: Rule = {
  id: 'NS2206',
  class: 'breaks',
  title: 'A rewrite of ingress-nginx refers to a group that the path does not have',
  sees: 'The numbers in rewrite-target ($1, $2 …) against the groups of each path of the Ingress.',
  why: 'The missing group is empty: every request reaches the backend as /, whatever was asked for.',
  fix: 'write the path with groups, such as /api(/|$)(.*)',
  covers: ['analysis 1.3: rewrite without groups'],
  docs: ['https://kubernetes.github.io/ingress-nginx/examples/rewrite/'],
  subjects: ['networking.k8s.io/Ingress'],
  failing: { documents: SYSTEM('/api'), says: 'The path /api has no group 2, which rewrite-target /$2 puts in', field: 'spec.rules[0].http.paths[0].path' },
  passing: { documents: SYSTEM('/api(/|$)(.*)') },
  check(cluster, report) {
    for (const ingress of cluster.objects('networking.k8s.io', 'Ingress')) {
      const target = ingress.annotations[`${NGINX}rewrite-target`];
      const wanted = Math.max(0, ...[...(target ?? '').matchAll(/\$(\d)/g)].map(([, number]) => Number(number)));
      if (wanted === 0 || !isNginx(ingress)) continue;
      list(ingress.spec.rules).forEach(({ http }: Fields, index) => list(http?.paths).forEach(({ path }: Fields, item) => {
        if (typeof path !== 'string') return;
        const groups = (path.replace(/\\./g, '').match(/\((?!\?)/g) ?? []).length;
        if (groups >= wanted) return;
        report(ingress, ['spec', 'rules', index, 'http', 'paths', item, 'path'], { message: `The path ${path} has no group ${wanted}, which rewrite-target ${target!} puts in` });
      }));
    }
  },
};
