// The mistakes of the order domain's first manifests, each with the form that works. Every test fails on the wrong form.
import { Duration, Path, Percent, Registry } from '../../src/core';
import { ApiGateway, GatewayImplementation, RateLimit, Tls } from '../../src/gateway';
import type { ApiGatewayProps, OrderGatewayProps } from '../../src/gateway';
import { Namespace } from '../../src/workload';
import { sentence } from '../core/sentence';
import { JWT, NEW, OLD, documents, find, orderChart, orderGateway, orderScenario, orderWorkload, schemaProblems } from './scenario';
import type { Doc } from './scenario';

const docs = documents(orderScenario());

describe('Gateway', () => {
  const gateway = find(docs, 'Gateway');
  const client = find(docs, 'ClientTrafficPolicy').spec;

  test('TLS versions stand in a policy, not in annotations that nobody reads', () => {
    expect(gateway.metadata).not.toHaveProperty('annotations');
    expect(client.tls).toEqual({ minVersion: '1.3' });
    expect(client.targetRefs).toEqual([{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'gateway' }]);
  });

  test('ciphers, which have no effect with 1.3, cannot be given', () => {
    // @ts-expect-error no such prop
    const props: Partial<ApiGatewayProps> = { ciphers: ['TLS_AES_256_GCM_SHA384'] };
    expect(sentence(() => orderGateway(orderChart(), { ...props, minTlsVersion: '1.2' }))).toMatch(/^The options of gateway gateway has no option "ciphers" \(.*\): name one of accessLabel, .*, trustedHeaders\.$/);
  });

  test('HTTP/3 is a policy of the one HTTPS listener, not a listener of its own on 4433', () => {
    expect(client.http3).toEqual({});
    expect(gateway.spec.listeners.map((one: { name: string; port: number; protocol: string }) => [one.name, one.port, one.protocol])).toEqual([['https', 443, 'HTTPS'], ['http', 80, 'HTTP']]);
  });

  test('HTTP/3 opens the same port over UDP', () => {
    const ports = (http3: boolean): string[] => Object.values(orderGateway(orderChart(), { http3 }).proxies.ports).map(({ port, servicePort }) => `${servicePort}>${port.number}/${port.protocol}`).sort();
    expect(ports(true)).toContain('443>10443/UDP');
    expect(ports(false)).not.toContain('443>10443/UDP');
  });

  test('every listener has a route, and every route a listener that is there', () => {
    const listeners = gateway.spec.listeners.map((one: { name: string }) => one.name).sort();
    const used = docs.filter((doc) => doc.kind === 'HTTPRoute').flatMap((doc) => doc.spec.parentRefs.map((ref: { sectionName: string }) => ref.sectionName)).sort();
    expect(used).toEqual(listeners);
  });

  test('the namespace of the route has the label that the listener asks for', () => {
    expect(gateway.spec.listeners[0].allowedRoutes.namespaces).toEqual({ from: 'Selector', selector: { matchLabels: { 'gateway-access': 'true' } } });
    expect((find(docs, 'Namespace').metadata as unknown as { labels: object }).labels).toHaveProperty('gateway-access', 'true');
  });

  test('a namespace without a construct that could write the label is a validation error', () => {
    const chart = orderChart();
    orderGateway(chart).addRoute('orders', { path: '/x', to: orderWorkload(chart).ports.http, namespace: 'elsewhere' });
    expect(Registry.of(chart).root.node.validate().map((text) => text.replace(/ts:\d+/, 'ts:N'))).toEqual([
      'Namespace elsewhere of cluster beijing needs label gateway-access=true (for orders/gateway/routes/orders, test/gateway/corrections.test.ts:N), and nothing declares it: '
      + "add new Namespace(chart, 'elsewhere'), with { existing: true } when somebody else makes it.",
    ]);
  });

  test('the certificate is issued into the Secret that the listener names', () => {
    expect(gateway.spec.listeners[0].tls.certificateRefs).toEqual([{ kind: 'Secret', name: 'gateway-tls' }]);
    expect(find(docs, 'Certificate').spec).toMatchObject({ secretName: 'gateway-tls', dnsNames: ['api.example.com'], issuerRef: { kind: 'ClusterIssuer', name: 'letsencrypt-prod' }, renewBefore: '720h' });
  });

  test('a certificate of another namespace has a grant', () => {
    const chart = orderChart(OLD);
    orderGateway(chart, { tls: Tls.certificate('wildcard', { namespace: 'certificates' }) });
    const made = documents(chart);
    expect(find(made, 'Gateway').spec.listeners[0].tls.certificateRefs).toEqual([{ kind: 'Secret', name: 'wildcard', namespace: 'certificates' }]);
    expect(find(made, 'ReferenceGrant')).toEqual({
      apiVersion: 'gateway.networking.k8s.io/v1beta1',
      kind: 'ReferenceGrant',
      metadata: { name: 'order-system-gateway-tls', namespace: 'certificates' },
      spec: { from: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'order-system' }], to: [{ group: '', kind: 'Secret', name: 'wildcard' }] },
    });
  });

  test('its class is made, with its proxies', () => {
    const { name } = find(docs, 'GatewayClass').metadata;
    expect(gateway.spec.gatewayClassName).toBe(name);
    expect(find(docs, 'GatewayClass').spec).toEqual({
      controllerName: 'gateway.envoyproxy.io/gatewayclass-controller',
      parametersRef: { group: 'gateway.envoyproxy.io', kind: 'EnvoyProxy', name: 'gateway-proxy', namespace: 'order-system' },
    });
    expect(find(docs, 'GatewayClass').metadata).not.toHaveProperty('namespace');
    expect(find(docs, 'EnvoyProxy').metadata.name).toBe('gateway-proxy');
  });

  test('a class of somebody else is used, not made', () => {
    const chart = orderChart();
    orderGateway(chart, { implementation: GatewayImplementation.envoyGateway({ existingGatewayClass: 'eg' }) });
    const made = documents(chart);
    expect(made.filter((doc) => doc.kind === 'GatewayClass')).toEqual([]);
    expect(find(made, 'Gateway').spec).toMatchObject({ gatewayClassName: 'eg', infrastructure: { parametersRef: { group: 'gateway.envoyproxy.io', kind: 'EnvoyProxy', name: 'gateway-proxy' } } });
  });

  test('mutual TLS is asked for by a policy, and not beside HTTP/3, where it is not checked', () => {
    const chart = orderChart();
    orderGateway(chart, { clientValidation: { ca: { kind: 'ConfigMap', name: 'clients-ca' } } });
    const { spec } = find(documents(chart), 'ClientTrafficPolicy');
    expect(spec.tls.clientValidation).toEqual({ caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'clients-ca' }] });
    expect(spec).not.toHaveProperty('http3');
    expect(sentence(() => orderGateway(orderChart(), { http3: true, clientValidation: { ca: { kind: 'ConfigMap', name: 'clients-ca' } } }))).toBe(
      'Gateway gateway asks for client certificates and offers HTTP/3, where they are not checked (orders/gateway, <here>): set http3: false.',
    );
  });
});

describe('HTTPRoute', () => {
  const rule = find(docs, 'HTTPRoute', 'gateway-orders').spec.rules[0];

  test('has no retry, which the standard channel lacks', () => expect(rule).not.toHaveProperty('retry'));

  test('has no backendRequest, which Envoy Gateway makes the timeout of the whole request', () => expect(rule.timeouts).toEqual({ request: '4700ms' }));

  test('has no ExtensionRef: limits and breakers are attached by policies', () => {
    expect(rule.filters.map((filter: { type: string }) => filter.type)).toEqual(['RequestHeaderModifier', 'ResponseHeaderModifier']);
    expect(find(docs, 'BackendTrafficPolicy').spec).toMatchObject({ rateLimit: { type: 'Global' }, circuitBreaker: {} });
  });

  test('sets x-forwarded-by: an added one stands behind what the client forged', () => {
    expect(rule.filters[0]).toEqual({ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-forwarded-by', value: 'order-gateway' }] } });
  });

  test('gives the canary 3 and the stable version what is left', () => {
    expect(rule.backendRefs.map((ref: { name: string; weight: number }) => [ref.name, ref.weight])).toEqual([['order-service', 97], ['order-service-canary', 3]]);
  });

  test('leads to Services that are there', () => {
    const services = docs.filter((doc) => doc.kind === 'Service').map((doc) => doc.metadata.name);
    for (const ref of rule.backendRefs) expect(services).toContain(ref.name);
  });

  test('repeats no request that may have had effects', () => {
    expect(find(docs, 'BackendTrafficPolicy').spec.retry.retryOn).toEqual({ triggers: ['connect-failure', 'refused-stream'] });
  });

  test('tries that outlast the request are an error', () => {
    const retries = { attempts: 3, perTry: Duration.millis(1700), backoff: { base: Duration.millis(170), max: Duration.millis(4700) } };
    expect(sentence(() => orderGateway(orderChart(), { retries }))).toBe(
      '4 tries of 1s700ms with their back-off need 8s670ms, and a request of gateway gateway has 4s700ms (orders/gateway, <here>): give a perTry of at most 707ms, or fewer attempts.',
    );
    expect(() => orderGateway(orderChart(), { retries: { ...retries, perTry: Duration.millis(707) } })).not.toThrow();
    expect(() => orderGateway(orderChart(), { retries: { ...retries, perTry: Duration.millis(708) } })).toThrow();
  });
});

describe('rate limit', () => {
  const { rules } = find(docs, 'BackendTrafficPolicy').spec.rateLimit.global;

  test('is nested in the traffic policy, and counts IPv6 as well as IPv4', () => {
    expect(rules).toEqual([
      { clientSelectors: [{ headers: [{ name: 'x-user-id', type: 'Distinct' }] }], limit: { requests: 4700, unit: 'Minute' } },
      { clientSelectors: [{ sourceCIDR: { type: 'Distinct', value: '0.0.0.0/0' } }], limit: { requests: 170000, unit: 'Minute' } },
      { clientSelectors: [{ sourceCIDR: { type: 'Distinct', value: '::/0' } }], limit: { requests: 170000, unit: 'Minute' } },
    ]);
  });

  test('behind Cloudflare the address is the client\'s', () => {
    expect(find(docs, 'ClientTrafficPolicy').spec.clientIPDetection).toEqual({ customHeader: { name: 'CF-Connecting-IP', failClosed: false } });
  });

  test('x-user-id is the token\'s: what a client sends under that name is dropped first', () => {
    expect(find(docs, 'ClientTrafficPolicy').spec.headers).toEqual({ earlyRequestHeaders: { remove: ['x-user-id'] } });
    expect(find(docs, 'SecurityPolicy', 'gateway-security').spec.jwt.providers[0].claimToHeaders).toEqual([{ claim: 'sub', header: 'x-user-id' }]);
  });

  test('a count by a header that clients write is an error, and no default', () => {
    const chart = orderChart();
    orderGateway(chart);
    expect(find(documents(chart), 'BackendTrafficPolicy').spec.rateLimit.global.rules).toHaveLength(2);
    expect(sentence(() => orderGateway(orderChart(), { rateLimit: [RateLimit.perHeader('X-User-Id', 1, 'minute')] }))).toBe(
      'The rate limit of gateway gateway counts by header x-user-id, which clients can write as they like (orders/gateway, <here>): fill it from a token with '
      + "jwt: [{ claimToHeaders: { sub: 'x-user-id' }, … }], or name it in trustedHeaders when a proxy in front sets it.",
    );
  });

  test('a proxy in front may vouch for the header', () => {
    const chart = orderChart();
    orderGateway(chart, { trustedHeaders: ['X-User-Id'] });
    expect(find(documents(chart), 'BackendTrafficPolicy').spec.rateLimit.global.rules).toHaveLength(3);
  });
});

describe('BackendTrafficPolicy', () => {
  const policy = find(docs, 'BackendTrafficPolicy').spec;
  const ofRoute = (methods?: ('GET' | 'POST')[], props: Partial<OrderGatewayProps> = {}, idempotent?: boolean): Doc[] => {
    const chart = orderChart(OLD);
    orderGateway(chart, props).addRoute('orders', { path: Path.prefix('/orders'), to: orderWorkload(chart).ports.http, ...methods && { methods }, ...idempotent !== undefined && { idempotent } });
    return documents(chart).filter((doc) => doc.kind === 'BackendTrafficPolicy');
  };

  test('writes backOff, not backoff', () => expect(policy.retry.perRetry).toEqual({ backOff: { baseInterval: '170ms', maxInterval: '4700ms' } }));

  test('is one per target, and the one of a route is whole', () => {
    expect(ofRoute()).toHaveLength(1);
    const [gateway, route] = ofRoute(['GET']);
    expect([gateway, route].map((doc) => doc!.spec.targetRefs[0].kind)).toEqual(['Gateway', 'HTTPRoute']);
    const { targetRefs: _, retry: __, ...inherited } = gateway!.spec;
    expect(route!.spec).toMatchObject(inherited);
  });

  test('names the trigger that makes status codes count, where requests may be repeated', () => {
    const { retry } = ofRoute(['GET'])[1]!.spec;
    expect(retry).toEqual({
      numRetries: 3,
      perRetry: { timeout: '700ms', backOff: { baseInterval: '170ms', maxInterval: '4700ms' } },
      retryOn: { triggers: ['connect-failure', 'refused-stream', 'reset', 'retriable-status-codes'], httpStatusCodes: [500, 502, 503, 504] },
    });
    expect(ofRoute(['GET', 'POST'])).toHaveLength(1);
    expect(ofRoute(['POST'], {}, true)[1]!.spec.retry.retryOn.httpStatusCodes).toEqual([500, 502, 503, 504]);
  });

  test('hashes by the user', () => expect(policy.loadBalancer).toEqual({ type: 'ConsistentHash', consistentHash: { type: 'Header', header: { name: 'x-user-id' } } }));

  test('keeps the churn of connections apart from the breaker, in the declaration', () => {
    const chart = orderChart();
    new ApiGateway(chart, 'gateway', { implementation: GatewayImplementation.envoyGateway(), hostnames: ['a.example.com'], tls: Tls.certificate('tls'), maxRequestsPerConnection: 1700 });
    expect(find(documents(chart), 'BackendTrafficPolicy').spec.circuitBreaker).toEqual({ maxRequestsPerConnection: 1700 });
    expect(policy.circuitBreaker).toEqual({ maxConnections: 4700, maxPendingRequests: 1700, maxParallelRequests: 4700, maxParallelRetries: 47, maxRequestsPerConnection: 1700 });
  });
});

test('the redirect asks for no token', () => {
  expect(find(docs, 'SecurityPolicy', 'gateway-redirect-security').spec).toEqual({ targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'gateway-redirect' }] });
});

test('a route of another namespace than its Service has a grant', () => {
  for (const [targets, version] of [[OLD, 'v1beta1'], [NEW, 'v1']] as const) {
    const chart = orderChart(targets);
    new Namespace(chart, 'routes');
    orderGateway(chart, { jwt: [JWT] }).addRoute('orders', {
      path: '/x', to: orderWorkload(chart).ports.http, namespace: 'routes', anonymous: true, methods: ['GET'], canary: { version: 'canary', percent: Percent.of(3) },
    });
    const made = documents(chart);
    const grant = find(made, 'ReferenceGrant');
    expect(grant.apiVersion).toBe(`gateway.networking.k8s.io/${version}`);
    expect(grant.metadata).toEqual({ name: 'routes-gateway-orders', namespace: 'order-system' });
    expect(grant.spec).toEqual({
      from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'routes' }],
      to: [{ group: '', kind: 'Service', name: 'order-service' }, { group: '', kind: 'Service', name: 'order-service-canary' }],
    });
    expect(find(made, 'HTTPRoute', 'gateway-orders').spec.parentRefs).toEqual([{ name: 'gateway', namespace: 'order-system', sectionName: 'https' }]);
    // Policies stand beside what they are about.
    expect(made.filter((doc) => doc.metadata.namespace === 'routes').map((doc) => doc.kind).sort()).toEqual(['BackendTrafficPolicy', 'HTTPRoute', 'SecurityPolicy']);
    expect(schemaProblems(made, targets)).toEqual([]);
  }
});
