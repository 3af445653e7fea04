import { authorizationOf } from '../model/mesh-authz';
import { meshOf } from '../model/mesh';
import { policiesOf } from '../model/policies';
import { SHOP, workload } from './mesh-fixtures';
import type { Rule } from './rule';

const scene = (network: string): string => `${SHOP}${workload('frontend')}apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/frontend] } }] }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: shop, namespace: shop }
spec: { podSelector: { ${network} }, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }
`;

export const rule: Rule = {
  id: 'NS9707',
  class: 'practice',
  title: 'The mesh alone decides who calls a workload',
  sees: 'workloads with a sidecar for which an ALLOW policy decides who calls, and whose ingress no network policy closes, in clusters that have network policies.',
  why: 'The policy of the mesh is kept by the sidecar beside the program. Ports that are excluded from it, UDP, and a pod without its sidecar are open to the whole cluster: the network layer has to stay.',
  fix: 'add a NetworkPolicy or CiliumNetworkPolicy for the same callers',
  covers: ['R15', 'R35'],
  docs: ['https://istio.io/latest/docs/ops/best-practices/security/#defense-in-depth-with-networkpolicy'],
  subjects: ['security.istio.io/AuthorizationPolicy'],
  failing: {
    documents: scene('matchLabels: { app: frontend }'),
    says: 'AuthorizationPolicy shop/orders decides who calls Deployment shop/orders, and no network policy does',
    field: 'metadata.name',
  },
  passing: { documents: scene('') },
  check(cluster, report) {
    const policies = policiesOf(cluster);
    // Whether the cluster enforces network policies at all is another rule's matter.
    if (policies.all.length === 0 || cluster.open) return;
    const authorization = authorizationOf(cluster);
    for (const group of cluster.pods) {
      if (!group.entry.sound || meshOf(cluster).memberOf(group).membership !== 'sidecar' || policies.isClosed(group, 'ingress')) continue;
      const by = authorization.of(group).find(({ action, rules }) => action === 'ALLOW' && rules.some(({ from }) => from.length > 0));
      if (by) report(group.entry, ['metadata', 'name'], { message: `${by.entry.toString()} decides who calls ${group.entry.toString()}, and no network policy does`, decidedBy: [by.entry] });
    }
  },
};
