import { effective, ENVOY_GATEWAY, envoyPolicies, isEnvoyGateway } from '../model/envoy-gateway';
import { gatewayModel } from '../model/gateway-api';
import type { Rule } from './rule';

const SYSTEM = (merge: string): string => `
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
  rateLimit: { type: Local, local: { rules: [{ limit: { requests: 100, unit: Second } }] } }
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: orders, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: orders }]${merge}
  retry: { numRetries: 1 }
`;

/** What protects, by kind of policy; a policy that sets none of it and something else has most likely forgotten it. */
const PROTECTING: Readonly<Record<string, readonly string[]>> = {
  BackendTrafficPolicy: ['rateLimit', 'circuitBreaker'],
  SecurityPolicy: ['jwt', 'oidc', 'basicAuth', 'apiKeyAuth', 'extAuth', 'authorization'],
};

const MEANING: Readonly<Record<string, string>> = {
  rateLimit: 'rate limit', circuitBreaker: 'circuit breaker', jwt: 'check of tokens', oidc: 'login', basicAuth: 'password', apiKeyAuth: 'API key', extAuth: 'external authorization', authorization: 'authorization',
};

export const rule: Rule = {
  id: 'NS2121',
  class: 'practice',
  title: 'A policy of a route takes away what the policy of its Gateway protects with',
  sees: 'BackendTrafficPolicies and SecurityPolicies of Envoy Gateway for a route that set something, do not merge, and lack a rate limit, circuit breaker or authentication that the policy of the Gateway or listener has. An empty policy is taken as meant.',
  why: 'The more specific policy replaces the other one whole: the route is served without the limit or the login that the Gateway asks of all others.',
  fix: 'repeat the setting in the policy of the route, or give it a mergeType',
  covers: ['R39', 'analysis 1.3: Envoy Gateway override'],
  docs: ['https://gateway.envoyproxy.io/docs/concepts/gateway_api_extensions/backend-traffic-policy/'],
  subjects: [`${ENVOY_GATEWAY}/BackendTrafficPolicy`, `${ENVOY_GATEWAY}/SecurityPolicy`],
  failing: { documents: SYSTEM(''), says: 'BackendTrafficPolicy shop/orders replaces BackendTrafficPolicy shop/web for HTTPRoute shop/orders and has no rate limit', field: 'spec.targetRefs[0]' },
  passing: { documents: SYSTEM('\n  mergeType: StrategicMerge') },
  check(cluster, report) {
    const policies = cluster.derive(envoyPolicies);
    const { route: routeOf } = cluster.derive(gatewayModel);
    for (const [kind, fields] of Object.entries(PROTECTING)) {
      for (const { policy, path, kind: targetKind, namespace, name, section } of policies.targets(kind)) {
        const route = policy.spec.mergeType === undefined ? routeOf(targetKind, namespace, name) : undefined;
        if (!route || route.entry.namespace !== namespace) continue;
        const own = Object.keys(policy.spec as Record<string, unknown>).filter((key) => !key.startsWith('target') && key !== 'mergeType');
        if (own.length === 0 || fields.some((field) => own.includes(field) && field !== 'circuitBreaker')) continue;
        for (const { listener } of route.attached) {
          if (!isEnvoyGateway(cluster, listener.gateway)) continue;
          const above = policies.chain(kind, route, section, listener).filter((one) => one !== policy);
          const lost = fields.filter((field) => !own.includes(field) && effective(above, field) !== undefined);
          if (lost.length === 0) continue;
          report(policy, path, { message: `${policy.toString()} replaces ${above[0]!.toString()} for ${route.entry.toString()} and has no ${lost.map((field) => MEANING[field]!).join(' and no ')}`, decidedBy: [above[0]!] });
          break;
        }
      }
    }
  },
};
