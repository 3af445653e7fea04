import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { Entry } from '../model/entry';
import type { Fields } from '../model/fields';
import { list, text } from '../model/fields';
import { GATEWAY_API } from '../model/gateway-api';
import type { Report, Rule } from './rule';

const SYSTEM = (protocol: string): string => `
apiVersion: v1
kind: Service
metadata: { name: game, namespace: shop }
spec: { selector: { app: game }, ports: [{ name: game, port: 7777, protocol: ${protocol} }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: game, namespace: shop }
spec:
  parentRefs: [{ name: web }]
  rules: [{ backendRefs: [{ name: game, port: 7777 }] }]
`;

export const rule: Rule = {
  id: 'NS2130',
  class: 'breaks',
  title: 'A route leads to a port of the other transport',
  sees: 'Backends of routes that are Services whose port of that number is open over UDP only (for HTTPRoute, GRPCRoute, TLSRoute and TCPRoute) or over TCP only (for UDPRoute).',
  why: 'The gateway refuses the backend, and requests get 500 or nothing.',
  fix: 'name the port of the right protocol, or use the route that carries it',
  covers: ['analysis 1.3: appProtocol vs listener protocol'],
  docs: ['https://gateway-api.sigs.k8s.io/reference/spec/#backendref'],
  subjects: ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'].map((kind) => `${GATEWAY_API}/${kind}`),
  failing: { documents: SYSTEM('UDP'), says: 'Port 7777 of Service shop/game is open over UDP only, and an HTTPRoute needs TCP', field: 'spec.rules[0].backendRefs[0].port' },
  passing: { documents: SYSTEM('TCP') },
  check(cluster, report) {
    for (const kind of ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute']) each(cluster.objects(GATEWAY_API, kind), checkRoute, cluster, report);
  },
};

function checkRoute(route: Entry, cluster: ClusterModel, report: Report): void {
  const { kind } = route;
  const wanted = kind === 'UDPRoute' ? 'UDP' : 'TCP';
  const rules = list(route.spec.rules);
  for (let index = 0; index < rules.length; index++) {
    const references = list(rules[index].backendRefs);
    for (let item = 0; item < references.length; item++) {
      const ref: Fields = references[item];
      const service = (ref.kind ?? 'Service') === 'Service' ? cluster.find('', 'Service', text(ref.namespace) ?? route.namespace, String(ref.name)) : undefined;
      const protocol = service?.sound ? otherProtocol(service, ref.port, wanted) : undefined;
      if (protocol === undefined) continue;
      report(route, ['spec', 'rules', index, 'backendRefs', item, 'port'], {
        message: `Port ${String(ref.port)} of ${service!.toString()} is open over ${protocol} only, and ${/^[AEIOU]|^H/.test(kind) ? 'an' : 'a'} ${kind} needs ${wanted}`, decidedBy: [service!],
      });
    }
  }
}

/** What a port of a Service is open over, when it is not what is wanted. */
function otherProtocol(service: Entry, wanted: unknown, protocol: string): string | undefined {
  let other: string | undefined;
  for (const port of list(service.spec.ports)) {
    if (port.port !== wanted) continue;
    const own = text(port.protocol) ?? 'TCP';
    if (own === protocol) return undefined;
    other ??= own;
  }
  return other;
}
