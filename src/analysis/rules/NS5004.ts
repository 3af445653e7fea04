import { cacheOf, DNS_SUBJECTS, dnsServers, forwardsOf, lineWords, within } from '../model/dns';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS5004',
  class: 'risk',
  title: 'Names of the internet are forwarded without a cache',
  sees: 'server blocks of Corefiles that forward every name to other name servers and have no cache for it; where the cluster is answered in the same block, the missing cache is said there (NS5000).',
  why: 'Each lookup of each pod goes upstream: a slow or failing resolver slows down every connection, and providers throttle the cluster.',
  fix: 'add `cache 30` to the server block',
  covers: ['R6', 'R85'],
  docs: ['https://coredns.io/plugins/cache/', 'https://coredns.io/plugins/forward/'],
  subjects: DNS_SUBJECTS,
  failing: {
    files: { 'corefile:Corefile': '.:53 {\n    errors\n    forward . 10.0.0.2\n}\ncluster.local:53 {\n    cache 30\n    kubernetes cluster.local\n}\n' },
    says: 'Server block .:53 forwards every name to 10.0.0.2 without a cache',
  },
  passing: {
    files: { 'corefile:Corefile': '.:53 {\n    errors\n    cache 30\n    forward . 10.0.0.2\n}\ncluster.local:53 {\n    cache 30\n    kubernetes cluster.local\n}\n' },
  },
  checkWorld(world, report) {
    for (const server of dnsServers(world)) {
      if (!server.block.complete || server.plugins('kubernetes').length > 0 || !server.zones.some(({ zone }) => zone === '.')) continue;
      const cached = cacheOf(server)?.zones ?? [];
      for (const { directive, from, to } of forwardsOf(server)) {
        if (from !== '.' || cached.some((zone) => within('.', zone))) continue;
        const { config } = server;
        report(config.at, config.path(directive.line), { message: `Server block ${server.name} forwards every name to ${to.join(', ')} without a cache${lineWords(config, directive.line)}` });
      }
    }
  },
};
