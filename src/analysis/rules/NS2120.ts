import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { PolicyTarget } from '../model/envoy-gateway';
import { ENVOY_GATEWAY, ENVOY_POLICIES, envoyPolicies } from '../model/envoy-gateway';
import type { Report, Rule } from './rule';

const POLICY = (name: string, target: string, spec: string): string => `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: ${name}, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, ${target} }]
  ${spec}
`;

export const rule: Rule = {
  id: 'NS2120',
  class: 'breaks',
  title: 'Two policies of one kind are for the same target',
  sees: 'ClientTrafficPolicies, BackendTrafficPolicies and SecurityPolicies of Envoy Gateway that name, or select by labels, the same Gateway, listener, route or rule. A policy for a listener or a rule beside one for the whole is no conflict.',
  why: 'Envoy Gateway attaches the older one and refuses the other (Conflicted): its limits, retries or authentication are not in force. Applied together, the name decides.',
  fix: 'merge the two into one policy',
  covers: ['R119'],
  docs: ['https://gateway.envoyproxy.io/docs/concepts/gateway_api_extensions/backend-traffic-policy/'],
  subjects: ['ClientTrafficPolicy', 'BackendTrafficPolicy', 'SecurityPolicy'].map((kind) => `${ENVOY_GATEWAY}/${kind}`),
  failing: {
    documents: `${POLICY('limits', 'kind: HTTPRoute, name: orders', 'circuitBreaker: { maxConnections: 4700 }')}---${POLICY('retries', 'kind: HTTPRoute, name: orders', 'retry: { numRetries: 3 }')}`,
    says: 'BackendTrafficPolicy shop/retries and BackendTrafficPolicy shop/limits are both for HTTPRoute shop/orders: only one is attached',
    field: 'spec.targetRefs[0]',
  },
  passing: { documents: `${POLICY('limits', 'kind: HTTPRoute, name: orders', 'circuitBreaker: { maxConnections: 4700 }')}---${POLICY('retries', 'kind: HTTPRoute, name: orders, sectionName: search', 'retry: { numRetries: 3 }')}` },
  check(cluster, report) {
    // Extension policies of several kinds of filters may stand side by side in newer versions.
    for (const kind of ENVOY_POLICIES) if (kind !== 'EnvoyExtensionPolicy') each(cluster.derive(envoyPolicies).targets(kind), checkTarget, cluster, report);
  },
};

function checkTarget(target: PolicyTarget, cluster: ClusterModel, report: Report): void {
  const { kind, name, namespace, policy, section } = target;
  const before = cluster.derive(envoyPolicies).on(policy.kind, kind, namespace, name, section)[0];
  if (!before || before.policy === policy) return;
  const what = `${section === undefined ? '' : `${kind === 'Gateway' || kind === 'ListenerSet' ? 'listener' : 'rule'} ${section} of `}${kind} ${namespace}/${name}`;
  report(policy, target.path, { message: `${policy.toString()} and ${before.policy.toString()} are both for ${what}: only one is attached`, decidedBy: [before.policy] });
}
