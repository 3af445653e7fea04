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
