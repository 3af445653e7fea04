// The incidents with TLS ranges, HTTP/3 and canary weights, in every layer where they can happen, each with its near miss.
import { ask, docs } from './gateway-ask';

const GATEWAY_CLASS = `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: envoy }
spec:
  controllerName: gateway.envoyproxy.io/gatewayclass-controller
  parametersRef: { group: gateway.envoyproxy.io, kind: EnvoyProxy, name: proxy, namespace: shop }
`;
const GATEWAY = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners: [{ name: https, port: 443, protocol: HTTPS, hostname: api.example.com, tls: { certificateRefs: [{ name: api-tls }] } }]
`;
const client = (spec: string): string => `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: ClientTrafficPolicy
metadata: { name: web, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: web }]
${spec}
`;
const proxy = (spec: string): string => `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: EnvoyProxy
metadata: { name: proxy, namespace: shop }
spec: ${spec}
`;
const traefik = (args: string, namespace = 'ingress'): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: traefik, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: traefik } }
  template:
    metadata: { labels: { app: traefik } }
    spec:
      containers:
        - name: traefik
          image: docker.io/library/traefik:v3.7.9
          args: [${args}]
          ports: [{ name: websecure, containerPort: 8443 }, { name: h3, containerPort: 8443, protocol: UDP }]
`;
const service = (name: string, namespace: string, selector: string, ports: string, type = 'LoadBalancer'): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { type: ${type}, selector: ${selector}, ports: [${ports}] }
`;

describe('TLS ranges', () => {
  test('HTTP/3 of Traefik with a default option below 1.3', () => {
    const option = (name: string, max: string): string => `
apiVersion: traefik.io/v1alpha1
kind: TLSOption
metadata: { name: ${name}, namespace: ingress }
spec: { minVersion: VersionTLS12, maxVersion: ${max} }
`;
    const args = '"--entryPoints.websecure.address=:8443", "--entryPoints.websecure.http3"';
    expect(ask('NS2001', docs(traefik(args), option('default', 'VersionTLS12')))).toEqual([
      'spec.maxVersion: TLSOption ingress/default allows TLS 1.2 at most, and entry point websecure of Deployment ingress/traefik serves HTTP/3, which is TLS 1.3 only',
    ]);
    expect(ask('NS2001', docs(traefik(args), option('default', 'VersionTLS13')))).toEqual([]);
    expect(ask('NS2001', docs(traefik(args), option('legacy', 'VersionTLS12')))).toEqual([]);
    expect(ask('NS2001', docs(traefik('"--entryPoints.websecure.address=:8443"'), option('default', 'VersionTLS12')))).toEqual([]);
  });

  test('1.3 shut out, in each layer', () => {
    expect(ask('NS2002', docs(GATEWAY, client('  tls: { minVersion: "1.2", maxVersion: "1.2" }')))).toEqual(['spec.tls.maxVersion: ClientTrafficPolicy shop/web allows TLS 1.2 at most']);
    expect(ask('NS2002', `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - { port: { number: 443, name: https, protocol: HTTPS }, hosts: [api.example.com], tls: { mode: SIMPLE, credentialName: api, maxProtocolVersion: TLSV1_2 } }
    - { port: { number: 444, name: next, protocol: HTTPS }, hosts: [api.example.com], tls: { mode: SIMPLE, credentialName: api } }
`)).toEqual(['spec.servers[0].tls.maxProtocolVersion: Server https of Gateway shop/web allows TLS 1.2 at most']);
    const setting = (id: string, value: string): Record<string, unknown> => ({ cloudflare_zone_setting: { one: { zone_id: '${var.zone}', setting_id: id, value } } });
    expect(ask('NS2002', { terraform: setting('tls_1_3', 'off') })).toEqual(['value: The zone has TLS 1.3 switched off (tls_1_3)']);
    expect(ask('NS2002', { terraform: setting('tls_1_3', '${var.tls}') })).toEqual([]);
    expect(ask('NS2002', { terraform: { cloudflare_zone_settings_override: { one: { zone_id: 'a', settings: [{ tls_1_3: 'off' }] } } } })).toHaveLength(1);
  });

  test('settings of TLS where Envoy Gateway does not read them', () => {
    const optioned = (options: string): string => docs(GATEWAY_CLASS, GATEWAY.replace('certificateRefs: [{ name: api-tls }]', `certificateRefs: [{ name: api-tls }], options: ${options}`));
    expect(ask('NS2127', optioned('{ example.com/tls-min-version: "1.3" }'))).toEqual([
      'spec.listeners[0].tls.options["example.com/tls-min-version"]: Envoy Gateway reads no option example.com/tls-min-version of a listener',
    ]);
    expect(ask('NS2127', optioned('{ example.com/team: edge }'))).toEqual([]);
  });

  test('a tunnel and the gateway behind its origin', () => {
    const config = (service: string): Record<string, unknown> => ({ cloudflare_zero_trust_tunnel_cloudflared_config: { edge: {
      account_id: 'a', tunnel_id: 'b', config: { ingress: [{ hostname: 'api.example.com', service }, { service: 'http_status:404' }] },
    } } });
    const documents = (range: string): string => docs(GATEWAY_CLASS, proxy('{ provider: { type: Kubernetes, kubernetes: { envoyService: { name: web-proxy } } } }'), GATEWAY, client(`  tls: ${range}`));
    const terraform = config('https://web-proxy.envoy-gateway-system.svc.cluster.local:443');
    expect(ask('NS2003', { documents: documents('{ minVersion: "1.0", maxVersion: "1.1" }'), terraform })).toEqual([
      'config.ingress[0]: Tunnel edge dials https://web-proxy.envoy-gateway-system.svc.cluster.local:443 with TLS 1.2 to 1.3, and listener https of Gateway shop/web takes TLS 1.0 to 1.1',
    ]);
    expect(ask('NS2003', { documents: documents('{ minVersion: "1.3" }'), terraform })).toEqual([]);
    expect(ask('NS2003', { documents: documents('{ minVersion: "1.0", maxVersion: "1.1" }'), terraform: config('https://other.envoy-gateway-system.svc.cluster.local:443') })).toEqual([]);
  });

  test('a tunnel and ingress-nginx', () => {
    const nginx = (protocols: string): string => docs(service('ingress', 'ingress', '{ app.kubernetes.io/name: ingress-nginx }', '{ port: 443, targetPort: 443 }'), `
apiVersion: v1
kind: ConfigMap
metadata: { name: ingress-nginx-controller, namespace: ingress }
data: { ssl-protocols: "${protocols}" }
`, `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ingress-nginx-controller, namespace: ingress }
spec:
  selector: { matchLabels: { app.kubernetes.io/name: ingress-nginx } }
  template:
    metadata: { labels: { app.kubernetes.io/name: ingress-nginx } }
    spec: { containers: [{ name: controller, image: "registry.k8s.io/ingress-nginx/controller:v1.12.1" }] }
`);
    const terraform = { cloudflare_tunnel_config: { edge: { account_id: 'a', tunnel_id: 'b', config: [{ ingress_rule: [{ service: 'https://ingress.ingress.svc:443' }] }] } } };
    expect(ask('NS2003', { documents: nginx('TLSv1 TLSv1.1'), terraform })).toEqual([
      'config[0].ingress_rule[0]: Tunnel edge dials https://ingress.ingress.svc:443 with TLS 1.2 to 1.3, and ConfigMap ingress/ingress-nginx-controller takes TLS 1.0 to 1.1',
    ]);
    expect(ask('NS2003', { documents: nginx('TLSv1.2 TLSv1.3'), terraform })).toEqual([]);
  });

  test('Istio: a server that takes the mesh\'s own mTLS, and a range without versions', () => {
    const mesh = `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    meshMTLS: { minProtocolVersion: TLSV1_3 }
`;
    const gateway = (tls: string): string => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: east, namespace: istio-system }
spec:
  selector: { istio: eastwest }
  servers: [{ port: { number: 15443, name: tls, protocol: TLS }, hosts: ["*.local"], tls: ${tls} }]
`;
    expect(ask('NS2003', docs(mesh, gateway('{ mode: ISTIO_MUTUAL, maxProtocolVersion: TLSV1_2 }')))).toEqual([
      'spec.servers[0].tls.maxProtocolVersion: Server tls of Gateway istio-system/east takes Istio\'s own mTLS with TLS 1.2 only, and the mesh speaks TLS 1.3 at least (meshMTLS.minProtocolVersion)',
    ]);
    expect(ask('NS2003', gateway('{ mode: ISTIO_MUTUAL, maxProtocolVersion: TLSV1_2 }'))).toEqual([]);
    expect(ask('NS2003', gateway('{ mode: ISTIO_MUTUAL, minProtocolVersion: TLSV1_3, maxProtocolVersion: TLSV1_2 }'))).toEqual([
      'spec.servers[0].tls: Server tls of Gateway istio-system/east takes TLS 1.3 at least and 1.2 at most: no version is left',
    ]);
  });

  test('Cloudflare: HTTP/3 and 0-RTT without 1.3', () => {
    const zone = (settings: Record<string, string>): Record<string, unknown> => ({
      cloudflare_zone_setting: Object.fromEntries(Object.entries(settings).map(([id, value]) => [id.replace(/\W/g, '_'), { zone_id: 'a', setting_id: id, value }])),
    });
    expect(ask('NS1001', { terraform: zone({ 'tls_1_3': 'off', 'http3': 'on', '0rtt': 'on' }) })).toEqual([
      'value: The zone has HTTP/3 switched on (http3) and TLS 1.3, which HTTP/3 is a part of, switched off (tls_1_3)',
      'value: The zone has 0-RTT switched on (0rtt) and TLS 1.3, which 0-RTT is a part of, switched off (tls_1_3)',
    ]);
    expect(ask('NS1001', { terraform: zone({ 'http3': 'on', '0rtt': 'on', 'min_tls_version': '1.3' }) })).toEqual([]);
  });
});

describe('HTTP/3 and UDP', () => {
  const H3 = client('  http3: {}');
  const OWNED = '{ gateway.envoyproxy.io/owning-gateway-name: web, gateway.envoyproxy.io/owning-gateway-namespace: shop }';

  test('an explicit Service in front of Envoy Gateway\'s proxies', () => {
    expect(ask('NS2010', docs(GATEWAY, H3, service('public', 'envoy-gateway-system', OWNED, '{ port: 443, targetPort: 10443 }')))).toEqual([
      'spec.ports[0]: Listener https of Gateway shop/web serves HTTP/3, and Service envoy-gateway-system/public opens port 443 over TCP only',
    ]);
    // Clouds that do not mix protocols need a Service for each.
    expect(ask('NS2010', docs(GATEWAY, H3, service('tcp', 'edge', OWNED, '{ port: 443, targetPort: 10443 }'), service('udp', 'edge', OWNED, '{ port: 443, targetPort: 10443, protocol: UDP }')))).toEqual([]);
    expect(ask('NS2010', docs(GATEWAY, H3, service('inside', 'edge', OWNED, '{ port: 443, targetPort: 10443 }', 'ClusterIP')))).toEqual([]);
    expect(ask('NS2010', docs(GATEWAY, client('  tls: { minVersion: "1.3" }'), service('public', 'edge', OWNED, '{ port: 443, targetPort: 10443 }')))).toEqual([]);
  });

  test('a patch of the Service that Envoy Gateway makes', () => {
    const patched = (type: string, ports: string): string => docs(GATEWAY_CLASS, GATEWAY, H3,
      proxy(`{ provider: { type: Kubernetes, kubernetes: { envoyService: { patch: { type: ${type}, value: { spec: { ports: [${ports}] } } } } } } }`));
    expect(ask('NS2010', patched('JSONMerge', '{ name: https, port: 443, targetPort: 10443 }'))).toEqual([
      'spec.provider.kubernetes.envoyService.patch.value.spec.ports: Listener https of Gateway shop/web serves HTTP/3, and this patch replaces the ports of its Service by ports without UDP 443',
    ]);
    expect(ask('NS2010', patched('JSONMerge', '{ name: https, port: 443, targetPort: 10443 }, { name: h3, port: 443, targetPort: 10443, protocol: UDP }'))).toEqual([]);
    expect(ask('NS2010', patched('StrategicMerge', '{ name: https, port: 443, nodePort: 30443 }'))).toEqual([]);
  });

  test('nginx, HAProxy and Traefik\'s file', () => {
    const engine = (image: string, key: string, text: string): string => docs(`
apiVersion: v1
kind: ConfigMap
metadata: { name: conf, namespace: edge }
data:
  ${key}: |
${text.split('\n').map((line) => `    ${line}`).join('\n')}
`, `
apiVersion: apps/v1
kind: Deployment
metadata: { name: edge, namespace: edge }
spec:
  selector: { matchLabels: { app: edge } }
  template:
    metadata: { labels: { app: edge } }
    spec:
      containers: [{ name: edge, image: "docker.io/library/${image}", ports: [{ containerPort: 443 }] }]
      volumes: [{ name: conf, configMap: { name: conf } }]
`);
    const tcp = service('edge', 'edge', '{ app: edge }', '{ name: a, port: 443 }');
    const both = service('edge', 'edge', '{ app: edge }', '{ name: a, port: 443 }, { name: b, port: 443, protocol: UDP }');
    const nginx = engine('nginx:1.27.4', 'default.conf', 'server {\n  listen 443 ssl;\n  listen [::]:443 quic reuseport;\n  add_header Alt-Svc \'h3=":443"; ma=86400\';\n}');
    const haproxy = engine('haproxy:3.0.8', 'haproxy.cfg', 'frontend public\n  bind :443 ssl crt /certs\n  bind quic4@:443 ssl crt /certs alpn h3');
    const file = engine('traefik:v3.7.9', 'traefik.yml', 'entryPoints:\n  websecure:\n    address: ":443"\n    http3: {}');
    expect(ask('NS2010', docs(nginx, tcp))).toEqual(['spec.ports[0]: Port 443 of nginx in Deployment edge/edge serves HTTP/3, and Service edge/edge opens port 443 over TCP only']);
    expect(ask('NS2010', docs(haproxy, tcp))).toEqual(['spec.ports[0]: Port 443 of haproxy in Deployment edge/edge serves HTTP/3, and Service edge/edge opens port 443 over TCP only']);
    expect(ask('NS2010', docs(file, tcp))).toEqual(['spec.ports[0]: Entry point websecure of Deployment edge/edge serves HTTP/3, and Service edge/edge opens port 443 over TCP only']);
    for (const system of [nginx, haproxy, file]) expect(ask('NS2010', docs(system, both))).toEqual([]);
    expect(ask('NS2010', docs(engine('nginx:1.27.4', 'default.conf', 'server {\n  listen 443 ssl; # quic later\n}'), tcp))).toEqual([]);
    expect(ask('NS2012', docs(nginx, both))).toEqual([]);
    expect(ask('NS2012', docs(engine('nginx:1.27.4', 'default.conf', 'server {\n  listen 443 quic;\n  add_header Alt-Svc \'h3=":8443"; ma=86400\';\n}'), both))).toEqual([
      'data["default.conf"]: Port 443 of nginx in Deployment edge/edge announces HTTP/3 on port 8443, and Service edge/edge opens UDP port 443',
    ]);
    expect(ask('NS2013', haproxy)).toEqual(['data["haproxy.cfg"]: Port 443 of haproxy in Deployment edge/edge serves HTTP/3, and ConfigMap edge/conf sends no Alt-Svc header']);
  });

  test('a UDP port that leads to the name of a TCP port leads nowhere', () => {
    const started = traefik('"--entryPoints.websecure.address=:8443", "--entryPoints.websecure.http3"');
    const front = (target: string): string => service('traefik', 'ingress', '{ app: traefik }', `{ name: a, port: 8443, targetPort: websecure }, { name: b, port: 8443, targetPort: ${target}, protocol: UDP }`);
    expect(ask('NS2010', docs(started, front('websecure')))).toHaveLength(1);
    expect(ask('NS2010', docs(started, front('h3')))).toEqual([]);
    // A name that the pods do not declare cannot be followed.
    expect(ask('NS2010', docs(started, front('other')))).toEqual([]);
  });

  test('Istio with QUIC listeners', () => {
    const istiod = (value: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: istiod, namespace: istio-system }
spec:
  selector: { matchLabels: { app: istiod } }
  template:
    metadata: { labels: { app: istiod } }
    spec: { containers: [{ name: discovery, image: "docker.io/istio/pilot:1.30.3", env: [{ name: PILOT_ENABLE_QUIC_LISTENERS, value: "${value}" }] }] }
`;
    const rest = docs(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: ingress, namespace: istio-ingress }
spec:
  selector: { matchLabels: { istio: ingress } }
  template:
    metadata: { labels: { istio: ingress } }
    spec: { containers: [{ name: istio-proxy, image: auto }] }
`, `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: web, namespace: istio-ingress }
spec:
  selector: { istio: ingress }
  servers: [{ port: { number: 443, name: https, protocol: HTTPS }, hosts: [api.example.com], tls: { mode: SIMPLE, credentialName: api } }]
`);
    const tcp = service('ingress', 'istio-ingress', '{ istio: ingress }', '{ name: https, port: 443, targetPort: 8443 }');
    const both = service('ingress', 'istio-ingress', '{ istio: ingress }', '{ name: https, port: 443, targetPort: 8443 }, { name: http3, port: 443, targetPort: 8443, protocol: UDP }');
    expect(ask('NS2010', docs(istiod('true'), rest, tcp))).toEqual(['spec.ports[0]: Server https of Gateway istio-ingress/web serves HTTP/3, and Service istio-ingress/ingress opens port 443 over TCP only']);
    expect(ask('NS2010', docs(istiod('true'), rest, both))).toEqual([]);
    expect(ask('NS2010', docs(istiod('false'), rest, tcp))).toEqual([]);
  });

  test('policies of the network', () => {
    const args = '"--entryPoints.websecure.address=:8443", "--entryPoints.websecure.http3"';
    const cilium = (toPorts: string, from = 'fromEntities: [world]'): string => `
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: traefik, namespace: ingress }
spec: { endpointSelector: { matchLabels: { app: traefik } }, ingress: [{ ${from}, toPorts: [{ ports: [${toPorts}] }] }] }
`;
    const words = 'spec: Entry point websecure of Deployment ingress/traefik serves HTTP/3, and CiliumNetworkPolicy ingress/traefik lets outside clients reach its pods at port 8443 over TCP only';
    expect(ask('NS2011', docs(traefik(args), cilium('{ port: "8443", protocol: TCP }')))).toEqual([words]);
    expect(ask('NS2011', docs(traefik(args), cilium('{ port: "8443", protocol: ANY }')))).toEqual([]);
    expect(ask('NS2011', docs(traefik(args), cilium('{ port: "8443" }')))).toEqual([words]);
    expect(ask('NS2011', docs(traefik(args), cilium('{ port: "8443", protocol: TCP }, { port: "8000", endPort: 9000, protocol: UDP }')))).toEqual([]);
    // A tunnel inside of the cluster never speaks HTTP/3.
    expect(ask('NS2011', docs(traefik(args), cilium('{ port: "8443", protocol: TCP }', 'fromEndpoints: [{ matchLabels: { app: cloudflared } }]')))).toEqual([]);
  });

  test('a host firewall', () => {
    const rules = (body: string): Record<string, string> => ({ 'nftables:gw.nft': `table inet gw {\n\tset web { type inet_service; elements = { 80, 443 } }\n\tchain input {\n\t\t${body}\n\t}\n}\n` });
    const documents = docs(GATEWAY, H3);
    expect(ask('NS9410', { documents, files: rules('tcp dport @web accept') })).toEqual(['line 4: Port 443 is accepted over TCP and not over UDP, and listener https of Gateway shop/web serves HTTP/3 on it']);
    for (const right of ['tcp dport @web accept\n\t\tudp dport 443 accept', 'meta l4proto { tcp, udp } th dport 443 accept', 'tcp dport 22 accept', 'tcp dport 443 drop', 'tcp dport 443 accept\n\t\tudp dport 400-500 accept']) {
      expect(ask('NS9410', { documents, files: rules(right) })).toEqual([]);
    }
    expect(ask('NS9410', { documents: GATEWAY, files: rules('tcp dport @web accept') })).toEqual([]);
  });
});

describe('canaries', () => {
  test('in each layer', () => {
    const canary = (annotations: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: orders-next, namespace: shop, annotations: { nginx.ingress.kubernetes.io/canary: "true", ${annotations} } }
spec:
  ingressClassName: nginx
  rules: [{ host: api.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: orders-next, port: { number: 80 } } } }] } }]
`;
    expect(ask('NS2020', canary('nginx.ingress.kubernetes.io/canary-weight: "97"'))).toEqual([
      'metadata.annotations["nginx.ingress.kubernetes.io/canary-weight"]: Canary orders-next gets 97 % of the requests (weights orders-next 97, the Ingress beside it 3)',
    ]);
    expect(ask('NS2020', canary('nginx.ingress.kubernetes.io/canary-weight: "97", nginx.ingress.kubernetes.io/canary-weight-total: "1000"'))).toEqual([]);
    const weighted = (one: number, other: number): string => `
apiVersion: traefik.io/v1alpha1
kind: TraefikService
metadata: { name: orders, namespace: shop }
spec: { weighted: { services: [{ name: orders, port: 80, weight: ${one} }, { name: orders-canary, port: 80, weight: ${other} }] } }
`;
    expect(ask('NS2020', weighted(3, 97))).toEqual(['spec.weighted.services[1]: Canary orders-canary gets 97 % of the requests (weights orders 3, orders-canary 97)']);
    expect(ask('NS2020', weighted(97, 3))).toEqual([]);
    const virtual = (stable: number, next: number): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ route: [{ destination: { host: orders, subset: stable }, weight: ${stable} }, { destination: { host: orders, subset: canary }, weight: ${next} }] }]
`;
    expect(ask('NS2020', virtual(3, 97))).toEqual(['spec.http[0].route[1]: Canary orders subset canary gets 97 % of the requests (weights orders subset stable 3, orders subset canary 97)']);
    // All of it is a promotion.
    expect(ask('NS2020', virtual(0, 100))).toEqual([]);
    expect(ask('NS2022', virtual(0, 0))).toEqual(['spec.http[0].route: Every weight is 0 (orders subset stable, orders subset canary): Istio refuses the VirtualService']);
    const rollout = (step: number): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: orders, namespace: shop }
spec: { strategy: { canary: { steps: [{ setWeight: ${step} }, { pause: {} }] } } }
`;
    expect(ask('NS2020', rollout(97))).toEqual(['spec.strategy.canary.steps[0].setWeight: The first step of Rollout shop/orders gives the canary 97 % of the requests']);
    expect(ask('NS2020', rollout(3))).toEqual([]);
    expect(ask('NS2020', `
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: orders, namespace: shop }
spec: { analysis: { stepWeight: 97, maxWeight: 97 } }
`)).toEqual(['spec.analysis.stepWeight: The first step of Canary shop/orders gives the canary 97 % of the requests']);
  });

  test('told by what a Service selects, and meant when it is promoted', () => {
    const route = (annotations: string): string => docs(`
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop${annotations} }
spec:
  parentRefs: [{ name: web }]
  rules: [{ backendRefs: [{ name: orders, port: 80, weight: 1 }, { name: orders-v2, port: 80, weight: 9 }] }]
`, service('orders-v2', 'shop', '{ app: orders, version: v2-canary }', '{ port: 80 }', 'ClusterIP'));
    expect(ask('NS2020', route(''))).toEqual(['spec.rules[0].backendRefs[1]: Canary orders-v2 gets 90 % of the requests (weights orders 1, orders-v2 9)']);
    expect(ask('NS2020', route(', annotations: { netstack.dev/promote: "true" }'))).toEqual([]);
  });
});
