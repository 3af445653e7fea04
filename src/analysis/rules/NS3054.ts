import { record } from '../model/fields';
import { meshOf } from '../model/mesh';
import { overlaps } from '../model/mesh-overlaps';
import { SHOP } from './mesh-fixtures';
import type { Rule } from './rule';

const sidecar = (name: string, selector: string): string => `---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: ${name}, namespace: shop }
spec: { ${selector}egress: [{ hosts: ["./*", "istio-system/*"] }] }
`;

export const rule: Rule = {
  id: 'NS3054',
  class: 'risk',
  title: 'Two Sidecars are for the same pods',
  sees: 'Sidecars without a workloadSelector in one namespace, and Sidecars that select some of the same pods; and Sidecars for pods that are all in ambient mode.',
  why: 'A proxy takes one Sidecar and which is not said: what the other lets it reach is closed, or the reverse. Pods in ambient mode have no sidecar, so none counts.',
  fix: 'keep one Sidecar for these pods',
  covers: ['IST0110', 'IST0111', 'IST0167'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0110/', 'https://istio.io/latest/docs/reference/config/networking/sidecar/'],
  subjects: ['networking.istio.io/Sidecar'],
  failing: {
    documents: `${SHOP}${sidecar('default', '')}${sidecar('other', '')}`,
    says: 'Sidecar shop/default is for all pods of namespace shop, too, and a proxy takes one of the two',
    field: 'spec',
  },
  passing: { documents: `${SHOP}${sidecar('default', '')}${sidecar('orders', 'workloadSelector: { labels: { app: orders } }, ')}` },
  check(cluster, report) {
    const sidecars = cluster.objects('networking.istio.io', 'Sidecar');
    const { wide, shared } = overlaps(cluster, sidecars, ({ spec }) => record(spec.workloadSelector).labels ?? {});
    for (const [one, other] of wide) report(one, ['spec'], { message: `${other.toString()} is for all pods of namespace ${one.namespace}, too, and a proxy takes one of the two`, decidedBy: [other] });
    for (const [one, other, group] of shared) {
      report(one, ['spec', 'workloadSelector'], { message: `${other.toString()} selects ${group.entry.toString()}, too, and a proxy takes one of the two`, decidedBy: [other, group.entry] });
    }
    for (const sidecar_ of sidecars) {
      const pods = cluster.selectByMap(sidecar_.namespace, record(sidecar_.spec.workloadSelector).labels);
      if (pods.length > 0 && pods.every((group) => meshOf(cluster).memberOf(group).membership === 'ambient')) {
        report(sidecar_, ['spec'], { message: `${pods[0]!.entry.toString()} is in ambient mode and has no sidecar: this object has no effect`, fix: 'remove it, or write a policy that ztunnel or a waypoint keeps' });
      }
    }
  },
};
