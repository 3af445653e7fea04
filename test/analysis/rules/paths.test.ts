// Network policies on the paths of other layers: gateways, scrapes, webhooks, the mesh, the tunnel, and what the program declares.
import { NetworkApp } from 'cdk8s-netstack';
import { orderPlatform } from '../../../examples/order-platform/platform';
import { validate } from '../../../src/analysis';
import type { AnalysisInput } from '../../../src/analysis/input';
import { documentsOf } from '../../../src/testing/documents';
import { readRules } from '../../../tools/rules';
import { ask } from './network-scene';

const pods = (name: string, { namespace = 'shop', container = '', labels = '' } = {}): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}${labels} } }
    spec: { containers: [{ name: main, image: "registry.example.com/x:1", ports: [{ name: http, containerPort: 8080 }]${container} }] }
---`;
const service = (name: string, port = 80, target: number | string = 'http'): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { selector: { app: ${name} }, ports: [{ name: http, port: ${port}, targetPort: ${target} }] }
---`;
const netpol = (spec: string, namespace = 'shop', name = 'p'): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
---`;
const cilium = (rest: string): string => `
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: p, namespace: shop }
spec: { endpointSelector: {}, ${rest} }
---`;
const gateway = (controller: string, more = ''): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: web }
spec: { controllerName: ${controller} }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec: { gatewayClassName: web, listeners: [{ name: http, port: 80, protocol: HTTP }]${more} }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec: { parentRefs: [{ name: web }], rules: [{ backendRefs: [{ name: orders, port: 80 }] }] }
---`;
const ORDERS = pods('orders') + service('orders');

describe('gateways', () => {
  const CILIUM = 'io.cilium/gateway-controller';
  const ISTIO = 'istio.io/gateway-controller';
  const ENVOY = 'gateway.envoyproxy.io/gatewayclass-controller';

  test.each([
    ['Cilium, by its entity', CILIUM, cilium('ingress: [{ fromEntities: [ingress] }]'), 0],
    ['Cilium, by pods', CILIUM, cilium('ingress: [{ fromEndpoints: [{}] }]'), 1],
    ['Istio, by the name of its gateway', ISTIO, netpol('{ podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { gateway.networking.k8s.io/gateway-name: web } } }] }] }'), 0],
    ['Istio, by another name', ISTIO, netpol('{ podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { gateway.networking.k8s.io/gateway-name: wob } } }] }] }'), 1],
    ['Envoy, from a namespace that nobody knows', ENVOY, netpol('{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: eg } } }] }] }'), 0],
    ['Envoy, from the own namespace', ENVOY, netpol('{ podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }] }'), 1],
    ['another port', ENVOY, netpol('{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 80 }] }] }'), 0],
    ['somebody else', 'example.com/controller', netpol('{ podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }] }'), 0],
  ])('%s', (_, controller, policies, count) => {
    expect(ask('NS9001', ORDERS + gateway(controller) + policies)).toHaveLength(count);
  });
  test('the egress of the proxies', () => {
    const home = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: envoy-gateway-system }\n---';
    const egress = (peer: string): string => netpol(`{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [${peer}] }] }`, 'envoy-gateway-system');
    expect(ask('NS9001', home + ORDERS + gateway(ENVOY) + egress('{ podSelector: {} }'))).toEqual([
      'NS9001 spec.rules[0].backendRefs[0]: NetworkPolicy envoy-gateway-system/p keeps the proxies of Gateway shop/web from Deployment shop/orders at port 8080',
    ]);
    expect(ask('NS9001', home + ORDERS + gateway(ENVOY) + egress('{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } } }'))).toEqual([]);
  });
  test('labels that an EnvoyProxy gives', () => {
    const proxy = `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: EnvoyProxy
metadata: { name: web, namespace: shop }
spec: { provider: { type: Kubernetes, kubernetes: { envoyDeployment: { pod: { labels: { role: edge } } } } } }
---`;
    const with_ = (label: string): string[] => ask('NS9001', ORDERS + proxy + gateway(ENVOY, ', infrastructure: { parametersRef: { group: gateway.envoyproxy.io, kind: EnvoyProxy, name: web } }')
      + cilium(`ingress: [{ fromEndpoints: [{ matchLabels: { ${label}, "k8s:io.kubernetes.pod.namespace": envoy-gateway-system } }] }]`));
    expect(with_('role: edge')).toEqual([]);
    expect(with_('role: core')).toHaveLength(1);
  });
  test('a port that nobody is admitted to is said once', () => {
    expect(ask(/NS900[012]/, ORDERS + gateway(CILIUM) + netpol('{ podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }'))).toEqual([
      'NS9000 spec.rules[0].backendRefs[0]: HTTPRoute shop/orders leads to Deployment shop/orders at port 8080, where NetworkPolicy shop/p lets nobody in',
    ]);
  });
});

test('the Prometheus of the documents', () => {
  const monitor = `
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, endpoints: [{ port: http }] }
---`;
  const scene = (name: string): string => ORDERS.replace('metadata: { name: orders, namespace: shop }\nspec: { selector', 'metadata: { name: orders, namespace: shop, labels: { app: orders } }\nspec: { selector') + monitor
    + pods('prometheus', { namespace: 'monitoring' }) + netpol(`{ podSelector: { matchLabels: { app: orders } }, ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${name} } } }] }] }`);
  expect(ask('NS9003', scene('monitor'))).toEqual([
    'NS9003 spec.endpoints[0].port: NetworkPolicy shop/p keeps Deployment monitoring/prometheus from Deployment shop/orders at port 8080, which ServiceMonitor shop/orders reads',
  ]);
  expect(ask('NS9003', scene('monitoring'))).toEqual([]);
});

describe('webhooks', () => {
  const webhook = `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: { name: guard }
webhooks: [{ name: guard.example.com, admissionReviewVersions: [v1], sideEffects: None, clientConfig: { service: { name: orders, namespace: shop, port: 80 } } }]
---`;
  test.each([
    ['a block of addresses', netpol('{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }'), 0],
    ['pods of the namespace', netpol('{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }'), 1],
    ['pods of kube-system', netpol('{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }] }] }'), 0],
    ['the entity of the API server', cilium('ingress: [{ fromEntities: [kube-apiserver] }]'), 0],
    ['nodes', cilium('ingress: [{ fromEntities: [remote-node] }]'), 0],
    ['endpoints', cilium('ingress: [{ fromEndpoints: [{}] }]'), 1],
  ])('%s', (_, policies, count) => {
    expect(ask('NS9004', ORDERS + webhook + policies)).toHaveLength(count);
  });
});

test('a control plane outside of the cluster', () => {
  const mesh = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { istio-injection: enabled } }\n---';
  const egress = (rule: string): string => netpol(`{ podSelector: {}, policyTypes: [Egress], egress: [${rule}] }`);
  expect(ask('NS9005', mesh + pods('orders') + egress('{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }], ports: [{ port: 15012 }] }'))).toEqual([]);
  expect(ask('NS9005', mesh + pods('orders') + egress('{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }], ports: [{ port: 443 }] }'))).toHaveLength(1);
  expect(ask('NS9005', pods('orders') + egress('{ ports: [{ port: 443 }] }'))).toEqual([]);
});

test('ambient pods that only others call', () => {
  const mesh = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { istio.io/dataplane-mode: ambient } }\n---';
  const from = (peer: string): string => netpol(`{ podSelector: { matchLabels: { app: orders } }, ingress: [{ from: [${peer}], ports: [{ port: 8080 }] }] }`);
  expect(ask('NS9006', mesh + pods('orders') + pods('web') + from('{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } } }'))).toEqual([]);
  expect(ask('NS9006', mesh + pods('orders') + pods('web') + from('{ podSelector: {} }'))).toHaveLength(1);
  expect(ask('NS9006', pods('orders') + pods('web') + from('{ podSelector: {} }'))).toEqual([]);
});

describe('what programs are told to call', () => {
  const told = (text: string): string => pods('web', { container: `, env: [{ name: X, value: ${JSON.stringify(text)} }]` }) + ORDERS + netpol('{ podSelector: { matchLabels: { app: orders } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: other } } }] }] }');

  test.each([
    ['http://orders', 1], ['http://orders/api', 1], ['orders:80', 1], ['orders.shop.svc.cluster.local', 1], ['https://user@orders.shop:80/x', 1],
    ['orders', 0], ['http://orders:9999', 0], ['https://orders', 0], ['http://orders.other', 0], ['http://orders.example.com', 0], ['registry.example.com/orders:1.7', 0],
  ])('%j', (text, count) => {
    expect(ask('NS9008', told(text))).toHaveLength(count);
  });
});

describe('the order platform', () => {
  const platform = documentsOf(orderPlatform(new NetworkApp()));
  const rules = readRules().filter(({ id }) => /^NS(?:[4-8]|9[0-3])/.test(id)).map((rule) => ({ ...rule, load: () => rule }));
  const found = (change: (object: Record<string, never>) => void): string[] => {
    const documents = platform.documents.map((document) => {
      const object = structuredClone(document.object) as never;
      if (document.cluster === 'beijing') change(object);
      return { ...document, object };
    });
    return validate({ ...platform, documents } as AnalysisInput, { rules, profile: 'production' }).map(({ id, message }) => `${id}: ${message}`);
  };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  const policy = (object: any, name: string): any => (object.kind === 'CiliumNetworkPolicy' && object.metadata.name === name ? object.spec : undefined);

  test('as it is', () => {
    expect(found(() => undefined)).toEqual([]);
  });
  test.each([
    ['without its callers', 'order-service', (spec: never) => ((spec as { ingress: unknown[] }).ingress.shift()), /NS9001: .*keeps the proxies of Gateway order-system\/order-gateway from Deployment order-system\/order-service/],
    ['without DNS', 'order-frontend', (spec: never) => ((spec as { egress: object[] }).egress = (spec as { egress: object[] }).egress.filter((rule) => !JSON.stringify(rule).includes('"53"'))), /NS4101: .*order-frontend/],
    ['without DNS rules', 'order-service', (spec: never) => Object.assign(spec, JSON.parse(JSON.stringify(spec).replace(/,"rules":\{"dns":\[\{"matchPattern":"\*"\}\]\}/g, ''))), /NS4110: .*payment-gateway/],
    ['without istiod', 'order-admin', (spec: never) => ((spec as { egress: object[] }).egress.shift()), /NS9005: .*order-admin/],
    ['without a declared call', 'order-admin', (spec: never) => ((spec as { egress: object[] }).egress = (spec as { egress: object[] }).egress.filter((rule) => !JSON.stringify(rule).includes('order-service'))), /NS9010: order-system\/order-admin is declared to call order-system\/order-service at 8080\/TCP/],
    ['at another port of the gateway', 'cloudflared', (spec: never) => Object.assign(spec, JSON.parse(JSON.stringify(spec).replace('10443', '443'))), /NS9009: Tunnel .* keeps cloudflared from the proxies of Gateway order-system\/order-gateway at port 10443/],
  ])('%s', (_, name, change, says) => {
    expect(found((object) => {
      const spec = policy(object, name) as never;
      if (spec) change(spec);
    }).join('\n')).toMatch(says);
  });
});
