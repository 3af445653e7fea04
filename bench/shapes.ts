// Clusters in which every workload has an object of one kind to itself: whoever looks through all of them once for each is found by their growth.
import type { KubernetesObject } from '../src/analysis';

const NAMESPACES = 20;

type Spec = Readonly<Record<string, unknown>>;
type Shape = (size: number) => readonly KubernetesObject[];

function home(i: number): string {
  return `ns${i % NAMESPACES}`;
}

/** The workload that calls another one: of the same namespace. */
function caller(i: number, size: number): number {
  return (i + NAMESPACES) % size;
}

/** Of the namespace of a workload, or of the cluster. */
function object(apiVersion: string, kind: string, name: string, i: number | undefined, spec: Spec, labels?: Spec): KubernetesObject {
  return { apiVersion, kind, metadata: { name, ...i !== undefined && { namespace: home(i) }, ...labels && { labels } }, spec } as KubernetesObject;
}

interface Setting {
  readonly beside?: readonly KubernetesObject[];
  readonly namespaceLabels?: Spec;
  /** Of pods. */
  readonly annotations?: Spec;
}

function cluster(size: number, own: (i: number) => readonly KubernetesObject[], setting: Setting = {}): readonly KubernetesObject[] {
  const { beside = [], namespaceLabels = {}, annotations = {} } = setting;
  return [
    ...Array.from({ length: NAMESPACES }, (_, i) => object('v1', 'Namespace', home(i), undefined, {}, namespaceLabels)), ...beside,
    ...Array.from({ length: size }, (_, i) => [workload(i, annotations), service(i), ...own(i)]).flat(),
  ];
}

function workload(i: number, annotations: Spec): KubernetesObject {
  const labels = { app: `w${i}` };
  const spec = { serviceAccountName: `w${i}`, containers: [{ name: 'main', image: 'registry.example.com/app:1.7.4', ports: [{ name: 'http', containerPort: 8080 }] }] };
  return object('apps/v1', 'Deployment', `w${i}`, i, { selector: { matchLabels: labels }, template: { metadata: { labels, annotations }, spec } });
}

function service(i: number): KubernetesObject {
  return object('v1', 'Service', `w${i}`, i, { selector: { app: `w${i}` }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
}

const INJECTED: Setting = { namespaceLabels: { 'istio-injection': 'enabled' } };
const CALICO = 'projectcalico.org/v3';
const CLASS = object('gateway.networking.k8s.io/v1', 'GatewayClass', 'eg', undefined, { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' });
const GATEWAY = object('gateway.networking.k8s.io/v1', 'Gateway', 'web', 0, { gatewayClassName: 'eg', listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }] });

function block(i: number): string {
  return `20.${(i >> 8) & 255}.${i & 255}.0/24`;
}

function own(i: number): Spec {
  return { matchLabels: { app: `w${i}` } };
}

export const SHAPES: Readonly<Record<string, Shape>> = {
  'NetworkPolicies with blocks': (size) => cluster(size, (i) => [
    object('networking.k8s.io/v1', 'NetworkPolicy', `w${i}`, i, { podSelector: own(i), policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: block(i) } }] }] }),
  ]),
  'CiliumNetworkPolicies with entities and names': (size) => cluster(size, (i) => [
    object('cilium.io/v2', 'CiliumNetworkPolicy', `w${i}`, i, { endpointSelector: own(i), ingress: [{ fromEntities: ['cluster'] }], egress: [{ toFQDNs: [{ matchName: `api${i}.example.com` }] }] }),
  ]),
  'GlobalNetworkSets of Calico': (size) => cluster(size, (i) => [
    object(CALICO, 'GlobalNetworkSet', `w${i}`, undefined, { nets: [block(i)] }, { set: `w${i}` }),
    object(CALICO, 'NetworkPolicy', `w${i}`, i, {
      selector: `app == 'w${i}'`, types: ['Egress'], egress: [{ action: 'Allow', destination: { selector: `set == 'w${i}'`, namespaceSelector: 'global()' } }],
    }),
  ]),
  'AuthorizationPolicies': (size) => cluster(size, (i) => [
    object('security.istio.io/v1', 'AuthorizationPolicy', `w${i}`, i, {
      selector: own(i), rules: [{ from: [{ source: { principals: [`cluster.local/ns/${home(i)}/sa/w${caller(i, size)}`] } }], to: [{ operation: { paths: [`/v${i}/*`] } }] }],
    }),
  ], INJECTED),
  'Sidecars of Istio': (size) => cluster(size, (i) => [
    object('networking.istio.io/v1', 'Sidecar', `w${i}`, i, {
      workloadSelector: { labels: { app: `w${i}` } }, outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' }, egress: [{ hosts: [`./w${caller(i, size)}.${home(i)}.svc.cluster.local`] }],
    }),
  ], INJECTED),
  'Gateways of Istio': (size) => cluster(size, (i) => [
    object('networking.istio.io/v1', 'Gateway', `w${i}`, i, { selector: { istio: 'ingressgateway' }, servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [`w${i}.example.com`] }] }),
    object('networking.istio.io/v1', 'VirtualService', `w${i}`, i, { hosts: [`w${i}.example.com`], gateways: [`w${i}`], http: [{ route: [{ destination: { host: `w${i}`, port: { number: 80 } } }] }] }),
  ], INJECTED),
  'Servers of Linkerd': (size) => cluster(size, (i) => [
    object('policy.linkerd.io/v1beta3', 'Server', `w${i}`, i, { podSelector: own(i), port: 8080, proxyProtocol: 'HTTP/1' }),
    object('policy.linkerd.io/v1alpha1', 'AuthorizationPolicy', `w${i}`, i, {
      targetRef: { group: 'policy.linkerd.io', kind: 'Server', name: `w${i}` }, requiredAuthenticationRefs: [{ kind: 'ServiceAccount', name: `w${caller(i, size)}` }],
    }),
  ], { annotations: { 'linkerd.io/inject': 'enabled' } }),
  'HTTPRoutes of one host': (size) => cluster(size, (i) => [
    object('gateway.networking.k8s.io/v1', 'HTTPRoute', `w${i}`, i, {
      parentRefs: [{ name: 'web', namespace: 'ns0' }], hostnames: ['api.example.com'], rules: [{ matches: [{ path: { type: 'PathPrefix', value: `/v${i}` } }], backendRefs: [{ name: `w${i}`, port: 80 }] }],
    }),
  ], { beside: [CLASS, GATEWAY] }),
  'Ingresses of one host': (size) => cluster(size, (i) => [
    object('networking.k8s.io/v1', 'Ingress', `w${i}`, i, {
      ingressClassName: 'nginx', rules: [{ host: 'api.example.com', http: { paths: [{ path: `/v${i}`, pathType: 'Prefix', backend: { service: { name: `w${i}`, port: { number: 80 } } } }] } }],
    }),
  ]),
  'IngressRoutes of one host': (size) => cluster(size, (i) => [
    object('traefik.io/v1alpha1', 'IngressRoute', `w${i}`, i, { entryPoints: ['web'], routes: [{ match: `Host(\`api.example.com\`) && PathPrefix(\`/v${i}\`)`, kind: 'Rule', services: [{ name: `w${i}`, port: 80 }] }] }),
  ]),
};
