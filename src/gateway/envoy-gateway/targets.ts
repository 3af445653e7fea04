import { GATEWAY_API_GROUP } from '../gateway-api/render-gateway';

/** What a policy is about, in its own namespace. */
export interface PolicyTarget {
  readonly group: string;
  readonly kind: 'Gateway' | 'HTTPRoute';
  readonly name: string;
}

export function gatewayTarget(name: string): PolicyTarget {
  return { group: GATEWAY_API_GROUP, kind: 'Gateway', name };
}

export function routeTarget(name: string): PolicyTarget {
  return { group: GATEWAY_API_GROUP, kind: 'HTTPRoute', name };
}
