import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { list, record } from '../model/fields';
import { protocolOf } from '../model/mesh-protocols';
import { destinationsOf, gatewaysOf, isForMesh } from '../model/mesh-routes';
import { meshServicesOf } from '../model/mesh-services';
import { NAMESPACE, service } from './mesh-fixtures';
import type { Rule } from './rule';

const scene = (port: string): string => `${NAMESPACE}${service('orders', '[{ name: http, port: 8080 }, { name: http-admin, port: 9000 }]')}
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [shop.example.com] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http: [{ route: [{ destination: { host: orders${port} } }] }]
`;

export const rule: Rule = {
  id: 'NS3040',
  class: 'breaks',
  title: 'A destination says no port, and none of the Service is the one that is meant',
  sees: 'destinations of VirtualServices without a port to Services with several, where the port at which requests arrive (of the Gateway\'s servers, or of the host in the mesh) is no port of the destination.',
  why: 'With one port a Service has only one meaning. With several, Istio takes the port at which the request arrived, and where the Service has none of that number there is no cluster: 503.',
  fix: 'write port: { number: … } with a port of the Service',
  covers: ['IST0112'],
  docs: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination', 'https://istio.io/latest/docs/reference/config/analysis/ist0112/'],
  subjects: ['networking.istio.io/VirtualService'],
  failing: {
    documents: scene(''),
    says: 'Requests arrive at port 80, and Service shop/orders has ports 8080 and 9000: without a port this destination is nowhere',
    field: 'spec.http[0].route[0].destination',
  },
  passing: { documents: scene(', port: { number: 8080 }') },
  check(cluster, report) {
    const services = meshServicesOf(cluster);
    for (const routes of cluster.objects('networking.istio.io', 'VirtualService')) {
      const arriving = arrivingAt(cluster, routes);
      if (arriving.length === 0) continue;
      for (const { host, port, path, protocol } of destinationsOf(routes)) {
        const destination = port === undefined && protocol === 'http' ? services.ofHost(host, routes.namespace) : undefined;
        if (!destination || destination.ports.length < 2 || destination.entry.spec.type === 'ExternalName') continue;
        const numbers = destination.ports.map(({ number }) => number);
        if (arriving.some((number) => numbers.includes(number))) continue;
        report(routes, path, {
          message: `Requests arrive at port ${arriving.join(' or ')}, and ${destination.entry.toString()} has ports ${numbers.slice(0, -1).join(', ')} and ${numbers[numbers.length - 1]}: without a port this destination is nowhere`,
          decidedBy: [destination.entry],
        });
      }
    }
  },
};

/** The ports at which requests for these routes arrive; none when one of them is not known. */
function arrivingAt(cluster: ClusterModel, routes: Entry): readonly number[] {
  const ports = new Set<number>();
  for (const { gateway } of gatewaysOf(cluster, routes)) {
    if (!gateway) return [];
    for (const server of list(gateway.spec.servers).map(record)) if (typeof record(server.port).number === 'number') ports.add(record(server.port).number as number);
  }
  if (isForMesh(routes)) {
    for (const host of list(routes.spec.hosts)) {
      const called = meshServicesOf(cluster).ofHost(String(host), routes.namespace);
      if (!called) return [];
      for (const port of called.ports) if (protocolOf(port) !== 'udp') ports.add(port.number);
    }
  }
  return [...ports];
}
