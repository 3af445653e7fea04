import { CHAOS_SUBJECTS, experiments, labelsAsked, namespacesOf } from '../model/chaos';
import { selectsNobody } from '../model/selections';
import type { Rule } from './rule';

const SYSTEM = (app: string): string => `
apiVersion: chaos-mesh.org/v1alpha1
kind: Schedule
metadata: { name: lossy-orders, namespace: shop }
spec:
  schedule: 0 4 1 * *
  type: NetworkChaos
  historyLimit: 3
  concurrencyPolicy: Forbid
  networkChaos:
    action: loss
    mode: all
    duration: 5m
    selector: { namespaces: [shop], labelSelectors: { app: ${app} } }
    loss: { loss: "17", correlation: "25" }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4" }] }
`;

export const rule: Rule = {
  id: 'NS7021',
  class: 'risk',
  title: 'A chaos experiment meets no pod',
  sees: 'NetworkChaos and DNSChaos, alone and in Schedules, whose labels no pod of their namespaces has. Experiments that choose pods by fields, nodes, names or phases are passed over.',
  why: 'Nothing is disturbed, and the drill looks passed: what it was to find stays where it is.',
  fix: 'write the labels of the pods that the experiment is for',
  covers: ['R42'],
  docs: ['https://chaos-mesh.org/docs/define-chaos-experiment-scope/'],
  subjects: CHAOS_SUBJECTS,
  failing: { documents: SYSTEM('order'), says: 'No pod of namespace shop has the labels app=order', field: 'spec.networkChaos.selector' },
  passing: { documents: SYSTEM('orders') },
  check(cluster, report) {
    for (const experiment of cluster.derive(experiments)) {
      const requirements = labelsAsked(experiment);
      const namespaces = namespacesOf(experiment);
      const path = [...experiment.path, 'selector'];
      if (!requirements || requirements.length === 0 || !selectsNobody(cluster, { entry: experiment.entry, path, of: 'pods', requirements, namespaces })) continue;
      const labels = requirements.map(({ key, values }) => `${key}=${values.join(',')}`).join(', ');
      report(experiment.entry, path, { message: `No pod of ${namespaces.length === 1 ? 'namespace' : 'namespaces'} ${namespaces.join(', ')} has the labels ${labels}` });
    }
  },
};
