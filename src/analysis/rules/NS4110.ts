import type { FieldPath } from '../documents/document';
import { canonicalName, patternHolds } from '../model/cilium-names';
import type { Entry } from '../model/entry';
import type { Fields } from '../model/fields';
import { list, record, text } from '../model/fields';
import { policiesOf } from '../model/policies';
import { ciliumSpecs } from '../model/policies-cilium';
import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { NetworkPolicyView } from '../model/policy';
import type { Report, Rule } from './rule';

const POLICY = (rules: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4" }] }
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  endpointSelector: { matchLabels: { app: orders } }
  egress:
    - toEndpoints: [{ matchLabels: { k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns } }]
      toPorts: [{ ports: [{ port: "53", protocol: ANY }]${rules} }]
    - toFQDNs: [{ matchName: api.payments.example }]
      toPorts: [{ ports: [{ port: "443", protocol: TCP }] }]
`;

export const rule: Rule = {
  id: 'NS4110',
  class: 'breaks',
  title: 'Cilium never learns the addresses of a name that it is to admit',
  sees: 'pods that Cilium policies let call DNS names (toFQDNs), and no policy of theirs has a rule of DNS names (rules.dns) at port 53 that holds the name.',
  why: 'Cilium reads addresses from the answers that pass its DNS proxy, and only a rule of DNS names leads them there: without one the name has no address, and the connection is dropped.',
  fix: 'add `rules: { dns: [{ matchPattern: "*" }] }` to the rule that admits DNS at port 53',
  covers: ['R114'],
  docs: ['https://docs.cilium.io/en/stable/security/policy/language/#dns-based'],
  subjects: ['cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy'],
  failing: { documents: POLICY(''), says: 'No policy of Deployment shop/orders has DNS rules, so Cilium never learns the addresses of api.payments.example', field: 'spec.egress[1].toFQDNs' },
  passing: { documents: POLICY(', rules: { dns: [{ matchPattern: "*.example" }, { matchPattern: "*.*.example" }] }') },
  check(cluster, report) {
    const policies = policiesOf(cluster);
    if (!policies.complete || cluster.open) return;
    each(policies.all, checkPolicy, cluster, report);
  },
};

function checkPolicy(policy: NetworkPolicyView, cluster: ClusterModel, report: Report): void {
  const policies = policiesOf(cluster);
  const names = policy.engine === 'cilium' ? namesOf(policy.entry) : NOTHING;
  if (names.length === 0) return;
  for (const group of policy.pods) {
    const selecting = policies.selecting(group, 'egress');
    const missing = firstMissing(names, selecting, cluster.targets.cilium);
    if (!missing) continue;
    const path = [...missing.base, 'egress', missing.rule, 'toFQDNs'];
    report(policy.entry, path, {
      message: selecting.some(({ entry, engine }) => engine === 'cilium' && hasDnsRule(entry))
        ? `No DNS rule of ${group.entry.toString()} holds ${missing.name}, so its lookups are refused and Cilium never learns the addresses`
        : `No policy of ${group.entry.toString()} has DNS rules, so Cilium never learns the addresses of ${missing.name}`,
    });
    break;
  }
}

interface CalledName {
  readonly name: string;
  readonly base: FieldPath;
  readonly rule: number;
}

const NOTHING: readonly CalledName[] = [];

/** Names that a policy lets pods call. A pattern stands for a name that it holds. */
function namesOf(entry: Entry): readonly CalledName[] {
  let found = NOTHING;
  for (const { spec, path } of ciliumSpecs(entry)) {
    const rules = list(spec.egress);
    for (let i = 0; i < rules.length; i++) {
      const peers = list(record(rules[i]).toFQDNs);
      if (peers.length === 0) continue;
      const names: CalledName[] = [];
      for (const peer of peers) names.push({ name: text(peer.matchName) ?? String(peer.matchPattern).replace(/\*/g, 'x'), base: path, rule: i });
      found = found.length === 0 ? names : [...found, ...names];
    }
  }
  return found;
}

function firstMissing(names: readonly CalledName[], selecting: readonly NetworkPolicyView[], line: string | undefined): CalledName | undefined {
  for (const one of names) if (!isHeld(one.name, selecting, line)) return one;
  return undefined;
}

function isHeld(name: string, selecting: readonly NetworkPolicyView[], line: string | undefined): boolean {
  for (const { entry, engine } of selecting) if (engine === 'cilium' && hasDnsRule(entry, name, line)) return true;
  return false;
}

/** Whether some rule of DNS names at port 53 of a policy holds a name, or is there at all. */
function hasDnsRule(entry: Entry, name?: string, line?: string): boolean {
  for (const { spec } of ciliumSpecs(entry)) {
    for (const rule of list(spec.egress)) {
      for (const group of list(record(rule).toPorts)) {
        const { dns } = record(group.rules);
        if (dns === undefined || !isOfDns(list(group.ports))) continue;
        // An empty list of rules is for every name.
        if (name === undefined || list(dns).length === 0) return true;
        for (const one of list(dns)) if (holds(one, name, line)) return true;
      }
    }
  }
  return false;
}

/** Whether ports are, or may be, that of DNS. */
function isOfDns(ports: readonly Fields[]): boolean {
  for (const { port } of ports) if (String(port) === '53' || !/^\d+$/.test(String(port))) return true;
  return false;
}

function holds(rule: Fields, name: string, line: string | undefined): boolean {
  const { matchName, matchPattern } = record(rule);
  return (typeof matchName === 'string' && canonicalName(matchName) === canonicalName(name)) || (typeof matchPattern === 'string' && patternHolds(matchPattern, name, line));
}
