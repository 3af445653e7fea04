import { partyOfPods } from '../model/parties';
import type { PolicyDecision } from '../model/policies';
import { policiesOf, POLICY_SUBJECTS } from '../model/policies';
import { closers, decidedBy } from '../model/policy-words';
import { saidHosts } from '../model/said-hosts';
import type { Rule } from './rule';

const SYSTEM = (port: number): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "registry.example.com/web:1.7.4", env: [{ name: ORDERS, value: "http://orders.shop.svc:80/api" }] }] }
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
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Egress]
  egress: [{ to: [{ podSelector: { matchLabels: { app: orders } } }], ports: [{ port: ${port} }] }]
`;

export const rule: Rule = {
  id: 'NS9008',
  class: 'breaks',
  title: 'A network policy denies a call that the environment of pods names',
  sees: 'Services that stand by name and port in the environment and the arguments of pods: whether the policies at both ends evidently stop them.',
  why: 'The caller waits until the connection times out.',
  fix: 'admit the connection at both ends: in the egress of the caller and in the ingress of the callee, at the port of the pods',
  covers: ['R112'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/'],
  subjects: POLICY_SUBJECTS,
  failing: {
    documents: SYSTEM(9090),
    says: 'Deployment shop/web is to call orders.shop.svc:80, and NetworkPolicy shop/web keeps it from Deployment shop/orders at port 8080',
    field: 'spec.template.spec.containers[0].env[0].value',
  },
  passing: { documents: SYSTEM(8080) },
  check(cluster, report) {
    const policies = policiesOf(cluster);
    if (policies.all.length === 0 || !policies.complete || cluster.open) return;
    for (const { group, path, service, port, host } of saidHosts(cluster)) {
      const caller = partyOfPods(cluster, group);
      const servicePort = service.port(port)!;
      const ends = service.pods.flatMap((callee) => {
        const target = service.targetOf(servicePort, callee);
        return target === undefined ? [] : [{ callee, target }];
      });
      const decision = ends.length < service.pods.length ? undefined
        : everyDenied(ends.map(({ callee, target }) => policies.flow(caller, partyOfPods(cluster, callee), { number: target, protocol: servicePort.protocol as 'TCP' })));
      if (!decision) continue;
      const [{ callee, target }] = ends as [typeof ends[number]];
      report(group.entry, path, {
        message: `${group.entry.toString()} is to call ${host}:${port}, and ${closers(decision)} keeps it from ${callee.entry.toString()} at port ${target}`, decidedBy: decidedBy(decision),
      });
    }
  },
};

/** The first denial, when all are denied: what some of the pods get through stands for a choice. */
function everyDenied(decisions: readonly PolicyDecision[]): PolicyDecision | undefined {
  return decisions.length > 0 && decisions.every(({ verdict }) => verdict === false) ? decisions[0] : undefined;
}
