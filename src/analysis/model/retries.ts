// Retries of a route's rule at Envoy Gateway, with the time that a request has.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import { gatewayDuration } from './durations';
import type { Entry } from './entry';
import { effective, envoyPolicies, isEnvoyGateway } from './envoy-gateway';
import type { Fields } from './fields';
import { list, text } from './fields';
import type { Listener, RouteView } from './gateway-api';
import { gatewayModel } from './gateway-api';

export interface RuleRetries {
  readonly route: RouteView;
  readonly rule: number;
  readonly fields: Fields;
  readonly listener: Listener;
  /** Where the retries are said. */
  readonly at: Entry;
  readonly path: FieldPath;
  readonly retries: number;
  /** Milliseconds for each try; undefined leaves it the whole time. */
  readonly perTry: number | undefined;
  readonly backOff: number | undefined;
  /** Milliseconds for the request with all tries; undefined or 0 has no end here. */
  readonly total: number | undefined;
  readonly totalAt: { readonly entry: Entry; readonly path: FieldPath } | undefined;
  /** Retries answer responses of the application, not only failures before it had the request. */
  readonly onResponses: boolean;
}

/** Triggers that fire before the backend has taken the request. */
const BEFORE: ReadonlySet<unknown> = new Set(['connect-failure', 'refused-stream', 'reset-before-request']);

/** Every rule of a route at a listener of Envoy Gateway that is retried: `cluster.derive(ruleRetries)`. */
export function ruleRetries(cluster: ClusterModel): readonly RuleRetries[] {
  const policies = cluster.derive(envoyPolicies);
  // Where no policy retries, only routes that say it themselves are looked at.
  const retrying = policies.targets('BackendTrafficPolicy').some(({ policy }) => policy.spec.retry !== undefined);
  return cluster.derive(gatewayModel).routes.flatMap((route): RuleRetries[] => {
    if (route.entry.kind !== 'HTTPRoute' && route.entry.kind !== 'GRPCRoute') return [];
    if (!retrying && !list(route.entry.spec.rules).some(({ retry }: Fields) => retry !== undefined)) return [];
    const listener = route.parents.flatMap(({ attached }) => attached.map((one) => one.listener)).find(({ gateway }) => isEnvoyGateway(cluster, gateway));
    if (!listener) return [];
    return list(route.entry.spec.rules).flatMap((fields: Fields, rule): RuleRetries[] => {
      const chain = policies.chain('BackendTrafficPolicy', route, text(fields.name), listener);
      const policy = effective(chain, 'retry');
      const timeout = effective(chain, 'timeout');
      const ownTotal = gatewayDuration(fields.timeouts?.request);
      const total = ownTotal ?? gatewayDuration(timeout?.value.http?.requestTimeout);
      const totalAt = ownTotal !== undefined ? { entry: route.entry, path: ['spec', 'rules', rule, 'timeouts', 'request'] }
        : total === undefined ? undefined : { entry: timeout!.policy, path: ['spec', 'timeout', 'http', 'requestTimeout'] };
      const base = { route, rule, fields, listener, total: total === 0 ? undefined : total, totalAt };
      if (fields.retry !== undefined) {
        return [{
          ...base, at: route.entry, path: ['spec', 'rules', rule, 'retry'], retries: Number(fields.retry.attempts ?? 1), perTry: gatewayDuration(fields.timeouts?.backendRequest),
          backOff: gatewayDuration(fields.retry.backoff), onResponses: list(fields.retry.codes).length > 0,
        }];
      }
      if (!policy) return [];
      const { numRetries, perRetry, retryOn } = policy.value;
      const triggers = list(retryOn?.triggers);
      return [{
        ...base, at: policy.policy, path: ['spec', 'retry'], retries: typeof numRetries === 'number' ? numRetries : 2, perTry: gatewayDuration(perRetry?.timeout),
        backOff: gatewayDuration(perRetry?.backOff?.baseInterval),
        // Without triggers Envoy Gateway retries 503 as well.
        onResponses: triggers.length === 0 || triggers.some((one) => !BEFORE.has(one)),
      }];
    });
  });
}
