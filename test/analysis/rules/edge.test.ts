// Tunnels, DNS and settings of Cloudflare: both versions of the provider, ConfigMaps and arguments of cloudflared, and near misses.
import { ask, docs } from './gateway-ask';

const ID = '${cloudflare_zero_trust_tunnel_cloudflared.edge.id}';
const tunnel = (...ingress: readonly object[]): Record<string, unknown> => ({ cloudflare_zero_trust_tunnel_cloudflared_config: { edge: { tunnel_id: ID, config: { ingress } } } });
const older = (...ingress: readonly object[]): Record<string, unknown> => ({ cloudflare_tunnel_config: { edge: { tunnel_id: '${cloudflare_tunnel.edge.id}', config: [{ ingress_rule: ingress }] } } });
const END = { service: 'http_status:404' };
const record = (name: string, more: object = {}): object => ({ zone_id: '${var.zone}', name, type: 'CNAME', ttl: 1, proxied: true, content: `${ID}.cfargotunnel.com`, ...more });
const cloudflared = (config: string, args = 'tunnel, run'): string => docs(`
apiVersion: v1
kind: ConfigMap
metadata: { name: cloudflared, namespace: edge }
data:
  config.yaml: |
${config.split('\n').map((line) => `    ${line}`).join('\n')}
`, `
apiVersion: apps/v1
kind: Deployment
metadata: { name: cloudflared, namespace: edge }
spec:
  selector: { matchLabels: { app: cloudflared } }
  template:
    metadata: { labels: { app: cloudflared } }
    spec:
      containers: [{ name: cloudflared, image: "docker.io/cloudflare/cloudflared:2026.6.1", args: [${args}], volumeMounts: [{ name: config, mountPath: /etc/cloudflared }] }]
      volumes: [{ name: config, configMap: { name: cloudflared } }]
`);
const service = (name: string, ports: string, namespace = 'edge'): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { app: ${name} }, ports: [${ports}] }
`;

describe('rules of a tunnel', () => {
  test('what cloudflared refuses', () => {
    const refused = (...rules: readonly object[]): string[] => ask('NS1010', { terraform: tunnel(...rules) });
    expect(refused({ hostname: 'a.example.com:443', service: 'http://a.b.svc:80' }, END)).toEqual(['config.ingress[0]: The host name a.example.com:443 of rule 0 of tunnel edge has a port']);
    expect(refused({ hostname: 'a.*.example.com', service: 'http://a.b.svc:80' }, END)).toHaveLength(1);
    expect(refused({ hostname: '*.example.com', service: 'http://a.b.svc:80' }, END)).toEqual([]);
    expect(refused({ hostname: 'a.example.com', path: '(?=x)', service: 'http://a.b.svc:80' }, END)).toEqual([
      'config.ingress[0]: The path (?=x) of rule 0 of tunnel edge is no expression of Go: it has a look-around',
    ]);
    expect(refused({ hostname: 'a.example.com', service: 'a.b.svc:80' }, END)).toHaveLength(1);
    expect(refused({ hostname: 'a.example.com', service: 'http://a.b.svc:80/api' }, END)).toHaveLength(1);
    expect(refused({ service: 'http://a.b.svc:80' }, { hostname: 'a.example.com', service: 'http://a.b.svc:80' })).toHaveLength(2);
    expect(refused({ hostname: 'a.example.com', service: 'unix:/run/a.sock' }, { hostname: 'b.example.com', service: 'hello_world' }, { hostname: 'c.example.com', service: 'ssh://a.b.svc:22' }, END)).toEqual([]);
    // What Terraform computes may be anything.
    expect(refused({ hostname: '${var.host}', service: 'http://a.b.svc:80' }, { service: '${var.last}' })).toEqual([]);
    expect(ask('NS1010', { terraform: older({ hostname: 'a.example.com', service: 'http://a.b.svc:80' }) })).toHaveLength(1);
    expect(ask('NS1010', cloudflared('ingress:\n  - hostname: a.example.com\n    service: http://a:80'))).toEqual([
      'data["config.yaml"]: The last rule of tunnel of ConfigMap edge/cloudflared is for a.example.com, and cloudflared asks for one without host name and path at the end',
    ]);
  });

  test('order', () => {
    const rules = (...each: ReadonlyArray<readonly [string, string?]>): Record<string, unknown> => tunnel(...each.map(([hostname, path]) => ({ hostname, ...(path === undefined ? {} : { path }), service: 'http://a.b.svc:80' })), END);
    expect(ask('NS1011', { terraform: rules(['a.example.com'], ['a.example.com', '/api']) })).toHaveLength(1);
    expect(ask('NS1011', { terraform: rules(['a.example.com', '/api'], ['a.example.com']) })).toEqual([]);
    expect(ask('NS1011', { terraform: rules(['a.example.com', '/api'], ['a.example.com', '/other']) })).toEqual([]);
    // *.a.com is not for a.com itself.
    expect(ask('NS1011', { terraform: rules(['*.example.com'], ['example.com']) })).toEqual([]);
  });

  test('DNS', () => {
    const rule = { hostname: 'api.example.com', service: 'http://a.b.svc:80' };
    const dns = (records: Record<string, object>): string[] => ask('NS1012', { terraform: { ...tunnel(rule, END), cloudflare_dns_record: records } });
    expect(dns({ a: record('api.example.com', { proxied: false }) })).toEqual(['proxied: The record api.example.com leads to a tunnel and is not proxied: its address answers nothing']);
    expect(dns({ a: record('www.example.com') })).toHaveLength(1);
    expect(dns({ a: record('www.example.com'), b: record('${each.key}') })).toEqual([]);
    expect(dns({ a: record('www.example.com', { content: 'origin.example.net' }) })).toEqual([]);
    expect(dns({ a: record('api.example.com', { content: '${cloudflare_zero_trust_tunnel_cloudflared.other.id}.cfargotunnel.com' }) })).toHaveLength(1);
    expect(dns({ a: record('api') })).toEqual([]);
    expect(ask('NS1013', { terraform: { ...tunnel(rule, END), cloudflare_dns_record: { a: record('shop.example.com') } } })).toHaveLength(1);
    expect(ask('NS1013', { terraform: { ...tunnel(rule, { service: 'http://a.b.svc:80' }), cloudflare_dns_record: { a: record('shop.example.com') } } })).toEqual([]);
  });
});

describe('origins', () => {
  test('Services by short and long names, and by the namespace of cloudflared', () => {
    const asked = (origin: string): string[] => ask('NS1014', docs(cloudflared(`ingress:\n  - service: ${origin}`), service('web', '{ port: 80 }'), 'apiVersion: v1\nkind: Namespace\nmetadata: { name: edge }'));
    expect(asked('http://web:80')).toEqual([]);
    expect(asked('http://web.edge')).toEqual([]);
    expect(asked('http://web.edge.svc.cluster.local:8080')).toEqual(['data["config.yaml"]: Tunnel of ConfigMap edge/cloudflared leads to port 8080 of Service edge/web, which has port 80']);
    expect(asked('http://wep:80')).toEqual(['data["config.yaml"]: Tunnel of ConfigMap edge/cloudflared leads to Service edge/wep, which is not there']);
    expect(asked('https://origin.example.com')).toEqual([]);
    expect(asked('https://wep.edge.com')).toEqual([]);
    expect(asked('http://10.0.0.7:8080')).toEqual([]);
    expect(asked('http://wep.elsewhere.svc:80')).toEqual([]);
  });

  test('--url', () => {
    const one = cloudflared('tunnel: edge', '"tunnel", "--url", "http://web:8080", "run"');
    expect(ask('NS1014', docs(one, service('web', '{ port: 80 }')))).toEqual(['spec.template.spec.containers[0].args[2]: Tunnel of Deployment edge/cloudflared leads to port 8080 of Service edge/web, which has port 80']);
    expect(ask('NS1014', docs(one, service('web', '{ port: 8080 }')))).toEqual([]);
  });

  const gateway = (listeners: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec: { gatewayClassName: istio, listeners: [${listeners}] }
`;
  const SECURE = '{ name: https, port: 443, protocol: HTTPS, hostname: "*.example.com", tls: { certificateRefs: [{ name: tls }] } }';

  test('TLS names and protocols', () => {
    const of = (hostname: string, origin: string, more: object = {}): string[] => ask('NS1015', { documents: gateway(SECURE), terraform: tunnel({ hostname, service: origin, origin_request: more }, END) });
    const origin = 'https://web-istio.shop.svc:443';
    expect(of('a.example.com', origin)).toHaveLength(1);
    expect(of('a.example.com', origin, { match_sn_ito_host: true })).toEqual([]);
    expect(of('a.example.com', origin, { origin_server_name: 'b.example.com' })).toEqual([]);
    expect(of('a.example.com', origin, { origin_server_name: 'b.example.net', no_tls_verify: true })).toHaveLength(1);
    expect(of('a.example.com', 'http://web-istio.shop.svc:443')).toEqual([
      'config.ingress[0]: Tunnel edge speaks http with Gateway shop/web at port 443, where its listeners speak HTTPS',
    ]);
  });

  test('the Service that Envoy Gateway names by a hash', () => {
    const documents = docs(gateway('{ name: http, port: 80, protocol: HTTP }').replace('gatewayClassName: istio', 'gatewayClassName: envoy'), `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: envoy }
spec: { controllerName: gateway.envoyproxy.io/gatewayclass-controller }
`);
    const of = (name: string): string[] => ask('NS1014', { documents, terraform: tunnel({ hostname: 'a.example.com', service: `http://${name}.envoy-gateway-system.svc:8080` }, END) });
    expect(of('envoy-shop-web-1a2b3c4d')).toEqual(['config.ingress[0].service: Tunnel edge leads to port 8080 of Gateway shop/web, whose listeners have port 80']);
    expect(of('envoy-shop-other-1a2b3c4d')).toEqual([]);
  });

  test('a redirect that comes back', () => {
    const route = (rule: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: r, namespace: shop }
spec: { parentRefs: [{ name: web }], rules: [${rule}] }
`;
    const terraform = tunnel({ hostname: 'a.example.com', service: 'http://web-istio.shop.svc:80' }, END);
    const plain = gateway('{ name: http, port: 80, protocol: HTTP }');
    expect(ask('NS1016', { documents: docs(plain, route('{ filters: [{ type: RequestRedirect, requestRedirect: { scheme: https } }] }')), terraform })).toEqual([
      'config.ingress[0]: Tunnel edge sends a.example.com to port 80 of Gateway shop/web, where HTTPRoute shop/r redirects every request to https, which comes back through the tunnel',
    ]);
    expect(ask('NS1016', { documents: docs(plain, route('{ backendRefs: [{ name: a, port: 80 }] }')), terraform })).toEqual([]);
    // A Gateway without any route has them in another repository.
    expect(ask('NS1016', { documents: plain, terraform })).toEqual([]);
  });

  test('policies that keep cloudflared in', () => {
    const policy = (egress: string): string => `
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: cloudflared, namespace: edge }
spec: { endpointSelector: { matchLabels: { app: cloudflared } }, egress: [${egress}] }
`;
    const pods = cloudflared('tunnel: edge');
    expect(ask('NS1026', docs(pods, policy('{ toEndpoints: [{}] }')))).toHaveLength(1);
    expect(ask('NS1026', docs(pods, policy('{ toCIDR: [198.41.192.0/24], toPorts: [{ ports: [{ port: "7844", protocol: ANY }] }] }')))).toEqual([]);
    expect(ask('NS1026', docs(pods, policy('{ toFQDNs: [{ matchPattern: "*.argotunnel.com" }], toPorts: [{ ports: [{ port: "443", protocol: TCP }] }] }')))).toHaveLength(1);
    expect(ask('NS1026', docs(cloudflared('tunnel: edge', '"tunnel", "--protocol", "quic", "run"'), policy('{ toEntities: [world], toPorts: [{ ports: [{ port: "7844", protocol: TCP }] }] }')))).toHaveLength(1);
    expect(ask('NS1026', pods)).toEqual([]);
  });
});

test('the token of a tunnel', () => {
  expect(ask('NS1018', cloudflared('tunnel: edge', '"tunnel", "run", "--token", "abc"'))).toEqual(['spec.template.spec.containers[0].args[3]: Deployment edge/cloudflared has the token of its tunnel as a plain value']);
  expect(ask('NS1018', cloudflared('tunnel: edge', '"tunnel", "run", "--token", "$(TUNNEL_TOKEN)"'))).toEqual([]);
});

test('Workers and rulesets', () => {
  const dns = { cloudflare_dns_record: { a: record('api.example.com') } };
  const worker = (pattern: string): string[] => ask('NS1020', { terraform: { ...dns, cloudflare_workers_route: { w: { zone_id: '${var.zone}', pattern, script: 's' } } } });
  expect(worker('api.example.com/*')).toEqual([]);
  expect(worker('https://api.example.com/v1/*')).toEqual([]);
  expect(worker('*example.com/*')).toEqual([]);
  expect(worker('other.example.com/*')).toHaveLength(1);
  const ruleset = (zone: string): object => ({ zone_id: zone, kind: 'zone', phase: 'ddos_l7', rules: [] });
  expect(ask('NS1021', { terraform: { cloudflare_ruleset: { a: ruleset('x'), b: ruleset('y') } } })).toEqual([]);
  expect(ask('NS1021', { terraform: { cloudflare_ruleset: { a: ruleset('x'), b: ruleset('x') } } })).toHaveLength(1);
});

test('what a tunnel hides', () => {
  const open = (more: string): string => `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: edge${more} }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80 }] }
`;
  const terraform = tunnel({ hostname: 'a.example.com', service: 'http://web.edge.svc:80' }, END);
  expect(ask('NS9400', { documents: open(''), terraform })).toHaveLength(1);
  expect(ask('NS9400', { documents: open(', annotations: { service.beta.kubernetes.io/aws-load-balancer-scheme: internal }'), terraform })).toEqual([]);
});
