// BackendTrafficPolicy: rate limit, circuit breaker, retries and load balancing of one target, in one object. A second policy of a target is refused, and one
// of a route replaces the gateway's altogether, so each is rendered in full. Fields that lines 1.2.8 and 1.9.0 both have.
import type {
  BackendTrafficPolicySpec, BackendTrafficPolicySpecLoadBalancer, BackendTrafficPolicySpecRetry,
} from '../../../imports/gateway.envoyproxy.io/v1alpha1/BackendTrafficPolicy';
import { gatewayApiDuration } from '../../formats/duration';
import type { LoadBalancing, RateLimit, RateLimitUnit, Retries, TrafficOptions } from '../traffic';
import type { PolicyTarget } from './targets';

type GlobalRules = NonNullable<NonNullable<BackendTrafficPolicySpec['rateLimit']>['global']>['rules'];

const UNITS: Readonly<Record<RateLimitUnit, 'Second' | 'Minute' | 'Hour' | 'Day'>> = { second: 'Second', minute: 'Minute', hour: 'Hour', day: 'Day' };
/** Each range matches addresses of its own family only. */
const EVERY_ADDRESS = ['0.0.0.0/0', '::/0'];

/** Without its target, to tell whether a route differs from its gateway; undefined when there is nothing to say. */
export function renderTraffic(traffic: TrafficOptions, idempotent: boolean, where: string): Omit<BackendTrafficPolicySpec, 'targetRefs'> | undefined {
  const { rateLimit = [], circuitBreaker, maxRequestsPerConnection, retries, loadBalancing } = traffic;
  const spec: Omit<BackendTrafficPolicySpec, 'targetRefs'> = {
    ...rateLimit.length > 0 && { rateLimit: { type: 'Global', global: { rules: rateLimit.flatMap(renderLimit) } } },
    ...(circuitBreaker ?? maxRequestsPerConnection) !== undefined && {
      circuitBreaker: { ...circuitBreaker, ...maxRequestsPerConnection !== undefined && { maxRequestsPerConnection } },
    },
    ...retries && retries.attempts > 0 && {
      retry: renderRetry(retries, idempotent, where),
      // What bounds a try that is repeated because nobody answered the connection.
      timeout: { tcp: { connectTimeout: gatewayApiDuration(retries.perTry, `perTry of ${where}`) } },
    },
    ...loadBalancing && { loadBalancer: renderLoadBalancing(loadBalancing) },
  };
  return Object.keys(spec).length > 0 ? spec : undefined;
}

export function renderBackendTrafficPolicy(target: PolicyTarget, traffic: Omit<BackendTrafficPolicySpec, 'targetRefs'>): BackendTrafficPolicySpec {
  return { targetRefs: [target], ...traffic };
}

function renderLimit(limit: RateLimit): GlobalRules {
  const rate = { limit: { requests: limit.requests, unit: UNITS[limit.unit] } };
  switch (limit.by) {
    case 'total': return [rate];
    case 'header': return [{ clientSelectors: [{ headers: [{ name: limit.header!, type: 'Distinct' }] }], ...rate }];
    case 'address': return EVERY_ADDRESS.map((value) => ({ clientSelectors: [{ sourceCIDR: { type: 'Distinct', value } }], ...rate }));
    default: return limit.by satisfies never;
  }
}

/**
 * Where a request may have effects, only what surely reached no service is tried again. A limit per try stands on idempotent routes only: elsewhere it would
 * end an answer that nobody repeats.
 */
function renderRetry(retries: Retries, idempotent: boolean, where: string): BackendTrafficPolicySpecRetry {
  const { attempts, perTry, backoff } = retries;
  const perRetry = {
    ...idempotent && { timeout: gatewayApiDuration(perTry, `perTry of ${where}`) },
    ...backoff && {
      backOff: { baseInterval: gatewayApiDuration(backoff.base, `back-off of ${where}`), maxInterval: gatewayApiDuration(backoff.max, `back-off of ${where}`) },
    },
  };
  return {
    numRetries: attempts,
    ...Object.keys(perRetry).length > 0 && { perRetry },
    // Status codes count only beside the trigger `retriable-status-codes`.
    retryOn: idempotent
      ? { triggers: ['connect-failure', 'refused-stream', 'reset', 'retriable-status-codes'], httpStatusCodes: [500, 502, 503, 504] }
      : { triggers: ['connect-failure', 'refused-stream'] },
  };
}

function renderLoadBalancing(balancing: LoadBalancing): BackendTrafficPolicySpecLoadBalancer {
  if (balancing.type !== 'ConsistentHash') return { type: balancing.type };
  return {
    type: 'ConsistentHash',
    consistentHash: balancing.header === undefined ? { type: 'SourceIP' } : { type: 'Header', header: { name: balancing.header } },
  };
}
