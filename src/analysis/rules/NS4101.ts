import { nameServersOf, reachesDns } from '../model/dns-path';
import { egressRestricted, findEgress, policyFixtures } from '../model/policy-words';
import { policiesOf, POLICY_SUBJECTS } from '../model/policies';
import type { Entry } from '../model/entry';
import type { FieldPath } from '../documents/document';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS4101',
  class: 'breaks',
  title: 'A policy lets pods call by name and keeps them from DNS',
  sees: 'pods whose egress is closed by policies of any kind, that are let through to peers which are reached by name (pods, Services, DNS names, anywhere), and that no policy at all lets ask for names: '
    + 'neither the DNS of the cluster nor the cache of the node, at UDP 53. Pods that may call nobody, and those that call fixed addresses only, are passed over.',
  why: 'Every lookup times out: the pods start and reach nothing, and the connections that the policy admits are never opened.',
  fix: 'allow UDP and TCP 53 to the pods with k8s-app=kube-dns in the namespace with kubernetes.io/metadata.name=kube-system',
  covers: ['R100', 'R114', 'analysis 1.3: policy that blocks DNS egress'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/', 'https://docs.cilium.io/en/stable/security/policy/language/'],
  subjects: POLICY_SUBJECTS,
  failing: {
    documents: policyFixtures.caller(`
  egress:
    - to: [{ podSelector: { matchLabels: { app: postgres } } }]
      ports: [{ port: 5432 }]`),
    says: 'The pods of Deployment shop/api may call others by name and cannot ask for the name: nothing lets them through to DNS at UDP 53',
    field: 'spec.egress',
  },
  passing: {
    documents: policyFixtures.caller(`
  egress:
    - to: [{ podSelector: { matchLabels: { app: postgres } } }]
      ports: [{ port: 5432 }]
    - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }, podSelector: { matchLabels: { k8s-app: kube-dns } } }]
      ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }]`),
  },
  check(cluster, report) {
    const policies = policiesOf(cluster);
    const said = new Map<Entry, { path: FieldPath; pods: string[]; decidedBy: Set<Entry> }>();
    for (const { group, subject, policies: selecting } of egressRestricted(cluster)) {
      const servers = nameServersOf(cluster, group);
      if (!servers || reachesDns(policies, subject, servers.all, 'UDP') !== false) continue;
      const named = findEgress(selecting, (one) => one.byName && one.ports?.length !== 0);
      if (!named) continue;
      const { entry } = named.policy;
      const known = said.get(entry) ?? { path: named.rule.path.slice(0, -1), pods: [], decidedBy: new Set<Entry>() };
      known.pods.push(group.entry.toString());
      for (const { entry: other } of selecting) if (other !== entry) known.decidedBy.add(other);
      said.set(entry, known);
    }
    for (const [entry, { path, pods, decidedBy }] of said) {
      const more = pods.length > 1 ? ` and ${pods.length - 1} more` : '';
      report(entry, path, {
        message: `The pods of ${pods[0]!}${more} may call others by name and cannot ask for the name: nothing lets them through to DNS at UDP 53`, decidedBy: [...decidedBy].slice(0, 4),
      });
    }
  },
};
