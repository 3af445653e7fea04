import { DNS_SUBJECTS, dnsServers, forwardsOf, lineWords } from '../model/dns';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS5015',
  class: 'risk',
  title: 'A forward names a TLS server and asks in plain text',
  sees: 'forwards with tls or tls_servername none of whose name servers begins with tls://, and forwards that ask some in TLS and some in plain text.',
  why: 'CoreDNS uses the TLS settings for tls:// addresses only: the queries that are meant to be private go out in plain text.',
  fix: 'write tls:// before each name server',
  covers: ['R44'],
  docs: ['https://coredns.io/plugins/forward/'],
  subjects: DNS_SUBJECTS,
  failing: {
    files: { 'corefile:Corefile': '.:53 {\n    cache 30\n    forward . 8.8.8.8 8.8.4.4 {\n        tls_servername dns.google\n    }\n}\n' },
    says: 'tls_servername dns.google does nothing: 8.8.8.8 and 8.8.4.4 are asked in plain text',
  },
  passing: {
    files: { 'corefile:Corefile': '.:53 {\n    cache 30\n    forward . tls://8.8.8.8 tls://8.8.4.4 {\n        tls_servername dns.google\n    }\n}\n' },
  },
  checkWorld(world, report) {
    for (const server of dnsServers(world)) {
      for (const { directive, to } of forwardsOf(server)) {
        const option = directive.body.find(({ name }) => name === 'tls_servername' || name === 'tls');
        const plain = to.filter((upstream) => !upstream.startsWith('tls://'));
        if (!option || plain.length === 0 || to.some((upstream) => upstream.includes('{') || upstream.startsWith('/'))) continue;
        const words = [option.name, ...option.args].join(' ');
        const { config } = server;
        report(config.at, config.path(option.line), {
          message: (plain.length === to.length ? `${words} does nothing: ${list(plain)} are asked in plain text` : `${list(plain)} are asked in plain text beside tls:// name servers`)
            .replace(/^(\S+) are/, '$1 is').replace(/: (\S+) are/, ': $1 is') + lineWords(config, option.line),
        });
      }
    }
  },
};

function list(items: readonly string[]): string {
  return items.length === 1 ? items[0]! : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]!}`;
}
