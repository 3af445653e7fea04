import { ENVOY_GATEWAY, ENVOY_POLICIES, envoyPolicies } from '../model/envoy-gateway';
import type { Rule } from './rule';

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
    const policies = cluster.derive(envoyPolicies);
    for (const kind of ENVOY_POLICIES) {
      // Extension policies of several kinds of filters may stand side by side in newer versions.
      if (kind === 'EnvoyExtensionPolicy') continue;
      for (const target of policies.targets(kind)) {
        const [before] = policies.on(kind, target.kind, target.namespace, target.name, target.section);
        if (!before || before.policy === target.policy) continue;
        const what = `${target.section === undefined ? '' : `${target.kind === 'Gateway' || target.kind === 'ListenerSet' ? 'listener' : 'rule'} ${target.section} of `}${target.kind} ${target.namespace}/${target.name}`;
        report(target.policy, target.path, { message: `${target.policy.toString()} and ${before.policy.toString()} are both for ${what}: only one is attached`, decidedBy: [before.policy] });
      }
    }
  },
};
