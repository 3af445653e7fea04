import { nameServersOf, NODE_LOCAL, nodeCaches, reachesDns } from '../model/dns-path';
import type { Entry } from '../model/entry';
import { policiesOf, POLICY_SUBJECTS } from '../model/policies';
import { egressRestricted, findEgress, policyFixtures } from '../model/policy-words';
import type { Rule } from './rule';

const SYSTEM = (more: string): string => `${policyFixtures.caller(`
  egress:
    - to: [{ podSelector: { matchLabels: { app: postgres } } }]
    - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }, podSelector: { matchLabels: { k8s-app: kube-dns } } }${more}]
      ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }]`)}---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: node-local-dns, namespace: kube-system }
spec:
  selector: { matchLabels: { k8s-app: node-local-dns } }
  template:
    metadata: { labels: { k8s-app: node-local-dns } }
    spec: { hostNetwork: true, containers: [{ name: node-cache, image: "registry.k8s.io/dns/k8s-dns-node-cache:1.26.7", args: ["-localip", "169.254.20.10"] }] }
`;

export const rule: Rule = {
  id: 'NS4103',
  class: 'risk',
  title: 'A policy lets pods ask the DNS of the cluster and not the cache of their node',
  sees: 'clusters with NodeLocal DNSCache in the network of the nodes, and pods whose egress is closed by policies that let them ask the pods of kube-dns only.',
  why: 'The cache listens on the node at 169.254.20.10 and, without IPVS, at the address of kube-dns, too: what pods ask never reaches the pods of kube-dns, and the policy drops it.',
  fix: 'allow UDP and TCP 53 to 169.254.20.10/32 as well',
  covers: ['R100', 'R84'],
  docs: ['https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/'],
  subjects: POLICY_SUBJECTS,
  failing: { documents: SYSTEM(''), says: 'The pods of Deployment shop/api may ask the pods of kube-dns and not the cache of their node (169.254.20.10)', field: 'spec.egress' },
  passing: { documents: SYSTEM(', { ipBlock: { cidr: 169.254.20.10/32 } }') },
  check(cluster, report) {
    const local = nodeCaches(cluster).find(({ hostNetwork }) => hostNetwork);
    if (!local) return;
    const policies = policiesOf(cluster);
    const said = new Set<Entry>();
    for (const { group, subject, policies: selecting } of egressRestricted(cluster)) {
      const names = nameServersOf(cluster, group);
      if (!names || names.local.length === 0 || reachesDns(policies, subject, names.servers, 'UDP') !== true || reachesDns(policies, subject, names.local, 'UDP') !== false) continue;
      const at = findEgress(selecting, (one) => names.servers.some((party) => one.peer(party) === true));
      if (!at || said.has(at.policy.entry)) continue;
      said.add(at.policy.entry);
      report(at.policy.entry, at.rule.path.slice(0, -1), {
        message: `The pods of ${group.entry.toString()} may ask the pods of kube-dns and not the cache of their node (${NODE_LOCAL})`, decidedBy: [local.entry],
      });
    }
  },
};
