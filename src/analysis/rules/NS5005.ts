import { cacheOf, DNS_SUBJECTS, dnsServers, forwardsOf, lineWords, within } from '../model/dns';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS5005',
  class: 'practice',
  title: 'A zone is forwarded without a cache',
  sees: 'server blocks of Corefiles for zones of their own that forward to other name servers and have no cache.',
  why: 'Each lookup in the zone waits for the other name server.',
  fix: 'add `cache 30` to the server block',
  covers: ['R6'],
  docs: ['https://coredns.io/plugins/cache/'],
  subjects: DNS_SUBJECTS,
  failing: {
    files: { 'corefile:Corefile': 'corp.example.com:53 {\n    errors\n    forward . 10.0.0.2\n}\n' },
    says: 'Server block corp.example.com:53 forwards corp.example.com to 10.0.0.2 without a cache',
  },
  passing: {
    files: { 'corefile:Corefile': 'corp.example.com:53 {\n    errors\n    cache 30\n    forward . 10.0.0.2\n}\n' },
  },
  checkWorld(world, report) {
    for (const server of dnsServers(world)) {
      if (!server.block.complete || server.plugins('kubernetes').length > 0 || server.zones.some(({ zone }) => zone === '.')) continue;
      const cached = cacheOf(server)?.zones ?? [];
      for (const { directive, from, to } of forwardsOf(server)) {
        const zone = server.zones.find((one) => (from === '.' || within(one.zone, from)) && !cached.some((known) => within(one.zone, known)))?.zone;
        if (zone === undefined) continue;
        const { config } = server;
        report(config.at, config.path(directive.line), { message: `Server block ${server.name} forwards ${zone} to ${to.join(', ')} without a cache${lineWords(config, directive.line)}` });
      }
    }
  },
};
