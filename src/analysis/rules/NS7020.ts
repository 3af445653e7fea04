import { CHAOS_SUBJECTS, experiments } from '../model/chaos';
import type { Rule } from './rule';

const DELAY = (more: string): string => `
apiVersion: chaos-mesh.org/v1alpha1
kind: NetworkChaos
metadata: { name: slow-orders, namespace: shop }
spec:
  action: delay
  mode: all
  duration: 5m
  selector: { namespaces: [shop], labelSelectors: { app: orders } }
  delay: { latency: 200ms }
  ${more}
`;

export const rule: Rule = {
  id: 'NS7020',
  class: 'breaks',
  title: 'Chaos Mesh refuses the experiment',
  sees: 'NetworkChaos, alone and in Schedules, of another action than partition: direction from or both without a target, or with externalTargets.',
  why: 'The admission of Chaos Mesh refuses it: delays and losses are made where packets leave, so that the other side must be pods that it can reach.',
  fix: 'give the pods of the other side as target, or leave direction: to',
  covers: ['R42'],
  docs: ['https://chaos-mesh.org/docs/simulate-network-chaos-on-kubernetes/'],
  subjects: CHAOS_SUBJECTS,
  failing: { documents: DELAY('direction: both'), says: 'direction both needs a target for delay', field: 'spec.direction' },
  passing: { documents: DELAY('direction: both\n  target: { mode: all, selector: { namespaces: [shop], labelSelectors: { app: payments } } }') },
  check(cluster, report) {
    for (const { entry, kind, spec, path } of cluster.derive(experiments)) {
      const { action, direction, target, externalTargets } = spec;
      if (kind !== 'NetworkChaos' || action === 'partition' || (direction !== 'from' && direction !== 'both')) continue;
      if (externalTargets !== undefined) report(entry, [...path, 'direction'], { message: `direction ${direction} cannot be used with externalTargets for ${String(action)}`, fix: 'leave direction: to' });
      else if (target === undefined) report(entry, [...path, 'direction'], { message: `direction ${direction} needs a target for ${String(action)}` });
    }
  },
};
