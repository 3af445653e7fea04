// CoreDNS: the Corefiles of ConfigMaps, of its chart and of configuration files, and what their server blocks answer.
import type { FieldPath } from '../documents/document';
import type { ReadCorefile, ReadDirective, ReadServerBlock } from '../../formats/corefile/read';
import { readCorefile } from '../../formats/corefile/read';
import type { ConfigDocument } from '../input';
import type { ClusterModel, World } from './cluster-model';
import { chartCorefiles } from './dns-charts';
import { Entry } from './entry';
import { record } from './fields';
import { HELM_SUBJECTS } from './helm-values';

/** One Corefile of the system. */
export interface DnsConfig {
  readonly at: Entry | ConfigDocument;
  /** The cluster of a ConfigMap. */
  readonly cluster?: ClusterModel;
  readonly corefile: ReadCorefile;
  readonly servers: readonly DnsServer[];
  /** Whom it answers: the cluster's own CoreDNS, the cache of each node, or unknown. */
  readonly role: 'cluster' | 'node' | 'other';
  /** The path of a line. */
  path(line: number): FieldPath;
}

/** A zone on a port. */
export interface DnsZone {
  /** `.` is every name; lower case, without the last dot. */
  readonly zone: string;
  readonly port: number;
  readonly transport: string;
}

/** A server block with its plugins. */
export interface DnsServer {
  readonly config: DnsConfig;
  readonly block: ReadServerBlock;
  readonly zones: readonly DnsZone[];
  /** `cluster.local:53`, for messages. */
  readonly name: string;
  plugins(name: string): readonly ReadDirective[];
}

/** Kinds that carry Corefiles. */
export const DNS_SUBJECTS: readonly string[] = ['/ConfigMap', 'file:corefile', ...HELM_SUBJECTS];

const known = new WeakMap<World, readonly DnsConfig[]>();

/** Every Corefile of a system. */
export function dnsConfigs(world: World): readonly DnsConfig[] {
  let configs = known.get(world);
  if (!configs) {
    known.set(world, (configs = [
      ...world.clusters.flatMap(configMaps), ...world.files('corefile').map((file) => configOf(file, file.text, (line) => [line], 'other')),
      ...chartCorefiles(world).map(({ at, text, path, isOfCluster, cluster }) => configOf(at, text, path, isOfCluster ? 'cluster' : 'other', cluster)),
    ]));
  }
  return configs;
}

/** Every server block of every Corefile. */
export function dnsServers(world: World): readonly DnsServer[] {
  return dnsConfigs(world).flatMap(({ servers }) => servers);
}

function configMaps(cluster: ClusterModel): DnsConfig[] {
  return cluster.objects('', 'ConfigMap').flatMap((entry) => {
    const data = record(entry.object.data);
    // AKS takes further server blocks from keys of the ConfigMap coredns-custom.
    const keys = Object.keys(data).filter((key) => key === 'Corefile' || (entry.name === 'coredns-custom' && key.endsWith('.server')));
    return keys.filter((key) => typeof data[key] === 'string')
      .map((key) => configOf(entry, data[key] as string, () => ['data', key], entry.name.includes('node') ? 'node' : entry.namespace === 'kube-system' && key === 'Corefile' ? 'cluster' : 'other', cluster));
  });
}

function configOf(at: Entry | ConfigDocument, text: string, path: DnsConfig['path'], role: DnsConfig['role'], cluster?: ClusterModel): DnsConfig {
  const corefile = readCorefile(text);
  const servers: DnsServer[] = [];
  const config: DnsConfig = { at, corefile, servers, role, path, ...(cluster === undefined ? {} : { cluster }) };
  for (const block of corefile.blocks) {
    const plugins = new Map<string, ReadDirective[]>();
    for (const plugin of block.plugins) plugins.set(plugin.name, [...plugins.get(plugin.name) ?? [], plugin]);
    const zones = block.keys.map(zoneOf);
    servers.push({
      config, block, zones, plugins: (name) => plugins.get(name) ?? [],
      name: zones.slice(0, 3).map(({ zone, port }) => `${zone === '.' ? '.' : zone}:${port}`).join(' ') + (zones.length > 3 ? ' …' : ''),
    });
  }
  return config;
}

const PORTS: Readonly<Record<string, number>> = { dns: 53, tls: 853, quic: 853, grpc: 443, https: 443 };

function zoneOf(key: string): DnsZone {
  const [, transport = 'dns', rest = key] = /^(dns|tls|quic|grpc|https):\/\/(.*)$/.exec(key) ?? [];
  const [, zone = rest, port] = /^(.*):(\d+)$/.exec(rest) ?? [];
  return { zone: normalZone(zone), port: port === undefined ? PORTS[transport]! : Number(port), transport };
}

/** A zone in the writing that zones are compared in. */
export function normalZone(zone: string): string {
  const text = zone.toLowerCase().replace(/\.$/, '');
  return text === '' ? '.' : text;
}

/** Whether every name of `zone` lies in `served`. */
export function within(zone: string, served: string): boolean {
  return served === '.' || zone === served || zone.endsWith(`.${served}`);
}

/** The zones that a plugin is for: its arguments, or else those of its block. */
export function zonesOf(server: DnsServer, args: readonly string[]): readonly string[] {
  return args.length > 0 ? args.map(normalZone) : server.zones.map(({ zone }) => zone);
}

/** A forward: names below `from` go to `to`. */
export interface DnsForward {
  readonly directive: ReadDirective;
  readonly from: string;
  readonly to: readonly string[];
}

export function forwardsOf(server: DnsServer): readonly DnsForward[] {
  return server.plugins('forward').map((directive) => ({ directive, from: normalZone(directive.args[0] ?? '.'), to: directive.args.slice(1) }));
}

/** What a cache keeps. */
export interface DnsCache {
  readonly directive: ReadDirective;
  readonly zones: readonly string[];
  /** Of successful answers; the default of CoreDNS is 9984. Undefined where it is no number. */
  readonly capacity: { readonly value: number | undefined; readonly line: number } | undefined;
  /** Longest time in seconds that a successful answer is kept, and where it is said. */
  readonly ttl: { readonly value: number; readonly line: number } | undefined;
}

export function cacheOf(server: DnsServer): DnsCache | undefined {
  const [directive] = server.plugins('cache');
  if (!directive) return undefined;
  const first = wholeNumber(directive.args[0]);
  const success = directive.body.find(({ name }) => name === 'success');
  const ttl = wholeNumber(success?.args[1]);
  return {
    directive,
    // What the environment fills in may be a time or any zone.
    zones: directive.args.some((arg) => arg.includes('{')) ? ['.'] : zonesOf(server, first === undefined ? directive.args : directive.args.slice(1)),
    capacity: success && { value: wholeNumber(success.args[0]), line: success.line },
    ttl: ttl !== undefined ? { value: ttl, line: success!.line } : first !== undefined && success?.args[1] === undefined ? { value: first, line: directive.line } : undefined,
  };
}

/** A whole number; undefined for anything else, also for what the environment fills in. */
export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

/** ` (line 7 of the Corefile)` for ConfigMaps and charts, whose findings stand at the whole text. */
export function lineWords({ at }: DnsConfig, line: number): string {
  return at instanceof Entry ? ` (line ${line} of the Corefile)` : '';
}
