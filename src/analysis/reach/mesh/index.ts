// The mesh as layers of policies: the proxies beside the pods and on their nodes, and the waypoints on the way.
import type { ClusterModel } from '../../model/cluster-model';
import type { Endpoint } from '../endpoints';
import type { PolicyLayer } from '../rules';

export function readMesh(_cluster: ClusterModel, _endpoints: readonly Endpoint[]): readonly PolicyLayer[] {
  return [];
}
