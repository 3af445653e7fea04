import type { ReadDirective } from '../../formats/corefile/read';
import type { DnsConfig, DnsServer, DnsZone } from '../model/dns';
import { DNS_SUBJECTS, dnsConfigs, lineWords, normalZone, within } from '../model/dns';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS5013',
  class: 'risk',
  title: 'A plugin of CoreDNS never sees the queries that it is for',
  sees: 'zones of the kubernetes, file, hosts and forward plugins that their server block does not serve, or that a more specific block on the same port takes away.',
  why: 'CoreDNS sends a query to the block with the longest matching zone, and to no other. What stands elsewhere is dead: reverse lookups of pods, for instance, leave the cluster.',
  fix: 'add the zone to the keys of the server block, or move the plugin to the block that serves the zone',
  covers: ['analysis 1.3: CoreDNS zone shadowed', 'R88'],
  docs: ['https://coredns.io/manual/configuration/', 'https://coredns.io/2017/06/08/how-queries-are-processed-in-coredns/'],
  subjects: DNS_SUBJECTS,
  failing: {
    files: { 'corefile:Corefile': 'cluster.local:53 {\n    cache 30\n    kubernetes cluster.local in-addr.arpa ip6.arpa\n}\n.:53 {\n    cache 30\n    forward . 10.0.0.2\n}\n' },
    says: 'The kubernetes plugin of server block cluster.local:53 is for in-addr.arpa and ip6.arpa, which the block does not serve',
  },
  passing: {
    files: { 'corefile:Corefile': 'cluster.local:53 in-addr.arpa:53 ip6.arpa:53 {\n    cache 30\n    kubernetes cluster.local in-addr.arpa ip6.arpa\n}\n.:53 {\n    cache 30\n    forward . 10.0.0.2\n}\n' },
  },
  checkWorld(world, report) {
    for (const config of dnsConfigs(world)) {
      if (config.servers.some((server) => server.plugins('view').length > 0)) continue;
      const served = new Map<string, DnsServer>();
      for (const server of config.servers) for (const zone of server.zones) served.set(keyOf(zone), server);
      for (const server of config.servers) {
        // Blocks of networks (10.0.0.0/8) stand for reverse zones.
        if (server.zones.some(({ zone }) => zone.includes('/'))) continue;
        for (const [plugin, zones] of claims(server)) check(config, server, plugin, zones, served, (line, message) => report(config.at, config.path(line), { message: `${message}${lineWords(config, line)}` }));
      }
    }
  },
};

function keyOf({ zone, port, transport }: DnsZone): string {
  return `${transport}://${zone}:${port}`;
}

/** Plugins that name zones of their own. */
function claims(server: DnsServer): (readonly [ReadDirective, readonly string[]])[] {
  return [
    ...server.plugins('kubernetes').map((plugin) => [plugin, plugin.args] as const),
    ...server.plugins('forward').map((plugin) => [plugin, plugin.args.slice(0, 1).filter((zone) => zone !== '.')] as const),
    ...server.plugins('file').map((plugin) => [plugin, plugin.args.slice(1)] as const),
    ...server.plugins('hosts').map((plugin) => [plugin, plugin.args.slice(1)] as const),
  ].filter(([, zones]) => zones.length > 0 && zones.every((zone) => !/[/{]/.test(zone)));
}

function check(
  { servers }: DnsConfig, server: DnsServer, plugin: ReadDirective, zones: readonly string[], served: ReadonlyMap<string, DnsServer>, say: (line: number, message: string) => void,
): void {
  const names = zones.map(normalZone);
  const foreign = names.filter((zone) => !server.zones.some((own) => within(zone, own.zone) || within(own.zone, zone)));
  if (foreign.length > 0) say(plugin.line, `The ${plugin.name} plugin of server block ${server.name} is for ${words(foreign)}, which the block does not serve`);
  for (const zone of names) {
    for (const { port, transport } of server.zones.slice(0, 1)) {
      const taker = longest(zone, port, transport, served);
      if (!taker || taker === server || foreign.includes(zone) || servers.length < 2) continue;
      say(plugin.line, `The ${plugin.name} plugin of server block ${server.name} is for ${zone}, which the more specific block ${taker.name} serves`);
    }
  }
}

/** The block that answers a zone on a port: that of the longest suffix. */
function longest(zone: string, port: number, transport: string, served: ReadonlyMap<string, DnsServer>): DnsServer | undefined {
  const labels = zone === '.' ? [] : zone.split('.');
  for (let i = 0; i <= labels.length; i++) {
    const found = served.get(keyOf({ zone: i === labels.length ? '.' : labels.slice(i).join('.'), port, transport }));
    if (found) return found;
  }
  return undefined;
}

function words(zones: readonly string[]): string {
  return zones.length === 1 ? zones[0]! : `${zones.slice(0, -1).join(', ')} and ${zones[zones.length - 1]!}`;
}
