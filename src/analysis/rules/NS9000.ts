import { ANYONE } from '../model/parties';
import { policiesOf, POLICY_SUBJECTS, subjectOf } from '../model/policies';
import { closers, decidedBy } from '../model/policy-words';
import { LastRight, routedPods } from '../model/routed-pods';
import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { RoutedPods } from '../model/routed-pods';
import type { Report, Rule } from './rule';

const SYSTEM = (ports: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: orders, namespace: shop }
spec:
  ingressClassName: nginx
  rules: [{ host: shop.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: orders, port: { number: 80 } } } }] } }]
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ port: 80, targetPort: 8080 }] }
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
metadata: { name: orders, namespace: shop }
spec:
  podSelector: { matchLabels: { app: orders } }
  ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ingress-nginx } } }], ports: [${ports}] }]
`;

export const rule: Rule = {
  id: 'NS9000',
  class: 'breaks',
  title: 'A route leads to pods that let nobody in',
  sees: 'backends of routes that a Gateway takes, and of Ingresses, whose pods are closed for ingress while no policy admits anybody at all at the port that they are called at.',
  why: 'Every request times out and is answered with 503 or 504, whoever asks.',
  fix: 'admit the gateway at the port of the pods',
  covers: ['R112', 'R4', 'analysis 1.3: policy that blocks gateway->service'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/'],
  subjects: POLICY_SUBJECTS,
  needs: ['gateway.networking.k8s.io/Gateway', 'networking.k8s.io/Ingress'],
  failing: { documents: SYSTEM('{ port: 80 }'), says: 'Ingress shop/orders leads to Deployment shop/orders at port 8080, where NetworkPolicy shop/orders lets nobody in', field: 'spec.rules[0].http.paths[0].backend' },
  passing: { documents: SYSTEM('{ port: 8080 }') },
  check(cluster, report) {
    each(routedPods(cluster), checkRouted, cluster, report);
  },
};

function checkRouted(routed: RoutedPods, cluster: ClusterModel, report: Report): void {
  const right = cluster.derive(reached);
  if (right.has(routed)) return;
  const { entry, path, group, port, protocol } = routed;
  const policies = policiesOf(cluster);
  const subject = policies.isClosed(group, 'ingress') ? subjectOf(cluster, group) : undefined;
  if (!subject) return;
  const decision = policies.decide(subject, 'ingress', ANYONE, { number: port, protocol });
  if (decision.verdict !== false) {
    right.add(routed);
    return;
  }
  report(entry, path, { message: `${entry.toString()} leads to ${group.entry.toString()} at port ${port}, where ${closers(decision)} lets nobody in`, decidedBy: decidedBy(decision) });
}

function reached(): LastRight {
  return new LastRight();
}
