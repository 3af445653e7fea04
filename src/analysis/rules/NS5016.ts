import { DNS_SUBJECTS, dnsServers, lineWords } from '../model/dns';
import { refusedValues } from '../model/dns-values';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS5016',
  class: 'breaks',
  title: 'CoreDNS refuses a value of its Corefile',
  sees: 'arguments of the cache, forward, kubernetes and reload plugins that CoreDNS does not take.',
  why: 'A CoreDNS that starts with it ends at once; a running one keeps the old configuration and logs an error, until it restarts.',
  fix: 'write what the plugin takes',
  covers: ['R127'],
  docs: ['https://coredns.io/plugins/cache/', 'https://coredns.io/plugins/forward/', 'https://coredns.io/plugins/kubernetes/'],
  subjects: DNS_SUBJECTS,
  failing: {
    files: { 'corefile:Corefile': '.:53 {\n    cache 30s {\n        prefetch 10 1m 95%\n    }\n    forward . 10.0.0.2\n}\n' },
    says: 'prefetch has the percentage 95%',
  },
  passing: {
    files: { 'corefile:Corefile': '.:53 {\n    cache 4700 {\n        success 47000 1700\n        denial 4700 47\n        prefetch 17 1700s 17%\n        serve_stale 1h immediate\n    }\n    forward . {$UPSTREAM} {\n        policy sequential\n        health_check 5s domain example.com\n    }\n}\n' },
  },
  checkWorld(world, report) {
    for (const server of dnsServers(world)) {
      for (const { line, message, fix } of refusedValues(server)) report(server.config.at, server.config.path(line), { message: `${message}${lineWords(server.config, line)}`, fix });
    }
  },
};
