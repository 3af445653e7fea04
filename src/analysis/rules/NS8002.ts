import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { list, record, text } from '../model/fields';
import { HELM_SUBJECTS, helmValues, valueAt } from '../model/helm-values';
import { readYaml } from '../model/workload-config';
import type { Rule } from './rule';

const SYSTEM = (host: string): string => `
apiVersion: v1
kind: Node
metadata: { name: control-plane-1, labels: { node-role.kubernetes.io/control-plane: "" } }
status: { addresses: [{ type: InternalIP, address: 10.47.16.17 }] }
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: cilium, namespace: kube-system }
spec:
  interval: 1h
  chart: { spec: { chart: cilium, version: 1.20.2, sourceRef: { kind: HelmRepository, name: cilium } } }
  values: { kubeProxyReplacement: "true", k8sServiceHost: ${host}, k8sServicePort: 6443, resources: { requests: { cpu: 100m } }, prometheus: { enabled: true } }
`;

export const rule: Rule = {
  id: 'NS8002',
  class: 'practice',
  title: 'The network of every node hangs on one API server',
  sees: 'the address of the API server that the CNI is told (k8sServiceHost of Cilium, KUBERNETES_SERVICE_HOST of Calico\'s kubernetes-services-endpoint), where it is the address of one Node among the documents; and kubeadm\'s ClusterConfiguration '
    + 'without a controlPlaneEndpoint.',
  why: 'When that node is down, agents of the CNI cannot start or follow changes anywhere, though other API servers run.',
  fix: 'give a virtual address or a DNS name in front of all API servers',
  covers: ['R108'],
  docs: ['https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/high-availability/', 'https://docs.cilium.io/en/stable/network/kubernetes/kubeproxy-free/'],
  subjects: [...HELM_SUBJECTS, '/ConfigMap'],
  failing: { documents: SYSTEM('10.47.16.17'), says: 'The API server is asked at 10.47.16.17, which is that of Node control-plane-1 alone', field: 'spec.values.k8sServiceHost' },
  passing: { documents: SYSTEM('api.internal.example.com') },
  check(cluster, report) {
    const of = cluster.derive(nodesByAddress);
    for (const values of helmValues(cluster.world, 'cilium').filter((one) => one.cluster === cluster)) {
      const host = text(valueAt(values, 'k8sServiceHost'));
      const node = host === undefined ? undefined : of.get(host);
      if (node) report(values.at, values.path(['k8sServiceHost']), { message: `The API server is asked at ${host!}, which is that of ${node.toString()} alone`, decidedBy: [node] });
    }
    for (const config of cluster.objects('', 'ConfigMap')) {
      const data = record(config.object.data);
      if (config.name === 'kubernetes-services-endpoint') {
        const host = text(data.KUBERNETES_SERVICE_HOST);
        const node = host === undefined ? undefined : of.get(host);
        if (node) report(config, ['data', 'KUBERNETES_SERVICE_HOST'], { message: `The API server is asked at ${host!}, which is that of ${node.toString()} alone`, decidedBy: [node] });
      } else if (config.name === 'kubeadm-config' && config.namespace === 'kube-system') {
        const settings = record(readYaml(text(data.ClusterConfiguration) ?? ''));
        if (settings.kind === 'ClusterConfiguration' && text(settings.controlPlaneEndpoint) === undefined) {
          report(config, ['data', 'ClusterConfiguration'], { message: 'The control plane has no controlPlaneEndpoint: everybody asks the first API server, and no second one can join' });
        }
      }
    }
  },
};

function nodesByAddress(cluster: ClusterModel): ReadonlyMap<string, Entry> {
  return new Map(cluster.objects('', 'Node').flatMap((node) => list(record(node.object.status).addresses).map((one): [string, Entry] => [String(record(one).address), node])));
}
