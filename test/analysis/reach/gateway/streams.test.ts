// Connections at Gateways: by server name, or as they come.
import type { Arrival } from '../../../../src/analysis/reach/gateway/routing';
import { gatewayRouting } from '../../../../src/analysis/reach/gateway/routing';
import { BASE, POLICY, SERVICE, scene, short } from './scene';

const GATEWAY = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec:
  gatewayClassName: eg
  listeners:
    - { name: web, port: 443, protocol: HTTPS, hostname: "*.example.com", tls: { certificateRefs: [{ name: tls }] } }
    - { name: pass, port: 443, protocol: TLS, hostname: "pay.example.com", tls: { mode: Passthrough } }
    - { name: db, port: 5432, protocol: TCP }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: shop }
spec: { parentRefs: [{ name: public, sectionName: web }], rules: [{ backendRefs: [{ name: web, port: 80 }] }] }
---
apiVersion: gateway.networking.k8s.io/v1alpha3
kind: TLSRoute
metadata: { name: pay, namespace: shop }
spec: { parentRefs: [{ name: public, sectionName: pass }], hostnames: [pay.example.com], rules: [{ backendRefs: [{ name: pass, port: 80, weight: 0 }, { name: canary, port: 80 }] }] }
---
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: TCPRoute
metadata: { name: db, namespace: shop }
spec: { parentRefs: [{ name: public, sectionName: db }], rules: [{ backendRefs: [{ name: web, port: 80 }] }] }
---`;

const EXPERIMENTAL = { targets: { gatewayApi: { version: '1.6', channel: 'experimental' } } } as const;

const ask = (yaml: string, arrival: Partial<Arrival>): string[] => scene(`${BASE}${SERVICE('pass')}${GATEWAY}${yaml}`, EXPERIMENTAL).derive(gatewayRouting).route({ facts: {}, request: {}, ...arrival }).map(short);

test('the listener with the most specific name takes the connection', () => {
  const request = { scheme: 'https', method: 'GET', path: '/', headers: {} } as const;
  expect(ask('', { port: 443, request: { ...request, host: 'pay.example.com' } })).toEqual(['shop/canary']);
  expect(ask('', { port: 443, request: { ...request, host: 'shop.example.com' } })).toEqual(['shop/web']);
  expect(ask('', { port: 443, request: { ...request, host: 'shop.example.org' } })).toEqual([]);
  expect(ask('', { port: 443, protocol: 'TLS', request: { host: 'pay.example.com' } })).toEqual(['shop/canary']);
});

test('a connection of TCP goes to the route of its port, when its address may', () => {
  expect(ask('', { port: 5432, protocol: 'TCP' })).toEqual(['shop/web']);
  expect(ask('', { port: 5433, protocol: 'TCP' })).toEqual([]);
  const policy = POLICY('SecurityPolicy', 'kind: TCPRoute, name: db', 'authorization: { defaultAction: Deny, rules: [{ action: Allow, principal: { clientCIDRs: [10.0.0.0/8] } }] }');
  expect(ask(policy, { port: 5432, protocol: 'TCP', address: '10.0.0.1' })).toEqual(['shop/web']);
  expect(ask(policy, { port: 5432, protocol: 'TCP', address: '192.0.2.1' })).toEqual(['reset']);
  expect(ask(policy, { port: 5432, protocol: 'TCP' })).toEqual(['undetermined: SecurityPolicy shop/policy: the address of the caller is not known']);
});

test('ways in of connections are listed beside those of requests', () => {
  const { exposed } = scene(`${BASE}${SERVICE('pass')}${GATEWAY}`, EXPERIMENTAL).derive(gatewayRouting);
  expect(exposed().map(({ protocol, hostname, backend }) => `${protocol} ${hostname} ${backend.name}`)).toEqual(['HTTP *.example.com web', 'TLS pay.example.com canary', 'TCP * web']);
});
