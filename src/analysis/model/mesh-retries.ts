// Retries that VirtualServices say, with the time that a request has (networking.istio.io/v1, HTTPRetry).
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import { goDuration } from './durations';
import type { Entry } from './entry';
import { list, record, text } from './fields';

export interface MeshRetries {
  readonly at: Entry;
  /** Of the route. */
  readonly index: number;
  readonly path: FieldPath;
  readonly attempts: number;
  /** Milliseconds of each try and of the whole request; undefined where nobody says. */
  readonly perTry: number | undefined;
  readonly total: number | undefined;
  /** Said to come after responses of the application, not only after failures before it had the request. */
  readonly onResponses: boolean;
  /** Methods that the route takes, each by its name; undefined where it takes every one, or by a pattern. */
  readonly methods: readonly string[] | undefined;
}

const AFTER_RESPONSES = /^(?:5xx|gateway-error|reset|retriable-4xx|retriable-status-codes|[45]\d\d)$/;

export function meshRetries(cluster: ClusterModel): readonly MeshRetries[] {
  return cluster.objects('networking.istio.io', 'VirtualService').flatMap((at) => list(at.spec.http).map(record).flatMap(({ route, retries, timeout, match }, index): MeshRetries[] => {
    const { attempts, perTryTimeout, retryOn } = record(retries);
    if (typeof attempts !== 'number' || attempts < 1 || list(route).length === 0) return [];
    const methods = list(match).map((one) => text(record(record(one).method).exact));
    return [{
      at, index, path: ['spec', 'http', index, 'retries'], attempts,
      perTry: goDuration(text(perTryTimeout) ?? '') || undefined, total: goDuration(text(timeout) ?? '') || undefined,
      onResponses: (text(retryOn) ?? '').split(',').some((one) => AFTER_RESPONSES.test(one.trim())),
      methods: methods.length === 0 || methods.includes(undefined) ? undefined : methods as string[],
    }];
  }));
}
