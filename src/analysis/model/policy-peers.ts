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
export interface PolicyPeer {
  readonly entry: Entry;
  readonly path: FieldPath;
  /** Undefined where the peer says nothing of pods. */
  readonly pods: readonly Requirement[];
  /** A LabelSelector of namespaces; undefined means the policy's own. */
  readonly namespaces: Fields;
  readonly namespacesPath: FieldPath;
}

/** Kinds with peers, as `group/Kind`. */
export const PEER_KINDS: readonly string[] = ['networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
  'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy'];

/** The peers of a cluster's policies: `cluster.derive(policyPeers)`. */
export function policyPeers(cluster: ClusterModel): readonly PolicyPeer[] {
  const peers: PolicyPeer[] = [];
  for (const entry of cluster.objects('networking.k8s.io', 'NetworkPolicy')) {
    for (const [direction, end] of [['ingress', 'from'], ['egress', 'to']] as const) {
      eachPeer(['spec'], entry.spec, direction, end, (peer, path) => {
        const { podSelector, namespaceSelector } = peer;
        const pods = podSelector === undefined ? [] : requirementsOf(podSelector);
        if (pods) peers.push({ entry, path: podSelector === undefined ? path : [...path, 'podSelector'], pods, namespaces: namespaceSelector as Fields, namespacesPath: [...path, 'namespaceSelector'] });
      });
    }
  }
  for (const kind of ['AdminNetworkPolicy', 'BaselineAdminNetworkPolicy', 'ClusterNetworkPolicy']) {
    for (const entry of cluster.objects('policy.networking.k8s.io', kind)) {
      for (const [direction, end] of [['ingress', 'from'], ['egress', 'to']] as const) {
        eachPeer(['spec'], entry.spec, direction, end, (peer, path) => {
          const pods = record(peer.pods);
          const requirements = pods.podSelector === undefined ? [] : requirementsOf(pods.podSelector);
          if (peer.pods !== undefined && requirements) {
            peers.push({ entry, path: [...path, 'pods', 'podSelector'], pods: requirements, namespaces: pods.namespaceSelector, namespacesPath: [...path, 'pods', 'namespaceSelector'] });
          }
          if (peer.namespaces !== undefined) peers.push({ entry, path: [...path, 'namespaces'], pods: [], namespaces: peer.namespaces, namespacesPath: [...path, 'namespaces'] });
        });
      }
    }
  }
  for (const entry of cluster.objects('cilium.io', 'CiliumNetworkPolicy')) {
    const rules: Array<[FieldPath, Fields]> = [[['spec'], entry.spec], ...list(entry.object.specs).map((rule: Fields, index): [FieldPath, Fields] => [['specs', index], rule])];
    for (const [path, rule] of rules) {
      for (const [direction, end] of [['ingress', 'fromEndpoints'], ['ingressDeny', 'fromEndpoints'], ['egress', 'toEndpoints'], ['egressDeny', 'toEndpoints']] as const) {
        eachPeer(path, rule, direction, end, (peer, at) => {
          const read = ciliumRequirements(peer);
          if (!read) return;
          const where = [...read.namespace, ...read.namespaceLabels];
          peers.push({ entry, path: at, pods: read.requirements, namespaces: where.length === 0 ? undefined : { matchExpressions: where }, namespacesPath: at });
        });
      }
    }
  }
  return peers;
}

function eachPeer(base: FieldPath, spec: Fields, direction: string, end: string, each: (peer: Readonly<Record<string, Fields>>, path: FieldPath) => void): void {
  list(record(spec)[direction]).forEach((rule, i) => {
    list(record(rule)[end]).forEach((peer, j) => each(record(peer), [...base, direction, i, end, j]));
  });
}
