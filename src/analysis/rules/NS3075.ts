import { list, record } from '../model/fields';
import type { Rule } from './rule';

const scene = (delay: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ fault: { delay: { fixedDelay: 1.7s, ${delay} } }, route: [{ destination: { host: orders } }] }]
`;

export const rule: Rule = {
  id: 'NS3075',
  class: 'practice',
  title: 'A field of Istio is deprecated',
  sees: 'fault.delay.percent, mirrorPercent, egressProxy of Sidecars, targetRef where targetRefs has taken its place.',
  why: 'The field is still read and may be gone with the next release; some are ignored already.',
  fix: 'write the field that has taken its place',
  covers: ['IST0002'],
  docs: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/', 'https://istio.io/latest/docs/reference/config/analysis/ist0002/'],
  subjects: ['networking.istio.io/VirtualService', 'networking.istio.io/Sidecar'],
  failing: {
    documents: scene('percent: 3'),
    says: 'percent is deprecated: percentage.value takes its place',
    field: 'spec.http[0].fault.delay.percent',
  },
  passing: { documents: scene('percentage: { value: 3 }') },
  check(cluster, report) {
    for (const routes of cluster.objects('networking.istio.io', 'VirtualService')) {
      for (const [index, route] of list(routes.spec.http).map(record).entries()) {
        const percent: unknown = record(record(route.fault).delay).percent;
        if (typeof percent === 'number' && percent > 0) report(routes, ['spec', 'http', index, 'fault', 'delay', 'percent'], { message: 'percent is deprecated: percentage.value takes its place' });
        for (const key of ['mirrorPercent', 'mirror_percent']) {
          if (route[key] !== undefined) report(routes, ['spec', 'http', index, key], { message: `${key} is deprecated: mirrorPercentage.value takes its place` });
        }
      }
    }
    for (const sidecar of cluster.objects('networking.istio.io', 'Sidecar')) {
      if (record(sidecar.spec.outboundTrafficPolicy).egressProxy !== undefined) report(sidecar, ['spec', 'outboundTrafficPolicy', 'egressProxy'], { message: 'egressProxy is ignored' });
    }
  },
};
