// Questions through Services: named ports, names that stand for others, slices, what is published outside, and the DNS that callers ask first.
import { parseText } from '../../../src/analysis';
import { analyze } from '../../../src/analysis/reach/analyze';
import type { Answer } from '../../../src/analysis/reach/answer';
import { workload } from './documents';

const service = (name: string, spec: string, metadata = ''): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop${metadata} }
spec: { ${spec} }
---`;
const policy = (name: string, spec: string): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: { ${spec} }
---`;

const BASE = workload('web') + workload('api', ', ports: [{ name: http, containerPort: 8080 }]');

function ask(documents: string, flow: string): Answer {
  const { documents: parsed, findings } = parseText(BASE + documents, 'shop.yaml');
  expect(findings).toEqual([]);
  return analyze(parsed).evaluate(flow);
}

const said = ({ outcome, because }: Answer): string => `${outcome}: ${because}`;

test.each([
  ['a port by its name', service('orders', 'selector: { app: api }, ports: [{ port: 80, targetPort: http }]'), 'shop/web -> service:shop/orders:80', 'allowed', 'shop/api[Deployment]', 'TCP 8080'],
  ['a Service that a peer names', service('orders', 'selector: { app: api }, ports: [{ port: 80, targetPort: 8080 }]'), 'shop/web -> shop/orders:80', 'allowed', 'shop/api[Deployment]', 'TCP 8080'],
  [
    'a name that stands for a Service', service('orders', 'selector: { app: api }, ports: [{ port: 80, targetPort: 8080 }]') + service('old', 'type: ExternalName, externalName: orders.shop.svc.cluster.local, ports: [{ port: 80 }]'),
    'shop/web -> service:shop/old:80', 'allowed', 'shop/api[Deployment]', 'TCP 8080',
  ],
  ['a name outside', service('old', 'type: ExternalName, externalName: db.example.com, ports: [{ port: 5432 }]'), 'shop/web -> service:shop/old:5432', 'allowed', 'db.example.com', 'TCP 5432'],
  [
    'addresses of slices', `${service('legacy', 'ports: [{ port: 80 }]')}
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: legacy-1, namespace: shop, labels: { kubernetes.io/service-name: legacy } }
addressType: IPv4
endpoints: [{ addresses: [198.51.100.7] }]
ports: [{ port: 8081 }]
---`, 'shop/web -> service:shop/legacy:80', 'allowed', '198.51.100.7', 'TCP 8081',
  ],
  ['a headless Service, which leads to the port that is called', service('orders', 'clusterIP: None, selector: { app: api }, ports: [{ port: 80, targetPort: 8080 }]'), 'shop/web -> service:shop/orders:80', 'allowed', 'shop/api[Deployment]', 'TCP 80'],
  ['the same by the name of its port, which DNS answers with the port of the pods', service('orders', 'clusterIP: None, selector: { app: api }, ports: [{ name: web, port: 80, targetPort: 8080 }]'), 'shop/web -> service:shop/orders:web', 'allowed', 'shop/api[Deployment]', 'TCP 8080'],
])('%s', (_, documents, flow, outcome, to, port) => {
  const answer = ask(documents, flow);
  expect([answer.outcome, answer.ways[0]!.to, answer.ways[0]!.port]).toEqual([outcome, to, port]);
});

test.each([
  ['names that lead in a circle', service('a', 'type: ExternalName, externalName: b.shop.svc, ports: [{ port: 80 }]') + service('b', 'type: ExternalName, externalName: a.shop.svc.cluster.local, ports: [{ port: 80 }]'),
    'shop/web -> service:shop/a:80', 'denied: these names lead to each other: shop/a, shop/b, shop/a'],
  ['a Service that selects nobody', service('orders', 'selector: { app: nobody }, ports: [{ port: 80 }]'), 'shop/web -> service:shop/orders:80', 'denied: no pods have the labels that it selects'],
  ['a name of a port that the pods do not have', service('orders', 'selector: { app: api }, ports: [{ port: 80, targetPort: grpc }]'), 'shop/web -> service:shop/orders:80', 'denied: the pods that it selects name no port grpc'],
  ['a policy on the port of the Service', service('orders', 'selector: { app: api }, ports: [{ port: 80, targetPort: 8080 }]') + policy('api', 'podSelector: { matchLabels: { app: api } }, ingress: [{ ports: [{ port: 80 }] }]'),
    'shop/web -> service:shop/orders:80', 'denied: NetworkPolicy shop/api selects shop/api[Deployment], and no ingress rule admits shop/web[Deployment] on TCP 8080'],
  ['a policy that forgets DNS', service('orders', 'selector: { app: api }, ports: [{ port: 80, targetPort: 8080 }]') + policy('web', 'podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: api } } }] }]'),
    'shop/web -> service:shop/orders:80', 'denied: the name cannot be asked for: NetworkPolicy shop/web selects shop/web[Deployment], and no egress rule admits kube-system/kube-dns on UDP 53'],
  ['the internet, with nothing published', service('orders', 'selector: { app: api }, ports: [{ port: 80, targetPort: 8080 }]'), 'internet -> shop/api:8080',
    'denied: no Service of type LoadBalancer or NodePort, no gateway and no Ingress leads to TCP 8080 of it'],
  ['a load balancer inside of its cloud', service('orders', 'type: LoadBalancer, selector: { app: api }, ports: [{ port: 443, targetPort: 8080 }]', ', annotations: { networking.gke.io/load-balancer-type: Internal }'), 'internet -> shop/api:8080',
    'denied: its load balancer has an address inside of the cloud network only'],
  ['ports of nodes', service('orders', 'type: NodePort, selector: { app: api }, ports: [{ port: 443, targetPort: 8080 }]'), 'internet -> shop/api:8080',
    'undetermined: it listens on every node, and whether nodes have public addresses is not in the documents'],
  ['a source that nodes may replace', service('orders', 'type: LoadBalancer, selector: { app: api }, ports: [{ port: 443, targetPort: 8080 }]')
    + policy('api', 'podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }]'), 'internet -> shop/api:8080',
  'undetermined: with externalTrafficPolicy Cluster the pods may see the address of a node in place of the caller\'s, and policies answer differently for the two'],
])('%s', (_, documents, flow, words) => {
  expect(said(ask(documents, flow))).toBe(words);
});

test('a load balancer with Local traffic shows callers to policies', () => {
  const published = service('orders', 'type: LoadBalancer, externalTrafficPolicy: Local, selector: { app: api }, ports: [{ port: 443, targetPort: 8080 }]');
  expect(ask(published + policy('api', 'podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }]'), 'internet -> shop/api:8080').outcome).toBe('allowed');
  expect(ask(published + policy('api', 'podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: {} }] }]'), 'internet -> shop/api:8080').outcome).toBe('denied');
});

test('only some public addresses are let through: neither allowed nor denied', () => {
  const answer = ask(service('orders', 'type: LoadBalancer, externalTrafficPolicy: Local, selector: { app: api }, ports: [{ port: 443, targetPort: 8080 }]')
    + policy('api', 'podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ ipBlock: { cidr: 203.0.113.0/24 } }] }]'), 'internet -> shop/api:8080');
  expect([answer.outcome, answer.because]).toEqual(['undetermined', expect.stringContaining('it is allowed for 203.0.113.0-203.0.113.255 and not for')]);
});

test('a headless Service says that its targetPort is not asked; policies are asked about the port that is called', () => {
  const orders = service('orders', 'clusterIP: None, selector: { app: api }, ports: [{ port: 80, targetPort: 8080 }]');
  const closed = policy('api', 'podSelector: { matchLabels: { app: api } }, ingress: [{ ports: [{ port: 8080 }] }]');
  const { outcome, ways } = ask(orders + closed, 'shop/web -> service:shop/orders:80');
  expect(outcome).toBe('denied');
  expect(ways[0]!.hops.find(({ layer }) => layer === 'service')!.because).toBe('leads to TCP 80 of shop/api[Deployment], because it is headless: its targetPort 8080 is not asked');
  expect(ask(orders.replace('clusterIP: None, ', '') + closed, 'shop/web -> service:shop/orders:80').outcome).toBe('allowed');
});

test('slices of other Services, other ports, and what is not ready lead nowhere', () => {
  const slice = (name: string, more: string, port = '{ port: 8081 }'): string => `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${name}-1, namespace: shop, labels: { kubernetes.io/service-name: ${name} } }
addressType: IPv4
endpoints: [{ addresses: [198.51.100.7]${more} }]
ports: [${port}]
---`;
  const legacy = service('legacy', 'ports: [{ port: 80 }]');
  expect(ask(legacy + slice('legacy', ''), 'shop/web -> service:shop/legacy:80').outcome).toBe('allowed');
  for (const wrong of [slice('other', ''), slice('legacy', ', conditions: { ready: false }'), slice('legacy', '', '{ name: metrics, port: 8081 }'), slice('legacy', '', '{ protocol: UDP, port: 8081 }'), slice('legacy', '').replace('namespace: shop', 'namespace: far')]) {
    expect(ask(legacy + wrong, 'shop/web -> service:shop/legacy:80').outcome).toBe('denied');
  }
});

test('a load balancer publishes its protocol, to the addresses that it names', () => {
  const balanced = (more: string): string => service('edge', `type: LoadBalancer, selector: { app: api }, ports: [{ port: 53, targetPort: 5353, protocol: UDP }]${more}`);
  expect(ask(balanced(''), 'internet -> shop/api:5353/udp').outcome).toBe('allowed');
  expect(ask(balanced(''), 'internet -> shop/api:5353').outcome).toBe('denied');
  const some = ask(balanced(', loadBalancerSourceRanges: [203.0.113.0/24]'), 'internet -> shop/api:5353/udp');
  expect(said(some)).toBe('undetermined: it is allowed for 203.0.113.0-203.0.113.255 and not for 1.0.0.0-9.255.255.255, 203.0.114.0-223.255.255.255');
});
