// Routes, gateways and entries of Istio, in variants and near misses.
import { ask, deployment, namespace, object, peerAuthentication, said, service, SHOP } from './mesh-scene';

const V = (spec: string, name = 'orders', home = 'shop'): string => object('networking.istio.io/v1', 'VirtualService', name, home, spec);
const G = (servers: string, name = 'edge', home = 'shop'): string => object('networking.istio.io/v1', 'Gateway', name, home, `{ selector: { istio: ingressgateway }, servers: [${servers}] }`);
const HTTP = '{ port: { number: 80, name: http, protocol: HTTP }, hosts: [shop.example.com] }';
const TO = 'route: [{ destination: { host: orders } }]';

describe('ports of destinations', () => {
  test.each([
    ['the host of the mesh is the destination itself', `${SHOP}${V(`{ hosts: [orders], http: [{ ${TO} }] }`)}`],
    ['the gateway listens on a port of the Service', `${SHOP}${G(HTTP)}${V(`{ hosts: [shop.example.com], gateways: [edge], http: [{ ${TO} }] }`)}`],
    ['the Service has one port', `${SHOP}${service('cart', { ports: '[{ name: http, port: 8080 }]' })}${G(HTTP)}${V('{ hosts: [shop.example.com], gateways: [edge], http: [{ route: [{ destination: { host: cart } }] }] }')}`],
    ['the Gateway is nobody\'s here', `${SHOP}${V(`{ hosts: [shop.example.com], gateways: [other/edge], http: [{ ${TO} }] }`)}`],
  ])('may be left out when %s', (_, yaml) => {
    expect(said(ask(yaml, { rules: ['NS3040'] }))).toEqual([]);
  });

  test('of a host in the mesh that arrives elsewhere', () => {
    const other = service('orders-v2', { ports: '[{ name: http, port: 8080 }, { name: http-b, port: 8081 }]' });
    expect(said(ask(`${SHOP}${other}${V('{ hosts: [orders], http: [{ route: [{ destination: { host: orders-v2 } }] }] }')}`, { rules: ['NS3040'] }))).toEqual([
      'NS3040 spec.http[0].route[0].destination: Requests arrive at port 80 or 9090, and Service shop/orders-v2 has ports 8080 and 8081: without a port this destination is nowhere',
    ]);
  });
});

describe('hosts of gateways', () => {
  const routes = (host: string, home = 'shop'): string => V(`{ hosts: ["${host}"], gateways: [shop/edge], http: [{ directResponse: { status: 200 } }] }`, 'orders', home);
  const server = (hosts: string): string => G(`{ port: { number: 80, name: http, protocol: HTTP }, hosts: [${hosts}] }`);

  test.each([
    ['shop.example.com', '"shop/*.example.com"'], ['shop.example.com', '"*/*"'], ['shop.example.com', '"./shop.example.com"'], ['*', 'shop.example.com'], ['*.example.com', 'a.example.com'],
  ])('%s is served by %s', (host, hosts) => {
    expect(said(ask(`${server(hosts)}${routes(host)}`, { rules: ['NS3041'] }))).toEqual([]);
  });

  test.each([['shop.example.com', '"web/*.example.com"', 'shop'], ['shop.example.com', '"./*"', 'web'], ['example.com', '"*.example.com"', 'shop']])('%s is not served by %s', (host, hosts, home) => {
    expect(said(ask(`${server(hosts)}${routes(host, home)}`, { rules: ['NS3041'] }))).toHaveLength(1);
  });
});

describe('routes that are never reached', () => {
  const routes = (...http: string[]): string => V(`{ hosts: [orders], http: [${http.map((one) => `{ ${one}, directResponse: { status: 200 } }`).join(', ')}] }`);

  test.each([
    [['match: [{ uri: { prefix: / } }]', 'match: [{ uri: { exact: /a } }]'], 'NS3044 spec.http[1]: Route 1 is never reached: route 0 matches everything'],
    [['match: [{ headers: { x: { exact: a } } }]', 'match: [{ headers: { x: { exact: a }, y: { exact: b } }, uri: { prefix: /a } }]'], 'NS3044 spec.http[1].match[0]: Route 1 is never reached: route 0 takes the same requests'],
    [['match: [{ uri: { prefix: /a } }]', 'match: [{ uri: { prefix: /a/b } }, { uri: { prefix: /c } }]'], 'NS3044 spec.http[1].match[0]: This match is never used: route 0 takes the same requests'],
    [['match: [{ uri: { prefix: /A }, ignoreUriCase: true }]', 'match: [{ uri: { exact: /abc } }]'], 'NS3044 spec.http[1].match[0].uri: Route 1 is never reached: its match of /abc is taken by the prefix /A of route 0'],
  ])('%j', (http, message) => {
    expect(said(ask(routes(...http), { rules: ['NS3044'] }))).toEqual([message]);
  });

  test.each([
    [['match: [{ uri: { prefix: /a }, method: { exact: GET } }]', 'match: [{ uri: { prefix: /a } }]']],
    [['match: [{ uri: { prefix: /a }, method: { exact: GET } }]', 'match: [{ uri: { prefix: /a/b }, method: { exact: POST } }]']],
    [['match: [{ uri: { prefix: /a } }]', 'match: [{ uri: { prefix: /A }, ignoreUriCase: true }]']],
    [['match: [{ uri: { regex: "/a.*" } }]', 'match: [{ uri: { exact: /ab } }]']],
    [['match: [{ headers: { x: { exact: a } } }]', 'match: [{ headers: { x: { exact: b } } }]']],
    [['match: [{ gateways: [edge], uri: { prefix: /a } }]', 'match: [{ uri: { prefix: /a } }]']],
    [['match: [{ uri: { prefix: /a } }, { uri: { prefix: /a/b } }]', 'match: [{ uri: { prefix: /c } }]']],
  ])('%j is right', (http) => {
    expect(said(ask(routes(...http), { rules: ['NS3044'] }))).toEqual([]);
  });
});

describe('who else is there', () => {
  test('two VirtualServices of gateways for one host are merged', () => {
    const one = (name: string): string => V(`{ hosts: [shop.example.com], gateways: [edge], http: [{ match: [{ uri: { prefix: /${name} } }], ${TO} }] }`, name);
    expect(said(ask(`${SHOP}${G(HTTP)}${one('a')}${one('b')}`, { rules: ['NS3043'] }))).toEqual([]);
  });

  test('two Gateways for one name without TLS are merged', () => {
    expect(said(ask(`${G(HTTP)}${G(HTTP, 'other')}`, { rules: ['NS3049'] }))).toEqual([]);
  });

  test('two Gateways of other pods serve the same name', () => {
    const tls = '{ port: { number: 443, name: https, protocol: HTTPS }, hosts: [a.example.com], tls: { mode: SIMPLE, credentialName: a } }';
    expect(said(ask(`${G(tls)}${G(tls, 'other').replace('istio: ingressgateway', 'istio: internal')}`, { rules: ['NS3049', 'NS3050'] }))).toEqual([]);
  });

  test('an entry without addresses before and after addresses are allocated', () => {
    const entry = object('networking.istio.io/v1', 'ServiceEntry', 'db', 'shop', '{ hosts: [db.example.com], resolution: DNS, location: MESH_EXTERNAL, ports: [{ number: 5432, name: tcp, protocol: TCP }] }');
    expect(said(ask(entry, { rules: ['NS3057'] }))).toEqual([]);
    expect(said(ask(entry, { rules: ['NS3057'], targets: { istio: '1.24' } }))).toHaveLength(1);
  });

  test('a gateway that splits like the mesh', () => {
    const rule = object('networking.istio.io/v1', 'DestinationRule', 'orders', 'shop', '{ host: orders, subsets: [{ name: a, labels: { v: a } }, { name: b, labels: { v: b } }] }');
    const split = 'route: [{ destination: { host: orders, subset: a }, weight: 97 }, { destination: { host: orders, subset: b }, weight: 3 }]';
    expect(said(ask(`${SHOP}${rule}${V(`{ hosts: [orders], http: [{ ${split} }] }`)}${V(`{ hosts: [shop.example.com], gateways: [edge], http: [{ ${split} }] }`, 'edge')}`, { rules: ['NS3045'] }))).toEqual([]);
  });
});

describe('annotations and labels', () => {
  const rules = ['NS3064', 'NS3065', 'NS3066', 'NS3067'];

  test.each([
    ['of a pod on its Deployment', deployment('orders').replace('metadata: { name: orders, namespace: shop }', 'metadata: { name: orders, namespace: shop, annotations: { sidecar.istio.io/proxyCPU: 100m } }'),
      'NS3065 metadata.annotations["sidecar.istio.io/proxyCPU"]: sidecar.istio.io/proxyCPU is read from a Pod and has no effect on a Deployment'],
    ['the label for injection on the Deployment', deployment('orders').replace('metadata: { name: orders, namespace: shop }', 'metadata: { name: orders, namespace: shop, labels: { sidecar.istio.io/inject: "true" } }'),
      'NS3065 metadata.labels["sidecar.istio.io/inject"]: Label sidecar.istio.io/inject is read from pods and has no effect on a Deployment'],
    ['a label among the annotations', deployment('orders', { annotations: 'istio.io/dataplane-mode: ambient' }),
      'NS3065 spec.template.metadata.annotations["istio.io/dataplane-mode"]: istio.io/dataplane-mode is a label of Istio and has no effect as an annotation'],
    ['a range that is none', deployment('orders', { annotations: 'traffic.sidecar.istio.io/includeOutboundIPRanges: "10.0.0.0"' }),
      'NS3066 spec.template.metadata.annotations["traffic.sidecar.istio.io/includeOutboundIPRanges"]: traffic.sidecar.istio.io/includeOutboundIPRanges has 10.0.0.0, which is no CIDR'],
    ['a value that switches injection off', namespace('shop', '{ istio-injection: "true" }'), 'NS3064 metadata.labels.istio-injection: istio-injection=true switches injection off: only enabled switches it on'],
  ])('%s', (_, yaml, message) => {
    expect(said(ask(yaml, { rules }))).toEqual([message]);
  });

  test('names of other software below istio.io, and those of newer releases, are passed over', () => {
    const yaml = deployment('orders', { annotations: 'kiali.istio.io/dashboards: go, sidecar.istio.io/somethingEntirelyNew: x, traffic.sidecar.istio.io/includeInboundPorts: "*"' });
    expect(said(ask(yaml, { rules }))).toEqual([]);
  });
});

describe('waypoints', () => {
  const ambient = (labels: string): string => `${namespace('shop', `{ istio.io/dataplane-mode: ambient${labels} }`)}${deployment('orders')}${service('orders')}`;

  test('a client with a sidecar keeps VirtualServices of ambient Services', () => {
    const yaml = `${ambient('')}${namespace('web', '{ istio-injection: enabled }')}${deployment('front', { namespace: 'web' })}${V(`{ hosts: [orders], http: [{ timeout: 1s, ${TO} }] }`)}`;
    expect(said(ask(yaml, { rules: ['NS3027'] }))).toEqual([]);
    expect(said(ask(`${ambient('')}${V(`{ hosts: [orders], http: [{ timeout: 1s, ${TO} }] }`)}`, { rules: ['NS3027'] }))).toHaveLength(1);
  });

  test('a policy for a Service with a waypoint of its namespace', () => {
    const policy = object('security.istio.io/v1', 'AuthorizationPolicy', 'orders', 'shop', '{ targetRefs: [{ group: "", kind: Service, name: orders }], rules: [{}] }');
    const waypoint = object('gateway.networking.k8s.io/v1', 'Gateway', 'waypoint', 'shop', '{ gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }');
    expect(said(ask(`${ambient(', istio.io/use-waypoint: waypoint')}${waypoint}${policy}`, { rules: ['NS3029'] }))).toEqual([]);
    expect(said(ask(`${ambient(', istio.io/use-waypoint: none')}${waypoint}${policy}`, { rules: ['NS3029'] }))).toHaveLength(1);
    expect(said(ask(`${deployment('orders')}${service('orders')}${policy}`, { rules: ['NS3029'] }))).toEqual([]);
  });
});

test('a namespace that is STRICT by the root namespace takes no plain text', () => {
  expect(said(ask(`${SHOP}${peerAuthentication('istio-system', '{ mtls: { mode: STRICT } }')}`, { rules: ['NS3079'] }))).toEqual([]);
  expect(said(ask(SHOP, { rules: ['NS3079'] }))).toHaveLength(1);
});
