// SecurityPolicy: tokens and CORS. Fields that lines 1.2.8 and 1.9.0 both have.
import type { SecurityPolicySpec } from '../../../imports/gateway.envoyproxy.io/v1alpha1/SecurityPolicy';
import { gatewayApiDuration } from '../../formats/duration';
import type { CorsState, JwtState } from '../security';
import type { PolicyTarget } from './targets';

export interface SecurityState {
  readonly jwt: readonly JwtState[];
  readonly cors: CorsState | undefined;
}

/** A policy of a route replaces its gateway's altogether: one that says nothing asks for nothing. */
export function renderSecurityPolicy(target: PolicyTarget, { jwt, cors }: SecurityState): SecurityPolicySpec {
  return {
    targetRefs: [target],
    ...jwt.length > 0 && {
      jwt: {
        providers: jwt.map(({ name, issuer, audiences, jwksUri, claimToHeaders }) => ({
          name,
          issuer,
          ...audiences.length > 0 && { audiences },
          remoteJWKS: { uri: jwksUri },
          ...claimToHeaders.length > 0 && { claimToHeaders },
        })),
      },
    },
    ...cors && {
      cors: {
        allowOrigins: cors.allowOrigins,
        ...cors.allowMethods.length > 0 && { allowMethods: cors.allowMethods },
        ...cors.allowHeaders.length > 0 && { allowHeaders: cors.allowHeaders },
        ...cors.exposeHeaders.length > 0 && { exposeHeaders: cors.exposeHeaders },
        ...cors.maxAge && { maxAge: gatewayApiDuration(cors.maxAge, 'maxAge of CORS') },
        ...cors.allowCredentials && { allowCredentials: true },
      },
    },
  };
}
