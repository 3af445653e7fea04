// Prints a Corefile. Plugins stand in the order in which CoreDNS 1.12 runs them (its plugin.cfg), whatever the order of the model.
import { shorten } from '../../core/errors';
import { checkedAddress, checkedPort, endpoint } from '../address';
import { corednsSeconds, goDuration } from '../duration';
import { refuse } from '../refuse';
import { checkedInteger, checkedPath, checkedUnique, joinedLines } from '../text';
import type { CachePlugin, CacheShare, Corefile, ForwardPlugin, KubernetesPlugin, ListenOn, LogPlugin, Plugin, ServerBlock } from './model';
import { plainWord, serverName, word, zoneName } from './scalar';

const ORDER: readonly Plugin['plugin'][] = [
  'metadata', 'reload', 'bind', 'ready', 'health', 'prometheus', 'errors', 'log', 'loadbalance', 'cache', 'rewrite', 'autopath', 'hosts', 'kubernetes', 'file', 'loop', 'forward',
];
const REPEATABLE: ReadonlySet<string> = new Set(['forward', 'file', 'log', 'rewrite']);

/** The line of a plugin and the lines within its braces. */
interface Directive {
  readonly head: string;
  readonly body: readonly string[];
}

/** Prints a Corefile. @throws NetstackError for what CoreDNS would refuse, ignore or misread */
export function printCorefile(corefile: Corefile): string {
  if (corefile.servers.length === 0) refuse('Corefile', 'It has no server block', 'add one');
  checkedUnique(corefile.servers.flatMap((block) => keysOf(block)), 'server', 'Corefile');
  return joinedLines(corefile.servers.flatMap((block, i) => [...i > 0 ? [''] : [], ...serverLines(block)]), 'Corefile');
}

function keysOf(block: ServerBlock): string[] {
  const where = `server block ${block.zones.join(' ')}`;
  const port = checkedPort(block.port ?? (block.transport === 'tls' ? 853 : 53), where);
  return block.zones.map((zone) => `${block.transport === 'tls' ? 'tls://' : ''}${zoneName(zone, where)}:${port}`);
}

function serverLines(block: ServerBlock): string[] {
  if (block.zones.length === 0) refuse('server block', 'It has no zone', 'name one, or `.` for every name');
  const keys = keysOf(block);
  const where = `server block ${keys.join(' ')}`;
  checkBlock(block, where);
  const plugins = [...block.plugins].sort((a, b) => ORDER.indexOf(a.plugin) - ORDER.indexOf(b.plugin));
  const lines = plugins.flatMap((plugin) => {
    const { head, body } = directive(plugin, `${where}, ${plugin.plugin}`);
    return body.length === 0 ? [`    ${head}`] : [`    ${head} {`, ...body.map((line) => `        ${line}`), '    }'];
  });
  return [`${keys.join(' ')} {`, ...lines, '}'];
}

function checkBlock(block: ServerBlock, where: string): void {
  if (block.plugins.length === 0) refuse(where, 'It has no plugin', 'add one that answers, such as forward or file');
  checkedUnique(block.plugins.map((plugin) => plugin.plugin).filter((name) => !REPEATABLE.has(name)), 'plugin', where);
  checkedUnique(block.plugins.flatMap((plugin) => (plugin.plugin === 'forward' ? [zoneName(plugin.from ?? '.', where)] : [])), 'zone of forward', where);
  const kubernetes = block.plugins.find((plugin) => plugin.plugin === 'kubernetes');
  if (block.plugins.some((plugin) => plugin.plugin === 'autopath') && kubernetes?.pods !== 'verified') {
    refuse(where, 'Autopath does nothing without a kubernetes plugin of the same block that has pods verified', 'add `pods: \'verified\'`, or leave autopath out');
  }
  for (const plugin of block.plugins) {
    if ((plugin.plugin !== 'kubernetes' && plugin.plugin !== 'file') || !plugin.zones) continue;
    for (const zone of plugin.zones) {
      if (!block.zones.some((served) => within(zoneName(zone, where), zoneName(served, where)))) {
        refuse(where, `Its ${plugin.plugin} plugin has the zone ${shorten(zone)}, which the block does not serve`, 'add the zone to the block: other queries never reach the plugin');
      }
    }
  }
}

function within(zone: string, served: string): boolean {
  return served === '.' || zone === served || zone.endsWith(`.${served}`);
}

function directive(plugin: Plugin, where: string): Directive {
  switch (plugin.plugin) {
    case 'metadata':
    case 'errors':
    case 'loop':
      return { head: plugin.plugin, body: [] };
    case 'loadbalance':
      return { head: words('loadbalance', plugin.policy), body: [] };
    case 'reload':
      if (plugin.interval && plugin.interval.toMillis() < 2000) refuse(where, `The interval ${plugin.interval.toMillis()} ms is too short`, 'choose at least 2 s');
      if (plugin.jitter && !plugin.interval) refuse(where, 'A jitter stands behind an interval', 'set `interval` too');
      return { head: words('reload', plugin.interval && goDuration(plugin.interval, where), plugin.jitter && goDuration(plugin.jitter, where)), body: [] };
    case 'bind':
      return { head: words('bind', ...plugin.addresses.map((address) => checkedAddress(address, where).value)), body: [] };
    case 'ready':
    case 'prometheus':
      return { head: words(plugin.plugin, listenOn(plugin, where)), body: [] };
    case 'health':
      return { head: words('health', listenOn(plugin, where)), body: plugin.lameduck ? [`lameduck ${goDuration(plugin.lameduck, where)}`] : [] };
    case 'log':
      return log(plugin, where);
    case 'cache':
      return cache(plugin, where);
    case 'rewrite': {
      const { mode, v4, v6 } = plugin.edns0Subnet;
      return { head: `rewrite edns0 subnet ${mode} ${checkedInteger(v4, 0, 32, where)} ${checkedInteger(v6, 0, 128, where)}`, body: [] };
    }
    case 'autopath':
      return { head: 'autopath @kubernetes', body: [] };
    case 'hosts': {
      const entries = plugin.entries.map((entry) => words(checkedAddress(entry.address, where).value, ...nonEmpty(entry.names, where).map((name) => zoneName(name, where))));
      return { head: 'hosts', body: [...entries, ...plugin.ttl ? [`ttl ${corednsSeconds(plugin.ttl, where)}`] : [], ...plugin.fallthrough ? ['fallthrough'] : []] };
    }
    case 'kubernetes':
      return kubernetesDirective(plugin, where);
    case 'file':
      return {
        head: words('file', checkedPath(plugin.path, where), ...(plugin.zones ?? []).map((zone) => zoneName(zone, where))),
        body: plugin.reload ? [`reload ${goDuration(plugin.reload, where)}`] : [],
      };
    case 'forward':
      return forward(plugin, where);
  }
}

function log(plugin: LogPlugin, where: string): Directive {
  if (plugin.format !== undefined && !plugin.names?.length) refuse(where, 'A format stands behind the names that it is for', 'set `names`, such as [\'.\']');
  const head = words('log', ...(plugin.names ?? []).map((name) => zoneName(name, where)), plugin.format === undefined ? undefined : logFormat(plugin.format, where));
  return { head, body: plugin.classes?.length ? [words('class', ...[...new Set(plugin.classes)].sort())] : [] };
}

function logFormat(format: string, where: string): string {
  return format === 'common' || format === 'combined' ? `{${format}}` : word(format, where);
}

function cache(plugin: CachePlugin, where: string): Directive {
  const body: string[] = [];
  if (plugin.success) body.push(words('success', ...cacheShare(plugin.success, `${where}, success`)));
  if (plugin.denial) body.push(words('denial', ...cacheShare(plugin.denial, `${where}, denial`)));
  if (plugin.prefetch) {
    const { amount, duration, percentage } = plugin.prefetch;
    if (percentage !== undefined && !duration) refuse(`${where}, prefetch`, 'A percentage stands behind a duration', 'set `duration` too');
    body.push(words(
      'prefetch', String(checkedInteger(amount, 0, 2_147_483_647, `${where}, prefetch`)), duration && goDuration(duration, `${where}, prefetch`),
      percentage === undefined ? undefined : `${checkedInteger(percentage, 10, 90, `${where}, prefetch percentage`)}%`,
    ));
  }
  if (plugin.serveStale) body.push(`serve_stale ${goDuration(plugin.serveStale, `${where}, serve_stale`)}`);
  return { head: words('cache', plugin.ttl && corednsSeconds(plugin.ttl, where)), body };
}

function cacheShare(share: CacheShare, where: string): (string | undefined)[] {
  if (share.minTtl && !share.ttl) refuse(where, 'A least time stands behind a longest one', 'set `ttl` too');
  return [String(checkedInteger(share.capacity, 1, 2_147_483_647, where)), share.ttl && corednsSeconds(share.ttl, where), share.minTtl && corednsSeconds(share.minTtl, where)];
}

function kubernetesDirective(plugin: KubernetesPlugin, where: string): Directive {
  const body: string[] = [];
  if (plugin.pods) body.push(`pods ${plugin.pods}`);
  if (plugin.fallthrough) body.push(words('fallthrough', ...plugin.fallthrough === true ? [] : nonEmpty(plugin.fallthrough, where).map((zone) => zoneName(zone, where))));
  if (plugin.ttl) body.push(`ttl ${corednsSeconds(plugin.ttl, where, { min: 0, max: 3600 })}`);
  return { head: words('kubernetes', ...(plugin.zones ?? []).map((zone) => zoneName(zone, where))), body };
}

function forward(plugin: ForwardPlugin, where: string): Directive {
  const fromFile = plugin.to === '/etc/resolv.conf';
  const upstreams = plugin.to === '/etc/resolv.conf' ? [] : plugin.to;
  if (!fromFile && (upstreams.length < 1 || upstreams.length > 15)) refuse(where, `It has ${upstreams.length} name servers`, 'name 1 to 15');
  const encrypted = upstreams.filter((upstream) => upstream.tls).length;
  if (plugin.tlsServername !== undefined && encrypted === 0) refuse(where, 'tls_servername does nothing without TLS upstreams', 'set `tls: true` on them');
  if (encrypted > 0 && encrypted < upstreams.length) refuse(where, 'Some name servers are asked by TLS and some in clear', 'put them into forwards of their own');
  const to = fromFile ? ['/etc/resolv.conf'] : upstreams.map((upstream) => {
    // CoreDNS takes brackets only together with a port.
    const { family, value } = checkedAddress(upstream.address, where);
    const port = upstream.port ?? (family === 6 ? (upstream.tls ? 853 : 53) : undefined);
    return `${upstream.tls ? 'tls://' : ''}${port === undefined ? value : endpoint(value, port, where)}`;
  });
  checkedUnique(to, 'name server', where);
  const body: string[] = [];
  if (plugin.except?.length) body.push(words('except', ...plugin.except.map((zone) => zoneName(zone, where))));
  if (plugin.forceTcp) body.push('force_tcp');
  if (plugin.preferUdp) body.push('prefer_udp');
  if (plugin.tlsServername !== undefined) body.push(`tls_servername ${serverName(plugin.tlsServername, where)}`);
  if (plugin.maxFails !== undefined) body.push(`max_fails ${checkedInteger(plugin.maxFails, 0, 1_000_000, where)}`);
  if (plugin.maxConcurrent !== undefined) body.push(`max_concurrent ${checkedInteger(plugin.maxConcurrent, 0, 2_147_483_647, where)}`);
  if (plugin.expire) body.push(`expire ${goDuration(plugin.expire, where)}`);
  if (plugin.healthCheck) body.push(`health_check ${goDuration(plugin.healthCheck, where)}`);
  if (plugin.policy) body.push(`policy ${plainWord(plugin.policy, where)}`);
  return { head: words('forward', zoneName(plugin.from ?? '.', where), ...to), body };
}

function listenOn(at: ListenOn, where: string): string | undefined {
  if (at.port === undefined) {
    if (at.address !== undefined) refuse(where, 'An address without a port', 'set `port` too');
    return undefined;
  }
  return at.address === undefined ? `:${checkedPort(at.port, where)}` : endpoint(checkedAddress(at.address, where).value, at.port, where);
}

function nonEmpty(values: readonly string[], where: string): readonly string[] {
  if (values.length === 0) refuse(where, 'The list is empty', 'name at least one');
  return values;
}

function words(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}
