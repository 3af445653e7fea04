import { policyOfRequests } from '../model/cilium-requests';
import type { ClusterModel } from '../model/cluster-model';
import type { CniName } from '../model/cni';
import { cniDaemons } from '../model/cni';
import type { Entry } from '../model/entry';
import type { Rule } from './rule';

const SYSTEM = (image: string): string => `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: network, namespace: kube-system }
spec:
  selector: { matchLabels: { app: network } }
  template:
    metadata: { labels: { app: network } }
    spec: { containers: [{ name: network, image: "${image}" }] }
---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
  annotations: { service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type: internet }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 443 }] }
`;

export const rule: Rule = {
  id: 'NS8004',
  class: 'practice',
  title: 'Another CNI fits this cluster better',
  sees: 'the CNI that the documents install as a DaemonSet, against what they show of the cluster: load balancers of Alibaba Cloud (Terway), policies that look into requests (Cilium), more than 100 Nodes (no Flannel) and more than 1000 (Cilium).',
  why: 'An overlay on Alibaba Cloud pays for each packet twice, policies that the CNI does not read protect nothing, and Flannel and iptables slow down with the number of nodes.',
  fix: 'plan the change of the CNI, or accept the finding with the reason for this one',
  covers: ['R82', 'R91'],
  docs: ['https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/user-guide/container-network/', 'https://docs.cilium.io/en/stable/overview/intro/'],
  subjects: ['apps/DaemonSet'],
  failing: { documents: SYSTEM('ghcr.io/flannel-io/flannel:v0.26.1'), says: 'The documents install Flannel, and Service shop/web asks for a load balancer of Alibaba Cloud, for which there is Terway', field: 'spec.template.spec.containers' },
  passing: { documents: SYSTEM('registry-vpc.cn-hangzhou.aliyuncs.com/acs/terway:v1.16.0') },
  check(cluster, report) {
    if (cluster.open) return;
    const daemons = cluster.derive(cniDaemons);
    const [first] = daemons;
    if (!first) return;
    const [name, daemon] = first;
    for (const { message, decidedBy } of misfits(cluster, daemons, name)) {
      report(daemon, ['spec', 'template', 'spec', 'containers'], { message: `The documents install ${[...daemons.keys()].join(' and ')}, and ${message}`, decidedBy });
    }
  },
};

interface Misfit {
  readonly message: string;
  readonly decidedBy: readonly Entry[];
}

function misfits(cluster: ClusterModel, daemons: ReadonlyMap<CniName, Entry>, name: CniName): readonly Misfit[] {
  const found: Misfit[] = [];
  const service = daemons.has('Terway') ? undefined : cluster.objects('', 'Service').find(({ annotations }) => Object.keys(annotations).some((key) => key.startsWith('service.beta.kubernetes.io/alibaba-cloud-loadbalancer-')));
  if (service) found.push({ message: `${service.toString()} asks for a load balancer of Alibaba Cloud, for which there is Terway`, decidedBy: [service] });
  // Terway brings Cilium's policies with it.
  const policy = daemons.has('Cilium') || daemons.has('Terway') ? undefined : policyOfRequests(cluster);
  if (policy) found.push({ message: `${policy.toString()} looks into requests, which Cilium alone reads`, decidedBy: [policy] });
  const nodes = cluster.objects('', 'Node').length;
  if (nodes > 1000 && !daemons.has('Cilium') && !daemons.has('Terway')) found.push({ message: `there are ${nodes} nodes: above 1000 take Cilium`, decidedBy: [] });
  else if (nodes > 100 && name === 'Flannel' && daemons.size === 1) found.push({ message: `there are ${nodes} nodes: above 100 take Calico or Cilium`, decidedBy: [] });
  return found;
}
