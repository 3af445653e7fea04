// Traefik's rules and start, and what ingress-nginx makes of annotations.
import { readRule } from '../../../src/analysis/model/traefik-rule';
import { ask, docs } from './gateway-ask';

const route = (match: string, more = '', entryPoints = 'websecure'): string => `
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: shop, namespace: shop }
spec:
  entryPoints: [${entryPoints}]
  routes:
    - kind: Rule
      match: ${JSON.stringify(match)}
      services: [{ name: web, port: 80 }]${more}
  tls: {}
`;
const traefik = (args: string, spec = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: traefik, namespace: ingress }
spec:
  selector: { matchLabels: { app: traefik } }
  template:
    metadata: { labels: { app: traefik } }
    spec:
      containers: [{ name: traefik, image: "docker.io/library/traefik:v3.7.9", args: [${args}]${spec} }]
`;

describe('rules', () => {
  test.each([
    ['Host(`a.example.com`) && (PathPrefix(`/a`) || !Path("/b"))', undefined],
    ['host(`a.example.com`) && PATHPREFIX(`/a`) && Method(`GET`)', undefined],
    ['Query(`a`) || Query(`a`, `b`) || Header(`X-A`, `b`)', undefined],
    ['HostRegexp(`^(?<tenant>[a-z]+)\\.example\\.com$`)', undefined],
    ['Host(`a.example.com`', ') is missing at its end'],
    ['Host(a.example.com)', 'the value of Host is not in backticks or double quotes'],
    ["Host('a.example.com')", 'the value of Host is not in backticks or double quotes'],
    ['Host(`a`, `b`)', 'Host takes one value since Traefik 3: join several with ||'],
    ['Headers(`X-A`, `b`)', 'there is no matcher Headers any more: it is Header since Traefik 3'],
    ['Hosts(`a`)', 'there is no matcher Hosts'],
    ['Host(`a`) PathPrefix(`/b`)', 'PathPrefix(`/b`) stands where && or || is expected'],
    ['Host(`a`) &&', 'it ends where a matcher is expected'],
    ['PathPrefix(`api`)', 'the path api does not begin with /'],
    ['PathRegexp(`^/a(`)', 'the expression ^/a( is not one of Go: a "(" has no ")"'],
    ['Header(`X-A`)', 'Header takes 2 values and has 1'],
    ['('.repeat(200), 'it is nested too deeply'],
  ])('%s', (source, problem) => {
    expect(readRule(source)!.problem).toBe(problem);
  });

  test('host names that are asked for', () => {
    expect(readRule('(Host(`A.example.com`) || Host(`b.example.com`)) && !Host(`c.example.com`)')!.hosts).toEqual(['a.example.com', 'b.example.com']);
  });

  test('rules in the grammar of version 2 are left alone', () => {
    const old = 'HostRegexp(`{tenant:[a-z]+}.example.com`)';
    expect(ask('NS2300', route(old, '\n      syntax: v2'))).toEqual([]);
    expect(ask('NS2300', docs(traefik('--core.defaultRuleSyntax=v2'), route(old)))).toEqual([]);
    expect(ask('NS2300', route(old))).toHaveLength(1);
    expect(ask('NS2300', `
apiVersion: traefik.io/v1alpha1
kind: IngressRouteTCP
metadata: { name: db, namespace: shop }
spec: { entryPoints: [db], routes: [{ match: "HostSNI(\`*\`)", services: [{ name: db, port: 5432 }] }] }
`)).toEqual([]);
  });

  test('anchors and prefixes', () => {
    expect(ask('NS2301', route('HostRegexp(`.+`)'))).toEqual([]);
    expect(ask('NS2301', route('PathRegexp(`/a`)'))).toHaveLength(1);
    expect(ask('NS2301', route('PathRegexp(`(?i)^/a`)'))).toEqual([]);
    expect(ask('NS2301', route('!PathPrefix(`/a`)'))).toEqual([]);
    expect(ask('NS2301', route('PathPrefix(`/`)'))).toEqual([]);
  });

  test('the longest rule first', () => {
    const both = (wide: string, narrow: string, more = ''): string => docs(route(wide), route(narrow, more).replace('name: shop, namespace', 'name: api, namespace'));
    const wide = 'Host(`a.example.com`) || Host(`long-name.example.com`) || Host(`another.example.com`)';
    expect(ask('NS2303', both(wide, 'Host(`a.example.com`) && PathPrefix(`/api/`)'))).toHaveLength(1);
    expect(ask('NS2303', both('Host(`a.example.com`)', 'Host(`a.example.com`) && PathPrefix(`/api/`)'))).toEqual([]);
    expect(ask('NS2303', both(wide, 'Host(`b.example.com`) && PathPrefix(`/api/`)'))).toEqual([]);
    expect(ask('NS2303', both(wide, 'Host(`a.example.com`) && PathPrefix(`/api/`)', '\n      priority: 1000'))).toEqual([]);
    expect(ask('NS2303', docs(route(wide, '', 'web'), route('Host(`a.example.com`) && PathPrefix(`/api/`)').replace('name: shop, namespace', 'name: api, namespace')))).toEqual([]);
  });
});

describe('start', () => {
  test('entry points are known without case, from a file, and not at all', () => {
    expect(ask('NS2304', docs(traefik('--providers.kubernetescrd, "--entrypoints.WebSecure.address=:443"'), route('Host(`a`)')))).toEqual([]);
    expect(ask('NS2304', docs(traefik('--providers.kubernetescrd, "--entrypoints.web.address=:80"'), route('Host(`a`)')))).toHaveLength(1);
    expect(ask('NS2304', route('Host(`a`)'))).toEqual([]);
    // A Traefik that reads Gateways only is not the one.
    expect(ask('NS2304', docs(traefik('--providers.kubernetesgateway, "--entrypoints.web.address=:80"'), route('Host(`a`)')))).toEqual([]);
    // A file that the documents do not have may declare it.
    expect(ask('NS2304', docs(traefik('--providers.kubernetescrd, --configFile=/etc/traefik/traefik.yml'), route('Host(`a`)')))).toEqual([]);
    const plain = route('Host(`a`)').replace('  tls: {}\n', '');
    expect(ask('NS2304', docs(traefik('--providers.kubernetescrd, "--entryPoints.websecure.address=:8443"'), plain))).toEqual([
      'spec.entryPoints[0]: IngressRoute shop/shop has no tls and is served as plain HTTP at entry point websecure (port 8443): https requests find no router',
    ]);
    expect(ask('NS2304', docs(traefik('--providers.kubernetescrd, "--entryPoints.websecure.address=:8443", "--entryPoints.websecure.http.tls=true"'), plain))).toEqual([]);
  });

  test('environment and logs', () => {
    const insecure = ', env: [{ name: TRAEFIK_API_INSECURE, value: "true" }]';
    expect(ask('NS2305', traefik('--accesslog.format=json', insecure))).toEqual(['spec.template.spec.containers[0].env[0]: Deployment ingress/traefik shows its API and dashboard to everybody (api.insecure)']);
    expect(ask('NS2305', traefik('--accesslog=true'))).toEqual(['spec.template.spec: Deployment ingress/traefik writes its access log as text']);
    expect(ask('NS2305', traefik('--api.insecure=false, --accesslog.format=json'.split(', ').join('", "').replace(/^|$/g, '"')))).toEqual([]);
  });

  test('references to other namespaces', () => {
    const other = route('Host(`a`)').replace('{ name: web, port: 80 }', '{ name: web, namespace: edge, port: 80 }');
    expect(ask('NS2308', docs(traefik('--providers.kubernetescrd'), other))).toHaveLength(1);
    expect(ask('NS2308', docs(traefik('"--providers.kubernetesCRD.allowCrossNamespace"'), other))).toEqual([]);
    expect(ask('NS2308', docs(traefik('--providers.docker'), other))).toEqual([]);
    expect(ask('NS2308', other)).toEqual([]);
  });

  test('rate limits', () => {
    const limit = (spec: string): string[] => ask('NS2309', `
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: { name: limit, namespace: shop }
spec: { rateLimit: ${spec} }
`);
    expect(limit('{ average: 60, period: 1m }')).toEqual([]);
    expect(limit('{ average: 100, burst: 1000 }')).toHaveLength(1);
    expect(limit('{ average: 0 }')).toEqual([]);
  });

  test('gRPC at the three gateways', () => {
    const service = (port: string): string => `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [${port}] }
`;
    const grpc = '{ name: grpc, port: 80 }';
    expect(ask('NS2311', docs(service(grpc), route('Host(`a`)')))).toHaveLength(1);
    expect(ask('NS2311', docs(service('{ name: http, port: 80 }'), route('Host(`a`)')))).toEqual([]);
    const ingress = (more: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop${more} }
spec: { ingressClassName: nginx, rules: [{ host: a.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { name: grpc } } } }] } }] }
`;
    expect(ask('NS2311', docs(service(grpc), ingress('')))).toHaveLength(1);
    expect(ask('NS2311', docs(service(grpc), ingress(', annotations: { nginx.ingress.kubernetes.io/backend-protocol: GRPC }')))).toEqual([]);
    const envoy = docs(`
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: envoy }
spec: { controllerName: gateway.envoyproxy.io/gatewayclass-controller }
`, `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec: { gatewayClassName: envoy, listeners: [{ name: http, port: 80, protocol: HTTP }] }
`);
    const to = (kind: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: { name: web, namespace: shop }
spec: { parentRefs: [{ name: web }], rules: [{ backendRefs: [{ name: web, port: 80 }] }] }
`;
    expect(ask('NS2311', docs(envoy, service(grpc), to('HTTPRoute')))).toHaveLength(1);
    expect(ask('NS2311', docs(envoy, service(grpc), to('GRPCRoute')))).toEqual([]);
    expect(ask('NS2311', docs(envoy, service('{ name: grpc, port: 80, appProtocol: grpc }'), to('HTTPRoute')))).toEqual([]);
  });
});

describe('ingress-nginx', () => {
  const ingress = (annotations: string, path = '/', className = 'nginx'): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop, annotations: { ${annotations} } }
spec: { ingressClassName: ${className}, rules: [{ host: a.example.com, http: { paths: [{ path: "${path}", pathType: ImplementationSpecific, backend: { service: { name: a, port: { number: 80 } } } }] } }] }
`;
  const N = 'nginx.ingress.kubernetes.io';

  test('annotations', () => {
    const said = (annotations: string, className?: string): string[] => ask('NS2205', ingress(annotations, '/', className));
    expect(said(`${N}/proxy-body-sise: 50m`)).toEqual([`metadata.annotations["${N}/proxy-body-sise"]: ingress-nginx has no annotation proxy-body-sise`]);
    expect(said(`${N}/somebody-elses-annotation: a`)).toEqual([]);
    expect(said(`${N}/ssl-redirect: "yes"`)).toHaveLength(1);
    expect(said(`${N}/whitelist-source-range: "10.0.0.0/8, 2001:db8::/32"`)).toEqual([]);
    expect(said(`${N}/whitelist-source-range: "10.0.0.0/8,office"`)).toHaveLength(1);
    expect(said(`${N}/proxy-read-timeout: 60s`, 'traefik')).toEqual([]);
  });

  test('rewrites', () => {
    expect(ask('NS2206', ingress(`${N}/rewrite-target: /$1`, '/api/(?:v1|v2)/(.*)'))).toEqual([]);
    expect(ask('NS2206', ingress(`${N}/rewrite-target: /$2`, '/api/(?:v1|v2)/(.*)'))).toHaveLength(1);
    expect(ask('NS2206', ingress(`${N}/rewrite-target: /`, '/api'))).toEqual([]);
  });

  test('a second canary, and settings that a canary does not have', () => {
    const canary = (name: string, more = ''): string => ingress(`${N}/canary: "true", ${N}/canary-weight: "3"${more}`).replace('name: shop,', `name: ${name},`);
    expect(ask('NS2202', docs(ingress(''), canary('one'), canary('two')))).toHaveLength(1);
    expect(ask('NS2202', docs(ingress(''), canary('one', `, ${N}/proxy-body-size: 8m`)))).toEqual([
      `metadata.annotations["${N}/proxy-body-size"]: ${N}/proxy-body-size has no effect on a canary, which takes all other settings from the main Ingress`,
    ]);
    expect(ask('NS2202', docs(ingress(''), canary('one', `, ${N}/affinity: cookie`)))).toEqual([]);
  });

  test('durations of certificates', () => {
    const certificate = (spec: string): string => `
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: a, namespace: shop }
spec: { secretName: a, dnsNames: [a.example.com], issuerRef: { name: a }, ${spec} }
`;
    expect(ask(['NS2036', 'NS2032'], certificate('renewBefore: 2d'))).toEqual(['NS2036 spec.renewBefore: 2d is no duration of Go']);
    expect(ask(['NS2036', 'NS2032'], certificate('renewBefore: 2160h'))).toEqual(['NS2032 spec.renewBefore: renewBefore 2160h is not shorter than the duration of 2160h']);
    expect(ask(['NS2036', 'NS2032'], certificate('duration: 1h30m, renewBefore: 30m'))).toEqual([]);
  });
});
