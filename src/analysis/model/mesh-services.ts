// Services as the mesh knows them: by the name that clients and rules write, with the pods behind each port.
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import { list, record, text } from './fields';
import type { PodGroup } from './pods';

export interface MeshServicePort {
  readonly number: number;
  readonly name?: string;
  readonly protocol: string;
  readonly appProtocol?: string;
  /** A number, or the name of a port of the pods. */
  readonly target: number | string;
}

export class MeshService {
  readonly entry: Entry;
  readonly namespace: string;
  readonly name: string;
  /** `orders.shop.svc.cluster.local` */
  readonly host: string;
  readonly ports: readonly MeshServicePort[];
  /** No pods of its own: ExternalName, or endpoints that somebody else writes. */
  readonly withoutSelector: boolean;
  private readonly cluster: ClusterModel;
  private selected: readonly PodGroup[] | undefined;

  constructor(cluster: ClusterModel, entry: Entry) {
    this.cluster = cluster;
    this.entry = entry;
    this.namespace = entry.namespace;
    this.name = entry.name;
    this.host = `${entry.name}.${entry.namespace}.svc.${cluster.facts.clusterDomain}`;
    const { selector, type } = entry.spec;
    this.withoutSelector = type === 'ExternalName' || Object.keys(record(selector)).length === 0;
    this.ports = list(entry.spec.ports).map(record).map((port): MeshServicePort => ({
      number: port.port as number,
      protocol: text(port.protocol) ?? 'TCP',
      target: (port.targetPort as number | string | undefined) ?? (port.port as number),
      ...(text(port.name) === undefined ? {} : { name: port.name as string }),
      ...(text(port.appProtocol) === undefined ? {} : { appProtocol: port.appProtocol as string }),
    }));
  }

  get pods(): readonly PodGroup[] {
    return (this.selected ??= this.withoutSelector ? [] : this.cluster.selectByMap(this.namespace, this.entry.spec.selector));
  }

  /** The port of the Service, by number or name. */
  port(wanted: number | string): MeshServicePort | undefined {
    return this.ports.find(({ number, name }) => (typeof wanted === 'number' ? number === wanted : name === wanted));
  }

  /** Where a port of the Service ends at one group of its pods; undefined when the pods have no port of that name. */
  targetOf(port: MeshServicePort, group: PodGroup): number | undefined {
    if (typeof port.target === 'number') return port.target;
    return group.ports.find(({ name, protocol }) => name === port.target && protocol === port.protocol)?.number;
  }
}

export class MeshServices {
  readonly all: readonly MeshService[];
  private readonly cluster: ClusterModel;
  private readonly byName: Map<string, MeshService> = new Map();
  private byPods: Map<PodGroup, MeshService[]> | undefined;

  constructor(cluster: ClusterModel) {
    this.cluster = cluster;
    this.all = cluster.objects('', 'Service').map((entry) => new MeshService(cluster, entry));
    for (const service of this.all) this.byName.set(`${service.namespace}/${service.name}`, service);
  }

  find(namespace: string, name: string): MeshService | undefined {
    return this.byName.get(`${namespace}/${name}`);
  }

  /** The Services in front of pods. */
  inFrontOf(group: PodGroup): readonly MeshService[] {
    if (!this.byPods) {
      this.byPods = new Map();
      for (const service of this.all) {
        for (const pods of service.pods) {
          const known = this.byPods.get(pods);
          if (known) known.push(service);
          else this.byPods.set(pods, [service]);
        }
      }
    }
    return this.byPods.get(group) ?? [];
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

/** Namespace and name of the Service that a host stands for in a rule of Istio; undefined for hosts outside the cluster and wildcards. */
export function nameOfHost(host: string, namespace: string, clusterDomain: string): { readonly namespace: string; readonly name: string } | undefined {
  if (host.includes('*')) return undefined;
  if (!host.includes('.')) return { namespace, name: host };
  const suffix = `.svc.${clusterDomain}`;
  if (!host.endsWith(suffix)) return undefined;
  const parts = host.slice(0, -suffix.length).split('.');
  return parts.length === 2 ? { name: parts[0]!, namespace: parts[1]! } : undefined;
}

/** The host that a rule means: short names are completed with the rule's namespace. */
export function fullHost(host: string, namespace: string, clusterDomain: string): string {
  return host.includes('.') || host.startsWith('*') ? host.toLowerCase() : `${host}.${namespace}.svc.${clusterDomain}`.toLowerCase();
}

function build(cluster: ClusterModel): MeshServices {
  return new MeshServices(cluster);
}

/** The Services of a cluster, derived once. */
export function meshServicesOf(cluster: ClusterModel): MeshServices {
  return cluster.derive(build);
}
