// Whose tokens are verified. Without this a rule that asks for a claim never matches.
import type { RequestAuthenticationSpec } from '../../../imports/security.istio.io/v1';
import type { ConnectionEdge } from '../../core/edge';
import type { TokenIssuer } from '../../core/policy';

/** Issuers that the callers of a workload are asked for. Sorted. */
export function issuersOf(ingress: readonly ConnectionEdge[]): readonly string[] {
  return [...new Set(ingress.flatMap((edge) => edge.http.flatMap((http) => http.jwt?.issuer ?? [])))].sort();
}

/** Tokens of the issuers are verified where they come; a request without a token passes, and has no claims. */
export function renderRequestAuthentication(labels: Readonly<Record<string, string>>, issuers: readonly TokenIssuer[]): RequestAuthenticationSpec {
  return {
    selector: { matchLabels: { ...labels } },
    jwtRules: issuers.map(({ issuer, jwksUri, audiences = [], forward = true, claimHeaders = {} }) => ({
      issuer,
      jwksUri,
      ...audiences.length > 0 && { audiences: [...audiences].sort() },
      forwardOriginalToken: forward,
      ...Object.keys(claimHeaders).length > 0 && {
        outputClaimToHeaders: Object.entries(claimHeaders).sort(([a], [b]) => (a < b ? -1 : 1)).map(([header, claim]) => ({ header, claim })),
      },
    })),
  };
}
