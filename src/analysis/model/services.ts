// Services and the pods behind them.
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import { labelsOf } from './fields';
import type { PodGroup } from './pods';
import { beside } from './references';

/** A Service that selects, with its pods. */
export interface SelectingService {
  readonly service: Entry;
  readonly pods: readonly PodGroup[];
  /** Pods that the documents do not have may be behind it as well. */
  readonly more: boolean;
}

/** Every sound Service with a selector: `cluster.derive(selectingServices)`. */
export function selectingServices(cluster: ClusterModel): readonly SelectingService[] {
  return cluster.objects('', 'Service').flatMap((service): SelectingService[] => {
    const { selector, type } = service.spec;
    if (type === 'ExternalName' || selector === undefined || selector === null || Object.keys(selector as object).length === 0) return [];
    const home = service.namespace === '' ? undefined : service.namespace;
    return [{ service, pods: cluster.selectByMap(home, selector), more: cluster.derive(beside).mayHavePods(home, labelsOf(selector)) }];
  });
}

/** `Deployment shop/orders and 2 more`, for messages. */
export function namePods(groups: readonly PodGroup[]): string {
  const first = groups[0]!.entry.toString();
  return groups.length === 1 ? first : `${first} and ${groups.length - 1} more`;
}
