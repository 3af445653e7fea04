// Istio's own Gateways with their VirtualServices.
import type { Arrival } from '../../../../src/analysis/reach/gateway/routing';
import { exposedIstio } from '../../../../src/analysis/reach/gateway/istio';
import { gatewayRouting } from '../../../../src/analysis/reach/gateway/routing';
import { SERVICE, scene, short } from './scene';

const GATEWAY = (server: string = '{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*.example.com"] }'): string => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec: { selector: { istio: ingressgateway }, servers: [${server}] }
---`;
const VIRTUAL = (http: string, { name = 'web', namespace = 'shop', hosts = 'shop.example.com', gateways = 'shop/public' } = {}): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: ${namespace} }
spec: { hosts: ["${hosts}"], gateways: [${gateways}], http: [${http}] }
---`;
const to = (host: string, more: string = ''): string => `route: [{ destination: { host: ${host} } ${more} }]`;
const BASE = `${SERVICE('web')}${SERVICE('canary')}${SERVICE('pay', 'pay')}`;
const ask = (yaml: string, path: string, { request = {}, ...arrival }: Partial<Arrival> = {}): string => scene(`${BASE}${yaml}`).derive(gatewayRouting)
  .route({ port: 80, facts: {}, ...arrival, request: { scheme: 'http', host: 'shop.example.com', method: 'GET', headers: {}, path, ...request } }).map(short).join('; ');

test('routes are tried as they are written: a long prefix behind a short one is never reached', () => {
  const routes = VIRTUAL(`{ match: [{ uri: { prefix: /orders } }], ${to('web')} }, { match: [{ uri: { prefix: /orders/canary } }], ${to('canary')} }`);
  expect(ask(GATEWAY() + routes, '/orders/canary/1')).toBe('shop/web');
  // As a text, not by segments.
  expect(ask(GATEWAY() + routes, '/ordersx')).toBe('shop/web');
  expect(ask(GATEWAY() + routes, '/carts')).toBe('404');
});

test('headers, methods and patterns are asked of the request', () => {
  const routes = VIRTUAL(`{ match: [{ headers: { x-canary: { exact: "1" } } }, { method: { exact: POST }, uri: { regex: "/o[a-z]+" } }], ${to('canary')} }, { match: [{ withoutHeaders: { x-old: {} } }], ${to('web')} }`);
  expect(ask(GATEWAY() + routes, '/', { request: { headers: { 'x-canary': '1' } } })).toBe('shop/canary');
  expect(ask(GATEWAY() + routes, '/orders', { request: { method: 'POST' } })).toBe('shop/canary');
  expect(ask(GATEWAY() + routes, '/orders/1', { request: { method: 'POST' } })).toBe('shop/web');
  expect(ask(GATEWAY() + routes, '/', { request: { headers: { 'x-old': '' } } })).toBe('404');
  expect(ask(GATEWAY() + routes, '/', { request: { headers: undefined } })).toBe('undetermined: Whether VirtualService shop/web takes it is not known: whether the request has the header x-canary is not known');
});

test('a Gateway takes hosts of the namespaces that it names', () => {
  const routes = VIRTUAL(`{ ${to('pay.pay.svc.cluster.local')} }`, { namespace: 'pay' });
  expect(ask(GATEWAY() + routes, '/')).toBe('pay/pay');
  expect(ask(GATEWAY('{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["pay/*.example.com"] }') + routes, '/')).toBe('pay/pay');
  expect(ask(GATEWAY('{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["./*.example.com"] }') + routes, '/')).toBe('404');
  expect(ask(GATEWAY('{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["other.example.com"] }') + routes, '/')).toBe('');
});

test('weights, redirects and what is not there', () => {
  const split = 'route: [{ destination: { host: web }, weight: 90 }, { destination: { host: canary, subset: v2 }, weight: 10 }, { destination: { host: pay }, weight: 0 }]';
  expect(ask(GATEWAY() + VIRTUAL(`{ ${split} }`), '/')).toBe('shop/web 0.9, shop/canary 0.1');
  expect(ask(GATEWAY() + VIRTUAL(`{ ${to('gone')} }`), '/')).toBe('503');
  expect(ask(GATEWAY() + VIRTUAL('{ redirect: { uri: /new, redirectCode: 302 } }'), '/a')).toBe('302 http://shop.example.com/new');
  expect(ask(GATEWAY() + VIRTUAL(`{ fault: { abort: { httpStatus: 418, percentage: { value: 100 } } }, ${to('web')} }`), '/')).toBe('418');
  const secure = '{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*.example.com"], tls: { httpsRedirect: true } }';
  expect(ask(GATEWAY(secure) + VIRTUAL(`{ ${to('web')} }`), '/a')).toBe('301 https://shop.example.com/a');
});

test('behind a route that takes everything the others of its VirtualService are no routes', () => {
  const all = (match: string): string => GATEWAY() + VIRTUAL(`{ match: [${match}], ${to('web')} }, { match: [{ uri: { prefix: /b } }], ${to('canary')} }`);
  expect(ask(all('{ uri: { prefix: / } }'), '/b')).toBe('shop/web');
  expect(ask(all('{ uri: { regex: ".*" } }'), '/b')).toBe('shop/web');
  // One of another port, or of another gateway, is no route here.
  expect(ask(all('{ uri: { prefix: / }, port: 81 }'), '/b')).toBe('shop/canary');
  expect(ask(all('{ uri: { prefix: / }, gateways: [mesh] }'), '/b')).toBe('shop/canary');
  // Behind the routes of others of the host it comes last.
  const other = VIRTUAL(`{ match: [{ uri: { prefix: /b } }], ${to('canary')} }`, { name: 'other' });
  expect(ask(GATEWAY() + VIRTUAL(`{ ${to('web')} }`) + other, '/b')).toBe('shop/canary');
});

test('two VirtualServices for one host are joined in an order that only age tells', () => {
  const two = (one: string, other: string): string => GATEWAY() + VIRTUAL(one) + VIRTUAL(`{ match: [{ uri: { prefix: /b } }], ${to(other)} }`, { name: 'other' });
  const narrow = `{ match: [{ uri: { prefix: /b/c } }], ${to('web')} }`;
  expect(ask(two(narrow, 'canary'), '/b/d')).toBe('shop/canary');
  expect(ask(two(narrow, 'web'), '/b/c')).toBe('shop/web');
  expect(ask(two(narrow, 'canary'), '/b/c')).toBe('undetermined: VirtualService shop/web and VirtualService shop/other take the same requests, and which goes first is not defined');
  // What takes everything is tried last, whoever is older.
  expect(ask(two(`{ ${to('web')} }`, 'canary'), '/b')).toBe('shop/canary');
  expect(ask(two(`{ ${to('web')} }`, 'canary'), '/a')).toBe('shop/web');
});

test('a Gateway for mutual TLS asks for a certificate', () => {
  const mutual = GATEWAY('{ port: { number: 443, name: https, protocol: HTTPS }, hosts: ["*.example.com"], tls: { mode: MUTUAL, credentialName: tls } }') + VIRTUAL(`{ ${to('web')} }`);
  expect(ask(mutual, '/', { port: 443, request: { scheme: 'https' } })).toBe('reset');
  expect(ask(mutual, '/', { port: 443, facts: { clientCertificate: true }, request: { scheme: 'https' } })).toBe('shop/web');
});

test('every route is listed', () => {
  const { exposed } = scene(`${BASE}${GATEWAY()}${VIRTUAL(`{ match: [{ uri: { prefix: /orders }, method: { exact: GET } }], mirror: { host: canary }, ${to('web')} }`)}`).derive(gatewayRouting);
  expect(exposed().map(({ hostname, match, backend, mirrored }) => `${hostname} ${match} ${backend.name}${mirrored ? ' copy' : ''}`)).toEqual(['shop.example.com GET /orders* web', 'shop.example.com GET /orders* canary copy']);
});

test('a pattern that cannot be read is the reason, and not the request', () => {
  expect(ask(GATEWAY() + VIRTUAL(`{ match: [{ uri: { regex: "/(a[" } }], ${to('web')} }`), '/a')).toBe('undetermined: Whether VirtualService shop/web takes it is not known: "/(a[" is no regular expression');
  expect(ask(GATEWAY() + VIRTUAL(`{ match: [{ headers: { x: { regex: "(" } } }], ${to('web')} }`), '/a', { request: { headers: { x: '1' } } })).toBe('undetermined: Whether VirtualService shop/web takes it is not known: "(" is no regular expression');
});

describe('routes that are left to another VirtualService', () => {
  const LEAF = (http: string, more: string = '', namespace: string = 'pay'): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: leaf, namespace: ${namespace} }
spec: { ${more} http: [${http}] }
---`;
  const root = (match: string, more: string = ''): string => GATEWAY() + VIRTUAL(`{ ${match} delegate: { name: leaf, namespace: pay } ${more} }, { ${to('web')} }`);

  test('stand in its place, with the matches of both, and hosts as the delegate writes them', () => {
    const yaml = root('match: [{ uri: { prefix: /pay } }],') + LEAF(`{ match: [{ uri: { prefix: /pay/v2 } }, { headers: { x-v2: { exact: "1" } } }], ${to('web.shop.svc.cluster.local')} }, { ${to('pay')} }`);
    expect(ask(yaml, '/pay/v2/1')).toBe('shop/web');
    expect(ask(yaml, '/pay/1', { request: { headers: { 'x-v2': '1' } } })).toBe('shop/web');
    expect(ask(yaml, '/pay/1')).toBe('pay/pay');
    expect(ask(yaml, '/pa', { request: { headers: { 'x-v2': '1' } } })).toBe('shop/web');
    expect(ask(root('') + LEAF(`{ match: [{ uri: { exact: /a } }], ${to('pay')} }`), '/a')).toBe('pay/pay');
    expect(ask(root('') + LEAF(`{ match: [{ uri: { exact: /a } }], ${to('pay')} }`), '/b')).toBe('shop/web');
  });

  test('are left out where one of their matches lies outside', () => {
    const under = (leaf: string): string => root('match: [{ uri: { prefix: /pay } }, { method: { exact: GET }, uri: { regex: "/p.*" } }],') + LEAF(`{ match: [${leaf}], ${to('pay')} }`);
    expect(ask(under('{ uri: { exact: /pay/a } }'), '/pay/a')).toBe('pay/pay');
    expect(ask(under('{ uri: { prefix: /other } }'), '/other')).toBe('shop/web');
    expect(ask(under('{ uri: { exact: /pay/a } }, { uri: { prefix: /other } }'), '/pay/a')).toBe('shop/web');
    expect(ask(under('{ uri: { regex: "/pay/.*" } }'), '/pay/a')).toBe('shop/web');
    expect(ask(under('{ uri: { prefix: /pay }, ignoreUriCase: true }'), '/pay/a')).toBe('shop/web');
    const exact = root('match: [{ uri: { exact: /pay }, port: 80 }],');
    expect(ask(exact + LEAF(`{ match: [{ uri: { exact: /pay }, port: 80 }], ${to('pay')} }`), '/pay')).toBe('pay/pay');
    expect(ask(exact + LEAF(`{ match: [{ uri: { prefix: /pay } }], ${to('pay')} }`), '/pay')).toBe('shop/web');
    expect(ask(exact + LEAF(`{ match: [{ port: 81 }], ${to('pay')} }`), '/pay')).toBe('shop/web');
    const header = root('match: [{ headers: { x-a: { prefix: a } } }],');
    expect(ask(header + LEAF(`{ match: [{ headers: { x-a: { exact: abc } } }], ${to('pay')} }`), '/', { request: { headers: { 'x-a': 'abc' } } })).toBe('pay/pay');
    expect(ask(header + LEAF(`{ match: [{ headers: { x-a: { exact: b } } }], ${to('pay')} }`), '/', { request: { headers: { 'x-a': 'b' } } })).toBe('shop/web');
    const gateways = root('match: [{ gateways: [public] }],');
    expect(ask(gateways + LEAF(`{ match: [{ gateways: [shop/public] }], ${to('pay')} }`), '/')).toBe('pay/pay');
    expect(ask(gateways + LEAF(`{ match: [{ gateways: [public] }], ${to('pay')} }`), '/')).toBe('shop/web');
  });

  test('take over what they do not say themselves', () => {
    const yaml = root('match: [{ uri: { prefix: /pay } }],', ', rewrite: { uri: /v1 }, fault: { abort: { httpStatus: 418, percentage: { value: 100 } } }');
    expect(ask(yaml + LEAF(`{ ${to('pay')} }`), '/pay')).toBe('418');
    expect(ask(yaml + LEAF(`{ fault: { delay: { fixedDelay: 1s, percentage: { value: 1 } } }, ${to('pay')} }`), '/pay')).toBe('pay/pay');
  });

  test('are not there where the delegate is none, is not shown to the namespace, or is missing; nobody knows where documents are open, or refused', () => {
    const leaf = `{ ${to('pay')} }`;
    expect(ask(root('') + LEAF(leaf), '/')).toBe('pay/pay');
    expect(ask(root('') + LEAF(leaf, 'hosts: ["x.example.com"],'), '/')).toBe('shop/web');
    expect(ask(root('') + LEAF(leaf, 'exportTo: ["."],'), '/')).toBe('shop/web');
    expect(ask(root('') + LEAF(leaf, 'exportTo: ["shop"],'), '/')).toBe('pay/pay');
    expect(ask(root(''), '/')).toBe('shop/web');
    const request = { port: 80, facts: {}, request: { scheme: 'http', host: 'shop.example.com', method: 'GET', headers: {}, path: '/' } } as const;
    const unsound = scene(`${BASE}${root('')}${LEAF('{ route: 3 }')}`, { unsound: true }).derive(gatewayRouting);
    expect(unsound.route(request).map(short)).toEqual(['undetermined: VirtualService shop/web takes it, and leaves it to VirtualService pay/leaf, which is not accepted as it is written']);
    const elsewhere = scene(`${BASE}${root('')}`, { model: { external: [{ kind: 'VirtualService', group: 'networking.istio.io', namespace: 'pay', name: 'leaf' }] } }).derive(gatewayRouting);
    expect(elsewhere.route(request).map(short)).toEqual(['undetermined: VirtualService shop/web takes it, and leaves it to VirtualService pay/leaf, which is not among the documents']);
  });

  test('name both documents as what decided, and are found by who looks for ways in', () => {
    const cluster = scene(`${BASE}${root('match: [{ uri: { prefix: /pay } }],')}${LEAF(`{ ${to('pay')} }`)}`);
    const [routing] = cluster.derive(gatewayRouting).route({ port: 80, facts: {}, request: { scheme: 'http', host: 'shop.example.com', method: 'GET', headers: {}, path: '/pay' } });
    expect(routing!.verdict.decidedBy.map(({ entry, path }) => `${entry!.toString()} ${path.join('.')}`)).toEqual(['VirtualService pay/leaf spec.http.0', 'VirtualService shop/web spec.http.0.delegate']);
    expect(exposedIstio(cluster).map(({ route, backend, match }) => `${route!.toString()} ${match} ${backend.namespace}/${backend.name}`)).toEqual(['VirtualService pay/leaf /pay* pay/pay', 'VirtualService shop/web /* shop/web']);
  });
});
