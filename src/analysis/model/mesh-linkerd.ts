// Linkerd: who has its proxy, and whom a port of theirs takes (linkerd2 policy-controller/k8s/index/src/inbound, defaults.rs).
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import { each } from './each';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import type { PodGroup } from './pods';
import { LabelIndex, requirementsOf } from './selector';

const GROUP = 'policy.linkerd.io';
const DEFAULT_POLICY = 'config.linkerd.io/default-inbound-policy';

/** What makes a port refuse callers without a proxy. */
export interface LinkerdRefusal {
  readonly by: Entry;
  readonly path: FieldPath;
  readonly words: string;
}

export interface LinkerdServer {
  readonly entry: Entry;
  readonly port: number | string;
  readonly protocol: string;
  /** What counts when nothing authorizes. */
  readonly accessPolicy: string;
  readonly pods: readonly PodGroup[];
  /** What admits callers: each with the references that all have to hold. */
  readonly authorizations: readonly LinkerdAuthorization[];
  /** Routes divide its requests, each with authorizations of its own. */
  readonly routed: boolean;
}

export interface LinkerdAuthorization {
  readonly entry: Entry;
  /** Whether a caller without a proxy may be admitted. */
  readonly mayBePlain: boolean;
}

export class Linkerd {
  readonly servers: readonly LinkerdServer[];
  /** Some policy cannot be read. */
  readonly unread: boolean;
  private readonly cluster: ClusterModel;
  private readonly byPods: Map<PodGroup, LinkerdServer[]> = new Map();
  private readonly byNamespace: Map<string, true | string | undefined> = new Map();

  constructor(cluster: ClusterModel) {
    this.cluster = cluster;
    this.unread = cluster.kinds.some((id) => id.startsWith(`${GROUP}/`) && cluster.hasUnsound(GROUP, id.slice(GROUP.length + 1)));
    const routed = serversWithRoutes(cluster);
    const entries = cluster.objects(GROUP, 'Server').filter(({ spec }) => spec.podSelector !== undefined);
    const authorized = this.authorizations(entries);
    this.servers = entries.map((entry): LinkerdServer => ({
      entry, port: entry.spec.port as number | string, protocol: text(entry.spec.proxyProtocol) ?? 'unknown', accessPolicy: text(entry.spec.accessPolicy) ?? 'deny',
      pods: cluster.select(entry.namespace, entry.spec.podSelector) ?? [],
      routed: routed.has(`${entry.namespace}/${entry.name}`),
      authorizations: [...authorized.get(`${entry.namespace}/`) ?? [], ...authorized.get(`${entry.namespace}/${entry.name}`) ?? []],
    }));
    for (const server of this.servers) {
      for (const group of server.pods) {
        const known = this.byPods.get(group);
        if (known) known.push(server);
        else this.byPods.set(group, [server]);
      }
    }
  }

  /** True with a proxy, the reason why not, undefined when nobody knows. */
  injected(group: PodGroup): true | string | undefined {
    if (list(group.spec.containers).some(isProxy)) return true;
    if (group.hostNetwork) return 'its pods use the host network';
    return this.byAnnotation(group.namespace, group.annotations['linkerd.io/inject']);
  }

  /** Of pods without a template here. */
  byAnnotation(namespace: string, own: string | undefined): true | string | undefined {
    if (own === 'disabled') return 'its pods refuse the proxy (linkerd.io/inject: disabled)';
    if (own === 'enabled' || own === 'ingress') return true;
    const known = this.byNamespace.get(namespace);
    if (known !== undefined || this.byNamespace.has(namespace)) return known;
    const answer = this.ofNamespace(namespace);
    this.byNamespace.set(namespace, answer);
    return answer;
  }

  private ofNamespace(namespace: string): true | string | undefined {
    const view = this.cluster.namespace(namespace);
    if (view?.entry === undefined) return undefined;
    const mode = view.entry.annotations['linkerd.io/inject'];
    return mode === 'enabled' || mode === 'ingress' ? true : `namespace ${namespace} is not annotated for injection`;
  }

  /** The Servers that select pods, for whatever port. */
  serversBefore(group: PodGroup): readonly LinkerdServer[] {
    return this.byPods.get(group) ?? [];
  }

  /** The Servers for a port of pods. */
  serversOf(group: PodGroup, port: number): readonly LinkerdServer[] {
    const named = (wanted: string): boolean => group.ports.some(({ name, number }) => name === wanted && number === port);
    return (this.byPods.get(group) ?? []).filter((server) => (typeof server.port === 'number' ? server.port === port : named(server.port)));
  }

  /** What makes a port of pods with a proxy refuse callers without one. */
  refusesPlainText(group: PodGroup, port: number): LinkerdRefusal | undefined {
    if (this.unread || this.injected(group) !== true) return undefined;
    if ((group.annotations['config.linkerd.io/skip-inbound-ports'] ?? '').split(',').some((one) => holds(one.trim(), port))) return undefined;
    const servers = this.serversOf(group, port);
    if (servers.length > 1) return undefined;
    const [server] = servers;
    if (server) {
      if (server.routed || !REFUSING.has(server.accessPolicy) || server.authorizations.some(({ mayBePlain }) => mayBePlain)) return undefined;
      return { by: server.entry, path: ['metadata', 'name'], words: `${server.entry.toString()} admits callers of the mesh only` };
    }
    const own = group.annotations[DEFAULT_POLICY];
    const namespace = this.cluster.namespace(group.namespace)?.entry;
    const policy = own ?? namespace?.annotations[DEFAULT_POLICY];
    if (policy === undefined || !REFUSING.has(policy)) return undefined;
    return own !== undefined ? { by: group.entry, path: [...group.metadataPath, 'annotations', DEFAULT_POLICY], words: `its default is ${policy}` }
      : { by: namespace!, path: ['metadata', 'annotations', DEFAULT_POLICY], words: `the default of namespace ${group.namespace} is ${policy}` };
  }

  /** By namespace and name of the Server; those for a whole namespace have no name. */
  private authorizations(servers: readonly Entry[]): ReadonlyMap<string, readonly LinkerdAuthorization[]> {
    const found = new Map<string, LinkerdAuthorization[]>();
    const add = (key: string, one: LinkerdAuthorization): void => void found.set(key, [...found.get(key) ?? [], one]);
    for (const policy of this.cluster.objects(GROUP, 'AuthorizationPolicy')) {
      const { kind, name } = record(policy.spec.targetRef);
      const mayBePlain = list(policy.spec.requiredAuthenticationRefs).map(record).every((one) => one.kind !== 'MeshTLSAuthentication' && one.kind !== 'ServiceAccount');
      if (kind === 'Server') add(`${policy.namespace}/${String(name)}`, { entry: policy, mayBePlain });
      else if (kind === 'Namespace' && name === policy.namespace) add(`${policy.namespace}/`, { entry: policy, mayBePlain });
    }
    const byLabels = new LabelIndex(servers);
    for (const entry of this.cluster.objects(GROUP, 'ServerAuthorization')) {
      const { client, server } = entry.spec;
      const one = { entry, mayBePlain: record(client).meshTLS === undefined || record(client).unauthenticated === true };
      const name: unknown = record(server).name;
      if (typeof name === 'string') add(`${entry.namespace}/${name}`, one);
      else for (const selected of byLabels.select(requirementsOf(record(server).selector) ?? [])) if (selected.namespace === entry.namespace) add(`${selected.namespace}/${selected.name}`, one);
    }
    return found;
  }
}

/** Policies under which a caller without a proxy is refused. */
const REFUSING: ReadonlySet<string> = new Set(['deny', 'all-authenticated', 'cluster-authenticated']);

/** Servers that routes are attached to. */
function serversWithRoutes(cluster: ClusterModel): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [group, kind] of [[GROUP, 'HTTPRoute'], ['gateway.networking.k8s.io', 'HTTPRoute'], ['gateway.networking.k8s.io', 'GRPCRoute']] as const) {
    each(cluster.objects(group, kind), addServers, found);
  }
  return found;
}

function addServers(route: Entry, found: Set<string>): void {
  for (const parent of list(route.spec.parentRefs)) {
    const { kind, name, namespace } = record(parent);
    if (kind === 'Server') found.add(`${text(namespace) ?? route.namespace}/${String(name)}`);
  }
}

/** `4190` or `8000-9000`. */
function isProxy(container: unknown): boolean {
  return record(container).name === 'linkerd-proxy';
}

export function holds(range: string, port: number): boolean {
  const [from, to] = range.split('-').map(Number);
  return from !== undefined && port >= from && port <= (to ?? from);
}

/** The ports that pods take as bytes: by annotation of the pods or their namespace, otherwise Linkerd's own list. */
export function opaquePorts(cluster: ClusterModel, group: PodGroup): { readonly ranges: readonly string[]; readonly given: boolean } {
  const key = 'config.linkerd.io/opaque-ports';
  const given: Fields = group.annotations[key] ?? cluster.namespace(group.namespace)?.entry?.annotations[key];
  return given === undefined ? { ranges: ['25', '587', '3306', '4444', '5432', '6379', '9300', '11211'], given: false } : { ranges: String(given).split(',').map((one) => one.trim()), given: true };
}

function build(cluster: ClusterModel): Linkerd {
  return new Linkerd(cluster);
}

/** Linkerd in a cluster, derived once. */
export function linkerdOf(cluster: ClusterModel): Linkerd {
  return cluster.derive(build);
}
