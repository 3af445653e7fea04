import { policiesOf } from '../model/policies';
import { policyFixtures } from '../model/policy-words';
import type { PodGroup } from '../model/pods';
import type { Rule } from './rule';

const SYSTEM = (policies: string): string => `${policyFixtures.caller('\n  egress: []').replace(/---\napiVersion: networking[\s\S]*$/, '')}${policies}`;

export const rule: Rule = {
  id: 'NS4113',
  class: 'practice',
  title: 'A namespace has no default denial',
  sees: 'namespaces with pods that no policy closes for ingress, or for egress. Namespaces of the control plane and of the system are passed over, and so are pods in the network of their node.',
  why: 'Whoever gets into any pod of the cluster reaches these, and whoever gets into these reaches everything.',
  fix: 'add a policy that selects every pod of the namespace and admits nobody, and then one for each connection',
  covers: ['R83', 'R99', 'R101', 'R15'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies'],
  subjects: ['apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet'],
  failing: {
    documents: SYSTEM(`---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: shop }
spec: { podSelector: { matchLabels: { app: api } }, policyTypes: [Ingress, Egress] }
`),
    says: 'No policy closes the pods of StatefulSet shop/postgres: everybody may call them, and they may call everybody',
  },
  passing: {
    documents: SYSTEM(`---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
`),
  },
  check(cluster, report) {
    const policies = policiesOf(cluster);
    if (!policies.complete || cluster.open || policies.all.some(({ engine, perhaps }) => engine === 'cluster' || perhaps.length > 0)) return;
    const open = new Map<string, { group: PodGroup; ingress: boolean; egress: boolean; count: number }>();
    for (const group of cluster.pods) {
      if (group.hostNetwork || SYSTEM_NAMESPACES.test(group.namespace) || group.entry.kind === 'Job') continue;
      const [ingress, egress] = [!policies.isClosed(group, 'ingress'), !policies.isClosed(group, 'egress')];
      if (!ingress && !egress) continue;
      const known = open.get(group.namespace);
      if (known) known.count++;
      else open.set(group.namespace, { group, ingress, egress, count: 1 });
    }
    for (const { group, ingress, egress, count } of open.values()) {
      report(group.entry, ['metadata', 'name'], {
        message: `No policy closes the pods of ${group.entry.toString()}${count > 1 ? ` and ${count - 1} more of the namespace` : ''}: `
          + [...ingress ? ['everybody may call them'] : [], ...egress ? ['they may call everybody'] : []].join(', and '),
      });
    }
  },
};

const SYSTEM_NAMESPACES = new RegExp(`^(?:kube-.*|default|(?:${[
  'envoy-gateway', 'istio', 'metallb', 'calico', 'tigera', 'knative', 'cattle', 'longhorn', 'gatekeeper', 'flux', 'opentelemetry-operator', 'cilium', 'kyverno', 'keda', 'cert-manager', 'argocd', 'monitoring',
  'observability', 'ingress-nginx', 'linkerd', 'consul', 'traefik',
].join('|')})(?:-.*)?)$`);
