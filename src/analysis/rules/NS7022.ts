import { CHAOS_SUBJECTS, experiments, namespacesOf } from '../model/chaos';
import type { ClusterModel } from '../model/cluster-model';
import type { Rule } from './rule';

const SYSTEM = (labels: string, duration: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: ${labels} }
---
apiVersion: chaos-mesh.org/v1alpha1
kind: NetworkChaos
metadata: { name: slow-orders, namespace: shop }
spec:
  action: delay
  mode: all
  selector: { namespaces: [shop] }
  delay: { latency: 200ms }
  ${duration}
`;

export const rule: Rule = {
  id: 'NS7022',
  class: 'practice',
  title: 'A chaos experiment has no bounds',
  sees: 'NetworkChaos and DNSChaos, alone and in Schedules: without a duration, in namespaces of the platform (kube-*), and in namespaces whose Namespace object does not agree by the label chaos: allowed or the annotation '
    + 'chaos-mesh.org/inject: enabled.',
  why: 'An experiment without an end stays until somebody deletes it; one in a namespace that nobody offered is an outage of others.',
  fix: 'give a duration, and let the namespace agree by its label',
  covers: ['R42'],
  docs: ['https://chaos-mesh.org/docs/configure-enabled-namespace/', 'https://chaos-mesh.org/docs/run-a-chaos-experiment/'],
  subjects: CHAOS_SUBJECTS,
  failing: { documents: SYSTEM('{}', ''), says: 'The experiment has no duration, and namespace shop does not agree to experiments', field: 'spec' },
  passing: { documents: SYSTEM('{ chaos: allowed }', 'duration: 5m') },
  check(cluster, report) {
    for (const experiment of cluster.derive(experiments)) {
      const troubles = [
        ...experiment.spec.duration === undefined ? ['the experiment has no duration'] : [], ...namespacesOf(experiment).flatMap((name) => disagreement(cluster, name)),
      ].join(', and ');
      if (troubles !== '') report(experiment.entry, experiment.path, { message: troubles[0]!.toUpperCase() + troubles.slice(1) });
    }
  },
};

function disagreement(cluster: ClusterModel, name: string): readonly string[] {
  if (/^kube-/.test(name)) return [`namespace ${name} is the platform's own`];
  const found = cluster.namespace(name);
  if (found?.declared !== true || found.labels.chaos === 'allowed' || found.entry?.annotations['chaos-mesh.org/inject'] === 'enabled') return [];
  return [`namespace ${name} does not agree to experiments`];
}
