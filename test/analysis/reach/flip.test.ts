// The nearest change that would turn an answer: which document it names, when there is none, and that it does turn the answer once it is written down.
import { parseText } from '../../../src/analysis';
import { analyze } from '../../../src/analysis/reach/analyze';
import type { ExplainedWay } from '../../../src/analysis/reach/explain';
import { printExplanation } from '../../../src/analysis/reach/print/answer';
import { workload } from './documents';

const PORTS = (port: number): string => `, ports: [{ name: http, containerPort: ${port} }]`;
const PODS = workload('web', PORTS(8080)) + workload('api', PORTS(8080)) + workload('db', PORTS(5432));
const policy = (name: string, app: string, spec: string): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: { podSelector: { matchLabels: { app: ${app} } }, ${spec} }
---`;
const cilium = (name: string, spec: string): string => `
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: { endpointSelector: { matchLabels: { app: api } }, ${spec} }
---`;
const app = (name: string): string => `{ podSelector: { matchLabels: { app: ${name} } } }`;
const pods = (name: string): string => `{ matchLabels: { app: ${name} } }`;

const system = (documents: string): ReturnType<typeof analyze> => {
  const { documents: parsed, findings } = parseText(PODS + documents, 'shop.yaml');
  expect(findings).toEqual([]);
  return analyze(parsed);
};
const ways = (documents: string, flow: string): readonly ExplainedWay[] => system(documents).explain(flow).ways;
/** `would be allowed if …`, of the way that decides. */
function change(documents: string, flow: string): string | undefined {
  const { wouldBe } = ways(documents, flow)[0]!;
  return wouldBe && `${wouldBe.outcome}: ${wouldBe.changes.map(({ text }) => text).join(' / ')}`;
}

describe('of a denial', () => {
  test.each<[string, string, string, string]>([
    ['the peer of a rule at the end that calls', policy('web', 'web', `policyTypes: [Egress], egress: [{ to: [${app('api')}], ports: [{ port: http }] }]`), 'shop/web -> shop/db:5432',
      'NetworkPolicy shop/web (egress rule 1) also admitted shop/db[Deployment]'],
    ['the peer of a rule for a port that the called pods name', policy('db', 'db', `ingress: [{ from: [${app('api')}], ports: [{ port: http }] }]`), 'shop/web -> shop/db:5432', 'NetworkPolicy shop/db (ingress rule 1) also admitted shop/web[Deployment]'],
    ['the port of a rule at the end that calls', policy('web', 'web', `policyTypes: [Egress], egress: [{ to: [${app('db')}], ports: [{ port: 80 }] }]`), 'shop/web -> shop/db:5432', 'NetworkPolicy shop/web (egress rule 1) also admitted TCP 5432'],
    ['a rule without ports is no near miss for another peer', policy('api', 'api', `ingress: [{ from: [${app('db')}] }]`), 'shop/web -> shop/api:8080', 'NetworkPolicy shop/api had one more ingress rule, which admits shop/web[Deployment] on TCP 8080'],
    ['a rule of another peer and another port is none either', policy('api', 'api', `ingress: [{ from: [${app('db')}], ports: [{ port: 80 }] }]`), 'shop/web -> shop/api:8080', 'NetworkPolicy shop/api had one more ingress rule, which admits shop/web[Deployment] on TCP 8080'],
    ['the first policy that misses it', policy('a', 'api', `ingress: [{ from: [${app('web')}], ports: [{ port: 80 }] }]`) + policy('b', 'api', `ingress: [{ from: [${app('web')}], ports: [{ port: 81 }] }]`), 'shop/web -> shop/api:8080', 'NetworkPolicy shop/a (ingress rule 1) also admitted TCP 8080'],
    ['a policy that misses it, not the one before', policy('a', 'api', 'policyTypes: [Ingress]') + policy('b', 'api', `ingress: [{ from: [${app('web')}], ports: [{ port: 81 }] }]`), 'shop/web -> shop/api:8080', 'NetworkPolicy shop/b (ingress rule 1) also admitted TCP 8080'],
    ['a policy with rules, not the default of everybody', policy('a', 'api', 'policyTypes: [Ingress]') + policy('b', 'api', `ingress: [{ from: [${app('db')}] }]`) + policy('c', 'api', `ingress: [{ from: [${app('db')}] }]`), 'shop/web -> shop/api:8080',
      'NetworkPolicy shop/b had one more ingress rule, which admits shop/web[Deployment] on TCP 8080'],
    ['both ends', policy('web', 'web', 'policyTypes: [Egress]') + policy('api', 'api', `ingress: [{ from: [${app('db')}], ports: [{ port: 8080 }] }]`), 'shop/web -> shop/api:8080',
      'NetworkPolicy shop/web had one more egress rule, which admits shop/api[Deployment] on TCP 8080 / NetworkPolicy shop/api (ingress rule 1) also admitted shop/web[Deployment]'],
    ['a rule that denies', cilium('api', `ingress: [{ fromEntities: [all] }], ingressDeny: [{ fromEndpoints: [${pods('web')}] }]`), 'shop/web -> shop/api:8080', 'CiliumNetworkPolicy shop/api (spec.ingressDeny[0]) were not there'],
    ['a rule that denies another port is not the one that misses it', cilium('api', `ingress: [{ fromEndpoints: [${pods('db')}] }], ingressDeny: [{ fromEndpoints: [${pods('web')}], toPorts: [{ ports: [{ port: "99", protocol: TCP }] }] }]`), 'shop/web -> shop/api:8080',
      'CiliumNetworkPolicy shop/api had one more ingress rule, which admits shop/web[Deployment] on TCP 8080'],
    ['a rule for some requests is not the one that misses it', cilium('api', `ingress: [{ fromEndpoints: [${pods('web')}], toPorts: [{ ports: [{ port: "80", protocol: TCP }], rules: { http: [{ method: GET }] } }] }]`), 'shop/web -> shop/api:8080',
      'CiliumNetworkPolicy shop/api had one more ingress rule, which admits shop/web[Deployment] on TCP 8080'],
    ['a rule for other requests', cilium('api', `ingress: [{ fromEndpoints: [${pods('web')}], toPorts: [{ ports: [{ port: "8080", protocol: TCP }], rules: { http: [{ method: GET }] } }] }]`), 'shop/web -> shop/api:8080 POST /',
      'CiliumNetworkPolicy shop/api (ingress rule 1) also admitted this request'],
  ])('%s', (_, documents, flow, text) => {
    expect(change(documents, flow)).toBe(`allowed: ${text}`);
  });

  test('with the documents that are to be changed', () => {
    const both = policy('web', 'web', 'policyTypes: [Egress]') + policy('api', 'api', `ingress: [{ from: [${app('db')}], ports: [{ port: 8080 }] }]`);
    expect(ways(both, 'shop/web -> shop/api:8080')[0]!.wouldBe!.changes.map(({ at }) => [at?.name, at?.rule, at?.file])).toEqual([['NetworkPolicy shop/web', undefined, 'shop.yaml'], ['NetworkPolicy shop/api', 'ingress rule 1', 'shop.yaml']]);
  });

  test('what nobody knows is turned by no change: neither at one end nor at both', () => {
    const unknown = policy('web', 'web', 'policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }]');
    expect(change(unknown, 'shop/web -> shop/api:8080')).toBeUndefined();
    expect(change(unknown + policy('api', 'api', 'policyTypes: [Ingress]'), 'shop/web -> shop/api:8080')).toBeUndefined();
    expect(change(unknown.replace('app: web', 'app: api').replace('[Egress], egress: [{ to:', '[Ingress], ingress: [{ from:'), 'internet -> shop/api:8080')).toMatch(/^allowed: a Service of type LoadBalancer, a gateway or an Ingress led to TCP 8080 of shop\/api\[Deployment\] \/ NetworkPolicy/);
  });

  test('six changes are told, seven are another design', () => {
    const denied = (count: number): string => Array.from({ length: count }, (_, i) => cilium(`d${i}`, `ingressDeny: [{ fromEndpoints: [${pods('web')}] }]`)).join('');
    const open = cilium('open', 'ingress: [{ fromEntities: [all] }]');
    expect(change(open + denied(6), 'shop/web -> shop/api:8080')?.match(/were not there/g)).toHaveLength(6);
    expect(change(open + denied(7), 'shop/web -> shop/api:8080')).toBeUndefined();
  });

  test('of proxies whose pods are not among the documents', () => {
    const gateway = `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: eg }
spec: { controllerName: gateway.envoyproxy.io/gatewayclass-controller }
---
apiVersion: v1
kind: Namespace
metadata: { name: envoy-gateway-system }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec: { gatewayClassName: eg, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: r, namespace: shop }
spec: { parentRefs: [{ name: public }], rules: [{ backendRefs: [{ name: web, port: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
---`;
    expect(change(gateway + policy('web', 'web', `ingress: [{ from: [${app('db')}] }]`), 'internet -> http://shop.example.com/')).toBe('allowed: NetworkPolicy shop/web had one more ingress rule, which admits {Gateway shop/public} on TCP 8080');
    expect(change(gateway + policy('web', 'web', 'ingress: [{ ports: [{ port: 8080 }] }]'), 'internet -> http://shop.example.com/')).toBe('denied: NetworkPolicy shop/web (ingress rule 1) were not there');
  });
});

describe('of what is allowed', () => {
  test.each<[string, string, string]>([
    ['the rule at the end that calls, where the other end is open', policy('web', 'web', `policyTypes: [Egress], egress: [{ to: [${app('api')}] }]`), 'NetworkPolicy shop/web (egress rule 1) were not there'],
    ['one rule of one end, where the other has two', policy('web', 'web', `policyTypes: [Egress], egress: [{ to: [${app('api')}] }]`) + policy('api', 'api', `ingress: [{ from: [${app('web')}] }, { ports: [{ port: 8080 }] }]`), 'NetworkPolicy shop/web (egress rule 1) were not there'],
    ['at the end that is called, where both need as many', policy('web', 'web', `policyTypes: [Egress], egress: [{ to: [${app('api')}] }]`) + policy('api', 'api', `ingress: [{ from: [${app('web')}] }]`), 'NetworkPolicy shop/api (ingress rule 1) were not there'],
    ['both rules that admit it', policy('api', 'api', `ingress: [{ from: [${app('web')}] }]`) + policy('more', 'api', 'ingress: [{ ports: [{ port: 8080 }] }, { ports: [{ port: 80 }] }]'), 'NetworkPolicy shop/api (ingress rule 1) were not there / NetworkPolicy shop/more (ingress rule 1) were not there'],
    ['nothing restricts it', '', 'a policy closed ingress of shop/api[Deployment]: none restricts it'],
  ])('%s', (_, documents, text) => {
    expect(change(documents, 'shop/web -> shop/api:8080')).toBe(`denied: ${text}`);
  });

  test('a rule that admits it and closes nothing holds nobody back once it is gone', () => {
    const free = cilium('api', 'enableDefaultDeny: { ingress: false }, ingress: [{ toPorts: [{ ports: [{ port: "8080", protocol: TCP }] }] }]');
    expect(change(free, 'shop/web -> shop/api:8080')).toBe('denied: a policy closed egress of shop/web[Deployment]: none restricts it');
    expect(change(free + policy('web', 'web', `policyTypes: [Egress], egress: [{ to: [${app('api')}] }]`), 'shop/web -> shop/api:8080')).toBe('denied: NetworkPolicy shop/web (egress rule 1) were not there');
  });

  test('requests that alone pass are told', () => {
    const some = system(cilium('api', `ingress: [{ fromEndpoints: [${pods('web')}], toPorts: [{ ports: [{ port: "8080", protocol: TCP }], rules: { http: [{ method: GET }] } }] }]`)).explain('shop/web -> shop/api:8080');
    expect([some.outcome, some.ways[0]!.only]).toEqual(['allowed', ['GET']]);
    expect(printExplanation(some)).toContain('├ only for GET\n└ would be denied if ');
  });
});

test('the way that decides comes first, and more than twenty ways are counted', () => {
  const many = (count: number): string => `
apiVersion: v1
kind: Service
metadata: { name: all, namespace: shop }
spec: { selector: { tier: one }, ports: [{ port: 80 }] }
---${Array.from({ length: count }, (_, i) => workload(`p${i + 10}`).replace(`labels: { app: p${i + 10} }`, `labels: { app: p${i + 10}, tier: one }`)).join('')}`;
  const last = system(many(3) + policy('last', 'p12', 'policyTypes: [Ingress]')).explain('shop/web -> service:shop/all:80');
  expect([last.outcome, last.ways.map(({ to }) => to)]).toEqual(['denied', ['shop/p12[Deployment]', 'shop/p10[Deployment]', 'shop/p11[Deployment]']]);
  const more = system(many(21)).explain('shop/web -> service:shop/all:80');
  expect(more.ways.map(({ wouldBe }) => wouldBe !== undefined)).toEqual([...Array.from({ length: 20 }, () => true), false]);
  expect(printExplanation(more).match(/^shop\/web/gm)).toHaveLength(20);
  expect(printExplanation(more)).toContain('\n\n… and 1 more way; --format json has them all\n');
  expect(printExplanation(system(many(20)).explain('shop/web -> service:shop/all:80'))).not.toContain('more ways');
});

describe('a token that is missing', () => {
  const SERVICE = `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
---`;
  const secured = (...issuers: string[]): string => `${SERVICE}
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: eg }
spec: { controllerName: gateway.envoyproxy.io/gatewayclass-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec: { gatewayClassName: eg, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: r, namespace: shop }
spec: { parentRefs: [{ name: public }], rules: [{ backendRefs: [{ name: web, port: 80 }] }] }
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: SecurityPolicy
metadata: { name: tokens, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: r }]
  jwt: { providers: [${issuers.map((issuer, i) => `{ name: p${i}, issuer: "${issuer}", remoteJWKS: { uri: "https://id.example.com/jwks" } }`).join(', ')}] }
---`;
  const FLOW = 'internet -> http://shop.example.com/';
  const ISSUER = 'https://id.example.com';

  test('is told only where it suffices, and where the request has none', () => {
    expect(change(secured(ISSUER), FLOW)).toBe(`allowed: the request carried a token of ${ISSUER}`);
    expect(change(secured(ISSUER) + policy('web', 'web', 'policyTypes: [Ingress]'), FLOW)).toBeUndefined();
    const { ways: [way] } = system(secured(ISSUER)).explain({ from: 'internet', to: 'http://shop.example.com/', facts: { jwt: { issuer: 'https://other.example.com' } } });
    expect([way!.outcome, way!.wouldBe]).toEqual(['denied', undefined]);
  });

  test('of a mesh, answered with 403', () => {
    const mesh = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: id, namespace: shop }
spec: { selector: { matchLabels: { app: api } }, jwtRules: [{ issuer: "${ISSUER}", jwksUri: "${ISSUER}/jwks" }] }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: api, namespace: shop }
spec: { selector: { matchLabels: { app: api } }, rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }] }
---`;
    const { outcome, ways: [way] } = system(mesh).explain('shop/web -> shop/api:8080 GET /');
    expect([outcome, way!.hops.find(({ outcome: one }) => one === 'denied')?.answer]).toEqual(['denied', 403]);
    expect(way!.wouldBe!.changes.map(({ text }) => text)).toEqual([`the request carried a token of ${ISSUER}`]);
    expect(change(mesh.replace('requestPrincipals: ["*"]', 'principals: ["cluster.local/ns/far/sa/other"]'), 'shop/web -> shop/api:8080 GET /')).toBe('allowed: AuthorizationPolicy shop/api (spec.rules[0]) also admitted shop/web[Deployment]');
    expect(change(mesh.replaceAll(/namespace: shop }\nspec: { selector: { matchLabels: { app: api } }, jwtRules/g, 'namespace: istio-system }\nspec: { jwtRules'), 'shop/web -> shop/api:8080 GET /')).toBe(`allowed: the request carried a token of ${ISSUER}`);
    expect(change(mesh.replaceAll(/namespace: shop }\nspec: { selector: { matchLabels: { app: api } }, jwtRules/g, 'namespace: far }\nspec: { jwtRules'), 'shop/web -> shop/api:8080 GET /')).toBe('allowed: AuthorizationPolicy shop/api (spec.rules[0]) also admitted this request');
  });
});
