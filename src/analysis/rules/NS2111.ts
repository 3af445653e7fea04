import type { ClusterModel } from '../model/cluster-model';
import { isEnvoyGateway } from '../model/envoy-gateway';
import type { Listener } from '../model/gateway-api';
import { gatewayModel } from '../model/gateway-api';
import type { RouteMatch } from '../model/route-matches';
import { matchesOf } from '../model/route-matches';
import type { Rule } from './rule';

const SYSTEM = (fallback: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: envoy }
spec: { controllerName: gateway.envoyproxy.io/gatewayclass-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners: [{ name: http, port: 80, protocol: HTTP, hostname: api.example.com }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: all, namespace: shop }
spec:
  parentRefs: [{ name: web }]
  rules:
    - matches: [{ path: { type: PathPrefix, value: /orders } }]
      backendRefs: [{ name: orders, port: 8080 }]
    - matches: [{ path: ${fallback} }]
      backendRefs: [{ name: frontend, port: 8080 }]
`;

/** Expressions that take every path. */
const EVERYTHING = /^\^?\/?\(?\.\*\)?\$?$/;

export const rule: Rule = {
  id: 'NS2111',
  class: 'risk',
  title: 'A regular expression for every path takes the requests of all prefixes',
  sees: 'Matches of type RegularExpression that take every path (`.*`, `/.*`), without other conditions, beside PathPrefix matches for the same host at a listener of Envoy Gateway.',
  why: 'Envoy Gateway puts every regular expression before every prefix. What was meant as the fallback serves all paths, and the rules for prefixes are never reached.',
  fix: 'write the fallback as PathPrefix /',
  covers: ['R27', 'analysis 1.3: regex precedence implementation-specific'],
  docs: ['https://gateway-api.sigs.k8s.io/reference/spec/#pathmatchtype'],
  subjects: ['gateway.networking.k8s.io/HTTPRoute'],
  needs: ['gateway.networking.k8s.io/Gateway'],
  failing: {
    documents: SYSTEM('{ type: RegularExpression, value: /.* }'),
    says: 'The expression /.* takes every path of api.example.com, and Envoy Gateway puts it before the prefix /orders of rule 0 of HTTPRoute shop/all',
    field: 'spec.rules[1].matches[0].path',
  },
  passing: { documents: SYSTEM('{ type: PathPrefix, value: / }') },
  check(cluster, report) {
    const wide: Array<{ readonly match: RouteMatch; readonly listener: Listener; readonly hostname: string }> = [];
    for (const route of cluster.derive(gatewayModel).routes) {
      if (route.entry.kind !== 'HTTPRoute') continue;
      const matches = matchesOf(route);
      if (!matches.some(takesEverything)) continue;
      for (const { listener, hostnames } of route.attached) {
        if (!isEnvoyGateway(cluster, listener.gateway)) continue;
        for (const hostname of hostnames) for (const match of matches) if (takesEverything(match)) wide.push({ match, listener, hostname });
      }
    }
    const prefixes = wide.length === 0 ? NONE : prefixesOf(cluster);
    for (const { match, listener, hostname } of wide) {
      const prefix = prefixes.get(listener)?.get(hostname);
      if (!prefix) continue;
      report(match.entry, [...match.path, 'path'], {
        message: `The expression ${match.pathValue} takes every path of ${hostname === '*' ? 'every host' : hostname}, and Envoy Gateway puts it before the prefix ${prefix.pathValue} of rule ${prefix.rule} of ${prefix.entry.toString()}`,
        ...prefix.entry === match.entry ? {} : { decidedBy: [prefix.entry] },
      });
    }
  },
};

const NONE: ReadonlyMap<Listener, ReadonlyMap<string, RouteMatch>> = new Map();

/** The first prefix of every host name of a listener. Conditions beyond the path do not save a prefix: the kind of path is compared first. */
function prefixesOf(cluster: ClusterModel): ReadonlyMap<Listener, ReadonlyMap<string, RouteMatch>> {
  const prefixes = new Map<Listener, Map<string, RouteMatch>>();
  for (const route of cluster.derive(gatewayModel).routes) {
    const prefix = route.entry.kind === 'HTTPRoute' ? matchesOf(route).find(({ pathType }) => pathType === 'PathPrefix') : undefined;
    if (!prefix) continue;
    for (const { listener, hostnames } of route.attached) {
      let hosts = prefixes.get(listener);
      if (!hosts) prefixes.set(listener, (hosts = new Map()));
      for (const hostname of hostnames) if (!hosts.has(hostname)) hosts.set(hostname, prefix);
    }
  }
  return prefixes;
}

function takesEverything({ pathType, plain, pathValue }: RouteMatch): boolean {
  return pathType === 'RegularExpression' && plain && EVERYTHING.test(pathValue);
}
