import { list, record } from '../model/fields';
import { meshOf } from '../model/mesh';
import { meshServicesOf } from '../model/mesh-services';
import { waypointOf } from '../model/mesh-waypoints';
import { SHOP } from './mesh-fixtures';
import type { Rule } from './rule';

const scene = (labels: string): string => `${SHOP.replace('istio-injection: enabled', labels)}
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ timeout: 4.7s, route: [{ destination: { host: orders } }] }]
`;

export const rule: Rule = {
  id: 'NS3027',
  class: 'risk',
  title: 'Routes for a Service in ambient mode have nobody who keeps them',
  sees: 'VirtualServices of the mesh, and HTTPRoutes and GRPCRoutes attached to a Service, whose hosts are Services of the cluster without a waypoint, in clusters where no pod has a sidecar.',
  why: 'ztunnel carries connections and reads no requests. Without a waypoint before the Service nobody routes, retries, mirrors or splits: the whole object is without effect.',
  fix: 'give the Service a waypoint: label it or its namespace with istio.io/use-waypoint and add a Gateway of class istio-waypoint',
  covers: ['R19', 'IST0167'],
  docs: ['https://istio.io/latest/docs/ambient/usage/l7-features/', 'https://istio.io/latest/docs/ambient/usage/waypoint/'],
  subjects: ['networking.istio.io/VirtualService', 'gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute'],
  failing: {
    documents: scene('istio.io/dataplane-mode: ambient'),
    says: 'Nobody keeps these routes: orders.shop.svc.cluster.local is in ambient mode and has no waypoint',
    field: 'spec.hosts[0]',
  },
  passing: {
    documents: `${scene('istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint')}---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: waypoint, namespace: shop }
spec:
  gatewayClassName: istio-waypoint
  listeners: [{ name: mesh, port: 15008, protocol: HBONE }]
`,
  },
  check(cluster, report) {
    const mesh = meshOf(cluster);
    const services = meshServicesOf(cluster);
    // One client with a sidecar reads VirtualServices itself.
    if (cluster.pods.some((group) => ['sidecar', 'unknown', 'gateway'].includes(mesh.memberOf(group).membership))) return;
    const bare = (host: string, namespace: string): string | undefined => {
      const service = services.ofHost(host, namespace);
      const ambient = service !== undefined && service.pods.length > 0 && service.pods.every((group) => mesh.memberOf(group).membership === 'ambient');
      return ambient && waypointOf(cluster, service.entry).kind === 'none' ? service.host : undefined;
    };
    for (const route of cluster.objects('networking.istio.io', 'VirtualService')) {
      const gateways = list(route.spec.gateways);
      if (gateways.length > 0 && !gateways.every((gateway) => gateway === 'mesh')) continue;
      const hosts = list(route.spec.hosts).map((host) => bare(String(host), route.namespace));
      if (hosts.length === 0 || !hosts.every((host) => host !== undefined)) continue;
      report(route, ['spec', 'hosts', 0], { message: `Nobody keeps these routes: ${hosts[0]!} is in ambient mode and has no waypoint` });
    }
    for (const kind of ['HTTPRoute', 'GRPCRoute']) {
      for (const route of cluster.objects('gateway.networking.k8s.io', kind)) {
        for (const [index, parent] of list(route.spec.parentRefs).map(record).entries()) {
          if (parent.kind !== 'Service') continue;
          const host = bare(String(parent.name), typeof parent.namespace === 'string' ? parent.namespace : route.namespace);
          if (host !== undefined) report(route, ['spec', 'parentRefs', index], { message: `Nobody keeps these routes: ${host} is in ambient mode and has no waypoint` });
        }
      }
    }
  },
};
