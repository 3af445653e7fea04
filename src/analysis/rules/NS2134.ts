import { effective, envoyPolicies, isEnvoyGateway } from '../model/envoy-gateway';
import type { Fields } from '../model/fields';
import { list, text } from '../model/fields';
import { gatewayModel } from '../model/gateway-api';
import { isNginx, NGINX } from '../model/ingress-nginx';
import { TRAEFIK } from '../model/traefik';
import { middlewareRefs } from '../model/traefik-routers';
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import type { Rule } from './rule';

const SYSTEM = (spec: string): string => `
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
  rules: [{ backendRefs: [{ name: orders, port: 8080 }] }]
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: web, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: web }]
  ${spec}
`;

export const rule: Rule = {
  id: 'NS2134',
  class: 'practice',
  title: 'A route has no rate limit',
  sees: 'Rules with backends at Envoy Gateway without an effective rateLimit, Ingresses of ingress-nginx without limit annotations, IngressRoutes of Traefik without a rateLimit or inFlightReq middleware. '
    + 'Where Terraform has a ruleset of phase http_ratelimit, what comes through Cloudflare is limited there.',
  why: 'One client can use up the connections and workers of all others.',
  fix: 'add a rate limit: BackendTrafficPolicy.spec.rateLimit, the annotation limit-rps, or a rateLimit middleware',
  covers: ['R39', 'R77', 'R140'],
  docs: ['https://gateway.envoyproxy.io/docs/tasks/traffic/global-rate-limit/'],
  subjects: ['gateway.networking.k8s.io/HTTPRoute', 'networking.k8s.io/Ingress', 'traefik.io/IngressRoute'],
  failing: { documents: SYSTEM('retry: { numRetries: 1 }'), says: 'Rule 0 of HTTPRoute shop/orders has no rate limit', field: 'spec.rules[0]' },
  passing: { documents: SYSTEM('rateLimit: { type: Local, local: { rules: [{ limit: { requests: 100, unit: Second } }] } }') },
  check(cluster, report) {
    if (cluster.world.terraform('cloudflare_ruleset').some(({ attributes }) => attributes.phase === 'http_ratelimit')) return;
    const policies = cluster.derive(envoyPolicies);
    for (const route of cluster.derive(gatewayModel).routes) {
      if (route.entry.kind !== 'HTTPRoute' && route.entry.kind !== 'GRPCRoute') continue;
      const listener = route.parents.flatMap(({ attached }) => attached.map((one) => one.listener)).find(({ gateway }) => isEnvoyGateway(cluster, gateway));
      if (!listener) continue;
      list(route.entry.spec.rules).forEach((one: Fields, index) => {
        if (list(one.backendRefs).length === 0 || effective(policies.chain('BackendTrafficPolicy', route, text(one.name), listener), 'rateLimit')) return;
        report(route.entry, ['spec', 'rules', index], { message: `Rule ${index} of ${route.entry.toString()} has no rate limit`, fix: 'set spec.rateLimit in a BackendTrafficPolicy for the Gateway' });
      });
    }
    for (const ingress of cluster.objects('networking.k8s.io', 'Ingress')) {
      if (!isNginx(ingress) || ingress.annotations[`${NGINX}canary`] === 'true' || Object.keys(ingress.annotations).some((key) => key.startsWith(`${NGINX}limit-`) || key.startsWith(`${NGINX}global-rate-limit`))) continue;
      report(ingress, ['spec'], { message: `${ingress.toString()} has no rate limit`, fix: 'add the annotation nginx.ingress.kubernetes.io/limit-rps' });
    }
    for (const route of cluster.objects(TRAEFIK, 'IngressRoute')) {
      const limited = new Set(middlewareRefs(route).filter(({ namespace, name }) => isLimit(cluster, namespace ?? route.namespace, name, 0)).map(({ path }) => path[2]));
      list(route.spec.routes).forEach((_, index) => {
        if (!limited.has(index)) report(route, ['spec', 'routes', index], { message: `Route ${index} of ${route.toString()} has no rate limit`, fix: 'add a middleware with rateLimit' });
      });
    }
  },
};

function isLimit(cluster: ClusterModel, namespace: string, name: string, depth: number): boolean {
  const middleware: Entry | undefined = cluster.find(TRAEFIK, 'Middleware', namespace, name);
  // What is not here may be a limit.
  if (!middleware?.sound) return true;
  if (middleware.spec.rateLimit !== undefined || middleware.spec.inFlightReq !== undefined || middleware.spec.plugin !== undefined) return true;
  return depth < 5 && middlewareRefs(middleware).some((ref) => isLimit(cluster, ref.namespace ?? middleware.namespace, ref.name, depth + 1));
}
