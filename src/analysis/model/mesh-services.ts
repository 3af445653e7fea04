// Services as the mesh knows them: by the name that clients and rules write, with the pods behind each port.
import { ByName } from './by-name';
import type { ClusterModel } from './cluster-model';
import { each } from './each';
import type { Entry } from './entry';
import { list, record, text } from './fields';
import type { PodGroup } from './pods';

export interface MeshServicePort {
  readonly number: number;
  readonly name: string | undefined;
  readonly protocol: string;
  readonly appProtocol: string | undefined;
  /** A number, or the name of a port of the pods. */
  readonly target: number | string;
}

export class MeshService {
  readonly entry: Entry;
  readonly namespace: string;
  readonly name: string;
  /** No pods of its own: ExternalName, or endpoints that somebody else writes. */
  readonly withoutSelector: boolean;
  private readonly cluster: ClusterModel;
  private selected: readonly PodGroup[] | undefined;
  private read: readonly MeshServicePort[] | undefined;

  constructor(cluster: ClusterModel, entry: Entry) {
    this.cluster = cluster;
    this.entry = entry;
    this.namespace = entry.namespace;
    this.name = entry.name;
    const { selector, type } = entry.spec;
    this.withoutSelector = type === 'ExternalName' || isEmpty(selector);
  }

  /** `orders.shop.svc.cluster.local` */
  get host(): string {
    return `${this.name}.${this.namespace}.svc.${this.cluster.facts.clusterDomain}`;
  }

  get ports(): readonly MeshServicePort[] {
    return (this.read ??= list(this.entry.spec.ports).map(readPort));
  }

  get pods(): readonly PodGroup[] {
    return (this.selected ??= this.withoutSelector ? [] : this.cluster.selectByMap(this.namespace, this.entry.spec.selector));
  }

  /** The port of the Service, by number or name. */
  port(wanted: number | string): MeshServicePort | undefined {
    for (const port of this.ports) if ((typeof wanted === 'number' ? port.number : port.name) === wanted) return port;
    return undefined;
  }

  /** Where a port of the Service ends at one group of its pods; undefined when the pods have no port of that name. */
  targetOf(port: MeshServicePort, group: PodGroup): number | undefined {
    if (typeof port.target === 'number') return port.target;
    for (const { name, number, protocol } of group.ports) if (name === port.target && protocol === port.protocol) return number;
    return undefined;
  }
}

function readPort(given: unknown): MeshServicePort {
  const port = record(given);
  return {
    number: port.port as number, name: text(port.name), protocol: text(port.protocol) ?? 'TCP', appProtocol: text(port.appProtocol),
    target: (port.targetPort as number | string | undefined) ?? (port.port as number),
  };
}

function isEmpty(selector: unknown): boolean {
  for (const _ in record(selector)) return false;
  return true;
}

function read(entry: Entry, cluster: ClusterModel, all: MeshService[]): void {
  all.push(new MeshService(cluster, entry));
}

export class MeshServices {
  readonly all: readonly MeshService[];
  private readonly cluster: ClusterModel;
  private readonly byName: ByName<MeshService> = new ByName();
  private byPods: Map<PodGroup, MeshService[]> | undefined;

  constructor(cluster: ClusterModel) {
    this.cluster = cluster;
    const all: MeshService[] = [];
    each(cluster.objects('', 'Service'), read, cluster, all);
    this.all = all;
    each(this.all, enterByName, this.byName);
  }

  find(namespace: string, name: string): MeshService | undefined {
    return this.byName.get(namespace, name);
  }

  /** The Services in front of pods. */
  inFrontOf(group: PodGroup): readonly MeshService[] {
    if (!this.byPods) each(this.all, enterByPods, (this.byPods = new Map<PodGroup, MeshService[]>()));
    return this.byPods.get(group) ?? NONE;
  }

  /** The Service that a host of a rule names: rules of Istio complete a name without dots with their own namespace, and nothing else. */
  ofHost(host: string, namespace: string): MeshService | undefined {
    const named = nameOfHost(host, namespace, this.cluster.facts.clusterDomain);
    return named && this.find(named.namespace, named.name);
  }

  /** The Service that a program reaches by this name: the resolver of its pod also completes `orders.shop` and `orders.shop.svc`. */
  ofDnsName(host: string, namespace: string): MeshService | undefined {
    const full = this.ofHost(host, namespace);
    if (full) return full;
    const [name, home, svc, ...rest] = host.split('.');
    if (home === undefined || rest.length > 0 || svc !== undefined && svc !== 'svc') return undefined;
    return this.find(home, name!);
  }
}

function enterByName(service: MeshService, names: ByName<MeshService>): void {
  names.set(service.namespace, service.name, service);
}

function enterByPods(service: MeshService, byPods: Map<PodGroup, MeshService[]>): void {
  for (const group of service.pods) {
    const known = byPods.get(group);
    if (known) known.push(service);
    else byPods.set(group, [service]);
  }
}

/** Namespace and name of the Service that a host stands for in a rule of Istio; undefined for hosts outside the cluster and wildcards. */
export function nameOfHost(host: string, namespace: string, clusterDomain: string): { readonly namespace: string; readonly name: string } | undefined {
  if (host.includes('*')) return undefined;
  if (!host.includes('.')) return { namespace, name: host };
  const end = host.length - clusterDomain.length - SVC.length;
  if (end < 0 || !host.endsWith(clusterDomain) || !host.startsWith(SVC, end)) return undefined;
  const dot = host.indexOf('.');
  return dot < end && host.indexOf('.', dot + 1) === end ? { name: host.slice(0, dot), namespace: host.slice(dot + 1, end) } : undefined;
}

const SVC = '.svc.';

/** The host that a rule means: short names are completed with the rule's namespace. */
export function fullHost(host: string, namespace: string, clusterDomain: string): string {
  return host.includes('.') || host.startsWith('*') ? host.toLowerCase() : `${host}.${namespace}.svc.${clusterDomain}`.toLowerCase();
}

const NONE: readonly MeshService[] = [];

function build(cluster: ClusterModel): MeshServices {
  return new MeshServices(cluster);
}

/** The Services of a cluster, derived once. */
export function meshServicesOf(cluster: ClusterModel): MeshServices {
  return cluster.derive(build);
}
