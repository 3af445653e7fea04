import type { Entry } from '../model/entry';
import type { Fields } from '../model/fields';
import { list } from '../model/fields';
import { isNginx, NGINX } from '../model/ingress-nginx';
import type { Rule } from './rule';

const CANARY = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop-canary, namespace: shop, annotations: { nginx.ingress.kubernetes.io/canary: "true", nginx.ingress.kubernetes.io/canary-weight: "3" } }
spec:
  ingressClassName: nginx
  rules: [{ host: shop.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web-canary, port: { number: 80 } } } }] } }]
`;
const MAIN = (host: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop }
spec:
  ingressClassName: nginx
  rules: [{ host: ${host}, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`;

export const rule: Rule = {
  id: 'NS2202',
  class: 'breaks',
  title: 'A canary of ingress-nginx is alone, one too many, or says what is not read',
  sees: 'Ingresses with the annotation canary: the main Ingress with the same host and path, and at most one canary for each of them. Other settings on the canary are ignored by the controller and are named, too.',
  why: 'A canary alone is not served: its host answers 404. Of several canaries for one path only one counts.',
  fix: 'give the main Ingress the same host and path, without the annotation',
  covers: ['R80', 'R5'],
  docs: ['https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary'],
  subjects: ['networking.k8s.io/Ingress'],
  failing: {
    documents: `${CANARY}---${MAIN('www.example.com')}`, says: 'No other Ingress serves shop.example.com/, so that the canary Ingress shop/shop-canary gets no requests', field: 'spec.rules[0].http.paths[0]',
  },
  passing: { documents: `${CANARY}---${MAIN('shop.example.com')}` },
  check(cluster, report) {
    const main = new Map<string, Entry>();
    const canaries = new Map<string, Entry>();
    const all = cluster.objects('networking.k8s.io', 'Ingress');
    for (const ingress of all) {
      if (ingress.annotations[`${NGINX}canary`] === 'true') continue;
      for (const { key } of pathsOf(ingress)) main.set(key, ingress);
    }
    for (const ingress of all) {
      if (ingress.annotations[`${NGINX}canary`] !== 'true' || !isNginx(ingress)) continue;
      for (const { key, host, value, path } of pathsOf(ingress)) {
        if (!main.has(key) && !cluster.open) report(ingress, path, { message: `No other Ingress serves ${host}${value}, so that the canary ${ingress.toString()} gets no requests` });
        const other = canaries.get(key);
        if (other && other !== ingress) report(ingress, path, { message: `${ingress.toString()} and ${other.toString()} are both canaries of ${host}${value}: only one counts`, fix: 'keep one of the two', decidedBy: [other] });
        if (!other) canaries.set(key, ingress);
      }
      for (const key in ingress.annotations) {
        if (!key.startsWith(NGINX) || READ.test(key.slice(NGINX.length))) continue;
        // What the main Ingress says, too, is in force.
        if (pathsOf(ingress).every((one) => main.get(one.key)?.annotations[key] === ingress.annotations[key])) continue;
        report(ingress, ['metadata', 'annotations', key], { message: `${key} has no effect on a canary, which takes all other settings from the main Ingress`, fix: 'say it on the main Ingress', severity: 'warning' });
      }
    }
  },
};

/** What the controller reads of a canary. */
const READ = /^(?:canary|load-balance$|upstream-hash-by|affinity|session-cookie|service-upstream$|backend-protocol$)/;

function pathsOf(ingress: Entry): ReadonlyArray<{ readonly key: string; readonly host: string; readonly value: string; readonly path: (string | number)[] }> {
  return list(ingress.spec.rules).flatMap(({ host, http }: Fields, index) => list(http?.paths).map(({ path }: Fields, item) => {
    const value = typeof path === 'string' ? path : '/';
    return { key: `${String(host ?? '*')} ${value}`, host: String(host ?? '*'), value, path: ['spec', 'rules', index, 'http', 'paths', item] };
  }));
}
