// How long answers of the DNS live, where it is said.
import type { DnsServer } from './dns';
import { cacheOf, dnsServers, forwardsOf, wholeNumber } from './dns';
import type { World } from './cluster-model';

export interface AnswerLife {
  readonly server: DnsServer;
  readonly line: number;
  readonly seconds: number;
  /** The beginning of a sentence that ends with the time. */
  readonly words: string;
}

/** Lives below half a minute in server blocks that answer for the cluster or for every name. Zones of others may want short ones. */
export function shortLives(world: World): readonly AnswerLife[] {
  return dnsServers(world).flatMap((server): AnswerLife[] => {
    const kubernetes = server.plugins('kubernetes');
    if (kubernetes.length === 0 && !(server.zones.some(({ zone }) => zone === '.') && forwardsOf(server).some(({ from }) => from === '.'))) return [];
    const ttl = cacheOf(server)?.ttl;
    const own = kubernetes.flatMap(({ body }) => body.filter(({ name }) => name === 'ttl')).flatMap(({ args, line }): AnswerLife[] => {
      const seconds = wholeNumber(args[0]);
      return seconds === undefined ? [] : [{ server, line, seconds, words: `The kubernetes plugin of server block ${server.name} lets an answer live` }];
    });
    const cached: AnswerLife[] = ttl === undefined ? [] : [{ server, line: ttl.line, seconds: ttl.value, words: `The cache of server block ${server.name} keeps an answer` }];
    return [...cached, ...own].filter(({ seconds }) => seconds >= 0 && seconds < 30);
  });
}
