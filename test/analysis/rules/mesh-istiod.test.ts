// What istiod's webhook refuses beyond schemas, one by one.
import { ask, object, said } from './mesh-scene';

const V = (spec: string): string => object('networking.istio.io/v1', 'VirtualService', 'orders', 'shop', spec);
const D = (spec: string): string => object('networking.istio.io/v1', 'DestinationRule', 'orders', 'shop', `{ host: orders, ${spec} }`);
const G = (spec: string): string => object('networking.istio.io/v1', 'Gateway', 'edge', 'shop', `{ selector: { istio: ingressgateway }, servers: [${spec}] }`);
const E = (spec: string): string => object('networking.istio.io/v1', 'ServiceEntry', 'payment', 'shop', spec);
const S = (spec: string): string => object('networking.istio.io/v1', 'Sidecar', 'default', 'shop', spec);
const A = (spec: string): string => object('security.istio.io/v1', 'AuthorizationPolicy', 'orders', 'shop', spec);
const R = (spec: string): string => object('security.istio.io/v1', 'RequestAuthentication', 'orders', 'shop', spec);
const ROUTE = 'route: [{ destination: { host: orders } }]';

test.each([
  [V('{ hosts: [orders] }'), 'NS3100 spec: A VirtualService has routes of http, tls or tcp, and this one has none'],
  [V('{ hosts: [orders], http: [{ match: [{ uri: { prefix: / } }] }] }'), 'NS3100 spec.http[0]: A route has destinations, a redirect or a direct response, and this one has none'],
  [V('{ hosts: [orders], http: [{ route: [{ destination: { host: a } }, { destination: { host: b } }] }] }'), 'NS3100 spec.http[0].route: 2 destinations have no weight, which makes 0 for all of them together'],
  [V(`{ hosts: ["*"], http: [{ ${ROUTE} }] }`), 'NS3100 spec.hosts[0]: The host * is not allowed in the mesh: sidecars would take every request of everybody'],
  [V(`{ hosts: ["*.example.com", api.example.com], http: [{ ${ROUTE} }] }`), 'NS3100 spec.hosts[1]: Hosts *.example.com and api.example.com of one VirtualService meet each other'],
  [V(`{ hosts: [orders], http: [{ retries: { attempts: 0, perTryTimeout: 1s }, ${ROUTE} }] }`), 'NS3100 spec.http[0].retries: Retries are described, and attempts is 0'],
  [V(`{ hosts: [orders], http: [{ retries: { attempts: 3, retryOn: "5xx,timeouts" }, ${ROUTE} }] }`), 'NS3100 spec.http[0].retries.retryOn: "timeouts" is no condition for retries'],
  [V(`{ gateways: [edge], http: [{ ${ROUTE} }] }`), 'NS3100 spec.gateways: A VirtualService without hosts is a delegate, and delegates have no gateways'],
  [V(`{ hosts: [a.example.com], tls: [{ match: [{ sniHosts: [b.example.com] }], ${ROUTE} }] }`), 'NS3100 spec.tls[0].match[0].sniHosts[0]: SNI host b.example.com is none of the hosts of this VirtualService (a.example.com)'],
  [V(`{ hosts: [orders], http: [{ rewrite: {}, ${ROUTE} }] }`), 'NS3100 spec.http[0].rewrite: A rewrite changes the path or the authority, and this one neither'],
  [D('trafficPolicy: {}'), 'NS3101 spec.trafficPolicy: The policy says nothing'],
  [D('subsets: [{ name: v1 }, { name: v1 }]'), 'NS3101 spec.subsets[1].name: Two subsets are called v1'],
  [D('trafficPolicy: { tls: { mode: SIMPLE, credentialName: ca, caCertificates: /ca.pem } }'), 'NS3101 spec.trafficPolicy.tls.caCertificates: caCertificates and credentialName do not go together: the credential holds all of it'],
  [D('trafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: x, minimumRingSize: 1024, ringHash: {} } } }'), 'NS3101 spec.trafficPolicy.loadBalancer.consistentHash.minimumRingSize: minimumRingSize stands beside ringHash or maglev, and one of them is allowed'],
  [D('trafficPolicy: { loadBalancer: { consistentHash: { useSourceIp: true, maglev: { tableSize: 1000 } } } }'), 'NS3101 spec.trafficPolicy.loadBalancer.consistentHash.maglev.tableSize: tableSize 1000 is no prime below 5000011'],
  [D('trafficPolicy: { outlierDetection: { consecutiveLocalOriginFailures: 5 } }'), 'NS3101 spec.trafficPolicy.outlierDetection.consecutiveLocalOriginFailures: consecutiveLocalOriginFailures counts only with splitExternalLocalOriginErrors: true'],
  [D('trafficPolicy: { loadBalancer: { localityLbSetting: { failover: [{ from: a, to: b }] } } }'), 'NS3101 spec.trafficPolicy.loadBalancer.localityLbSetting: Without outlierDetection no endpoint is ever found bad, so nothing fails over'],
  [D('trafficPolicy: { portLevelSettings: [{ port: { number: 80 } }] }'), 'NS3101 spec.trafficPolicy.portLevelSettings[0]: The settings of the port say nothing'],
  [D('exportTo: ["*", "."]'), 'NS3101 spec.exportTo: exportTo says everybody (*) and somebody'],
  [G('{ hosts: [a.example.com], port: { number: 80, name: http, protocol: HTTPX } }'), 'NS3102 spec.servers[0].port.protocol: The protocol "HTTPX" is none of HTTP, HTTP2, HTTPS, GRPC, GRPC-WEB, TLS, TCP, MONGO, REDIS, MYSQL, HTTP_PROXY, UDP'],
  [G('{ hosts: [a.example.com], port: { number: 80, name: http, protocol: HTTP }, tls: { mode: SIMPLE, credentialName: a } }'), 'NS3102 spec.servers[0].tls: A server of HTTP takes only tls.httpsRedirect'],
  [G('{ hosts: [a.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE } }'), 'NS3102 spec.servers[0].tls: SIMPLE needs serverCertificate and privateKey, or credentialName'],
  [G('{ hosts: [a.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: ISTIO_MUTUAL, credentialName: a } }'), 'NS3102 spec.servers[0].tls.credentialName: ISTIO_MUTUAL takes the certificates of the mesh, and no credentialName'],
  [G('{ hosts: [a.example.com], port: { number: 80, name: http, protocol: HTTP } }, { hosts: [b.example.com], port: { number: 81, name: http, protocol: HTTP } }'), 'NS3102 spec.servers[1].port.name: Two ports are called http'],
  [E('{ hosts: [a.example.com, b.example.com], resolution: DNS, ports: [{ number: 5432, name: tcp, protocol: TCP }] }'), 'NS3103 spec.ports[0]: Port 5432 carries bytes, which do not say which of the 2 hosts is meant'],
  [S('{ egress: [{ hosts: [orders] }] }'), 'NS3103 spec.egress[0].hosts[0]: orders has no namespace: hosts are written namespace/name'],
  [S('{ egress: [{ hosts: ["./*"] }, { port: { number: 80, name: http, protocol: HTTP }, hosts: ["./*"] }] }'), 'NS3103 spec.egress[0]: The listener without a port takes everything that others do not, and stands last'],
  [S('{}'), 'NS3103 spec: The Sidecar says nothing'],
  [A('{ action: CUSTOM, provider: { name: oauth } }'), 'NS3104 spec.action: CUSTOM without rules asks nobody'],
  [A('{ action: CUSTOM, rules: [{}] }'), 'NS3104 spec.action: CUSTOM needs provider.name'],
  [A('{ rules: [{ from: [{ source: {} }] }] }'), 'NS3104 spec.rules[0].from[0].source: A source says who, and this one says nothing'],
  [A('{ rules: [{ to: [{ operation: {} }] }] }'), 'NS3104 spec.rules[0].to[0].operation: An operation says what, and this one says nothing'],
  [A('{ rules: [{ to: [{ operation: { ports: ["http"] } }] }] }'), 'NS3104 spec.rules[0].to[0].operation.ports[0]: http is no number of a port'],
  [A('{ rules: [{ to: [{ operation: { paths: ["/a/{id}"] } }] }] }'), 'NS3104 spec.rules[0].to[0].operation.paths[0]: /a/{id} is no template: whole segments may be {*}, and {**} is the last of them'],
  [A('{ rules: [{ when: [{ key: source.labels, values: [a] }] }] }'), 'NS3104 spec.rules[0].when[0].key: No condition is called source.labels'],
  [A('{ action: CUSTOM, provider: { name: oauth }, rules: [{ from: [{ source: { principals: ["*"] } }] }] }'), 'NS3104 spec.rules[0].from[0].source.principals: principals is not known to action CUSTOM: the service that is asked decides by it'],
  [R('{ jwtRules: [{ audiences: [orders] }] }'), 'NS3104 spec.jwtRules[0]: A rule for tokens needs an issuer or a jwksUri, and this one has neither'],
])('%# is refused', (yaml, message) => {
  expect(said(ask(yaml, { rules: ['NS3100', 'NS3101', 'NS3102', 'NS3103', 'NS3104'] }))).toContain(message);
});

test.each([
  ['routes that delegate', V('{ hosts: [orders], http: [{ match: [{ uri: { prefix: /a } }], delegate: { name: other } }, { route: [{ destination: { host: orders } }] }] }')],
  ['retries that are switched off', V(`{ hosts: [orders], http: [{ retries: { attempts: 0 }, ${ROUTE} }] }`)],
  ['every host at a gateway', V(`{ hosts: ["*"], gateways: [edge], http: [{ ${ROUTE} }] }`)],
  ['a status among the conditions', V(`{ hosts: [orders], http: [{ retries: { attempts: 2, retryOn: "503,connect-failure" }, ${ROUTE} }] }`)],
  ['failover with outlier detection', D('trafficPolicy: { outlierDetection: { consecutive5xxErrors: 7 }, loadBalancer: { localityLbSetting: { failover: [{ from: a, to: b }] } } }')],
  ['an HTTP server that redirects', G('{ hosts: [a.example.com], port: { number: 80, name: http, protocol: HTTP }, tls: { httpsRedirect: true } }')],
  ['TLS that passes through', G('{ hosts: [a.example.com], port: { number: 443, name: tls, protocol: TLS }, tls: { mode: PASSTHROUGH } }')],
  ['a Sidecar that knows everything', S('{ egress: [{ hosts: ["*/*"] }] }')],
  ['a policy that allows nothing', A('{}')],
  ['a policy that denies everything', A('{ action: DENY, rules: [{}] }')],
  ['templates of paths', A('{ rules: [{ to: [{ operation: { paths: ["/a/{*}/b/{**}", "/c*", "*"] } }] }] }')],
])('passes %s', (_, yaml) => {
  expect(said(ask(yaml, { rules: ['NS3100', 'NS3101', 'NS3102', 'NS3103', 'NS3104'] }))).toEqual([]);
});
