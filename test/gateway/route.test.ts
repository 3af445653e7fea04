import { Duration, Path, Percent, Port } from '../../src/core';
import { ApiGateway, ClientIp, GatewayImplementation, LoadBalancing, RateLimit, Tls } from '../../src/gateway';
import type { ApiGatewayProps, JwtProvider, RouteOptions } from '../../src/gateway';
import { Workload } from '../../src/workload';
import { HOSTILE, sentence } from '../core/sentence';
import { JWT, NEW, OLD, documents, find, orderChart, orderGateway, orderWorkload, schemaProblems } from './scenario';
import type { Doc } from './scenario';

type Options = Partial<RouteOptions<'stable' | 'canary'>>;

function route(options: Options = {}, targets = NEW): Doc {
  const chart = orderChart(targets);
  orderGateway(chart).addRoute('orders', { path: Path.prefix('/orders'), to: orderWorkload(chart).ports.http, ...options });
  return find(documents(chart), 'HTTPRoute', 'gateway-orders');
}
const rule = (options: Options = {}, targets = NEW): Doc['spec'] => route(options, targets).spec.rules[0];
const weights = (percent: number): number[] => rule({ canary: { version: 'canary', percent: Percent.of(percent), promote: true } }).backendRefs.map((ref: { weight: number }) => ref.weight);

describe('weights', () => {
  test.each([[3, [97, 3]], [0.5, [995, 5]], [0.25, [9975, 25]], [0, [100, 0]], [50, [50, 50]], [97, [3, 97]], [100, [0, 100]]])('%d %%', (percent, expected) => {
    expect(weights(percent)).toEqual(expected);
  });
  test('without a canary all requests go to the main version, or the one that is named', () => {
    expect(rule().backendRefs).toEqual([{ name: 'order-service', port: 8080 }]);
    expect(rule({ version: 'canary' }).backendRefs).toEqual([{ name: 'order-service-canary', port: 8080 }]);
  });
  test('above 50 % it is no canary', () => {
    expect(sentence(() => rule({ canary: { version: 'canary', percent: Percent.of(97) } }))).toBe(
      'The canary canary of route orders would get 97% of the requests (orders/gateway/routes/orders, <here>): give at most 50%, or say promote: true when canary is to become the main version.',
    );
    expect(() => rule({ canary: { version: 'canary', percent: Percent.of(50) } })).not.toThrow();
    expect(() => rule({ canary: { version: 'canary', percent: Percent.of(50.01) } })).toThrow();
  });
});

describe('types', () => {
  test('versions are those of the workload', () => {
    const chart = orderChart();
    const gateway = orderGateway(chart);
    const orders = orderWorkload(chart);
    const single = new Workload(chart, 'single', { image: 'registry.example.com/single:1', ports: { http: Port.http(8080) } });
    // @ts-expect-error no such version
    expect(() => gateway.addRoute('a', { path: '/a', to: orders.ports.http, canary: { version: 'cannary', percent: Percent.of(3) } })).toThrow();
    // @ts-expect-error a workload without versions has no canary
    expect(() => gateway.addRoute('b', { path: '/b', to: single.ports.http, canary: { version: 'canary', percent: Percent.of(3) } })).toThrow();
    // @ts-expect-error no such port
    expect(() => gateway.addRoute('c', { path: '/c', to: orders.ports.grpc })).toThrow();
    // @ts-expect-error a bare number has no unit
    expect(() => gateway.addRoute('d', { path: '/d', to: orders.ports.http, canary: { version: 'canary', percent: 3 } })).toThrow();
  });
});

describe('matches', () => {
  test('one per method, and all headers', () => {
    expect(rule({ methods: ['POST', 'GET'], headers: { 'X-Api-Version': 'v1' } }).matches).toEqual(['GET', 'POST'].map((method) => (
      { path: { type: 'PathPrefix', value: '/orders' }, headers: [{ name: 'x-api-version', type: 'Exact', value: 'v1' }], method })));
  });
  test('paths', () => {
    expect(rule({ path: '/a' }).matches[0].path).toEqual({ type: 'Exact', value: '/a' });
    expect(rule({ path: Path.regex('/a/[0-9]+') }).matches[0].path).toEqual({ type: 'RegularExpression', value: '/a/[0-9]+' });
  });
  test('mirrors', () => {
    const mirror = (percent: number | undefined, targets = NEW): unknown => (
      rule({ mirror: { version: 'canary', ...percent !== undefined && { percent: Percent.of(percent) } } }, targets).filters.at(-1).requestMirror
    );
    const backendRef = { name: 'order-service-canary', port: 8080 };
    expect(mirror(17)).toEqual({ backendRef, percent: 17 });
    expect(mirror(0.5)).toEqual({ backendRef, fraction: { numerator: 5, denominator: 1000 } });
    expect(mirror(undefined, OLD)).toEqual({ backendRef });
    expect(sentence(() => mirror(17, OLD))).toBe(
      'Route orders mirrors 17%, and Gateway API 1.2.1 mirrors all requests or none (orders/gateway/routes/orders, <here>): mirror Percent.of(100), let the mesh mirror, or target Gateway API 1.5.',
    );
  });
  test('headers of a route stand over those of its gateway', () => {
    const filters = rule({ requestHeaders: { 'X-Forwarded-By': 'me' }, responseHeaders: { 'x-frame-options': 'SAMEORIGIN' } }).filters;
    expect(filters[0].requestHeaderModifier.set).toEqual([{ name: 'x-forwarded-by', value: 'me' }]);
    expect(filters[1].responseHeaderModifier.set).toContainEqual({ name: 'x-frame-options', value: 'SAMEORIGIN' });
  });
});

describe('mistakes in routes', () => {
  const chart = orderChart();
  const gateway = orderGateway(chart);
  const orders = orderWorkload(chart);
  const sql = Workload.external(chart, 'postgres', { labels: { app: 'postgres' }, ports: { sql: Port.tcp(5432) } });
  gateway.addRoute('orders', { path: Path.prefix('/orders'), to: orders.ports.http });
  const add = (id: string, options: object): string => sentence(() => gateway.addRoute(id, { path: `/${id}`, to: orders.ports.http, ...options } as never));

  test.each<[string, string, object, string]>([
    ['a repeated id', 'orders', { path: '/other' }, 'Gateway gateway has a route "orders" already, of <line> (orders/gateway, <here>): give one of them another id.'],
    ['a repeated match', 'twin', { path: Path.prefix('/orders/') },
      'Route twin matches any method prefix /orders, as route orders of <line> does (orders/gateway/routes/twin, <here>): keep one of them, or tell them apart by methods or headers.'],
    ['the name of the redirect', 'redirect', {},
      "Route redirect would be called gateway-redirect, as the gateway's own redirect to HTTPS (orders/gateway, <here>): give it another id, or set httpRedirect: false."],
    ['an unknown version', 'v', { canary: { version: 'v3', percent: Percent.of(3) } },
      'Route v names version "v3" of order-system/order-service (orders/gateway/routes/v, <here>): name one of canary, stable.'],
    ['a canary of the main version', 'm', { canary: { version: 'stable', percent: Percent.of(3) } },
      'The canary of route m is "stable", where its other requests go as well (orders/gateway/routes/m, <here>): name another version.'],
    ['a port that is not HTTP', 't', { to: sql.ports.sql },
      'Route t leads to port sql of postgres, which is tcp (orders/gateway/routes/t, <here>): lead it to a port declared with Port.http or Port.grpc.'],
    ['no port', 'n', { to: orders }, 'Route n leads to Workload "orders/order-service" (orders/gateway/routes/n, <here>): give a port of a workload, such as orders.ports.http.'],
    ['a try that outlasts its request', 'inverted', { retries: { attempts: 1, perTry: Duration.seconds(5) } },
      'One try of route inverted may take 5s and the whole request 4s700ms (orders/gateway/routes/inverted, <here>): give a perTry that is not above the request timeout.'],
    ['a request that the inherited retries outlast', 'short', { timeouts: { request: Duration.seconds(2) } },
      '4 tries of 700ms with their back-off need 4s670ms, and a request of route short has 2s (orders/gateway/routes/short, <here>): give a perTry of at most 32ms, or fewer attempts.'],
    ['a star in a path', 'star', { path: '/orders/*' },
      'Path "/orders/*" holds a "*", which is no wildcard here (<here>): write Path.prefix(\'/orders\') for everything below a path, or Path.regex(…).'],
    ['a command in a header', 'command', { requestHeaders: { 'x-a': '%REQ(cookie)%' } },
      'Request headers of route command x-a has the value "%REQ(cookie)%", and proxies read "%" in it as a command (orders/gateway/routes/command, <here>): write it without "%".'],
  ])('%s', (_, id, options, message) => {
    expect(add(id, options).replace(/of test\/gateway\/route\.test\.ts:\d+/, 'of <line>')).toBe(message);
  });

  test('an unknown route', () => {
    expect(sentence(() => gateway.resources.route('order'))).toBe('Gateway gateway has no route "order" (orders/gateway, <here>): name one of orders.');
    expect(gateway.resources.route('orders').name).toBe('gateway-orders');
    expect(gateway.resources.gateway.kind).toBe('Gateway');
  });
});

describe('mistakes in gateways', () => {
  const make = (props: object): string => sentence(() => orderGateway(orderChart(), props));
  test.each<[string, object, string]>([
    ['no hostnames', { hostnames: [] }, "Gateway gateway has no hostnames (orders/gateway, <here>): give such as hostnames: ['api.example.com']."],
    ['a hostname twice', { hostnames: ['api.example.com', 'API.example.com'] }, 'Gateway gateway has the hostname api.example.com twice (orders/gateway, <here>): keep one of them.'],
    ['no certificate', { tls: 'letsencrypt-prod' }, "Gateway gateway has the certificate \"letsencrypt-prod\" (orders/gateway, <here>): give such as Tls.clusterIssuer('letsencrypt-prod')."],
    ['no implementation', { implementation: 'envoy' }, 'Gateway gateway has the implementation "envoy" (orders/gateway, <here>): give GatewayImplementation.envoyGateway().'],
    ['an old TLS', { minTlsVersion: '1.0' }, "Gateway gateway takes TLS from \"1.0\" (orders/gateway, <here>): give '1.2' or '1.3'."],
    ['two access labels', { accessLabel: { a: '1', b: '2' } }, "The access label of gateway gateway is {\"a\": \"1\", \"b\": \"2\"} (orders/gateway, <here>): give one, such as { 'gateway-access': 'true' }."],
    ['a bare timeout', { timeouts: { request: 4700 } }, "Duration 4700 has no unit (<here>): give Duration.millis(4700), Duration.parse('4.7s') or a Duration of cdk8s."],
    ['no attempts', { retries: { attempts: -1, perTry: Duration.seconds(1) } }, 'Attempts of gateway gateway -1 is not a whole number from 0 to 10 (orders/gateway, <here>): give such as 3.'],
    ['an open CORS', { cors: { allowOrigins: ['*'], allowCredentials: true } }, 'CORS allows credentials to every origin (orders/gateway, <here>): name the origins that may send cookies.'],
    ['a CORS path', { cors: { allowOrigins: ['https://a.example.com/x'] } }, "CORS origin \"https://a.example.com/x\" is not a scheme and a host (orders/gateway, <here>): give such as 'https://shop.example.com', without a path."],
    ['plain JWKS', { jwt: [{ ...JWT, jwksUri: 'http://id.example.com/jwks' }] },
      "JWKS address \"http://id.example.com/jwks\" is not an https:// address with a path (orders/gateway, <here>): give such as 'https://id.example.com/.well-known/jwks.json'."],
    ['two providers of one name', { jwt: [JWT, JWT] }, 'Two JWT providers are called id-example-com (orders/gateway, <here>): give one of them another name.'],
    ['two classes', { implementation: GatewayImplementation.envoyGateway({ gatewayClassName: 'a', existingGatewayClass: 'b' }) },
      'Gateway gateway is given the class "a" to make and "b" to use (orders/gateway, <here>): keep gatewayClassName or existingGatewayClass.'],
    ['no replicas', { implementation: GatewayImplementation.envoyGateway({ proxy: { replicas: 0 } }) }, 'Gateway gateway has 0 replicas (orders/gateway, <here>): give a whole number from 1 to 1000.'],
    ['credentials of Redis', { implementation: GatewayImplementation.envoyGateway({ redis: 'user:pw@redis:6379' }) },
      "Redis \"user:pw@redis:6379\" of Envoy Gateway is neither host:port nor a port of a workload (orders/gateway, <here>): give such as 'redis.redis-system.svc.cluster.local:6379', without credentials."],
  ])('%s', (_, props, message) => expect(make(props)).toBe(message));

  test('a renewal after the end', () => {
    expect(sentence(() => Tls.clusterIssuer('ca', { duration: Duration.days(6) }))).toBe(
      'A certificate of ClusterIssuer ca, valid for 144h, would be renewed 720h before its end (<here>): give a renewBefore of five minutes or more that is shorter than the duration.',
    );
  });
  test('two gateways that count in different places', () => {
    const chart = orderChart();
    orderGateway(chart);
    expect(sentence(() => new ApiGateway(chart, 'b', { implementation: GatewayImplementation.envoyGateway({ redis: 'other:6379' }), hostnames: ['b.example.com'], tls: Tls.certificate('b'), rateLimit: [RateLimit.perAddress(1, 'day')] }))).toBe(
      'Envoy Gateway in envoy-gateway-system of cluster beijing counts requests in one Redis, and orders/gateway/controller-values names another than other:6379 (orders/b, <here>): give both gateways the same redis.',
    );
  });
});

describe('hostile texts are refused with one sentence, or stand in the document unchanged', () => {
  const gatewayProps: Record<string, (text: string) => Partial<ApiGatewayProps>> = {
    name: (name) => ({ name }),
    namespace: (namespace) => ({ namespace }),
    hostnames: (text) => ({ hostnames: [text] }),
    issuer: (text) => ({ tls: Tls.clusterIssuer(text) }),
    secret: (text) => ({ tls: Tls.certificate(text) }),
    clientIp: (text) => ({ clientIp: ClientIp.header(text) }),
    requestHeader: (text) => ({ requestHeaders: { 'x-a': text } }),
    requestHeaderName: (text) => ({ requestHeaders: { [text]: 'a' } }),
    responseHeader: (text) => ({ responseHeaders: { 'x-a': text } }),
    trusted: (text) => ({ trustedHeaders: [text], rateLimit: [RateLimit.perHeader(text, 1, 'day')] }),
    access: (text) => ({ accessLabel: { [text]: text } }),
    accessValue: (text) => ({ accessLabel: { open: text } }),
    jwtIssuer: (issuer) => ({ jwt: [{ ...JWT, issuer }] }),
    jwtName: (name) => ({ jwt: [{ ...JWT, name }] }),
    jwks: (text) => ({ jwt: [{ ...JWT, jwksUri: `https://id.example.com/${text}` }] }),
    audience: (text) => ({ jwt: [{ ...JWT, audiences: [text] } as JwtProvider] }),
    claim: (text) => ({ jwt: [{ ...JWT, claimToHeaders: { [text]: 'x-a' } }] }),
    origin: (text) => ({ cors: { allowOrigins: [`https://${text}`] } }),
    corsHeader: (text) => ({ cors: { allowOrigins: ['https://a'], allowHeaders: [text] } }),
    ca: (name) => ({ clientValidation: { ca: { kind: 'Secret', name } } }),
    hash: (text) => ({ loadBalancing: LoadBalancing.hashHeader(text) }),
    class: (gatewayClassName) => ({ implementation: GatewayImplementation.envoyGateway({ gatewayClassName }) }),
    controllerNamespace: (controllerNamespace) => ({ implementation: GatewayImplementation.envoyGateway({ controllerNamespace }) }),
    service: (serviceName) => ({ implementation: GatewayImplementation.envoyGateway({ proxy: { serviceName } }) }),
    serviceLabel: (text) => ({ implementation: GatewayImplementation.envoyGateway({ proxy: { serviceLabels: { a: text } } }) }),
    podLabel: (text) => ({ implementation: GatewayImplementation.envoyGateway({ proxy: { podLabels: { a: text } } }) }),
    annotation: (text) => ({ implementation: GatewayImplementation.envoyGateway({ proxy: { serviceAnnotations: { a: text } } }) }),
    redis: (redis) => ({ implementation: GatewayImplementation.envoyGateway({ redis }) }),
  };
  const routeProps: Record<string, (text: string) => Options> = {
    path: (path) => ({ path }),
    prefix: (text) => ({ path: Path.prefix(`/${text}`) }),
    header: (text) => ({ headers: { 'x-a': text } }),
    headerName: (text) => ({ headers: { [text]: 'a' } }),
    namespace: (namespace) => ({ namespace }),
  };

  const outcome = (text: string, make: () => Doc[]): void => {
    let made: Doc[];
    try {
      made = make();
    } catch (error) {
      expect((error as Error).name).toBe('NetstackError');
      expect((error as Error).message.length).toBeLessThan(600);
      expect((error as Error).message).not.toMatch(/[\n\0]/);
      return;
    }
    expect(schemaProblems(made, NEW)).toEqual([]);
    // Names are compared without case, and internationalised host names are written in ASCII.
    const readBack = new Set([text, text.toLowerCase()]);
    const texts: string[] = [];
    JSON.stringify(made, (key, value) => { texts.push(key); if (typeof value === 'string') texts.push(value); return value as unknown; });
    expect(texts.some((one) => one.startsWith('xn--') || [...readBack].some((wanted) => one.includes(wanted)))).toBe(true);
  };

  test.each(Object.keys(gatewayProps))('gateway: %s', (prop) => {
    for (const text of HOSTILE) {
      outcome(text, () => {
        const chart = orderChart();
        orderGateway(chart, gatewayProps[prop]!(text)).addRoute('orders', { path: '/x', to: orderWorkload(chart).ports.http });
        return documents(chart);
      });
    }
  });
  test.each(Object.keys(routeProps))('route: %s', (prop) => {
    for (const text of HOSTILE) {
      outcome(text, () => {
        const chart = orderChart();
        orderGateway(chart).addRoute('orders', { path: '/x', to: orderWorkload(chart).ports.http, ...routeProps[prop]!(text) });
        return documents(chart);
      });
    }
  });
});
