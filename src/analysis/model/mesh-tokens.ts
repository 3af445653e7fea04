// Which tokens pods check: the RequestAuthentications for them.
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import { list, record, text } from './fields';
import { meshOf } from './mesh';
import type { PodGroup } from './pods';
import { matches, requirementsOfMap } from './selector';

export class TokenChecks {
  private readonly byNamespace: Map<string, Entry[]> = new Map();
  private readonly root: string;
  /** Some RequestAuthentication cannot be read. */
  readonly unread: boolean;

  constructor(cluster: ClusterModel) {
    this.root = meshOf(cluster).config.rootNamespace;
    this.unread = cluster.entries.some(({ kind, group, sound }) => kind === 'RequestAuthentication' && group === 'security.istio.io' && !sound);
    for (const entry of cluster.objects('security.istio.io', 'RequestAuthentication')) {
      const known = this.byNamespace.get(entry.namespace);
      if (known) known.push(entry);
      else this.byNamespace.set(entry.namespace, [entry]);
    }
  }

  /** The policies whose tokens the sidecar of these pods checks. */
  of(group: Pick<PodGroup, 'namespace' | 'labels'>): readonly Entry[] {
    const places = group.namespace === this.root ? [this.root] : [this.root, group.namespace];
    return places.flatMap((place) => this.byNamespace.get(place) ?? [])
      .filter((policy) => targetsOf(policy).length === 0 && matches(group.labels, requirementsOfMap(record(policy.spec.selector).matchLabels)));
  }

  /** The policies attached to an object of a namespace. */
  attachedTo(namespace: string, kind: string, name: string): readonly Entry[] {
    return (this.byNamespace.get(namespace) ?? []).filter((policy) => targetsOf(policy).some((target) => target.kind === kind && target.name === name));
  }
}

function targetsOf({ spec }: Entry): ReadonlyArray<Readonly<Record<string, unknown>>> {
  return [...(spec.targetRef === undefined ? [] : [spec.targetRef]), ...list(spec.targetRefs)].map(record);
}

/** The issuers of policies; policies without one may take any. */
export function issuersOf(policies: readonly Entry[]): readonly string[] {
  return policies.flatMap((policy) => list(policy.spec.jwtRules).map((rule) => text(record(rule).issuer) ?? '')).filter((issuer) => issuer !== '');
}

function build(cluster: ClusterModel): TokenChecks {
  return new TokenChecks(cluster);
}

/** The RequestAuthentications of a cluster, derived once. */
export function tokenChecksOf(cluster: ClusterModel): TokenChecks {
  return cluster.derive(build);
}
