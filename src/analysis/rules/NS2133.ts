import { ENVOY_GATEWAY } from '../model/envoy-gateway';
import type { Rule } from './rule';

const SYSTEM = (spec: string): string => `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: orders, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: orders }]
  ${spec}
`;

export const rule: Rule = {
  id: 'NS2133',
  class: 'practice',
  title: 'A gateway injects faults into production',
  sees: 'faultInjection in BackendTrafficPolicies of Envoy Gateway with a share above 0.',
  why: 'The gateway delays or refuses real requests of users; what was a drill stays until somebody remembers it.',
  fix: 'remove faultInjection, or keep it in an environment for drills',
  covers: ['R118'],
  docs: ['https://gateway.envoyproxy.io/docs/tasks/traffic/fault-injection/'],
  subjects: [`${ENVOY_GATEWAY}/BackendTrafficPolicy`],
  failing: { documents: SYSTEM('faultInjection: { delay: { fixedDelay: 4700ms, percentage: 1 } }'), says: 'BackendTrafficPolicy shop/orders delays 1 % of the requests by 4700ms', field: 'spec.faultInjection.delay' },
  passing: { documents: SYSTEM('faultInjection: { delay: { fixedDelay: 4700ms, percentage: 0 } }') },
  check(cluster, report) {
    for (const policy of cluster.objects(ENVOY_GATEWAY, 'BackendTrafficPolicy')) {
      const { delay, abort } = policy.spec.faultInjection ?? {};
      if (delay && delay.percentage !== 0) report(policy, ['spec', 'faultInjection', 'delay'], { message: `${policy.toString()} delays ${String(delay.percentage ?? 100)} % of the requests by ${String(delay.fixedDelay)}` });
      if (abort && abort.percentage !== 0) {
        report(policy, ['spec', 'faultInjection', 'abort'], { message: `${policy.toString()} answers ${String(abort.percentage ?? 100)} % of the requests with ${abort.httpStatus === undefined ? `gRPC status ${String(abort.grpcStatus)}` : String(abort.httpStatus)}` });
      }
    }
  },
};
