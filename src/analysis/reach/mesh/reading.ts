// What of the mesh is read once for a cluster: who is in its mesh, and what its proxies do before each of their pods.
import type { ClusterModel } from '../../model/cluster-model';
import { endpointsOf } from '../endpoints';
import { hasIstio, markMember } from './members';
import { NodeZonings } from './nodes';
import { markScopes } from './sidecars';
import { Zonings } from './zones';

export interface MeshReading {
  readonly sidecars: Zonings;
  readonly nodes: NodeZonings;
}

/** Marks every endpoint of the cluster as well: `cluster.derive(meshReading)`. */
export function meshReading(cluster: ClusterModel): MeshReading {
  const endpoints = cluster.derive(endpointsOf);
  for (const endpoint of endpoints) markMember(cluster, endpoint);
  const ofIstio = hasIstio(cluster) ? endpoints : [];
  markScopes(cluster, ofIstio);
  return { sidecars: new Zonings(cluster, ofIstio), nodes: new NodeZonings(cluster, ofIstio) };
}
