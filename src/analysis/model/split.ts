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
  return CANARY.test(name);
}

const CANARY = /(?:^|[-_./])canary(?:[-_./]|$)/i;

/** The share of a Service, which is a canary by its name or by the labels of its pods. */
export function shareOf(cluster: ClusterModel, namespace: string, name: string, weight: number, path: FieldPath): Share {
  return { name, weight, path, canary: isCanary(cluster, namespace, name, false) };
}

/** Whether a Service is a canary. The labels of its pods say it only where something stands beside it. */
export function isCanary(cluster: ClusterModel, namespace: string, name: string, alone: boolean): boolean {
  return saysCanary(name) || (!alone && selectsCanary(cluster, namespace, name));
}

export function selectsCanary(cluster: ClusterModel, namespace: string, name: string): boolean {
  const service = cluster.find('', 'Service', namespace, name);
  if (service?.sound !== true) return false;
  const selector = record(service.spec.selector);
  for (const key in selector) if (typeof selector[key] === 'string' && saysCanary(selector[key])) return true;
  return false;
}
