// Traefik's IngressRoutes: priorities, rules, middlewares, services.
import type { Arrival } from '../../../../src/analysis/reach/gateway/routing';
import { gatewayRouting } from '../../../../src/analysis/reach/gateway/routing';
import { SERVICE, scene, short } from './scene';

const ROUTE = (routes: string, { name = 'web', tls = '', entryPoints = 'web' } = {}): string => `
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: ${name}, namespace: shop }
spec: { entryPoints: [${entryPoints}], ${tls} routes: [${routes}] }
---`;
const MIDDLEWARE = (name: string, spec: string): string => `
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: { name: ${name}, namespace: shop }
spec: { ${spec} }
---`;
const rule = (match: string, service: string, more: string = ''): string => `{ kind: Rule, match: '${match}', services: [{ name: ${service}, port: 80 }] ${more} }`;
const BASE = `${SERVICE('web')}${SERVICE('canary')}`;
const ask = (yaml: string, path: string, { request = {}, ...arrival }: Partial<Arrival> = {}): string => scene(`${BASE}${yaml}`).derive(gatewayRouting)
  .route({ port: 80, facts: {}, ...arrival, request: { scheme: 'http', host: 'shop.example.com', method: 'GET', headers: {}, path, ...request } }).map(short).join('; ');

test('the longest rule goes first, whatever it asks, unless a priority says otherwise', () => {
  const long = rule('HostRegexp(`^.+\\.example\\.com$`) && PathPrefix(`/`)', 'canary');
  const exact = rule('Host(`shop.example.com`) && Path(`/a`)', 'web');
  expect(ask(ROUTE(`${exact}, ${long}`), '/a')).toBe('shop/canary');
  expect(ask(ROUTE(`${rule('Host(`shop.example.com`) && Path(`/a`)', 'web', ', priority: 1000')}, ${long}`), '/a')).toBe('shop/web');
});

test('prefixes are texts, hosts may have one label for a star, and rules are joined', () => {
  const routes = ROUTE(`${rule('Host(`*.example.com`) && (PathPrefix(`/api`) || Method(`POST`)) && !Header(`x-old`, `1`)', 'web')}`);
  expect(ask(routes, '/apis')).toBe('shop/web');
  expect(ask(routes, '/other', { request: { method: 'POST' } })).toBe('shop/web');
  expect(ask(routes, '/other')).toBe('');
  expect(ask(routes, '/api', { request: { headers: { 'x-old': '1' } } })).toBe('');
  expect(ask(routes, '/api', { request: { host: 'a.b.example.com' } })).toBe('');
  expect(ask(routes, '/api', { request: { headers: undefined } })).toContain('undetermined: Whether IngressRoute shop/web');
});

test('two rules of one length stand in no order', () => {
  const two = (other: string): string => ROUTE(`${rule('PathPrefix(`/aa`)', 'web')}, ${rule('PathPrefix(`/a/`)', 'web')}`) + ROUTE(rule('PathPrefix(`/a`) ', other), { name: 'other' });
  expect(ask(two('canary'), '/aa')).toBe('undetermined: IngressRoute shop/web (PathPrefix(`/aa`)) and IngressRoute shop/other (PathPrefix(`/a`) ) take the same requests, and which goes first is not defined');
  expect(ask(two('web'), '/aa')).toBe('shop/web');
});

test('a route that Traefik cannot read is left out, and named to those who ask for its host', () => {
  const unread = ROUTE(rule('Host(`shop.example.com`) && PathRegexp(`/[a`)', 'web'));
  const said = '404 No router of Traefik takes it: a route of IngressRoute shop/web is left out, because the expression /[a is not one of Go: a "[" has no "]"';
  const why = (yaml: string, host?: string): string | undefined => {
    const [found] = scene(`${BASE}${yaml}`).derive(gatewayRouting).route({ port: 80, facts: {}, request: { scheme: 'http', host: host ?? 'shop.example.com', method: 'GET', headers: {}, path: '/' } });
    return found && `${found.status} ${found.verdict.because}`;
  };
  expect(why(unread)).toBe(said);
  expect(why(unread + ROUTE(rule('PathPrefix(`/other`)', 'canary'), { name: 'other' }))).toBe(said);
  expect(why(unread, 'other.example.com')).toBeUndefined();
  // What another route takes is not its own.
  expect(ask(unread + ROUTE(rule('PathPrefix(`/`)', 'canary'), { name: 'other' }), '/')).toBe('shop/canary');
});

test('a router with TLS is for requests with TLS', () => {
  const secure = ROUTE(rule('Host(`shop.example.com`)', 'web'), { tls: 'tls: {},', entryPoints: 'websecure' });
  expect(ask(secure, '/')).toBe('');
  expect(ask(secure, '/', { port: 443, request: { scheme: 'https' } })).toBe('shop/web');
});

test('middlewares redirect, let in and keep out, or are not known', () => {
  const routed = (middleware: string): string => ROUTE(rule('Host(`shop.example.com`)', 'web', `, middlewares: [{ name: ${middleware} }]`));
  expect(ask(routed('https') + MIDDLEWARE('https', 'redirectScheme: { scheme: https, permanent: true }'), '/a')).toBe('301 https://shop.example.com/a');
  const inside = routed('inside') + MIDDLEWARE('inside', 'ipAllowList: { sourceRange: [10.0.0.0/8] }');
  expect(ask(inside, '/', { address: '10.0.0.1' })).toBe('shop/web');
  expect(ask(inside, '/', { address: '192.0.2.1' })).toBe('403');
  expect(ask(inside, '/')).toBe('undetermined: Middleware shop/inside looks at the address of the caller, which is not known');
  expect(ask(routed('auth') + MIDDLEWARE('auth', 'forwardAuth: { address: "http://auth.shop.svc" }'), '/')).toBe('undetermined: What the forwardAuth of Middleware shop/auth does is not modelled');
  expect(ask(routed('users') + MIDDLEWARE('users', 'basicAuth: { secret: users }'), '/')).toBe('401');
  expect(ask(routed('absent'), '/')).toBe('undetermined: What middleware shop/absent does is not known');
});

test('weights of services and of TraefikServices multiply', () => {
  const split = `${ROUTE('{ kind: Rule, match: "PathPrefix(`/`)", services: [{ name: split, kind: TraefikService, weight: 1 }, { name: web, port: 80, weight: 1 }] }')}
apiVersion: traefik.io/v1alpha1
kind: TraefikService
metadata: { name: split, namespace: shop }
spec: { weighted: { services: [{ name: web, port: 80, weight: 3 }, { name: canary, port: 80, weight: 1 }] } }
---`;
  expect(ask(split, '/')).toBe('shop/web 0.375, shop/canary 0.125, shop/web 0.5');
});
