// What an operator reads of the mesh, and what takes the certainty from its answers.
import { traceFlow } from '../../../../src/analysis/reach/trace';
import { istio, meshNetwork, partyOf, say, SHOP } from './ask';

function hops(documents: string, from: string, jwt?: { readonly issuer: string }): string[] {
  const network = meshNetwork(SHOP + documents);
  const way = traceFlow(network, { from: partyOf(network, from), to: partyOf(network, 'shop/orders'), port: 8080, protocol: 'TCP', request: { method: 'GET', path: '/' }, facts: jwt ? { jwt } : {} });
  return way.hops.filter(({ layer, outcome }) => layer === 'mesh' && outcome !== 'allowed').map(({ because, answer }) => `${String(answer)}: ${because}`);
}

const STRICT = istio('PeerAuthentication', 'default', 'istio-system', '{ mtls: { mode: STRICT } }');

test('who is refused for want of a certificate reads why', () => {
  expect(hops(STRICT, 'legacy/batch')).toEqual([
    'reset: PeerAuthentication istio-system/default (spec.mtls.mode) denies legacy/batch[Deployment] on TCP 8080: '
    + 'it takes only callers that show a certificate of the mesh, and this one shows none, because namespace legacy is not labelled for injection',
  ]);
  expect(hops(STRICT, '192.0.2.1')).toEqual([
    'reset: PeerAuthentication istio-system/default (spec.mtls.mode) denies 192.0.2.1 on TCP 8080: it takes only callers that show a certificate of the mesh, and this one shows none',
  ]);
  const plain = istio('DestinationRule', 'plain', 'front', '{ host: orders.shop.svc.cluster.local, trafficPolicy: { tls: { mode: DISABLE } } }');
  expect(hops(STRICT + plain, 'front/web')).toEqual([
    'reset: PeerAuthentication istio-system/default (spec.mtls.mode) denies front/web[Deployment] on TCP 8080: '
    + 'it takes only callers that show a certificate of the mesh, and this one shows none, because a DestinationRule, a Sidecar or an annotation has it speak without',
  ]);
  expect(hops(STRICT, 'front/web')).toEqual([]);
});

test('who shows a wrong token reads which', () => {
  const check = istio('RequestAuthentication', 'jwt', 'shop', '{ jwtRules: [{ issuer: id, jwksUri: "https://id.example.com/keys" }] }');
  expect(hops(check, 'front/web', { issuer: 'other' })).toEqual(['401: RequestAuthentication shop/jwt (spec.jwtRules) denies front/web[Deployment] on TCP 8080: the request comes with a token that is not of id']);
  expect(hops(check, 'front/web', { issuer: 'id' })).toEqual([]);
});

const filter = (context: string, home: string = 'shop', selector: string = ''): string => `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: patch, namespace: ${home} }
spec: { ${selector}configPatches: [{ applyTo: HTTP_FILTER, match: { context: ${context} }, patch: { operation: MERGE, value: { name: x } } }] }
---
`;
const WASM = (labels: string): string => `
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: { name: wasm, namespace: shop }
spec: { selector: { matchLabels: { app: ${labels} } }, url: "oci://registry.example.com/plugin:1.0.0" }
---
`;

test.each<[string, string, string, string]>([
  ['a patch of sidecars', filter('SIDECAR_INBOUND'), 'front/web', 'undetermined because it rewrites the configuration of the proxy'],
  ['a patch of gateways', filter('GATEWAY'), 'front/web', 'allowed'],
  ['a patch of other pods', filter('SIDECAR_INBOUND', 'shop', 'workloadSelector: { labels: { app: other } }, '), 'front/web', 'allowed'],
  ['a patch in the root namespace', filter('SIDECAR_INBOUND', 'istio-system'), 'front/web', 'undetermined because it rewrites the configuration of the proxy'],
  ['a program in the proxy', WASM('orders'), 'front/web', 'undetermined because it puts a program into the proxy'],
  ['a program in the proxy of others', WASM('other'), 'front/web', 'allowed'],
  ['a program behind a refusal', WASM('orders') + STRICT, 'legacy/batch', 'denied by PeerAuthentication istio-system/default spec.mtls.mode'],
])('%s', (_, documents, from, answer) => {
  expect(say(meshNetwork(SHOP + documents), { from, to: 'shop/orders', direction: 'ingress' })).toBe(answer);
});

test('Consul\'s intentions', () => {
  const intentions = (name: string): string => `
apiVersion: consul.hashicorp.com/v1alpha1
kind: ServiceIntentions
metadata: { name: orders, namespace: shop }
spec: { destination: { name: ${name} }, sources: [{ name: web, action: deny }] }
---
`;
  const pods = SHOP.replace('labels: { app: orders } }\n    spec', 'labels: { app: orders }, annotations: { consul.hashicorp.com/connect-inject: "true" } }\n    spec').replaceAll(', labels: { istio-injection: enabled }', '');
  expect(say(meshNetwork(pods + intentions('orders')), { from: 'front/web', to: 'shop/orders', direction: 'ingress' })).toBe('undetermined because what Consul lets through by it is not followed');
  expect(say(meshNetwork(pods + intentions('stock')), { from: 'front/web', to: 'shop/orders', direction: 'ingress' })).toBe('allowed');
});
