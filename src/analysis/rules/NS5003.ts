import { DNS_SUBJECTS, lineWords } from '../model/dns';
import { shortLives } from '../model/dns-lives';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS5003',
  class: 'practice',
  title: 'Answers of the DNS live less than 30 seconds',
  sees: 'the TTL of the cache (of successful answers) and of the kubernetes plugin where it is set, from 5 to 29 s, in server blocks that answer for the cluster or for every name.',
  why: 'Services keep their addresses for months; short lives only multiply the lookups.',
  fix: 'set the TTL to 30',
  covers: ['R6', 'R85'],
  docs: ['https://coredns.io/plugins/cache/'],
  subjects: DNS_SUBJECTS,
  failing: {
    files: { 'corefile:Corefile': '.:53 {\n    cache 10\n    kubernetes cluster.local in-addr.arpa ip6.arpa\n    forward . /etc/resolv.conf\n}\n' },
    says: 'The cache of server block .:53 keeps an answer 10 s at most',
  },
  passing: {
    files: { 'corefile:Corefile': '.:53 {\n    cache 30\n    kubernetes cluster.local in-addr.arpa ip6.arpa\n    forward . /etc/resolv.conf\n}\n' },
  },
  checkWorld(world, report) {
    for (const { server, line, seconds, words } of shortLives(world)) {
      if (seconds >= 5 && seconds < 30) report(server.config.at, server.config.path(line), { message: `${words} ${seconds} s at most${lineWords(server.config, line)}` });
    }
  },
};
