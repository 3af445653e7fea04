// Ambient: what the proxies of nodes and the waypoints let in, each with a near miss.
import { istio, meshNetwork, say, workload } from './ask';
import type { Question } from './ask';

const SYSTEM = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient } }
---
apiVersion: v1
kind: Namespace
metadata: { name: front, labels: { istio.io/dataplane-mode: ambient } }
---
apiVersion: v1
kind: Namespace
metadata: { name: side, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: Namespace
metadata: { name: legacy }
---
${workload('shop', 'orders')}
---
${workload('front', 'web')}
---
${workload('side', 'car')}
---
${workload('legacy', 'batch')}
---
`;
const service = (labels: string): string => `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop, labels: { ${labels} } }
spec: { selector: { app: orders }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
`;
const WAYPOINT = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: way, namespace: shop, labels: { istio.io/waypoint-for: service } }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
---
`;
const PLAIN = service('');
const BEHIND = service('istio.io/use-waypoint: way') + WAYPOINT;

const CALL: Question = { from: 'front/web', to: 'shop/orders' };
const policy = (spec: string, namespace: string = 'shop'): string => istio('AuthorizationPolicy', 'a', namespace, spec);
const ask = (documents: string, question: Question, istio?: string): string => say(meshNetwork(SYSTEM + documents, istio === undefined ? undefined : { istio }), question);

describe('the proxy of the node', () => {
  const strict = istio('PeerAuthentication', 'default', 'shop', '{ mtls: { mode: STRICT } }');
  const off = istio('PeerAuthentication', 'default', 'shop', '{ mtls: { mode: DISABLE } }');
  const named = policy('{ rules: [{ from: [{ source: { namespaces: [front] } }] }] }');

  test('names a PeerAuthentication of the very namespace where nobody knows which of two holds', () => {
    const both = (namespace: string): string => istio('PeerAuthentication', 'one', namespace, '{ mtls: { mode: STRICT } }') + istio('PeerAuthentication', 'two', namespace, '{ mtls: { mode: PERMISSIVE } }');
    const documents = both('front') + both('shop');
    for (const to of ['front/web', 'shop/orders']) expect(ask(documents, { from: 'legacy/batch', to })).toContain(`undetermined by PeerAuthentication ${to.split('/')[0]!}/one because`);
  });

  test('means accounts of its own namespace, whatever other namespaces write alike', () => {
    const own = '{ rules: [{ from: [{ source: { serviceAccounts: [web] } }] }] }';
    expect(ask(policy(own) + policy(own, 'front'), CALL)).toBe('denied by AuthorizationPolicy shop/a spec');
    expect(ask(policy(own) + policy(own, 'front'), { ...CALL, to: 'front/web' })).toBe('allowed by AuthorizationPolicy front/a spec.rules.0');
  });

  test.each<[string, string, Question, string]>([
    ['asks callers outside for a certificate', PLAIN + strict, { ...CALL, from: 'legacy/batch' }, 'denied by PeerAuthentication shop/default spec.mtls.mode'],
    ['takes callers of the mesh', PLAIN + strict, CALL, 'allowed'],
    ['knows callers where certificates are switched off', PLAIN + off + named, CALL, 'allowed by AuthorizationPolicy shop/a spec.rules.0'],
    ['names callers', PLAIN + named, { ...CALL, from: 'side/car' }, 'denied by AuthorizationPolicy shop/a spec'],
    ['leaves out what it would have to ask of requests', PLAIN + policy('{ rules: [{ to: [{ operation: { methods: [GET] } }] }] }'), { ...CALL, request: { method: 'GET' } }, 'denied by AuthorizationPolicy shop/a spec'],
    // https://github.com/istio/istio/issues/61126; src/rbac.rs of ztunnel has read it so since before 1.24.
    ['denies nobody by requests alone', PLAIN + policy('{ action: DENY, rules: [{ to: [{ operation: { methods: [GET] } }] }] }'), { ...CALL, request: { method: 'GET' } }, 'allowed'],
    ['denies by what is left', PLAIN + policy('{ action: DENY, rules: [{ to: [{ operation: { methods: [GET], ports: ["8080"] } }] }] }'), { ...CALL, request: { method: 'PUT' } }, 'denied by AuthorizationPolicy shop/a spec.rules.0'],
    ['asks no authorization service', PLAIN + policy('{ action: CUSTOM, provider: { name: oauth }, rules: [{}] }'), CALL, 'allowed'],
    ['sees the waypoint instead of who came through it', BEHIND + named, CALL, 'denied by AuthorizationPolicy shop/a spec'],
    ['sees who did not come through it', BEHIND + policy('{ rules: [{ from: [{ source: { namespaces: [side] } }] }] }'), { ...CALL, from: 'side/car' }, 'allowed by AuthorizationPolicy shop/a spec.rules.0'],
    ['admits the waypoint', BEHIND + policy('{ rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/way] } }] }] }'), CALL, 'allowed by AuthorizationPolicy shop/a spec.rules.0'],
  ])('%s', (_, documents, question, answer) => {
    expect(ask(documents, question)).toBe(answer);
  });
});

test.each(['1.24', '1.30'])('a denial by requests alone denies nobody under Istio %s', (version) => {
  expect(ask(PLAIN + policy('{ action: DENY, rules: [{ from: [{ source: { namespaces: [front] } }], to: [{ operation: { methods: [GET] } }] }] }'), CALL, version)).toBe('allowed');
  expect(ask(PLAIN + policy('{ action: DENY, rules: [{ from: [{ source: { namespaces: [front] } }] }] }'), CALL, version)).toBe('denied by AuthorizationPolicy shop/a spec.rules.0');
});

describe('a waypoint', () => {
  const attached = (target: string, spec: string): string => policy(`{ targetRefs: [${target}], ${spec} }`);
  const SERVICE = '{ kind: Service, group: "", name: orders }';
  const GET = 'rules: [{ from: [{ source: { namespaces: [front] } }], to: [{ operation: { methods: [GET], ports: ["80"] } }] }]';

  test.each<[string, string, Question, string]>([
    ['takes a request that its policy names', BEHIND + attached(SERVICE, GET), { ...CALL, request: { method: 'GET' } }, 'allowed by AuthorizationPolicy shop/a spec.rules.0'],
    ['refuses another', BEHIND + attached(SERVICE, GET), { ...CALL, request: { method: 'PUT' } }, 'denied 403 by AuthorizationPolicy shop/a spec.rules.0'],
    ['is not asked where no waypoint is', PLAIN + attached(SERVICE, GET), { ...CALL, request: { method: 'PUT' } }, 'allowed'],
    ['is not asked by callers who do not go through it', BEHIND + attached(SERVICE, GET), { ...CALL, from: 'legacy/batch', request: { method: 'PUT' } }, 'allowed by AuthorizationPolicy shop/a spec'],
    ['keeps what is attached to itself', BEHIND + attached('{ kind: Gateway, group: gateway.networking.k8s.io, name: way }', 'action: DENY, rules: [{ to: [{ operation: { paths: [/admin*] } }] }]'), { ...CALL, request: { path: '/admin/x' } }, 'denied 403 by AuthorizationPolicy shop/a spec.rules.0'],
    ['keeps nothing that is attached to another', BEHIND + attached('{ kind: Gateway, group: gateway.networking.k8s.io, name: other }', 'action: DENY, rules: [{ to: [{ operation: { paths: [/admin*] } }] }]'), { ...CALL, request: { path: '/admin/x' } }, 'allowed'],
    ['keeps what is attached to all waypoints', BEHIND + policy('{ targetRefs: [{ kind: GatewayClass, group: gateway.networking.k8s.io, name: istio-waypoint }], rules: [{ to: [{ operation: { methods: [GET] } }] }] }', 'istio-system'), { ...CALL, request: { method: 'PUT' } },
      'denied 403 by AuthorizationPolicy istio-system/a spec.rules.0'],
  ])('%s', (_, documents, question, answer) => {
    expect(ask(documents, question)).toBe(answer);
  });
});

/** Each of these was found by istiod itself (test/conformance/reach/istio-ambient.ts). */
describe('which waypoint is on the way', () => {
  const GET_ALONE = 'rules: [{ to: [{ operation: { methods: [GET] } }] }]';
  const attached = policy(`{ targetRefs: [{ kind: Service, group: "", name: orders }], ${GET_ALONE} }`);
  const PUT: Question = { ...CALL, request: { method: 'PUT' } };
  const refused = 'denied 403 by AuthorizationPolicy shop/a spec.rules.0';
  const gateway = (namespace: string, labels: string, more: string, annotations: string = ''): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: way, namespace: ${namespace}, labels: { ${labels} }, annotations: { ${annotations} } }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: proxy, port: 15088, protocol: istio.io/PROXY, allowedRoutes: { namespaces: { from: All } } }, { name: mesh, port: 15008, protocol: HBONE${more} }] }
---
`;
  const routes = (namespaces: string): string => `, allowedRoutes: { namespaces: { ${namespaces} } }`;
  const elsewhere = service('istio.io/use-waypoint: way, istio.io/use-waypoint-namespace: front');
  const gatewayClass = `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: istio-waypoint, labels: { istio.io/waypoint-for: workload } }
spec: { controllerName: istio.io/mesh-controller }
---
`;

  test.each<[string, string, string]>([
    ['none of another namespace that does not say that it takes others', elsewhere + gateway('front', '', ''), 'allowed'],
    ['none of another namespace that takes its own', elsewhere + gateway('front', '', routes('from: Same')), 'allowed'],
    ['one of another namespace that takes all', elsewhere + gateway('front', '', routes('from: All')), refused],
    ['one that takes the namespace by its labels', elsewhere + gateway('front', '', routes('from: Selector, selector: { matchLabels: { istio.io/dataplane-mode: ambient } }')), refused],
    ['none that takes namespaces with other labels', elsewhere + gateway('front', '', routes('from: Selector, selector: { matchLabels: { team: blue } }')), 'allowed'],
    ['none of its own namespace that takes namespaces with other labels', service('istio.io/use-waypoint: way') + gateway('shop', '', routes('from: Selector, selector: { matchLabels: { team: blue } }')), 'allowed'],
    ['one whose bound listener takes all', elsewhere + gateway('front', '', '', 'ambient.istio.io/waypoint-inbound-binding: PROXY/15088'), refused],
    ['none that is for pods', service('istio.io/use-waypoint: way') + gateway('shop', 'istio.io/waypoint-for: workload', ''), 'allowed'],
    ['none whose class is for pods', service('istio.io/use-waypoint: way') + gatewayClass + gateway('shop', '', ''), 'allowed'],
    ['one that is for Services though its class is for pods', service('istio.io/use-waypoint: way') + gatewayClass + gateway('shop', 'istio.io/waypoint-for: service', ''), refused],
  ])('%s', (_, documents, answer) => {
    expect(ask(documents + attached, PUT)).toBe(answer);
  });

  test('is not known where one of two Services has one', () => {
    const beside = service('').replace('name: orders,', 'name: beside,');
    expect(ask(BEHIND + beside + attached, PUT)).toContain('undetermined by AuthorizationPolicy shop/a spec because which waypoint is on the way, and what it keeps, is not known');
    expect(ask(BEHIND + beside + attached, { ...PUT, from: 'side/car' })).toBe('allowed');
  });

  test('keeps what is not known where Services or ports before the same pods have policies of their own', () => {
    const beside = service('istio.io/use-waypoint: way').replace('name: orders,', 'name: beside,');
    const tokens = istio('RequestAuthentication', 'r', 'shop', '{ targetRefs: [{ kind: Service, group: "", name: orders }], jwtRules: [{ issuer: https://id.example.com, jwksUri: https://id.example.com/keys }] }');
    const stranger: Question = { ...CALL, request: { method: 'GET' }, facts: { jwt: { issuer: 'stranger' } } };
    const unknown = 'because which waypoint is on the way, and what it keeps, is not known';
    expect(ask(BEHIND + beside + tokens, stranger)).toContain(`undetermined by RequestAuthentication shop/r spec ${unknown}`);
    expect(ask(BEHIND + tokens, stranger)).toContain('denied 401');
    expect(ask(BEHIND + beside + attached, PUT)).toContain(`undetermined by AuthorizationPolicy shop/a spec ${unknown}`);
    expect(ask(BEHIND + beside + attached.replace('kind: Service, group: "", name: orders', 'kind: Gateway, group: gateway.networking.k8s.io, name: way'), PUT)).toBe(refused);
    const twoPorts = BEHIND.replace('ports: [{', 'ports: [{ name: http-too, port: 81, targetPort: 8080 }, {');
    const port80 = attached.replace('methods: [GET]', 'ports: ["80"]');
    expect(ask(twoPorts + port80, CALL)).toContain(`undetermined by AuthorizationPolicy shop/a spec ${unknown}`);
    expect(ask(BEHIND + port80, CALL)).toBe('allowed by AuthorizationPolicy shop/a spec.rules.0');
  });

  test('is asked by gateways where the Service, or else its namespace, asks them to', () => {
    const edge = workload('side', 'edge', 'annotations: { inject.istio.io/templates: gateway }') + '\n---\n';
    const from: Question = { ...PUT, from: 'side/edge' };
    const asking = (label: string): string => service(`istio.io/use-waypoint: way${label}`) + WAYPOINT + edge + attached;
    const everywhere = SYSTEM.replace('name: shop, labels: { ', 'name: shop, labels: { istio.io/ingress-use-waypoint: "true", ');
    expect(ask(asking(', istio.io/ingress-use-waypoint: "true"'), from)).toBe(refused);
    expect(ask(asking(', istio.io/ingress-use-waypoint: "false"'), from)).toBe('allowed by AuthorizationPolicy shop/a spec');
    expect(ask(asking(''), from)).toBe('allowed by AuthorizationPolicy shop/a spec');
    expect(say(meshNetwork(everywhere + asking('')), from)).toBe(refused);
    expect(say(meshNetwork(everywhere + asking(', istio.io/ingress-use-waypoint: "false"')), from)).toBe('allowed by AuthorizationPolicy shop/a spec');
    expect(ask(asking(', istio.io/ingress-use-waypoint: "true"'), { ...from, from: 'side/car' })).toBe('allowed by AuthorizationPolicy shop/a spec');
    // Behind the waypoint, the proxy of the node sees the waypoint.
    const named = policy('{ rules: [{ from: [{ source: { namespaces: [side] } }] }] }').replace('name: a,', 'name: b,');
    expect(ask(asking(', istio.io/ingress-use-waypoint: "true"') + named, { ...from, request: { method: 'GET' } })).toBe('denied by AuthorizationPolicy shop/b spec');
    expect(ask(asking('') + named, { ...from, request: { method: 'GET' } })).toBe('allowed by AuthorizationPolicy shop/b spec.rules.0');
  });

  test('is the one of the pods where no Service leads', () => {
    const labelled = SYSTEM.replace('name: shop, labels: { ', 'name: shop, labels: { istio.io/use-waypoint: way, ');
    const kept = policy(`{ targetRefs: [{ kind: Gateway, group: gateway.networking.k8s.io, name: way }], ${GET_ALONE} }`);
    const direct = (made: string): string => say(meshNetwork(labelled + PLAIN + gateway('shop', `istio.io/waypoint-for: ${made}`, '') + kept), { ...PUT, port: 9090 });
    expect(direct('workload')).toBe(refused);
    expect(direct('all')).toBe(refused);
    expect(direct('service')).toBe('allowed');
    expect(ask(PLAIN + gateway('shop', 'istio.io/waypoint-for: all', '') + kept, { ...PUT, port: 9090 })).toBe('allowed');
  });
});

describe('what istiod makes for the proxy of the node', () => {
  const BATCH: Question = { from: 'legacy/batch', to: 'shop/orders' };
  const peer = (name: string, namespace: string, spec: string): string => istio('PeerAuthentication', name, namespace, spec);
  const mesh = peer('default', 'istio-system', '{ mtls: { mode: STRICT } }');
  const unset = peer('default', 'shop', '{ mtls: { mode: UNSET } }');
  const pods = (spec: string): string => peer('orders', 'shop', `{ selector: { matchLabels: { app: orders } }, ${spec} }`);

  test('is nothing of a policy whose selector is empty', () => {
    const denies = (selector: string): string => policy(`{ ${selector} action: DENY, rules: [{}] }`);
    expect(ask(PLAIN + denies('selector: {},'), CALL)).toBe('allowed');
    expect(ask(PLAIN + denies('selector: { matchLabels: {} },'), CALL)).toBe('allowed');
    expect(ask(PLAIN + denies(''), CALL)).toBe('denied by AuthorizationPolicy shop/a spec.rules.0');
    expect(ask(PLAIN + denies('selector: { matchLabels: { app: orders } },'), CALL)).toBe('denied by AuthorizationPolicy shop/a spec.rules.0');
  });

  test('keeps a port STRICT that is switched off where the rest inherits STRICT', () => {
    expect(ask(PLAIN + mesh + pods('portLevelMtls: { "8080": { mode: DISABLE } }'), BATCH)).toBe('denied by PeerAuthentication istio-system/default spec.mtls.mode');
    expect(ask(PLAIN + mesh + pods('portLevelMtls: { "8080": { mode: PERMISSIVE } }'), BATCH)).toBe('allowed');
    expect(ask(PLAIN + mesh + pods('portLevelMtls: { "8080": { mode: DISABLE }, "9090": { mode: PERMISSIVE } }'), BATCH)).toBe('allowed');
    expect(ask(PLAIN + pods('mtls: { mode: STRICT }, portLevelMtls: { "8080": { mode: DISABLE } }'), BATCH)).toBe('allowed');
  });

  test('leaves a STRICT port of open pods open under a STRICT mesh', () => {
    const port = pods('mtls: { mode: PERMISSIVE }, portLevelMtls: { "8080": { mode: STRICT } }');
    expect(ask(PLAIN + mesh + port, BATCH)).toBe('allowed');
    expect(ask(PLAIN + mesh + unset + port, BATCH)).toBe('allowed');
    expect(ask(PLAIN + port, BATCH)).toBe('denied by PeerAuthentication shop/orders spec.portLevelMtls.8080.mode');
    expect(ask(PLAIN + mesh + peer('default', 'shop', '{ mtls: { mode: PERMISSIVE } }') + port, BATCH)).toBe('denied by PeerAuthentication shop/orders spec.portLevelMtls.8080.mode');
  });

  test('leaves pods wholly open whose namespace says UNSET under a STRICT mesh once a port is open', () => {
    const port = pods('portLevelMtls: { "9090": { mode: PERMISSIVE } }');
    expect(ask(PLAIN + mesh + unset + port, BATCH)).toBe('allowed');
    expect(ask(PLAIN + mesh + port, BATCH)).toBe('denied by PeerAuthentication istio-system/default spec.mtls.mode');
    expect(ask(PLAIN + mesh + port, { ...BATCH, port: 9090 })).toBe('allowed');
  });
});
