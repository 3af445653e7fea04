import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import { refusing } from '../model/mesh-admission';
import { authorizationOf } from '../model/mesh-authz';
import { declaredOf } from '../model/mesh-connections';
import { meshOf } from '../model/mesh';
import type { IngressRule } from '../model/mesh-network';
import { homesOf, ingressRules } from '../model/mesh-network';
import type { PodGroup } from '../model/pods';
import type { PolicyPeer } from '../model/policy-peers';
import { policyPeers } from '../model/policy-peers';
import { SHOP, workload } from './mesh-fixtures';
import type { Report, Rule } from './rule';

const scene = (account: string): string => `${SHOP}${workload('frontend')}${workload('admin')}apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/${account}] } }] }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  podSelector: { matchLabels: { app: orders } }
  policyTypes: [Ingress]
  ingress: [{ from: [{ podSelector: { matchLabels: { app: frontend } } }], ports: [{ port: 8080 }] }]
`;

export const rule: Rule = {
  id: 'NS9704',
  class: 'risk',
  title: 'The network admits a caller that the mesh refuses',
  sees: 'pods that a network policy names as callers by labels, and callers that the program declares, in the mesh themselves, that no rule of the ALLOW policies for the called pods can match at that port.',
  why: 'Both layers have to admit a call. One of them was changed and the other forgotten: the caller gets 403 (RBAC: access denied), although the network lets it through.',
  fix: 'admit the caller\'s service account in the AuthorizationPolicy, too, or take it out of the network policy',
  covers: ['R112', 'R15'],
  docs: ['https://istio.io/latest/docs/ops/best-practices/security/#defense-in-depth-with-networkpolicy'],
  subjects: ['security.istio.io/AuthorizationPolicy'],
  failing: {
    documents: scene('admin'),
    says: 'Deployment shop/frontend is let through to port 8080 of Deployment shop/orders, and no ALLOW rule of AuthorizationPolicy shop/orders admits its service account shop/frontend',
    field: 'spec.ingress[0].from[0].podSelector',
  },
  passing: { documents: scene('frontend') },
  check(cluster, report) {
    byPeers(cluster, report);
    const declared = declaredOf(cluster);
    for (const { from, to, port, protocol, tags } of declared.connections) {
      const [caller, target] = [declared.workload(from), declared.workload(to)];
      if (!caller || !target || port === undefined || protocol !== 'TCP' || tags.includes('scrape')) continue;
      if (caller.serviceAccount === undefined || declared.memberOf(caller).membership !== 'sidecar') continue;
      for (const group of target.pods) {
        if (!keepsPolicies(cluster, group)) continue;
        const policies = refusing(cluster, group, { port, caller: { namespace: caller.namespace, serviceAccount: caller.serviceAccount } });
        if (policies.length === 0) continue;
        report(policies[0]!.entry, ['spec', 'rules'], {
          message: `${caller.namespace}/${caller.name} is declared to call port ${port} of ${group.entry.toString()}, and no ALLOW rule admits its service account ${caller.namespace}/${caller.serviceAccount}`,
          decidedBy: [group.entry, ...policies.slice(1).map(({ entry }) => entry)],
        });
        break;
      }
    }
  },
};

function byPeers(cluster: ClusterModel, report: Report): void {
  if (authorizationOf(cluster).policies.some(({ action }) => action === 'ALLOW')) each(cluster.derive(policyPeers), checkPeer, cluster, report);
}

function checkPeer(peer: PolicyPeer, cluster: ClusterModel, report: Report): void {
  const key = peer.ruleKey('ingress');
  const found = key === undefined ? undefined : cluster.derive(ingressRules).get(peer.entry)?.get(key);
  if (!found) return;
  const { home } = peer;
  if (home !== undefined) {
    checkCallers(peer, found, home, LIMIT, cluster, report);
    return;
  }
  let left = LIMIT;
  const homes = homesOf(cluster, peer);
  for (let i = 0; i < homes.length && i < LIMIT; i++) left = checkCallers(peer, found, homes[i]!, left, cluster, report);
}

/** @returns how many callers are left to be looked at */
function checkCallers(peer: PolicyPeer, rule: IngressRule, home: string, most: number, cluster: ClusterModel, report: Report): number {
  let left = most;
  for (const caller of peer.podsIn(cluster, home) ?? NOBODY) {
    if (left === 0) break;
    if (!keepsPolicies(cluster, caller)) continue;
    left--;
    for (const port of rule.ports) look(peer, rule.view.pods, caller, port, cluster, report);
  }
  return left;
}

const NOBODY: readonly PodGroup[] = [];

function look(peer: PolicyPeer, groups: readonly PodGroup[], caller: PodGroup, port: number, cluster: ClusterModel, report: Report): void {
  const [group] = groups;
  if (!group || !isRefused(groups, caller, port, cluster)) return;
  const by = cluster.derive(refusals).of(group, caller, port);
  report(peer.entry, peer.path, {
    message: `${caller.entry.toString()} is let through to port ${port} of ${group.entry.toString()}, `
      + `and no ALLOW rule of ${by[0]!.entry.toString()} admits its service account ${caller.namespace}/${caller.serviceAccount}`,
    decidedBy: [...by.map((policy) => policy.entry), caller.entry],
  });
}

/** Whether every one of the pods refuses a caller. */
function isRefused(groups: readonly PodGroup[], caller: PodGroup, port: number, cluster: ClusterModel): boolean {
  const known = cluster.derive(refusals);
  for (let i = 0; i < groups.length && i < LIMIT; i++) if (known.of(groups[i]!, caller, port).length === 0) return false;
  return true;
}

/** Who refuses a caller. Whom one policy names most often runs under one account: the last answer for pods is the next one. */
class Refusals {
  private readonly cluster: ClusterModel;
  private readonly last: Map<PodGroup, Refusal> = new Map();

  constructor(cluster: ClusterModel) {
    this.cluster = cluster;
  }

  of(group: PodGroup, caller: PodGroup, port: number): Refusal['by'] {
    if (group === caller || !keepsPolicies(this.cluster, group)) return NONE;
    const { namespace, serviceAccount } = caller;
    const last = this.last.get(group) ?? NOBODY_ASKED;
    if (last.port === port && last.serviceAccount === serviceAccount && last.namespace === namespace) return last.by;
    const by = refusing(this.cluster, group, { port, caller });
    this.last.set(group, new Refusal(namespace, serviceAccount, port, by));
    return by;
  }
}

function refusals(cluster: ClusterModel): Refusals {
  return new Refusals(cluster);
}

/** How many of many pods and namespaces are looked at. */
const LIMIT = 20;

class Refusal {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly port: number;
  readonly by: ReturnType<typeof refusing>;

  constructor(namespace: string, serviceAccount: string, port: number, by: ReturnType<typeof refusing>) {
    this.namespace = namespace;
    this.serviceAccount = serviceAccount;
    this.port = port;
    this.by = by;
  }
}

const NOBODY_ASKED: Refusal = new Refusal('', '', -1, []);

const NONE: Refusal['by'] = [];

/** Whether the pods keep AuthorizationPolicies. */
function keepsPolicies(cluster: ClusterModel, group: PodGroup): boolean {
  return meshOf(cluster).memberOf(group).membership === 'sidecar';
}
