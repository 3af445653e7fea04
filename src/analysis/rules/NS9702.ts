import type { ClusterModel } from '../model/cluster-model';
import { meshOf } from '../model/mesh';
import { partyOfPods } from '../model/parties';
import { POLICY_SUBJECTS, policiesOf, subjectOf } from '../model/policies';
import type { NetworkPolicyView } from '../model/policy';
import type { PodGroup } from '../model/pods';
import { SHOP, workload } from './mesh-fixtures';
import type { Rule } from './rule';

const scene = (ports: string): string => `${SHOP.replace('istio-injection: enabled', 'istio.io/dataplane-mode: ambient')}${workload('frontend')}apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  podSelector: { matchLabels: { app: orders } }
  policyTypes: [Ingress]
  ingress:
    - from: [{ podSelector: { matchLabels: { app: frontend } } }]
      ports: [${ports}]
`;

export const rule: Rule = {
  id: 'NS9702',
  class: 'breaks',
  title: 'A network policy shuts out the tunnel of ambient mode',
  sees: 'pods in ambient mode whose network policies close ingress, admit callers in ambient mode at other ports, and admit nobody at TCP 15008.',
  why: 'Between pods in ambient mode every connection comes in on port 15008 (HBONE). The policy admits the port of the program, which no caller in the mesh uses, and drops the tunnel: all calls time out.',
  fix: 'admit TCP 15008 beside the port of the program',
  covers: ['R19', 'analysis 1.3: blocks waypoint/ztunnel HBONE 15008'],
  docs: ['https://istio.io/latest/docs/ambient/usage/networkpolicy/'],
  subjects: [...POLICY_SUBJECTS],
  failing: {
    documents: scene('{ port: 8080 }'),
    says: 'Deployment shop/orders is in ambient mode, and no policy admits port 15008, on which callers such as Deployment shop/frontend come in',
    field: 'metadata.name',
  },
  passing: { documents: scene('{ port: 8080 }, { port: 15008 }') },
  check(cluster, report) {
    const policies = policiesOf(cluster);
    const { ambient } = meshOf(cluster);
    for (const group of ambient) {
      const subject = subjectOf(cluster, group);
      if (!subject || !policies.isClosed(group, 'ingress')) continue;
      const { verdict, by } = policies.decide(subject, 'ingress', { is: 'anyone', name: 'callers' }, { number: 15008, protocol: 'TCP' });
      const [first] = by;
      if (verdict !== false || !first) continue;
      const caller = admitted(cluster, policies.selecting(group, 'ingress'), ambient);
      if (!caller) continue;
      report(first.entry, ['metadata', 'name'], {
        message: `${group.entry.toString()} is in ambient mode, and no policy admits port 15008, on which callers such as ${caller.entry.toString()} come in`,
        decidedBy: [group.entry, ...by.slice(1).map(({ entry }) => entry)],
      });
    }
  },
};

/** Somebody in ambient mode whom a policy means to admit. The first hundreds are enough to find one. */
function admitted(cluster: ClusterModel, policies: readonly NetworkPolicyView[], ambient: readonly PodGroup[]): PodGroup | undefined {
  const rules = policies.flatMap(({ ingress }) => ingress ?? []).filter(({ action }) => action === 'allow');
  if (rules.length === 0) return undefined;
  return ambient.slice(0, 300).find((group) => rules.some((rule_) => rule_.peer(partyOfPods(cluster, group)) === true));
}
