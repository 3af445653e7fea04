// What a split of traffic by weights is, whichever layer says it.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import { record } from './fields';

export interface Share {
  readonly name: string;
  readonly weight: number;
  readonly canary: boolean;
  readonly path: FieldPath;
}

export interface Split {
  readonly at: Entry;
  readonly path: FieldPath;
  readonly shares: readonly Share[];
  /** Some weight is written out. */
  readonly weighted: boolean;
  /** What happens to requests when every weight is 0. */
  readonly zero: 'errors' | 'refused' | 'nothing';
}

/** Whether a name says canary. */
export function saysCanary(name: string): boolean {
  return /(?:^|[-_./])canary(?:[-_./]|$)/i.test(name);
}

/** The share of a Service, which is a canary by its name or by the labels of its pods. */
export function shareOf(cluster: ClusterModel, namespace: string, name: string, weight: number, path: FieldPath, alone: boolean = false): Share {
  return { name, weight, path, canary: saysCanary(name) || (!alone && selectsCanary(cluster, namespace, name)) };
}

export function selectsCanary(cluster: ClusterModel, namespace: string, name: string): boolean {
  const service = cluster.find('', 'Service', namespace, name);
  return service?.sound === true && Object.values(record(service.spec.selector)).some((value) => typeof value === 'string' && saysCanary(value));
}
