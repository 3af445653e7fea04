// Which listener takes which route, and which policy counts: more ways to be wrong than the fixtures show, and their near misses.
import { ask, docs } from './gateway-ask';

const gateway = (listeners: string, more = ''): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: edge }
spec:
  gatewayClassName: envoy${more}
  listeners: [${listeners}]
`;
const CLASS = `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: envoy }
spec: { controllerName: gateway.envoyproxy.io/gatewayclass-controller }
`;
const route = (spec: string, name = 'orders', kind = 'HTTPRoute', namespace = 'edge'): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace} }
spec:
${spec}
`;
const TO = '  rules: [{ backendRefs: [{ name: orders, port: 8080 }] }]';
const http = (name: string, more = ''): string => `{ name: ${name}, port: 80, protocol: HTTP${more} }`;
const https = (name: string, hostname: string, port = 443): string => `{ name: ${name}, port: ${port}, protocol: HTTPS, hostname: "${hostname}", tls: { certificateRefs: [{ name: tls }] } }`;
const policy = (kind: string, name: string, target: string, spec: string): string => `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: ${kind}
metadata: { name: ${name}, namespace: edge }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, ${target} }]
  ${spec}
`;

describe('attachment', () => {
  test('namespaces: the default is the own one, and one listener that admits is enough', () => {
    const other = route(`  parentRefs: [{ name: web, namespace: edge }]\n${TO}`, 'orders', 'HTTPRoute', 'shop');
    expect(ask('NS2100', docs(gateway(http('http')), other))).toEqual([
      'spec.parentRefs[0]: Listener http of Gateway edge/web takes routes of its own namespace edge only, and the route is in shop',
    ]);
    expect(ask('NS2100', docs(gateway(`${http('http')}, ${https('https', 'a.example.com')}`), other))).toEqual([
      'spec.parentRefs[0]: The 2 listeners of Gateway edge/web take routes of other namespaces only, and the route is in shop',
    ]);
    expect(ask('NS2100', docs(gateway(`${http('http')}, ${http('open', ', hostname: a.example.com, allowedRoutes: { namespaces: { from: All } }')}`), other))).toEqual([]);
  });

  test('labels of a namespace that nobody declares are not guessed, but its name is known', () => {
    const selecting = (labels: string): string => docs(
      gateway(http('http', `, allowedRoutes: { namespaces: { from: Selector, selector: { matchLabels: ${labels} } } }`)), route(`  parentRefs: [{ name: web, namespace: edge }]\n${TO}`, 'orders', 'HTTPRoute', 'shop'));
    expect(ask('NS2100', selecting('{ team: a }'))).toEqual([]);
    expect(ask('NS2100', selecting('{ kubernetes.io/metadata.name: shop }'))).toEqual([]);
    expect(ask('NS2100', selecting('{ kubernetes.io/metadata.name: other }'))).toHaveLength(1);
  });

  test('host names: wildcards take several labels, and any listener will do', () => {
    const of = (listener: string, hostname: string): string => docs(gateway(listener), route(`  parentRefs: [{ name: web }]\n  hostnames: ["${hostname}"]\n${TO}`));
    expect(ask('NS2101', of(https('https', '*.example.com'), 'a.b.example.com'))).toEqual([]);
    expect(ask('NS2101', of(https('https', 'a.example.com'), '*.example.com'))).toEqual([]);
    expect(ask('NS2101', of(http('http'), 'other.net'))).toEqual([]);
    expect(ask('NS2101', of(`${https('one', 'a.example.com')}, ${https('two', 'b.example.com')}`, 'c.example.com'))).toEqual([
      'spec.hostnames: The route is for c.example.com, and the listeners one, two of Gateway edge/web for a.example.com, b.example.com',
    ]);
    // A route of TCP has no host names to compare.
    expect(ask('NS2101', docs(gateway('{ name: tcp, port: 5432, protocol: TCP }'), route(`  parentRefs: [{ name: web }]\n${TO}`, 'db', 'TCPRoute')))).toEqual([]);
  });

  test('kinds that a listener allows', () => {
    const of = (kinds: string): string => docs(gateway(http('http', `, allowedRoutes: { kinds: [${kinds}] }`)), route(`  parentRefs: [{ name: web }]\n${TO}`));
    expect(ask('NS2102', of('{ kind: GRPCRoute }'))).toEqual(['spec.parentRefs[0]: Listener http of Gateway edge/web allows GRPCRoute only and carries no HTTPRoute']);
    expect(ask('NS2102', of('{ kind: GRPCRoute }, { kind: HTTPRoute }'))).toEqual([]);
  });

  test('listeners of ListenerSets count, where the Gateway admits them', () => {
    const set = `
apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: { name: shop, namespace: shop }
spec:
  parentRef: { name: web, namespace: edge }
  listeners: [{ name: shop, port: 443, protocol: HTTPS, hostname: shop.example.com, tls: { certificateRefs: [{ name: tls }] } }]
`;
    const attached = route(`  parentRefs: [{ kind: ListenerSet, group: gateway.networking.k8s.io, name: shop }]\n  hostnames: [other.example.com]\n${TO}`, 'orders', 'HTTPRoute', 'shop');
    const open = gateway(https('own', 'own.example.com'), '\n  allowedListeners: { namespaces: { from: All } }');
    expect(ask('NS2101', docs(open, set, attached))).toEqual(['spec.hostnames: The route is for other.example.com, and listener shop of ListenerSet shop/shop for shop.example.com']);
    expect(ask('NS2104', docs(gateway(https('own', 'shop.example.com'), '\n  allowedListeners: { namespaces: { from: All } }'), set))).toEqual([
      'spec.listeners[0]: Listener shop (HTTPS) of ListenerSet shop/shop and listener own (HTTPS) of Gateway edge/web both want port 443 for shop.example.com',
    ]);
    expect(ask('NS2105', docs(open, set))).toEqual([]);
  });
});

describe('conflicts and loops', () => {
  test('what may share a port', () => {
    expect(ask('NS2104', gateway(`${https('a', 'a.example.com')}, { name: b, port: 443, protocol: TLS, hostname: b.example.com, tls: { mode: Passthrough } }`))).toEqual([]);
    expect(ask('NS2104', gateway(`${https('a', 'a.example.com')}, { name: b, port: 443, protocol: TLS, hostname: a.example.com, tls: { mode: Passthrough } }`))).toHaveLength(1);
    expect(ask('NS2104', gateway(`${https('a', 'a.example.com')}, { name: b, port: 443, protocol: UDP }`))).toEqual([]);
    expect(ask('NS2104', gateway(`${https('a', 'a.example.com')}, { name: b, port: 443, protocol: TCP }`))).toHaveLength(1);
  });

  test('the same match is found in any order of its conditions, and across routes', () => {
    const match = (name: string, headers: string, hostname = 'a.example.com'): string => route(
      `  parentRefs: [{ name: web }]\n  hostnames: [${hostname}]\n  rules: [{ matches: [{ path: { value: /orders }, headers: [${headers}] }], backendRefs: [{ name: ${name}, port: 80 }] }]`, name);
    const [x, y] = ['{ name: X-A, value: "1" }', '{ name: x-b, value: "2" }'];
    expect(ask('NS2110', docs(gateway(http('http')), match('one', `${x}, ${y}`), match('two', `${y}, { name: x-a, value: "1" }`)))).toEqual([
      'spec.rules[0].matches[0]: This match is also that of rule 0 of HTTPRoute edge/one: the older route takes all requests (a.example.com, PathPrefix /orders)',
    ]);
    expect(ask('NS2110', docs(gateway(http('http')), match('one', x), match('two', y)))).toEqual([]);
    expect(ask('NS2110', docs(gateway(http('http')), match('one', x), match('two', x, 'b.example.com')))).toEqual([]);
    // Two parents of one route are two ways to the same rule.
    expect(ask('NS2110', docs(gateway(`${http('http')}, ${https('https', 'a.example.com')}`), route(`  parentRefs: [{ name: web, sectionName: http }, { name: web, sectionName: https }]\n${TO}`)))).toEqual([]);
  });

  test('a regular expression for everything', () => {
    const rules = '  rules:\n    - { matches: [{ path: { value: /a } }], backendRefs: [{ name: a, port: 80 }] }\n    - { matches: [{ path: { type: RegularExpression, value: ".*" } }], backendRefs: [{ name: b, port: 80 }] }';
    expect(ask('NS2111', docs(CLASS, gateway(http('http')), route(`  parentRefs: [{ name: web }]\n${rules}`)))).toHaveLength(1);
    // Istio puts prefixes first.
    expect(ask('NS2111', docs(gateway(http('http')).replace('gatewayClassName: envoy', 'gatewayClassName: istio'), route(`  parentRefs: [{ name: web }]\n${rules}`)))).toEqual([]);
  });

  test('redirects', () => {
    const redirect = (fields: string, section = ''): string => docs(
      gateway(`${http('http')}, ${https('https', 'a.example.com')}`), route(`  parentRefs: [{ name: web${section} }]\n  rules: [{ filters: [{ type: RequestRedirect, requestRedirect: { ${fields} } }] }]`));
    expect(ask('NS2112', redirect('scheme: https'))).toHaveLength(1);
    expect(ask('NS2112', redirect('scheme: https', ', sectionName: http'))).toEqual([]);
    expect(ask('NS2112', redirect('hostname: www.example.com'))).toHaveLength(1);
    expect(ask('NS2112', redirect('hostname: www.example.com', ', sectionName: https'))).toEqual([]);
    expect(ask('NS2112', redirect('scheme: https, port: 8443'))).toEqual([]);
    expect(ask('NS2112', redirect('path: { type: ReplaceFullPath, replaceFullPath: /start }', ', sectionName: https'))).toHaveLength(1);
    expect(ask('NS2112', redirect('path: { type: ReplacePrefixMatch, replacePrefixMatch: /v2 }', ', sectionName: https'))).toEqual([]);
  });

  test('CORS in each layer', () => {
    const filter = (origins: string): string => route(`  parentRefs: [{ name: web }]
  rules: [{ backendRefs: [{ name: a, port: 80 }], filters: [{ type: CORS, cors: { allowOrigins: [${origins}], allowCredentials: true } }] }]`);
    const virtual = (origin: string, credentials: boolean): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: a, namespace: shop }
spec: { hosts: [a], http: [{ corsPolicy: { allowOrigins: [${origin}], allowCredentials: ${credentials} }, route: [{ destination: { host: a } }] }] }
`;
    const traefik = (origins: string): string => `
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: { name: cors, namespace: shop }
spec: { headers: { accessControlAllowCredentials: true, accessControlAllowOriginList: [${origins}] } }
`;
    const nginx = (more: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: a, namespace: shop, annotations: { nginx.ingress.kubernetes.io/enable-cors: "true"${more} } }
spec: { ingressClassName: nginx, rules: [{ host: a.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: a, port: { number: 80 } } } }] } }] }
`;
    expect(ask('NS2114', filter('"*"'))).toHaveLength(1);
    expect(ask('NS2114', filter('https://a.example.com'))).toEqual([]);
    expect(ask('NS2114', virtual('{ regex: ".*" }', true))).toHaveLength(1);
    expect(ask('NS2114', virtual('{ regex: ".*" }', false))).toEqual([]);
    expect(ask('NS2114', virtual('{ regex: "https://.*\\\\.example\\\\.com" }', true))).toEqual([]);
    expect(ask('NS2114', traefik('"*"'))).toHaveLength(1);
    expect(ask('NS2114', traefik('"https://a.example.com"'))).toEqual([]);
    expect(ask('NS2114', nginx(', nginx.ingress.kubernetes.io/cors-allow-credentials: "true"'))).toHaveLength(1);
    expect(ask('NS2114', nginx(''))).toEqual([]);
  });
});

describe('policies of Envoy Gateway', () => {
  const base = docs(CLASS, gateway(http('http')), route('  parentRefs: [{ name: web }]\n  rules: [{ name: first, timeouts: { request: 2s }, backendRefs: [{ name: orders, port: 8080 }] }]'));

  test('two for one target, by name and by labels', () => {
    const selecting = (label: string): string => `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: SecurityPolicy
metadata: { name: by-label, namespace: edge }
spec:
  targetSelectors: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, matchLabels: { app: ${label} } }]
  cors: { allowOrigins: ["https://a.example.com"] }
`;
    const labelled = base.replace('metadata: { name: orders, namespace: edge }', 'metadata: { name: orders, namespace: edge, labels: { app: orders } }');
    const named = policy('SecurityPolicy', 'by-name', 'kind: HTTPRoute, name: orders', 'cors: { allowOrigins: ["https://b.example.com"] }');
    expect(ask('NS2120', docs(labelled, named, selecting('orders')))).toEqual([
      'spec.targetSelectors[0]: SecurityPolicy edge/by-label and SecurityPolicy edge/by-name are both for HTTPRoute edge/orders: only one is attached',
    ]);
    expect(ask('NS2120', docs(labelled, named, selecting('other')))).toEqual([]);
    expect(ask('NS2120', docs(base, named, policy('BackendTrafficPolicy', 'b', 'kind: HTTPRoute, name: orders', 'retry: { numRetries: 1 }')))).toEqual([]);
  });

  test('what a more specific policy takes away', () => {
    const above = policy('SecurityPolicy', 'all', 'kind: Gateway, name: web', 'jwt: { providers: [{ name: a, issuer: https://id.example.com, remoteJWKS: { uri: https://id.example.com/jwks } }] }');
    const below = (spec: string): string => policy('SecurityPolicy', 'one', 'kind: HTTPRoute, name: orders', spec);
    expect(ask('NS2121', docs(base, above, below('cors: { allowOrigins: ["https://a.example.com"] }')))).toEqual([
      'spec.targetRefs[0]: SecurityPolicy edge/one replaces SecurityPolicy edge/all for HTTPRoute edge/orders and has no check of tokens',
    ]);
    expect(ask('NS2121', docs(base, above, below('')))).toEqual([]);
    expect(ask('NS2121', docs(base, above, below('authorization: { defaultAction: Deny }')))).toEqual([]);
  });

  test('a policy of a route replaces that of the Gateway whole, unless it merges', () => {
    const limit = policy('BackendTrafficPolicy', 'all', 'kind: Gateway, name: web', 'rateLimit: { type: Local, local: { rules: [{ limit: { requests: 9, unit: Second } }] } }');
    const own = (more: string): string => policy('BackendTrafficPolicy', 'one', 'kind: HTTPRoute, name: orders', `retry: { numRetries: 1 }${more}`);
    expect(ask('NS2134', docs(base, limit))).toEqual([]);
    expect(ask('NS2134', docs(base, limit, own('')))).toEqual(['spec.rules[0]: Rule 0 of HTTPRoute edge/orders has no rate limit']);
    expect(ask('NS2134', docs(base, limit, own('\n  mergeType: StrategicMerge')))).toEqual([]);
  });

  test('retries: arithmetic, methods and places', () => {
    const retry = (spec: string, target = 'kind: Gateway, name: web'): string => docs(base, policy('BackendTrafficPolicy', 'web', target, `retry: ${spec}`));
    expect(ask('NS2128', retry('{ numRetries: 3, perRetry: { timeout: 600ms } }'))).toEqual(['spec.retry: 4 tries of 600ms take 2.4s, and rule 0 of HTTPRoute edge/orders ends a request after 2s']);
    expect(ask('NS2128', retry('{ numRetries: 3, perRetry: { timeout: 500ms } }'))).toEqual([]);
    expect(ask('NS2128', retry('{ numRetries: 3, perRetry: { timeout: 500ms, backOff: { baseInterval: 10ms } } }'))).toHaveLength(1);
    expect(ask('NS2128', retry('{ numRetries: 9 }'))).toEqual([]);
    expect(ask('NS2128', retry('{ numRetries: 3, perRetry: { timeout: 600ms } }', 'kind: HTTPRoute, name: orders, sectionName: second'))).toEqual([]);
    expect(ask('NS2128', retry('{ numRetries: 3, perRetry: { timeout: 600ms } }', 'kind: HTTPRoute, name: orders, sectionName: first'))).toHaveLength(1);
    expect(ask('NS2129', retry('{ numRetries: 1, retryOn: { triggers: [reset] } }'))).toEqual(['spec.retry: Rule 0 of HTTPRoute edge/orders takes every method, and its requests are sent again after responses of the backend']);
    expect(ask('NS2129', retry('{ numRetries: 0, retryOn: { triggers: [reset] } }'))).toEqual([]);
    const reading = docs(CLASS, gateway(http('http')), route('  parentRefs: [{ name: web }]\n  rules: [{ matches: [{ method: GET }], backendRefs: [{ name: a, port: 80 }] }]'),
      policy('BackendTrafficPolicy', 'web', 'kind: Gateway, name: web', 'retry: { numRetries: 1, retryOn: { triggers: [5xx] } }'));
    expect(ask('NS2129', reading)).toEqual([]);
  });

  test('HTTPRoute.retry at Envoy Gateway 1.2', () => {
    const documents = docs(CLASS, gateway(http('http')), route('  parentRefs: [{ name: web }]\n  rules: [{ retry: { attempts: 2, codes: [503] }, backendRefs: [{ name: a, port: 80 }] }]'));
    const gatewayApi = { version: '1.2.1', channel: 'experimental' } as const;
    expect(ask('NS2124', { documents, targets: { envoyGateway: '1.2', gatewayApi } })).toEqual(['spec.rules[0].retry: Rule 0 has retries, and Envoy Gateway 1.2.8 does not read them']);
    expect(ask('NS2124', { documents, targets: { envoyGateway: '1.9', gatewayApi } })).toEqual([]);
  });

  test('filters that other gateways own', () => {
    const filtered = (className: string, group: string, kind: string): string => docs(CLASS, gateway(http('http')).replace('gatewayClassName: envoy', `gatewayClassName: ${className}`), route(
      `  parentRefs: [{ name: web }]\n  rules: [{ filters: [{ type: ExtensionRef, extensionRef: { group: ${group}, kind: ${kind}, name: a } }], backendRefs: [{ name: a, port: 80 }] }]`));
    expect(ask('NS2126', filtered('envoy', 'traefik.io', 'Middleware'))).toEqual([
      'spec.rules[0].filters[0].extensionRef.kind: Envoy Gateway, which runs Gateway edge/web, has no filter Middleware of traefik.io',
    ]);
    expect(ask('NS2126', filtered('istio', 'traefik.io', 'Middleware'))).toHaveLength(1);
    expect(ask('NS2126', filtered('envoy', 'example.com', 'Filter'))).toEqual([]);
    expect(ask('NS2126', filtered('somebody', 'traefik.io', 'Middleware'))).toEqual([]);
  });

  test('PROXY protocol with a tunnel, Traefik and ingress-nginx', () => {
    const terraform = { cloudflare_zero_trust_tunnel_cloudflared_config: { t: { config: { ingress: [{ service: 'http://proxy.envoy-gateway-system.svc:80' }] } } } };
    const named = docs(base.replace('controllerName: gateway.envoyproxy.io/gatewayclass-controller }',
      'controllerName: gateway.envoyproxy.io/gatewayclass-controller, parametersRef: { group: gateway.envoyproxy.io, kind: EnvoyProxy, name: p, namespace: edge } }'), `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: EnvoyProxy
metadata: { name: p, namespace: edge }
spec: { provider: { type: Kubernetes, kubernetes: { envoyService: { name: proxy } } } }
`);
    const client = (spec: string): string => policy('ClientTrafficPolicy', 'c', 'kind: Gateway, name: web', spec);
    expect(ask('NS2132', { documents: docs(named, client('proxyProtocol: {}')), terraform })).toEqual([
      'config.ingress[0]: Tunnel t calls port 80 of Gateway edge/web, where ClientTrafficPolicy edge/c asks for the PROXY protocol, which cloudflared does not send',
    ]);
    expect(ask('NS2132', { documents: docs(named, client('proxyProtocol: { optional: true }')), terraform })).toEqual([]);
    const traefik = (flag: string): string => docs(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: traefik, namespace: ingress }
spec:
  selector: { matchLabels: { app: traefik } }
  template:
    metadata: { labels: { app: traefik } }
    spec: { containers: [{ name: traefik, image: "traefik:v3.7.9", args: ["--entryPoints.web.address=:8000"${flag}] }] }
`, `
apiVersion: v1
kind: Service
metadata: { name: traefik, namespace: ingress, annotations: { load-balancer.hetzner.cloud/uses-proxyprotocol: "true" } }
spec: { type: LoadBalancer, selector: { app: traefik }, ports: [{ port: 80, targetPort: 8000 }] }
`);
    expect(ask('NS2132', traefik(''))).toEqual([
      'metadata.annotations["load-balancer.hetzner.cloud/uses-proxyprotocol"]: The load balancer of Service ingress/traefik sends the PROXY protocol, and entry point web of Deployment ingress/traefik does not expect it',
    ]);
    expect(ask('NS2132', traefik(', "--entryPoints.web.proxyProtocol.trustedIPs=10.0.0.0/8"'))).toEqual([]);
  });
});
