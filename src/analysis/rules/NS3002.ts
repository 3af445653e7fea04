import type { FieldPath } from '../documents/document';
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { list, record, text } from '../model/fields';
import type { OutsideProxy } from '../model/mesh-gateways';
import { gatewayOutside, gatewaysOfRoute, ingressOutside, podsOutside } from '../model/mesh-gateways';
import { mtlsOf } from '../model/mesh-mtls';
import { meshServicesOf } from '../model/mesh-services';
import type { Report, Rule } from './rule';

const SCENE = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: Namespace
metadata: { name: envoy-gateway-system }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec:
  selector: { app: orders }
  ports: [{ name: http, port: 80, targetPort: 8080 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4", ports: [{ containerPort: 8080 }] }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: envoy }
spec: { controllerName: gateway.envoyproxy.io/gatewayclass-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec:
  parentRefs: [{ name: edge }]
  rules: [{ backendRefs: [{ name: orders, port: 80 }] }]
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: istio-system }
spec: { mtls: { mode: STRICT } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
`;

export const rule: Rule = {
  id: 'NS3002',
  class: 'breaks',
  title: 'A gateway outside the mesh forwards to a backend with STRICT mTLS',
  sees: 'routes of the Gateway API, Ingresses and Traefik\'s routes whose proxy is outside the mesh for certain, to Services whose pods ask for STRICT mTLS. Proxies of Envoy Gateway, Cilium and cloud '
    + 'load balancers are known by their class, ingress controllers by their pods. Services with a BackendTLSPolicy are passed over.',
  why: 'The proxy has no certificate of the mesh, so the backend\'s sidecar closes its connections: every request through the gateway is answered 503.',
  fix: 'bring the proxy into the mesh, or take plain text at the backend\'s port (portLevelMtls PERMISSIVE) until it is there',
  covers: ['R3', 'analysis 1.3: STRICT mTLS with ingress controller or Gateway outside the mesh'],
  docs: ['https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/', 'https://istio.io/latest/docs/concepts/security/#mutual-tls-authentication'],
  subjects: ['security.istio.io/PeerAuthentication'],
  needs: ['gateway.networking.k8s.io/Gateway', 'networking.k8s.io/Ingress', 'traefik.io/IngressRoute', 'traefik.io/IngressRouteTCP'],
  failing: {
    documents: `${SCENE}spec:
  gatewayClassName: envoy
  listeners: [{ name: http, port: 80, protocol: HTTP }]
`,
    says: 'Envoy Gateway\'s proxy of Gateway shop/edge is outside the mesh (namespace envoy-gateway-system is not labelled for injection), and port 8080 of Deployment shop/orders takes STRICT mTLS only: every request is answered 503',
    field: 'spec.rules[0].backendRefs[0]',
  },
  passing: {
    documents: `${SCENE}spec:
  gatewayClassName: envoy
  listeners: [{ name: http, port: 80, protocol: HTTP }]
  infrastructure: { parametersRef: { group: gateway.envoyproxy.io, kind: EnvoyProxy, name: meshed } }
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: EnvoyProxy
metadata: { name: meshed, namespace: shop }
spec:
  provider:
    type: Kubernetes
    kubernetes: { envoyDeployment: { pod: { labels: { sidecar.istio.io/inject: "true" } } } }
`,
  },
  check(cluster, report) {
    if (!mtlsOf(cluster).anyStrict) return;
    routes(cluster, report);
    for (const ingress of cluster.objects('networking.k8s.io', 'Ingress')) {
      const proxy = ingressOutside(cluster, ingress);
      if (!proxy) continue;
      const say = (backend: unknown, path: FieldPath): void => {
        const { name, port } = record(record(backend).service);
        const wanted = (record(port).number ?? record(port).name) as number | string | undefined;
        if (wanted !== undefined) refuse(cluster, report, ingress, path, proxy, ingress.namespace, String(name), wanted);
      };
      if (ingress.spec.defaultBackend !== undefined) say(ingress.spec.defaultBackend, ['spec', 'defaultBackend']);
      for (const [r, one] of list(ingress.spec.rules).map(record).entries()) {
        for (const [p, path] of list(record(one.http).paths).map(record).entries()) say(path.backend, ['spec', 'rules', r, 'http', 'paths', p, 'backend']);
      }
    }
    traefik(cluster, report);
  },
};

function routes(cluster: ClusterModel, report: Report): void {
  const ownTls = cluster.derive(servicesWithTls);
  for (const kind of ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute']) {
    for (const route of cluster.objects('gateway.networking.k8s.io', kind)) {
      const proxy = gatewaysOfRoute(cluster, route).map((gateway) => gatewayOutside(cluster, gateway)).find((one) => one !== undefined);
      if (!proxy) continue;
      for (const [r, one] of list(route.spec.rules).map(record).entries()) {
        for (const [b, backend] of list(one.backendRefs).map(record).entries()) {
          const namespace = text(backend.namespace) ?? route.namespace;
          if ((text(backend.kind) ?? 'Service') !== 'Service' || text(backend.group) !== undefined || backend.weight === 0 || typeof backend.port !== 'number') continue;
          if (ownTls.has(`${namespace}/${String(backend.name)}`)) continue;
          refuse(cluster, report, route, ['spec', 'rules', r, 'backendRefs', b], proxy, namespace, String(backend.name), backend.port);
        }
      }
    }
  }
}

function traefik(cluster: ClusterModel, report: Report): void {
  for (const kind of ['IngressRoute', 'IngressRouteTCP']) {
    for (const route of cluster.objects('traefik.io', kind)) {
      const proxy = podsOutside(cluster, 'traefik');
      if (!proxy) return;
      for (const [r, one] of list(route.spec.routes).map(record).entries()) {
        for (const [s, service] of list(one.services).map(record).entries()) {
          if ((text(service.kind) ?? 'Service') !== 'Service' || service.weight === 0 || service.port === undefined || service.serversTransport !== undefined) continue;
          refuse(cluster, report, route, ['spec', 'routes', r, 'services', s], proxy, text(service.namespace) ?? route.namespace, String(service.name), service.port as number | string);
        }
      }
    }
  }
}

function refuse(
  cluster: ClusterModel, report: Report, at: Entry, path: FieldPath, { proxy, reason, decidedBy, assumed }: OutsideProxy, namespace: string, name: string, wanted: number | string,
): void {
  const service = meshServicesOf(cluster).find(namespace, name);
  const port = service?.port(wanted);
  if (!service || !port) return;
  for (const group of service.pods) {
    const target = service.targetOf(port, group);
    const mode = target === undefined ? undefined : mtlsOf(cluster).refusesPlainText(group, target);
    if (!mode) continue;
    report(at, path, {
      message: `${proxy.charAt(0).toUpperCase()}${proxy.slice(1)} is outside the mesh (${reason}), and port ${target} of ${group.entry.toString()} takes STRICT mTLS only: every request is answered 503`,
      decidedBy: [mode.by!, ...decidedBy],
      ...assumed === true && { severity: 'warning' },
    });
    return;
  }
}

/** Services that a gateway speaks TLS with on its own terms. */
function servicesWithTls(cluster: ClusterModel): ReadonlySet<string> {
  return new Set(cluster.objects('gateway.networking.k8s.io', 'BackendTLSPolicy').flatMap((policy) => list(policy.spec.targetRefs).map((target) => `${policy.namespace}/${String(record(target).name)}`)));
}
