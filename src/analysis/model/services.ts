// Services and the pods behind them.
import type { ClusterModel } from './cluster-model';
import { each } from './each';
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
  const found: SelectingService[] = [];
  each(cluster.objects('', 'Service'), add, cluster, found);
  return found;
}

function add(service: Entry, cluster: ClusterModel, found: SelectingService[]): void {
  const { selector, type } = service.spec;
  if (type === 'ExternalName' || selector === undefined || selector === null || Object.keys(selector as object).length === 0) return;
  const home = service.namespace === '' ? undefined : service.namespace;
  found.push({ service, pods: cluster.selectByMap(home, selector), more: cluster.derive(beside).mayHavePods(home, labelsOf(selector)) });
}

/** `Deployment shop/orders and 2 more`, for messages. */
export function namePods(groups: readonly PodGroup[]): string {
  const first = groups[0]!.entry.toString();
  return groups.length === 1 ? first : `${first} and ${groups.length - 1} more`;
}
