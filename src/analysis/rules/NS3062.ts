import { list, record } from '../model/fields';
import { meshOf } from '../model/mesh';
import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { PodGroup } from '../model/pods';
import { NAMESPACE } from './mesh-fixtures';
import { POD_KINDS } from '../model/pods';
import type { Report, Rule } from './rule';

const scene = (user: number): string => `${NAMESPACE}apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4", securityContext: { runAsUser: ${user} } }] }
`;

export const rule: Rule = {
  id: 'NS3062',
  class: 'breaks',
  title: 'A program runs as the user of the sidecar',
  sees: 'pods with a sidecar whose pod or container securityContext has runAsUser 1337.',
  why: 'Traffic of user 1337 is the sidecar\'s own and is not taken in. What the program sends goes around the mesh: without mTLS, routes and policies.',
  fix: 'choose another user',
  covers: ['IST0144'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0144/', 'https://istio.io/latest/docs/ops/deployment/application-requirements/'],
  subjects: [...POD_KINDS],
  failing: {
    documents: scene(1337),
    says: 'Container orders runs as user 1337, whose traffic goes around the sidecar',
    field: 'spec.template.spec.containers[0].securityContext.runAsUser',
  },
  passing: { documents: scene(1001) },
  check(cluster, report) {
    each(cluster.pods, checkPods, cluster, report);
  },
};

function checkPods(group: PodGroup, cluster: ClusterModel, report: Report): void {
  const pod: unknown = record(group.spec.securityContext).runAsUser;
  const containers = list(group.spec.containers).map(record);
  if (pod !== 1337 && !containers.some(isUser) || meshOf(cluster).memberOf(group).membership !== 'sidecar' || !group.entry.sound) return;
  for (const [index, container] of containers.entries()) {
    if (container.name !== 'istio-proxy' && isUser(container)) {
      report(group.entry, [...group.specPath, 'containers', index, 'securityContext', 'runAsUser'], { message: `Container ${String(container.name)} runs as user 1337, whose traffic goes around the sidecar` });
    }
  }
  if (pod === 1337 && containers.some((container) => container.name !== 'istio-proxy' && record(container.securityContext).runAsUser === undefined)) {
    report(group.entry, [...group.specPath, 'securityContext', 'runAsUser'], { message: 'The pod runs as user 1337, whose traffic goes around the sidecar' });
  }
}

function isUser(container: Readonly<Record<string, unknown>>): boolean {
  return record(container.securityContext).runAsUser === 1337;
}
