import { printMillis } from '../model/durations';
import { meshRetries } from '../model/mesh-retries';
import { ruleRetries } from '../model/retries';
import type { Rule } from './rule';

const SYSTEM = (retry: string): string => `
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
    - backendRefs: [{ name: orders, port: 8080 }]
      timeouts: { request: 4700ms }
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: web, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: web }]
  retry: ${retry}
`;

export const rule: Rule = {
  id: 'NS2128',
  class: 'practice',
  title: 'Retries do not fit into the time of the request',
  sees: 'Rules of routes at Envoy Gateway: all tries at their longest, with the first pause before each retry, against the timeout of the request in HTTPRoute or BackendTrafficPolicy; and routes of VirtualServices. Without a timeout per try or per request nothing is said.',
  why: 'When the backend is slow the request ends before the last retries can begin: the client waits the whole time and gets 504, and the backend has worked for nothing.',
  fix: 'shorten the time per try, make fewer retries, or give the request more time',
  covers: ['R115'],
  docs: ['https://gateway.envoyproxy.io/docs/tasks/traffic/retry/'],
  subjects: ['gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute', 'networking.istio.io/VirtualService'],
  failing: {
    documents: SYSTEM('{ numRetries: 3, perRetry: { timeout: 1700ms } }'),
    says: '4 tries of 1.7s take 6.8s, and rule 0 of HTTPRoute shop/orders ends a request after 4.7s', field: 'spec.retry',
  },
  passing: { documents: SYSTEM('{ numRetries: 1, perRetry: { timeout: 1700ms, backOff: { baseInterval: 170ms } } }') },
  check(cluster, report) {
    for (const { route, rule: index, at, path, retries, perTry, backOff = 0, total } of cluster.derive(ruleRetries)) {
      if (perTry === undefined || total === undefined || retries === 0) continue;
      const whole = (retries + 1) * perTry + retries * backOff;
      if (whole <= total) continue;
      const pauses = backOff === 0 ? '' : ` with pauses of ${printMillis(backOff)}`;
      report(at, path, {
        message: `${retries + 1} tries of ${printMillis(perTry)}${pauses} take ${printMillis(whole)}, and rule ${index} of ${route.entry.toString()} ends a request after ${printMillis(total)}`,
        ...at === route.entry ? {} : { decidedBy: [route.entry] },
      });
    }
    for (const { at, index, path, attempts, perTry, total } of meshRetries(cluster)) {
      if (perTry === undefined || total === undefined || (attempts + 1) * perTry <= total) continue;
      report(at, path, { message: `${attempts + 1} tries of ${printMillis(perTry)} take ${printMillis((attempts + 1) * perTry)}, and route ${index} of ${at.toString()} ends a request after ${printMillis(total)}` });
    }
  },
};
