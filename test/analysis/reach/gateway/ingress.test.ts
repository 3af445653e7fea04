// Ingresses: which path takes a request, and what stands before its backend.
import type { Arrival } from '../../../../src/analysis/reach/gateway/routing';
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

test('a backend that is not there, and a canary beside it', () => {
  expect(ask(INGRESS(path('/', 'gone')), '/')).toBe('503');
  expect(ask(INGRESS(path('/', 'web', 'Prefix', 'number: 81')), '/')).toBe('503');
  const canary = INGRESS(path('/', 'canary'), { name: 'canary', annotations: 'nginx.ingress.kubernetes.io/canary: "true", nginx.ingress.kubernetes.io/canary-weight: "10"' });
  expect(ask(`${INGRESS(path('/', 'web'))}${canary}`, '/')).toBe('undetermined: Ingress shop/canary is a canary of Ingress shop/web, and which requests it gets is not modelled');
});
