import type { ClusterModel } from '../model/cluster-model';
import { list, record } from '../model/fields';
import type { PodGroup } from '../model/pods';
import type { Rule } from './rule';

const SYSTEM = (more: string): string => `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: kube-flannel-ds, namespace: kube-flannel }
spec:
  selector: { matchLabels: { app: flannel } }
  template:
    metadata: { labels: { app: flannel } }
    spec: { hostNetwork: true, containers: [{ name: kube-flannel, image: "ghcr.io/flannel-io/flannel:v0.27.4" }${more}] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: shop }
spec: { podSelector: {} }
`;

export const rule: Rule = {
  id: 'NS4112',
  class: 'breaks',
  title: 'Nobody enforces the network policies',
  sees: 'NetworkPolicies in a cluster whose documents have Flannel and no engine of policies beside it: not Calico (Canal), Cilium, kube-router, kube-network-policies, Antrea, Weave, Romana, OVN or Terway.',
  why: 'Flannel carries packets and reads no policy: the API server takes the policies, and every pod stays open.',
  fix: 'add an engine of policies (Canal, kube-network-policies), or take a CNI that has one',
  covers: ['R104', 'R83'],
  docs: ['https://github.com/flannel-io/flannel/blob/master/Documentation/netpol.md'],
  subjects: ['networking.k8s.io/NetworkPolicy'],
  failing: { documents: SYSTEM(''), says: 'DaemonSet kube-flannel/kube-flannel-ds carries the packets and enforces no policy, and nothing else does', field: 'spec' },
  passing: { documents: SYSTEM(', { name: netpol, image: "registry.k8s.io/networking/kube-network-policies:v1.0.0" }') },
  check(cluster, report) {
    if (cluster.open) return;
    const { flannel, engine } = cluster.derive(findEngines);
    if (!flannel || engine) return;
    for (const policy of cluster.objects('networking.k8s.io', 'NetworkPolicy')) {
      report(policy, ['spec'], { message: `${flannel.entry.toString()} carries the packets and enforces no policy, and nothing else does`, decidedBy: [flannel.entry] });
    }
  },
};

const FLANNEL = /(?:^|\/)(?:[\w.-]*flannel|flannel)(?::|@|$)/;
const ENGINES = /calico|canal|cilium|kube-router|kube-network-policies|netpol|antrea|weave|romana|ovn|terway|aws-eks\/network-policy|azure-npm/;

function findEngines(cluster: ClusterModel): { readonly flannel: PodGroup | undefined; readonly engine: boolean } {
  let flannel: PodGroup | undefined;
  let engine = cluster.entries.some(({ group }) => /cilium\.io$|projectcalico\.org$|operator\.tigera\.io$|antrea\.io$|network\.alibabacloud\.com$/.test(group));
  for (const group of cluster.pods) {
    const images = [...list(group.spec.containers), ...list(group.spec.initContainers)].map((container) => String(record(container).image));
    if (images.some((image) => ENGINES.test(image))) engine = true;
    else if (group.entry.kind === 'DaemonSet' && images.some((image) => FLANNEL.test(image))) flannel = group;
  }
  return { flannel, engine };
}
