// Documents that the API server would refuse, and that may let traffic in: for whom they make an answer uncertain, and for whom not.
import { parseText } from '../../../src/analysis';
import { analyze } from '../../../src/analysis/reach/analyze';
import { workload } from './documents';

const object = (kind: string, name: string, spec: string, namespace = 'shop'): string => `
apiVersion: ${kind.includes('/') ? kind.slice(0, kind.lastIndexOf('/')) : 'v1'}
kind: ${kind.slice(kind.lastIndexOf('/') + 1)}
metadata: { name: ${name}, namespace: ${namespace} }
spec: { ${spec} }
---`;
const service = (name: string, spec: string, namespace?: string): string => object('Service', name, spec, namespace);
const GATEWAY = 'gateway.networking.k8s.io/v1/Gateway';
const ROUTE = 'gateway.networking.k8s.io/v1/HTTPRoute';
const INGRESS = 'networking.k8s.io/v1/Ingress';
const ISTIO = 'networking.istio.io/v1/Gateway';
const VIRTUAL = 'networking.istio.io/v1/VirtualService';
const BAD = 'ports: [{ port: 70000 }]';
const BASE = workload('web') + workload('api') + workload('web').replace('namespace: shop', 'namespace: far')
  + service('web', 'selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }]') + service('api', 'selector: { app: api }, ports: [{ port: 80, targetPort: 8080 }]');

function doubted(documents: string, flow: string): string | undefined {
  const { outcome, because } = analyze(parseText(BASE + documents, 'shop.yaml').documents).evaluate(`internet -> ${flow}`);
  expect(outcome === 'denied' || outcome === 'undetermined').toBe(true);
  return outcome === 'denied' ? undefined : because.replace(/ would be refused as it is, and where it leads once it is mended is not known$/, '');
}

const PODS = ['shop/web:8080', 'shop/api:8080', 'far/web:8080'];

test.each<[string, string, string[]]>([
  ['a load balancer', service('odd', `type: LoadBalancer, selector: { app: web }, ${BAD}`), ['shop/web:8080']],
  ['ports of nodes', service('odd', `type: NodePort, selector: { app: web }, ${BAD}`), ['shop/web:8080']],
  ['external addresses', service('odd', `externalIPs: [198.51.100.1], selector: { app: web }, ${BAD}`), ['shop/web:8080']],
  ['of another namespace', service('odd', `type: LoadBalancer, selector: { app: web }, ${BAD}`, 'far'), ['far/web:8080']],
  ['an address of the cluster only', service('odd', `selector: { app: web }, ${BAD}`), []],
  ['without a selector', service('odd', `type: LoadBalancer, ${BAD}`), []],
  ['with a selector of which a part is no text', service('odd', 'type: LoadBalancer, selector: { app: web, version: 1 }, ports: [{ port: 80 }]'), ['shop/web:8080']],
])('a Service that is refused, %s', (_, documents, expected) => {
  expect(PODS.filter((to) => doubted(documents, to) === 'Service shop/odd' || doubted(documents, to) === 'Service far/odd')).toEqual(expected);
  expect(PODS.filter((to) => doubted(documents, to) !== undefined)).toEqual(expected);
});

const LISTENER = '{ name: http, port: 70000, protocol: HTTP }';
const TO = (name: string): string => `rules: [{ backendRefs: [{ name: ${name}, port: 80 }] }]`;
const PATH = (name: string, host: string): string => `{ ${host === '' ? '' : `host: ${host}, `}http: { paths: [{ path: /, pathType: Prefiks, backend: { service: { name: ${name}, port: { number: 80 } } } }] } }`;

test.each<[string, string, string, string[]]>([
  ['a Gateway, whose routes name the Service', object(GATEWAY, 'door', `gatewayClassName: eg, listeners: [${LISTENER}]`) + object(ROUTE, 'r', `parentRefs: [{ name: door }], ${TO('web')}`), 'Gateway shop/door', ['shop/web:8080', 'far/web:8080']],
  ['a Gateway of which no route is', object(GATEWAY, 'door', `gatewayClassName: eg, listeners: [${LISTENER}]`) + object(ROUTE, 'r', `parentRefs: [{ name: other }], ${TO('web')}`), '', []],
  ['a route', object(ROUTE, 'r', `parentRefs: [{ name: door }], hostnames: [70], ${TO('api')}`), 'HTTPRoute shop/r', ['shop/api:8080']],
  ['an Ingress', object(INGRESS, 'i', `rules: [${PATH('api', '')}]`), 'Ingress shop/i', ['shop/api:8080']],
  ['an Ingress to a name that is longer by a letter', object(INGRESS, 'i', `rules: [${PATH('apis', '')}]`), '', []],
  ['a Gateway with a dot in its name', object(GATEWAY, 'the.door', `gatewayClassName: eg, listeners: [${LISTENER}]`) + object(ROUTE, 'r', `parentRefs: [{ name: the.door }], ${TO('api')}`), 'Gateway shop/the.door', ['shop/api:8080']],
  ['a Gateway of Istio', object(ISTIO, 'door', 'selector: { a: b }, servers: [{ port: { number: x }, hosts: ["*"] }]') + object(VIRTUAL, 'v', 'hosts: [a.example.com], gateways: [shop/door], http: [{ route: [{ destination: { host: api.shop.svc.cluster.local } }] }]'), 'Gateway shop/door', ['shop/api:8080']],
  ['a VirtualService', object(VIRTUAL, 'v', 'hosts: [a.example.com], gateways: [door], http: [{ timeout: 5, route: [{ destination: { host: api } }] }]'), 'VirtualService shop/v', ['shop/api:8080']],
])('%s that is refused, before workloads', (_, documents, name, expected) => {
  // The Service of one namespace is not that of another, but names are all that can be read.
  const far = expected.includes('far/web:8080') ? service('web', 'selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }]', 'far') : '';
  expect(PODS.filter((to) => doubted(documents + far, to) === name)).toEqual(expected);
  expect(PODS.filter((to) => doubted(documents + far, to) !== undefined)).toEqual(expected);
});

test.each<[string, string, string[]]>([
  ['a Gateway for every name', object(GATEWAY, 'door', `gatewayClassName: eg, listeners: [${LISTENER}]`), ['a.example.com', 'b.example.com', 'other.org']],
  ['a Gateway for one name', object(GATEWAY, 'door', `gatewayClassName: eg, listeners: [${LISTENER.replace('name: http', 'name: http, hostname: a.example.com')}]`), ['a.example.com']],
  ['a Gateway for names below one', object(GATEWAY, 'door', `gatewayClassName: eg, listeners: [${LISTENER.replace('name: http', 'name: http, hostname: "*.example.com"')}]`), ['a.example.com', 'b.example.com']],
  ['a Gateway without listeners', object(GATEWAY, 'door', 'gatewayClassName: eg, listeners: 5'), ['a.example.com', 'b.example.com', 'other.org']],
  ['a route alone', object(ROUTE, 'r', `parentRefs: [{ name: door }], hostnames: [a.example.com], timeout: 5, ${TO('api')}`), []],
  ['an Ingress for one name', object(INGRESS, 'i', `rules: [${PATH('api', 'b.example.com')}]`), ['b.example.com']],
  ['an Ingress for two names', object(INGRESS, 'i', `rules: [${PATH('api', 'b.example.com')}, ${PATH('api', 'other.org')}]`), ['b.example.com', 'other.org']],
  ['an Ingress for every name', object(INGRESS, 'i', `rules: [${PATH('api', '')}]`), ['a.example.com', 'b.example.com', 'other.org']],
  ['a Gateway of Istio', object(ISTIO, 'door', 'selector: { a: b }, servers: [{ port: { number: x }, hosts: ["shop/a.example.com", "other.org"] }]'), ['a.example.com', 'other.org']],
  ['a VirtualService', object(VIRTUAL, 'v', 'hosts: [b.example.com], gateways: [door], http: [{ timeout: 5, route: [{ destination: { host: api } }] }]'), ['b.example.com']],
])('for URLs: %s', (_, documents, expected) => {
  expect(['a.example.com', 'b.example.com', 'other.org'].filter((host) => doubted(documents, `http://${host}/`) !== undefined)).toEqual(expected);
});
