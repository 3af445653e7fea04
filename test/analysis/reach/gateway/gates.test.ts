// Envoy Gateway's policies in front of a route: who is let through, and by which words.
import { BASE, GATEWAY, POLICY, ROUTE, ask, said, scene } from './scene';

const RULES = '[{ name: main, backendRefs: [{ name: web, port: 80 }] }]';
const ROUTED = `${BASE}${GATEWAY()}${ROUTE(RULES)}`;
const onGateway = 'kind: Gateway, name: public';
const onRoute = 'kind: HTTPRoute, name: web';
const allow = (principal: string, action: string = 'Deny'): string => `authorization: { defaultAction: ${action}, rules: [{ action: Allow, principal: { ${principal} } }] }`;

test('authorization goes by the first rule, and denies otherwise', () => {
  const cluster = scene(`${ROUTED}${POLICY('SecurityPolicy', onRoute, `authorization:
    rules:
      - { action: Deny, principal: { headers: [{ name: x-role, values: [guest] }] } }
      - { name: inside, action: Allow, principal: { clientCIDRs: [10.0.0.0/8] }, operation: { methods: [GET] } }`)}`);
  const asked = (address: string | undefined, method: string, headers: Record<string, string> = {}): string => said(cluster, '/', { address, request: { method, headers } });
  expect(asked('10.1.2.3', 'GET')).toBe('shop/web');
  expect(asked('10.1.2.3', 'GET', { 'x-role': 'guest' })).toBe('403');
  expect(asked('10.1.2.3', 'POST')).toBe('403');
  expect(asked('192.0.2.1', 'GET')).toBe('403');
  expect(asked(undefined, 'GET')).toBe('undetermined: SecurityPolicy shop/policy: the address of the caller is not known');
  expect(asked(undefined, 'POST')).toBe('403');
  expect(ask(cluster, '/', { address: '10.1.2.3' }).verdict.decidedBy.map(({ entry, path }) => `${entry.kind} ${path.join('.')}`)).toEqual(['HTTPRoute spec.rules.0', 'SecurityPolicy spec.authorization.rules.1']);
});

test('the nearest policy counts alone, unless it merges', () => {
  const gateway = POLICY('SecurityPolicy', onGateway, allow('clientCIDRs: [10.0.0.0/8]'), { name: 'gateway' });
  const at = (cluster: string, address: string): string => said(scene(`${ROUTED}${cluster}`), '/', { address });
  expect(at(gateway, '192.0.2.1')).toBe('403');
  expect(at(gateway + POLICY('SecurityPolicy', onRoute, 'cors: { allowOrigins: ["https://a.example.com"] }'), '192.0.2.1')).toBe('shop/web');
  expect(at(gateway + POLICY('SecurityPolicy', onRoute, 'mergeType: StrategicMerge\n  cors: { allowOrigins: ["https://a.example.com"] }'), '192.0.2.1')).toBe('403');
  expect(at(gateway + POLICY('SecurityPolicy', onRoute, allow('clientCIDRs: [192.0.2.0/24]')), '192.0.2.1')).toBe('shop/web');
  expect(at(gateway + POLICY('SecurityPolicy', onRoute, allow('clientCIDRs: [192.0.2.0/24]')) + POLICY('SecurityPolicy', `${onRoute}, sectionName: main`, allow('clientCIDRs: [198.51.100.0/24]'), { name: 'rule' }), '192.0.2.1')).toBe('403');
});

test('an authorization that merges and says no default takes away the one above', () => {
  const gateway = POLICY('SecurityPolicy', onGateway, 'authorization: { defaultAction: Allow }', { name: 'gateway' });
  const route = (more: string): string => POLICY('SecurityPolicy', onRoute, `mergeType: StrategicMerge\n  authorization: { ${more} rules: [{ action: Allow, principal: { clientCIDRs: [10.0.0.0/8] } }] }`);
  expect(said(scene(`${ROUTED}${gateway}${route('')}`), '/', { address: '192.0.2.1' })).toBe('403');
  expect(said(scene(`${ROUTED}${gateway}${route('defaultAction: Allow,')}`), '/', { address: '192.0.2.1' })).toBe('shop/web');
});

test('a token is asked for, and its claims are', () => {
  const jwt = (more: string): string => `jwt: { ${more} providers: [{ name: id, issuer: "https://id.example.com", audiences: [shop], remoteJWKS: { uri: "https://id.example.com/jwks" } }] }`;
  const token = { issuer: 'https://id.example.com', audiences: ['shop'], claims: { roles: ['admin'], scope: 'read write' } };
  const required = scene(`${ROUTED}${POLICY('SecurityPolicy', onRoute, jwt(''))}`);
  expect(ask(required, '/').verdict).toMatchObject({ outcome: 'denied', answer: 401, because: 'SecurityPolicy shop/policy asks for a token, and the request has none' });
  expect(said(required, '/', { facts: { jwt: token } })).toBe('shop/web');
  expect(said(required, '/', { facts: { jwt: { ...token, issuer: 'https://other.example.com' } } })).toBe('401');
  expect(said(required, '/', { facts: { jwt: { ...token, audiences: ['other'] } } })).toBe('403');
  const optional = scene(`${ROUTED}${POLICY('SecurityPolicy', onRoute, `${jwt('optional: true,')}\n  ${allow('jwt: { provider: id, scopes: [write], claims: [{ name: roles, valueType: StringArray, values: [admin] }] }')}`)}`);
  expect(said(optional, '/')).toBe('403');
  expect(said(optional, '/', { facts: { jwt: token } })).toBe('shop/web');
  expect(said(optional, '/', { facts: { jwt: { ...token, claims: { ...token.claims, scope: 'read' } } } })).toBe('403');
});

test('what others decide is not known, and named', () => {
  const external = POLICY('SecurityPolicy', onRoute, 'extAuth: { http: { backendRefs: [{ name: web, port: 80 }] } }');
  expect(said(scene(`${ROUTED}${external}`), '/')).toBe('undetermined: what the authorization service of SecurityPolicy shop/policy says is not known');
  const lua = POLICY('EnvoyExtensionPolicy', onGateway, 'lua: [{ type: Inline, inline: "function envoy_on_request(handle) end" }]');
  expect(said(scene(`${ROUTED}${lua}`), '/')).toBe('undetermined: what the lua of EnvoyExtensionPolicy shop/policy does to requests is not modelled');
  const patch = `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: EnvoyPatchPolicy
metadata: { name: patch, namespace: shop }
spec: { targetRef: { group: gateway.networking.k8s.io, kind: Gateway, name: public }, type: JSONPatch, jsonPatches: [{ type: type.googleapis.com/envoy.config.listener.v3.Listener, name: x, operation: { op: add, path: /x, value: 1 } }] }
---`;
  expect(said(scene(`${ROUTED}${patch}`), '/')).toBe('undetermined: EnvoyPatchPolicy shop/patch patches the configuration of the gateway, and what that does is not modelled');
  // A rule that denies whatever the service says.
  expect(said(scene(`${ROUTED}${POLICY('SecurityPolicy', onRoute, `extAuth: { http: { backendRefs: [{ name: web, port: 80 }] } }\n  ${allow('clientCIDRs: [10.0.0.0/8]')}`)}`), '/', { address: '192.0.2.1' })).toBe('403');
});

test('an abort of every request is an answer, of some of them is none', () => {
  const abort = (percentage: number): string => POLICY('BackendTrafficPolicy', onRoute, `faultInjection: { abort: { httpStatus: 418, percentage: ${percentage} } }`);
  expect(said(scene(`${ROUTED}${abort(100)}`), '/')).toBe('418');
  expect(said(scene(`${ROUTED}${abort(10)}`), '/')).toBe('shop/web');
});

test('a client certificate is asked for before anything else', () => {
  const tls = GATEWAY().replace('port: 80, protocol: HTTP', 'port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: tls }] }');
  const client = (optional: string): string => POLICY('ClientTrafficPolicy', onGateway, `tls: { clientValidation: { ${optional} caCertificateRefs: [{ kind: Secret, group: "", name: ca }] } }`);
  const asked = (yaml: string, clientCertificate: boolean): string => said(scene(yaml), '/', { port: 443, facts: { clientCertificate }, request: { scheme: 'https' } });
  const routed = `${BASE}${tls}${ROUTE(RULES)}`;
  expect(asked(`${routed}${client('')}`, false)).toBe('reset');
  expect(asked(`${routed}${client('')}`, true)).toBe('shop/web');
  expect(asked(`${routed}${client('optional: true,')}`, false)).toBe('shop/web');
  expect(asked(routed, false)).toBe('shop/web');
});

test('early headers are there before a route is looked for', () => {
  const rules = '[{ matches: [{ headers: [{ name: x-zone, value: inner }] }], backendRefs: [{ name: canary, port: 80 }] }, { backendRefs: [{ name: web, port: 80 }] }]';
  const set = (headers: string): string => `${BASE}${GATEWAY()}${ROUTE(rules)}${POLICY('ClientTrafficPolicy', onGateway, `headers: { earlyRequestHeaders: ${headers} }`)}`;
  expect(said(scene(set('{ set: [{ name: x-zone, value: outer }] }')), '/', { request: { headers: { 'x-zone': 'inner' } } })).toBe('shop/web');
  expect(said(scene(set('{ set: [{ name: X-Zone, value: inner }] }')), '/')).toBe('shop/canary');
  expect(said(scene(set('{ add: [{ name: x-zone, value: inner }] }')), '/')).toBe('shop/canary');
  // Twice there: Envoy 1.39 compares each value, older ones the two as one text.
  expect(ask(scene(set('{ add: [{ name: x-zone, value: inner }] }')), '/', { request: { headers: { 'x-zone': 'inner' } } }).verdict.outcome).toBe('undetermined');
});

test('policies for one target of which nobody knows the older one decide nothing', () => {
  const deny = POLICY('SecurityPolicy', onRoute, 'authorization: { defaultAction: Deny }', { name: 'a' });
  const open = POLICY('SecurityPolicy', onRoute, 'authorization: { defaultAction: Allow }', { name: 'b' });
  expect(said(scene(`${ROUTED}${deny}${open}`), '/')).toBe('undetermined: SecurityPolicy shop/a and SecurityPolicy shop/b are for the same target, and only their age says which counts');
  expect(said(scene(`${ROUTED}${deny}`), '/')).toBe('403');
});

test('a policy that selects routes of other namespaces is named, not guessed', () => {
  const far = (from: string, team: string): string => `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: SecurityPolicy
metadata: { name: far, namespace: pay }
spec: { targetSelectors: [{ kind: HTTPRoute, matchLabels: { team: ${team} }, namespaces: { from: ${from} } }], authorization: { defaultAction: Deny } }
---`;
  const labelled = `${BASE}${GATEWAY()}${ROUTE(RULES, { metadata: ', labels: { team: shop }' })}`;
  expect(said(scene(`${labelled}${far('All', 'shop')}`), '/')).toBe('undetermined: SecurityPolicy pay/far selects targets of other namespaces, and whether it may is not modelled');
  expect(said(scene(`${labelled}${far('All', 'pay')}`), '/')).toBe('shop/web');
  expect(said(scene(`${labelled}${far('Same', 'shop')}`), '/')).toBe('shop/web');
});
