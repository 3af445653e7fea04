// The mesh and the policies of the network, held against each other.
import type { DeclaredModel } from '../../../src/analysis/input';
import { ask, deployment, namespace, object, peerAuthentication, said, SHOP, STRICT } from './mesh-scene';

const NP = (spec: string, name = 'orders', home = 'shop'): string => object('networking.k8s.io/v1', 'NetworkPolicy', name, home, spec);
const CNP = (spec: string, name = 'orders', home = 'shop'): string => object('cilium.io/v2', 'CiliumNetworkPolicy', name, home, spec);
const A = (spec: string): string => object('security.istio.io/v1', 'AuthorizationPolicy', 'orders', 'shop', spec);
const ORDERS = 'podSelector: { matchLabels: { app: orders } }';

describe('the control plane', () => {
  const rules = ['NS9701', 'NS9708'];

  test.each([
    ['everything is allowed out', NP(`{ ${ORDERS}, policyTypes: [Egress], egress: [{}] }`)],
    ['only ingress is closed', NP(`{ ${ORDERS}, policyTypes: [Ingress] }`)],
    ['another policy lets 15012 out', `${NP(`{ ${ORDERS}, policyTypes: [Egress] }`)}${NP('{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 15012 }] }] }', 'mesh')}`],
    ['a range holds the port', NP(`{ ${ORDERS}, policyTypes: [Egress], egress: [{ ports: [{ port: 15000, endPort: 15100 }] }] }`)],
    ['Cilium lets it out', CNP('{ endpointSelector: { matchLabels: { app: orders } }, egress: [{ toEndpoints: [{ matchLabels: { app: istiod, k8s:io.kubernetes.pod.namespace: istio-system } }], toPorts: [{ ports: [{ port: "15012", protocol: TCP }] }] }] }')],
    ['the pods have no sidecar', `${namespace('legacy')}${deployment('batch', { namespace: 'legacy' })}${NP('{ podSelector: {}, policyTypes: [Egress] }', 'deny', 'legacy')}`],
  ])('is reached when %s', (_, policies) => {
    expect(said(ask(`${SHOP}${policies}`, { rules }))).toEqual([]);
  });

  test('is not reached where the rule for 15012 is for other pods than istiod\'s', () => {
    const istiod = `${namespace('istio-system')}${deployment('istiod', { namespace: 'istio-system' })}`;
    const policy = NP(`{ ${ORDERS}, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: proxy } } }], ports: [{ port: 15012 }] }] }`);
    expect(said(ask(`${SHOP}${istiod}${policy}`, { rules }))).toEqual(['NS9701 metadata.name: The sidecar of Deployment shop/orders cannot reach istiod: no policy lets it out to port 15012']);
    expect(said(ask(`${SHOP}${policy}`, { rules }))).toEqual([]);
  });
});

describe('ambient mode', () => {
  const ambient = `${namespace('shop', '{ istio.io/dataplane-mode: ambient }')}${deployment('orders')}${deployment('frontend')}`;

  test.each([
    ['the policy admits 15008', NP(`{ ${ORDERS}, ingress: [{ ports: [{ port: 15008 }] }, { from: [{ podSelector: { matchLabels: { app: frontend } } }], ports: [{ port: 8080 }] }] }`)],
    ['nobody is to call at all', NP(`{ ${ORDERS}, policyTypes: [Ingress] }`)],
    ['only callers outside of the mesh are admitted', `${namespace('legacy')}${deployment('batch', { namespace: 'legacy' })}${
      NP(`{ ${ORDERS}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: legacy } } }], ports: [{ port: 8080 }] }] }`)}`],
  ])('the tunnel passes, or nobody needs it, when %s', (_, policies) => {
    expect(said(ask(`${ambient}${policies}`, { rules: ['NS9702'] }))).toEqual([]);
  });

  test('Cilium\'s HTTP rules see nothing of it', () => {
    const rule = CNP('{ endpointSelector: { matchLabels: { app: orders } }, ingress: [{ fromEndpoints: [{}], toPorts: [{ ports: [{ port: "8080", protocol: TCP }], rules: { http: [{ method: GET }] } }] }] }');
    expect(said(ask(`${ambient}${rule}`, { rules: ['NS9700'] }))).toEqual(['NS9700 spec.ingress[0].toPorts[0].rules.http: Requests to port 8080 of Deployment shop/orders are encrypted by the mesh, so these HTTP rules see none']);
  });
});

describe('HTTP rules of Cilium', () => {
  const rule = (port: string): string => CNP(`{ endpointSelector: { matchLabels: { app: orders } }, ingress: [{ fromEndpoints: [{}], toPorts: [{ ports: [{ port: "${port}", protocol: TCP }], rules: { http: [{ method: GET }] } }] }] }`);

  test.each([
    ['the port takes plain text', `${SHOP}${peerAuthentication('shop', '{ selector: { matchLabels: { app: orders } }, mtls: { mode: STRICT }, portLevelMtls: { 9090: { mode: PERMISSIVE } } }')}${rule('9090')}`],
    ['the pods are outside', `${namespace('legacy')}${deployment('orders', { namespace: 'legacy' })}${peerAuthentication('istio-system', STRICT)}${rule('8080').replace('namespace: shop', 'namespace: legacy')}`],
    ['the rules are of DNS', `${SHOP}${peerAuthentication('shop', STRICT)}${CNP('{ endpointSelector: { matchLabels: { app: orders } }, egress: [{ toEntities: [cluster], toPorts: [{ ports: [{ port: "53", protocol: UDP }], rules: { dns: [{ matchPattern: "*" }] } }] }] }')}`],
  ])('are right when %s', (_, yaml) => {
    expect(said(ask(yaml, { rules: ['NS9700'] }))).toEqual([]);
  });

  test('towards pods of the mesh see nothing either', () => {
    const out = CNP('{ endpointSelector: { matchLabels: { app: frontend } }, egress: [{ toEndpoints: [{ matchLabels: { app: orders } }], toPorts: [{ ports: [{ port: "8080", protocol: TCP }], rules: { http: [{ method: GET }] } }] }] }', 'frontend');
    expect(said(ask(`${SHOP}${deployment('frontend')}${peerAuthentication('shop', STRICT)}${out}`, { rules: ['NS9700'] }))).toHaveLength(1);
  });
});

describe('the same callers in both layers', () => {
  const scene = `${SHOP}${deployment('frontend')}${deployment('admin')}`;
  const rules = ['NS9703', 'NS9704'];

  test.each([
    ['a namespace', A('{ selector: { matchLabels: { app: orders } }, rules: [{ from: [{ source: { namespaces: [shop] } }] }] }')],
    ['a prefix', A('{ selector: { matchLabels: { app: orders } }, rules: [{ from: [{ source: { principals: ["cluster.local/ns/shop/sa/front*"] } }] }] }')],
    ['a service account', A('{ selector: { matchLabels: { app: orders } }, rules: [{ from: [{ source: { serviceAccounts: [frontend] } }] }] }')],
    ['any trust domain', A('{ selector: { matchLabels: { app: orders } }, rules: [{ from: [{ source: { principals: ["*/ns/shop/sa/frontend"] } }] }] }')],
    ['what nobody can know', A('{ selector: { matchLabels: { app: orders } }, rules: [{ from: [{ source: { ipBlocks: [10.0.0.0/8] } }] }] }')],
    ['everybody, by a second rule', A('{ selector: { matchLabels: { app: orders } }, rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/admin] } }] }, { to: [{ operation: { ports: ["8080"] } }] }] }')],
  ])('the mesh admits by %s', (_, policy) => {
    const network = NP(`{ ${ORDERS}, ingress: [{ from: [{ podSelector: { matchLabels: { app: frontend } } }, { podSelector: { matchLabels: { app: admin } } }], ports: [{ port: 8080 }] }] }`);
    const found = said(ask(`${scene}${policy}${network}`, { rules })).filter((one) => one.includes('frontend'));
    expect(found).toEqual([]);
  });

  test('another port is another matter', () => {
    const policy = A('{ selector: { matchLabels: { app: orders } }, rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/frontend] } }], to: [{ operation: { ports: ["9090"] } }] }] }');
    const network = NP(`{ ${ORDERS}, ingress: [{ from: [{ podSelector: { matchLabels: { app: frontend } } }], ports: [{ port: 8080 }] }] }`);
    expect(said(ask(`${scene}${policy}${network}`, { rules }))).toEqual([
      'NS9703 spec.rules[0].from[0].source.principals[0]: Deployment shop/frontend is admitted here, and NetworkPolicy shop/orders lets it through to no port of Deployment shop/orders that this rule is for (9090)',
      'NS9704 spec.ingress[0].from[0].podSelector: Deployment shop/frontend is let through to port 8080 of Deployment shop/orders, and no ALLOW rule of AuthorizationPolicy shop/orders admits its service account shop/frontend',
    ]);
  });

  test('a declared caller that no rule admits', () => {
    const model: DeclaredModel = {
      workloads: [{ namespace: 'shop', name: 'orders', labels: { app: 'orders' } }, { namespace: 'shop', name: 'frontend', labels: { app: 'frontend' }, serviceAccount: 'frontend' }],
      connections: [{ from: 'main:shop/frontend', to: 'main:shop/orders', port: '8080/TCP', http: [], tags: ['declared'] }],
    };
    const policy = (account: string): string => A(`{ selector: { matchLabels: { app: orders } }, rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/${account}] } }] }] }`);
    expect(said(ask(`${scene}${policy('admin')}`, { rules, model }))).toEqual([
      'NS9704 spec.rules: shop/frontend is declared to call port 8080 of Deployment shop/orders, and no ALLOW rule admits its service account shop/frontend',
    ]);
    expect(said(ask(`${scene}${policy('frontend')}`, { rules, model }))).toEqual([]);
  });
});

test('documents that are not all there is say nothing of what is missing', () => {
  const yaml = `${SHOP}${NP(`{ ${ORDERS}, policyTypes: [Egress] }`)}`;
  expect(said(ask(yaml, { rules: ['NS9701'] }))).toHaveLength(1);
  expect(said(ask(yaml, { rules: ['NS9701'], open: true }))).toEqual([]);
});
