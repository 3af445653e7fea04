// Routes of Gateways: each meaning once, with what looks like it beside it.
import { gatewayRouting } from '../../../../src/analysis/reach/gateway/routing';
import { BASE, CLASS, ENVOY, GATEWAY, NAMESPACES, OTHER, ROUTE, SERVICE, ask, said, scene } from './scene';

const to = (name: string, more: string = ''): string => `backendRefs: [{ name: ${name}, port: 80${more} }]`;
const prefix = (value: string, name: string, more: string = ''): string => `{ matches: [{ path: { type: PathPrefix, value: ${value} } ${more} }], ${to(name)} }`;

test('a canary route is shadowed by a longer prefix', () => {
  const cluster = scene(`${BASE}${GATEWAY()}${ROUTE(`[${prefix('/api', 'canary', ', headers: [{ name: x-canary, value: "1" }]')}]`, { name: 'canary' })}${ROUTE(`[${prefix('/api/orders', 'web')}]`)}`);
  const shadowed = ask(cluster, '/api/orders/42', { request: { headers: { 'x-canary': '1' } } });
  expect(shadowed.backends.map(({ name }) => name)).toEqual(['web']);
  expect(shadowed.verdict.decidedBy.map(({ entry, path }) => `${entry.toString()} ${path.join('.')}`)).toEqual(['HTTPRoute shop/web spec.rules.0.matches.0']);
  expect(shadowed.verdict.because).toBe('HTTPRoute shop/web takes it (/api/orders/*) and sends it to Service shop/web port 80');
  expect(said(cluster, '/api/carts', { request: { headers: { 'x-canary': '1' } } })).toBe('shop/canary');
  expect(said(cluster, '/api/carts')).toBe('404');
  expect(said(cluster, '/api/ordersx')).toBe('404');
});

test('a listener takes routes of the namespaces that it allows', () => {
  const route = ROUTE(`[{ ${to('pay')} }]`, { name: 'pay', namespace: 'pay' });
  expect(said(scene(`${BASE}${GATEWAY()}${route}`), '/')).toBe('pay/pay');
  expect(said(scene(`${BASE}${GATEWAY('')}${route}`), '/')).toBe('404');
  expect(said(scene(`${BASE}${GATEWAY('allowedRoutes: { namespaces: { from: Selector, selector: { matchLabels: { team: pay } } } }')}${route}`), '/')).toBe('pay/pay');
  expect(said(scene(`${BASE}${GATEWAY('allowedRoutes: { namespaces: { from: Selector, selector: { matchLabels: { team: shop } } } }')}${route}`), '/')).toBe('404');
});

test('a backend of another namespace needs its ReferenceGrant', () => {
  const route = ROUTE(`[{ ${to('pay', ', namespace: pay')} }]`);
  const grant = (from: string, target: string): string => `
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: { name: shop, namespace: pay }
spec: { from: [{ group: gateway.networking.k8s.io, kind: ${from}, namespace: shop }], to: [{ group: "", kind: Service${target} }] }
---`;
  const refused = ask(scene(`${BASE}${GATEWAY()}${route}`), '/');
  expect(refused.verdict).toMatchObject({ outcome: 'denied', answer: 500, because: 'HTTPRoute shop/web takes it (/*), and no ReferenceGrant of namespace pay lets HTTPRoutes of namespace shop refer to Service pay/pay' });
  expect(said(scene(`${BASE}${GATEWAY()}${route}${grant('HTTPRoute', '')}`), '/')).toBe('pay/pay');
  expect(said(scene(`${BASE}${GATEWAY()}${route}${grant('HTTPRoute', ', name: pay')}`), '/')).toBe('pay/pay');
  expect(said(scene(`${BASE}${GATEWAY()}${route}${grant('HTTPRoute', ', name: other')}`), '/')).toBe('500');
  expect(said(scene(`${BASE}${GATEWAY()}${route}${grant('GRPCRoute', '')}`), '/')).toBe('500');
});

test('weights are shares: 0 gets nothing, and what is not there fails', () => {
  const split = (refs: string): string => said(scene(`${BASE}${GATEWAY()}${ROUTE(`[{ backendRefs: [${refs}] }]`)}`), '/');
  expect(split('{ name: web, port: 80, weight: 3 }, { name: canary, port: 80 }')).toBe('shop/web 0.75, shop/canary 0.25');
  expect(split('{ name: web, port: 80 }, { name: canary, port: 80, weight: 0 }')).toBe('shop/web');
  expect(split('{ name: web, port: 80, weight: 0 }')).toBe('500');
  expect(split('{ name: web, port: 80, weight: 1 }, { name: gone, port: 80, weight: 3 }')).toBe('shop/web 0.25, 500 0.75');
  expect(split('{ name: web, port: 81 }')).toBe('500');
});

test('an invalid share of a GRPCRoute is answered with 503, and with 500 where nothing is left', () => {
  const split = (refs: string): string => said(scene(`${BASE}${GATEWAY()}${ROUTE(`[{ backendRefs: [${refs}] }]`, { kind: 'GRPCRoute' })}`), '/shop.Orders/Get');
  expect(split('{ name: web, port: 80 }, { name: gone, port: 80 }')).toBe('shop/web 0.5, 503 0.5');
  expect(split('{ name: gone, port: 80 }')).toBe('500');
});

test('a pattern that cannot be read decides nothing that it could decide', () => {
  const cluster = scene(`${BASE}${GATEWAY()}${ROUTE(`[{ matches: [{ path: { type: RegularExpression, value: "/a(" } }], ${to('canary')} }, ${prefix('/', 'web')}, { matches: [{ path: { type: Exact, value: /sure } }], ${to('web')} }]`)}`);
  expect(said(cluster, '/a')).toBe('undetermined: Whether HTTPRoute shop/web takes it is not known: "/a(" is no regular expression');
  expect(ask(cluster, '/a').alternatives.map(({ backends }) => backends[0]!.name)).toEqual(['web', 'canary']);
  expect(said(cluster, '/sure')).toBe('shop/web');
});

test('Envoy Gateway tries patterns before prefixes; elsewhere nobody says where they stand', () => {
  const routes = `${GATEWAY()}${ROUTE(`[${prefix('/orders/archive', 'web')}, { matches: [{ path: { type: RegularExpression, value: "/o.*" } }], ${to('canary')} }]`)}`;
  expect(said(scene(`${BASE}${routes}`), '/orders/archive')).toBe('shop/canary');
  const other = `${OTHER}${NAMESPACES}${SERVICE('web')}${SERVICE('canary')}${routes}`;
  expect(said(scene(other), '/orders/archive')).toBe('undetermined: Whether HTTPRoute shop/web takes it is not known: where a regular expression stands among the matches is left to the implementation');
  expect(said(scene(other), '/orders')).toBe('shop/canary');
  expect(said(scene(`${CLASS('istio.io/gateway-controller')}${NAMESPACES}${SERVICE('web')}${SERVICE('canary')}${routes}`), '/orders/archive')).toBe('shop/web');
});

test('a method counts before headers in the specification, and as a header for Envoy Gateway', () => {
  const routes = `${GATEWAY()}${ROUTE(`[{ matches: [{ method: GET }], ${to('web')} }, { matches: [{ headers: [{ name: a, value: "1" }, { name: b, value: "1" }] }], ${to('canary')} }]`)}`;
  const request = { headers: { a: '1', b: '1' } };
  expect(said(scene(`${BASE}${routes}`), '/', { request })).toBe('shop/canary');
  expect(said(scene(`${OTHER}${NAMESPACES}${SERVICE('web')}${SERVICE('canary')}${routes}`), '/', { request })).toBe('shop/web');
});

test('what only the age of routes decides is not known, unless both lead to the same', () => {
  const two = (one: string, other: string, created: readonly [string, string] = ['', '']): string => said(scene(
    `${BASE}${GATEWAY()}${ROUTE(`[{ ${to(one)} }]`, { name: 'a', metadata: created[0] })}${ROUTE(`[{ ${to(other)} }]`, { name: 'b', metadata: created[1] })}`,
  ), '/');
  expect(two('web', 'canary')).toBe('undetermined: Whether HTTPRoute shop/a takes it is not known: it is as specific as HTTPRoute shop/b, and only their age says which goes first');
  expect(two('web', 'web')).toBe('shop/web');
  expect(two('web', 'canary', [', creationTimestamp: "2026-02-01T00:00:00Z"', ', creationTimestamp: "2026-01-01T00:00:00Z"'])).toBe('shop/canary');
});

test('the most specific name wins, and Envoy does not look further', () => {
  const cluster = scene(`${BASE}${GATEWAY()}${ROUTE(`[${prefix('/orders', 'web')}]`, { name: 'a', spec: 'hostnames: [shop.example.com]' })}${ROUTE(`[{ ${to('canary')} }]`, { name: 'b', spec: 'hostnames: ["*.example.com"]' })}`);
  expect(said(cluster, '/orders')).toBe('shop/web');
  expect(said(cluster, '/other')).toBe('404');
  expect(said(cluster, '/other', { request: { host: 'a.b.example.com' } })).toBe('shop/canary');
  expect(said(cluster, '/other', { request: { host: 'example.com' } })).toBe('404');
  const unsaid = ask(cluster, '/orders', { request: { host: undefined } });
  expect(unsaid.verdict.because).toBe('The host name of the request is not known, and not all names lead to the same');
});

test('paths are made plain before they are compared', () => {
  const cluster = scene(`${BASE}${GATEWAY()}${ROUTE(`[${prefix('/orders', 'web')}]`)}`);
  for (const path of ['/orders', '/orders/', '//orders', '/x/../orders', '/./orders/1']) expect([path, said(cluster, path)]).toEqual([path, 'shop/web']);
  expect(said(cluster, '/orders/../admin')).toBe('404');
  expect(said(cluster, '/a%2Forders')).toBe('307');
  expect(said(cluster, '/%6frders/%2e%2e/orders')).toBe('shop/web');
  expect(said(cluster, '/orders%20x')).toBe('404');
  const other = scene(`${OTHER}${NAMESPACES}${SERVICE('web')}${GATEWAY()}${ROUTE(`[${prefix('/orders', 'web')}]`)}`);
  expect(said(other, '/%6frders')).toBe('undetermined: How the gateway reads the path /%6frders is not modelled');
});

test('redirects say where they lead, rewrites what the backend sees', () => {
  const cluster = scene(`${BASE}${GATEWAY()}${ROUTE(`[
    { matches: [{ path: { value: /old } }], filters: [{ type: RequestRedirect, requestRedirect: { scheme: https, statusCode: 301, path: { type: ReplacePrefixMatch, replacePrefixMatch: /new } } }] },
    { matches: [{ path: { value: /api } }], filters: [{ type: URLRewrite, urlRewrite: { hostname: inner.example.com, path: { type: ReplacePrefixMatch, replacePrefixMatch: / } } }], ${to('web')} },
    { matches: [{ path: { value: / } }], filters: [{ type: URLRewrite, urlRewrite: { path: { type: ReplacePrefixMatch, replacePrefixMatch: /v1 } } }], ${to('web')} }]`)}`);
  expect(said(cluster, '/old/a', { request: { query: 'b=c' } })).toBe('301 https://shop.example.com/new/a?b=c');
  expect(ask(cluster, '/api/orders').backends[0]!.request).toMatchObject({ host: 'inner.example.com', path: '/orders' });
  // As a text, where the specification goes by segments: Envoy Gateway makes /v1orders of it.
  expect(ask(cluster, '/orders').backends[0]!.request.path).toBe('/v1orders');
});

test('headers of a backend are changed first, those of the rule after that', () => {
  const cluster = scene(`${BASE}${GATEWAY()}${ROUTE(`[{ filters: [{ type: RequestHeaderModifier, requestHeaderModifier: { set: [{ name: a, value: rule }], remove: [b] } }],
    backendRefs: [{ name: web, port: 80, filters: [{ type: RequestHeaderModifier, requestHeaderModifier: { set: [{ name: a, value: backend }, { name: b, value: backend }] } }] }] }]`)}`);
  expect(ask(cluster, '/', { request: { headers: { a: '1' } } }).backends[0]!.request.headers).toEqual({ a: 'rule' });
});

test('a filter that is not modelled makes it undetermined, and is named', () => {
  const filter = '{ type: ExtensionRef, extensionRef: { group: example.com, kind: Teleport, name: far } }';
  const routing = ask(scene(`${BASE}${GATEWAY()}${ROUTE(`[{ filters: [${filter}], ${to('web')} }]`)}`), '/');
  expect(routing.verdict).toMatchObject({ outcome: 'undetermined', because: 'HTTPRoute shop/web takes it, and what filter Teleport shop/far does is not modelled' });
  expect(routing.verdict.decidedBy[1]!.path).toEqual(['spec', 'rules', 0, 'filters', 0, 'extensionRef']);
});

test('two listeners that bring one name to one port are refused by Envoy', () => {
  const cluster = scene(`${BASE}
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec: { gatewayClassName: eg, listeners: [{ name: all, port: 80, protocol: HTTP }, { name: ours, port: 80, protocol: HTTP, hostname: "*.example.com" }] }
---${ROUTE(`[{ ${to('web')} }]`, { spec: 'hostnames: [shop.example.com]' })}`);
  expect(said(cluster, '/')).toBe('undetermined: Listeners all and ours both bring shop.example.com to port 80, and Envoy refuses a name that is there twice');
});

test('every way in is listed, with the request that it takes', () => {
  const cluster = scene(`${BASE}${GATEWAY('hostname: "*.example.com"')}${ROUTE(`[{ matches: [{ path: { value: /orders }, method: POST }], filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: canary, port: 80 } } }], ${to('web')} },
    { matches: [{ path: { value: /old } }], filters: [{ type: RequestRedirect, requestRedirect: { hostname: example.org } }] }]`)}`);
  const { exposed, route } = cluster.derive(gatewayRouting);
  expect(exposed().map((one) => `${one.hostname} ${one.match} ${one.backend.namespace}/${one.backend.name}${one.mirrored ? ' copy' : ''}`)).toEqual(['*.example.com POST /orders/* shop/web', '*.example.com POST /orders/* shop/canary copy']);
  expect(route(exposed()[0]!.sample)[0]!.backends[0]!.name).toBe('web');
});

test('a route that the API server would refuse leaves the gateway open', () => {
  const cluster = scene(`${ENVOY}${NAMESPACES}${SERVICE('web')}${GATEWAY()}${ROUTE(`[{ ${to('web')} }]`)}${ROUTE('[{ matches: [{ path: { type: Wrong } }] }]', { name: 'broken' })}`, { unsound: true });
  expect(said(cluster, '/')).toBe('undetermined: HTTPRoute shop/broken is for the gateway, and cannot be read as it is');
});

test('listeners of one port that speak different protocols are not guessed at', () => {
  const listeners = '{ name: http, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: All } } }, { name: tls, port: 80, protocol: HTTPS, tls: { certificateRefs: [{ name: tls }] } }';
  const cluster = scene(`${BASE}${GATEWAY().replace(/\{ name: http.*\}\]/, `${listeners}]`)}${ROUTE(`[{ ${to('web')} }]`)}`);
  expect(said(cluster, '/')).toBe('undetermined: Listeners http and tls speak different protocols on port 80, and which of them is left is not defined');
});

test('Gateways that share their proxies share the names of a port', () => {
  const merged = `${ENVOY.replace('spec: {', 'spec: { parametersRef: { group: gateway.envoyproxy.io, kind: EnvoyProxy, name: proxy, namespace: shop },')}
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: EnvoyProxy
metadata: { name: proxy, namespace: shop }
spec: { mergeGateways: true }
---`;
  const second = `${GATEWAY('hostname: shop.example.com, allowedRoutes: { namespaces: { from: All } }').replace('name: public,', 'name: second,')}${ROUTE(`[{ ${to('canary')} }]`, { name: 'canary' }).replace('name: public,', 'name: second,')}`;
  const asked = (first: string): string[] => scene(`${first}${NAMESPACES}${SERVICE('web')}${SERVICE('canary')}${GATEWAY()}${ROUTE(`[{ ${to('web')} }]`)}${second}`).derive(gatewayRouting)
    .route({ port: 80, facts: {}, request: { scheme: 'http', host: 'shop.example.com', method: 'GET', path: '/', headers: {} } }).map(({ gateway, backends }) => `${gateway.name} ${backends[0]!.name}`);
  expect(asked(ENVOY)).toEqual(['public web', 'second canary']);
  expect(asked(merged)).toEqual(['second canary']);
});

test('a mirror may get a part of the copies only', () => {
  const mirror = (more: string): string => `filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: canary, port: 80 } ${more} } }]`;
  const copies = (more: string): number[] => ask(scene(`${BASE}${GATEWAY()}${ROUTE(`[{ ${mirror(more)}, ${to('web')} }]`)}`), '/').mirrors.map(({ share }) => share);
  expect(copies('')).toEqual([1]);
  expect(copies(', percent: 20')).toEqual([0.2]);
  expect(copies(', percent: 0')).toEqual([]);
  expect(copies(', fraction: { numerator: 1, denominator: 8 }')).toEqual([0.125]);
});

test('a Backend of Envoy Gateway counts when its configuration has it switched on', () => {
  const backend = `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: Backend
metadata: { name: far, namespace: shop }
spec: { endpoints: [{ fqdn: { hostname: far.example.org, port: 443 } }] }
---`;
  const config = (text: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: envoy-gateway-config, namespace: envoy-gateway-system }
data: { envoy-gateway.yaml: "${text}" }
---`;
  const route = ROUTE('[{ backendRefs: [{ group: gateway.envoyproxy.io, kind: Backend, name: far }] }]');
  expect(said(scene(`${BASE}${GATEWAY()}${backend}${route}`), '/')).toBe('shop/far');
  expect(said(scene(`${BASE}${GATEWAY()}${backend}${route}${config('extensionApis: { enableBackend: true }')}`), '/')).toBe('shop/far');
  expect(said(scene(`${BASE}${GATEWAY()}${backend}${route}${config('logging: {}')}`), '/')).toBe('500');
});

test('the request that stands for a way in is taken by it, as far as one can be made', () => {
  const cluster = scene(`${BASE}${GATEWAY()}${ROUTE(`[
    ${prefix('/orders', 'web')}, { matches: [{ path: { value: /orders }, method: GET }, { path: { type: Exact, value: /orders } }], ${to('canary')} },
    { matches: [{ path: { type: RegularExpression, value: "^/items/[0-9]+(/[a-z]+)?$" }, headers: [{ name: x-version, type: RegularExpression, value: "v[12]" }] }], ${to('web')} },
    { matches: [{ path: { type: RegularExpression, value: "/(users|people)/\\\\w+" }, queryParams: [{ name: q, value: "1" }] }], ${to('web')} }]`)}`);
  const { exposed, route } = cluster.derive(gatewayRouting);
  const taken = exposed().map(({ sample, rulePath }) => [sample.request.method, sample.request.path, route(sample)[0]!.rulePath!.join('.') === rulePath.join('.')]);
  // In the order in which they are tried.
  expect(taken).toEqual([['POST', '/orders', true], ['POST', '/items/1/a', true], ['POST', '/users/any', true], ['GET', '/orders/any', true], ['POST', '/orders/any', true]]);
});

test('by the specification a pattern may go before an exact path, and a wider name may help out', () => {
  const other = `${OTHER}${NAMESPACES}${SERVICE('web')}${SERVICE('canary')}${GATEWAY()}`;
  const exact = ROUTE(`[{ matches: [{ path: { type: Exact, value: /orders } }], ${to('web')} }, { matches: [{ path: { type: RegularExpression, value: "/o.*" } }], ${to('canary')} }]`);
  expect(ask(scene(`${other}${exact}`), '/orders').verdict.outcome).toBe('undetermined');
  expect(said(scene(`${BASE}${GATEWAY()}${exact}`), '/orders')).toBe('shop/web');
  const wide = (service: string): string => `${ROUTE(`[${prefix('/orders', 'web')}]`, { name: 'a', spec: 'hostnames: [shop.example.com]' })}${ROUTE(`[{ ${to(service)} }]`, { name: 'b', spec: 'hostnames: ["*.example.com"]' })}${ROUTE(`[{ ${to('canary')} }]`, { name: 'c', spec: 'hostnames: ["*.example.com"]' })}`;
  expect(said(scene(`${other}${wide('canary')}`), '/orders')).toBe('shop/web');
  // A 404, or a backend; and where two routes for the wider name stand in no order, either of theirs.
  expect(ask(scene(`${other}${wide('canary')}`), '/carts').alternatives.map(({ verdict: { outcome } }) => outcome)).toEqual(['denied', 'allowed']);
  expect(ask(scene(`${other}${wide('gone')}`), '/carts').alternatives.map(({ verdict: { answer, outcome } }) => answer ?? outcome)).toEqual([404, 500, 'allowed']);
});
