// Linkerd's Servers, authorizations, routes and defaults, each with a near miss.
import { meshNetwork, say } from './ask';
import type { Question } from './ask';

const namespace = (name: string, annotations: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: ${name}, annotations: { ${annotations} } }
---
`;
const deployment = (home: string, name: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${home} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      serviceAccountName: ${name}
      containers:
        - name: main
          image: registry.example.com/main:1.7.4
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /ready, port: http } }
---
`;
const SYSTEM = (policy: string = ''): string => namespace('shop', `linkerd.io/inject: enabled${policy === '' ? '' : `, config.linkerd.io/default-inbound-policy: ${policy}`}`)
  + namespace('front', 'linkerd.io/inject: enabled') + namespace('legacy', 'team: a') + deployment('shop', 'orders') + deployment('front', 'web') + deployment('legacy', 'batch');
const policy = (kind: string, name: string, spec: string, version: string = 'v1alpha1'): string => `
apiVersion: policy.linkerd.io/${version}
kind: ${kind}
metadata: { name: ${name}, namespace: shop }
spec: ${spec}
---
`;
const SERVER = policy('Server', 'http', '{ podSelector: { matchLabels: { app: orders } }, port: http, proxyProtocol: HTTP/1 }', 'v1beta3');
const authorize = (target: string, refs: string): string => policy('AuthorizationPolicy', 'allow', `{ targetRef: ${target}, requiredAuthenticationRefs: [${refs}] }`);
const OF_SERVER = '{ group: policy.linkerd.io, kind: Server, name: http }';
const WEB = '{ kind: ServiceAccount, name: web, namespace: front }';
const NETS = policy('NetworkAuthentication', 'nets', '{ networks: [{ cidr: 192.0.2.0/24, except: [192.0.2.128/25] }] }');
const ROUTE = policy('HTTPRoute', 'read', '{ parentRefs: [{ group: policy.linkerd.io, kind: Server, name: http }], rules: [{ matches: [{ method: GET, path: { value: /orders } }] }] }', 'v1beta3');

const CALL: Question = { from: 'front/web', to: 'shop/orders' };
const OUTSIDE: Question = { from: 'legacy/batch', to: 'shop/orders' };
const ask = (documents: string, question: Question, fallback?: string): string => say(meshNetwork(SYSTEM(fallback) + documents), question);

test.each<[string, string, Question, string]>([
  ['a Server that nothing authorizes takes nobody', SERVER, CALL, 'allowed only GET /ready by Server shop/http spec'],
  ['a Server lets requests of probes through', SERVER, { ...OUTSIDE, request: { method: 'GET', path: '/ready' } }, 'allowed by Server shop/http spec'],
  ['a Server refuses other requests', SERVER, { ...CALL, request: { method: 'GET', path: '/' } }, 'denied 403 by Server shop/http spec'],
  ['a Server that takes everybody', policy('Server', 'http', '{ podSelector: {}, port: 8080, accessPolicy: all-unauthenticated }', 'v1beta3'), OUTSIDE, 'allowed by Server shop/http spec.accessPolicy'],
  ['another port is none of its matter', SERVER, { ...CALL, port: 9090 }, 'allowed'],
  ['an account that is authorized', SERVER + authorize(OF_SERVER, WEB), CALL, 'allowed by AuthorizationPolicy shop/allow spec'],
  ['an account that is not', SERVER + authorize(OF_SERVER, '{ kind: ServiceAccount, name: other, namespace: front }'), { ...CALL, request: { path: '/', method: 'GET' } }, 'denied 403 by Server shop/http spec'],
  ['a caller without a proxy', SERVER + authorize(OF_SERVER, '{ kind: ServiceAccount, name: batch, namespace: legacy }'), { ...OUTSIDE, request: { path: '/', method: 'GET' } }, 'denied 403 by Server shop/http spec'],
  ['a policy for the namespace', SERVER + authorize('{ kind: Namespace, name: shop }', WEB), CALL, 'allowed by AuthorizationPolicy shop/allow spec'],
  ['identities by their end', SERVER + authorize(OF_SERVER, '{ group: policy.linkerd.io, kind: MeshTLSAuthentication, name: ids }')
    + policy('MeshTLSAuthentication', 'ids', '{ identities: ["*.front.serviceaccount.identity.linkerd.cluster.local"] }'), CALL, 'allowed by AuthorizationPolicy shop/allow spec'],
  ['networks', SERVER + NETS + authorize(OF_SERVER, '{ group: policy.linkerd.io, kind: NetworkAuthentication, name: nets }'), { ...CALL, from: '192.0.2.1' }, 'allowed by AuthorizationPolicy shop/allow spec'],
  ['networks with holes', SERVER + NETS + authorize(OF_SERVER, '{ group: policy.linkerd.io, kind: NetworkAuthentication, name: nets }'), { ...CALL, from: '192.0.2.129', request: { path: '/', method: 'GET' } }, 'denied 403 by Server shop/http spec'],
  ['two that must hold', SERVER + NETS + authorize(OF_SERVER, `${WEB}, { group: policy.linkerd.io, kind: NetworkAuthentication, name: nets }`), { ...CALL, from: '192.0.2.1', request: { path: '/', method: 'GET' } }, 'denied 403 by Server shop/http spec'],
  ['an authorization that is not there', SERVER + authorize(OF_SERVER, '{ group: policy.linkerd.io, kind: NetworkAuthentication, name: none }'), { ...CALL, request: { path: '/', method: 'GET' } }, 'denied 403 by Server shop/http spec'],
  ['a ServerAuthorization', SERVER + policy('ServerAuthorization', 'old', '{ server: { name: http }, client: { meshTLS: { serviceAccounts: [{ name: web, namespace: front }] } } }', 'v1beta1'), CALL, 'allowed by ServerAuthorization shop/old spec'],
  ['a ServerAuthorization for those without a proxy', SERVER + policy('ServerAuthorization', 'old', '{ server: { name: http }, client: { unauthenticated: true } }', 'v1beta1'), OUTSIDE, 'allowed by ServerAuthorization shop/old spec'],
  ['a ServerAuthorization is for the cluster', SERVER + policy('ServerAuthorization', 'old', '{ server: { name: http }, client: { unauthenticated: true } }', 'v1beta1'), { ...OUTSIDE, from: '203.0.113.1', request: { path: '/', method: 'GET' } },
    'denied 403 by Server shop/http spec'],
  ['a request that a route takes', SERVER + ROUTE + authorize('{ group: policy.linkerd.io, kind: HTTPRoute, name: read }', WEB), { ...CALL, request: { method: 'GET', path: '/orders/7' } }, 'allowed by AuthorizationPolicy shop/allow spec'],
  ['a request that no route takes', SERVER + ROUTE + authorize('{ group: policy.linkerd.io, kind: HTTPRoute, name: read }', WEB), { ...CALL, request: { method: 'PUT', path: '/orders/7' } }, 'denied 404 by Server shop/http spec'],
  ['a request whose caller the route does not take', SERVER + ROUTE + authorize('{ group: policy.linkerd.io, kind: HTTPRoute, name: read }', WEB), { ...OUTSIDE, request: { method: 'GET', path: '/orders/7' } }, 'denied 403 by Server shop/http spec'],
  ['two Servers for one port', SERVER + policy('Server', 'other', '{ podSelector: {}, port: 8080 }', 'v1beta3'), CALL, 'undetermined by Server shop/http spec.port and Server shop/other spec.port because several Servers are for this port'],
])('%s', (_, documents, question, answer) => {
  expect(ask(documents, question, 'all-unauthenticated')).toBe(answer);
});

test.each<[string, Question, string]>([
  ['all-unauthenticated', OUTSIDE, 'allowed'],
  ['all-authenticated', OUTSIDE, 'allowed only GET /ready by Namespace shop metadata.annotations.config.linkerd.io/default-inbound-policy'],
  ['all-authenticated', CALL, 'allowed by Namespace shop metadata.annotations.config.linkerd.io/default-inbound-policy'],
  ['cluster-unauthenticated', OUTSIDE, 'allowed by Namespace shop metadata.annotations.config.linkerd.io/default-inbound-policy'],
  ['cluster-unauthenticated', { ...OUTSIDE, from: '203.0.113.1', port: 9090 }, 'denied by Namespace shop metadata.annotations.config.linkerd.io/default-inbound-policy'],
  ['deny', { ...CALL, port: 9090 }, 'denied by Namespace shop metadata.annotations.config.linkerd.io/default-inbound-policy'],
  ['audit', CALL, 'allowed'],
  ['', CALL, 'undetermined by Namespace shop because the default inbound policy of Linkerd is not known'],
])('a default of %s', (fallback, question, answer) => {
  expect(ask('', question, fallback)).toBe(answer);
});

test('an installation says what holds where nobody else does', () => {
  const config = (values: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: linkerd-config, namespace: linkerd }
data: { values: "${values}" }
---
`;
  expect(ask(config('clusterDomain: cluster.local'), OUTSIDE)).toBe('allowed');
  expect(ask(config('proxy: { defaultInboundPolicy: deny }'), { ...CALL, port: 9090 })).toBe('denied by ConfigMap linkerd/linkerd-config data.values');
});

test('ports that the proxy leaves alone are free, whatever Servers want them', () => {
  const servers = SERVER + policy('Server', 'other', '{ podSelector: {}, port: 8080 }', 'v1beta3');
  const skipping = SYSTEM('deny').replace('metadata: { name: shop, annotations: { linkerd.io/inject: enabled', 'metadata: { name: shop, annotations: { linkerd.io/inject: enabled, config.linkerd.io/skip-inbound-ports: 8000-8100');
  expect(say(meshNetwork(skipping + servers), CALL)).toBe('allowed');
  expect(say(meshNetwork(skipping + servers), { ...CALL, port: 7999 })).toMatch(/^denied/);
});
