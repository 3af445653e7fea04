import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { ANYONE, partyOfPods } from '../model/parties';
import type { PodGroup } from '../model/pods';
import type { NetworkPolicies } from '../model/policies';
import type { NetworkPolicyView, PolicyRule, PortMatch } from '../model/policy';
import { policiesOf, POLICY_SUBJECTS, subjectOf } from '../model/policies';
import type { MeshService } from '../model/mesh-services';
import { meshServicesOf } from '../model/mesh-services';
import { each } from '../model/each';
import type { Report, Rule } from './rule';

const SYSTEM = (port: number): string => `
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
  ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: ${port} }] }]
`;

export const rule: Rule = {
  id: 'NS4106',
  class: 'breaks',
  title: 'A network policy names the port of the Service, not that of its pods',
  sees: 'rules of policies with a port number that no container of the pods declares, that a Service in front of them has, and that the Service sends to another port which nothing admits.',
  why: 'Policies see packets after the address of the Service was replaced: they arrive at the port of the pods, and are dropped.',
  fix: 'name the port of the pods (targetPort of the Service)',
  covers: ['R110', 'analysis 1.3: targetPort vs containerPort vs NetworkPolicy port'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/'],
  subjects: POLICY_SUBJECTS,
  failing: { documents: SYSTEM(80), says: 'Port 80 is that of Service shop/orders; the pods of Deployment shop/orders are called at 8080, which nothing admits', field: 'spec.ingress[0].ports[0]' },
  passing: { documents: SYSTEM(8080) },
  check(cluster, report) {
    const policies = policiesOf(cluster);
    if (!policies.complete || cluster.open) return;
    each(policies.all, checkPolicy, cluster, report);
  },
};

function checkPolicy(policy: NetworkPolicyView, cluster: ClusterModel, report: Report): void {
  const policies = policiesOf(cluster);
  if (policy.engine === 'cluster') return;
  for (const one of policy.ingress ?? NONE) {
    for (const match of one.ports ?? NONE) {
      if (!isWanted(one, match)) continue;
      for (const group of policy.pods) {
        if (sayOf(cluster, policies, policy, match, group, report)) break;
      }
    }
  }
  for (const one of policy.egress ?? NONE) {
    if (one.action !== 'allow' || one.anyPeer) continue;
    for (const match of one.ports ?? NONE) {
      const behind = isWanted(one, match) ? cluster.derive(groupsByService).get(match.from!) : undefined;
      if (behind) checkEgress(cluster, policies, policy, one, match, behind, report);
    }
  }
}

const NONE: readonly never[] = [];

/** Whether a rule admits to one number of a port. */
function isWanted({ action }: PolicyRule, { from, to, protocol }: PortMatch): boolean {
  return action === 'allow' && from !== undefined && (to ?? from) === from && protocol !== 'other';
}

interface Behind {
  readonly service: Entry;
  readonly group: PodGroup;
  readonly target: number;
}

/** What stands behind each number that a Service has for another port of its pods. */
function groupsByService(cluster: ClusterModel): ReadonlyMap<number, readonly Behind[]> {
  const found = new Map<number, Behind[]>();
  each(meshServicesOf(cluster).all, addBehind, found);
  return found;
}

function addBehind(service: MeshService, found: Map<number, Behind[]>): void {
  for (const port of service.ports) {
    for (const group of service.pods) {
      const target = service.targetOf(port, group);
      if (target === undefined || target === port.number || declares(group, port.number)) continue;
      const known = found.get(port.number);
      if (known) known.push({ service: service.entry, group, target });
      else found.set(port.number, [{ service: service.entry, group, target }]);
    }
  }
}

function declares({ ports }: PodGroup, wanted: number): boolean {
  for (const { number } of ports) if (number === wanted) return true;
  return false;
}

function sayOf(cluster: ClusterModel, policies: NetworkPolicies, { entry }: NetworkPolicyView, match: PortMatch, group: PodGroup, report: Report): boolean {
  const { from, protocol } = match;
  const subject = declares(group, from!) ? undefined : subjectOf(cluster, group);
  if (!subject) return false;
  for (const service of meshServicesOf(cluster).inFrontOf(group)) {
    const port = service.ports.find((one) => one.number === from && (protocol === 'ANY' || one.protocol === protocol));
    const target = port && service.targetOf(port, group);
    if (target === undefined || target === from) continue;
    const decision = policies.decide(subject, 'ingress', ANYONE, { number: target, protocol: port!.protocol as 'TCP' });
    if (decision.verdict !== false) continue;
    report(entry, match.path, { message: `Port ${from} is that of ${service.entry.toString()}; the pods of ${group.entry.toString()} are called at ${target}, which nothing admits`, decidedBy: [service.entry, group.entry] });
    return true;
  }
  return false;
}

const MOST = 500;

function checkEgress(
  cluster: ClusterModel, policies: NetworkPolicies, policy: NetworkPolicyView, one: PolicyRule, match: PortMatch, behind: readonly Behind[], report: Report,
): void {
  const { from, protocol } = match;
  // What is called there by thousands is found among the first of them.
  for (const { service, group, target } of behind.length > MOST ? behind.slice(0, MOST) : behind) {
    const party = partyOfPods(cluster, group);
    if (party.is !== 'pods' || one.peer(party) !== true) continue;
    const [caller] = policy.pods;
    const subject = caller && subjectOf(cluster, caller);
    if (!subject) return;
    const decision = policies.decide(subject, 'egress', party, { number: target, protocol: protocol === 'UDP' ? 'UDP' : 'TCP' });
    if (decision.verdict !== false) continue;
    report(policy.entry, match.path, { message: `Port ${from} is that of ${service.toString()}; the pods of ${group.entry.toString()} are called at ${target}, which nothing admits`, decidedBy: [service, group.entry] });
    return;
  }
}
