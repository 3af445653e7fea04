import { cacheOf, DNS_SUBJECTS, dnsServers, forwardsOf, lineWords } from '../model/dns';
import type { Rule } from './rule';

/** What CoreDNS keeps when nothing is said. */
const DEFAULT_CAPACITY = 9984;

export const rule: Rule = {
  id: 'NS5001',
  class: 'risk',
  title: 'The cache of the DNS is smaller than the default',
  sees: 'caches of server blocks that answer for the cluster or for every name, whose capacity for successful answers is below 9984.',
  why: 'Names are pushed out before they expire: each pod asks for several names of its search path, and tail latency rises as soon as many services talk.',
  fix: 'leave the capacity out, or set 9984 or more',
  covers: ['R6', 'R85'],
  docs: ['https://coredns.io/plugins/cache/'],
  subjects: DNS_SUBJECTS,
  failing: {
    files: { 'corefile:Corefile': 'cluster.local:53 {\n    cache {\n        success 1000 30\n    }\n    kubernetes cluster.local\n}\n' },
    says: 'The cache of server block cluster.local:53 keeps 1000 answers, below the default of 9984',
  },
  passing: {
    files: { 'corefile:Corefile': 'cluster.local:53 {\n    cache {\n        success 9984 30\n        denial 500 5\n    }\n    kubernetes cluster.local\n}\nlab.example.com:53 {\n    cache 30 {\n        success 100\n    }\n    forward . 10.0.0.1\n}\n' },
  },
  checkWorld(world, report) {
    for (const server of dnsServers(world)) {
      const capacity = cacheOf(server)?.capacity;
      if (capacity?.value === undefined || capacity.value >= DEFAULT_CAPACITY) continue;
      if (server.plugins('kubernetes').length === 0 && !(server.zones.some(({ zone }) => zone === '.') && forwardsOf(server).some(({ from }) => from === '.'))) continue;
      const { config } = server;
      report(config.at, config.path(capacity.line), {
        message: `The cache of server block ${server.name} keeps ${capacity.value} answers, below the default of ${DEFAULT_CAPACITY}${lineWords(config, capacity.line)}`,
      });
    }
  },
};
