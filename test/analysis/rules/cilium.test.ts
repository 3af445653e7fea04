// What Cilium refuses, passes over or never learns: each variant beyond the rules' own fixtures, and its near miss.
import { ask } from './network-scene';

const policy = (rest: string, { kind = 'CiliumNetworkPolicy', selector = 'endpointSelector: {}' } = {}): string => `
apiVersion: cilium.io/v2
kind: ${kind}
metadata: { name: p${kind === 'CiliumNetworkPolicy' ? ', namespace: shop' : ''} }
spec: { ${selector}, ${rest} }
---`;
const messages = (found: string[]): string[] => found.map((one) => one.replace(/^NS\d+ \S+: /, '').replace(/, which Cilium refuses.*$/, ''));

test.each([
  ['ingress: []', 'The policy has no rule in any of ingress, ingressDeny, egress and egressDeny'],
  ['ingress: [{ fromEndpoints: [{}], fromEntities: [host] }]', 'One rule has both fromEndpoints and fromEntities'],
  ['egress: [{ toFQDNs: [{ matchName: a.example }], toCIDR: [192.0.2.0/24] }]', 'One rule has both toCIDR and toFQDNs'],
  ['ingress: [{ icmps: [{ fields: [{ type: 8, family: IPv4 }] }], toPorts: [{ ports: [{ port: "80", protocol: TCP }] }] }]', 'One rule has both icmps and toPorts'],
  ['ingress: [{ toPorts: [{ ports: [{ port: "53", protocol: UDP }], rules: { dns: [{ matchPattern: "*" }] } }] }]', 'Rules of DNS names stand on ingress'],
  ['ingress: [{ toPorts: [{ ports: [{ port: "80", protocol: UDP }], rules: { http: [{}] } }] }]', 'Rules of requests stand on port 80 of protocol UDP'],
  ['ingress: [{ toPorts: [{ ports: [{ port: "0", protocol: TCP }], rules: { http: [{}] } }] }]', 'Rules of requests stand on port 0, which is every port'],
  ['egress: [{ toCIDRSet: [{ cidr: 192.0.2.0/24, except: [198.51.100.0/28] }] }]', 'The exception 198.51.100.0/28 does not lie in 192.0.2.0/24'],
  ['egress: [{ toPorts: [{ ports: [{ port: "53", endPort: 99, protocol: UDP }], rules: { dns: [{ matchPattern: "*" }] } }] }]', 'Rules of DNS names stand on a range of ports'],
])('Cilium refuses %s', (rest, message) => {
  expect(messages(ask('NS4100', policy(rest)))).toEqual([message]);
});

test.each([
  'ingress: [{}]', 'ingress: [{ fromEndpoints: [] , fromEntities: [host] }]', 'ingress: [], egress: [{ toEndpoints: [{}] }]',
  'egress: [{ toEndpoints: [{}], toPorts: [{ ports: [{ port: "53", protocol: ANY }, { port: "53" }], rules: { dns: [] } }] }]',
  'egress: [{ toCIDRSet: [{ cidr: 192.0.2.0/24, except: [192.0.2.16/28] }] }]',
])('Cilium takes %s', (rest) => {
  expect(ask('NS4100', policy(rest))).toEqual([]);
});

test('rules of requests in a policy of nodes', () => {
  const rest = 'ingress: [{ toPorts: [{ ports: [{ port: "80", protocol: TCP }], rules: { http: [{}] } }] }]';
  expect(messages(ask('NS4100', policy(rest, { kind: 'CiliumClusterwideNetworkPolicy', selector: 'nodeSelector: {}' })))).toEqual(['Rules of requests stand in a policy of nodes']);
});

test('a denial that closes nothing', () => {
  expect(ask('NS4104', policy('enableDefaultDeny: { ingress: true }, egress: [{}]'))).toEqual([
    'NS4104 spec.enableDefaultDeny.ingress: enableDefaultDeny of ingress has no effect: there is no rule of ingress, so the pods stay open',
  ]);
  expect(ask('NS4104', policy('enableDefaultDeny: { ingress: false }, egress: [{}]'))).toEqual([]);
  expect(ask('NS4104', policy('egress: [{}]'))).toEqual([]);
});

const pods = (name: string, spec = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { ${spec} containers: [{ name: main, image: "registry.example.com/x:1", ports: [{ name: http, containerPort: 8080 }] }] }
---`;

describe('names that Cilium never learns', () => {
  const dns = (rules: string): string => policy(`egress: [{ toEndpoints: [{ matchLabels: { k8s-app: kube-dns } }], toPorts: [{ ports: [{ port: "53", protocol: ANY }], rules: { dns: [${rules}] } }] }]`).replace('name: p,', 'name: dns,');
  const fqdn = (peer: string): string => policy(`egress: [{ toFQDNs: [${peer}] }]`);

  test.each([
    ['{ matchName: api.example.com }', '{ matchPattern: "*" }', 0],
    ['{ matchName: api.example.com }', '{ matchPattern: "*.example.com" }', 0],
    ['{ matchName: API.example.com. }', '{ matchName: api.example.com }', 0],
    ['{ matchName: a.api.example.com }', '{ matchPattern: "*.example.com" }', 1],
    ['{ matchName: api.example.com }', '{ matchPattern: "*.cluster.local" }', 1],
    ['{ matchPattern: "*.example.com" }', '{ matchPattern: "*.example.com" }', 0],
    ['{ matchName: api.example.com }', '', 0],
  ])('%s by %s', (peer, rules, count) => {
    expect(ask('NS4110', pods('api') + fqdn(peer) + dns(rules))).toHaveLength(count);
  });
  test('rules of other pods do not count', () => {
    expect(ask('NS4110', pods('api') + pods('web') + fqdn('{ matchName: api.example.com }') + dns('{ matchPattern: "*" }').replace('endpointSelector: {}', 'endpointSelector: { matchLabels: { app: web } }'))).toHaveLength(1);
  });
});

test('blocks in the network of the pods', () => {
  const model = { clusters: [{ name: 'a', podCidrs: ['10.128.0.0/16'] }] };
  const found = ask('NS4111', policy('ingress: [{ fromCIDRSet: [{ cidr: 10.128.7.0/24 }] }], egress: [{ toCIDR: [10.129.0.0/16] }]'), { model });
  // The model is of cluster a, and these documents are of none.
  expect(found).toEqual([]);
  const pool = '\napiVersion: cilium.io/v2alpha1\nkind: CiliumPodIPPool\nmetadata: { name: default }\nspec: { ipv4: { cidrs: [10.128.0.0/16], maskSize: 24 } }\n---';
  expect(ask('NS4111', pool + policy('ingress: [{ fromCIDRSet: [{ cidr: 10.128.7.0/24 }] }], egress: [{ toCIDR: [10.129.0.0/16] }]'))).toEqual([
    'NS4111 spec.ingress[0].fromCIDRSet[0].cidr: 10.128.7.0/24 lies in the network of the pods (10.128.0.0/16), and blocks hold no pods',
  ]);
});

test('a denial of the node at another port leaves the probes alone', () => {
  const probed = pods('api').replace('ports:', 'livenessProbe: { tcpSocket: { port: 8080 } }, ports:');
  const deny = (port: number, peer = 'fromEntities: [cluster]'): string => policy(`ingressDeny: [{ ${peer}, toPorts: [{ ports: [{ port: "${port}", protocol: TCP }] }] }]`);
  expect(ask('NS4109', probed + deny(8080))).toEqual(['NS4109 spec.ingressDeny: The livenessProbe of Deployment shop/api at port 8080 comes from the node, which is denied here']);
  expect(ask('NS4109', probed + deny(9090))).toEqual([]);
  expect(ask('NS4109', probed + deny(8080, 'fromEndpoints: [{}]'))).toEqual([]);
  expect(ask('NS4109', pods('api') + deny(8080))).toEqual([]);
});
