import type { Fields } from '../model/fields';
import { list, record } from '../model/fields';
import { covers } from '../model/hostnames';
import { gatewayModel } from '../model/gateway-api';
import { matchesOf } from '../model/route-matches';
import { each } from '../model/each';
import type { RouteView } from '../model/gateway-api';
import type { Report, Rule } from './rule';

const SYSTEM = (section: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners:
    - { name: http, port: 80, protocol: HTTP, hostname: api.example.com }
    - { name: https, port: 443, protocol: HTTPS, hostname: api.example.com, tls: { certificateRefs: [{ name: web-tls }] } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: redirect, namespace: shop }
spec:
  parentRefs: [{ name: web${section} }]
  rules: [{ filters: [{ type: RequestRedirect, requestRedirect: { scheme: https, statusCode: 301 } }] }]
`;

export const rule: Rule = {
  id: 'NS2112',
  class: 'breaks',
  title: 'A redirect leads back to itself',
  sees: 'RequestRedirects to https without another host, port or path on routes that are attached to an HTTPS listener: the request that comes back is redirected again. Redirects that change the host or the path of a request are followed only as far as they stay equal.',
  why: 'Browsers stop with too many redirects; clients that follow redirects loop until they give up.',
  fix: 'attach the redirect to the HTTP listener only: sectionName in parentRefs',
  covers: ['R76', 'analysis 1.3: redirect loop'],
  docs: ['https://gateway-api.sigs.k8s.io/guides/http-redirect-rewrite/'],
  subjects: ['gateway.networking.k8s.io/HTTPRoute'],
  needs: ['gateway.networking.k8s.io/Gateway'],
  failing: {
    documents: SYSTEM(''),
    says: 'Requests at listener https of Gateway shop/web are redirected to https of the same host and path, which is where they are',
    field: 'spec.rules[0].filters[0].requestRedirect',
  },
  passing: { documents: SYSTEM(', sectionName: http') },
  check(cluster, report) {
    each(cluster.derive(gatewayModel).routes, checkRoute, report);
  },
};

function checkRoute(route: RouteView, report: Report): void {
  if (route.entry.kind !== 'HTTPRoute') return;
  const rules = list(route.entry.spec.rules);
  for (let i = 0; i < rules.length; i++) if (record(rules[i]).filters !== undefined) checkRule(route, rules[i], i, report);
}

function checkRule(route: RouteView, one: Fields, index: number, report: Report): void {
  const at = list(one.filters).findIndex(({ requestRedirect }: Fields) => requestRedirect !== undefined);
  if (at < 0) return;
  const { scheme, hostname, port, path } = one.filters[at].requestRedirect as Fields;
  // A path that is replaced may be one that the rule does not match any more.
  if (path !== undefined && !(path.type === 'ReplaceFullPath' && matchesOf(route).some(({ rule: number, pathType, pathValue, plain }) => number === index && plain && pathType === 'PathPrefix' && pathValue === '/'))) return;
  for (const { listener, hostnames } of route.attached) {
    const own = listener.protocol === 'HTTPS' ? 'https' : listener.protocol === 'HTTP' ? 'http' : undefined;
    const target = scheme ?? own;
    const wanted = (port as number | undefined) ?? (scheme === undefined ? listener.port : scheme === 'https' ? 443 : 80);
    if (own === undefined || target !== own || wanted !== listener.port) continue;
    if (hostname !== undefined && !hostnames.some((name) => covers(name, hostname as string))) continue;
    // A redirect from one host of the route to another ends there only when the other is served elsewhere, and here it is not.
    report(route.entry, ['spec', 'rules', index, 'filters', at, 'requestRedirect'], {
      message: `Requests at listener ${listener.name} of ${listener.home.toString()} are redirected to ${own} of ${hostname === undefined ? 'the same host' : String(hostname)} and ${path === undefined ? 'path' : 'a path that the rule matches'}, which is where they are`,
      decidedBy: [listener.home],
    });
    return;
  }
}
