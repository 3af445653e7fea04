import type { DnsServer } from '../model/dns';
import { DNS_SUBJECTS, dnsConfigs, lineWords } from '../model/dns';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS5011',
  class: 'breaks',
  title: 'Two server blocks serve the same zone on the same port',
  sees: 'keys of server blocks of one Corefile that name the same zone, port and transport, unless they bind different addresses or choose by a view.',
  why: 'CoreDNS does not start: "cannot serve … - it is already defined".',
  fix: 'merge the two blocks',
  docs: ['https://coredns.io/manual/configuration/'],
  subjects: DNS_SUBJECTS,
  covers: ['analysis 1.3: CoreDNS zone shadowed'],
  failing: {
    files: { 'corefile:Corefile': 'corp.example.com {\n    cache 30\n    forward . 10.0.0.2\n}\nlab.example.com:53 Corp.example.com.:53 {\n    cache 30\n    forward . 10.0.0.3\n}\n' },
    says: 'corp.example.com:53 is served by the block of line 1, too',
  },
  passing: {
    files: { 'corefile:Corefile': 'corp.example.com {\n    bind 10.0.0.9\n    cache 30\n    forward . 10.0.0.2\n}\ncorp.example.com {\n    bind 127.0.0.1\n    cache 30\n    forward . 10.0.0.3\n}\ncorp.example.com:1053 {\n    cache 30\n    forward . 10.0.0.2\n}\n' },
  },
  checkWorld(world, report) {
    for (const config of dnsConfigs(world)) {
      const seen = new Map<string, DnsServer[]>();
      for (const server of config.servers) {
        if (!server.block.complete || server.plugins('view').length > 0) continue;
        for (const { zone, port, transport } of server.zones) {
          const key = `${transport}://${zone}:${port}`;
          const known = seen.get(key);
          const other = known?.find((one) => bindsOverlap(one, server));
          if (other) {
            const { line } = server.block;
            report(config.at, config.path(line), { message: `${zone}:${port} is served by the block of line ${other.block.line}, too${lineWords(config, line)}` });
          }
          if (known) known.push(server);
          else seen.set(key, [server]);
        }
      }
    }
  },
};

/** An interface may have any address, so that only plain addresses are told apart. */
function bindsOverlap(a: DnsServer, b: DnsServer): boolean {
  const [one, other] = [bindsOf(a), bindsOf(b)];
  if (one.length === 0 || other.length === 0) return true;
  return one.some((address) => other.includes(address));
}

function bindsOf(server: DnsServer): readonly string[] {
  return server.plugins('bind').flatMap(({ args }) => args);
}
