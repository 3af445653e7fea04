import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { list, record, text } from '../model/fields';
import type { Rule } from './rule';

/** What enforces NetworkPolicies, by a word of its image, its name or its API group. */
const ENFORCES = /calico|cilium|canal|weave|antrea|kube-router|romana|terway|ovn|kube-network-polic|netpol|aws-network-policy|azure-npm|nsx|tigera|kindnet/i;

const POLICIES: ReadonlyArray<[group: string, kind: string]> = [
  ['networking.k8s.io', 'NetworkPolicy'], ['policy.networking.k8s.io', 'AdminNetworkPolicy'], ['policy.networking.k8s.io', 'BaselineAdminNetworkPolicy'], ['policy.networking.k8s.io', 'ClusterNetworkPolicy'],
];

export const rule: Rule = {
  id: 'NS0065',
  class: 'risk',
  title: 'Nobody enforces the network policies',
  sees: 'Network policies in documents that install Flannel and nothing that enforces policies. K3s brings its own enforcement, and does not install Flannel by documents.',
  why: 'Flannel moves packets and reads no policy: the API server accepts every NetworkPolicy, and every pod reaches every other.',
  fix: 'run a CNI that enforces policies, or kube-network-policies beside Flannel',
  covers: ['R104'],
  docs: ['https://github.com/flannel-io/flannel#networking-details', 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#prerequisites'],
  subjects: POLICIES.map(([group, kind]) => `${group}/${kind}`),
  failing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress] }
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: kube-flannel-ds, namespace: kube-flannel }
spec:
  selector: { matchLabels: { app: flannel } }
  template:
    metadata: { labels: { app: flannel } }
    spec: { containers: [{ name: kube-flannel, image: "ghcr.io/flannel-io/flannel:v0.26.1" }] }
`,
    says: 'The cluster has 1 network policy, and DaemonSet kube-flannel/kube-flannel-ds enforces none',
    field: 'spec',
  },
  passing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress] }
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: canal, namespace: kube-system }
spec:
  selector: { matchLabels: { app: canal } }
  template:
    metadata: { labels: { app: canal } }
    spec: { containers: [{ name: calico-node, image: "docker.io/calico/node:v3.32.1" }, { name: kube-flannel, image: "ghcr.io/flannel-io/flannel:v0.26.1" }] }
`,
  },
  check(cluster, report) {
    if (cluster.open) return;
    const policies = POLICIES.flatMap(([group, kind]) => cluster.objects(group, kind));
    const flannel = policies.length === 0 ? undefined : unguardedFlannel(cluster);
    if (!flannel) return;
    report(policies[0]!, ['spec'], {
      message: `The cluster has ${policies.length} network ${policies.length === 1 ? 'policy' : 'policies'}, and ${flannel.toString()} enforces none`, decidedBy: [flannel],
    });
  },
};

/** The DaemonSet of Flannel, where nothing else enforces policies. */
function unguardedFlannel(cluster: ClusterModel): Entry | undefined {
  if (cluster.entries.some(({ group }) => /calico|cilium|antrea|tigera|ovn/.test(group))) return undefined;
  let flannel: Entry | undefined;
  for (const daemon of cluster.objects('apps', 'DaemonSet')) {
    const pod = record(record(daemon.spec.template).spec);
    const words = [daemon.name, ...[...list(pod.containers), ...list(pod.initContainers)].map((one) => text(record(one).image) ?? '')];
    if (words.some((word) => ENFORCES.test(word))) return undefined;
    if (words.some((word) => /flannel/i.test(word))) flannel = daemon;
  }
  return flannel;
}
