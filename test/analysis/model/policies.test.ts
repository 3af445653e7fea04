// What network policies of every language let through: each meaning once, with what looks like it beside it.
import type { Targets } from '../../../src/analysis';
import { parseText, validate } from '../../../src/analysis';
import type { DeclaredModel } from '../../../src/analysis/input';
import type { ClusterModel } from '../../../src/analysis/model/cluster-model';
import type { Party } from '../../../src/analysis/model/parties';
import { partyOfLabels, partyOfPods } from '../../../src/analysis/model/parties';
import type { Direction } from '../../../src/analysis/model/policy';
import { policiesOf } from '../../../src/analysis/model/policies';
import { parseRange } from '../../../src/analysis/model/ranges';

interface Scene {
  readonly targets?: Targets;
  readonly model?: DeclaredModel;
}

/** The cluster of some manifests that the API server takes. */
function clusterOf(yaml: string, { targets, model }: Scene = {}): ClusterModel {
  const { documents, findings } = parseText(yaml, 'scene.yaml');
  expect(findings).toEqual([]);
  let found: ClusterModel | undefined;
  const rule = { id: 'NS9999', class: 'breaks', title: '', sees: '', why: '', fix: '', subjects: ['*'], failing: {}, passing: {}, check: (cluster: ClusterModel) => void (found = cluster) } as const;
  const problems = validate({ documents, ...(model && { models: [model] }) }, { rules: [{ ...rule, load: () => rule }], ...(targets && { targets }) }).filter(({ severity }) => severity === 'error');
  expect(problems.map(({ message, where }) => `${where.field ?? ''}: ${message}`)).toEqual([]);
  return found!;
}

const pods = (name: string, namespace: string, { labels = '', spec = '', ports = '{ name: http, containerPort: 8080 }' } = {}): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}${labels} } }
    spec: { ${spec} containers: [{ name: main, image: "registry.example.com/x:1", ports: [${ports}] }] }
---`;
const WORLD = `${pods('api', 'shop')}${pods('web', 'shop')}${pods('web', 'other')}${pods('agent', 'shop', { spec: 'hostNetwork: true,' })}
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: shop } }
---
apiVersion: v1
kind: Namespace
metadata: { name: other, labels: { team: other } }
---`;

/** `shop/web`, `host`, `node`, `apiserver`, `world`, `anyone`, an address, a name, or `labels:ns:key=value`. */
function party(cluster: ClusterModel, text: string): Party {
  if (text === 'host' || text === 'node' || text === 'apiserver' || text === 'world' || text === 'anyone' || text === 'cilium-ingress') return { is: text, name: text };
  if (text.startsWith('labels:')) {
    const [, namespace, labels] = text.split(':');
    return partyOfLabels(cluster, text, namespace === '' ? undefined : namespace, Object.fromEntries(labels!.split(',').map((one) => one.split('='))), { exact: true });
  }
  const range = parseRange(text);
  if (range) return { is: 'address', range, name: text };
  const group = cluster.pods.find(({ namespace, entry }) => `${namespace}/${entry.name}` === text);
  return group ? partyOfPods(cluster, group) : { is: 'name', host: text, name: text };
}

function decide(policies: string, direction: Direction, subject: string, peer: string, port: number | string = 8080, scene: Scene = {}): boolean | undefined {
  const cluster = clusterOf(WORLD + policies, scene);
  const [number, protocol = 'TCP'] = String(port).split('/');
  const of = party(cluster, subject);
  if (of.is !== 'pods') throw new Error('the subject is no pod');
  return policiesOf(cluster).decide(of, direction, party(cluster, peer), { number: Number(number), protocol: protocol as 'TCP' }).verdict;
}

type Case = readonly [name: string, spec: string, direction: Direction, peer: string, port: number | string, verdict: boolean | undefined];

describe('NetworkPolicy', () => {
  const policy = (spec: string, name = 'p'): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: ${spec}
`;
  const CASES: readonly Case[] = [
    ['no ingress section closes ingress', '{ podSelector: {} }', 'ingress', 'shop/web', 8080, false],
    ['and leaves egress open', '{ podSelector: {} }', 'egress', 'shop/web', 8080, true],
    ['an egress section closes egress', '{ podSelector: {}, egress: [] }', 'egress', 'world', 443, false],
    ['policyTypes says which', '{ podSelector: {}, policyTypes: [Egress] }', 'ingress', 'shop/web', 8080, true],
    ['another selector', '{ podSelector: { matchLabels: { app: web } } }', 'ingress', 'shop/web', 8080, true],
    ['an empty rule admits everybody', '{ podSelector: {}, ingress: [{}] }', 'ingress', 'world', 9, true],
    ['pods of the own namespace', '{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }', 'ingress', 'shop/web', 8080, true],
    ['and of no other', '{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }', 'ingress', 'other/web', 8080, false],
    ['a namespace by label', '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: other } } }] }] }', 'ingress', 'other/web', 8080, true],
    ['and the pods in it', '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: other } }, podSelector: { matchLabels: { app: api } } }] }] }', 'ingress', 'other/web', 8080, false],
    ['two peers are alternatives', '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: other } } }, { podSelector: { matchLabels: { app: api } } }] }] }', 'ingress', 'other/web', 8080, true],
    ['the name of a namespace is its label', '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: other } } }] }] }', 'ingress', 'other/web', 8080, true],
    ['labels of a namespace that nobody declares', '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { name: kube-system } } }] }] }', 'ingress', 'labels:kube-system:k8s-app=kube-dns', 8080, undefined],
    ['a port', '{ podSelector: {}, ingress: [{ ports: [{ port: 8080 }] }] }', 'ingress', 'world', 8080, true],
    ['another port', '{ podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }', 'ingress', 'world', 8080, false],
    ['TCP unless said', '{ podSelector: {}, ingress: [{ ports: [{ port: 8080 }] }] }', 'ingress', 'world', '8080/UDP', false],
    ['a range', '{ podSelector: {}, ingress: [{ ports: [{ port: 8000, endPort: 8080 }] }] }', 'ingress', 'world', 8080, true],
    ['a name of the called pods', '{ podSelector: {}, ingress: [{ ports: [{ port: http }] }] }', 'ingress', 'world', 8080, true],
    ['a name that they do not have', '{ podSelector: {}, ingress: [{ ports: [{ port: web }] }] }', 'ingress', 'world', 8080, false],
    ['a block with the address', '{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 192.0.2.0/24 } }] }] }', 'ingress', '192.0.2.9', 8080, true],
    ['a hole in it', '{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 192.0.2.0/24, except: [192.0.2.8/29] } }] }] }', 'ingress', '192.0.2.9', 8080, false],
    ['whether a block holds pods', '{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }', 'ingress', 'shop/web', 8080, undefined],
    ['the kubelet of the node', '{ podSelector: {}, ingress: [] }', 'ingress', 'host', 8080, true],
    ['another node', '{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }', 'ingress', 'node', 8080, undefined],
    ['the API server is no pod', '{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }', 'ingress', 'apiserver', 8080, false],
    ['the API server may come through kube-system', '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }] }] }', 'ingress', 'apiserver', 8080, undefined],
    ['egress by name of a port, of the other pods', '{ podSelector: {}, egress: [{ ports: [{ port: http }] }] }', 'egress', 'shop/web', 8080, true],
    ['whoever calls', '{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 8080 }] }] }', 'ingress', 'anyone', 8080, undefined],
    ['nobody on another port', '{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 8080 }] }] }', 'ingress', 'anyone', 9090, false],
  ];
  test.each(CASES)('%s', (_, spec, direction, peer, port, verdict) => {
    expect(decide(policy(spec), direction, 'shop/api', peer, port)).toBe(verdict);
  });
  test('policies add up', () => {
    const two = `${policy('{ podSelector: {} }')}---${policy('{ podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }] }', 'q')}`;
    expect([decide(two, 'ingress', 'shop/api', 'shop/web'), decide(two, 'ingress', 'shop/web', 'shop/api')]).toEqual([true, false]);
  });
  test('pods in the network of their node are left alone', () => {
    const cluster = clusterOf(WORLD + policy('{ podSelector: {} }'));
    expect(policiesOf(cluster).all[0]!.pods.map(({ entry }) => entry.name).sort()).toEqual(['api', 'web']);
  });
  test('pods that are known by labels only', () => {
    const spec = '{ podSelector: { matchLabels: { role: x } }, ingress: [] }';
    expect(decide(policy(spec), 'ingress', 'labels:shop:role=x', 'world')).toBe(false);
    expect(decide(policy(spec), 'ingress', 'labels:shop:role=y', 'world')).toBe(true);
    expect(decide(policy(spec), 'ingress', 'labels:other:role=x', 'world')).toBe(true);
    expect(decide(policy(spec), 'ingress', 'labels::role=x', 'world')).toBeUndefined();
  });
  test('documents that leave namespaces open beside others say nothing', () => {
    expect(decide(policy('{ podSelector: {} }').replace(', namespace: shop', ''), 'ingress', 'shop/api', 'world')).toBeUndefined();
  });
  test('documents that all leave namespaces open are of one', () => {
    const cluster = clusterOf(`${pods('api', 'shop')}${pods('web', 'shop')}${policy('{ podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }] }')}`.replaceAll(', namespace: shop', ''));
    const [api, web] = cluster.pods.map((group) => partyOfPods(cluster, group));
    expect([policiesOf(cluster).flow(web!, api!, { number: 1, protocol: 'TCP' }).verdict, policiesOf(cluster).flow(api!, web!, { number: 1, protocol: 'TCP' }).verdict]).toEqual([true, false]);
  });
});

describe('CiliumNetworkPolicy', () => {
  const policy = (spec: string, kind = 'CiliumNetworkPolicy'): string => `
apiVersion: cilium.io/v2
kind: ${kind}
metadata: { name: p${kind === 'CiliumNetworkPolicy' ? ', namespace: shop' : ''} }
spec: ${spec}
`;
  const of = (rest: string): string => `{ endpointSelector: {}, ${rest} }`;
  const CASES: readonly Case[] = [
    ['an empty rule admits nobody', of('ingress: [{}]'), 'ingress', 'shop/web', 8080, false],
    ['and closes its own direction only', of('ingress: [{}]'), 'egress', 'shop/web', 8080, true],
    ['no rule closes nothing', of('ingress: [], egress: [{}]'), 'ingress', 'shop/web', 8080, true],
    ['enableDefaultDeny without a rule closes nothing', of('enableDefaultDeny: { egress: true }, ingress: [{}]'), 'egress', 'shop/web', 8080, true],
    ['enableDefaultDeny false closes nothing', of('enableDefaultDeny: { ingress: false }, ingress: [{}]'), 'ingress', 'shop/web', 8080, true],
    ['everybody of the namespace', of('ingress: [{ fromEndpoints: [{}] }]'), 'ingress', 'shop/web', 8080, true],
    ['and of no other', of('ingress: [{ fromEndpoints: [{}] }]'), 'ingress', 'other/web', 8080, false],
    ['another namespace by its label', of('ingress: [{ fromEndpoints: [{ matchLabels: { "k8s:io.kubernetes.pod.namespace": other } }] }]'), 'ingress', 'other/web', 8080, true],
    ['by a label of the namespace', of('ingress: [{ fromEndpoints: [{ matchLabels: { "k8s:io.cilium.k8s.namespace.labels.team": other } }] }]'), 'ingress', 'other/web', 8080, true],
    ['any namespace', of('ingress: [{ fromEndpoints: [{ matchExpressions: [{ key: "k8s:io.kubernetes.pod.namespace", operator: Exists }] }] }]'), 'ingress', 'other/web', 8080, true],
    ['prefixes of labels', of('ingress: [{ fromEndpoints: [{ matchLabels: { "k8s:app": web } }, { matchLabels: { "any:app": x } }] }]'), 'ingress', 'shop/web', 8080, true],
    ['an empty list admits nobody', of('ingress: [{ fromEndpoints: [] }]'), 'ingress', 'shop/web', 8080, false],
    ['ports without peers are for everybody', of('ingress: [{ toPorts: [{ ports: [{ port: "8080", protocol: TCP }] }] }]'), 'ingress', 'world', 8080, true],
    ['any protocol unless said', of('ingress: [{ toPorts: [{ ports: [{ port: "8080" }] }] }]'), 'ingress', 'world', '8080/UDP', true],
    ['a range', of('ingress: [{ toPorts: [{ ports: [{ port: "8000", endPort: 8100, protocol: TCP }] }] }]'), 'ingress', 'world', 8080, true],
    ['every port', of('ingress: [{ fromEntities: [world], toPorts: [{ ports: [{ port: "0", protocol: TCP }] }] }]'), 'ingress', 'world', 8080, true],
    ['a port by name', of('ingress: [{ toPorts: [{ ports: [{ port: http, protocol: TCP }] }] }]'), 'ingress', 'world', 8080, true],
    ['ICMP is no port', of('ingress: [{ fromEndpoints: [{}], icmps: [{ fields: [{ type: 8, family: IPv4 }] }] }]'), 'ingress', 'shop/web', 8080, false],
    ['requests of one path', of('ingress: [{ fromEndpoints: [{}], toPorts: [{ ports: [{ port: "8080", protocol: TCP }], rules: { http: [{ path: /x }] } }] }]'), 'ingress', 'shop/web', 8080, true],
    ['the kubelet', of('ingress: [{}]'), 'ingress', 'host', 8080, true],
    ['the kubelet, denied', of('ingressDeny: [{ fromEntities: [host] }]'), 'ingress', 'host', 8080, false],
    ['a denial beats an admission', of('ingress: [{ fromEndpoints: [{}] }], ingressDeny: [{ fromEndpoints: [{ matchLabels: { app: web } }] }]'), 'ingress', 'shop/web', 8080, false],
    ['and only for its peers', of('ingress: [{ fromEndpoints: [{}] }], ingressDeny: [{ fromEndpoints: [{ matchLabels: { app: x } }] }]'), 'ingress', 'shop/web', 8080, true],
    ['the world holds no pods', of('ingress: [{ fromEntities: [world] }]'), 'ingress', 'shop/web', 8080, false],
    ['the cluster holds pods', of('ingress: [{ fromEntities: [cluster] }]'), 'ingress', 'other/web', 8080, true],
    ['and not the world', of('ingress: [{ fromEntities: [cluster] }]'), 'ingress', 'world', 8080, false],
    ['all are all', of('ingress: [{ fromEntities: [all] }]'), 'ingress', 'world', 8080, true],
    ['the proxy of Cilium', of('ingress: [{ fromEntities: [ingress] }]'), 'ingress', 'cilium-ingress', 8080, true],
    ['is no pod', of('ingress: [{ fromEndpoints: [{}] }]'), 'ingress', 'cilium-ingress', 8080, false],
    ['is in the cluster', of('ingress: [{ fromEntities: [cluster] }]'), 'ingress', 'cilium-ingress', 8080, true],
    ['the API server', of('egress: [{ toEntities: [kube-apiserver] }]'), 'egress', 'apiserver', 6443, true],
    ['the API server may be outside', of('egress: [{ toEntities: [world] }]'), 'egress', 'apiserver', 6443, undefined],
    ['blocks hold no pods', of('egress: [{ toCIDR: [0.0.0.0/0] }]'), 'egress', 'shop/web', 8080, false],
    ['blocks hold addresses', of('egress: [{ toCIDRSet: [{ cidr: 192.0.2.0/24, except: [192.0.2.0/28] }] }]'), 'egress', '192.0.2.99', 443, true],
    ['with holes', of('egress: [{ toCIDRSet: [{ cidr: 192.0.2.0/24, except: [192.0.2.0/28] }] }]'), 'egress', '192.0.2.9', 443, false],
    ['a name', of('egress: [{ toFQDNs: [{ matchName: api.example.com }] }]'), 'egress', 'api.example.com', 443, true],
    ['another name', of('egress: [{ toFQDNs: [{ matchName: api.example.com }] }]'), 'egress', 'www.example.com', 443, false],
    ['a pattern', of('egress: [{ toFQDNs: [{ matchPattern: "*.example.com" }] }]'), 'egress', 'www.example.com', 443, true],
    ['that crosses no dot', of('egress: [{ toFQDNs: [{ matchPattern: "*.example.com" }] }]'), 'egress', 'a.b.example.com', 443, false],
    ['names hold no pods', of('egress: [{ toFQDNs: [{ matchPattern: "*" }] }]'), 'egress', 'shop/web', 8080, false],
    ['a service account', of('ingress: [{ fromEndpoints: [{ matchLabels: { io.cilium.k8s.policy.serviceaccount: default } }] }]'), 'ingress', 'shop/web', 8080, true],
    ['another cluster, perhaps', of('ingress: [{ fromEndpoints: [{ matchLabels: { io.cilium.k8s.policy.cluster: a } }] }]'), 'ingress', 'shop/web', 8080, undefined],
  ];
  test.each(CASES)('%s', (_, spec, direction, peer, port, verdict) => {
    expect(decide(policy(spec), direction, 'shop/api', peer, port)).toBe(verdict);
  });
  test('of the whole cluster', () => {
    const wide = policy('{ endpointSelector: { matchLabels: { app: api } }, ingress: [{ fromEndpoints: [{ matchLabels: { app: web } }] }] }', 'CiliumClusterwideNetworkPolicy');
    expect([decide(wide, 'ingress', 'shop/api', 'other/web'), decide(wide, 'ingress', 'shop/api', 'world'), decide(wide, 'ingress', 'shop/web', 'world')]).toEqual([true, false, true]);
  });
  test('of nodes says nothing of pods', () => {
    expect(decide(policy('{ nodeSelector: {}, ingress: [{}] }', 'CiliumClusterwideNetworkPolicy'), 'ingress', 'shop/api', 'world')).toBe(true);
  });
  test('blocks hold pods when the agents are told so', () => {
    const settings = '---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: cilium-config, namespace: kube-system }\ndata: { policy-cidr-match-mode: "nodes pods" }\n';
    expect(decide(policy(of('egress: [{ toCIDR: [0.0.0.0/0] }]')) + settings, 'egress', 'shop/api', 'shop/web')).toBeUndefined();
  });
  test('beside a policy of Kubernetes: both close, either admits, a denial wins', () => {
    const beside = (rule: string): string => `${policy(rule)}---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: shop }
spec: { podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }] }
`;
    expect(decide(beside(of('ingress: [{}]')), 'ingress', 'shop/api', 'shop/web')).toBe(true);
    expect(decide(beside(of('ingressDeny: [{ fromEndpoints: [{}] }]')), 'ingress', 'shop/api', 'shop/web')).toBe(false);
  });
  test('several specs', () => {
    const specs = `
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: p, namespace: shop }
specs:
  - { endpointSelector: {}, ingress: [{}] }
  - { endpointSelector: { matchLabels: { app: api } }, ingress: [{ fromEndpoints: [{}] }] }
`;
    expect([decide(specs, 'ingress', 'shop/api', 'shop/web'), decide(specs, 'ingress', 'shop/web', 'shop/api')]).toEqual([true, false]);
  });
});

describe('policies of Calico', () => {
  const policy = (spec: string, { kind = 'NetworkPolicy', name = 'p' } = {}): string => `
apiVersion: projectcalico.org/v3
kind: ${kind}
metadata: { name: ${name}${kind === 'NetworkPolicy' ? ', namespace: shop' : ''} }
spec: ${spec}
---`;
  const CASES: readonly Case[] = [
    ['no rule closes ingress', '{ selector: all() }', 'ingress', 'shop/web', 8080, false],
    ['and not egress', '{ selector: all() }', 'egress', 'shop/web', 8080, true],
    ['egress rules only', '{ egress: [{ action: Allow }] }', 'ingress', 'world', 8080, true],
    ['types says which', '{ types: [Egress] }', 'egress', 'world', 443, false],
    ['the own namespace', '{ ingress: [{ action: Allow, source: { selector: "app == \'web\'" } }] }', 'ingress', 'shop/web', 8080, true],
    ['no other', '{ ingress: [{ action: Allow, source: { selector: "app == \'web\'" } }] }', 'ingress', 'other/web', 8080, false],
    ['another by its labels', '{ ingress: [{ action: Allow, source: { namespaceSelector: "team == \'other\'" } }] }', 'ingress', 'other/web', 8080, true],
    ['the first rule decides', '{ ingress: [{ action: Deny, source: { selector: "app == \'web\'" } }, { action: Allow }] }', 'ingress', 'shop/web', 8080, false],
    ['for those it is for', '{ ingress: [{ action: Deny, source: { selector: "app == \'web\'" } }, { action: Allow }] }', 'ingress', 'other/web', 8080, true],
    ['a log goes on', '{ ingress: [{ action: Log }, { action: Allow }] }', 'ingress', 'other/web', 8080, true],
    ['ports', '{ ingress: [{ action: Allow, protocol: TCP, destination: { ports: [80, "8000:8090"] } }] }', 'ingress', 'world', 8080, true],
    ['another protocol', '{ ingress: [{ action: Allow, protocol: UDP, destination: { ports: [8080] } }] }', 'ingress', 'world', 8080, false],
    ['addresses', '{ egress: [{ action: Allow, destination: { nets: [192.0.2.0/24], notNets: [192.0.2.0/28] } }] }', 'egress', '192.0.2.99', 443, true],
    ['and holes in them', '{ egress: [{ action: Allow, destination: { nets: [192.0.2.0/24], notNets: [192.0.2.0/28] } }] }', 'egress', '192.0.2.9', 443, false],
    ['ports of the caller', '{ ingress: [{ action: Allow, protocol: TCP, source: { ports: [99] } }] }', 'ingress', 'world', 8080, undefined],
    ['the kubelet', '{ ingress: [] }', 'ingress', 'host', 8080, true],
    ['another subject', '{ selector: "app == \'web\'" }', 'ingress', 'world', 8080, true],
    ['a subject that nobody knows', '{ serviceAccountSelector: "has(x)" }', 'ingress', 'world', 8080, undefined],
  ];
  test.each(CASES)('%s', (_, spec, direction, peer, port, verdict) => {
    expect(decide(policy(spec), direction, 'shop/api', peer, port)).toBe(verdict);
  });
  test('order and tiers', () => {
    const tier = (order: number, name: string, action = 'Deny'): string => `\napiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: { name: ${name} }\nspec: { order: ${order}, defaultAction: ${action} }\n---`;
    const wide = (spec: string, name: string): string => policy(spec, { kind: 'GlobalNetworkPolicy', name });
    expect(decide(wide('{ order: 20, ingress: [{ action: Allow }] }', 'a') + wide('{ order: 10, ingress: [{ action: Deny }] }', 'b'), 'ingress', 'shop/api', 'world')).toBe(false);
    expect(decide(wide('{ order: 5, ingress: [{ action: Allow }] }', 'a') + wide('{ order: 10, ingress: [{ action: Deny }] }', 'b'), 'ingress', 'shop/api', 'world')).toBe(true);
    const admin = (rule: string, action?: string): string => tier(1, 'admin', action) + wide(`{ tier: admin, ingress: [${rule}] }`, 'admin.a') + wide('{ ingress: [{ action: Allow }] }', 'b');
    expect(decide(admin('{ action: Pass }'), 'ingress', 'shop/api', 'world')).toBe(true);
    expect(decide(admin('{ action: Allow, source: { selector: "app == \'web\'" } }'), 'ingress', 'shop/api', 'world')).toBe(false);
    expect(decide(`${admin('{ action: Allow, source: { selector: "app == \'web\'" } }')}\napiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\nmetadata: { name: s, labels: { app: web } }\nspec: { nets: [192.0.2.0/24] }\n`, 'ingress', 'shop/api', 'world')).toBeUndefined();
    expect(decide(admin('{ action: Allow, source: { selector: "app == \'x\'" } }'), 'ingress', 'shop/api', 'shop/web')).toBe(false);
    expect(decide(admin('{ action: Allow, source: { selector: "app == \'x\'" } }', 'Pass'), 'ingress', 'shop/api', 'shop/web')).toBe(true);
  });
  test('beside a policy of Kubernetes', () => {
    const beside = (order: number): string => `${policy(`{ order: ${order}, ingress: [{ action: Deny, source: { selector: "app == 'web'" } }] }`)}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: k, namespace: shop }
spec: { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }
`;
    expect([decide(beside(10), 'ingress', 'shop/api', 'shop/web'), decide(beside(2000), 'ingress', 'shop/api', 'shop/web')]).toEqual([false, true]);
  });
});

describe('policies of the whole cluster', () => {
  const cluster = (tier: string, rules: string, priority = 10, name = 'p'): string => `
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: ${name} }
spec: { tier: ${tier}, priority: ${priority}, subject: { namespaces: { matchLabels: { team: shop } } }, ingress: [${rules}] }
---`;
  const FROM_OTHER = 'from: [{ namespaces: { matchLabels: { team: other } } }]';
  const CLOSED = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: k, namespace: shop }
spec: { podSelector: {}, ingress: [] }
`;
  test.each([
    ['an admission before the policies of namespaces', cluster('Admin', `{ name: a, action: Accept, ${FROM_OTHER} }`) + CLOSED, true],
    ['a denial where no policy is', cluster('Admin', `{ name: a, action: Deny, ${FROM_OTHER} }`), false],
    ['passing on', cluster('Admin', `{ name: a, action: Pass, ${FROM_OTHER} }, { name: b, action: Accept, ${FROM_OTHER} }`) + CLOSED, false],
    ['the smaller priority counts', cluster('Admin', `{ name: a, action: Deny, ${FROM_OTHER} }`, 20) + cluster('Admin', `{ name: a, action: Accept, ${FROM_OTHER} }`, 5, 'q'), true],
    ['the baseline', cluster('Baseline', `{ name: a, action: Deny, ${FROM_OTHER} }`), false],
    ['the baseline does not count where a policy selects', `${cluster('Baseline', `{ name: a, action: Deny, ${FROM_OTHER} }`)}${CLOSED.replace('ingress: []', 'ingress: [{}]')}`, true],
    ['another port', cluster('Admin', `{ name: a, action: Deny, ${FROM_OTHER}, protocols: [{ tcp: { destinationPort: { number: 80 } } }] }`), true],
    ['the port', cluster('Admin', `{ name: a, action: Deny, ${FROM_OTHER}, protocols: [{ tcp: { destinationPort: { range: { start: 8000, end: 9000 } } } }] }`), false],
  ])('%s', (_, policies, verdict) => {
    expect(decide(policies, 'ingress', 'shop/api', 'other/web')).toBe(verdict);
  });
  test('in their older kinds', () => {
    const admin = `
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: { name: p }
spec: { priority: 1, subject: { namespaces: { matchLabels: { team: shop } } }, ingress: [{ action: Deny, ${FROM_OTHER}, ports: [{ portNumber: { protocol: TCP, port: 8080 } }] }] }
`;
    expect(decide(admin, 'ingress', 'shop/api', 'other/web', 8080, { targets: { networkPolicyApi: '0.1' } })).toBe(false);
    expect(decide(admin, 'ingress', 'shop/api', 'other/web', 81, { targets: { networkPolicyApi: '0.1' } })).toBe(true);
  });
});
