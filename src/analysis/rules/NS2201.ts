import type { Fields } from '../model/fields';
import { list } from '../model/fields';
import { intersect } from '../model/hostnames';
import { gatewayModel } from '../model/gateway-api';
import { isNginx, NGINX } from '../model/ingress-nginx';
import type { Rule } from './rule';

const SYSTEM = (filters: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners:
    - { name: http, port: 80, protocol: HTTP, hostname: shop.example.com }
    - { name: https, port: 443, protocol: HTTPS, hostname: shop.example.com, tls: { certificateRefs: [{ name: shop-tls }] } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: plain, namespace: shop }
spec:
  parentRefs: [{ name: web, sectionName: http }]
  rules: [${filters}]
`;

export const rule: Rule = {
  id: 'NS2201',
  class: 'practice',
  title: 'A host that has TLS is served in plain text as well',
  sees: 'Gateways with an HTTPS listener for a host and an HTTP listener for the same one whose routes answer instead of redirecting; Ingresses of ingress-nginx with TLS that switch the redirect off.',
  why: 'Whoever types the name, or follows an old link, stays on plain HTTP: sessions and passwords can be read on the way.',
  fix: 'attach a route with RequestRedirect scheme https to the HTTP listener',
  covers: ['R76'],
  docs: ['https://gateway-api.sigs.k8s.io/guides/http-redirect-rewrite/'],
  subjects: ['gateway.networking.k8s.io/Gateway', 'networking.k8s.io/Ingress'],
  failing: {
    documents: SYSTEM('{ backendRefs: [{ name: web, port: 80 }] }'), says: 'HTTPRoute shop/plain serves shop.example.com in plain text at listener http of Gateway shop/web, which has TLS for it at listener https',
    field: 'spec.rules[0]',
  },
  passing: { documents: SYSTEM('{ filters: [{ type: RequestRedirect, requestRedirect: { scheme: https } }] }') },
  check(cluster, report) {
    const { gateways, routesOf } = cluster.derive(gatewayModel);
    for (const { entry, listeners } of gateways) {
      const secure = listeners.filter(({ protocol }) => protocol === 'HTTPS');
      if (secure.length === 0) continue;
      for (const plain of listeners.filter(({ protocol, port }) => protocol === 'HTTP' && port === 80)) {
        for (const route of routesOf(plain)) {
          if (route.entry.kind !== 'HTTPRoute') continue;
          const names = route.parents.flatMap(({ attached }) => attached).filter(({ listener }) => listener === plain).flatMap(({ hostnames }) => hostnames);
          const other = secure.find(({ hostname }) => names.some((name) => intersect(hostname ?? '*', name) !== undefined));
          // Challenges of ACME are asked for in plain text.
          const index = list(route.entry.spec.rules).findIndex((one: Fields) => list(one.backendRefs).length > 0
            && !(list(one.matches).length > 0 && list(one.matches).every(({ path }: Fields) => String(path?.value).startsWith('/.well-known/'))));
          if (!other || index < 0) continue;
          report(route.entry, ['spec', 'rules', index], {
            message: `${route.entry.toString()} serves ${names[0] === '*' ? 'every host' : names.join(', ')} in plain text at listener ${plain.name} of ${entry.toString()}, which has TLS for it at listener ${other.name}`, decidedBy: [entry],
          });
        }
      }
    }
    for (const ingress of cluster.objects('networking.k8s.io', 'Ingress')) {
      const off = ingress.annotations[`${NGINX}ssl-redirect`] === 'false' && ingress.annotations[`${NGINX}force-ssl-redirect`] !== 'true';
      if (!off || !isNginx(ingress) || list(ingress.spec.tls).length === 0) continue;
      report(ingress, ['metadata', 'annotations', `${NGINX}ssl-redirect`], { message: `${ingress.toString()} has TLS and serves plain HTTP as well (ssl-redirect: false)`, fix: 'remove the annotation' });
    }
  },
};
