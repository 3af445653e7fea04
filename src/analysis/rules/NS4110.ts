import type { FieldPath } from '../documents/document';
import type { Entry } from '../model/entry';
import type { Fields } from '../model/fields';
import { list, record, text } from '../model/fields';
import { policiesOf } from '../model/policies';
import { ciliumSpecs, namePattern } from '../model/policies-cilium';
import type { Rule } from './rule';

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
    const known = new Map<Entry, ReturnType<typeof dnsRulesOf>>();
    const dnsRules = (entry: Entry): ReturnType<typeof dnsRulesOf> => {
      let found = known.get(entry);
      if (!found) known.set(entry, (found = dnsRulesOf(entry)));
      return found;
    };
    for (const policy of policies.all) {
      const names = policy.engine === 'cilium' ? namesOf(policy.entry) : [];
      if (names.length === 0) continue;
      for (const group of policy.pods) {
        const rules = policies.selecting(group, 'egress').flatMap(({ entry, engine }) => (engine === 'cilium' ? dnsRules(entry) : []));
        const missing = names.find(({ name }) => !rules.some((pattern) => pattern(name)));
        if (!missing) continue;
        report(policy.entry, missing.path, {
          message: rules.length === 0 ? `No policy of ${group.entry.toString()} has DNS rules, so Cilium never learns the addresses of ${missing.name}`
            : `No DNS rule of ${group.entry.toString()} holds ${missing.name}, so its lookups are refused and Cilium never learns the addresses`,
        });
        break;
      }
    }
  },
};

/** Names that a policy lets pods call. A pattern stands for a name that it holds. */
function namesOf(entry: Entry): readonly { readonly name: string; readonly path: FieldPath }[] {
  return ciliumSpecs(entry).flatMap(({ spec, path }) => list(spec.egress).flatMap((rule: Fields, i) => list(record(rule).toFQDNs).map((peer: Fields) => ({
    name: text(peer.matchName) ?? String(peer.matchPattern).replace(/\*/g, 'x'), path: [...path, 'egress', i, 'toFQDNs'],
  }))));
}

function dnsRulesOf(entry: Entry): readonly ((name: string) => boolean)[] {
  return ciliumSpecs(entry).flatMap(({ spec }) => list(spec.egress).flatMap((rule: Fields) => list(record(rule).toPorts).flatMap((group: Fields) => {
    const { dns } = record(group.rules);
    if (dns === undefined || !list(group.ports).some((port: Fields) => String(port.port) === '53' || !/^\d+$/.test(String(port.port)))) return [];
    // An empty list of rules is for every name.
    if (list(dns).length === 0) return [() => true];
    return list(dns).map((one: Fields) => (name: string): boolean => text(one.matchName)?.toLowerCase().replace(/\.$/, '') === name.toLowerCase().replace(/\.$/, '')
      || (text(one.matchPattern) !== undefined && namePattern(one.matchPattern as string).test(name.toLowerCase().replace(/\.$/, ''))));
  })));
}
