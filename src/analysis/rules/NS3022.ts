import type { ClusterModel } from '../model/cluster-model';
import type { AuthzPolicy, AuthzRule, Part } from '../model/mesh-authz';
import { authorizationOf, needsIdentity, speakOfPort } from '../model/mesh-authz';
import { meshOf } from '../model/mesh';
import type { EffectiveMtls } from '../model/mesh-mtls';
import { mtlsOf } from '../model/mesh-mtls';
import type { PodGroup } from '../model/pods';
import { each, some } from '../model/each';
import { SHOP, workload } from './mesh-fixtures';
import type { Report, Rule } from './rule';

const scene = (mode: string): string => `${SHOP}${workload('frontend')}apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: ${mode} } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/frontend] } }] }]
`;

export const rule: Rule = {
  id: 'NS3022',
  class: 'breaks',
  title: 'An AuthorizationPolicy asks for identities where mTLS is switched off',
  sees: 'rules with principals, namespaces or serviceAccounts for pods with a sidecar whose ports all have PeerAuthentication DISABLE.',
  why: 'Without mTLS no caller has an identity. ALLOW rules by identity never match, so every call is denied with 403; DENY rules by identity deny nobody.',
  fix: 'let the PeerAuthentication be STRICT or PERMISSIVE, or decide by addresses (ipBlocks)',
  covers: ['analysis 1.3: principal rule where the port is PERMISSIVE or plaintext'],
  docs: ['https://istio.io/latest/docs/concepts/security/#dependency-on-mutual-tls'],
  subjects: ['security.istio.io/AuthorizationPolicy'],
  failing: {
    documents: scene('DISABLE'),
    says: 'This rule asks who the caller is, and mTLS is switched off at port 8080 of Deployment shop/orders: it never matches',
    field: 'spec.rules[0].from[0].source',
  },
  passing: { documents: scene('PERMISSIVE') },
  check(cluster, report) {
    if (!cluster.has('security.istio.io', 'PeerAuthentication')) return;
    const authorization = authorizationOf(cluster);
    each(authorization.policies, checkPolicy, cluster, report);
  },
};

function checkPolicy(policy: AuthzPolicy, cluster: ClusterModel, report: Report): void {
  const authorization = authorizationOf(cluster);
  for (const rule of policy.rules) {
    const [asks] = rule.from;
    if (!asks || some(rule.from, needsNoIdentity, rule)) continue;
    const first = plainPort(cluster, authorization.podsOf(cluster, policy), rule);
    if (!first) continue;
    report(policy.entry, asks.path, {
      message: `This rule asks who the caller is, and mTLS is switched off at port ${first.number} of ${first.group.entry.toString()}: it never matches`,
      decidedBy: [first.mode.by!, first.group.entry],
    });
  }
}

function needsNoIdentity(part: Part, rule: AuthzRule): boolean {
  return !needsIdentity(rule, part);
}

interface PlainPort {
  readonly group: PodGroup;
  readonly number: number;
  readonly mode: EffectiveMtls;
}

/** The first port that the rule is about, when every one of every pod is without mTLS: otherwise the rule may match somewhere. */
function plainPort(cluster: ClusterModel, pods: readonly PodGroup[], { to }: AuthzRule): PlainPort | undefined {
  const modes = mtlsOf(cluster);
  let first: PlainPort | undefined;
  for (const group of pods) {
    if (meshOf(cluster).memberOf(group).membership !== 'sidecar') continue;
    for (const { number, protocol } of group.ports) {
      if (protocol !== 'TCP' || !speakOfPort(to, number)) continue;
      const mode = modes.at(group, number);
      if (mode.mode !== 'DISABLE') return undefined;
      first ??= { group, number, mode };
    }
  }
  return first;
}
