import { cacheOf, DNS_SUBJECTS, dnsServers, lineWords, within, zonesOf } from '../model/dns';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS5000',
  class: 'breaks',
  title: 'The DNS of the cluster has no cache',
  sees: 'server blocks of Corefiles (in ConfigMaps and files) with a kubernetes plugin and no cache plugin for its zone. Blocks that import files nobody has here are passed over.',
  why: 'Every lookup, and every search-path attempt of every pod, is worked out anew or sent upstream: latency rises with load until queries are dropped.',
  fix: 'add `cache 30` to the server block',
  covers: ['R6', 'R85'],
  docs: ['https://coredns.io/plugins/cache/'],
  subjects: DNS_SUBJECTS,
  failing: {
    documents: `
apiVersion: v1
kind: ConfigMap
metadata: { name: coredns, namespace: kube-system }
data:
  Corefile: |
    .:53 {
        errors
        kubernetes cluster.local in-addr.arpa ip6.arpa {
            pods insecure
            ttl 30
        }
        forward . /etc/resolv.conf
    }
`,
    says: 'Server block .:53 answers for cluster.local without a cache',
    field: 'data.Corefile',
  },
  passing: {
    documents: `
apiVersion: v1
kind: ConfigMap
metadata: { name: coredns, namespace: kube-system }
data:
  Corefile: |
    .:53 {
        errors
        kubernetes cluster.local in-addr.arpa ip6.arpa {
            pods insecure
            ttl 30
        }
        forward . /etc/resolv.conf
        cache 30 {
            disable success cluster.local
            disable denial cluster.local
        }
    }
`,
  },
  checkWorld(world, report) {
    for (const server of dnsServers(world)) {
      if (!server.block.complete) continue;
      for (const kubernetes of server.plugins('kubernetes')) {
        const zone = zonesOf(server, kubernetes.args).find((one) => !one.endsWith('.arpa'));
        const cache = cacheOf(server);
        if (zone === undefined || cache?.zones.some((cached) => within(zone, cached))) continue;
        const { config } = server;
        report(config.at, config.path(kubernetes.line), {
          message: `Server block ${server.name} answers for ${zone} without a cache${cache ? ` (its cache is for ${cache.zones.join(', ')} only)` : ''}${lineWords(config, kubernetes.line)}`,
        });
      }
    }
  },
};
