import { saidHosts } from '../model/said-hosts';
import type { PodGroup } from '../model/pods';
import type { Rule } from './rule';

const SYSTEM = (spec: string): string => `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: shipper, namespace: shop }
spec:
  selector: { matchLabels: { app: shipper } }
  template:
    metadata: { labels: { app: shipper } }
    spec:
      hostNetwork: true
      ${spec}
      containers: [{ name: shipper, image: "registry.example.com/shipper:1.7.4", args: ["--to=http://collector.shop.svc:4318"] }]
---
apiVersion: v1
kind: Service
metadata: { name: collector, namespace: shop }
spec: { selector: { app: collector }, ports: [{ port: 4318 }] }
`;

export const rule: Rule = {
  id: 'NS5021',
  class: 'breaks',
  title: 'Pods in the network of their node cannot resolve a name of the cluster',
  sees: 'pods with hostNetwork whose dnsPolicy is ClusterFirst or not set, and pods with dnsPolicy Default, that are told to call a Service of the cluster by its name.',
  why: 'Their resolver is that of the node (for hostNetwork, ClusterFirst falls back to it), which knows no names of the cluster: the lookup fails.',
  fix: 'set dnsPolicy: ClusterFirstWithHostNet (without hostNetwork: ClusterFirst)',
  covers: ['R88'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy'],
  subjects: ['apps/DaemonSet', 'apps/Deployment', 'apps/StatefulSet', '/Pod', 'batch/Job', 'batch/CronJob'],
  failing: {
    documents: SYSTEM('dnsPolicy: ClusterFirst'),
    says: 'The pods run in the network of their node and ask its resolver, which does not know collector.shop.svc',
    field: 'spec.template.spec.containers[0].args[0]',
  },
  passing: { documents: SYSTEM('dnsPolicy: ClusterFirstWithHostNet') },
  check(cluster, report) {
    const said = new Set<PodGroup>();
    for (const { group, path, service, host } of saidHosts(cluster)) {
      const { dnsPolicy, dnsConfig, hostAliases } = group.spec;
      const ofNode = dnsPolicy === 'Default' || (group.hostNetwork && (dnsPolicy === undefined || dnsPolicy === 'ClusterFirst'));
      if (!ofNode || dnsConfig !== undefined || hostAliases !== undefined || said.has(group)) continue;
      said.add(group);
      report(group.entry, path, {
        message: `The pods ${group.hostNetwork ? 'run in the network of their node and ' : ''}ask ${group.hostNetwork ? 'its resolver' : 'the resolver of their node'}, which does not know ${host}`, decidedBy: [service.entry],
        ...(group.hostNetwork ? {} : { fix: 'set dnsPolicy: ClusterFirst' }),
      });
    }
  },
};
