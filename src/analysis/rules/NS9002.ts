import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { Entry } from '../model/entry';
import { record } from '../model/fields';
import type { MeshService } from '../model/mesh-services';
import { meshServicesOf } from '../model/mesh-services';
import { ANYONE } from '../model/parties';
import type { PodGroup } from '../model/pods';
import type { PolicyDecision } from '../model/policies';
import { policiesOf, POLICY_SUBJECTS, subjectOf } from '../model/policies';
import { closers, decidedBy } from '../model/policy-words';
import type { RoutedPods } from '../model/routed-pods';
import { routedPods } from '../model/routed-pods';
import type { Report, Rule } from './rule';

const SYSTEM = (from: string): string => `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4", ports: [{ containerPort: 8080 }] }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: shop }
spec: { podSelector: {} }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: orders, namespace: shop }
spec: { podSelector: { matchLabels: { app: ${from} } }, ingress: [{ from: [{ podSelector: {} }] }] }
`;

export const rule: Rule = {
  id: 'NS9002',
  class: 'risk',
  title: 'A Service leads to pods that let nobody in',
  sees: 'Services with an address of their own, all of whose pods are closed for ingress while no policy admits anybody at any of the ports that the Service sends to. What routes lead to is said by NS9000.',
  why: 'Whoever calls the Service waits until the connection times out.',
  fix: 'admit the callers at the port of the pods, or remove the Service',
  covers: ['R112', 'analysis 1.3: policies that isolate a pod'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/'],
  subjects: POLICY_SUBJECTS,
  failing: { documents: SYSTEM('order'), says: 'No caller gets through to the pods of this Service: NetworkPolicy shop/default-deny lets nobody in at port 8080', field: 'spec.ports' },
  passing: { documents: SYSTEM('orders') },
  check(cluster, report) {
    const policies = policiesOf(cluster);
    if (policies.all.length === 0) return;
    const routed = new Set<Entry>();
    each(routedPods(cluster), addService, routed);
    each(meshServicesOf(cluster).all, checkService, cluster, routed, report);
  },
};

function addService({ service }: RoutedPods, routed: Set<Entry>): void {
  routed.add(service.entry);
}

/** @param routed what routes lead to */
function checkService(service: MeshService, cluster: ClusterModel, routed: ReadonlySet<Entry>, report: Report): void {
  if (service.withoutSelector || service.entry.spec.clusterIP === 'None' || routed.has(service.entry) || service.pods.length === 0 || service.ports.length === 0) return;
  let first: PolicyDecision | undefined;
  const ports = new Set<number>();
  for (const group of service.pods) {
    for (const port of service.ports) {
      const target = service.targetOf(port, group);
      const decision = target === undefined ? undefined : fromAnyone(cluster, group, target, port.protocol as 'TCP');
      if (decision?.verdict !== false) return;
      first ??= decision;
      ports.add(target!);
    }
  }
  report(service.entry, 'ports' in record(service.entry.spec) ? ['spec', 'ports'] : ['spec'], {
    message: `No caller gets through to the pods of this Service: ${closers(first!)} lets nobody in at port ${[...ports].slice(0, 3).join(' or ')}`, decidedBy: decidedBy(first!),
  });
}

/** Whether callers get through to pods that policies close. */
function fromAnyone(cluster: ClusterModel, group: PodGroup, number: number, protocol: 'TCP'): PolicyDecision | undefined {
  const policies = policiesOf(cluster);
  const subject = policies.isClosed(group, 'ingress') ? subjectOf(cluster, group) : undefined;
  return subject && policies.decide(subject, 'ingress', ANYONE, { number, protocol });
}
