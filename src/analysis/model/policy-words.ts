// What rules about network policies share: who is closed, and how it is said.
import type { ClusterModel } from './cluster-model';
import { each } from './each';
import type { Entry } from './entry';
import type { PodParty } from './parties';
import type { PodGroup } from './pods';
import type { PolicyDecision } from './policies';
import type { NetworkPolicyView, PolicyRule } from './policy';
import { policiesOf, subjectOf } from './policies';

export interface RestrictedPods {
  readonly group: PodGroup;
  readonly subject: PodParty;
  /** Every policy that selects the pods and speaks of their egress. */
  readonly policies: readonly NetworkPolicyView[];
}

/** Templates whose egress some policy closes. */
export function egressRestricted(cluster: ClusterModel): readonly RestrictedPods[] {
  return cluster.derive(closedEgress);
}

function closedEgress(cluster: ClusterModel): readonly RestrictedPods[] {
  const restricted: RestrictedPods[] = [];
  each(cluster.pods, addRestricted, cluster, restricted);
  return restricted;
}

function addRestricted(group: PodGroup, cluster: ClusterModel, restricted: RestrictedPods[]): void {
  const policies = policiesOf(cluster);
  const subject = policies.isClosed(group, 'egress') ? subjectOf(cluster, group) : undefined;
  if (subject) restricted.push({ group, subject, policies: policies.selecting(group, 'egress') });
}

/** The first egress rule of some policies that admits something and meets a condition. */
export function findEgress(
  policies: readonly NetworkPolicyView[], meets: (rule: PolicyRule) => boolean,
): { readonly policy: NetworkPolicyView; readonly rule: PolicyRule } | undefined {
  for (const policy of policies) {
    for (const rule of policy.egress ?? []) if (rule.action === 'allow' && meets(rule)) return { policy, rule };
  }
  return undefined;
}

/** The objects that decided, for `decidedBy`. */
export function decidedBy({ by }: PolicyDecision): readonly Entry[] {
  return [...new Set(by.map(({ entry }) => entry))].slice(0, 4);
}

/** `CiliumNetworkPolicy shop/default-deny and 2 others`. */
export function closers({ by }: PolicyDecision): string {
  const entries = [...new Set(by.map(({ entry }) => entry))];
  const [first, ...rest] = entries;
  return first === undefined ? 'a policy' : rest.length === 0 ? first.toString() : `${first.toString()} and ${rest.length} ${rest.length === 1 ? 'other' : 'others'}`;
}

/** Small systems for the fixtures of rules about policies. */
export const policyFixtures = {
  /** A caller whose egress a NetworkPolicy closes, and the database that it calls. */
  caller: (egress: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: api, namespace: shop }
spec:
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec: { containers: [{ name: api, image: "registry.example.com/api:1.7.4" }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: postgres, namespace: shop }
spec:
  serviceName: postgres
  selector: { matchLabels: { app: postgres } }
  template:
    metadata: { labels: { app: postgres } }
    spec: { containers: [{ name: postgres, image: "docker.io/library/postgres:17", ports: [{ containerPort: 5432 }] }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: api, namespace: shop }
spec:
  podSelector: { matchLabels: { app: api } }
  policyTypes: [Egress]${egress}
`,
};
