import type { ReferenceGrantSpec } from '../../../imports/gateway.networking.k8s.io/v1/ReferenceGrant';
import { atLeast } from '../../core/targets';
import { GATEWAY_API_GROUP } from './render-gateway';

/** Who refers, and to what by name. */
export interface Reference {
  readonly fromKind: 'Gateway' | 'HTTPRoute';
  readonly fromNamespace: string;
  readonly toKind: 'Secret' | 'Service';
  readonly names: readonly string[];
}

/** Allows one reference into another namespace, by name and nothing wider. */
export function renderReferenceGrant(reference: Reference): ReferenceGrantSpec {
  return {
    from: [{ group: GATEWAY_API_GROUP, kind: reference.fromKind, namespace: reference.fromNamespace }],
    to: [...new Set(reference.names)].sort().map((name) => ({ group: '', kind: reference.toKind, name })),
  };
}

/** ReferenceGrant is v1 from Gateway API 1.5 on. */
export function referenceGrantApiVersion(gatewayApi: string): string {
  return `${GATEWAY_API_GROUP}/${atLeast(gatewayApi, '1.5') ? 'v1' : 'v1beta1'}`;
}
