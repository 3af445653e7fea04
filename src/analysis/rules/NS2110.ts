import { each } from '../model/each';
import type { Listener, RouteView } from '../model/gateway-api';
import { gatewayModel } from '../model/gateway-api';
import type { RouteMatch } from '../model/route-matches';
import { matchesOf } from '../model/route-matches';
import type { Report, Rule } from './rule';

const SYSTEM = (path: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners: [{ name: http, port: 80, protocol: HTTP, hostname: api.example.com }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec:
  parentRefs: [{ name: web }]
  rules:
    - matches: [{ path: { type: PathPrefix, value: /orders } }]
      backendRefs: [{ name: orders, port: 8080 }]
    - matches: [{ path: { type: PathPrefix, value: ${path} } }]
      backendRefs: [{ name: orders-v2, port: 8080 }]
`;

export const rule: Rule = {
  id: 'NS2110',
  class: 'risk',
  title: 'Two rules match the same requests',
  sees: 'Rules of HTTPRoutes and GRPCRoutes at one listener with the same host name and the same match: path, method, headers and query parameters in any order.',
  why: 'Within a route the first rule takes every request and the later one none. Between routes the older route wins, then the name: the same manifests behave differently in a new cluster.',
  fix: 'remove one of them, or tell them apart by a header, a method or a longer path',
  covers: ['R27', 'analysis 1.3: shadowed route'],
  docs: ['https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule'],
  subjects: ['gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute'],
  needs: ['gateway.networking.k8s.io/Gateway'],
  failing: {
    documents: SYSTEM('/orders/'),
    says: 'This match is that of rule 0 of the same route, which takes all of its requests (api.example.com, PathPrefix /orders)',
    field: 'spec.rules[1].matches[0]',
  },
  passing: { documents: SYSTEM('/orders/archive') },
  check(cluster, report) {
    each(cluster.derive(gatewayModel).routes, checkRoute, new Map(), report);
  },
};

/** The first match of each kind, by listener, what it asks and host name: most ask one of a few things. */
type FirstMatches = Map<Listener, Map<string, Map<string, RouteMatch>>>;

function checkRoute(route: RouteView, known: FirstMatches, report: Report): void {
  if (route.entry.kind !== 'HTTPRoute' && route.entry.kind !== 'GRPCRoute') return;
  for (const match of matchesOf(route)) {
    const twin = twinOf(route, match, known);
    if (!twin) continue;
    const { first, hostname } = twin;
    const what = `(${hostname === '*' ? 'every host' : hostname}, ${match.pathType} ${match.pathValue})`;
    report(route.entry, match.path, first.entry === route.entry
      ? { message: `This match is that of rule ${first.rule} of the same route, which takes all of its requests ${what}` }
      : { message: `This match is also that of rule ${first.rule} of ${first.entry.toString()}: the older route takes all requests ${what}`, decidedBy: [first.entry] });
  }
}

/** The match that takes the requests of this one at the first of its listeners and host names where there is one. */
function twinOf({ entry, attached }: RouteView, match: RouteMatch, known: FirstMatches): { readonly first: RouteMatch; readonly hostname: string } | undefined {
  for (const { listener, hostnames } of attached) {
    let keys = known.get(listener);
    if (!keys) known.set(listener, (keys = new Map()));
    let hosts = keys.get(match.key);
    if (!hosts) keys.set(match.key, (hosts = new Map()));
    for (const hostname of hostnames) {
      const first = hosts.get(hostname);
      if (!first) hosts.set(hostname, match);
      // Two ways to one place, or the same match twice in one rule, take nothing away.
      else if (first.entry !== entry || first.rule !== match.rule) return { first, hostname };
    }
  }
  return undefined;
}
