import type { Fields } from '../model/fields';
import { list, text } from '../model/fields';
import { GATEWAY_API } from '../model/gateway-api';
import { servicePorts } from '../model/service-ports';
import type { Rule } from './rule';

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
    for (const kind of ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute']) {
      const wanted = kind === 'UDPRoute' ? 'UDP' : 'TCP';
      for (const route of cluster.objects(GATEWAY_API, kind)) {
        list(route.spec.rules).forEach((one: Fields, index) => list(one.backendRefs).forEach((ref: Fields, item) => {
          const service = (ref.kind ?? 'Service') === 'Service' ? cluster.find('', 'Service', text(ref.namespace) ?? route.namespace, String(ref.name)) : undefined;
          const ports = service?.sound ? servicePorts(service).filter(({ port }) => port === ref.port) : [];
          if (ports.length === 0 || ports.some(({ protocol }) => protocol === wanted)) return;
          report(route, ['spec', 'rules', index, 'backendRefs', item, 'port'], {
            message: `Port ${String(ref.port)} of ${service!.toString()} is open over ${ports[0]!.protocol} only, and ${/^[AEIOU]|^H/.test(kind) ? 'an' : 'a'} ${kind} needs ${wanted}`, decidedBy: [service!],
          });
        }));
      }
    }
  },
};
