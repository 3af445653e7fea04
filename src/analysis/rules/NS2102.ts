import { list } from '../model/fields';
import { gatewayModel, GATEWAY_SUBJECTS } from '../model/gateway-api';
import { each } from '../model/each';
import type { RouteView } from '../model/gateway-api';
import type { Report, Rule } from './rule';

const SYSTEM = (listener: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners: [${listener}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata: { name: orders, namespace: shop }
spec:
  parentRefs: [{ name: web, sectionName: tls }]
  hostnames: [orders.example.com]
  rules: [{ backendRefs: [{ name: orders, port: 8443 }] }]
`;

export const rule: Rule = {
  id: 'NS2102',
  class: 'breaks',
  title: 'A listener cannot carry routes of this kind',
  sees: 'Routes whose listeners have another protocol than the kind needs (HTTP and HTTPS carry HTTPRoute and GRPCRoute, TLS carries TLSRoute and, when it terminates, TCPRoute), or allow other kinds in allowedRoutes.kinds.',
  why: 'The gateway does not accept the route (NotAllowedByListeners), and nothing is routed by it.',
  fix: 'name a listener of the right protocol, or use the kind of route that this one carries',
  covers: ['analysis 1.3: appProtocol vs listener protocol'],
  docs: ['https://gateway-api.sigs.k8s.io/reference/spec/#protocoltype'],
  subjects: GATEWAY_SUBJECTS,
  needs: ['gateway.networking.k8s.io/Gateway'],
  failing: {
    documents: SYSTEM('{ name: tls, port: 443, protocol: HTTPS, hostname: orders.example.com, tls: { certificateRefs: [{ name: web-tls }] } }'),
    says: 'Listener tls of Gateway shop/web has protocol HTTPS and carries no TLSRoute',
    field: 'spec.parentRefs[0]',
  },
  passing: { documents: SYSTEM('{ name: tls, port: 443, protocol: TLS, hostname: orders.example.com, tls: { mode: Passthrough } }') },
  check(cluster, report) {
    each(cluster.derive(gatewayModel).routes, checkRoute, report);
  },
};

function checkRoute({ entry, parents }: RouteView, report: Report): void {
  for (const parent of parents) {
    if (parent.refusal !== 'kind') continue;
    const { path, refusedBy, gateway, listenerSet } = parent;
    const home = listenerSet ?? gateway.entry;
    const said = refusedBy.map(({ name, protocol, tlsMode, fields }) => {
      const kinds = list(fields.allowedRoutes?.kinds);
      return `${name} ${kinds.length > 0 ? `allows ${kinds.map(({ kind }: { kind: string }) => kind).join(', ')} only` : `has protocol ${protocol}${protocol === 'TLS' ? ` (${tlsMode!})` : ''}`}`;
    });
    report(entry, path, {
      message: refusedBy.length === 1 ? `Listener ${said[0]!.replace(' ', ` of ${home.toString()} `)} and carries no ${entry.kind}` : `No listener of ${home.toString()} carries a ${entry.kind}: ${said.join(', ')}`,
      decidedBy: [home],
    });
  }
}
