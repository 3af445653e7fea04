import { record } from '../model/fields';
import { meshServicesOf } from '../model/mesh-services';
import { ANYONE } from '../model/parties';
import { policiesOf, POLICY_SUBJECTS, subjectOf } from '../model/policies';
import { closers, decidedBy } from '../model/policy-words';
import { routedPods } from '../model/routed-pods';
import type { Rule } from './rule';

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
    const routed = new Set(routedPods(cluster).map(({ service }) => service.entry));
    for (const service of meshServicesOf(cluster).all) {
      if (service.withoutSelector || service.entry.spec.clusterIP === 'None' || routed.has(service.entry) || service.pods.length === 0 || service.ports.length === 0) continue;
      const decisions = service.pods.flatMap((group) => service.ports.map((port) => {
        const subject = policies.isClosed(group, 'ingress') ? subjectOf(cluster, group) : undefined;
        const target = service.targetOf(port, group);
        return subject && target !== undefined
          ? { target, decision: policies.decide(subject, 'ingress', ANYONE, { number: target, protocol: port.protocol as 'TCP' }) } : undefined;
      }));
      const denied = decisions.filter((one) => one?.decision.verdict === false) as NonNullable<typeof decisions[number]>[];
      if (denied.length < decisions.length) continue;
      const { decision } = denied[0]!;
      const ports = [...new Set(denied.map(({ target }) => target))];
      report(service.entry, 'ports' in record(service.entry.spec) ? ['spec', 'ports'] : ['spec'], {
        message: `No caller gets through to the pods of this Service: ${closers(decision)} lets nobody in at port ${ports.slice(0, 3).join(' or ')}`, decidedBy: decidedBy(decision),
      });
    }
  },
};
