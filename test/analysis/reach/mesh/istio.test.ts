// Sidecars of Istio: certificates, policies and tokens, each with a near miss.
import { istio, meshNetwork, say, SHOP, workload } from './ask';
import type { Question } from './ask';

const CALL: Question = { from: 'front/web', to: 'shop/orders' };
const OUTSIDE: Question = { from: 'legacy/batch', to: 'shop/orders' };

function ask(documents: string, question: Question): string {
  return say(meshNetwork(SHOP + documents), question);
}

describe('certificates', () => {
  const STRICT = istio('PeerAuthentication', 'default', 'shop', '{ mtls: { mode: STRICT } }');
  const OPEN = istio('PeerAuthentication', 'open', 'shop', '{ selector: { matchLabels: { app: orders } }, mtls: { mode: STRICT }, portLevelMtls: { 9090: { mode: PERMISSIVE } } }');

  test.each<[string, string, Question, string]>([
    ['a caller outside of the mesh', STRICT, OUTSIDE, 'denied by PeerAuthentication shop/default spec.mtls.mode'],
    ['an address', STRICT, { ...OUTSIDE, from: '192.0.2.1' }, 'denied by PeerAuthentication shop/default spec.mtls.mode'],
    ['a caller of the mesh', STRICT, CALL, 'allowed'],
    ['a caller outside, where certificates are not asked for', '', OUTSIDE, 'allowed'],
    ['a port of the sidecar itself', STRICT, { ...OUTSIDE, port: 15020 }, 'allowed'],
    ['a whole mesh', istio('PeerAuthentication', 'default', 'istio-system', '{ mtls: { mode: STRICT } }'), OUTSIDE, 'denied by PeerAuthentication istio-system/default spec.mtls.mode'],
    ['a selector in the root namespace, which is for nobody', istio('PeerAuthentication', 'x', 'istio-system', '{ selector: { matchLabels: { app: orders } }, mtls: { mode: STRICT } }'), OUTSIDE, 'allowed'],
    ['an open port', OPEN, { ...OUTSIDE, port: 9090 }, 'allowed'],
    ['the port beside it', OPEN, { ...OUTSIDE, port: 9091 }, 'denied by PeerAuthentication shop/open spec.mtls.mode'],
    ['a port of the Service that is not the pods\'', istio('PeerAuthentication', 'p', 'shop', '{ selector: { matchLabels: { app: orders } }, portLevelMtls: { 80: { mode: STRICT } } }'), OUTSIDE, 'allowed'],
    ['two policies of one reach that differ', `${STRICT}${istio('PeerAuthentication', 'other', 'shop', '{ mtls: { mode: PERMISSIVE } }')}`, OUTSIDE,
      'undetermined by PeerAuthentication shop/default because which PeerAuthentication holds is not known: of several the oldest does, or one could not be read'],
    ['two policies of one reach that agree', `${STRICT}${istio('PeerAuthentication', 'other', 'shop', '{ mtls: { mode: STRICT } }')}`, OUTSIDE, 'denied by PeerAuthentication shop/default spec.mtls.mode'],
  ])('%s', (_, documents, question, answer) => {
    expect(ask(documents, question)).toBe(answer);
  });

  test('a DestinationRule that switches TLS off makes the callers that read it strangers', () => {
    const rule = istio('DestinationRule', 'orders', 'front', '{ host: orders.shop.svc.cluster.local, trafficPolicy: { tls: { mode: DISABLE } } }');
    expect(ask(STRICT + rule, CALL)).toBe('denied by PeerAuthentication shop/default spec.mtls.mode');
    const elsewhere = istio('DestinationRule', 'orders', 'front', '{ host: other.shop.svc.cluster.local, trafficPolicy: { tls: { mode: DISABLE } } }');
    expect(ask(STRICT + elsewhere, CALL)).toBe('allowed');
    const kept = istio('DestinationRule', 'orders', 'front', '{ host: orders.shop.svc.cluster.local, exportTo: [other], trafficPolicy: { tls: { mode: DISABLE } } }');
    expect(ask(STRICT + kept, CALL)).toBe('allowed');
  });

  test.each<[string, string, string]>([
    ['excludeOutboundPorts: "80"', 'a port of the Service that its sidecar leaves alone', 'denied by PeerAuthentication shop/default spec.mtls.mode'],
    ['excludeOutboundPorts: "8080"', 'the port of the pods, which nobody calls', 'allowed'],
    ['excludeOutboundPorts: "443,5432"', 'other ports', 'allowed'],
    ['excludeOutboundIPRanges: 10.0.0.0/8', 'addresses', 'undetermined by PeerAuthentication shop/default spec.mtls.mode because whether the rule means this peer is not known'],
  ])('%s: %s', (annotation, _, answer) => {
    const plain = workload('front', 'web');
    const leaving = workload('front', 'web', `annotations: { traffic.sidecar.istio.io/${annotation} }`);
    expect(SHOP).toContain(plain);
    expect(say(meshNetwork(SHOP.replace(plain, leaving) + STRICT), CALL)).toBe(answer);
  });

  test.each<[string, number, string]>([
    ['excludeInboundPorts: "9000"', 9000, 'allowed'],
    ['excludeInboundPorts: "9000"', 9001, 'denied by PeerAuthentication shop/default spec.mtls.mode'],
    ['includeInboundPorts: "9000"', 9000, 'denied by PeerAuthentication shop/default spec.mtls.mode'],
    ['includeInboundPorts: "9000"', 9001, 'allowed'],
    ['includeInboundPorts: "*"', 9001, 'denied by PeerAuthentication shop/default spec.mtls.mode'],
  ])('%s of the called, port %i: the sidecar does not stand before every port', (annotation, port, answer) => {
    const plain = workload('shop', 'orders');
    const leaving = workload('shop', 'orders', `annotations: { traffic.sidecar.istio.io/${annotation} }`);
    expect(SHOP).toContain(plain);
    expect(say(meshNetwork(SHOP.replace(plain, leaving) + STRICT), { ...OUTSIDE, port })).toBe(answer);
  });

  test('names a policy of the very namespace where nobody knows which of two holds', () => {
    const both = (namespace: string): string => istio('PeerAuthentication', 'one', namespace, '{ mtls: { mode: STRICT } }') + istio('PeerAuthentication', 'two', namespace, '{ mtls: { mode: PERMISSIVE } }');
    const back = `apiVersion: v1\nkind: Namespace\nmetadata: { name: back, labels: { istio-injection: enabled } }\n---\n${workload('back', 'web')}\n---\n`;
    const documents = back + both('front') + both('back');
    for (const namespace of ['front', 'back']) expect(ask(documents, { from: 'legacy/batch', to: `${namespace}/web` })).toContain(`undetermined by PeerAuthentication ${namespace}/one because`);
  });

  test('pods of a namespace that nobody declares may be in the mesh', () => {
    expect(ask(`${STRICT}${workload('far', 'client')}\n---\n`, { from: 'far/client', to: 'shop/orders' })).toBe(
      'undetermined by PeerAuthentication shop/default spec.mtls.mode because whether the rule means this peer is not known',
    );
  });
});

describe('AuthorizationPolicy', () => {
  const policy = (spec: string, namespace: string = 'shop'): string => istio('AuthorizationPolicy', 'a', namespace, spec);
  const BY_METHOD = '{ action: DENY, rules: [{ to: [{ operation: { methods: [GET] } }] }] }';
  const WEB = 'cluster.local/ns/front/sa/web';

  test.each<[string, string, Question, string]>([
    ['without rules allows nobody', policy('{}'), CALL, 'denied by AuthorizationPolicy shop/a spec'],
    ['without rules says 403 to a request', policy('{}'), { ...CALL, request: { method: 'GET' } }, 'denied 403 by AuthorizationPolicy shop/a spec'],
    ['with an empty rule allows everybody', policy('{ rules: [{}] }'), OUTSIDE, 'allowed by AuthorizationPolicy shop/a spec.rules.0'],
    ['DENY without rules denies nobody', policy('{ action: DENY }'), CALL, 'allowed'],
    ['AUDIT decides nothing', policy('{ action: AUDIT, rules: [{}] }'), CALL, 'allowed'],
    ['does not see what is no TCP', policy('{}'), { ...CALL, port: 15090 }, 'allowed'],
    ['of another namespace is not for these pods', policy('{}', 'front'), CALL, 'allowed'],
    ['of the root namespace is for all pods', policy('{}', 'istio-system'), CALL, 'denied by AuthorizationPolicy istio-system/a spec'],
    ['for other labels is not for these pods', policy('{ selector: { matchLabels: { app: other } } }'), CALL, 'allowed'],
    ['names a caller', policy(`{ rules: [{ from: [{ source: { principals: [${WEB}] } }] }] }`), CALL, 'allowed by AuthorizationPolicy shop/a spec.rules.0'],
    ['names a caller who shows no certificate', policy('{ rules: [{ from: [{ source: { namespaces: [legacy] } }] }] }'), OUTSIDE, 'denied by AuthorizationPolicy shop/a spec'],
    ['denies a caller who shows no certificate', policy('{ action: DENY, rules: [{ from: [{ source: { namespaces: [legacy] } }] }] }'), OUTSIDE, 'allowed'],
    ['denies whoever is not named, strangers as well', policy(`{ action: DENY, rules: [{ from: [{ source: { notPrincipals: [${WEB}] } }] }] }`), OUTSIDE, 'denied 403 by AuthorizationPolicy shop/a spec.rules.0'],
    ['denies whoever is not named, and not the named', policy(`{ action: DENY, rules: [{ from: [{ source: { notPrincipals: [${WEB}] } }] }] }`), CALL, 'allowed'],
    ['denies by method', policy(BY_METHOD), { ...CALL, request: { method: 'GET' } }, 'denied 403 by AuthorizationPolicy shop/a spec.rules.0'],
    ['denies by method, and another is used', policy(BY_METHOD), { ...CALL, request: { method: 'PUT' } }, 'allowed'],
    ['denies by method whatever comes over a port of bytes', policy(BY_METHOD), { ...CALL, port: 5432 }, 'denied by AuthorizationPolicy shop/a spec.rules.0'],
    ['allows by method nothing over a port of bytes', policy('{ rules: [{ to: [{ operation: { methods: [GET] } }] }] }'), { ...CALL, port: 5432 }, 'denied by AuthorizationPolicy shop/a spec'],
    ['says which requests pass', policy('{ rules: [{ to: [{ operation: { methods: [GET, HEAD], paths: [/orders/*] } }] }] }'), CALL, 'allowed only GET|HEAD /orders/* by AuthorizationPolicy shop/a spec.rules.0'],
    ['says which requests do not pass', policy(BY_METHOD), CALL, 'allowed except GET'],
    ['asks a service', policy('{ action: CUSTOM, provider: { name: oauth }, rules: [{ to: [{ operation: { paths: [/admin] } }] }] }'), { ...CALL, request: { path: '/admin' } },
      'undetermined by AuthorizationPolicy shop/a spec.rules.0 because AuthorizationPolicy shop/a asks the authorization service oauth'],
    ['asks a service of another path', policy('{ action: CUSTOM, provider: { name: oauth }, rules: [{ to: [{ operation: { paths: [/admin] } }] }] }'), { ...CALL, request: { path: '/orders' } }, 'allowed'],
    ['reads paths as the proxy does', policy('{ action: DENY, rules: [{ to: [{ operation: { paths: [/admin] } }] }] }'), { ...CALL, request: { path: '/orders/../admin' } }, 'denied 403 by AuthorizationPolicy shop/a spec.rules.0'],
    ['takes one segment for {*}', policy('{ rules: [{ to: [{ operation: { paths: ["/orders/{*}/items"] } }] }] }'), { ...CALL, request: { path: '/orders/a/b/items' } }, 'denied 403 by AuthorizationPolicy shop/a spec.rules.0'],
    ['names ports of the pods', policy('{ rules: [{ to: [{ operation: { ports: ["8080"] } }] }] }'), CALL, 'allowed by AuthorizationPolicy shop/a spec.rules.0'],
    ['names ports of the Service, which are not the pods\'', policy('{ rules: [{ to: [{ operation: { ports: ["80"] } }] }] }'), CALL, 'denied by AuthorizationPolicy shop/a spec'],
    ['asks for addresses of pods, which nobody knows, beside what is known', policy('{ rules: [{ when: [{ key: source.namespace, values: [front] }, { key: destination.ip, values: [10.0.0.9] }] }] }'), CALL,
      'undetermined by AuthorizationPolicy shop/a spec.rules.0 and AuthorizationPolicy shop/a spec because it asks for addresses of pods, which no document says'],
    ['and of callers that are not named is not met, whatever those are', policy('{ rules: [{ when: [{ key: source.namespace, values: [other] }, { key: destination.ip, values: [10.0.0.9] }] }] }'), CALL,
      'denied by AuthorizationPolicy shop/a spec'],
  ])('%s', (_, documents, question, answer) => {
    expect(ask(documents, question)).toBe(answer);
  });

  test('of the root namespace and of the pods\' own allow together', () => {
    const root = policy('{ rules: [{ from: [{ source: { namespaces: [front] } }] }] }', 'istio-system');
    const own = policy('{ rules: [{ from: [{ source: { namespaces: [shop] } }] }] }');
    expect(ask(root + own, CALL)).toBe('allowed by AuthorizationPolicy istio-system/a spec.rules.0');
    expect(ask(own, CALL)).toBe('denied by AuthorizationPolicy shop/a spec');
  });

  test('is for ports that somebody names for other pods, too', () => {
    const others = istio('PeerAuthentication', 'others', 'front', '{ selector: { matchLabels: { app: other } }, portLevelMtls: { 9090: { mode: STRICT } } }');
    expect(ask(others + policy('{}', 'front'), { from: 'shop/orders', to: 'front/web', port: 9090 })).toBe('denied by AuthorizationPolicy front/a spec');
    expect(ask(others + policy('{}', 'front'), { from: 'shop/orders', to: 'front/web', port: 15090 })).toBe('allowed');
  });

  test('means accounts of its own namespace, whatever other namespaces write alike', () => {
    const own = '{ rules: [{ from: [{ source: { serviceAccounts: [web] } }] }] }';
    const documents = policy(own) + policy(own, 'front');
    expect(ask(documents, CALL)).toBe('denied by AuthorizationPolicy shop/a spec');
    expect(ask(documents, { ...CALL, to: 'front/web' })).toBe('allowed by AuthorizationPolicy front/a spec.rules.0');
  });

  test('allows and denies in the same words', () => {
    const rules = 'rules: [{ to: [{ operation: { methods: [GET] } }] }]';
    const documents = istio('AuthorizationPolicy', 'allow', 'shop', `{ ${rules} }`) + istio('AuthorizationPolicy', 'deny', 'shop', `{ action: DENY, ${rules} }`);
    expect(ask(documents, { ...CALL, request: { method: 'GET' } })).toBe('denied 403 by AuthorizationPolicy shop/deny spec.rules.0');
    expect(ask(documents, { ...CALL, port: 5432 })).toBe('denied by AuthorizationPolicy shop/deny spec.rules.0');
    expect(ask(istio('AuthorizationPolicy', 'allow', 'shop', `{ ${rules} }`), { ...CALL, request: { method: 'GET' } })).toBe('allowed by AuthorizationPolicy shop/allow spec.rules.0');
  });

  test('does not know certificates at ports where they are switched off', () => {
    const off = istio('PeerAuthentication', 'plain', 'shop', '{ selector: { matchLabels: { app: orders } }, portLevelMtls: { 8080: { mode: DISABLE } } }');
    const own = policy('{ rules: [{ from: [{ source: { namespaces: [front] } }] }] }');
    expect(ask(off + own, CALL)).toBe('denied by AuthorizationPolicy shop/a spec');
    expect(ask(off + own, { ...CALL, port: 8081 })).toBe('allowed by AuthorizationPolicy shop/a spec.rules.0');
  });
});

describe('tokens', () => {
  const CHECK = istio('RequestAuthentication', 'jwt', 'shop', '{ jwtRules: [{ issuer: "https://id.example.com", jwksUri: "https://id.example.com/keys", audiences: [orders] }] }');
  const NEED = istio('AuthorizationPolicy', 'need', 'shop', '{ rules: [{ from: [{ source: { requestPrincipals: ["https://id.example.com/*"] } }], when: [{ key: "request.auth.claims[groups]", values: [admin] }] }] }');
  const request = { method: 'GET', path: '/' };
  const jwt = { issuer: 'https://id.example.com', subject: 'anna', audiences: ['orders'], claims: { groups: ['admin', 'staff'] } };

  test.each<[string, Partial<Question>, string]>([
    ['a token with what is asked', { request, facts: { jwt } }, 'allowed by AuthorizationPolicy shop/need spec.rules.0'],
    ['a token with what is asked, and no request', { facts: { jwt } }, 'allowed by AuthorizationPolicy shop/need spec.rules.0'],
    ['no token', { request }, 'denied 403 by AuthorizationPolicy shop/need spec.rules.0'],
    ['a token of another issuer', { request, facts: { jwt: { ...jwt, issuer: 'https://else.example.com' } } }, 'denied 401 by RequestAuthentication shop/jwt spec.jwtRules'],
    ['a token for another audience', { request, facts: { jwt: { ...jwt, audiences: ['stock'] } } }, 'denied 403 by RequestAuthentication shop/jwt spec.jwtRules'],
    ['a token without the group', { facts: { jwt: { ...jwt, claims: { groups: ['staff'] } } } }, 'denied by AuthorizationPolicy shop/need spec'],
    ['a connection of which nothing is said', {}, 'allowed only with a token whose groups is admin with a token of https://id.example.com/* by AuthorizationPolicy shop/need spec.rules.0'],
  ])('%s', (_, question, answer) => {
    expect(ask(CHECK + NEED, { ...CALL, ...question })).toBe(answer);
  });

  test('nobody reads tokens of which the proxy was not told', () => {
    expect(ask(NEED, { ...CALL, request, facts: { jwt } })).toBe('denied 403 by AuthorizationPolicy shop/need spec.rules.0');
  });
});

describe('what callers know', () => {
  const sidecar = (hosts: string, mode: string): string => istio('Sidecar', 'default', 'front', `{ egress: [{ hosts: [${hosts}] }], outboundTrafficPolicy: { mode: ${mode} } }`);
  const STRICT = istio('PeerAuthentication', 'default', 'shop', '{ mtls: { mode: STRICT } }');
  const entry = istio('ServiceEntry', 'pay', 'front', '{ hosts: [pay.example.com], addresses: [203.0.113.7], ports: [{ number: 443, name: tls, protocol: TLS }], resolution: NONE }');

  test.each<[string, string, Question, string]>([
    ['a Service that it lists', sidecar('"shop/*"', 'REGISTRY_ONLY'), CALL, 'allowed by Sidecar front/default spec.outboundTrafficPolicy.mode'],
    ['a port that no Service leads to', sidecar('"shop/*"', 'REGISTRY_ONLY'), { ...CALL, port: 9999 }, 'denied by Sidecar front/default spec.outboundTrafficPolicy.mode'],
    ['a Service that it does not list', sidecar('"./*"', 'REGISTRY_ONLY'), CALL, 'denied by Sidecar front/default spec.outboundTrafficPolicy.mode'],
    ['a Service that it does not list, passed through', sidecar('"./*"', 'ALLOW_ANY'), CALL, 'allowed'],
    ['a Service that it does not list, passed through without a certificate', sidecar('"./*"', 'ALLOW_ANY') + STRICT, CALL, 'denied by PeerAuthentication shop/default spec.mtls.mode'],
    ['a Service that it lists by name', sidecar('"shop/orders.shop.svc.cluster.local"', 'ALLOW_ANY') + STRICT, CALL, 'allowed'],
    ['a host of a ServiceEntry', sidecar('"./*"', 'REGISTRY_ONLY') + entry, { from: 'front/web', to: '203.0.113.7', port: 443, direction: 'egress' }, 'allowed by Sidecar front/default spec.outboundTrafficPolicy.mode'],
    ['a host that no ServiceEntry names', sidecar('"./*"', 'REGISTRY_ONLY') + entry, { from: 'front/web', to: '203.0.113.8', port: 443, direction: 'egress' }, 'denied by Sidecar front/default spec.outboundTrafficPolicy.mode'],
  ])('%s', (_, documents, question, answer) => {
    expect(ask(documents, question)).toBe(answer);
  });

  test('calls that a sidecar leaves alone may go where it would not let them', () => {
    const leaving = SHOP.replace(workload('front', 'web'), workload('front', 'web', 'annotations: { traffic.sidecar.istio.io/excludeOutboundPorts: "80" }'));
    const closed = sidecar('"./*"', 'REGISTRY_ONLY');
    expect(say(meshNetwork(leaving + closed), CALL)).toMatch(/^undetermined .* because annotations of the caller take some of its calls away from its sidecar$/);
    expect(say(meshNetwork(SHOP + closed), CALL)).toMatch(/^denied/);
  });
});
