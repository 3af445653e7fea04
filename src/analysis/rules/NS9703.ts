import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import { authorizationOf, speaksOfPort } from '../model/mesh-authz';
import type { AuthzPolicy, Part } from '../model/mesh-authz';
import { identityOf, podsUnder } from '../model/mesh-identities';
import { meshOf } from '../model/mesh';
import { partyOfPods } from '../model/parties';
import { policiesOf } from '../model/policies';
import type { PodGroup } from '../model/pods';
import { SHOP, workload } from './mesh-fixtures';
import type { Report, Rule } from './rule';

const scene = (from: string): string => `${SHOP}${workload('frontend')}${workload('admin')}apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  rules:
    - from: [{ source: { principals: [cluster.local/ns/shop/sa/frontend] } }]
      to: [{ operation: { ports: ["8080"] } }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  podSelector: { matchLabels: { app: orders } }
  policyTypes: [Ingress]
  ingress: [{ from: [{ podSelector: { matchLabels: { app: ${from} } } }], ports: [{ port: 8080 }] }]
`;

export const rule: Rule = {
  id: 'NS9703',
  class: 'risk',
  title: 'The mesh admits a caller that the network keeps out',
  sees: 'exact principals and service accounts of ALLOW policies whose pods the documents have, where network policies of either end let no connection through to any port that the rule is for.',
  why: 'Both layers have to admit a call. One of them was changed and the other forgotten: the caller times out, although the mesh says that it may.',
  fix: 'admit the caller in the network policy, too, or take it out of the AuthorizationPolicy',
  covers: ['R112', 'R15'],
  docs: ['https://istio.io/latest/docs/ops/best-practices/security/#defense-in-depth-with-networkpolicy'],
  subjects: ['security.istio.io/AuthorizationPolicy'],
  failing: {
    documents: scene('admin'),
    says: 'Deployment shop/frontend is admitted here, and NetworkPolicy shop/orders lets it through to no port of Deployment shop/orders that this rule is for (8080)',
    field: 'spec.rules[0].from[0].source.principals[0]',
  },
  passing: { documents: scene('frontend') },
  check(cluster, report) {
    if (policiesOf(cluster).all.length > 0) each(authorizationOf(cluster).policies, checkPolicy, cluster, report);
  },
};

const MOST = 20;

function checkPolicy(policy: AuthzPolicy, cluster: ClusterModel, report: Report): void {
  if (policy.action !== 'ALLOW') return;
  // A policy for a whole namespace names callers of any of its pods.
  if (Object.keys(policy.selector).length === 0) return;
  let targets = authorizationOf(cluster).podsOf(cluster, policy);
  if (!haveSidecars(targets, cluster)) targets = targets.filter((group) => meshOf(cluster).memberOf(group).membership === 'sidecar');
  if (targets.length === 0 || targets.length > MOST) return;
  for (const { from, to } of policy.rules) for (const part of from) checkCallers(policy, part, to, targets, cluster, report);
}

function haveSidecars(groups: readonly PodGroup[], cluster: ClusterModel): boolean {
  const mesh = meshOf(cluster);
  for (const group of groups) if (mesh.memberOf(group).membership !== 'sidecar') return false;
  return true;
}

function checkCallers(policy: AuthzPolicy, part: Part, to: readonly Part[], targets: readonly PodGroup[], cluster: ClusterModel, report: Report): void {
  const { principals } = part.fields;
  for (let index = 0; principals !== undefined && index < principals.length; index++) {
    const identity = identityOf(principals[index]!);
    const callers = identity && podsUnder(cluster, identity.namespace, identity.serviceAccount);
    if (!callers || callers.length === 0 || callers.length > MOST || !haveSidecars(callers, cluster)) continue;
    const first = blockedBy(callers, targets[0]!, to, cluster);
    if (!first || !targets.every((target) => blockedBy(callers, target, to, cluster) !== undefined)) continue;
    const caller = callers[0]!;
    report(policy.entry, [...part.path, 'principals', index], {
      message: `${caller.entry.toString()} is admitted here, and ${first.by.toString()} lets it through to no port of ${first.target.entry.toString()} that this rule is for (${first.ports.join(', ')})`,
      decidedBy: [first.by, caller.entry],
    });
  }
}

interface Blocked {
  readonly by: PodGroup['entry'];
  readonly target: PodGroup;
  readonly ports: readonly number[];
}

/** The policy that keeps every caller from every port of the target; undefined when one may pass. */
function blockedBy(callers: readonly PodGroup[], target: PodGroup, to: readonly Part[], cluster: ClusterModel): Blocked | undefined {
  const ports = portsOf(target, to);
  if (ports.length === 0) return undefined;
  let by: PodGroup['entry'] | undefined;
  const called = partyOfPods(cluster, target);
  for (const caller of callers) {
    for (const number of ports) {
      const decision = policiesOf(cluster).flow(partyOfPods(cluster, caller), called, { number, protocol: 'TCP' });
      if (decision.verdict !== false || !decision.by[0]) return undefined;
      by ??= decision.by[0].entry;
    }
  }
  return by && { by, target, ports };
}

/** The ports that a rule names, otherwise those of the target that it is for. */
function portsOf(target: PodGroup, to: readonly Part[]): readonly number[] {
  const named: number[] = [];
  for (const { fields } of to) for (const port of fields.ports ?? []) if (Number.isInteger(Number(port))) named.push(Number(port));
  return named.length > 0 ? named : target.ports.filter(({ protocol, number }) => protocol === 'TCP' && (to.length === 0 || to.some((part) => speaksOfPort(part, number)))).map(({ number }) => number);
}
