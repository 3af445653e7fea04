// Incident 3, "all 503": STRICT mTLS while somebody who calls is outside the mesh, in every form in which documents show it.
import type { DeclaredModel } from '../../../src/analysis/input';
import { ask, deployment, namespace, object, orderPlatform, peerAuthentication, said, service, SHOP, STRICT } from './mesh-scene';

const CONNECTED = (from: string, port = 8080, tags = ['declared']): object => ({
  workloads: [{ namespace: 'shop', name: 'orders', labels: { app: 'orders' } }, { namespace: 'legacy', name: 'batch', labels: { app: 'batch' } }],
  connections: [{ from, to: 'main:shop/orders', port: `${port}/TCP`, http: [], tags }],
});

describe('whoever is declared to call', () => {
  const rules = ['NS3001'];
  const batch = (labels = '{}', options = {}): string => `${namespace('legacy', labels)}${deployment('batch', { namespace: 'legacy', ...options })}`;

  test.each([
    ['the mesh', peerAuthentication('istio-system', STRICT)],
    ['the namespace', peerAuthentication('shop', STRICT)],
    ['the workload', peerAuthentication('shop', '{ selector: { matchLabels: { app: orders } }, mtls: { mode: STRICT } }')],
    ['the port', peerAuthentication('shop', '{ selector: { matchLabels: { app: orders } }, mtls: { mode: PERMISSIVE }, portLevelMtls: { 8080: { mode: STRICT } } }')],
    ['the namespace, inherited by the workload and its port',
      `${peerAuthentication('shop', STRICT)}${peerAuthentication('shop', '{ selector: { matchLabels: { app: orders } }, portLevelMtls: { 8080: { mode: UNSET } } }', 'orders')}`],
  ])('is refused when STRICT is said for %s', (_, policies) => {
    expect(said(ask(`${SHOP}${batch()}${policies}`, { rules, model: CONNECTED('main:legacy/batch') }))).toEqual([
      expect.stringMatching(/^NS3001 spec\.(?:mtls|portLevelMtls\["8080"\])\.mode: legacy\/batch is declared to call port 8080 of shop\/orders, and STRICT mTLS refuses it: namespace legacy is not labelled for injection$/),
    ]);
  });

  test.each([
    ['the narrower policy takes plain text', `${SHOP}${batch()}${peerAuthentication('istio-system', STRICT)}${peerAuthentication('shop', '{ mtls: { mode: PERMISSIVE } }')}`],
    ['the port takes plain text', `${SHOP}${batch()}${peerAuthentication('shop', '{ selector: { matchLabels: { app: orders } }, mtls: { mode: STRICT }, portLevelMtls: { 8080: { mode: PERMISSIVE } } }')}`],
    ['the namespace of the caller is injected', `${SHOP}${batch('{ istio-injection: enabled }')}${peerAuthentication('shop', STRICT)}`],
    ['it is injected by a revision', `${SHOP}${batch('{ istio.io/rev: stable }')}${peerAuthentication('shop', STRICT)}`],
    ['the caller is in ambient mode', `${SHOP}${batch('{ istio.io/dataplane-mode: ambient }')}${peerAuthentication('shop', STRICT)}`],
    ['two policies of the same scope differ, and the older wins', `${SHOP}${batch()}${peerAuthentication('shop', STRICT)}${peerAuthentication('shop', '{ mtls: { mode: PERMISSIVE } }', 'other')}`],
    ['a selector in the root namespace selects nothing', `${SHOP}${batch()}${peerAuthentication('istio-system', '{ selector: { matchLabels: { app: orders } }, mtls: { mode: STRICT } }')}`],
    ['the sidecar does not stand before the port',
      `${namespace('shop', '{ istio-injection: enabled }')}${deployment('orders', { annotations: 'traffic.sidecar.istio.io/excludeInboundPorts: "8080"' })}${batch()}${peerAuthentication('shop', STRICT)}`],
    ['the callee is outside itself', `${namespace('shop')}${deployment('orders')}${batch()}${peerAuthentication('shop', STRICT)}`],
    ['the namespace of the caller is nobody\'s here', `${SHOP}${deployment('batch', { namespace: 'legacy' })}${peerAuthentication('shop', STRICT)}`],
    ['the mesh configuration names another root namespace',
      `${SHOP}${batch()}${peerAuthentication('istio-system', STRICT)}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio, namespace: istio-system }\ndata: { mesh: "rootNamespace: istio-config" }\n`],
  ])('passes when %s', (_, yaml) => {
    expect(said(ask(yaml, { rules, model: CONNECTED('main:legacy/batch') }))).toEqual([]);
  });

  test.each([
    ['group:engineering', 'The people of group engineering are declared to call port 9090 of shop/orders, and STRICT mTLS refuses them: such callers have no certificate of the mesh'],
    ['internet', 'The internet is declared to call port 9090 of shop/orders, and STRICT mTLS refuses it: such callers have no certificate of the mesh'],
  ])('%s has no certificate at all', (from, message) => {
    expect(ask(`${SHOP}${peerAuthentication('shop', STRICT)}`, { rules, model: CONNECTED(from, 9090) }).map((one) => one.message)).toEqual([message]);
  });

  test('a caller of whom only the model knows is outside, unless it is declared to call the control plane', () => {
    const model: DeclaredModel = {
      workloads: [{ namespace: 'shop', name: 'orders', labels: { app: 'orders' } }],
      external: [{ kind: 'Workload', namespace: 'monitoring', name: 'prometheus', labels: { app: 'prometheus' } }, { kind: 'Namespace', name: 'monitoring', labels: {} }],
      connections: [{ from: 'main:monitoring/prometheus', to: 'main:shop/orders', port: '9090/TCP', tags: ['scrape'] }],
    };
    const yaml = `${SHOP}${peerAuthentication('shop', STRICT)}`;
    expect(said(ask(yaml, { rules, model }))).toEqual([
      'NS3001 spec.mtls.mode: monitoring/prometheus is declared to call port 9090 of shop/orders, and STRICT mTLS refuses it: namespace monitoring is not labelled for injection',
    ]);
    const meshed = { ...model, connections: [...model.connections!, { from: 'main:monitoring/prometheus', to: 'main:istio-system/istiod', port: '15012/TCP', tags: ['control-plane'] }] };
    expect(said(ask(yaml, { rules, model: meshed }))).toEqual([]);
  });

  test('the kubelet is no caller of this rule', () => {
    expect(said(ask(`${SHOP}${peerAuthentication('shop', STRICT)}`, { rules, model: CONNECTED('nodes', 8080, ['probe']) }))).toEqual([]);
  });
});

describe('gateways and ingress controllers', () => {
  const rules = ['NS3002'];
  const gateway = (controller: string, home = 'shop'): string => `${object('gateway.networking.k8s.io/v1', 'Gateway', 'edge', home, '{ gatewayClassName: edge, listeners: [{ name: http, port: 80, protocol: HTTP }] }')}---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: edge }
spec: { controllerName: ${controller} }
${object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'orders', 'shop', `{ parentRefs: [{ name: edge, namespace: ${home} }], rules: [{ backendRefs: [{ name: orders, port: 80 }] }] }`)}`;
  const strict = `${SHOP}${peerAuthentication('shop', STRICT)}`;

  test.each([
    ['gateway.envoyproxy.io/gatewayclass-controller', /^Envoy Gateway's proxy of Gateway shop\/edge is outside the mesh \(namespace envoy-gateway-system is not labelled for injection\), and port 8080 of Deployment shop\/orders takes STRICT mTLS only: every request is answered 503$/],
    ['io.cilium/gateway-controller', /^The proxy of Gateway shop\/edge is outside the mesh \(Cilium's proxy runs on the nodes\)/],
    ['networking.gke.io/gateway', /\(the load balancer runs outside the cluster\)/],
  ])('%s calls from outside', (controller, message) => {
    expect(ask(`${strict}${gateway(controller)}`, { rules }).map((one) => one.message)).toEqual([expect.stringMatching(message)]);
  });

  test.each([
    ['Istio\'s own gateway is in the mesh', `${strict}${gateway('istio.io/gateway-controller')}`],
    ['a controller that nobody knows', `${strict}${gateway('gateway.example.com/controller')}`],
    ['the namespace of Envoy Gateway is in ambient mode', `${strict}${gateway('gateway.envoyproxy.io/gatewayclass-controller')}${namespace('envoy-gateway-system', '{ istio.io/dataplane-mode: ambient }')}`],
    ['proxies run in the namespace of the Gateway, which is injected',
      `${strict}${gateway('gateway.envoyproxy.io/gatewayclass-controller')}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: envoy-gateway-config, namespace: envoy-gateway-system }\ndata: { envoy-gateway.yaml: "provider: { type: Kubernetes, kubernetes: { deploy: { type: GatewayNamespace } } }" }\n`],
    ['a policy gives the gateway TLS of its own',
      `${strict}${gateway('gateway.envoyproxy.io/gatewayclass-controller')}${object('gateway.networking.k8s.io/v1', 'BackendTLSPolicy', 'orders', 'shop', '{ targetRefs: [{ group: "", kind: Service, name: orders }], validation: { hostname: orders, wellKnownCACertificates: System } }')}`],
    ['the backend is not STRICT', `${SHOP}${gateway('gateway.envoyproxy.io/gatewayclass-controller')}`],
  ])('passes: %s', (_, yaml) => {
    expect(said(ask(yaml, { rules }))).toEqual([]);
  });

  const nginx = (labels: string): string => `---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: nginx }
spec: { controller: k8s.io/ingress-nginx }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: orders, namespace: shop }
spec:
  ingressClassName: nginx
  rules: [{ host: shop.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: orders, port: { name: http } } } }] } }]
${namespace('ingress-nginx')}${deployment('controller', { namespace: 'ingress-nginx', labels })}`;

  test('an ingress controller without a sidecar', () => {
    expect(said(ask(`${strict}${nginx('app.kubernetes.io/name: ingress-nginx')}`, { rules }))).toEqual([
      'NS3002 spec.rules[0].http.paths[0].backend: Deployment ingress-nginx/controller is outside the mesh (namespace ingress-nginx is not labelled for injection), '
      + 'and port 8080 of Deployment shop/orders takes STRICT mTLS only: every request is answered 503',
    ]);
    expect(said(ask(`${strict}${nginx('app.kubernetes.io/name: ingress-nginx, sidecar.istio.io/inject: "true"')}`, { rules }))).toEqual([]);
  });

  test('a route of Traefik', () => {
    const traefik = (labels: string): string => `${namespace('traefik')}${deployment('traefik', { namespace: 'traefik', labels })}${
      object('traefik.io/v1alpha1', 'IngressRoute', 'orders', 'shop', '{ entryPoints: [web], routes: [{ kind: Rule, match: "Host(`shop.example.com`)", services: [{ name: orders, port: 80 }] }] }')}`;
    expect(said(ask(`${strict}${traefik('app.kubernetes.io/name: traefik')}`, { rules }))).toEqual([expect.stringContaining('NS3002 spec.routes[0].services[0]: Deployment traefik/traefik is outside the mesh')]);
    expect(said(ask(`${strict}${traefik('app.kubernetes.io/name: traefik, sidecar.istio.io/inject: "true"')}`, { rules }))).toEqual([]);
  });
});

describe('Prometheus', () => {
  const rules = ['NS3003'];
  const monitor = (endpoint: string): string => object('monitoring.coreos.com/v1', 'ServiceMonitor', 'orders', 'shop', `{ selector: { matchLabels: { app: orders } }, endpoints: [${endpoint}] }`);
  const shop = `${namespace('shop', '{ istio-injection: enabled }')}${deployment('orders')}${service('orders', { metadata: 'labels: { app: orders }' })}${peerAuthentication('shop', STRICT)}`;

  test('scrapes the pods, whatever port the Service has', () => {
    expect(said(ask(`${shop}${monitor('{ port: metrics }')}`, { rules }))).toEqual([
      'NS3003 spec.endpoints[0].port: Prometheus scrapes port 9090 of Deployment shop/orders in plain text, and STRICT mTLS refuses it',
    ]);
  });

  test.each([
    ['with certificates of the mesh', monitor('{ port: metrics, scheme: https, tlsConfig: { insecureSkipVerify: true } }')],
    ['at a rewritten address', monitor('{ port: metrics, relabelings: [{ action: replace, targetLabel: __address__, replacement: "10.0.0.1:15020" }] }')],
    ['the merged metrics of the sidecar', monitor('{ targetPort: 15020 }')],
    ['from an ambient namespace', `${monitor('{ port: metrics }')}${namespace('monitoring', '{ istio.io/dataplane-mode: ambient }')}${object('monitoring.coreos.com/v1', 'Prometheus', 'main', 'monitoring', '{}')}`],
  ])('passes %s', (_, more) => {
    expect(said(ask(`${shop}${more}`, { rules }))).toEqual([]);
  });
});

describe('the order platform', () => {
  const { yaml, model, targets } = orderPlatform();

  test('has nothing to say as it is', () => {
    expect(said(ask(yaml, { model, targets }))).toEqual([]);
  });

  test.each([
    ['its metrics port turns STRICT', yaml.replace(/portLevelMtls:\n {4}"9090":\n {6}mode: PERMISSIVE/, 'portLevelMtls:\n    "9090":\n      mode: STRICT'), [
      'NS3001 spec.portLevelMtls["9090"].mode: monitoring/prometheus is declared to call port 9090 of order-system/order-service, and STRICT mTLS refuses it: namespace monitoring is not labelled for injection',
      'NS3001 spec.portLevelMtls["9090"].mode: The people of group engineering are declared to call port 9090 of order-system/order-service, and STRICT mTLS refuses them: such callers have no certificate of the mesh',
    ]],
  ])('speaks when %s', (_, broken, expected) => {
    expect(broken).not.toBe(yaml);
    expect(said(ask(broken, { model, targets })).sort()).toEqual([...expected].sort());
  });

  const change = (from: string | RegExp, to: string): string => {
    const broken = yaml.replace(from, to);
    expect(broken).not.toBe(yaml);
    return broken;
  };

  test.each([
    ['a caller refuses its sidecar', change(/( {6}labels:\n {8}app: order-frontend\n)/, '$1        sidecar.istio.io/inject: "false"\n'), [
      'NS3001 spec.mtls.mode: order-system/order-frontend is declared to call port 8080 of order-system/order-service, and STRICT mTLS refuses it: its pods carry the label sidecar.istio.io/inject=false',
    ]],
    ['a rule switches mTLS off', change(/(host: order-service\.order-system\.svc\.cluster\.local\n(?: {2}.*\n)*? {4}tls:\n {6}mode: )ISTIO_MUTUAL/, '$1DISABLE'), [
      'NS3006 spec.trafficPolicy.tls.mode: Clients of order-service.order-system.svc.cluster.local are told tls.mode DISABLE, and port 8080 of Deployment order-system/order-service takes STRICT mTLS only',
    ]],
    ['probes are not rewritten', change(/( {6}labels:\n {8}app: order-admin\n)/, '      annotations:\n        sidecar.istio.io/rewriteAppHTTPProbers: "false"\n$1'), [
      expect.stringMatching(/^NS3004 spec\.template\.spec\.containers\[0\]\.(?:liveness|readiness|startup)Probe: The \w+Probe asks port 8080 without mTLS, and STRICT refuses it: probes are not rewritten here$/),
    ]],
    ['the namespace loses its label', change(/istio-injection: enabled\n( {4}pod-security\.kubernetes\.io\/audit: restricted\n(?: {4}.*\n)* {2}name: order-system)/, 'team: orders\n$1'), [
      'NS3013 spec.mtls.mode: STRICT is asked of Deployment order-system/order-service and 4 more, which have no sidecar: namespace order-system is not labelled for injection',
      'NS3007 spec.trafficPolicy.tls.mode: Clients of order-service.order-system.svc.cluster.local are told tls.mode ISTIO_MUTUAL, and Deployment order-system/order-service has no sidecar: '
        + 'namespace order-system is not labelled for injection',
    ]],
    ['the cache of the gateway is made STRICT', change(/"6379":\n {6}mode: PERMISSIVE/, '"6379":\n      mode: STRICT'), [
      'NS3001 spec.portLevelMtls["6379"].mode: envoy-gateway-system/envoy-ratelimit is declared to call port 6379 of redis-system/rate-limit-redis, and STRICT mTLS refuses it: '
        + 'namespace envoy-gateway-system is not labelled for injection',
    ]],
  ])('speaks when %s', (_, broken, expected) => {
    expect(said(ask(broken, { model, targets }))).toEqual(expect.arrayContaining(expected));
  });

  test('speaks when the gateway has no sidecar any more', () => {
    const broken = yaml.replace('            sidecar.istio.io/inject: "true"\n', '');
    expect(broken).not.toBe(yaml);
    const connections = model.connections!.filter(({ from, to }) => !(String(from).includes('envoy-order-system') && String(to).includes('istiod')));
    expect(said(ask(broken, { model: { ...model, connections }, targets }))).toEqual(expect.arrayContaining([
      expect.stringContaining('Envoy Gateway\'s proxy of Gateway order-system/order-gateway is outside the mesh (namespace envoy-gateway-system is not labelled for injection), and port 8080 of Deployment order-system/order-service'),
    ]));
  });
});

describe('DestinationRules', () => {
  const rules = ['NS3006', 'NS3007'];
  const destination = (spec: string, home = 'shop', name = 'orders'): string => object('networking.istio.io/v1', 'DestinationRule', name, home, spec);
  const strict = `${SHOP}${peerAuthentication('istio-system', STRICT)}`;

  test.each([
    ['a short name', destination('{ host: orders, trafficPolicy: { tls: { mode: SIMPLE } } }'), 'NS3006 spec.trafficPolicy.tls.mode: Clients of orders.shop.svc.cluster.local are told tls.mode SIMPLE'],
    ['one port', destination('{ host: orders, trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: { mode: DISABLE } }] } }'),
      'NS3006 spec.trafficPolicy.portLevelSettings[0].tls.mode: Clients of orders.shop.svc.cluster.local are told tls.mode DISABLE'],
    ['one subset', destination('{ host: orders, subsets: [{ name: v1, labels: { app: orders }, trafficPolicy: { tls: { mode: DISABLE } } }] }'),
      'NS3006 spec.subsets[0].trafficPolicy.tls.mode: Clients of orders.shop.svc.cluster.local (subset v1) are told tls.mode DISABLE'],
    ['every host', destination('{ host: "*.local", trafficPolicy: { tls: { mode: DISABLE } } }', 'istio-system', 'default'), 'NS3006 spec.trafficPolicy.tls.mode: Clients of orders.shop.svc.cluster.local are told tls.mode DISABLE'],
  ])('leave out mTLS for %s', (_, rule, expected) => {
    expect(said(ask(`${strict}${rule}`, { rules }))).toEqual([`${expected}, and port 8080 of Deployment shop/orders takes STRICT mTLS only`]);
  });

  test.each([
    ['the server takes plain text', `${SHOP}${destination('{ host: orders, trafficPolicy: { tls: { mode: DISABLE } } }')}`],
    ['the short name is another namespace\'s', `${strict}${namespace('web', '{ istio-injection: enabled }')}${destination('{ host: orders, trafficPolicy: { tls: { mode: DISABLE } } }', 'web')}`],
    ['the port has its own entry', `${SHOP}${peerAuthentication('shop', '{ selector: { matchLabels: { app: orders } }, mtls: { mode: STRICT }, portLevelMtls: { 9090: { mode: PERMISSIVE } } }')}${
      destination('{ host: orders, trafficPolicy: { portLevelSettings: [{ port: { number: 9090 }, tls: { mode: DISABLE } }] } }')}`],
    ['no pod is of the subset', `${strict}${destination('{ host: orders, subsets: [{ name: v2, labels: { version: v2 }, trafficPolicy: { tls: { mode: DISABLE } } }] }')}`],
    ['a wildcard gives way to the rule of the host', `${strict}${destination('{ host: "*.local", trafficPolicy: { tls: { mode: DISABLE } } }', 'istio-system', 'default')}${destination('{ host: orders.shop.svc.cluster.local }')}`],
    ['the server is in ambient mode',
      `${namespace('shop', '{ istio.io/dataplane-mode: ambient }')}${deployment('orders')}${service('orders')}${peerAuthentication('shop', STRICT)}${destination('{ host: orders, trafficPolicy: { tls: { mode: DISABLE } } }')}`],
  ])('pass when %s', (_, yaml) => {
    expect(said(ask(yaml, { rules }))).toEqual([]);
  });

  test('ask for mTLS where it is switched off', () => {
    expect(said(ask(`${SHOP}${peerAuthentication('shop', '{ mtls: { mode: DISABLE } }')}${destination('{ host: orders, trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }')}`, { rules }))).toEqual([
      'NS3007 spec.trafficPolicy.tls.mode: Clients of orders.shop.svc.cluster.local are told tls.mode ISTIO_MUTUAL, and mTLS is switched off at port 8080 of Deployment shop/orders',
      'NS3007 spec.trafficPolicy.tls.mode: Clients of orders.shop.svc.cluster.local are told tls.mode ISTIO_MUTUAL, and mTLS is switched off at port 9090 of Deployment shop/orders',
    ]);
  });
});

describe('programs and load balancers', () => {
  const strict = `${SHOP}${peerAuthentication('shop', STRICT)}`;
  const legacy = (value: string, options = {}): string => `${namespace('legacy')}${deployment('batch', { namespace: 'legacy', container: `env: [{ name: ORDERS, value: "${value}" }]`, ...options })}`;

  test.each([
    ['the whole name', 'http://orders.shop.svc.cluster.local:80/api?token=secret', 'http://orders.shop.svc.cluster.local:80'],
    ['a short name of another namespace', 'grpc://orders.shop:9090', 'grpc://orders.shop:9090'],
  ])('a program is given %s', (_, value, shown) => {
    expect(ask(`${strict}${legacy(value)}`, { rules: ['NS3009'] }).map(({ message }) => message)).toEqual([expect.stringMatching(new RegExp(`^This program is given ${shown.replace(/[.\\/]/g, '\\$&')}, and port `))]);
  });

  test.each([
    ['a host outside', 'https://api.example.com/x'],
    ['a name that is no Service of its namespace', 'http://orders/api'],
    ['a port that the Service has not', 'http://orders.shop:8443/'],
    ['a name with credentials', 'amqp://user:pass@orders.shop:80/'],
  ])('passes %s', (_, value) => {
    expect(said(ask(`${strict}${legacy(value)}`, { rules: ['NS3009'] }))).toEqual([]);
  });

  test('a load balancer before a port that takes plain text passes', () => {
    const balancer = service('orders', { spec: 'type: LoadBalancer', ports: '[{ name: http, port: 80, targetPort: http }]' });
    const shop = `${namespace('shop', '{ istio-injection: enabled }')}${deployment('orders')}${balancer}`;
    expect(said(ask(`${shop}${peerAuthentication('shop', STRICT)}`, { rules: ['NS3010'] }))).toHaveLength(1);
    expect(said(ask(`${shop}${peerAuthentication('shop', '{ selector: { matchLabels: { app: orders } }, mtls: { mode: STRICT }, portLevelMtls: { 8080: { mode: PERMISSIVE } } }')}`, { rules: ['NS3010'] }))).toEqual([]);
  });
});

describe('the other meshes', () => {
  test('an ambient namespace refuses callers outside of the mesh as well', () => {
    const yaml = `${namespace('shop', '{ istio.io/dataplane-mode: ambient }')}${deployment('orders')}${namespace('legacy')}${deployment('batch', { namespace: 'legacy' })}${peerAuthentication('shop', STRICT)}`;
    expect(said(ask(yaml, { rules: ['NS3001'], model: CONNECTED('main:legacy/batch') }))).toEqual([
      'NS3001 spec.mtls.mode: legacy/batch is declared to call port 8080 of shop/orders, and STRICT mTLS refuses it: namespace legacy is not labelled for injection',
    ]);
  });

  const linkerd = (policies: string, annotation = ''): string => `---
apiVersion: v1
kind: Namespace
metadata: { name: shop, annotations: { linkerd.io/inject: enabled${annotation} } }
${deployment('orders')}${namespace('legacy')}${deployment('batch', { namespace: 'legacy' })}${policies}`;
  const server = (spec: string): string => object('policy.linkerd.io/v1beta3', 'Server', 'orders', 'shop', `{ podSelector: { matchLabels: { app: orders } }, port: 8080${spec} }`);
  const policy = (refs: string): string => object('policy.linkerd.io/v1alpha1', 'AuthorizationPolicy', 'orders', 'shop', `{ targetRef: { group: policy.linkerd.io, kind: Server, name: orders }, requiredAuthenticationRefs: [${refs}] }`);

  test.each([
    ['a default of the namespace', linkerd('', ', config.linkerd.io/default-inbound-policy: all-authenticated'), 'the default of namespace shop is all-authenticated'],
    ['a Server that asks for identities', linkerd(`${server('')}${policy('{ kind: ServiceAccount, name: orders }')}`), 'Server shop/orders admits callers of the mesh only'],
  ])('Linkerd refuses by %s', (_, yaml, words) => {
    expect(ask(yaml, { rules: ['NS3080'], model: CONNECTED('main:legacy/batch') }).map(({ message }) => message)).toEqual([
      `legacy/batch calls port 8080 of Deployment shop/orders without a proxy (namespace legacy is not annotated for injection), and ${words}`,
    ]);
  });

  test.each([
    ['everybody', linkerd(`${server('')}${policy('')}`)],
    ['addresses', linkerd(`${server('')}${policy('{ group: policy.linkerd.io, kind: NetworkAuthentication, name: legacy }')}`)],
    ['by default', linkerd(server(', accessPolicy: all-unauthenticated'))],
    ['ports that go around the proxy', linkerd('', ', config.linkerd.io/default-inbound-policy: all-authenticated').replace('annotations: {  }', 'annotations: { config.linkerd.io/skip-inbound-ports: "8000-8090" }')],
  ])('Linkerd admits %s', (_, yaml) => {
    expect(said(ask(yaml, { rules: ['NS3080'], model: CONNECTED('main:legacy/batch') }))).toEqual([]);
  });
});

test('a gateway whose namespace nobody declares is told as a risk', () => {
  const gateway = `${object('gateway.networking.k8s.io/v1', 'Gateway', 'edge', 'shop', '{ gatewayClassName: edge, listeners: [{ name: http, port: 80, protocol: HTTP }] }')}---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: edge }
spec: { controllerName: gateway.envoyproxy.io/gatewayclass-controller }
${object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'orders', 'shop', '{ parentRefs: [{ name: edge }], rules: [{ backendRefs: [{ name: orders, port: 80 }] }] }')}`;
  const strict = `${SHOP}${peerAuthentication('shop', STRICT)}${gateway}`;
  expect(ask(strict, { rules: ['NS3002'] }).map(({ severity }) => severity)).toEqual(['warning']);
  expect(ask(`${strict}${namespace('envoy-gateway-system')}`, { rules: ['NS3002'] }).map(({ severity }) => severity)).toEqual(['error']);
  expect(ask(strict, { rules: ['NS3002'], open: true })).toEqual([]);
});
