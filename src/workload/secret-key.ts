import type { ErrorScope } from '../core/errors';
import { NetstackError } from '../core/errors';
import type { SecretRef } from '../core/secret-ref';

/** A key of a Secret in the pod's namespace. */
export interface SecretKey {
  readonly name: string;
  readonly key: string;
}

/** Name and key of a Secret that is in the workload's namespace, or will be. @throws NetstackError for a secret that is kept elsewhere */
export function secretKey(ref: SecretRef, namespace: string, where: string, scope: ErrorScope): SecretKey {
  const { source } = ref;
  switch (source.type) {
    case 'existing':
      if (source.namespace !== undefined && source.namespace !== namespace) {
        throw new NetstackError({ what: `${where} is kept in namespace ${source.namespace}, and a pod reads Secrets of its own namespace ${namespace} only`, scope, fix: 'keep a copy of it there' });
      }
      return { name: source.name, key: source.key };
    case 'externalSecret':
    case 'sops':
      return { name: source.name, key: source.key };
    case 'env':
    case 'file':
    case 'terraformVariable':
      throw new NetstackError({
        what: `${where} is kept in ${ref.toString()}, which no pod can read`, scope, fix: 'keep it in a Secret: SecretRef.existing, SecretRef.externalSecret or SecretRef.sops',
      });
  }
}
