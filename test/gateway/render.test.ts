// Each render function alone: plain state in, the wire document out.
import { Duration, Hostname } from '../../src/core';
import { LoadBalancing, RateLimit } from '../../src/gateway';
import { generatedName, containerPort } from '../../src/gateway/envoy-gateway/names';
import { renderBackendTrafficPolicy, renderTraffic } from '../../src/gateway/envoy-gateway/render-backend-traffic-policy';
import { renderEnvoyProxy } from '../../src/gateway/envoy-gateway/render-envoy-proxy';
import { renderSecurityPolicy } from '../../src/gateway/envoy-gateway/render-security-policy';
import { gatewayTarget } from '../../src/gateway/envoy-gateway/targets';
import { renderReferenceGrant } from '../../src/gateway/gateway-api/render-reference-grant';
import { checkCors, checkJwt } from '../../src/gateway/security';
import { retryBudget } from '../../src/gateway/traffic';

const SCOPE = { node: { path: 'test' } };
const TARGET = gatewayTarget('gateway');

test('traffic: nothing said is no policy, and no retries are no retry', () => {
  expect(renderTraffic({}, false, 'x')).toBeUndefined();
  expect(renderTraffic({ retries: { attempts: 0, perTry: Duration.seconds(1) } }, true, 'x')).toBeUndefined();
});

test('traffic: durations in the grammar of Gateway API, which has no decimals', () => {
  const spec = renderTraffic({ retries: { attempts: 1, perTry: Duration.parse('4.7s') } }, true, 'x')!;
  expect(spec.retry!.perRetry).toEqual({ timeout: '4700ms' });
  expect(spec.timeout).toEqual({ tcp: { connectTimeout: '4700ms' } });
});

test('traffic: limits and hashing', () => {
  const spec = renderTraffic({ rateLimit: [RateLimit.total(9, 'hour')], loadBalancing: LoadBalancing.hashAddress(), circuitBreaker: { maxParallelRetries: 0 } }, false, 'x')!;
  expect(renderBackendTrafficPolicy(TARGET, spec)).toEqual({
    targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'gateway' }],
    rateLimit: { type: 'Global', global: { rules: [{ limit: { requests: 9, unit: 'Hour' } }] } },
    circuitBreaker: { maxParallelRetries: 0 },
    loadBalancer: { type: 'ConsistentHash', consistentHash: { type: 'SourceIP' } },
  });
});

test('retry budget: every try, and every wait at its upper end', () => {
  const budget = (attempts: number, max: number): number => (
    retryBudget({ attempts, perTry: Duration.millis(100), backoff: { base: Duration.millis(10), max: Duration.millis(max) } }).toMillis()
  );
  expect(budget(0, 1000)).toBe(100);
  expect(budget(3, 1000)).toBe(400 + 10 + 30 + 70);
  expect(budget(3, 40)).toBe(400 + 10 + 30 + 40);
});

test('security: an empty policy says nothing, so that it asks for nothing', () => {
  expect(renderSecurityPolicy(TARGET, { jwt: [], cors: undefined })).toEqual({ targetRefs: [TARGET] });
});

test('security: tokens and pages', () => {
  const jwt = checkJwt([{ issuer: 'https://b', jwksUri: 'https://keys.example.com:8443/k', audiences: ['z', 'a'], claimToHeaders: { sub: 'X-User', role: 'X-Role' } }], SCOPE);
  expect(jwt[0]!.jwksHost).toEqual(Hostname.of('keys.example.com'));
  expect(jwt[0]!.jwksPort).toBe(8443);
  const cors = checkCors({ allowOrigins: ['https://b.example.com', 'https://a.example.com'], maxAge: Duration.seconds(47), allowCredentials: true, exposeHeaders: ['ETag'] }, SCOPE);
  expect(renderSecurityPolicy(TARGET, { jwt, cors })).toEqual({
    targetRefs: [TARGET],
    jwt: {
      providers: [{
        name: 'keys-example-com', issuer: 'https://b', audiences: ['a', 'z'], remoteJWKS: { uri: 'https://keys.example.com:8443/k' },
        claimToHeaders: [{ claim: 'role', header: 'x-role' }, { claim: 'sub', header: 'x-user' }],
      }],
    },
    cors: { allowOrigins: ['https://a.example.com', 'https://b.example.com'], exposeHeaders: ['etag'], maxAge: '47s', allowCredentials: true },
  });
});

test('proxies: one of them has no budget, which would keep it from ever leaving its node', () => {
  const spec = renderEnvoyProxy({
    replicas: 1, service: { name: 'p', type: 'ClusterIP', labels: {}, annotations: {} }, pods: { labels: {}, annotations: {} }, serviceAccountName: undefined, ipFamily: 'DualStack',
  });
  expect(spec).toEqual({
    provider: { type: 'Kubernetes', kubernetes: { envoyDeployment: { replicas: 1 }, envoyService: { name: 'p', type: 'ClusterIP' } } }, ipFamily: 'DualStack',
  });
});

test('grants name what they allow, each once', () => {
  expect(renderReferenceGrant({ fromKind: 'HTTPRoute', fromNamespace: 'a', toKind: 'Service', names: ['y', 'x', 'y'] }).to).toEqual([
    { group: '', kind: 'Service', name: 'x' }, { group: '', kind: 'Service', name: 'y' },
  ]);
});

test("names and ports are Envoy Gateway's own", () => {
  expect(generatedName('default', 'eg')).toBe('envoy-default-eg-e41e7b31');
  expect(generatedName('a-namespace-with-a-long-name', 'a-gateway-with-a-long-name').length).toBeLessThanOrEqual(63);
  expect([containerPort(80), containerPort(443), containerPort(8443)]).toEqual([10080, 10443, 8443]);
});

