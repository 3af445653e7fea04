import { list, record } from '../model/fields';
import { overlaps } from '../model/mesh-overlaps';
import { SHOP } from './mesh-fixtures';
import type { Rule } from './rule';

const telemetry = (name: string, selector: string): string => `---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: ${name}, namespace: shop }
spec: { ${selector}tracing: [{ randomSamplingPercentage: 4.7 }] }
`;

export const rule: Rule = {
  id: 'NS3055',
  class: 'risk',
  title: 'Two Telemetries are for the same pods',
  sees: 'Telemetries without selector and targetRefs in one namespace, and Telemetries that select some of the same pods.',
  why: 'A proxy takes the older one and ignores the other as a whole, also where they speak of different things.',
  fix: 'write metrics, tracing and access logs for these pods into one Telemetry',
  covers: ['IST0159', 'IST0160'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0159/', 'https://istio.io/latest/docs/reference/config/telemetry/'],
  subjects: ['telemetry.istio.io/Telemetry'],
  failing: {
    documents: `${SHOP}${telemetry('default', '')}${telemetry('tracing', '')}`,
    says: 'Telemetry shop/default is for all pods of namespace shop, too, and a proxy takes one of the two',
    field: 'spec',
  },
  passing: { documents: `${SHOP}${telemetry('default', '')}${telemetry('orders', 'selector: { matchLabels: { app: orders } }, ')}` },
  check(cluster, report) {
    const { wide, shared } = overlaps(cluster, cluster.objects('telemetry.istio.io', 'Telemetry'), ({ spec }) =>
      (spec.targetRef !== undefined || list(spec.targetRefs).length > 0 ? undefined : record(spec.selector).matchLabels ?? {}));
    for (const [one, other] of wide) report(one, ['spec'], { message: `${other.toString()} is for all pods of namespace ${one.namespace}, too, and a proxy takes one of the two`, decidedBy: [other] });
    for (const [one, other, group] of shared) {
      report(one, ['spec', 'selector'], { message: `${other.toString()} selects ${group.entry.toString()}, too, and a proxy takes one of the two`, decidedBy: [other, group.entry] });
    }
  },
};
