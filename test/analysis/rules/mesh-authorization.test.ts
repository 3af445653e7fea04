// Policies of Istio that do not mean what they say, in the variants in which they occur.
import type { DeclaredModel } from '../../../src/analysis/input';
import { ask, deployment, namespace, object, orderPlatform, peerAuthentication, said, service, SHOP } from './mesh-scene';

const policy = (spec: string, name = 'orders', home = 'shop'): string => object('security.istio.io/v1', 'AuthorizationPolicy', name, home, spec);
const FOR_ORDERS = 'selector: { matchLabels: { app: orders } }';

describe('identities', () => {
  const rules = ['NS3012', 'NS3020', 'NS3021'];

  test.each([
    ['a service account that nobody has', `{ ${FOR_ORDERS}, rules: [{ from: [{ source: { serviceAccounts: [shop/nobody] } }] }] }`, 'NS3020 spec.rules[0].from[0].source.serviceAccounts[0]: No pod of namespace shop runs as service account nobody, so shop/nobody never matches'],
    ['a short service account', `{ ${FOR_ORDERS}, rules: [{ from: [{ source: { serviceAccounts: [nobody] } }] }] }`, 'NS3020 spec.rules[0].from[0].source.serviceAccounts[0]: No pod of namespace shop runs as service account nobody, so nobody never matches'],
    ['a condition', `{ ${FOR_ORDERS}, action: DENY, rules: [{ when: [{ key: source.principal, values: ["*/ns/shop/sa/nobody"] }] }] }`, 'NS3020 spec.rules[0].when[0].values[0]: No pod of namespace shop runs as service account nobody, so */ns/shop/sa/nobody never matches'],
    ['another form', `{ ${FOR_ORDERS}, rules: [{ from: [{ source: { principals: [shop/orders] } }] }] }`, 'NS3021 spec.rules[0].from[0].source.principals[0]: Principal shop/orders never matches: it has not the form <trust domain>/ns/<namespace>/sa/<service account>'],
  ])('speaks of %s', (_, spec, message) => {
    expect(said(ask(`${SHOP}${policy(spec)}`, { rules }))).toEqual([message]);
  });

  test.each([
    ['a pattern', `{ ${FOR_ORDERS}, rules: [{ from: [{ source: { principals: ["*/ns/shop/*", "cluster.local/ns/shop/sa/order*"] } }] }] }`],
    ['a namespace whose pods nobody knows', `{ ${FOR_ORDERS}, rules: [{ from: [{ source: { principals: [cluster.local/ns/istio-ingress/sa/gateway] } }] }] }`],
    ['the account of a Gateway', `{ ${FOR_ORDERS}, rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/edge-istio] } }] }] }`],
  ])('passes %s', (_, spec) => {
    const gateway = object('gateway.networking.k8s.io/v1', 'Gateway', 'edge', 'shop', '{ gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP }] }');
    expect(said(ask(`${SHOP}${gateway}${policy(spec)}`, { rules }))).toEqual([]);
  });

  test('a trust domain counts where the mesh says its own', () => {
    const yaml = `${SHOP}${policy(`{ ${FOR_ORDERS}, rules: [{ from: [{ source: { principals: [td2/ns/shop/sa/orders] } }] }] }`)}`;
    const config = (more: string): string => `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio, namespace: istio-system }\ndata: { mesh: "{ trustDomain: td1${more} }" }\n`;
    expect(said(ask(yaml, { rules }))).toEqual([]);
    expect(said(ask(`${yaml}${config('')}`, { rules }))).toEqual(['NS3021 spec.rules[0].from[0].source.principals[0]: Principal td2/ns/shop/sa/orders never matches: the mesh has trust domain td1']);
    expect(said(ask(`${yaml}${config(', trustDomainAliases: [td2]')}`, { rules }))).toEqual([]);
  });
});

describe('who calls in plain text', () => {
  const rules = ['NS3023'];
  const model = (from: string): DeclaredModel => ({
    workloads: [{ namespace: 'shop', name: 'orders', labels: { app: 'orders' } }, { namespace: 'legacy', name: 'batch', labels: { app: 'batch' } }],
    connections: [{ from, to: 'main:shop/orders', port: '8080/TCP', http: [], tags: ['declared'] }],
  });
  const legacy = `${namespace('legacy')}${deployment('batch', { namespace: 'legacy' })}`;

  test.each([
    ['an identity', '{ from: [{ source: { namespaces: [shop] } }] }'],
    ['a token', '{ from: [{ source: { requestPrincipals: ["*"] } }] }'],
    ['another port', '{ to: [{ operation: { ports: ["9090"] } }] }'],
    ['a condition on the identity', '{ when: [{ key: source.namespace, values: [shop] }] }'],
  ])('is not admitted by rules that ask for %s', (_, rule) => {
    expect(said(ask(`${SHOP}${legacy}${policy(`{ ${FOR_ORDERS}, rules: [${rule}] }`)}`, { rules, model: model('main:legacy/batch') }))).toEqual([
      'NS3023 spec.rules: legacy/batch is declared to call port 8080 of shop/orders and has no identity, and no rule of the ALLOW policies admits such a caller',
    ]);
  });

  test.each([
    ['no ALLOW policy is there', policy(`{ ${FOR_ORDERS}, action: DENY, rules: [{ from: [{ source: { namespaces: [other] } }] }] }`)],
    ['a second policy admits it', `${policy(`{ ${FOR_ORDERS}, rules: [{ from: [{ source: { namespaces: [shop] } }] }] }`)}${policy('{ rules: [{ to: [{ operation: { ports: ["8080"] } }] }] }', 'all')}`],
    ['addresses may match', policy(`{ ${FOR_ORDERS}, rules: [{ from: [{ source: { ipBlocks: [10.0.0.0/8] } }] }] }`)],
    ['the port is STRICT, which is another rule\'s matter', `${peerAuthentication('shop', '{ mtls: { mode: STRICT } }')}${policy(`{ ${FOR_ORDERS}, rules: [{ from: [{ source: { namespaces: [shop] } }] }] }`)}`],
  ])('passes where %s', (_, more) => {
    expect(said(ask(`${SHOP}${legacy}${more}`, { rules, model: model('main:legacy/batch') }))).toEqual([]);
  });

  test('the order platform without its rule for metrics', () => {
    const { yaml, model: declared, targets } = orderPlatform();
    const broken = yaml.replace(/ {4}- to:\n {8}- operation:\n {12}methods:\n {14}- GET\n {12}paths:\n {14}- \/metrics\n {12}ports:\n {14}- "9090"\n {4}- from:\n/, '    - from:\n')
      .replace(/ {4}- from:\n {8}- source:\n {12}ipBlocks:\n(?: {14}- .*\n)+ {6}to:\n {8}- operation:\n {12}ports:\n {14}- "9090"\n/, '');
    expect(broken).not.toBe(yaml);
    expect(said(ask(broken, { rules, model: declared, targets }))).toEqual(expect.arrayContaining([
      'NS3023 spec.rules: monitoring/prometheus is declared to call port 9090 of order-system/order-service and has no identity, and no rule of the ALLOW policies admits such a caller',
    ]));
  });
});

describe('bytes and requests', () => {
  const redis = `${namespace('shop', '{ istio-injection: enabled }')}${deployment('cache')}${service('cache', { ports: '[{ name: tcp-redis, port: 6379 }, { name: http-admin, port: 8080 }]' })}`;

  test('one HTTP attribute anywhere drops an ALLOW rule at the TCP port that it names', () => {
    const spec = '{ selector: { matchLabels: { app: cache } }, rules: [{ to: [{ operation: { ports: ["6379"] } }, { operation: { ports: ["8080"], methods: [GET] } }] }] }';
    expect(said(ask(`${redis}${policy(spec)}`, { rules: ['NS3024'] }))).toEqual([
      'NS3024 spec.rules[0].to[1].operation.methods: This rule is dropped at port 6379 of Deployment shop/cache, which carries bytes: methods are parts of a request',
    ]);
  });

  test.each([
    ['the rule is for the HTTP port', '{ selector: { matchLabels: { app: cache } }, rules: [{ to: [{ operation: { ports: ["8080"], methods: [GET] } }] }] }'],
    ['the rule leaves ports open and an HTTP port is there', '{ selector: { matchLabels: { app: cache } }, rules: [{ to: [{ operation: { methods: [GET] } }] }] }'],
    ['a DENY rule keeps its caller', '{ selector: { matchLabels: { app: cache } }, action: DENY, rules: [{ from: [{ source: { namespaces: [guest] } }], to: [{ operation: { methods: [DELETE] } }] }] }'],
    ['a DENY rule names the HTTP port', '{ selector: { matchLabels: { app: cache } }, action: DENY, rules: [{ to: [{ operation: { ports: ["8080"], methods: [DELETE] } }] }] }'],
  ])('passes when %s', (_, spec) => {
    expect(said(ask(`${redis}${policy(spec)}`, { rules: ['NS3024', 'NS3025'] }))).toEqual([]);
  });
});

describe('ambient mode', () => {
  const ambient = `${namespace('shop', '{ istio.io/dataplane-mode: ambient }')}${deployment('orders')}${service('orders')}`;

  test('says what becomes of a DENY rule, and of actions that ztunnel does not know', () => {
    expect(said(ask(`${ambient}${policy(`{ ${FOR_ORDERS}, action: DENY, rules: [{ to: [{ operation: { paths: [/admin] } }] }] }`)}`, { rules: ['NS3026'] }))).toEqual([
      'NS3026 spec.rules[0].to[0].operation.paths: ztunnel keeps this policy for Deployment shop/orders and does not know paths: only what is left of this DENY rule decides',
    ]);
    expect(said(ask(`${ambient}${policy('{ action: CUSTOM, provider: { name: oauth }, rules: [{}] }')}`, { rules: ['NS3026'] }))).toEqual([
      'NS3026 spec.action: ztunnel keeps this policy for Deployment shop/orders and does not know the action CUSTOM: it is left out',
    ]);
  });

  test('connections are what it knows', () => {
    expect(said(ask(`${ambient}${policy(`{ ${FOR_ORDERS}, rules: [{ from: [{ source: { namespaces: [shop] } }], to: [{ operation: { ports: ["8080"] } }] }] }`)}`, { rules: ['NS3026'] }))).toEqual([]);
  });
});

describe('tokens', () => {
  const rules = ['NS3031'];
  const checked = object('security.istio.io/v1', 'RequestAuthentication', 'all', 'istio-system', '{ jwtRules: [{ issuer: "https://id.example.com", jwksUri: "https://id.example.com/jwks" }] }');

  test.each([
    ['an issuer that no jwtRule has', `${checked}${policy(`{ ${FOR_ORDERS}, rules: [{ from: [{ source: { requestPrincipals: ["https://other.example.com/*"] } }] }] }`)}`,
      'NS3031 spec.rules[0].from[0].source.requestPrincipals: Tokens of https://other.example.com are not checked at Deployment shop/orders, which takes those of https://id.example.com: this rule never matches'],
    ['requests without a principal, which are all', policy(`{ ${FOR_ORDERS}, action: DENY, rules: [{ from: [{ source: { notRequestPrincipals: ["*"] } }] }] }`),
      'NS3031 spec.rules[0].from[0].source.notRequestPrincipals: No RequestAuthentication is for Deployment shop/orders, so no request has a principal or claims, and this DENY rule matches every request'],
  ])('speaks of %s', (_, more, message) => {
    expect(said(ask(`${SHOP}${more}`, { rules }))).toEqual([message]);
  });

  test.each([
    ['the root namespace checks tokens for all', `${checked}${policy(`{ ${FOR_ORDERS}, rules: [{ from: [{ source: { requestPrincipals: ["https://id.example.com/*"] } }] }] }`)}`],
    ['another source of the rule needs none', policy(`{ ${FOR_ORDERS}, rules: [{ from: [{ source: { requestPrincipals: ["*"] } }, { source: { namespaces: [shop] } }] }] }`)],
  ])('passes when %s', (_, more) => {
    expect(said(ask(`${SHOP}${more}`, { rules }))).toEqual([]);
  });
});
