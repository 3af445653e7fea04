import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import type { Fields } from '../model/fields';
import { list, record, text } from '../model/fields';
import { gatewayModel } from '../model/gateway-api';
import { isEnvoyGateway } from '../model/envoy-gateway';
import { readYaml } from '../model/workload-config';
import { each } from '../model/each';
import type { RouteView } from '../model/gateway-api';
import type { Report, Rule } from './rule';

const SYSTEM = (kind: string): string => `
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
metadata: { name: orders, namespace: shop }
spec:
  parentRefs: [{ name: web }]
  rules:
    - filters: [{ type: ExtensionRef, extensionRef: { group: gateway.envoyproxy.io, kind: ${kind}, name: orders } }]
      backendRefs: [{ name: orders, port: 8080 }]
`;

/** Groups whose filters only their own gateway reads. */
const OWNED: Readonly<Record<string, string>> = {
  'traefik.io': 'Traefik', 'configuration.konghq.com': 'Kong', 'gateway.nginx.org': 'NGINX Gateway Fabric', 'networking.istio.io': 'Istio', 'consul.hashicorp.com': 'Consul', 'gateway.envoyproxy.io': 'Envoy Gateway',
};

const NAMES = { 'envoy-gateway': 'Envoy Gateway', 'istio': 'Istio', 'cilium': 'Cilium', 'traefik': 'Traefik', 'other': '' } as const;

/** Names that were in use once, or that people try, and what does the work. */
const INSTEAD: Readonly<Record<string, string>> = {
  RateLimitFilter: 'say the limit in a BackendTrafficPolicy (spec.rateLimit) with targetRefs and remove the filter',
  CircuitBreakerFilter: 'say the circuit breaker in a BackendTrafficPolicy (spec.circuitBreaker) with targetRefs and remove the filter',
  AuthenticationFilter: 'say the authentication in a SecurityPolicy with targetRefs and remove the filter',
  WAFFilter: 'attach an EnvoyExtensionPolicy with a Wasm filter by targetRefs and remove the filter',
};

export const rule: Rule = {
  id: 'NS2126',
  class: 'breaks',
  title: 'The gateway does not know this kind of filter',
  sees: 'ExtensionRef filters of HTTPRoutes and GRPCRoutes by the implementation that runs their Gateway: Envoy Gateway takes HTTPRouteFilter (and what its extension manager registers), Traefik takes Middleware, and no gateway takes the filters of another.',
  why: 'The route gets a negative condition, and every request that matches the rule is answered with 500.',
  fix: 'remove the filter and use the policy that the gateway has for it',
  covers: ['R28'],
  docs: ['https://gateway.envoyproxy.io/docs/api/extension_types/#httproutefilter', 'https://gateway-api.sigs.k8s.io/reference/spec/#httproutefilter'],
  subjects: ['gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute'],
  needs: ['gateway.networking.k8s.io/Gateway'],
  failing: {
    documents: SYSTEM('RateLimitFilter'), says: 'Envoy Gateway, which runs Gateway shop/web, has no filter RateLimitFilter of gateway.envoyproxy.io', field: 'spec.rules[0].filters[0].extensionRef.kind',
  },
  passing: { documents: SYSTEM('HTTPRouteFilter') },
  check(cluster, report) {
    each(cluster.derive(gatewayModel).routes, checkRoute, cluster, report);
  },
};

function checkRoute(route: RouteView, cluster: ClusterModel, report: Report): void {
  if (route.attached.length === 0 || !hasFilters(route.entry)) return;
  const gateways = [...new Set(route.parents.filter(({ attached }) => attached.length > 0).map(({ gateway }) => gateway))];
  list(route.entry.spec.rules).forEach((one: Fields, index) => {
    const places = [
      ...list(one.filters).map((filter: Fields, at) => ({ filter, path: ['spec', 'rules', index, 'filters', at] })),
      ...list(one.backendRefs).flatMap((ref: Fields, at) => list(ref.filters).map((filter: Fields, item) => ({ filter, path: ['spec', 'rules', index, 'backendRefs', at, 'filters', item] }))),
    ];
    for (const { filter, path } of places) {
      const { group, kind } = record(filter.extensionRef);
      if (filter.type !== 'ExtensionRef' || kind === undefined) continue;
      for (const gateway of gateways) {
        const implementation = isEnvoyGateway(cluster, gateway) ? 'envoy-gateway' : gateway.implementation;
        if (implementation === undefined || implementation === 'other' || knows(cluster, implementation, String(group), String(kind))) continue;
        report(route.entry, [...path, 'extensionRef', 'kind'], {
          message: `${NAMES[implementation]}, which runs ${gateway.entry.toString()}, has no filter ${String(kind)} of ${String(group)}`, decidedBy: [gateway.entry],
          ...INSTEAD[String(kind)] === undefined ? {} : { fix: INSTEAD[String(kind)]! },
        });
        break;
      }
    }
  });
}

/** Whether a route has any filter that its gateway may not know. */
function hasFilters({ spec }: Entry): boolean {
  for (const { filters, backendRefs } of list(spec.rules)) {
    for (const filter of list(filters)) if (filter.type === 'ExtensionRef') return true;
    for (const reference of list(backendRefs)) if (reference.filters !== undefined) return true;
  }
  return false;
}

function knows(cluster: ClusterModel, implementation: 'envoy-gateway' | 'istio' | 'cilium' | 'traefik', group: string, kind: string): boolean {
  switch (implementation) {
    case 'envoy-gateway':
      // An extension server may bring kinds of its own, in a group of its own.
      if (group === 'gateway.envoyproxy.io') return kind === 'HTTPRouteFilter';
      return OWNED[group] === undefined || registered(cluster);
    case 'traefik': return group === 'traefik.io' ? kind === 'Middleware' : OWNED[group] === undefined;
    // Others may learn filters of their own; those of another gateway they do not read.
    default: return OWNED[group] === undefined;
  }
}

function registered(cluster: ClusterModel): boolean {
  return cluster.objects('', 'ConfigMap').some(({ object }) => {
    const source = text(record(object.data)['envoy-gateway.yaml']);
    return source !== undefined && record(readYaml(source)).extensionManager !== undefined;
  });
}
