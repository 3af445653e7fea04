import { ENVOY_GATEWAY } from '../model/envoy-gateway';
import { list } from '../model/fields';
import { each } from '../model/each';
import type { Entry } from '../model/entry';
import type { Report, Rule } from './rule';

const SYSTEM = (triggers: string): string => `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: orders, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: orders }]
  retry: { numRetries: 2, retryOn: { httpStatusCodes: [503], triggers: [${triggers}] } }
`;

export const rule: Rule = {
  id: 'NS2123',
  class: 'risk',
  title: 'Retries on status codes are not switched on',
  sees: 'BackendTrafficPolicies with retry.retryOn.httpStatusCodes whose triggers are listed without retriable-status-codes.',
  why: 'Envoy looks at the codes only with that trigger: the list has no effect, and the responses that were to be retried reach the client.',
  fix: 'add retriable-status-codes to retry.retryOn.triggers',
  docs: ['https://gateway.envoyproxy.io/docs/api/extension_types/#retryon'],
  subjects: [`${ENVOY_GATEWAY}/BackendTrafficPolicy`],
  failing: { documents: SYSTEM('connect-failure'), says: 'Status codes 503 are not retried: the triggers connect-failure lack retriable-status-codes', field: 'spec.retry.retryOn.httpStatusCodes' },
  passing: { documents: SYSTEM('connect-failure, retriable-status-codes') },
  check(cluster, report) {
    each(cluster.objects(ENVOY_GATEWAY, 'BackendTrafficPolicy'), checkPolicy, report);
  },
};

function checkPolicy(policy: Entry, report: Report): void {
  const { httpStatusCodes, triggers } = policy.spec.retry?.retryOn ?? {};
  if (list(httpStatusCodes).length === 0 || list(triggers).length === 0 || list(triggers).includes('retriable-status-codes')) return;
  report(policy, ['spec', 'retry', 'retryOn', 'httpStatusCodes'], { message: `Status codes ${list(httpStatusCodes).join(', ')} are not retried: the triggers ${list(triggers).join(', ')} lack retriable-status-codes` });
}
