// Policies of Cilium, each with a near miss. Where a line of Cilium differs, the target says which.
import type { Question, Scene } from './ask';
import { ask, daemon, pod, policy, SHOP } from './ask';

const CALL: Question = { from: 'shop/web', to: 'shop/db' };
const ELSEWHERE: Question = { from: 'front/web', to: 'shop/db' };

function cnp(spec: string, name: string = 'shop/p'): string {
  return policy('cilium.io/v2', name.includes('/') ? 'CiliumNetworkPolicy' : 'CiliumClusterwideNetworkPolicy', name, spec);
}

const DB = 'endpointSelector: { matchLabels: { app: db } }';
const WEB = 'endpointSelector: { matchLabels: { app: web } }';

function said(documents: string, question: Question, scene?: Scene): string {
  return ask(SHOP + daemon('cilium') + documents, question, scene);
}

describe('rules that say little', () => {
  test.each<[string, string, Question, string]>([
    ['an empty rule admits nobody', cnp(`{ ${DB}, ingress: [{}] }`), CALL, 'denied by CiliumNetworkPolicy shop/p spec.ingress'],
    ['an empty rule leaves the other pods alone', cnp(`{ ${DB}, ingress: [{}] }`), { from: 'shop/db', to: 'shop/web' }, 'allowed'],
    ['an empty rule closes one direction', cnp(`{ ${WEB}, egress: [{}] }`), CALL, 'denied by CiliumNetworkPolicy shop/p spec.egress'],
    ['no list of peers is everybody, on those ports', cnp(`{ ${DB}, ingress: [{ toPorts: [{ ports: [{ port: "8080" }] }] }] }`), ELSEWHERE, 'allowed by CiliumNetworkPolicy shop/p spec.ingress.0'],
    ['the port beside it', cnp(`{ ${DB}, ingress: [{ toPorts: [{ ports: [{ port: "8080" }] }] }] }`), { ...ELSEWHERE, port: 8081 }, 'denied by CiliumNetworkPolicy shop/p spec.ingress'],
    ['an empty list of peers is nobody', cnp(`{ ${DB}, ingress: [{ fromEndpoints: [], toPorts: [{ ports: [{ port: "8080" }] }] }] }`), CALL, 'denied by CiliumNetworkPolicy shop/p spec.ingress'],
    ['an empty selector is the namespace', cnp(`{ ${DB}, ingress: [{ fromEndpoints: [{}] }] }`), CALL, 'allowed by CiliumNetworkPolicy shop/p spec.ingress.0'],
    ['and not another one', cnp(`{ ${DB}, ingress: [{ fromEndpoints: [{}] }] }`), ELSEWHERE, 'denied by CiliumNetworkPolicy shop/p spec.ingress'],
    ['an empty selector of the cluster is every pod', cnp(`{ ${DB}, ingress: [{ fromEndpoints: [{}] }] }`, 'p'), ELSEWHERE, 'allowed by CiliumClusterwideNetworkPolicy p spec.ingress.0'],
    ['and no address', cnp(`{ ${DB}, ingress: [{ fromEndpoints: [{}] }] }`, 'p'), { from: '192.0.2.1', to: 'shop/db' }, 'denied by CiliumClusterwideNetworkPolicy p spec.ingress'],
    ['echo requests are no connections', cnp(`{ ${DB}, ingress: [{ icmps: [{ fields: [{ type: 8 }] }] }] }`), CALL, 'denied by CiliumNetworkPolicy shop/p spec.ingress'],
    ['port 0 is every port', cnp(`{ ${DB}, ingress: [{ toPorts: [{ ports: [{ port: "0", protocol: TCP }] }] }] }`), { ...CALL, port: 9 }, 'allowed by CiliumNetworkPolicy shop/p spec.ingress.0'],
    ['of its protocol', cnp(`{ ${DB}, ingress: [{ toPorts: [{ ports: [{ port: "0", protocol: TCP }] }] }] }`), { ...CALL, protocol: 'UDP' }, 'denied by CiliumNetworkPolicy shop/p spec.ingress'],
    ['a selector on nothing governs nobody', cnp('{ endpointSelector: { matchLabels: { app: ghost } }, ingress: [{}] }'), CALL, 'allowed'],
    ['a policy without rules is refused', cnp(`{ ${DB}, ingress: [] }`), CALL, 'allowed'],
    ['a policy that is refused does nothing', cnp(`{ ${DB}, ingress: [{ fromEntities: [world], fromCIDR: [10.0.0.0/8] }] }`), CALL, 'allowed'],
  ])('%s', (_, documents, question, answer) => {
    expect(said(documents, question)).toBe(answer);
  });
});

describe('the same selector in policies of two namespaces', () => {
  const web = '{ matchLabels: { app: web } }';
  const cilium = cnp(`{ ${DB}, ingress: [{ fromEndpoints: [${web}] }] }`) + cnp(`{ endpointSelector: { matchLabels: { app: batch } }, ingress: [{ fromEndpoints: [${web}] }] }`, 'legacy/p');
  const network = ['shop', 'legacy'].map((home) => policy('networking.k8s.io/v1', 'NetworkPolicy', `${home}/p`, `{ podSelector: {}, ingress: [{ from: [{ podSelector: ${web} }] }] }`)).join('');
  test.each<[string, string, Question, string]>([
    ['means the pods of the first in the first', cilium, CALL, 'allowed by CiliumNetworkPolicy shop/p spec.ingress.0'],
    ['and not in the second', cilium, { from: 'shop/web', to: 'legacy/batch' }, 'denied by CiliumNetworkPolicy legacy/p spec.ingress'],
    ['means the pods of the first in the first, of NetworkPolicy', network, CALL, 'allowed by NetworkPolicy shop/p spec.ingress.0'],
    ['and not in the second, of NetworkPolicy', network, { from: 'shop/web', to: 'legacy/batch' }, 'denied by NetworkPolicy legacy/p spec.ingress'],
  ])('%s', (_, documents, question, answer) => {
    expect(said(documents, question)).toBe(answer);
  });
});

describe('denials and the switch', () => {
  const NP = policy('networking.k8s.io/v1', 'NetworkPolicy', 'shop/np', '{ podSelector: {}, ingress: [{}] }');
  const DENY = cnp(`{ ${DB}, ingressDeny: [{ fromEndpoints: [{ matchLabels: { app: web } }] }] }`);
  test.each<[string, string, Question, string]>([
    ['a denial wins over NetworkPolicy', NP + DENY, CALL, 'denied by CiliumNetworkPolicy shop/p spec.ingressDeny.0'],
    ['of those it names', NP + DENY, { from: 'legacy/batch', to: 'shop/db' }, 'allowed by NetworkPolicy shop/np spec.ingress.0'],
    ['a denial alone closes the rest', DENY, { from: 'legacy/batch', to: 'shop/db' }, 'denied by CiliumNetworkPolicy shop/p spec.ingress'],
    ['unless it is told not to', DENY.replace('ingressDeny', 'enableDefaultDeny: { ingress: false }, ingressDeny'), { from: 'legacy/batch', to: 'shop/db' }, 'allowed'],
    ['and still denies', DENY.replace('ingressDeny', 'enableDefaultDeny: { ingress: false }, ingressDeny'), CALL, 'denied by CiliumNetworkPolicy shop/p spec.ingressDeny.0'],
    ['the switch alone closes no direction without rules', cnp(`{ ${DB}, enableDefaultDeny: { ingress: true }, egress: [{}] }`), CALL, 'allowed'],
    ['the own node passes what is closed', cnp(`{ ${DB}, ingress: [{}] }`), { from: 'host', to: 'shop/db' }, 'allowed'],
    ['and not what is denied', cnp(`{ ${DB}, ingressDeny: [{ fromEntities: [all] }] }`), { from: 'host', to: 'shop/db' }, 'denied by CiliumNetworkPolicy shop/p spec.ingressDeny.0'],
    ['another node does not', cnp(`{ ${DB}, ingress: [{}] }`), { from: 'remote-node', to: 'shop/db' }, 'denied by CiliumNetworkPolicy shop/p spec.ingress'],
  ])('%s', (_, documents, question, answer) => {
    expect(said(documents, question)).toBe(answer);
  });
});

describe('peers', () => {
  const to = (peers: string): string => cnp(`{ ${WEB}, egress: [{ ${peers} }] }`);
  const OUT: Question = { from: 'shop/web', to: '192.0.2.7' };
  test.each<[string, string, Question, string]>([
    ['blocks of addresses', to('toCIDR: [192.0.2.0/24]'), OUT, 'allowed by CiliumNetworkPolicy shop/p spec.egress.0'],
    ['their exceptions', to('toCIDRSet: [{ cidr: 192.0.2.0/24, except: [192.0.2.7/32] }]'), OUT, 'denied by CiliumNetworkPolicy shop/p spec.egress'],
    ['pods are in no block', to('toCIDR: [0.0.0.0/0]'), CALL, 'denied by CiliumNetworkPolicy shop/p spec.egress'],
    ['the world is outside', to('toEntities: [world]'), OUT, 'allowed by CiliumNetworkPolicy shop/p spec.egress.0'],
    ['the cluster is inside', to('toEntities: [cluster]'), OUT, 'denied by CiliumNetworkPolicy shop/p spec.egress'],
    ['the cluster has pods', to('toEntities: [cluster]'), CALL, 'allowed by CiliumNetworkPolicy shop/p spec.egress.0'],
    ['the API server by its word', to('toEntities: [kube-apiserver]'), { from: 'shop/web', to: 'kube-apiserver' }, 'allowed by CiliumNetworkPolicy shop/p spec.egress.0'],
    ['the API server by an address may stand outside', to('toCIDR: [10.0.0.0/8]'), { from: 'shop/web', to: 'kube-apiserver' },
      'undetermined by CiliumNetworkPolicy shop/p spec.egress.0, CiliumNetworkPolicy shop/p spec.egress because whether the addresses of pods count as part of 10.0.0.0/8 differs by CNI'],
    ['a reserved identity', to('toEndpoints: [{ matchLabels: { "reserved:ingress": "" } }]'), { from: 'shop/web', to: 'ingress' }, 'allowed by CiliumNetworkPolicy shop/p spec.egress.0'],
    ['a group of blocks', `${policy('cilium.io/v2', 'CiliumCIDRGroup', 'partners', '{ externalCIDRs: [192.0.2.0/25] }')}${to('toCIDRSet: [{ cidrGroupRef: partners }]')}`, OUT,
      'allowed by CiliumNetworkPolicy shop/p spec.egress.0'],
    ['addresses outside the group', `${policy('cilium.io/v2', 'CiliumCIDRGroup', 'partners', '{ externalCIDRs: [192.0.2.0/25] }')}${to('toCIDRSet: [{ cidrGroupRef: partners }]')}`, { from: 'shop/web', to: '192.0.2.128' },
      'denied by CiliumNetworkPolicy shop/p spec.egress'],
    ['a namespace by its name', to('toEndpoints: [{ matchLabels: { "k8s:io.kubernetes.pod.namespace": front } }]'), { from: 'shop/web', to: 'front/web' }, 'allowed by CiliumNetworkPolicy shop/p spec.egress.0'],
    ['namespaces by their labels', to('toEndpoints: [{ matchLabels: { "io.cilium.k8s.namespace.labels.zone": old } }]'), { from: 'shop/web', to: 'front/web' }, 'denied by CiliumNetworkPolicy shop/p spec.egress'],
    ['an account', to('toEndpoints: [{ matchLabels: { "io.cilium.k8s.policy.serviceaccount": default } }]'), CALL, 'allowed by CiliumNetworkPolicy shop/p spec.egress.0'],
    ['another account', to('toEndpoints: [{ matchLabels: { "io.cilium.k8s.policy.serviceaccount": robot } }]'), CALL, 'denied by CiliumNetworkPolicy shop/p spec.egress'],
    ['the pods of a Service', `${policy('v1', 'Service', 'shop/db', '{ selector: { app: db }, ports: [{ port: 80 }] }')}${to('toServices: [{ k8sService: { serviceName: db } }]')}`, CALL, 'allowed by CiliumNetworkPolicy shop/p spec.egress.0'],
    ['a Service that nobody knows', to('toServices: [{ k8sService: { serviceName: db } }]'), CALL,
      'undetermined by CiliumNetworkPolicy shop/p spec.egress.0, CiliumNetworkPolicy shop/p spec.egress because Service shop/db is not among the documents'],
  ])('%s', (_, documents, question, answer) => {
    expect(said(documents, question)).toBe(answer);
  });

  test('selectors that only exclude mean addresses, too, where they are not those of one cluster', () => {
    const documents = cnp(`{ ${DB}, ingress: [{ fromEndpoints: [{ matchExpressions: [{ key: "io.kubernetes.pod.namespace", operator: NotIn, values: [front] }] }] }] }`);
    expect(said(documents, { from: '192.0.2.1', to: 'shop/db' })).toBe('denied by CiliumNetworkPolicy shop/p spec.ingress');
    expect(said(documents, { from: '192.0.2.1', to: 'shop/db' }, { targets: { cilium: '1.17' } })).toBe('allowed by CiliumNetworkPolicy shop/p spec.ingress.0');
    expect(said(documents, ELSEWHERE, { targets: { cilium: '1.17' } })).toBe('denied by CiliumNetworkPolicy shop/p spec.ingress');
  });

  test('pods in the network of their node are the node, on the same one or on another', () => {
    const documents = cnp(`{ ${DB}, ingress: [{ fromEntities: [remote-node] }] }`);
    const host = pod('legacy', 'agent', ', hostNetwork: true');
    expect(said(documents + host, { from: 'legacy/agent', to: 'shop/db' })).toMatch(/^undetermined .*same node/);
    expect(said(documents.replace('[remote-node]', '[remote-node, host]') + host, { from: 'legacy/agent', to: 'shop/db' })).toBe('allowed by CiliumNetworkPolicy shop/p spec.ingress.0');
    expect(said(cnp(`{ ${DB}, ingress: [{}] }`) + host, { from: 'legacy/agent', to: 'shop/db' })).toMatch(/^undetermined .* because pods in the network of their node are let through where they run on the node/);
    expect(said(cnp('{ endpointSelector: {}, ingress: [{}] }', 'all') + host, { from: 'shop/web', to: 'legacy/agent' })).toBe('allowed');
  });
});

describe('names', () => {
  const names = (dns: string, fqdns: string = '{ matchName: api.example.com }'): string => `{ ${WEB}, egress: [{ toFQDNs: [${fqdns}] }${dns === '' ? '' : `, { toPorts: [{ ports: [{ port: "53", protocol: ANY }], rules: { dns: [${dns}] } }] }`}] }`;
  const OUT: Question = { from: 'shop/web', to: 'api.example.com' };
  test.each<[string, string, Question, string]>([
    ['a name that may be asked', cnp(names('{ matchName: api.example.com }')), OUT, 'allowed by CiliumNetworkPolicy shop/p spec.egress.0'],
    ['a name that nobody may ask has no address', cnp(names('')), OUT, 'denied by CiliumNetworkPolicy shop/p spec.egress'],
    ['a name where another may be asked', cnp(names('{ matchName: www.example.com }')), OUT, 'denied by CiliumNetworkPolicy shop/p spec.egress'],
    ['another name', cnp(names('{ matchPattern: "*" }')), { from: 'shop/web', to: 'www.example.com' }, 'denied by CiliumNetworkPolicy shop/p spec.egress'],
    ['a pattern of one label', cnp(names('{ matchPattern: "*" }', '{ matchPattern: "*.example.com" }')), OUT, 'allowed by CiliumNetworkPolicy shop/p spec.egress.0'],
    ['a star does not cross a dot', cnp(names('{ matchPattern: "*" }', '{ matchPattern: "*.com" }')), OUT, 'denied by CiliumNetworkPolicy shop/p spec.egress'],
    ['another policy lets the same pods ask for everything', cnp(names('')) + cnp('{ endpointSelector: {}, egress: [{ toPorts: [{ ports: [{ port: "53" }], rules: { dns: [{ matchPattern: "*" }] } }] }] }', 'shop/dns'), OUT,
      'allowed by CiliumNetworkPolicy shop/p spec.egress.0'],
    ['other pods may ask, whose node keeps the address', cnp(names('')) + cnp('{ endpointSelector: {}, egress: [{ toPorts: [{ ports: [{ port: "53" }], rules: { dns: [{ matchPattern: "*" }] } }] }] }', 'front/dns'), OUT,
      'undetermined by CiliumNetworkPolicy shop/p spec.egress.0, CiliumNetworkPolicy shop/p spec.egress because no rule of DNS lets these pods ask for the name, so that its address is known only where other pods of the node have asked'],
  ])('%s', (_, documents, question, answer) => {
    expect(said(documents, question)).toBe(answer);
  });
});

describe('requests', () => {
  const rules = (http: string, peers: string = ''): string => cnp(`{ ${DB}, ingress: [{ ${peers}toPorts: [{ ports: [{ port: "8080", protocol: TCP }], rules: { http: [${http}] } }] }] }`);
  const GET = { ...CALL, request: { method: 'GET', host: 'shop.example.com', path: '/orders', headers: {} } };
  const NO = 'denied (403) by CiliumNetworkPolicy shop/p spec.ingress.0';
  const YES = 'allowed by CiliumNetworkPolicy shop/p spec.ingress.0';
  test.each<[string, string, Question, string]>([
    ['a method', rules('{ method: GET }'), GET, YES],
    ['another method', rules('{ method: POST }'), GET, NO],
    ['a path as a whole', rules('{ path: /ord }'), GET, NO],
    ['a path by a pattern', rules('{ path: "/o.*" }'), GET, YES],
    ['a query is part of the path', rules('{ path: /orders }'), { ...GET, request: { ...GET.request, query: 'id=7' } }, NO],
    ['a query that the pattern has', rules('{ path: "/orders([?].*)?" }'), { ...GET, request: { ...GET.request, query: 'id=7' } }, YES],
    ['a host', rules('{ host: ".*[.]example[.]com" }'), GET, YES],
    ['a header that is there', rules('{ headers: ["X-Token"] }'), { ...GET, request: { ...GET.request, headers: { 'x-token': 't' } } }, YES],
    ['a header that is not', rules('{ headers: ["X-Token"] }'), GET, NO],
    ['a header with its value', rules('{ headers: ["X-Team: a"] }'), { ...GET, request: { ...GET.request, headers: { 'x-team': 'b' } } }, NO],
    ['without a request, what it would have to be', rules('{ method: GET, path: /orders }'), CALL, 'allowed only GET /orders by CiliumNetworkPolicy shop/p spec.ingress.0'],
    ['another port is closed', rules('{ method: GET }'), { ...GET, port: 9090 }, 'denied by CiliumNetworkPolicy shop/p spec.ingress'],
    ['a rule beside it without requests lets every one through', rules('{ method: POST }') + cnp(`{ ${DB}, ingress: [{ fromEndpoints: [{}] }] }`, 'shop/open'), GET, 'allowed by CiliumNetworkPolicy shop/open spec.ingress.0'],
    ['of its own peers', rules('{ method: POST }') + cnp(`{ ${DB}, ingress: [{ fromEndpoints: [{}] }] }`, 'shop/open'), { ...GET, from: 'front/web' },
      'denied (403) by CiliumNetworkPolicy shop/p spec.ingress.0, CiliumNetworkPolicy shop/open spec.ingress'],
    ['a header that is only reported', rules('{ headerMatches: [{ name: X-Token, value: a, mismatch: LOG }] }'), GET, YES],
  ])('%s', (_, documents, question, answer) => {
    expect(said(documents, question)).toBe(answer);
  });
});

test('what lets some requests through may stand behind a denial', () => {
  // The API server may have an address of the block that is denied.
  const documents = (deny: string): string => cnp(`{ ${WEB}, egress: [{ toEntities: [kube-apiserver], toPorts: [{ ports: [{ port: "8080", protocol: TCP }], rules: { http: [{ method: GET }] } }] }], egressDeny: [{ ${deny} }] }`);
  expect(said(documents('toCIDR: [10.0.0.0/8]'), { from: 'shop/web', to: 'kube-apiserver' })).toMatch(/^undetermined/);
  expect(said(documents('toEntities: [host]'), { from: 'shop/web', to: 'kube-apiserver' })).toBe('allowed only GET by CiliumNetworkPolicy shop/p spec.egress.0');
});

describe('names of ports', () => {
  const named = (namespace: string, name: string, number: number): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ${namespace}, labels: { app: ${name} } }
spec: { containers: [{ name: main, image: registry.example.com/app:1, ports: [{ name: http, containerPort: ${number} }] }] }
---`;
  const documents = `${named('shop', 'one', 8081)}${named('shop', 'two', 8082)}${cnp(`{ ${WEB}, egress: [{ toEndpoints: [{}], toPorts: [{ ports: [{ port: http, protocol: TCP }] }] }] }`)}`;
  test('mean what the called pods call so', () => {
    const to = (name: string, port: number): string => said(documents, { from: 'shop/web', to: `shop/${name}`, port });
    expect(to('one', 8081)).toBe('allowed by CiliumNetworkPolicy shop/p spec.egress.0');
    expect(to('one', 8082)).toBe('denied by CiliumNetworkPolicy shop/p spec.egress');
    expect(to('two', 8082)).toBe('allowed by CiliumNetworkPolicy shop/p spec.egress.0');
  });

  test('are not known to callers under lines that know one number of a name', () => {
    expect(said(documents, { from: 'shop/web', to: 'shop/one', port: 8081 }, { targets: { cilium: '1.17' } })).toMatch(/^undetermined .* because port http has several numbers in the cluster/);
    expect(said(documents.replace('8082', '8081'), { from: 'shop/web', to: 'shop/one', port: 8081 }, { targets: { cilium: '1.17' } })).toBe('allowed by CiliumNetworkPolicy shop/p spec.egress.0');
  });
});

test('keeps policies always or never where its settings say so', () => {
  const settings = (mode: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: cilium-config, namespace: kube-system }
data: { enable-policy: ${mode} }
---`;
  expect(said(settings('always'), CALL)).toBe('denied by ConfigMap kube-system/cilium-config data.enable-policy');
  expect(said(settings('never') + cnp(`{ ${DB}, ingress: [{}] }`), CALL)).toBe('allowed');
  expect(said(settings('default') + cnp(`{ ${DB}, ingress: [{}] }`), CALL)).toBe('denied by CiliumNetworkPolicy shop/p spec.ingress');
});
