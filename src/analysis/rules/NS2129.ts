import { list } from '../model/fields';
import { meshRetries } from '../model/mesh-retries';
import { ruleRetries } from '../model/retries';
import type { Rule } from './rule';

const SYSTEM = (trigger: string): string => `
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
    - matches: [{ path: { value: /orders }, method: POST }]
      backendRefs: [{ name: orders, port: 8080 }]
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: web, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: web }]
  retry: { numRetries: 2, retryOn: { triggers: [${trigger}] } }
`;

const UNSAFE: ReadonlySet<unknown> = new Set(['POST', 'PATCH']);

export const rule: Rule = {
  id: 'NS2129',
  class: 'practice',
  title: 'Requests that change something are sent again',
  sees: 'Rules of HTTPRoutes at Envoy Gateway and routes of VirtualServices that match POST or PATCH, by name or because they name no method, and are retried on responses of the backend (5xx, reset, status codes). '
    + 'Retries for connections that failed (connect-failure, refused-stream) are safe.',
  why: 'The backend may have done the work before its answer was lost: the order is placed twice.',
  fix: 'retry on connect-failure and refused-stream only, or match the idempotent methods in a rule of their own',
  covers: ['R116'],
  docs: ['https://gateway.envoyproxy.io/docs/tasks/traffic/retry/', 'https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2'],
  subjects: ['gateway.networking.k8s.io/HTTPRoute', 'networking.istio.io/VirtualService'],
  failing: { documents: SYSTEM('5xx'), says: 'Rule 0 of HTTPRoute shop/orders takes POST, and its requests are sent again after responses of the backend', field: 'spec.retry' },
  passing: { documents: SYSTEM('connect-failure, refused-stream') },
  check(cluster, report) {
    for (const { route, rule: index, fields, at, path, retries, onResponses } of cluster.derive(ruleRetries)) {
      if (!onResponses || retries === 0 || route.entry.kind !== 'HTTPRoute' || list(fields.backendRefs).length === 0) continue;
      const methods = list(fields.matches).map(({ method }: { method?: string }) => method);
      const unsafe = methods.find((method) => UNSAFE.has(method)) ?? (methods.length === 0 || methods.includes(undefined) ? 'every method' : undefined);
      if (unsafe === undefined) continue;
      report(at, path, {
        message: `Rule ${index} of ${route.entry.toString()} takes ${unsafe}, and its requests are sent again after responses of the backend`, ...at === route.entry ? {} : { decidedBy: [route.entry] },
      });
    }
    for (const { at, index, path, onResponses, methods } of meshRetries(cluster)) {
      const unsafe = methods === undefined ? 'every method' : methods.find((method) => UNSAFE.has(method));
      if (!onResponses || unsafe === undefined) continue;
      report(at, path, { message: `Route ${index} of ${at.toString()} takes ${unsafe}, and its requests are sent again after responses of the backend` });
    }
  },
};
