// The order domain's production numbers. Every one can be overridden where a gateway is declared.
import { Duration } from '../core/duration';
import { LoadBalancing, RateLimit } from './traffic';
import type { CircuitBreaker, Retries } from './traffic';

/** What a client of the order API waits for at most. */
export const ORDER_REQUEST_TIMEOUT: Duration = Duration.millis(4700);

/**
 * Three repetitions. One try may take 700 ms: four of them and their waits at the upper end (170, 510 and 1190 ms) are 4670 ms, within the 4700 ms of the
 * request.
 */
export const ORDER_RETRIES: Retries = {
  attempts: 3,
  perTry: Duration.millis(700),
  backoff: { base: Duration.millis(170), max: Duration.millis(4700) },
};

/** Who is asking, filled from the `sub` claim of the token. */
export const ORDER_USER_HEADER = 'x-user-id';

export const ORDER_USER_RATE_LIMIT: RateLimit = RateLimit.perHeader(ORDER_USER_HEADER, 4700, 'minute');
/** Generous, because many users stand behind one address of a mobile network. */
export const ORDER_ADDRESS_RATE_LIMIT: RateLimit = RateLimit.perAddress(170_000, 'minute');

/** Per proxy and service, not over all proxies. */
export const ORDER_CIRCUIT_BREAKER: CircuitBreaker = { maxConnections: 4700, maxPendingRequests: 1700, maxParallelRequests: 4700, maxParallelRetries: 47 };
export const ORDER_MAX_REQUESTS_PER_CONNECTION = 1700;

/** A user's requests reach the same pod, whose caches know the user. */
export const ORDER_LOAD_BALANCING: LoadBalancing = LoadBalancing.hashHeader(ORDER_USER_HEADER);

/** Tells services that a request came through the gateway. */
export const ORDER_REQUEST_HEADERS: Readonly<Record<string, string>> = { 'x-forwarded-by': 'order-gateway' };

/** Headers that every API should answer with. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** A client that sends slower than this holds a connection for nothing. */
export const ORDER_CLIENT_TIMEOUTS: { readonly requestReceived: Duration; readonly idle: Duration } = {
  requestReceived: Duration.seconds(17), idle: Duration.seconds(47),
};
