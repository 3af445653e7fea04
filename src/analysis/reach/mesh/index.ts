// The mesh as one layer of policies.
import type { ClusterModel } from '../../model/cluster-model';
import type { Endpoint } from '../endpoints';
import type { PolicyLayer } from '../rules';

export function readMesh(_cluster: ClusterModel, _endpoints: readonly Endpoint[]): PolicyLayer | undefined {
  return undefined;
}
