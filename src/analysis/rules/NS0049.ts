import type { ClusterModel } from '../model/cluster-model';
import { list, record, text } from '../model/fields';
import type { PodGroup } from '../model/pods';
import { POD_KINDS } from '../model/pods';
import { atLeast } from '../../core/targets';
import { each } from '../model/each';
import type { Report, Rule } from './rule';

/** What every kubelet lets a pod set (pkg/kubelet/sysctl), by the Kubernetes that brought it. */
const SAFE: Readonly<Record<string, string>> = {
  'kernel.shm_rmid_forced': '1.4', 'net.ipv4.ip_local_port_range': '1.4', 'net.ipv4.tcp_syncookies': '1.4', 'net.ipv4.ping_group_range': '1.18', 'net.ipv4.ip_unprivileged_port_start': '1.22',
  'net.ipv4.ip_local_reserved_ports': '1.27', 'net.ipv4.tcp_keepalive_time': '1.29', 'net.ipv4.tcp_fin_timeout': '1.29', 'net.ipv4.tcp_keepalive_intvl': '1.29',
  'net.ipv4.tcp_keepalive_probes': '1.29', 'net.ipv4.tcp_rmem': '1.32', 'net.ipv4.tcp_wmem': '1.32',
};

/** Parameters that a pod has of its own; all others belong to the node. */
const OF_THE_POD = /^(?:net\.|kernel\.(?:sem$|shm|msg)|fs\.mqueue\.)/;

export const rule: Rule = {
  id: 'NS0049',
  class: 'risk',
  title: 'A pod sets a kernel parameter that nodes refuse',
  sees: 'securityContext.sysctls of pods: parameters of the node, parameters that the namespace refuses by its Pod Security level, and unsafe ones in pods that may run on any node. '
    + 'Pods that choose their nodes are passed over: those may allow it (allowedUnsafeSysctls).',
  why: 'The kubelet does not start the pod (SysctlForbidden), or admission refuses it.',
  fix: 'set the parameter on the node, or run the pod on nodes whose kubelet allows it and choose them with nodeSelector',
  covers: ['R60'],
  docs: ['https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/', 'https://kubernetes.io/docs/concepts/security/pod-security-standards/'],
  subjects: POD_KINDS,
  failing: {
    documents: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      securityContext: { sysctls: [{ name: net.core.somaxconn, value: "4096" }] }
      containers: [{ name: orders, image: "registry.example.com/orders:1.7.4" }]
`,
    says: 'net.core.somaxconn is not one of the parameters that kubelets allow by themselves, and the pod may run on any node',
    field: 'spec.template.spec.securityContext.sysctls[0].name',
  },
  passing: {
    documents: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      securityContext: { sysctls: [{ name: net.ipv4.ip_unprivileged_port_start, value: "80" }] }
      containers: [{ name: orders, image: "registry.example.com/orders:1.7.4" }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: front, namespace: shop }
spec:
  selector: { matchLabels: { app: front } }
  template:
    metadata: { labels: { app: front } }
    spec:
      nodeSelector: { pool: proxies }
      securityContext: { sysctls: [{ name: net.core.somaxconn, value: "4096" }] }
      containers: [{ name: front, image: "registry.example.com/front:1.7.4" }]
`,
  },
  check(cluster, report) {
    each(cluster.pods, checkPods, cluster, report);
  },
};

function checkPods(group: PodGroup, cluster: ClusterModel, report: Report): void {
  if (!group.entry.sound) return;
  list(record(group.spec.securityContext).sysctls).forEach((sysctl, i) => {
    const name = text(record(sysctl).name)?.replaceAll('/', '.');
    if (name === undefined) return;
    const found = judge(cluster, group, name);
    if (found) report(group.entry, [...group.specPath, 'securityContext', 'sysctls', i, 'name'], found);
  });
}

function judge(cluster: ClusterModel, group: PodGroup, name: string): { readonly message: string; readonly severity?: 'error'; readonly fix?: string } | undefined {
  if (name === 'net.ipv4.tcp_tw_recycle') return { severity: 'error', message: `${name} was removed in Linux 4.12, and a pod that sets it does not start`, fix: 'remove it' };
  if (!OF_THE_POD.test(name)) return { severity: 'error', message: `${name} belongs to the node, and no pod can set it`, fix: 'set it on the node' };
  const since = SAFE[name];
  if (since !== undefined && atLeast(cluster.targets.kubernetes, since)) return undefined;
  const level = cluster.namespace(group.namespace)?.labels['pod-security.kubernetes.io/enforce'];
  if (level === 'baseline' || level === 'restricted') {
    return { severity: 'error', message: `Namespace ${group.namespace} enforces the level ${level}, which refuses pods that set ${name}`, fix: 'remove it, or set it on the node' };
  }
  const { nodeSelector, nodeName, affinity, tolerations } = group.spec;
  if (nodeName !== undefined || Object.keys(record(nodeSelector)).length > 0 || record(affinity).nodeAffinity !== undefined || list(tolerations).length > 0) return undefined;
  return { message: `${name} is not one of the parameters that kubelets allow by themselves, and the pod may run on any node` };
}
