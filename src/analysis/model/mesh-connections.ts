// Who calls whom by the program's own word: the connections of the model, with the pods at both ends where they are known.
import type { ClusterModel } from './cluster-model';
import type { Labels } from './fields';
import { labelsOf, list, record, text } from './fields';
import type { Member } from './mesh';
import { meshOf } from './mesh';
import type { PodGroup } from './pods';

/** One end of a declared connection. */
export type DeclaredPeer =
  | { readonly kind: 'workload'; readonly cluster: string; readonly namespace: string; readonly name: string }
  | { readonly kind: 'namespace'; readonly namespace: string }
  | { readonly kind: 'group' | 'cidr' | 'fqdn'; readonly name: string }
  | { readonly kind: 'internet' | 'nodes' | 'kube-apiserver' };

export interface DeclaredConnection {
  readonly from: DeclaredPeer;
  readonly to: DeclaredPeer;
  /** As the pods of the callee see it; undefined for every port. */
  readonly port: number | undefined;
  readonly protocol: string;
  readonly tags: readonly string[];
}

/** A workload of the model in this cluster. */
export interface DeclaredWorkload {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly serviceAccount?: string;
  /** Pods that somebody else makes. */
  readonly external: boolean;
  /** The templates of its pods. */
  readonly pods: readonly PodGroup[];
}

export interface Declared {
  /** Those that end in this cluster. */
  readonly connections: readonly DeclaredConnection[];
  /** A workload of this cluster. */
  readonly workload: (peer: DeclaredPeer) => DeclaredWorkload | undefined;
  /** Whether the workload is in the mesh. One that is declared to call the control plane has a sidecar that does. */
  readonly memberOf: (workload: DeclaredWorkload) => Member;
}

/** Ports at which sidecars ask istiod for their configuration. */
const CONTROL_PLANE_PORTS: ReadonlySet<number> = new Set([15010, 15012]);

function build(cluster: ClusterModel): Declared {
  const models = cluster.world.input.models ?? [];
  const own = (name: unknown): boolean => cluster.facts.name === undefined || name === undefined || name === cluster.facts.name;
  const workloads = new Map<string, DeclaredWorkload>();
  for (const one of [...models.flatMap((model) => model.workloads ?? []), ...cluster.facts.external.filter(({ kind }) => kind === 'Workload')].map(record)) {
    const [namespace, name, labels] = [text(one.namespace), text(one.name), labelsOf(one.labels)];
    if (namespace === undefined || name === undefined || !own(one.cluster) || workloads.has(`${namespace}/${name}`)) continue;
    const serviceAccount = text(one.serviceAccount);
    workloads.set(`${namespace}/${name}`, {
      namespace, name, labels, external: one.kind === 'Workload', pods: Object.keys(labels).length === 0 ? [] : cluster.selectByMap(namespace, labels),
      ...(serviceAccount === undefined ? {} : { serviceAccount }),
    });
  }
  const connections = models.flatMap((model) => model.connections ?? []).flatMap((one) => connectionOf(record(one)) ?? [])
    .filter(({ to }) => to.kind === 'workload' && own(to.cluster) || to.kind === 'namespace');
  const workload = (peer: DeclaredPeer): DeclaredWorkload | undefined => (peer.kind === 'workload' && own(peer.cluster) ? workloads.get(`${peer.namespace}/${peer.name}`) : undefined);
  const callsControlPlane = new Set(connections.filter(({ port }) => port !== undefined && CONTROL_PLANE_PORTS.has(port)).flatMap(({ from }) => workload(from) ?? []));
  return {
    connections, workload,
    memberOf: (one) => {
      if (one.pods.length > 0) {
        const members = one.pods.map((group) => meshOf(cluster).memberOf(group));
        return members.find(({ membership }) => membership !== 'outside') ?? members[0]!;
      }
      return callsControlPlane.has(one) ? { membership: 'sidecar' } : meshOf(cluster).memberByLabels(one.namespace, one.labels);
    },
  };
}

function connectionOf(one: Readonly<Record<string, unknown>>): DeclaredConnection | undefined {
  const [from, to] = [text(one.from), text(one.to)];
  if (from === undefined || to === undefined) return undefined;
  const [number, protocol] = (text(one.port) ?? '').split('/');
  return { from: peerOf(from), to: peerOf(to), port: number === '' || number === undefined ? undefined : Number(number), protocol: protocol ?? 'TCP', tags: list(one.tags).map(String) };
}

/** Reads the canonical text of a peer (`peerKey` of the core). */
export function peerOf(key: string): DeclaredPeer {
  if (key === 'internet' || key === 'nodes' || key === 'kube-apiserver') return { kind: key };
  const prefixed = /^(group|cidr|fqdn):(.*)$/.exec(key);
  if (prefixed) return { kind: prefixed[1] as 'group' | 'cidr' | 'fqdn', name: prefixed[2]! };
  const workload = /^([^:/]*):([^/]+)\/(.+)$/.exec(key);
  if (workload) return { kind: 'workload', cluster: workload[1]!, namespace: workload[2]!, name: workload[3]! };
  return { kind: 'namespace', namespace: key.replace(/\/\*$/, '') };
}

/** The peer in words. */
export function describePeer(peer: DeclaredPeer): string {
  switch (peer.kind) {
    case 'workload': return `${peer.namespace}/${peer.name}`;
    case 'namespace': return `namespace ${peer.namespace}`;
    case 'group': return `the people of group ${peer.name}`;
    case 'cidr': case 'fqdn': return peer.name;
    case 'internet': return 'the internet';
    case 'nodes': return 'the nodes';
    default: return 'the API server';
  }
}

/** What the program declared of a cluster, derived once. */
export function declaredOf(cluster: ClusterModel): Declared {
  return cluster.derive(build);
}
