// Hosts of a mesh: a name of a Service as its clients write it, or a host that a ServiceEntry brings.
import type { ClusterModel } from '../cluster-model';
import { some } from '../each';
import type { Entry } from '../entry';
import { list } from '../fields';
import { beside } from './beside';

class ServiceName {
  static readonly NONE: ServiceName = new ServiceName('', '');

  readonly namespace: string;
  readonly name: string;

  constructor(namespace: string, name: string) {
    this.namespace = namespace;
    this.name = name;
  }
}

/** What stands behind a host. */
export class HostView {
  /** One that lives on, so that V8 keeps what it has compiled for its shape. */
  static readonly NONE: HostView = new HostView(undefined, [], true, undefined);

  readonly service: Entry | undefined;
  readonly serviceEntries: readonly Entry[];
  /** Nothing of the documents answers, and nothing may be beside them. */
  readonly missing: boolean;
  /** The Service that is meant, when the host is a name of one. */
  readonly meant: ServiceName | undefined;

  constructor(service: Entry | undefined, serviceEntries: readonly Entry[], missing: boolean, meant: ServiceName | undefined) {
    this.service = service;
    this.serviceEntries = serviceEntries;
    this.missing = missing;
    this.meant = meant;
  }
}

interface EntryHosts {
  readonly exact: ReadonlyMap<string, readonly Entry[]>;
  /** `*.example.com` by `example.com`; `*` by the empty text. */
  readonly suffixes: ReadonlyMap<string, readonly Entry[]>;
}

/** The host that a document in `namespace` means: `orders`, `orders.shop.svc.cluster.local`, `api.example.com`. */
export function resolveHost(cluster: ClusterModel, namespace: string, host: string): HostView {
  const serviceEntries = entriesOf(cluster, host.includes('.') || namespace === '' ? host : `${host}.${namespace}.svc.${cluster.facts.clusterDomain}`);
  const meant = meantService(cluster, host, namespace);
  const service = meant && cluster.find('', 'Service', meant.namespace, meant.name);
  const answered = service !== undefined || serviceEntries.length > 0 || isElsewhere(cluster, host, meant);
  return new HostView(service, serviceEntries, !answered, meant);
}

/** The Service that a host names. `orders.shop` may be one, where there is such a namespace; other names with dots are hosts of their own. */
function meantService(cluster: ClusterModel, host: string, namespace: string): ServiceName | undefined {
  if (!host.includes('.')) return new ServiceName(namespace, host);
  const full = /^([^.*]+)\.([^.]+)\.svc(?:\..+)?$/.exec(host);
  if (full) return new ServiceName(full[2]!, full[1]!);
  const short = /^([^.*]+)\.([^.]+)$/.exec(host);
  return short && cluster.namespace(short[2]!) !== undefined ? new ServiceName(short[2]!, short[1]!) : undefined;
}

/** Whether the host may be known without a document of this cluster. */
function isElsewhere(cluster: ClusterModel, host: string, meant: ServiceName | undefined): boolean {
  if (cluster.open || host.includes('*') || host.endsWith('.clusterset.local') || host.endsWith('.global') || host.endsWith('.consul')) return true;
  if (!meant) return cluster.derive(beside).isOpen(undefined);
  if (meant.namespace === '') return true;
  // Clusters of one mesh share their services.
  if (some(cluster.world.clusters, hasService, meant, cluster)) return true;
  return cluster.derive(beside).mayHave('/Service', meant.namespace, meant.name);
}

function hasService(other: ClusterModel, { namespace, name }: ServiceName, own: ClusterModel): boolean {
  return other !== own && other.find('', 'Service', namespace, name) !== undefined;
}

function entriesOf(cluster: ClusterModel, host: string): readonly Entry[] {
  const { exact, suffixes } = cluster.derive(entryHosts);
  const found = exact.get(host);
  if (found) return found;
  for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
    const wild = suffixes.get(host.slice(dot + 1));
    if (wild) return wild;
  }
  return suffixes.get('') ?? [];
}

function entryHosts(cluster: ClusterModel): EntryHosts {
  const exact = new Map<string, Entry[]>();
  const suffixes = new Map<string, Entry[]>();
  for (const entry of cluster.everyObject('networking.istio.io', 'ServiceEntry')) {
    for (const host of list(entry.spec.hosts)) {
      if (typeof host !== 'string') continue;
      const [map, key] = host.startsWith('*') ? [suffixes, host.replace(/^\*\.?/, '')] : [exact, host];
      const known = map.get(key);
      if (known) known.push(entry);
      else map.set(key, [entry]);
    }
  }
  return { exact, suffixes };
}
