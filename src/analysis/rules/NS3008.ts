import { meshOf } from '../model/mesh';
import { mtlsOf } from '../model/mesh-mtls';
import { homesOf, ingressRules } from '../model/mesh-network';
import { POLICY_SUBJECTS } from '../model/policies';
import { policyPeers } from '../model/policy-peers';
import type { PodGroup } from '../model/pods';
import { SHOP, workload } from './mesh-fixtures';
import type { Rule } from './rule';

const scene = (labels: string): string => `${SHOP}apiVersion: v1
kind: Namespace
metadata: { name: legacy${labels} }
---
${workload('batch', { namespace: 'legacy' })}apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  podSelector: { matchLabels: { app: orders } }
  policyTypes: [Ingress]
  ingress:
    - from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: legacy } }, podSelector: { matchLabels: { app: batch } } }]
      ports: [{ port: 8080 }]
`;

export const rule: Rule = {
  id: 'NS3008',
  class: 'risk',
  title: 'A network policy admits callers that STRICT mTLS refuses',
  sees: 'network policies that name pods as callers by their labels, all of them outside the mesh, at ports where the pods that the policy is for ask for STRICT mTLS.',
  why: 'The policy says that these pods call. They have no certificate of the mesh, so the sidecar closes their connections although the network lets them through.',
  fix: 'bring the caller into the mesh, or take plain text at this port (portLevelMtls PERMISSIVE) until it is there; if nobody calls any more, remove the rule',
  covers: ['R3', 'R112', 'analysis 1.3: STRICT mTLS with non-mesh client'],
  docs: ['https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/'],
  subjects: [...POLICY_SUBJECTS],
  failing: {
    documents: scene(''),
    says: 'Deployment legacy/batch is admitted to port 8080 of Deployment shop/orders, which takes STRICT mTLS only, and namespace legacy is not labelled for injection',
    field: 'spec.ingress[0].from[0].podSelector',
  },
  passing: { documents: scene(', labels: { istio-injection: enabled }') },
  check(cluster, report) {
    if (!mtlsOf(cluster).anyStrict) return;
    const mesh = meshOf(cluster);
    if (!mesh.anyOutside) return;
    const rules = cluster.derive(ingressRules);
    for (const peer of rules.size === 0 ? [] : cluster.derive(policyPeers)) {
      const { entry, pods } = peer;
      const key = peer.ruleKey('ingress');
      const found = key === undefined || !pods.some(({ operator }) => operator === 'In') ? undefined : rules.get(entry)?.get(key);
      if (!found) continue;
      const callers = homesOf(cluster, peer).flatMap((home) => cluster.selectBy(home, pods));
      const [caller] = callers;
      if (!caller || !callers.every((group) => mesh.isOutside(group))) continue;
      for (const port of found.ports) {
        const strict = strictAt(found.view.pods, port);
        if (!strict) continue;
        report(entry, peer.path, {
          message: `${caller.entry.toString()} is admitted to port ${port} of ${strict.group.entry.toString()}, which takes STRICT mTLS only, and ${mesh.memberOf(caller).reason!}`,
          decidedBy: [strict.by, caller.entry],
        });
      }
    }

    /** The first of the pods, when every one of them refuses plain text. */
    function strictAt(groups: readonly PodGroup[], port: number): { readonly group: PodGroup; readonly by: PodGroup['entry'] } | undefined {
      const modes = groups.slice(0, 100).map((group) => ({ group, by: mtlsOf(cluster).refusesPlainText(group, port)?.by }));
      const [first] = modes;
      return first?.by && modes.every(({ by }) => by !== undefined) ? { group: first.group, by: first.by } : undefined;
    }
  },
};
