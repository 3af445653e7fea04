import type { ClusterModel } from '../model/cluster-model';
import { labelsOf, list, record, text } from '../model/fields';
import { INJECT } from '../model/mesh';
import { fullHost } from '../model/mesh-services';
import { isForMesh } from '../model/mesh-routes';
import { ruleRetries } from '../model/retries';
import type { Entry } from '../model/entry';
import { SHOP } from './mesh-fixtures';
import type { Rule } from './rule';

const scene = (attempts: number): string => `${SHOP}
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: envoy }
spec: { controllerName: gateway.envoyproxy.io/gatewayclass-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners: [{ name: http, port: 80, protocol: HTTP }]
  infrastructure: { parametersRef: { group: gateway.envoyproxy.io, kind: EnvoyProxy, name: meshed } }
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: EnvoyProxy
metadata: { name: meshed, namespace: shop }
spec:
  routingType: Service
  provider: { type: Kubernetes, kubernetes: { envoyDeployment: { pod: { labels: { sidecar.istio.io/inject: "true" } } } } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec:
  parentRefs: [{ name: edge }]
  rules:
    - filters: [{ type: URLRewrite, urlRewrite: { hostname: orders.shop.svc.cluster.local } }]
      backendRefs: [{ name: orders, port: 80 }]
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: orders, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: orders }]
  retry: { numRetries: 3 }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ retries: { attempts: ${attempts} }, route: [{ destination: { host: orders } }] }]
`;

export const rule: Rule = {
  id: 'NS9705',
  class: 'risk',
  title: 'A gateway and its sidecar both retry',
  sees: 'routes of Envoy Gateway with retries whose proxies have a sidecar and call their backend through its Service by its own host, for which a VirtualService of the mesh retries, too.',
  why: 'Each try of the gateway is tried again by its sidecar: 3 retries and 3 retries are up to 16 calls for one request, at the moment when the backend is failing.',
  fix: 'keep retries at one of the two: retries: { attempts: 0 } in the VirtualService, or none at the gateway',
  covers: ['R117'],
  docs: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry', 'https://gateway.envoyproxy.io/docs/tasks/traffic/retry/'],
  subjects: ['networking.istio.io/VirtualService'],
  failing: {
    documents: scene(3),
    says: 'BackendTrafficPolicy shop/orders retries 3 times, and the sidecar of Gateway shop/edge retries each of them 3 times: up to 16 calls for one request',
    field: 'spec.http[0].retries.attempts',
  },
  passing: { documents: scene(0) },
  check(cluster, report) {
    const retried = cluster.derive(meshRetries);
    if (retried.size === 0) return;
    for (const { at, retries, fields, listener, route } of cluster.derive(ruleRetries)) {
      if (retries < 1 || !callsByServiceHost(cluster, listener.gateway.entry)) continue;
      const rewritten = list(fields.filters).map(record).map((filter) => text(record(filter.urlRewrite).hostname)).find((host) => host !== undefined);
      const own = rewritten === undefined ? undefined : retried.get(fullHost(rewritten, route.entry.namespace, cluster.facts.clusterDomain));
      if (!own) continue;
      report(own.entry, [...own.path], {
        message: `${at.toString()} retries ${retries} times, and the sidecar of ${listener.gateway.entry.toString()} retries each of them ${own.attempts} times: up to ${(retries + 1) * (own.attempts + 1)} calls for one request`,
        decidedBy: [at, listener.gateway.entry],
      });
    }
  },
};

interface MeshRetries {
  readonly entry: Entry;
  readonly path: readonly (string | number)[];
  readonly attempts: number;
}

/** Hosts whose requests sidecars retry by a VirtualService. */
function meshRetries(cluster: ClusterModel): ReadonlyMap<string, MeshRetries> {
  const found = new Map<string, MeshRetries>();
  for (const entry of cluster.objects('networking.istio.io', 'VirtualService')) {
    if (!isForMesh(entry)) continue;
    for (const [index, route] of list(entry.spec.http).map(record).entries()) {
      const attempts: unknown = record(route.retries).attempts;
      if (typeof attempts !== 'number' || attempts < 1) continue;
      for (const host of list(entry.spec.hosts)) found.set(fullHost(String(host), entry.namespace, cluster.facts.clusterDomain), { entry, attempts, path: ['spec', 'http', index, 'retries', 'attempts'] });
    }
  }
  return found;
}

/** Whether the gateway's proxies have a sidecar that sees the Service's host: they are injected, call Services and not pods, and no Sidecar narrows what they know. */
function callsByServiceHost(cluster: ClusterModel, gateway: Entry): boolean {
  const { name, kind } = record(record(gateway.spec.infrastructure).parametersRef);
  const proxy = kind === 'EnvoyProxy' ? cluster.find('gateway.envoyproxy.io', 'EnvoyProxy', gateway.namespace, String(name)) : undefined;
  if (!proxy?.sound || proxy.spec.routingType !== 'Service') return false;
  const labels = labelsOf(record(record(record(record(record(proxy.spec.provider).kubernetes).envoyDeployment).pod)).labels);
  return labels[INJECT] === 'true' && !cluster.derive(narrowed).has(gateway.name);
}

/** Gateways for whose proxies there is a Sidecar. */
function narrowed(cluster: ClusterModel): ReadonlySet<string | undefined> {
  return new Set(cluster.objects('networking.istio.io', 'Sidecar').map(({ spec }) => labelsOf(record(spec.workloadSelector).labels)['gateway.envoyproxy.io/owning-gateway-name']));
}
