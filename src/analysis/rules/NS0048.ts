import { atLeast } from '../../core/targets';
import { proxySettings } from '../model/kube-proxy';
import type { Rule } from './rule';

/** Services up to which kube-proxy in iptables mode follows changes at once. */
const IPTABLES_SERVICES = 1000;
/** Numbers of the network specification of the house. */
const MOST = { Ingress: 1000, NetworkPolicy: 1000 } as const;

export const rule: Rule = {
  id: 'NS0048',
  class: 'practice',
  title: 'A cluster has outgrown its data plane',
  sees: 'The mode of kube-proxy, where the documents hold its configuration: iptables with more than 1000 Services, and IPVS from Kubernetes 1.35 on; and more than 1000 Ingresses or NetworkPolicies.',
  why: 'In iptables mode every change of a Service rewrites chains whose length grows with the number of Services, so that traffic goes to pods that are gone for seconds. IPVS mode is deprecated since Kubernetes 1.35.',
  fix: 'run kube-proxy in nftables mode, or a data plane without kube-proxy',
  covers: ['R40', 'R96', 'R106'],
  docs: ['https://kubernetes.io/docs/reference/networking/virtual-ips/#proxy-mode-iptables', 'https://kubernetes.io/docs/reference/networking/virtual-ips/#proxy-mode-ipvs'],
  subjects: ['/ConfigMap', 'networking.k8s.io/Ingress', 'networking.k8s.io/NetworkPolicy'],
  failing: {
    documents: `
apiVersion: v1
kind: ConfigMap
metadata: { name: kube-proxy, namespace: kube-system }
data:
  config.conf: |
    apiVersion: kubeproxy.config.k8s.io/v1alpha1
    kind: KubeProxyConfiguration
    mode: ipvs
`,
    says: 'kube-proxy runs in IPVS mode, which is deprecated since Kubernetes 1.35',
    field: 'data["config.conf"]',
  },
  passing: {
    documents: `
apiVersion: v1
kind: ConfigMap
metadata: { name: kube-proxy, namespace: kube-system }
data:
  config.conf: |
    apiVersion: kubeproxy.config.k8s.io/v1alpha1
    kind: KubeProxyConfiguration
    mode: iptables
`,
  },
  check(cluster, report) {
    const proxy = cluster.derive(proxySettings);
    const services = cluster.objects('', 'Service').length;
    if (proxy?.mode === 'iptables' && services > IPTABLES_SERVICES) {
      report(proxy.entry, ['data', 'config.conf'], { message: `The cluster has ${services} Services, and kube-proxy runs in iptables mode, which is good for ${IPTABLES_SERVICES}` });
    }
    if (proxy?.mode === 'ipvs' && atLeast(cluster.targets.kubernetes, '1.35')) {
      report(proxy.entry, ['data', 'config.conf'], { message: 'kube-proxy runs in IPVS mode, which is deprecated since Kubernetes 1.35', fix: 'run it in nftables mode' });
    }
    for (const [kind, most] of Object.entries(MOST)) {
      const found = cluster.objects('networking.k8s.io', kind);
      if (found.length > most) report(found[found.length - 1]!, [], { message: `The cluster has ${found.length} objects of kind ${kind}, more than ${most}`, fix: 'put what belongs together into one object' });
    }
  },
};
