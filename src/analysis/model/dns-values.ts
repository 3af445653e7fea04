// What CoreDNS asks of the arguments of its plugins (coredns v1.12 plugin/{cache,forward,kubernetes,reload,loop}/setup.go): only what makes it refuse the Corefile.
import type { ReadDirective } from '../../formats/corefile/read';
import type { DnsServer } from './dns';
import { suggest } from '../schema/suggest';
import { parseSeconds } from './seconds';

export interface RefusedValue {
  readonly line: number;
  readonly message: string;
  readonly fix: string;
}

/** Plugins that refuse to stand twice in one block. */
const ONCE: readonly string[] = ['cache', 'dnssec', 'errors', 'hosts', 'kubernetes', 'loop', 'nsid', 'pprof', 'prometheus', 'ready', 'tsig', 'view'];

/** The values of a server block that keep CoreDNS from starting. */
export function refusedValues(server: DnsServer): readonly RefusedValue[] {
  const refused: RefusedValue[] = [];
  const refuse = ({ line }: ReadDirective, message: string, fix: string): void => void refused.push({ line, message, fix });
  for (const name of ONCE) {
    const [, second] = server.plugins(name);
    if (second) refuse(second, `The plugin ${name} stands twice in server block ${server.name}`, 'keep one');
  }
  for (const cache of server.plugins('cache')) checkCache(cache, refuse);
  for (const forward of server.plugins('forward')) checkForward(forward, refuse);
  for (const kubernetes of server.plugins('kubernetes')) checkKubernetes(kubernetes, refuse);
  for (const reload of server.plugins('reload')) {
    const seconds = parseSeconds(reload.args[0]);
    if (seconds !== undefined && seconds < 2) refuse(reload, `reload ${reload.args[0]!} is below 2 s`, 'write 2s or more');
  }
  return refused;
}

type Refuse = (at: ReadDirective, message: string, fix: string) => void;

/** An argument that the environment fills in can be anything. */
function isFilledIn(text: string): boolean {
  return text.includes('{');
}

function isWhole(text: string | undefined): boolean {
  return text === undefined || isFilledIn(text) || /^[+-]?\d+$/.test(text);
}

function checkCache(cache: ReadDirective, refuse: Refuse): void {
  if (/^[+-]?\d+$/.test(cache.args[0] ?? '') && Number(cache.args[0]) <= 0) refuse(cache, `cache ${cache.args[0]!} is no time to live`, 'give a number of seconds above 0');
  for (const line of cache.body) {
    const [first, second, third] = line.args;
    if (line.name === 'success' || line.name === 'denial') {
      if (first === undefined) refuse(line, `${line.name} has no capacity`, 'give how many answers are kept');
      else if (!isWhole(first) || !isWhole(second) || !isWhole(third)) refuse(line, `${line.name} ${line.args.join(' ')} has something else than whole numbers`, 'give capacity and seconds as bare numbers');
      else if (second !== undefined && !isFilledIn(second) && Number(second) <= 0) refuse(line, `${line.name} has a time to live of ${second}`, 'give a number of seconds above 0');
    } else if (line.name === 'prefetch') {
      if (!isWhole(first) || first === undefined) refuse(line, 'prefetch has no amount', 'give how often a name is to be asked');
      if (second !== undefined && !isFilledIn(second) && parseSeconds(second) === undefined) refuse(line, `prefetch has the duration ${second}`, 'write a duration such as 1m');
      if (third !== undefined && !isFilledIn(third) && !/^(?:[1-8]\d|90)%$/.test(third)) refuse(line, `prefetch has the percentage ${third}`, 'write 10% to 90%');
    } else if (line.name === 'serve_stale') {
      if (first !== undefined && !isFilledIn(first) && parseSeconds(first) === undefined) refuse(line, `serve_stale has the duration ${first}`, 'write a duration such as 1h');
      if (second !== undefined && !['immediate', 'verify'].includes(second.toLowerCase())) refuse(line, `serve_stale has the mode ${second}`, 'write immediate or verify');
    } else {
      checkProperty(line, 'cache', CACHE_PROPERTIES, refuse);
    }
  }
}

/** A property that nobody knows may be newer than this list: only what is near a known one is a slip. */
function checkProperty(line: ReadDirective, plugin: string, properties: readonly string[], refuse: Refuse): void {
  const meant = properties.includes(line.name) ? undefined : suggest(line.name, properties);
  if (meant !== undefined) refuse(line, `The ${plugin} plugin has no property ${line.name}`, `write ${meant}`);
}

const CACHE_PROPERTIES: readonly string[] = ['success', 'denial', 'prefetch', 'serve_stale', 'servfail', 'disable', 'keepttl'];

const FORWARD_PROPERTIES: readonly string[] = [
  'except', 'max_fails', 'health_check', 'force_tcp', 'prefer_udp', 'tls', 'tls_servername', 'expire', 'policy', 'max_concurrent', 'next', 'failfast_all_unhealthy_upstreams', 'failover', 'max_age', 'max_idle_conns',
  'doh_method',
];

function checkForward(forward: ReadDirective, refuse: Refuse): void {
  const upstreams = forward.args.slice(1);
  if (upstreams.length === 0) refuse(forward, `forward ${forward.args.join(' ')} names no name server`, 'name the zone and then at least one name server');
  if (upstreams.length > 15) refuse(forward, `forward has ${upstreams.length} name servers`, 'name 15 at most');
  for (const upstream of upstreams) {
    const [, scheme] = /^([a-z]+):\/\//.exec(upstream) ?? [];
    if (scheme !== undefined && !['dns', 'tls', 'https'].includes(scheme)) refuse(forward, `forward takes no name server by ${scheme}:// (${upstream})`, 'write a bare address, or tls://');
    // A name is looked up nowhere: only addresses and files are taken.
    else if (/^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?::\d+)?$/i.test(upstream)) refuse(forward, `forward takes addresses, and ${upstream} is a name`, 'write the address of the name server');
  }
  for (const line of forward.body) {
    const [first] = line.args;
    if (line.name === 'policy' && first !== undefined && !['random', 'round_robin', 'sequential'].includes(first) && !isFilledIn(first)) refuse(line, `forward has the policy ${first}`, 'write random, round_robin or sequential');
    if ((line.name === 'expire' || line.name === 'health_check') && first !== undefined && !isFilledIn(first) && parseSeconds(first) === undefined) {
      refuse(line, `${line.name} has the duration ${first}`, 'write a duration such as 5s');
    }
    checkProperty(line, 'forward', FORWARD_PROPERTIES, refuse);
  }
}

const KUBERNETES_PROPERTIES: readonly string[] = [
  'endpoint_pod_names', 'pods', 'namespaces', 'endpoint', 'tls', 'labels', 'namespace_labels', 'fallthrough', 'ttl', 'noendpoints', 'ignore', 'kubeconfig', 'multicluster', 'startup_timeout', 'apiserver_qps',
  'apiserver_burst', 'apiserver_max_inflight', 'upstream', 'transfer', 'resyncperiod',
];

function checkKubernetes(kubernetes: ReadDirective, refuse: Refuse): void {
  if (kubernetes.args.length > 0 && kubernetes.args.every((zone) => /\.arpa\.?$/.test(zone))) refuse(kubernetes, 'The kubernetes plugin has reverse zones only', 'name the domain of the cluster first');
  for (const line of kubernetes.body) {
    const [first] = line.args;
    if (line.name === 'ttl' && (first === undefined || !isWhole(first) || Number(first) < 0 || Number(first) > 3600) && !(first && isFilledIn(first))) {
      refuse(line, `The kubernetes plugin has the ttl ${first ?? '(none)'}`, 'write a number of seconds from 0 to 3600');
    }
    if (line.name === 'pods' && !['disabled', 'insecure', 'verified'].includes(first ?? '') && !(first && isFilledIn(first))) refuse(line, `The kubernetes plugin has the mode pods ${first ?? '(none)'}`, 'write disabled, insecure or verified');
    checkProperty(line, 'kubernetes', KUBERNETES_PROPERTIES, refuse);
  }
}
