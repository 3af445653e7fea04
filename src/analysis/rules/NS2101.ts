import { gatewayModel, GATEWAY_SUBJECTS } from '../model/gateway-api';
import { each } from '../model/each';
import type { RouteView } from '../model/gateway-api';
import type { Report, Rule } from './rule';

const SYSTEM = (hostname: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners: [{ name: https, port: 443, protocol: HTTPS, hostname: "*.example.com", tls: { certificateRefs: [{ name: web-tls }] } }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec:
  parentRefs: [{ name: web }]
  hostnames: ["${hostname}"]
  rules: [{ backendRefs: [{ name: orders, port: 8080 }] }]
`;

export const rule: Rule = {
  id: 'NS2101',
  class: 'breaks',
  title: 'The host names of a route and of its listeners have nothing in common',
  sees: 'Routes with host names of which none falls under the host name of any listener that they name. `*.example.com` covers one label or more, and never example.com itself.',
  why: 'The gateway does not accept the route (NoMatchingListenerHostname), and requests for its hosts are answered with 404 or a failed handshake.',
  fix: 'give the route a host name below that of the listener, or add a listener for it',
  covers: ['analysis 1.3: hostname does not intersect listener'],
  docs: ['https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec'],
  subjects: GATEWAY_SUBJECTS,
  needs: ['gateway.networking.k8s.io/Gateway'],
  failing: { documents: SYSTEM('example.com'), says: 'The route is for example.com, and listener https of Gateway shop/web for *.example.com', field: 'spec.hostnames' },
  passing: { documents: SYSTEM('a.b.example.com') },
  check(cluster, report) {
    each(cluster.derive(gatewayModel).routes, checkRoute, report);
  },
};

function checkRoute({ entry, hostnames, parents }: RouteView, report: Report): void {
  for (const { refusal, refusedBy, gateway, listenerSet } of parents) {
    if (refusal !== 'hostname') continue;
    const home = listenerSet ?? gateway.entry;
    const names = [...new Set(refusedBy.map(({ hostname }) => hostname))];
    report(entry, ['spec', 'hostnames'], {
      message: `The route is for ${hostnames.join(', ')}, and ${refusedBy.length === 1 ? `listener ${refusedBy[0]!.name}` : `the listeners ${refusedBy.map(({ name }) => name).join(', ')}`} of ${home.toString()} for ${names.join(', ')}`,
      decidedBy: [home],
    });
  }
}
