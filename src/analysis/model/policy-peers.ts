// Peers of network policies that are told by labels: which pods of which namespaces they mean.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { list, record } from './fields';
import type { Requirement } from './selector';
import { requirementsOf } from './selector';
import { ciliumRequirements } from './selections';

/** One peer. */
export class PolicyPeer {
  readonly entry: Entry;
  /** What the peer asks of pods; empty where it asks nothing. */
  readonly pods: readonly Requirement[];
  /** A LabelSelector of namespaces; undefined means the policy's own. */
  readonly namespaces: Fields;
  private readonly place: Place;
  private readonly podsAt: FieldPath;
  private readonly namespacesAt: FieldPath;

  constructor(entry: Entry, place: Place, pods: readonly Requirement[], namespaces: Fields, podsAt: FieldPath = [], namespacesAt: FieldPath = []) {
    this.entry = entry;
    this.place = place;
    this.pods = pods;
    this.namespaces = namespaces;
    this.podsAt = podsAt;
    this.namespacesAt = namespacesAt;
  }

  /** The rule of a direction (`ingress`, `egressDeny`) that the peer is of: `2`, or `1.2` in `specs[1]`. Undefined for one of another direction. */
  ruleKey(direction: string): string | undefined {
    const { base, direction: own, rule } = this.place;
    if (own !== direction) return undefined;
    return base[0] === 'specs' ? `${String(base[1])}.${rule}` : String(rule);
  }

  get path(): FieldPath {
    return [...pathOf(this.place), ...this.podsAt];
  }

  get namespacesPath(): FieldPath {
    return [...pathOf(this.place), ...this.namespacesAt];
  }
}

/** Where a peer stands: few are ever asked for their path. */
interface Place {
  readonly base: FieldPath;
  readonly direction: string;
  readonly rule: number;
  readonly end: string;
  readonly peer: number;
}

function pathOf({ base, direction, rule, end, peer }: Place): FieldPath {
  return [...base, direction, rule, end, peer];
}

const SPEC: FieldPath = ['spec'];

/** Kinds with peers, as `group/Kind`. */
export const PEER_KINDS: readonly string[] = ['networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
  'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy'];

/** The peers of a cluster's policies: `cluster.derive(policyPeers)`. */
export function policyPeers(cluster: ClusterModel): readonly PolicyPeer[] {
  const peers: PolicyPeer[] = [];
  for (const entry of cluster.objects('networking.k8s.io', 'NetworkPolicy')) {
    for (const [direction, end] of [['ingress', 'from'], ['egress', 'to']] as const) {
      eachPeer(SPEC, entry.spec, direction, end, (peer, place) => {
        const { podSelector, namespaceSelector } = peer;
        const pods = podSelector === undefined ? [] : requirementsOf(podSelector);
        if (pods) peers.push(new PolicyPeer(entry, place, pods, namespaceSelector, podSelector === undefined ? [] : ['podSelector'], ['namespaceSelector']));
      });
    }
  }
  for (const kind of ['AdminNetworkPolicy', 'BaselineAdminNetworkPolicy', 'ClusterNetworkPolicy']) {
    for (const entry of cluster.objects('policy.networking.k8s.io', kind)) {
      for (const [direction, end] of [['ingress', 'from'], ['egress', 'to']] as const) {
        eachPeer(SPEC, entry.spec, direction, end, (peer, place) => {
          const pods = record(peer.pods);
          const requirements = pods.podSelector === undefined ? [] : requirementsOf(pods.podSelector);
          if (peer.pods !== undefined && requirements) peers.push(new PolicyPeer(entry, place, requirements, pods.namespaceSelector, ['pods', 'podSelector'], ['pods', 'namespaceSelector']));
          if (peer.namespaces !== undefined) peers.push(new PolicyPeer(entry, place, [], peer.namespaces, ['namespaces'], ['namespaces']));
        });
      }
    }
  }
  for (const entry of cluster.objects('cilium.io', 'CiliumNetworkPolicy')) {
    const rules: Array<[FieldPath, Fields]> = [[SPEC, entry.spec], ...list(entry.object.specs).map((rule: Fields, index): [FieldPath, Fields] => [['specs', index], rule])];
    for (const [path, rule] of rules) {
      for (const [direction, end] of [['ingress', 'fromEndpoints'], ['ingressDeny', 'fromEndpoints'], ['egress', 'toEndpoints'], ['egressDeny', 'toEndpoints']] as const) {
        eachPeer(path, rule, direction, end, (peer, place) => {
          const read = ciliumRequirements(peer);
          if (!read) return;
          const where = read.namespaceLabels.length === 0 ? read.namespace : [...read.namespace, ...read.namespaceLabels];
          peers.push(new PolicyPeer(entry, place, read.requirements, where.length === 0 ? undefined : { matchExpressions: where }));
        });
      }
    }
  }
  return peers;
}

function eachPeer(base: FieldPath, spec: Fields, direction: string, end: string, each: (peer: Readonly<Record<string, Fields>>, place: Place) => void): void {
  list(record(spec)[direction]).forEach((rule, i) => {
    list(record(rule)[end]).forEach((peer, j) => each(record(peer), { base, direction, rule: i, end, peer: j }));
  });
}
