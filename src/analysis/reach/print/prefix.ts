// Names of several clusters say where they are.
import type { ClusterModel } from '../../model/cluster-model';

/** `beijing:` where there is more than one cluster. */
export function prefixOf({ facts }: ClusterModel, clusters: number): string {
  return clusters > 1 && facts.name !== undefined ? `${facts.name}:` : '';
}
