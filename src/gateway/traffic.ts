// How a gateway treats the services behind it, as every implementation understands it.
import { Duration } from '../core/duration';
import { NetstackError, shorten } from '../core/errors';
import type { ErrorScope } from '../core/errors';
import { requireOptions } from '../core/shape';
import { headerName } from './headers';

/** The window that requests are counted in. */
export type RateLimitUnit = 'second' | 'minute' | 'hour' | 'day';

const UNITS: readonly RateLimitUnit[] = ['second', 'minute', 'hour', 'day'];

/** How many requests are let through, and counted by what. */
export class RateLimit {
  /** Each source address has a count of its own, of IPv4 and of IPv6. */
  static perAddress(requests: number, unit: RateLimitUnit): RateLimit {
    return new RateLimit('address', undefined, requests, unit);
  }

  /** Each value of a header has a count of its own: `RateLimit.perHeader('x-user-id', 4700, 'minute')`. Requests without it are not counted here. */
  static perHeader(header: string, requests: number, unit: RateLimitUnit): RateLimit {
    return new RateLimit('header', headerName(header, 'Rate limit header'), requests, unit);
  }

  /** All requests together. */
  static total(requests: number, unit: RateLimitUnit): RateLimit {
    return new RateLimit('total', undefined, requests, unit);
  }

  readonly by: 'address' | 'header' | 'total';
  /** Lower case; with `by: 'header'` only. */
  readonly header: string | undefined;
  readonly requests: number;
  readonly unit: RateLimitUnit;

  private constructor(by: 'address' | 'header' | 'total', header: string | undefined, requests: number, unit: RateLimitUnit) {
    this.by = by;
    this.header = header;
    this.requests = whole(requests, 1, 4_294_967_295, 'Rate limit');
    if (!UNITS.includes(unit)) throw new NetstackError({ what: `Rate limit unit ${shorten(unit)} is not known`, fix: `give one of ${UNITS.map((one) => `'${one}'`).join(', ')}` });
    this.unit = unit;
    Object.freeze(this);
  }
}

/** Limits of each proxy towards each service, by proxy and not over all of them. */
export interface CircuitBreaker {
  readonly maxConnections?: number;
  readonly maxPendingRequests?: number;
  readonly maxParallelRequests?: number;
  readonly maxParallelRetries?: number;
}

/**
 * How failed tries are repeated. Where requests may have effects, only tries that never reached a service are repeated: `idempotent` routes repeat
 * resets and 500, 502, 503 and 504 as well.
 */
export interface Retries {
  /** Tries after the first. */
  readonly attempts: number;
  /** How long one try may take: to connect, and on idempotent routes to answer. */
  readonly perTry: Duration;
  /** @default - 25 ms, growing to 250 ms */
  readonly backoff?: { readonly base: Duration; readonly max: Duration };
}

/** Which pod of a service gets a request. */
export class LoadBalancing {
  static roundRobin(): LoadBalancing {
    return new LoadBalancing('RoundRobin', undefined);
  }

  /** @default - of Envoy Gateway, when nothing is given */
  static leastRequest(): LoadBalancing {
    return new LoadBalancing('LeastRequest', undefined);
  }

  static random(): LoadBalancing {
    return new LoadBalancing('Random', undefined);
  }

  /** Requests with the same value of a header go to the same pod (Maglev). */
  static hashHeader(name: string): LoadBalancing {
    return new LoadBalancing('ConsistentHash', headerName(name, 'Hash header'));
  }

  /** Requests from the same address go to the same pod. */
  static hashAddress(): LoadBalancing {
    return new LoadBalancing('ConsistentHash', undefined);
  }

  readonly type: 'RoundRobin' | 'LeastRequest' | 'Random' | 'ConsistentHash';
  /** Lower case. */
  readonly header: string | undefined;

  private constructor(type: 'RoundRobin' | 'LeastRequest' | 'Random' | 'ConsistentHash', header: string | undefined) {
    this.type = type;
    this.header = header;
    Object.freeze(this);
  }
}

/** Treatment of a gateway's services, or of those of one route; a route replaces the gateway's word by word. */
export interface TrafficOptions {
  /** @default - none */
  readonly rateLimit?: readonly RateLimit[];
  /** @default - the implementation's own */
  readonly circuitBreaker?: CircuitBreaker;
  /** After how many requests a connection to a service is closed: it spreads load anew after scaling, and breaks no circuit. @default - never */
  readonly maxRequestsPerConnection?: number;
  /** @default - no retries */
  readonly retries?: Retries;
  /** @default - the implementation's own */
  readonly loadBalancing?: LoadBalancing;
}

export interface RouteTimeouts {
  /** From the request to the whole response, tries included. @default - 15 s, as Envoy has it */
  readonly request?: Duration;
}

/** What Envoy waits for a response when nobody says. */
export const DEFAULT_REQUEST_TIMEOUT: Duration = Duration.seconds(15);
/** Envoy's own back-off, https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter */
export const DEFAULT_BACKOFF: { readonly base: Duration; readonly max: Duration } = { base: Duration.millis(25), max: Duration.millis(250) };

/** The timeouts that are given, undefined when there are none. */
export function checkTimeouts(timeouts: RouteTimeouts | undefined, where: string, scope: ErrorScope): RouteTimeouts | undefined {
  const request = timeouts === undefined ? undefined : requireOptions(timeouts, { request: true }, `timeouts of ${where}`, scope).request;
  return request === undefined ? undefined : { request: Duration.of(request) };
}

/** The longest time that a request may need: every try, and every wait at its upper end, (2^n - 1) times the base before the n-th repetition. */
export function retryBudget(retries: Retries): Duration {
  const { base, max } = retries.backoff ?? DEFAULT_BACKOFF;
  let millis = retries.perTry.toMillis() * (retries.attempts + 1);
  for (let n = 1; n <= retries.attempts; n++) millis += Math.min((2 ** n - 1) * base.toMillis(), max.toMillis());
  return Duration.millis(millis);
}

/** The same options, every number and duration checked. `where` is the subject of sentences: `gateway order`. */
export function checkTraffic(options: TrafficOptions, where: string, scope: ErrorScope): TrafficOptions {
  const { rateLimit, circuitBreaker, maxRequestsPerConnection, retries, loadBalancing } = options;
  if (rateLimit !== undefined && (!Array.isArray(rateLimit) || rateLimit.some((one) => !(one instanceof RateLimit)))) {
    throw new NetstackError({ what: `The rate limit of ${where} is ${shorten(rateLimit)}`, scope, fix: "give a list such as [RateLimit.perAddress(1000, 'minute')]" });
  }
  if (loadBalancing !== undefined && !(loadBalancing instanceof LoadBalancing)) {
    throw new NetstackError({ what: `The load balancing of ${where} is ${shorten(loadBalancing)}`, scope, fix: "give such as LoadBalancing.hashHeader('x-user-id')" });
  }
  if (maxRequestsPerConnection !== undefined) whole(maxRequestsPerConnection, 1, 4_294_967_295, `maxRequestsPerConnection of ${where}`, scope);
  if (circuitBreaker !== undefined) {
    requireOptions(circuitBreaker, { maxConnections: true, maxPendingRequests: true, maxParallelRequests: true, maxParallelRetries: true }, `the circuit breaker of ${where}`, scope);
  }
  for (const [limit, value] of Object.entries(circuitBreaker ?? {})) if (value !== undefined) whole(value, 0, 4_294_967_295, `${limit} of ${where}`, scope);
  return {
    ...rateLimit && { rateLimit: [...rateLimit] },
    ...circuitBreaker && { circuitBreaker: { ...circuitBreaker } },
    ...maxRequestsPerConnection !== undefined && { maxRequestsPerConnection },
    ...retries && { retries: checkRetries(retries, where, scope) },
    ...loadBalancing && { loadBalancing },
  };
}

function checkRetries(retries: Retries, where: string, scope: ErrorScope): Retries {
  requireOptions(retries, { attempts: true, perTry: true, backoff: true }, `retries of ${where}`, scope);
  const attempts = whole(retries.attempts, 0, 10, `Attempts of ${where}`, scope);
  const perTry = Duration.of(retries.perTry);
  if (perTry.toMillis() === 0) throw new NetstackError({ what: `One try of ${where} may take 0s`, scope, fix: 'give retries.perTry some time' });
  if (!retries.backoff) return { attempts, perTry };
  requireOptions(retries.backoff, { base: true, max: true }, `the back-off of ${where}`, scope);
  const base = Duration.of(retries.backoff.base);
  const max = Duration.of(retries.backoff.max);
  if (base.toMillis() === 0 || base.compare(max) > 0) {
    throw new NetstackError({ what: `The back-off of ${where} grows from ${base} to ${max}`, scope, fix: 'give a base over zero that is not above max' });
  }
  return { attempts, perTry, backoff: { base, max } };
}

/** Refuses tries that cannot fit into the request's time: the last ones would never be made. */
export function checkRetryBudget(retries: Retries | undefined, timeouts: RouteTimeouts, where: string, scope: ErrorScope): void {
  const request = timeouts.request ?? DEFAULT_REQUEST_TIMEOUT;
  if (request.toMillis() === 0) throw new NetstackError({ what: `The request timeout of ${where} is 0s, which means none`, scope, fix: 'give the time that a client will wait' });
  if (!retries) return;
  if (retries.perTry.compare(request) > 0) {
    throw new NetstackError({ what: `One try of ${where} may take ${retries.perTry} and the whole request ${request}`, scope, fix: 'give a perTry that is not above the request timeout' });
  }
  const budget = retryBudget(retries);
  if (budget.compare(request) > 0) {
    const waits = budget.toMillis() - retries.perTry.toMillis() * (retries.attempts + 1);
    const fitting = Math.floor((request.toMillis() - waits) / (retries.attempts + 1));
    throw new NetstackError({
      what: `${retries.attempts + 1} tries of ${retries.perTry} with their back-off need ${budget}, and a request of ${where} has ${request}`,
      scope,
      fix: fitting > 0 ? `give a perTry of at most ${fitting}ms, or fewer attempts` : 'give fewer attempts, or a shorter back-off',
    });
  }
}

function whole(value: number, least: number, most: number, what: string, scope?: ErrorScope): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new NetstackError({ what: `${what} ${shorten(value)} is not a whole number from ${least} to ${most}`, ...scope && { scope }, fix: `give such as ${Math.min(most, Math.max(least, 3))}` });
}
