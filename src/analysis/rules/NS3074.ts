import { list, record } from '../model/fields';
import type { Rule } from './rule';

const scene = (fault: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ ${fault}route: [{ destination: { host: orders } }] }]
`;

export const rule: Rule = {
  id: 'NS3074',
  class: 'practice',
  title: 'Faults are injected into production',
  sees: 'delays and aborts in VirtualServices, and faultInjection in BackendTrafficPolicies of Envoy Gateway, that are not at 0 percent. Asked with the profile production.',
  why: 'Real requests are delayed or refused. Drills belong into their own tool, which ends them by itself.',
  fix: 'remove the fault, or run it as a chaos drill in a namespace that allows it',
  covers: ['R118'],
  docs: ['https://istio.io/latest/docs/tasks/traffic-management/fault-injection/', 'https://gateway.envoyproxy.io/docs/tasks/traffic/fault-injection/'],
  subjects: ['networking.istio.io/VirtualService', 'gateway.envoyproxy.io/BackendTrafficPolicy'],
  failing: {
    documents: scene('fault: { abort: { httpStatus: 503, percentage: { value: 1.7 } } }, '),
    says: '1.7 percent of the requests are aborted on purpose',
    field: 'spec.http[0].fault.abort',
  },
  passing: { documents: scene('') },
  check(cluster, report) {
    for (const routes of cluster.objects('networking.istio.io', 'VirtualService')) {
      for (const [index, route] of list(routes.spec.http).map(record).entries()) {
        for (const [kind, word] of [['abort', 'aborted'], ['delay', 'delayed']] as const) {
          const fault = record(record(route.fault)[kind]);
          if (Object.keys(fault).length === 0) continue;
          // Without a word on it, every request.
          const percent: unknown = fault.percentage === undefined ? fault.percent ?? 100 : record(fault.percentage).value ?? 0;
          if (percent !== 0) report(routes, ['spec', 'http', index, 'fault', kind], { message: `${String(percent)} percent of the requests are ${word} on purpose` });
        }
      }
    }
    for (const policy of cluster.objects('gateway.envoyproxy.io', 'BackendTrafficPolicy')) {
      for (const [kind, word] of [['abort', 'aborted'], ['delay', 'delayed']] as const) {
        const fault = record(record(policy.spec.faultInjection)[kind]);
        if (Object.keys(fault).length > 0 && fault.percentage !== 0) {
          report(policy, ['spec', 'faultInjection', kind], { message: `${fault.percentage === undefined ? '100' : String(fault.percentage)} percent of the requests are ${word} on purpose` });
        }
      }
    }
  },
};
