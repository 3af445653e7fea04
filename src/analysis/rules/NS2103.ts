import { gatewayModel, ROUTE_KINDS } from '../model/gateway-api';
import type { Rule } from './rule';

const SYSTEM = (sectionName: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners:
    - { name: https, port: 443, protocol: HTTPS, hostname: api.example.com, tls: { certificateRefs: [{ name: web-tls }] } }
    - { name: http3-quic, port: 4433, protocol: HTTPS, hostname: api.example.com, tls: { certificateRefs: [{ name: web-tls }] } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec:
  parentRefs: [{ name: web${sectionName} }]
  rules: [{ backendRefs: [{ name: orders, port: 8080 }] }]
`;

export const rule: Rule = {
  id: 'NS2103',
  class: 'practice',
  title: 'A listener has no route',
  sees: 'Listeners that no route is attached to, while other listeners of the same Gateway have some. Plain HTTP on port 80 is left alone where cert-manager may put its own routes there, and so are the mesh\'s own listeners (HBONE, passthrough between clusters).',
  why: 'The port is open, shows a certificate and answers 404: either the listener is left over, or its routes name another one.',
  fix: 'attach a route to the listener, or remove it',
  covers: ['R121'],
  docs: ['https://gateway-api.sigs.k8s.io/api-types/gateway/'],
  subjects: ['gateway.networking.k8s.io/Gateway'],
  failing: { documents: SYSTEM(', sectionName: https'), says: 'Listener http3-quic of Gateway shop/web opens port 4433 and no route is attached to it', field: 'spec.listeners[1]' },
  passing: { documents: SYSTEM('') },
  check(cluster, report) {
    if (cluster.open || cluster.hasUnsound('gateway.networking.k8s.io', ...ROUTE_KINDS)) return;
    const { gateways, routes, routesOf } = cluster.derive(gatewayModel);
    // A route that is refused is the better news of its listener.
    const refusing = new Set(routes.flatMap(({ parents }) => parents.flatMap(({ refusedBy, refusal }) => (refusal === undefined ? [] : refusedBy))));
    const solves = cluster.has('cert-manager.io', 'Certificate') || cluster.has('cert-manager.io', 'ClusterIssuer') || cluster.has('cert-manager.io', 'Issuer');
    for (const { listeners } of gateways) {
      if (!listeners.some((listener) => routesOf(listener).length > 0)) continue;
      for (const listener of listeners) {
        const { home, path, name, port, protocol, tlsMode } = listener;
        if (routesOf(listener).length > 0 || refusing.has(listener) || (protocol === 'HTTP' && solves) || !['HTTP', 'HTTPS', 'TLS', 'TCP', 'UDP'].includes(protocol) || tlsMode === 'Passthrough') continue;
        report(home, path, { message: `Listener ${name} of ${home.toString()} opens port ${port} and no route is attached to it` });
      }
    }
  },
};
