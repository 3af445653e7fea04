import type { ErrorScope } from '../core/errors';
import { NetstackError } from '../core/errors';
import type { TrafficOptions } from './traffic';

/** A count by a header that any client can write is no limit: another value starts another count. */
export function refuseForgeableLimits(traffic: TrafficOptions, believedHeaders: ReadonlySet<string>, where: string, scope: ErrorScope): void {
  const forgeable = traffic.rateLimit?.find((limit) => limit.header !== undefined && !believedHeaders.has(limit.header));
  if (!forgeable) return;
  throw new NetstackError({
    what: `The rate limit of ${where} counts by header ${forgeable.header}, which clients can write as they like`,
    scope,
    fix: `fill it from a token with jwt: [{ claimToHeaders: { sub: '${forgeable.header}' }, … }], or name it in trustedHeaders when a proxy in front sets it`,
  });
}
