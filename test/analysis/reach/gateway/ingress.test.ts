// Ingresses: which path takes a request, and what stands before its backend.
import type { Arrival } from '../../../../src/analysis/reach/gateway/routing';
import { exposedIngresses } from '../../../../src/analysis/reach/gateway/ingress';
import { gatewayRouting } from '../../../../src/analysis/reach/gateway/routing';
import { SERVICE, scene, short } from './scene';

const INGRESS = (paths: string, { name = 'web', host = 'shop.example.com', annotations = '', spec = '', className = 'nginx' } = {}): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name}, namespace: shop, annotations: { ${annotations} } }
spec: { ingressClassName: ${className}, ${spec} rules: [{ host: "${host}", http: { paths: [${paths}] } }] }
---`;
const path = (value: string, service: string, type: string = 'Prefix', port: string = 'number: 80'): string => `{ path: "${value}", pathType: ${type}, backend: { service: { name: ${service}, port: { ${port} } } } }`;
const BASE = `${SERVICE('web')}${SERVICE('canary')}`;
const ask = (yaml: string, at: string, { request = {}, ...arrival }: Partial<Arrival> = {}): string => scene(`${BASE}${yaml}`).derive(gatewayRouting)
  .route({ facts: {}, ...arrival, request: { scheme: 'http', host: 'shop.example.com', method: 'GET', headers: {}, path: at, ...request } }).map(short).join('; ');

test('exact paths go before prefixes, long prefixes before short ones, whole segments only', () => {
  const ingress = INGRESS(`${path('/', 'web')}, ${path('/orders/archive', 'canary')}, ${path('/orders', 'web')}, ${path('/orders', 'canary', 'Exact')}`);
  expect(ask(ingress, '/orders')).toBe('shop/canary');
  expect(ask(ingress, '/orders/1')).toBe('shop/web');
  expect(ask(ingress, '/orders/archive/1')).toBe('shop/canary');
  expect(ask(ingress, '/orders/archives')).toBe('shop/web');
});

test.each<[string, string, string, string, string]>([
  ['a slash at the end of a prefix does not count', 'Prefix', '/orders/', '/orders', 'shop/web'],
  ['nor at the end of what the controller compares', 'ImplementationSpecific', '/orders/', '/orders', 'shop/web'],
  ['an exact path is compared with its slash', 'Exact', '/orders/', '/orders', '404'],
  ['the root takes a path that begins with no slash', 'Prefix', '/', '*', 'shop/web'],
  ['half a segment', 'Prefix', '/ord', '/orders', '404'],
])('%s', (_, type, route, at, answer) => {
  expect(ask(INGRESS(path(route, 'web', type)), at)).toBe(answer);
});

test('a host goes before a wildcard, which stands for one label', () => {
  const both = `${INGRESS(path('/a', 'web'))}${INGRESS(path('/', 'canary'), { name: 'wide', host: '*.example.com' })}`;
  expect(ask(both, '/b')).toBe('404');
  expect(ask(both, '/b', { request: { host: 'other.example.com' } })).toBe('shop/canary');
  expect(ask(both, '/b', { request: { host: 'a.b.example.com' } })).toBe('');
});

test('two Ingresses for one path are decided by age, which nobody knows here', () => {
  expect(ask(`${INGRESS(path('/', 'web'))}${INGRESS(path('/', 'canary'), { name: 'other' })}`, '/')).toBe('undetermined: Ingress shop/web and Ingress shop/other take the same requests, and which goes first is not defined');
  expect(ask(`${INGRESS(path('/', 'web'))}${INGRESS(path('/', 'web'), { name: 'other' })}`, '/')).toBe('shop/web');
});

test('TLS sends callers without it to https, unless it is told not to', () => {
  const tls = 'tls: [{ hosts: [shop.example.com], secretName: tls }],';
  expect(ask(INGRESS(path('/', 'web'), { spec: tls }), '/a')).toBe('308 https://shop.example.com/a');
  expect(ask(INGRESS(path('/', 'web'), { spec: tls }), '/a', { request: { scheme: 'https' } })).toBe('shop/web');
  expect(ask(INGRESS(path('/', 'web'), { spec: tls, annotations: 'nginx.ingress.kubernetes.io/ssl-redirect: "false"' }), '/a')).toBe('shop/web');
});

test('addresses and services that decide are looked at, or named', () => {
  const ranges = INGRESS(path('/', 'web'), { annotations: 'nginx.ingress.kubernetes.io/whitelist-source-range: "10.0.0.0/8, 192.0.2.0/24"' });
  expect(ask(ranges, '/', { address: '192.0.2.7' })).toBe('shop/web');
  expect(ask(ranges, '/', { address: '198.51.100.1' })).toBe('403');
  expect(ask(ranges, '/')).toBe('undetermined: Ingress shop/web looks at the address of the caller, which is not known');
  expect(ask(INGRESS(path('/', 'web'), { annotations: 'nginx.ingress.kubernetes.io/auth-url: "http://auth.shop.svc"' }), '/')).toBe('undetermined: What http://auth.shop.svc says to the request is not known');
  expect(ask(INGRESS(path('/', 'web'), { className: 'other', annotations: 'example.com/auth-url: "http://auth.shop.svc"' }), '/')).toBe('undetermined: Ingress shop/web takes it, and what the annotation example.com/auth-url does is not modelled');
});

test('a backend that is not there', () => {
  expect(ask(INGRESS(path('/', 'gone')), '/')).toBe('503');
  expect(ask(INGRESS(path('/', 'web', 'Prefix', 'number: 81')), '/')).toBe('503');
});

describe('canaries of ingress-nginx', () => {
  const annotated = (annotations: Readonly<Record<string, string>>): string => Object.entries({ canary: 'true', ...annotations }).map(([name, value]) => `nginx.ingress.kubernetes.io/${name}: ${JSON.stringify(value)}`).join(', ');
  const beside = (annotations: Readonly<Record<string, string>>, paths: string = path('/', 'canary')): string => `${INGRESS(path('/', 'web'))}${INGRESS(paths, { name: 'canary', annotations: annotated(annotations) })}`;
  const sent = (headers: Readonly<Record<string, string>>): { readonly request: { readonly headers: Readonly<Record<string, string>> } } => ({ request: { headers } });

  test('get their weight of what no header and no cookie decides', () => {
    expect(ask(beside({ 'canary-weight': '10' }), '/')).toBe('shop/web 0.9, shop/canary 0.1');
    expect(ask(beside({ 'canary-weight': '10', 'canary-weight-total': '1000' }), '/')).toBe('shop/web 0.99, shop/canary 0.01');
    // A total below 100 is none.
    expect(ask(beside({ 'canary-weight': '10', 'canary-weight-total': '20' }), '/')).toBe('shop/web 0.9, shop/canary 0.1');
    expect(ask(beside({ 'canary-weight': '100' }), '/')).toBe('shop/canary');
    expect(ask(beside({ 'canary-weight': '0' }), '/')).toBe('shop/web');
    expect(ask(beside({}), '/')).toBe('shop/web');
  });

  test('are asked by header first, then by cookie', () => {
    const all = { 'canary-by-header': 'X-Canary', 'canary-by-cookie': 'beta', 'canary-weight': '50' };
    expect(ask(beside(all), '/', sent({ 'x-canary': 'always', cookie: 'beta=never' }))).toBe('shop/canary');
    expect(ask(beside(all), '/', sent({ 'x-canary': 'never', cookie: 'beta=always' }))).toBe('shop/web');
    expect(ask(beside(all), '/', sent({ 'x-canary': 'yes', cookie: 'a=1; beta=always' }))).toBe('shop/canary');
    expect(ask(beside(all), '/', sent({ cookie: 'beta=1' }))).toBe('shop/web 0.5, shop/canary 0.5');
    expect(ask(beside(all), '/', { request: { headers: undefined } })).toBe('undetermined: Ingress shop/web takes it, and whether the request has the header X-Canary is not known, so that its canary Ingress shop/canary may get it');
    const value = { 'canary-by-header': 'X-Canary', 'canary-by-header-value': 'blue' };
    expect(ask(beside(value), '/', sent({ 'x-canary': 'blue' }))).toBe('shop/canary');
    expect(ask(beside(value), '/', sent({ 'x-canary': 'always' }))).toBe('shop/web');
    const pattern = { 'canary-by-header': 'X-Canary', 'canary-by-header-pattern': 'b[lr]ue' };
    expect(ask(beside(pattern), '/', sent({ 'x-canary': 'a blue one' }))).toBe('shop/canary');
    expect(ask(beside(pattern), '/', sent({ 'x-canary': 'green' }))).toBe('shop/web');
    expect(ask(beside({ ...pattern, 'canary-by-header-pattern': '(?=b)' }), '/', sent({ 'x-canary': 'b' }))).toContain('"(?=b)" is no regular expression that is understood');
  });

  test('stand beside the path of the same host, text and type, and go with its backend wherever it is used', () => {
    expect(ask(beside({ 'canary-weight': '10' }, path('/a', 'canary')), '/a')).toBe('shop/web');
    expect(ask(beside({ 'canary-weight': '10' }, path('/', 'canary', 'Exact')), '/')).toBe('shop/web');
    const wide = INGRESS(path('/', 'web'), { name: 'wide', host: 'other.example.com' });
    expect(ask(`${beside({ 'canary-weight': '10' })}${wide}`, '/', { request: { host: 'other.example.com' } })).toBe('shop/web 0.9, shop/canary 0.1');
    // Its own backend is no canary.
    expect(ask(beside({ 'canary-weight': '10' }, path('/', 'web')), '/')).toBe('shop/web');
  });

  test('and their primaries are asked by requests that are theirs', () => {
    const samples = (yaml: string): readonly string[] => exposedIngresses(scene(`${BASE}${yaml}`)).map(({ route, sample }) => `${route!.name} ${JSON.stringify(sample.request.headers)}`);
    expect(samples(beside({ 'canary-by-header': 'X-Canary', 'canary-weight': '3' }))).toEqual(['web {}', 'canary {"x-canary":"always"}']);
    expect(samples(beside({ 'canary-by-header': 'X-Canary', 'canary-by-header-value': 'blue' }))).toEqual(['web {}', 'canary {"x-canary":"blue"}']);
    expect(samples(beside({ 'canary-by-cookie': 'beta' }))).toEqual(['web {}', 'canary {"cookie":"beta=always"}']);
    expect(samples(beside({ 'canary-weight': '3' }))).toEqual(['web {}', 'canary {}']);
    expect(samples(beside({ 'canary-by-header': 'X-Canary', 'canary-by-header-pattern': 'b.*' }))).toEqual(['web {}', 'canary undefined']);
    expect(samples(INGRESS(path('/', 'web')))).toEqual(['web undefined']);
  });

  test('two of them, sessions that stay, and one whose Service is not there', () => {
    const third = INGRESS(path('/', 'pay'), { name: 'third', annotations: annotated({ 'canary-weight': '5' }) });
    expect(ask(`${beside({ 'canary-weight': '10' })}${third}`, '/')).toBe('undetermined: Ingress shop/canary and Ingress shop/third are canaries of one backend, and only the first that the controller meets is one');
    const sticky = `${INGRESS(path('/', 'web'), { annotations: 'nginx.ingress.kubernetes.io/affinity: cookie' })}${INGRESS(path('/', 'canary'), { name: 'canary', annotations: annotated({ 'canary-weight': '10' }) })}`;
    expect(ask(sticky, '/')).toBe('shop/web 0.9, shop/canary 0.1');
    expect(ask(sticky, '/', sent({ cookie: 'INGRESSCOOKIE=1' }))).toBe('undetermined: Ingress shop/web takes it, and whether a session keeps the request where it was is not known (cookie INGRESSCOOKIE), so that its canary Ingress shop/canary may get it');
    expect(ask(beside({ 'canary-weight': '100' }, path('/', 'gone')), '/')).toBe('503');
    expect(ask(beside({ 'canary-weight': '10' }, path('/', 'gone')), '/')).toContain('shop/web 0.9');
  });
});
