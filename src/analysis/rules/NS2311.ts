import { each, some } from '../model/each';
import { isEnvoyGateway } from '../model/envoy-gateway';
import type { Fields } from '../model/fields';
import { list, text } from '../model/fields';
import type { ClusterModel } from '../model/cluster-model';
import type { Parent, RouteView } from '../model/gateway-api';
import { gatewayModel } from '../model/gateway-api';
import { isNginx } from '../model/ingress-nginx';
import { servicePorts } from '../model/service-ports';
import type { ServicePort } from '../model/service-ports';
import { TRAEFIK } from '../model/traefik';
import type { Report, Rule } from './rule';

const SYSTEM = (scheme: string): string => `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ name: grpc, port: 9000, appProtocol: grpc }] }
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: orders, namespace: shop }
spec:
  entryPoints: [websecure]
  routes: [{ kind: Rule, match: Host(\`orders.example.com\`), services: [{ name: orders, port: 9000${scheme} }] }]
  tls: {}
`;

export const rule: Rule = {
  id: 'NS2311',
  class: 'breaks',
  title: 'gRPC is passed on over HTTP/1.1',
  sees: 'Ports of Services that say grpc or h2c (appProtocol, or the name grpc), reached by a Traefik IngressRoute without scheme h2c or https, by an Ingress of ingress-nginx without backend-protocol GRPC, or by an HTTPRoute at Envoy Gateway where only the name of '
    + 'the port says it. GRPCRoutes speak HTTP/2 by themselves.',
  why: 'gRPC needs HTTP/2 on every hop: the backend refuses the connection, and clients see UNAVAILABLE or 502.',
  fix: 'set scheme: h2c on the service of the IngressRoute; use a GRPCRoute, or appProtocol kubernetes.io/h2c, with Envoy Gateway',
  covers: ['R137', 'analysis 1.3: gRPC over an HTTP/1-only hop'],
  docs: ['https://doc.traefik.io/traefik/user-guides/grpc/', 'https://gateway-api.sigs.k8s.io/guides/backend-protocol/'],
  subjects: ['traefik.io/IngressRoute', 'networking.k8s.io/Ingress', 'gateway.networking.k8s.io/HTTPRoute'],
  needs: ['gateway.networking.k8s.io/Gateway', 'networking.k8s.io/Ingress', 'traefik.io/IngressRoute'],
  failing: { documents: SYSTEM(''), says: 'Port 9000 of Service shop/orders speaks gRPC, and Traefik passes requests on to it over HTTP/1.1', field: 'spec.routes[0].services[0]' },
  passing: { documents: SYSTEM(', scheme: h2c') },
  check(cluster, report) {
    for (const route of cluster.objects(TRAEFIK, 'IngressRoute')) {
      list(route.spec.routes).forEach((one: Fields, index) => list(one.services).forEach((ref: Fields, item) => {
        if ((ref.kind ?? 'Service') !== 'Service' || ref.scheme !== undefined) return;
        const found = portOf(cluster, text(ref.namespace) ?? route.namespace, String(ref.name), ref.port as number | string | undefined);
        // Port 443 and names that begin with https are taken as https, where HTTP/2 is agreed upon.
        if (!found || !speaksGrpc(found) || found.port === 443 || found.name?.startsWith('https') === true || found.service.annotations['traefik.ingress.kubernetes.io/service.serversscheme'] !== undefined) return;
        report(route, ['spec', 'routes', index, 'services', item], {
          message: `Port ${found.port} of ${found.service.toString()} speaks gRPC, and Traefik passes requests on to it over HTTP/1.1`, fix: 'set scheme: h2c', decidedBy: [found.service],
        });
      }));
    }
    for (const ingress of cluster.objects('networking.k8s.io', 'Ingress')) {
      const protocol = ingress.annotations['nginx.ingress.kubernetes.io/backend-protocol'];
      if (!isNginx(ingress) || protocol === 'GRPC' || protocol === 'GRPCS') continue;
      list(ingress.spec.rules).forEach(({ http }: Fields, index) => list(http?.paths).forEach(({ backend }: Fields, item) => {
        const { name, port } = backend?.service ?? {};
        const found = portOf(cluster, ingress.namespace, String(name), port?.number ?? port?.name);
        if (!found || !speaksGrpc(found)) return;
        report(ingress, ['spec', 'rules', index, 'http', 'paths', item, 'backend'], {
          message: `Port ${found.port} of ${found.service.toString()} speaks gRPC, and ingress-nginx passes requests on to it over HTTP/1.1`,
          fix: 'set nginx.ingress.kubernetes.io/backend-protocol: GRPC', decidedBy: [found.service],
        });
      }));
    }
    each(cluster.derive(gatewayModel).routes, checkRoute, cluster, report);
  },
};

function isOfEnvoyGateway({ attached, gateway }: Parent, cluster: ClusterModel): boolean {
  return attached.length > 0 && isEnvoyGateway(cluster, gateway);
}

function checkRoute({ entry, parents }: RouteView, cluster: ClusterModel, report: Report): void {
  if (entry.kind !== 'HTTPRoute' || !some(parents, isOfEnvoyGateway, cluster)) return;
  const rules = list(entry.spec.rules);
  for (let index = 0; index < rules.length; index++) {
    const references = list(rules[index].backendRefs);
    for (let item = 0; item < references.length; item++) {
      const ref: Fields = references[item];
      const found = (ref.kind ?? 'Service') === 'Service' ? portOf(cluster, text(ref.namespace) ?? entry.namespace, String(ref.name), ref.port as number) : undefined;
      // Envoy Gateway reads appProtocol grpc and kubernetes.io/h2c, and no names of ports.
      if (!found || !speaksGrpc(found) || found.appProtocol !== undefined) continue;
      report(entry, ['spec', 'rules', index, 'backendRefs', item], {
        message: `Port ${found.port} of ${found.service.toString()} speaks gRPC, and Envoy Gateway passes requests of an HTTPRoute on to it over HTTP/1.1`,
        fix: 'use a GRPCRoute, or set appProtocol: kubernetes.io/h2c on the port of the Service', decidedBy: [found.service],
      });
    }
  }
}

/** The port of a Service, where its name or its protocol says gRPC at all. */
function portOf(cluster: ClusterModel, namespace: string, name: string, port: number | string | undefined): ServicePort | undefined {
  const service = cluster.find('', 'Service', namespace, name);
  return service?.sound && list(service.spec.ports).some(mayBeGrpc) ? servicePorts(service).find((one) => one.port === port || one.name === port) : undefined;
}

function mayBeGrpc({ name, appProtocol }: Fields): boolean {
  return appProtocol !== undefined || text(name)?.startsWith('grpc') === true;
}

function speaksGrpc({ appProtocol, name, protocol }: ServicePort): boolean {
  if (protocol !== 'TCP') return false;
  return appProtocol === undefined ? name === 'grpc' || name?.startsWith('grpc-') === true : appProtocol === 'grpc' || appProtocol === 'kubernetes.io/h2c';
}

