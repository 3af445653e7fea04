// Ways in from outside: what stands behind them, what another listener or rule takes, whose proxies are held, and what nobody can follow.
import { parseText } from '../../../src/analysis';
import type { Analysis } from '../../../src/analysis/reach/analyze';
import { analyze } from '../../../src/analysis/reach/analyze';
import type { Answer } from '../../../src/analysis/reach/answer';
import { workload } from './documents';

const service = (name: string, spec: string): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { ${spec} }
---`;
const policy = (name: string, spec: string): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: { ${spec} }
---`;
const ingress = (host: string, name: string, spec = ''): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${host.split('.')[0]!}-${name}, namespace: shop }
spec: { ${spec}rules: [{ host: ${host}, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${name}, port: { number: 80 } } } }] } }] }
---`;
const gateway = (...listeners: string[]): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec: { gatewayClassName: eg, listeners: [${listeners.join(', ')}] }
---`;
const HTTP = '{ name: http, port: 80, protocol: HTTP }';
const route = (name: string, spec: string, rules: string, kind = 'HTTPRoute'): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: { name: ${name}, namespace: shop }
spec: { parentRefs: [{ name: public${spec.startsWith('section') ? `, ${spec}` : ''} }], ${spec.startsWith('section') || spec === '' ? '' : `${spec}, `}rules: [${rules}] }
---`;
const to = (name: string, match = ''): string => `{ ${match === '' ? '' : `matches: [{ ${match} }], `}backendRefs: [{ name: ${name}, port: 80 }] }`;
const ENVOY = `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: eg }
spec: { controllerName: gateway.envoyproxy.io/gatewayclass-controller }
---`;

const BASE = workload('web') + workload('api') + service('web', 'selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }]') + service('api', 'selector: { app: api }, ports: [{ port: 80, targetPort: 8080 }]');
const UNSOUND = service('odd', 'selector: { app: api }, ports: [{ port: 80, targetPort: 99999 }]');

const EXPERIMENTAL = { targets: { gatewayApi: { version: '1.6', channel: 'experimental' } } } as const;

function system(documents: string, options: Parameters<typeof analyze>[1] = {}): Analysis {
  const { documents: parsed, findings } = parseText(BASE + documents, 'shop.yaml');
  expect(findings).toEqual([]);
  return analyze(parsed, options);
}
const ask = (documents: string, flow: string, options: Parameters<typeof analyze>[1] = {}): Answer => system(documents, options).evaluate(flow);
const said = ({ outcome, because }: Answer): string => `${outcome}: ${because}`;
const exposed = (documents: string, options: Parameters<typeof analyze>[1] = {}): string[] => system(documents, options).exposure('internet').exposures.map(({ door, to: target, verdict, because }) => `${door!} > ${target}: ${verdict}${verdict === 'allowed' ? '' : `, ${because}`}`);

const REFUSED = 'Service shop/odd would be refused as it is, and where it leads once it is mended is not known';

test.each<[string, string, string, string]>([
  ['a Service that the server would refuse', UNSOUND, 'shop/web -> service:shop/odd:80', REFUSED],
  ['another name without a name', service('odd', 'type: ExternalName, ports: [{ port: 80 }]'), 'shop/web -> service:shop/odd:80', REFUSED],
  ['another name of what would be refused', UNSOUND + service('alias', 'type: ExternalName, externalName: odd.shop.svc'), 'shop/web -> service:shop/alias:80', REFUSED],
  ['behind an Ingress', UNSOUND + ingress('shop.example.com', 'odd'), 'internet -> http://shop.example.com/', REFUSED],
  ['another name of it behind an Ingress', UNSOUND + service('alias', 'type: ExternalName, externalName: odd.shop.svc, ports: [{ port: 80 }]') + ingress('shop.example.com', 'alias'), 'internet -> http://shop.example.com/', REFUSED],
  ['behind a Gateway', UNSOUND + gateway(HTTP) + route('r', '', to('odd')), 'internet -> http://shop.example.com/', 'HTTPRoute shop/r takes it (/*), and Service shop/odd would be refused as it is'],
  ['a workload that it may lead to', UNSOUND + ingress('shop.example.com', 'odd'), 'internet -> shop/api:8080', REFUSED],
  ['a load balancer', service('odd', 'type: LoadBalancer, selector: { app: api }, ports: [{ port: 70000 }]'), 'internet -> shop/api:8080', REFUSED],
  ['a Gateway', gateway('{ name: http, port: 70000, protocol: HTTP }') + route('r', '', to('web')), 'internet -> shop/web:8080', 'Gateway shop/public would be refused as it is, and where it leads once it is mended is not known'],
  ['a Gateway, for a URL', gateway('{ name: http, port: 70000, protocol: HTTP }') + route('r', '', to('web')), 'internet -> http://shop.example.com/', 'Gateway shop/public would be refused as it is, and where it leads once it is mended is not known'],
  ['an Ingress', ingress('a.example.com', 'web').replace('Prefix', 'Prefiks'), 'internet -> http://a.example.com/', 'Ingress shop/a-web would be refused as it is, and where it leads once it is mended is not known'],
  ['an Ingress in front of a workload', ingress('a.example.com', 'web').replace('Prefix', 'Prefiks'), 'internet -> shop/web:8080', 'Ingress shop/a-web would be refused as it is, and where it leads once it is mended is not known'],
  ['a Route of OpenShift', '\napiVersion: route.openshift.io/v1\nkind: Route\nmetadata: { name: r, namespace: shop }\nspec: { host: a.example.com, to: { kind: Service, name: web } }\n---', 'internet -> shop/web:8080',
    'Route shop/r leads there, and what the router of OpenShift lets through is not modelled'],
])('not accepted or not modelled, and so not known: %s', (_, documents, flow, because) => {
  expect(said(ask(documents, flow))).toBe(`undetermined: ${because}`);
});

test('what cannot be followed takes nothing from other workloads, other hosts and other ways', () => {
  const odd = UNSOUND + ingress('a.example.com', 'odd');
  expect(ask(odd, 'internet -> shop/web:8080').outcome).toBe('denied');
  expect(ask(service('odd', 'type: LoadBalancer, selector: { app: api }, ports: [{ port: 70000 }]'), 'internet -> shop/web:8080').outcome).toBe('denied');
  expect(ask(UNSOUND, 'internet -> shop/api:8080').outcome).toBe('denied');
  const ingresses = ingress('a.example.com', 'web').replace('Prefix', 'Prefiks');
  expect(ask(ingresses, 'internet -> http://b.example.com/').outcome).toBe('denied');
  expect(ask(ingresses, 'internet -> shop/api:8080').outcome).toBe('denied');
  expect(ask(ingresses + ingress('a.example.com', 'api'), 'internet -> shop/api:8080').outcome).toBe('allowed');
  expect(ask(odd + ingress('b.example.com', 'api'), 'internet -> shop/api:8080').outcome).toBe('allowed');
});

test('behind a way in stands nobody, or somebody outside of the documents', () => {
  const nobody = service('lost', 'selector: { app: nobody }, ports: [{ port: 80 }]') + ingress('shop.example.com', 'lost');
  expect(said(ask(nobody, 'internet -> http://shop.example.com/'))).toBe('denied: no pods have the labels that it selects');
  expect(said(ask(nobody, 'internet -> http://shop.example.com/', { open: true }))).toBe('undetermined: the pods behind it are not among the documents');
  expect(said(ask(nobody, 'shop/web -> service:shop/lost:80'))).toBe('denied: no pods have the labels that it selects');
  expect(said(ask(nobody, 'shop/web -> service:shop/lost:80', { open: true }))).toBe('undetermined: the pods behind it are not among the documents');
  expect(said(ask(ingress('shop.example.com', 'gone'), 'internet -> http://shop.example.com/', { open: true }))).toBe('undetermined: Service shop/gone is not among the documents');
  const circle = service('a', 'type: ExternalName, externalName: a.shop.svc, ports: [{ port: 80 }]') + ingress('shop.example.com', 'a');
  expect(said(ask(circle, 'internet -> http://shop.example.com/'))).toBe('denied: these names lead to each other: shop/a, shop/a');
  expect(ask(service('out', 'type: ExternalName, externalName: api.example.com') + ingress('shop.example.com', 'out'), 'internet -> http://shop.example.com/').ways[0]).toMatchObject({ to: 'api.example.com', port: 'TCP 80', outcome: 'allowed' });
});

test('exposure: nobody is not exposed, somebody who is not known is, with the reason', () => {
  const lost = service('lost', 'type: LoadBalancer, selector: { app: nobody }, ports: [{ port: 80 }]');
  expect(exposed(lost + service('gone', 'selector: { app: nobody }, ports: [{ port: 80 }]') + ingress('shop.example.com', 'gone'))).toEqual([]);
  expect(exposed(UNSOUND + ingress('shop.example.com', 'odd'))).toEqual([`Ingress shop/shop-odd > Service shop/odd: undetermined, ${REFUSED}`]);
  expect(exposed(service('out', 'type: ExternalName, externalName: api.example.com') + ingress('shop.example.com', 'out'))).toEqual(['Ingress shop/shop-out > Service shop/out: undetermined, it leads to api.example.com, and who that is is not in the documents']);
  expect(exposed('\napiVersion: route.openshift.io/v1\nkind: Route\nmetadata: { name: r, namespace: shop }\nspec: { to: { kind: Service, name: web } }\n---')).toEqual([
    'Route shop/r > shop/web[Deployment]: undetermined, Route shop/r leads there, and what the router of OpenShift lets through is not modelled',
  ]);
});

test('a share that nobody takes is told for a URL, and does not hide who gets the others', () => {
  const split = service('lost', 'selector: { app: nobody }, ports: [{ port: 80 }]') + gateway(HTTP) + route('r', '', '{ backendRefs: [{ name: web, port: 80, weight: 9 }, { name: lost, port: 80 }] }');
  expect(said(ask(split, 'internet -> http://shop.example.com/'))).toBe('denied: 10 % of the requests: no pods have the labels that it selects');
  expect(ask(split, 'internet -> shop/web:8080').outcome).toBe('allowed');
});

test('two listeners of one port: each answers for its own names', () => {
  const both = ENVOY + gateway('{ name: a, port: 80, protocol: HTTP, hostname: a.example.com }', '{ name: b, port: 80, protocol: HTTP, hostname: b.example.com }')
    + route('ra', 'sectionName: a', to('web')) + route('rb', 'sectionName: b', to('api'));
  for (const [name, host] of [['web', 'a'], ['api', 'b']] as const) {
    const { outcome, ways } = ask(both, `internet -> shop/${name}:8080`);
    expect([outcome, ways.map(({ hops }) => hops[0]!.at)]).toEqual(['allowed', [`Gateway shop/public, listener ${host}, /*`]]);
  }
  expect(ask(both, 'internet -> http://b.example.com/').ways.map(({ to: target }) => target)).toEqual(['shop/api[Deployment]']);
});

test('a name that a listener of its own has is not for the routes of a wider one', () => {
  const narrow = ENVOY + gateway('{ name: wide, port: 80, protocol: HTTP, hostname: "*.example.com" }', '{ name: own, port: 80, protocol: HTTP, hostname: a.example.com }')
    + route('ra', 'sectionName: wide', to('web')).replace('rules:', 'hostnames: [a.example.com], rules:') + route('rb', 'sectionName: own', to('api'));
  expect(ask(narrow, 'internet -> shop/web:8080').outcome).toBe('denied');
  expect(ask(narrow, 'internet -> shop/web:8080').because).not.toBe('nothing restricts it');
  expect(ask(narrow, 'internet -> shop/api:8080').outcome).toBe('allowed');
});

test('a match that another rule has already gets nothing; one of which only the sample is taken is not denied', () => {
  const twice = ENVOY + gateway(HTTP) + route('first', 'hostnames: [shop.example.com]', to('web', 'path: { type: PathPrefix, value: /a }')) + route('second', 'hostnames: [shop.example.com]', to('api', 'path: { type: PathPrefix, value: /a }'));
  const aged = twice.replace('{ name: first,', '{ name: first, creationTimestamp: "2020-01-01T00:00:00Z",').replace('{ name: second,', '{ name: second, creationTimestamp: "2021-01-01T00:00:00Z",');
  expect(said(ask(aged, 'internet -> shop/api:8080'))).toBe('denied: HTTPRoute shop/first takes the same requests, and goes first');
  expect(ask(aged, 'internet -> shop/web:8080').outcome).toBe('allowed');
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'].map((method) => to('web', `path: { type: PathPrefix, value: / }, method: ${method}`));
  const rest = ENVOY + gateway(HTTP) + route('r', 'hostnames: [shop.example.com]', [...methods, to('api')].join(', '));
  expect(said(ask(rest, 'internet -> shop/api:8080'))).toBe('undetermined: HTTPRoute shop/r takes GET shop.example.com/ in its place, and whether other requests get to HTTPRoute shop/r is not known');
  expect(ask(rest, 'internet -> shop/api:8080 OPTIONS /').outcome).toBe('allowed');
  expect(ask(rest, 'internet -> shop/api:8080 GET /').outcome).toBe('denied');
});

describe('proxies', () => {
  const proxy = (name: string, labels: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: proxies }
spec: { selector: { matchLabels: { app: ${name} } }, template: { metadata: { labels: { app: ${name}, ${labels} } }, spec: { containers: [{ name: c, image: "registry.example.com/p:1" }] } } }
---`;
  const from = (...names: string[]): string => policy('web', `podSelector: { matchLabels: { app: web } }, ingress: [{ from: [${names.map((name) => `{ namespaceSelector: {}, podSelector: { matchLabels: { app: ${name} } } }`).join(', ')}] }]`);
  const of = 'gateway.envoyproxy.io/owning-gateway-name: public, gateway.envoyproxy.io/owning-gateway-namespace: shop, app.kubernetes.io/name: envoy, app.kubernetes.io/component: proxy, app.kubernetes.io/managed-by: envoy-gateway';
  const NAMESPACE = '\napiVersion: v1\nkind: Namespace\nmetadata: { name: proxies }\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: envoy-gateway, namespace: proxies }\nspec: { selector: { matchLabels: { control-plane: envoy-gateway } }, template: { metadata: { labels: { control-plane: envoy-gateway } }, spec: { containers: [{ name: c, image: "registry.example.com/g:1" }] } } }\n---';
  const behind = ENVOY + NAMESPACE + gateway(HTTP) + route('r', 'hostnames: [shop.example.com]', to('web')) + proxy('one', of) + proxy('two', of);

  test.each<[string, string, string]>([['all are let in', from('one', 'two'), 'allowed'], ['one of them is held', from('one'), 'denied'], ['the other is held', from('two'), 'denied'], ['nobody is let in', from('nobody'), 'denied']])('of one gateway: %s', (_, held, outcome) => {
    expect([ask(behind + held, 'internet -> http://shop.example.com/').outcome, ask(behind + held, 'internet -> shop/web:8080').outcome]).toEqual([outcome, outcome]);
  });

  const controllers = proxy('nginx', 'app.kubernetes.io/name: ingress-nginx') + proxy('traefik', 'app.kubernetes.io/name: traefik');
  test.each<[string, string, string]>([
    ['by the name of the class', ingress('shop.example.com', 'web', 'ingressClassName: nginx, '), 'allowed'], ['of another class', ingress('shop.example.com', 'web', 'ingressClassName: traefik-internal, '), 'denied'],
    ['by the controller of the class', `${ingress('shop.example.com', 'web', 'ingressClassName: own, ')}\napiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: { name: own }\nspec: { controller: k8s.io/ingress-nginx }\n---`, 'allowed'],
    ['by nothing', ingress('shop.example.com', 'web'), 'undetermined'],
  ])('two controllers of Ingresses, told apart %s', (_, documents, outcome) => {
    expect(ask(controllers + documents + from('nginx'), 'internet -> http://shop.example.com/').outcome).toBe(outcome);
    expect(ask(controllers + documents + from('nginx', 'traefik'), 'internet -> http://shop.example.com/').outcome).toBe(outcome === 'undetermined' ? outcome : 'allowed');
  });

  const istio = '\napiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: { name: gw, namespace: shop }\nspec: { selector: { istio: ingressgateway }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"] }] }\n---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: v, namespace: shop }\nspec: { hosts: [shop.example.com], gateways: [gw], http: [{ route: [{ destination: { host: web, port: { number: 80 } } }] }] }\n---';
  const traefik = '\napiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: { name: ir, namespace: shop }\nspec: { entryPoints: [web], routes: [{ kind: Rule, match: "Host(`shop.example.com`)", services: [{ name: web, port: 80 }] }] }\n---';
  test.each<[string, string, string]>([['Istio', istio, 'istio: ingressgateway'], ['Traefik', traefik, 'app.kubernetes.io/name: traefik']])('of %s: those of the documents, otherwise somebody whom nobody knows', (_, documents, labels) => {
    const outcomes = (more: string): string[] => [from('one'), from('other'), policy('web', 'podSelector: { matchLabels: { app: web } }, ingress: [{}]')].map((held) => ask(documents + more + held, 'internet -> http://shop.example.com/').outcome);
    expect(outcomes(proxy('one', labels))).toEqual(['allowed', 'denied', 'allowed']);
    expect(outcomes(proxy('one', 'x: y'))).toEqual(['undetermined', 'undetermined', 'allowed']);
    expect(outcomes(proxy('one', labels) + proxy('other', labels))).toEqual(['denied', 'denied', 'allowed']);
  });

  test('one controller is meant by every Ingress; without one it is somebody without labels', () => {
    const one = proxy('nginx', 'app.kubernetes.io/name: ingress-nginx') + ingress('shop.example.com', 'web');
    expect([ask(one + from('nginx'), 'internet -> http://shop.example.com/').outcome, ask(one + from('traefik'), 'internet -> http://shop.example.com/').outcome]).toEqual(['allowed', 'denied']);
    expect(ask(ingress('shop.example.com', 'web') + from('nginx'), 'internet -> http://shop.example.com/').outcome).toBe('denied');
  });
});

test('another name of a port that two protocols have: each leads to its own', () => {
  const dns = service('dns', 'selector: { app: web }, ports: [{ name: dns-tcp, port: 53, targetPort: 5301 }, { name: dns, protocol: UDP, port: 53, targetPort: 5302 }]') + service('names', 'type: ExternalName, externalName: dns.shop.svc, ports: [{ name: udp, protocol: UDP, port: 53 }, { name: tcp, port: 53 }]');
  const port = (flow: string): string => ask(dns, flow).ways[0]!.port;
  expect([port('shop/api -> service:shop/names:53'), port('shop/api -> service:shop/names:53/udp')]).toEqual(['TCP 5301', 'UDP 5302']);
  const published = dns.replace('name: dns, protocol: UDP', 'name: dns, protocol: SCTP').replace('protocol: UDP, port: 53 }, { name: tcp', 'protocol: SCTP, port: 53 }, { name: tcp') + ingress('shop.example.com', 'names').replace('number: 80', 'number: 53');
  expect(ask(published, 'internet -> http://shop.example.com/').ways[0]!.port).toBe('TCP 5301');
});

test('a route of UDP leads to the port of UDP', () => {
  const udp = service('dns', 'selector: { app: web }, ports: [{ name: dns-tcp, port: 53, targetPort: 5301 }, { name: dns, protocol: UDP, port: 53, targetPort: 5302 }]') + gateway('{ name: dns, port: 53, protocol: UDP }')
    + '\napiVersion: gateway.networking.k8s.io/v1alpha2\nkind: UDPRoute\nmetadata: { name: dns, namespace: shop }\nspec: { parentRefs: [{ name: public }], rules: [{ backendRefs: [{ name: dns, port: 53 }] }] }\n---';
  expect([ask(udp, 'internet -> shop/web:5302/udp', EXPERIMENTAL).outcome, ask(udp, 'internet -> shop/web:5301', EXPERIMENTAL).outcome]).toEqual(['allowed', 'denied']);
  const admitted = udp + policy('web', 'podSelector: { matchLabels: { app: web } }, ingress: [{ ports: [{ port: 5302, protocol: UDP }] }]');
  expect([ask(admitted, 'internet -> shop/web:5302/udp', EXPERIMENTAL).outcome, exposed(admitted, EXPERIMENTAL)]).toEqual(['allowed', ['Gateway shop/public, listener dns > shop/web[Deployment]: allowed']]);
  expect(ask(admitted.replace('protocol: UDP }] }]', 'protocol: TCP }] }]'), 'internet -> shop/web:5302/udp', EXPERIMENTAL).outcome).toBe('denied');
  expect(ask(udp, 'internet -> shop/web:5302/udp').because).toBe('UDPRoute shop/dns would be refused as it is, and where it leads once it is mended is not known');
});

test('of several sources each is told once, and what is not known is not called denied', () => {
  const office = policy('api', 'podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }, { from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }]');
  expect(said(ask(office + workload('job'), 'shop/* -> shop/api:80'))).toBe('undetermined: it is allowed for shop/web[Deployment], shop/api[Deployment] and not known for shop/job[Deployment]: NetworkPolicy shop/api (ingress rule 2): whether the addresses of pods count as part of 10.0.0.0/8 differs by CNI');
  expect(said(ask(office.replace(/, { from: \[{ ipBlock.*?}\] }/, '') + workload('job'), 'shop/* -> shop/api:80'))).toBe('undetermined: it is allowed for shop/web[Deployment], shop/api[Deployment] and not for shop/job[Deployment]');
});

describe('a Service, from the internet', () => {
  const balanced = service('web', 'type: LoadBalancer, externalTrafficPolicy: Local, selector: { app: web }, ports: [{ name: https, port: 443, targetPort: 8080 }, { name: dns, protocol: UDP, port: 443, targetPort: 5353 }]').replace('name: web', 'name: edge');
  test.each<[string, string, string, string]>([
    ['without an address outside', '', 'web:80', 'denied: it is no Service of type LoadBalancer or NodePort, and no gateway and no Ingress leads to TCP 80 of it'],
    ['behind an Ingress', ingress('shop.example.com', 'web'), 'web:80', 'allowed'],
    ['beside what an Ingress leads to', ingress('shop.example.com', 'web'), 'api:80', 'denied: it is no Service'],
    ['of a load balancer', balanced, 'edge:443', 'allowed'],
    ['of a load balancer, of the other protocol', `${balanced}${policy('web', 'podSelector: { matchLabels: { app: web } }, ingress: [{ ports: [{ port: 8080 }] }]')}`, 'edge:443/udp', 'denied: NetworkPolicy shop/web selects'],
    ['of a load balancer, by the port of its protocol', `${balanced}${policy('web', 'podSelector: { matchLabels: { app: web } }, ingress: [{ ports: [{ port: 8080 }] }]')}`, 'edge:443', 'allowed'],
    ['that selects nobody', service('lost', 'type: LoadBalancer, selector: { app: nobody }, ports: [{ port: 80 }]'), 'lost:80', 'denied: no pods have the labels that it selects'],
    ['another name, which nobody outside knows', service('alias', 'type: ExternalName, externalName: web.shop.svc, ports: [{ port: 80 }]'), 'alias:80', 'denied: it is no Service of type LoadBalancer'],
    ['behind an Ingress that would be refused', ingress('shop.example.com', 'web').replace('Prefix', 'Prefiks'), 'web:80', 'undetermined: Ingress shop/shop-web would be refused'],
    ['of addresses that are none of the documents', `${service('legacy', 'type: LoadBalancer, ports: [{ port: 80 }]')}\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: { name: legacy-1, namespace: shop, labels: { kubernetes.io/service-name: legacy } }\naddressType: IPv4\nendpoints: [{ addresses: [198.51.100.7] }]\nports: [{ port: 8081 }]\n---`,
      'legacy:80', 'undetermined: it leads to TCP 8081 of 198.51.100.7, which is none of the documents'],
  ])('%s', (_, documents, asked, begin) => {
    expect(said(ask(documents, `internet -> service:shop/${asked}`)).slice(0, begin.length)).toBe(begin);
  });
});

describe('a gateway, from a pod', () => {
  const behind = gateway(HTTP) + route('r', 'hostnames: [shop.example.com]', to('web'));
  const egress = (rules: string): string => policy('api', `podSelector: { matchLabels: { app: api } }, policyTypes: [Egress], egress: [${rules}]`);
  const DNS = '{ to: [{ namespaceSelector: {}, podSelector: { matchLabels: { k8s-app: kube-dns } } }], ports: [{ port: 53, protocol: UDP }] }';
  const FLOW = 'shop/api -> http://shop.example.com/';
  const asked = (rules: string, more = behind): string => said(ask(more + egress(rules), FLOW));

  test('passes its own policies first', () => {
    expect(ask(behind, FLOW).outcome).toBe('allowed');
    expect(asked('')).toBe('denied: the name cannot be asked for: NetworkPolicy shop/api selects shop/api[Deployment], and no egress rule admits kube-system/kube-dns on UDP 53');
    expect(asked(DNS)).toBe('denied: NetworkPolicy shop/api selects shop/api[Deployment], and no egress rule admits shop.example.com on TCP 80');
    expect(asked(`${DNS}, { ports: [{ port: 80 }] }`)).toMatch(/^allowed/);
    expect(asked(`${DNS}, { ports: [{ port: 443 }] }`)).toMatch(/^denied/);
    expect(ask(behind + policy('web', 'podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress]'), FLOW).outcome).toBe('denied');
    expect(ask(behind + egress(DNS), FLOW).ways[0]!.flow).toMatchObject({ port: 80, to: { is: 'name', host: 'shop.example.com' } });
  });

  test('a URL that no gateway takes may be that of somebody outside, unless the pod is held', () => {
    const other = 'shop/api -> https://pay.example.com/';
    expect(said(ask(behind, other))).toBe('undetermined: no gateway and no Ingress listens for pay.example.com on port 443; if it is outside, ask for fqdn:pay.example.com:443');
    expect(said(ask(behind + egress(DNS), other))).toBe('denied: NetworkPolicy shop/api selects shop/api[Deployment], and no egress rule admits pay.example.com on TCP 443');
    expect(said(ask(behind, 'internet -> https://pay.example.com/'))).toBe('denied: no gateway and no Ingress listens for pay.example.com on port 443');
  });

  test('proxies that alone are let out to: whether they are met is not known', () => {
    const known = ENVOY + '\napiVersion: v1\nkind: Namespace\nmetadata: { name: envoy-gateway-system }\n---' + behind;
    const proxies = (port: number): string => `${DNS}, { to: [{ namespaceSelector: {}, podSelector: { matchLabels: { gateway.envoyproxy.io/owning-gateway-name: public } } }], ports: [{ port: ${port} }] }`;
    expect(asked(proxies(10080), known)).toBe('undetermined: whether calls for shop.example.com leave the cluster, or go straight to the proxies of the gateway, is not in the documents, and policies answer differently for the two');
    expect(asked(proxies(80), known)).toMatch(/^denied: NetworkPolicy shop\/api selects/);
    expect(asked(`${DNS}, { ports: [{ port: 80 }, { port: 10080 }] }`, known)).toMatch(/^allowed/);
    expect(asked(`${DNS}, { ports: [{ port: 80 }] }`, known)).toMatch(/^undetermined: whether calls for/);
    // Above 1023 they listen on the port itself.
    const high = (port: number): string => said(ask(known.replace('port: 80, protocol', `port: ${port}, protocol`) + egress(`${DNS}, { ports: [{ port: ${port} }] }`), `shop/api -> http://shop.example.com:${port}/`));
    expect([high(1023), high(1024), high(8080)].map((one) => one.slice(0, one.indexOf(':')))).toEqual(['undetermined', 'allowed', 'allowed']);
  });
});

test.each(['internet -> cidr:10.0.0.0/8:80', 'cidr:10.0.0.0/8 -> fqdn:api.example.com:443', 'node -> kube-apiserver:443', 'internet -> internet:80'])('%s: neither end is of the documents', (flow) => {
  expect(said(ask('', flow))).toBe('undetermined: neither end is a workload of the documents, so that nothing in them decides it');
});

test.each<[string, string, string]>([
  ['external addresses', 'externalIPs: [198.51.100.1], ', 'undetermined: who routes its externalIPs is not in the documents'],
  ['no address', '', 'denied: no Service of type LoadBalancer or NodePort'],
  ['ports of nodes', 'type: NodePort, ', 'undetermined: it listens on every node'],
  ['a load balancer for private addresses', 'type: LoadBalancer, loadBalancerSourceRanges: [" 10.0.0.0/8 "], ', 'denied: loadBalancerSourceRanges does not have these addresses'],
  ['a load balancer for everybody', 'type: LoadBalancer, loadBalancerSourceRanges: [0.0.0.0/0], ', 'allowed: publishes port 443 to everybody'],
])('a Service with %s', (_, spec, begin) => {
  const edge = service('edge', `${spec}selector: { app: web }, ports: [{ port: 443, targetPort: 8080 }]`);
  expect(said(ask(edge, 'internet -> shop/web:8080')).slice(0, begin.length)).toBe(begin);
  expect(said(ask(edge.replace('name: edge', 'name: edge, annotations: { networking.gke.io/load-balancer-type: Internal }'), 'internet -> shop/web:8080')).slice(0, 30)).toBe(
    spec.includes('type: LoadBalancer') ? 'denied: its load balancer has ' : begin.slice(0, 30),
  );
});

test('copies of requests lead nowhere that answers', () => {
  const mirror = gateway(HTTP) + route('r', '', '{ filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: api, port: 80 } } }], backendRefs: [{ name: web, port: 80 }] }');
  expect([ask(mirror, 'internet -> shop/web:8080').outcome, ask(mirror, 'internet -> shop/api:8080').outcome]).toEqual(['allowed', 'denied']);
  expect(exposed(mirror)).toEqual(['Gateway shop/public, listener http > shop/web[Deployment]: allowed']);
});

test.each<[string, string]>([
  ['service:shop/api -> shop/web:80', 'calls nobody'], ['fqdn:a.example.com -> shop/web:80', 'calls nobody'], ['http://a.example.com/ -> shop/web:80', 'calls nobody'],
  ['shop/web -> service:shop/api', 'No port of Service shop/api is asked for'], ['internet -> service:shop/api', 'No port of Service shop/api is asked for'], ['shop/web -> service:shop/api:81', 'Service shop/api has no port 81 (TCP)'],
  ['internet -> service:shop/api:81', 'Service shop/api has no port 81 (TCP)'], ['shop/web -> service:shop/api:80/udp', 'Service shop/api has no port 80/udp (UDP)'], ['internet -> cidr:10.0.0.0/8', 'No port is asked for'],
])('%s is one sentence', (flow, sentence) => {
  expect(() => ask('', flow)).toThrow(sentence);
});

test('a port beside a URL is one too many', () => {
  expect(() => system('').evaluate({ from: 'internet', to: 'http://shop.example.com/', port: 81 })).toThrow('The port 81 is given beside a URL');
});

test('a Service that is refused is not known at any port; ports that nobody has are no port', () => {
  expect(said(ask(service('odd', 'selector: { app: api }'), 'shop/web -> service:shop/odd:81'))).toBe(`undetermined: ${REFUSED}`);
  const big = workload('big', ', ports: [{ name: big, containerPort: 70000 }, { name: http, containerPort: 8080 }, { name: dns, protocol: UDP, containerPort: 53 }]');
  expect(() => ask(big, 'shop/web -> shop/big:big')).toThrow(/^shop\/big\[Deployment\] has no TCP port named "big" .*: give a number, or one of http\.$/);
  expect(ask(big, 'shop/web -> shop/big:http').ways[0]!.port).toBe('TCP 8080');
  expect(ask(big, 'shop/web -> shop/big:dns/udp').ways[0]!.port).toBe('UDP 53');
});

test('to the whole line what is asked for, with its port', () => {
  expect(ask('', 'shop/web -> shop/api:8080').to).toBe('shop/api[Deployment]:8080');
  expect(ask(ingress('shop.example.com', 'web'), 'internet -> http://shop.example.com/').to).toBe('http://shop.example.com/');
});

test('exposure: a token that is missing is an answer, and of several clusters each is named', () => {
  const secured = ENVOY + gateway(HTTP) + route('r', '', to('web')) + `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: SecurityPolicy
metadata: { name: tokens, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: r }]
  jwt: { providers: [{ name: id, issuer: "https://id.example.com", remoteJWKS: { uri: "https://id.example.com/jwks" } }] }
---`;
  const all = system(secured + policy('api', 'podSelector: { matchLabels: { app: api } }, policyTypes: [Ingress]') + ingress('api.example.com', 'api')).exposure('internet');
  expect(all).toMatchObject({ exposures: [{ to: 'shop/web[Deployment]', verdict: 'denied', answer: 401 }], held: 1 });
  expect(all.exposures[0]).not.toHaveProperty('cluster');
  const parsed = parseText(BASE + ingress('shop.example.com', 'web'), 'shop.yaml').documents;
  expect(analyze(['beijing', 'shanghai'].flatMap((cluster) => parsed.map((document) => ({ ...document, cluster })))).exposure('internet').exposures.map(({ cluster }) => cluster)).toEqual(['beijing', 'shanghai']);
  expect(system(secured).exposure('shop/web').exposures.map(({ from }) => from)).not.toContain('internet');
});

test('exposure: what is forbidden is an answer, and a load balancer for some that policies hold is held', () => {
  const forbidden = ENVOY + gateway(HTTP) + route('r', '', to('web')) + `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: SecurityPolicy
metadata: { name: nobody, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: r }]
  authorization: { defaultAction: Deny }
---`;
  expect(system(forbidden).exposure('internet')).toMatchObject({ exposures: [{ to: 'shop/web[Deployment]', verdict: 'denied', answer: 403 }], held: 0 });
  const some = service('some', 'type: LoadBalancer, externalTrafficPolicy: Local, loadBalancerSourceRanges: [203.0.113.0/24], selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }]');
  const closed = policy('web', 'podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress]');
  expect([system(some + closed).exposure('internet').held, system(some.replace('203.0.113.0', '10.0.0.0') + closed).exposure('internet').held]).toEqual([1, 0]);
});

test('exposure: who is outside of the documents is named as far as anything names him', () => {
  const slice = '\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: { name: legacy-1, namespace: shop, labels: { kubernetes.io/service-name: legacy } }\naddressType: IPv4\nendpoints: [{ addresses: [198.51.100.7, 198.51.100.8, 198.51.100.9, 198.51.100.10] }]\nports: [{ port: 8081 }]\n---';
  expect(exposed(service('legacy', 'type: LoadBalancer, ports: [{ port: 80 }]') + slice)).toEqual(['Service shop/legacy (LoadBalancer) > Service shop/legacy: undetermined, it leads to 198.51.100.7, 198.51.100.8 and 2 more, and who that is is not in the documents']);
  expect(exposed(ingress('shop.example.com', 'gone'), { open: true })).toEqual(['Ingress shop/shop-gone > Service shop/gone: undetermined, Service shop/gone is not among the documents']);
});

test('exposure asks each way in by itself', () => {
  const lb = (name: string, more: string): string => service(name, `type: LoadBalancer, ${more}selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }]`);
  expect(exposed(lb('open', '') + lb('office', 'loadBalancerSourceRanges: [10.0.0.0/8], ') + lb('some', 'loadBalancerSourceRanges: [203.0.113.0/24], '))).toEqual([
    'Service shop/open (LoadBalancer) > shop/web[Deployment]: allowed',
    'Service shop/some (LoadBalancer) > shop/web[Deployment]: undetermined, it is allowed for 203.0.113.0-203.0.113.255 and not for 1.0.0.0-9.255.255.255, 11.0.0.0-100.63.255.255, 203.0.114.0-223.255.255.255',
  ]);
});

test('a Service is called by pods through DNS, by addresses directly, and says that it is headless only where that matters', () => {
  const steps = (documents: string, flow: string): string[] => ask(documents, flow).ways[0]!.hops.filter(({ layer }) => layer !== 'cni').map(({ layer, because }) => `${layer}: ${because}`);
  expect(steps('', 'cidr:10.0.0.5 -> service:shop/api:80')).toEqual(['service: leads to TCP 8080 of shop/api[Deployment]']);
  expect(steps('', 'shop/web -> service:shop/api:80')).toEqual(['dns: DNS answers: no policy of the CNI restricts egress of shop/web[Deployment]', 'service: leads to TCP 8080 of shop/api[Deployment]']);
  const headless = (targetPort: number): string => service('pods', `clusterIP: None, selector: { app: api }, ports: [{ port: 80, targetPort: ${targetPort} }]`);
  expect(steps(headless(80), 'cidr:10.0.0.5 -> service:shop/pods:80')).toEqual(['service: leads to TCP 80 of shop/api[Deployment]']);
  expect(steps(headless(8080), 'cidr:10.0.0.5 -> service:shop/pods:80')).toEqual(['service: leads to TCP 80 of shop/api[Deployment], because it is headless: its targetPort 8080 is not asked']);
  const ownNetwork = workload('host').replace('spec: { containers', 'spec: { dnsPolicy: None, dnsConfig: { nameservers: [10.0.0.1] }, containers');
  expect(steps(ownNetwork, 'shop/host -> service:shop/api:80')).toEqual(['service: leads to TCP 8080 of shop/api[Deployment]']);
});
