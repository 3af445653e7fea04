import { Entry } from '../model/entry';
import { dnsConfigs } from '../model/dns';
import type { Rule } from './rule';

const SYSTEM = (plugin: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: coredns, namespace: kube-system }
data:
  Corefile: |
    .:53 {
        kubernetes cluster.local in-addr.arpa ip6.arpa
        cache 30
        forward . /etc/resolv.conf
    }
${plugin}---
apiVersion: multicluster.x-k8s.io/v1alpha1
kind: ServiceImport
metadata: { name: orders, namespace: shop }
spec: { type: ClusterSetIP, ports: [{ port: 80 }] }
`;

export const rule: Rule = {
  id: 'NS5020',
  class: 'risk',
  title: 'Services of other clusters have no name here',
  sees: 'ServiceImports and ServiceExports in clusters whose own Corefile answers the names of the cluster and says nothing of clusterset.local, neither by the multicluster plugin nor by a server block for it.',
  why: 'The imported Service has endpoints, and its name orders.shop.svc.clusterset.local does not exist: whoever asks for it gets NXDOMAIN.',
  fix: 'add `multicluster clusterset.local` to the kubernetes plugin and the zone to its server block, or forward clusterset.local to the name server that knows it',
  covers: ['R147'],
  docs: ['https://github.com/coredns/multicluster', 'https://github.com/kubernetes/enhancements/tree/master/keps/sig-multicluster/1645-multi-cluster-services-api'],
  subjects: ['multicluster.x-k8s.io/ServiceImport', 'multicluster.x-k8s.io/ServiceExport'],
  failing: { documents: SYSTEM(''), says: 'ServiceImport shop/orders has a name in clusterset.local, which no server block answers', field: 'data.Corefile' },
  passing: { documents: SYSTEM('    clusterset.local:53 {\n        cache 30\n        forward . 10.96.0.99\n    }\n') },
  checkWorld(world, report) {
    for (const { at, cluster, role, corefile, servers } of dnsConfigs(world)) {
      if (role !== 'cluster' || !cluster || cluster.open || !(at instanceof Entry) || !corefile.complete || servers.some(({ block }) => !block.complete)) continue;
      const service = cluster.entries.find(({ group, kind }) => group === 'multicluster.x-k8s.io' && (kind === 'ServiceImport' || kind === 'ServiceExport'));
      const answers = servers.some((server) => server.zones.some(({ zone }) => zone === 'clusterset.local' || zone.endsWith('.clusterset.local'))
        || [...server.plugins('multicluster'), ...server.plugins('lighthouse')].length > 0
        || server.plugins('kubernetes').some(({ args, body }) => args.some((zone) => zone.startsWith('clusterset.')) || body.some(({ name }) => name === 'multicluster'))
        || server.plugins('rewrite').some(({ args }) => args.some((word) => word.includes('clusterset'))));
      if (!service || answers || !servers.some((server) => server.plugins('kubernetes').length > 0)) continue;
      report(at, ['data', 'Corefile'], { message: `${service.toString()} has a name in clusterset.local, which no server block answers`, decidedBy: [service] });
    }
  },
};
