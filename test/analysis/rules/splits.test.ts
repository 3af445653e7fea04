// A canary that gets the larger share, in the layers beside gateways, Istio and Traefik's web routes; each with the weights the right way round.
import { ask } from './gateway-ask';

type Layer = readonly [name: string, document: (stable: number, canary: number) => string, field: string, canary: string, stable: string];

const LAYERS: readonly Layer[] = [
  ['a route of Linkerd', (stable, canary) => `
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec:
  parentRefs: [{ group: core, kind: Service, name: orders, port: 80 }]
  rules: [{ backendRefs: [{ name: orders-stable, port: 80, weight: ${stable} }, { name: orders-canary, port: 80, weight: ${canary} }] }]
`, 'spec.rules[0].backendRefs[1]', 'orders-canary', 'orders-stable'],
  ['a TrafficSplit of the Service Mesh Interface', (stable, canary) => `
apiVersion: split.smi-spec.io/v1alpha2
kind: TrafficSplit
metadata: { name: orders, namespace: shop }
spec: { service: orders, backends: [{ service: orders-stable, weight: ${stable} }, { service: orders-canary, weight: ${canary} }] }
`, 'spec.backends[1]', 'orders-canary', 'orders-stable'],
  ['a ServiceSplitter of Consul', (stable, canary) => `
apiVersion: consul.hashicorp.com/v1alpha1
kind: ServiceSplitter
metadata: { name: orders, namespace: shop }
spec: { splits: [{ weight: ${stable}, serviceSubset: stable }, { weight: ${canary}, serviceSubset: canary }] }
`, 'spec.splits[1]', 'orders subset canary', 'orders subset stable'],
  ['an IngressRouteTCP of Traefik', (stable, canary) => `
apiVersion: traefik.io/v1alpha1
kind: IngressRouteTCP
metadata: { name: orders, namespace: shop }
spec:
  entryPoints: [queue]
  routes: [{ match: "HostSNI(\`*\`)", services: [{ name: orders, port: 5672, weight: ${stable} }, { name: orders-canary, port: 5672, weight: ${canary} }] }]
`, 'spec.routes[0].services[1]', 'orders-canary', 'orders'],
  ['an HTTPProxy of Contour', (stable, canary) => `
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: orders, namespace: shop }
spec: { routes: [{ services: [{ name: orders, port: 80, weight: ${stable} }, { name: orders-canary, port: 80, weight: ${canary} }] }] }
`, 'spec.routes[0].services[1]', 'orders-canary', 'orders'],
  ['a VirtualServer of NGINX', (stable, canary) => `
apiVersion: k8s.nginx.org/v1
kind: VirtualServer
metadata: { name: orders, namespace: shop }
spec:
  host: orders.example.com
  upstreams: [{ name: main, service: orders, port: 80 }, { name: tried, service: orders-canary, port: 80 }]
  routes: [{ path: /, splits: [{ weight: ${stable}, action: { pass: main } }, { weight: ${canary}, action: { pass: tried } }] }]
`, 'spec.routes[0].splits[1]', 'orders-canary', 'orders'],
  ['a Service of Knative', (stable, canary) => `
apiVersion: serving.knative.dev/v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { traffic: [{ revisionName: orders-00001, percent: ${stable} }, { revisionName: orders-00002, percent: ${canary}, tag: canary }] }
`, 'spec.traffic[1]', 'orders-00002', 'orders-00001'],
  ['weighted clusters in a CiliumEnvoyConfig', (stable, canary) => `
apiVersion: cilium.io/v2
kind: CiliumEnvoyConfig
metadata: { name: orders, namespace: shop }
spec:
  services: [{ name: orders, namespace: shop }]
  backendServices: [{ name: orders-v1, namespace: shop }, { name: orders-canary, namespace: shop }]
  resources:
    - "@type": type.googleapis.com/envoy.config.route.v3.RouteConfiguration
      name: lb_route
      virtual_hosts:
        - name: lb_route
          domains: ["*"]
          routes: [{ match: { prefix: / }, route: { weighted_clusters: { clusters: [{ name: shop/orders-v1, weight: ${stable} }, { name: "shop/orders-canary", weight: ${canary} }] } } }]
`, 'spec.resources[0].virtual_hosts[0].routes[0].route.weighted_clusters.clusters[1]', 'orders-canary', 'orders-v1'],
  ['a weighted action of a load balancer of AWS', (stable, canary) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: orders
  namespace: shop
  annotations:
    alb.ingress.kubernetes.io/actions.split: '{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"orders","servicePort":80,"weight":${stable}},{"serviceName":"orders-canary","servicePort":80,"weight":${canary}}]}}'
spec: { rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: split, port: { name: use-annotation } } } }] } }] }
`, 'metadata.annotations["alb.ingress.kubernetes.io/actions.split"]', 'orders-canary', 'orders'],
];

test.each(LAYERS)('%s', (_, document, field, canary, stable) => {
  expect(ask('NS2020', document(3, 97))).toEqual([`${field}: Canary ${canary} gets 97 % of the requests (weights ${stable} 3, ${canary} 97)`]);
  expect(ask('NS2020', document(97, 3))).toEqual([]);
  // All of it is the end of a promotion, not a mistake.
  expect(ask('NS2020', document(0, 100))).toEqual([]);
});

test('a canary Ingress of Alibaba', () => {
  const ingress = (weight: number): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: orders-next, namespace: shop, annotations: { alb.ingress.kubernetes.io/canary: "true", alb.ingress.kubernetes.io/canary-weight: "${weight}" } }
spec: { rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: orders-next, port: { number: 80 } } } }] } }] }
`;
  expect(ask('NS2020', ingress(97))).toEqual([
    'metadata.annotations["alb.ingress.kubernetes.io/canary-weight"]: Canary orders-next gets 97 % of the requests (weights orders-next 97, the Ingress beside it 3)',
  ]);
  expect(ask('NS2020', ingress(3))).toEqual([]);
});
