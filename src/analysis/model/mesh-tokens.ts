// Which tokens pods check: the RequestAuthentications for them.
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import { labelsOf, list, record, text } from './fields';
import { meshOf } from './mesh';
import { NamespacedSelectors } from './mesh-selectors';
import type { PodGroup } from './pods';

export class TokenChecks {
  private readonly selecting: NamespacedSelectors<Entry> = new NamespacedSelectors();
  private readonly root: string;
  /** Some RequestAuthentication cannot be read. */
  readonly unread: boolean;

  constructor(cluster: ClusterModel) {
    this.root = meshOf(cluster).config.rootNamespace;
    this.unread = cluster.hasUnsound('security.istio.io', 'RequestAuthentication');
    for (const entry of cluster.objects('security.istio.io', 'RequestAuthentication')) {
      if (targetsOf(entry).length === 0) this.selecting.add(entry.namespace, labelsOf(record(entry.spec.selector).matchLabels), entry);
    }
  }

  /** The policies whose tokens the sidecar of these pods checks. */
  of(group: Pick<PodGroup, 'namespace' | 'labels'>): readonly Entry[] {
    const own = this.selecting.of(group.namespace, group.labels);
    if (group.namespace === this.root) return own;
    const wide = this.selecting.of(this.root, group.labels);
    return wide.length === 0 ? own : own.length === 0 ? wide : [...wide, ...own];
  }
}

function targetsOf({ spec }: Entry): ReadonlyArray<Readonly<Record<string, unknown>>> {
  return [...(spec.targetRef === undefined ? [] : [spec.targetRef]), ...list(spec.targetRefs)].map(record);
}

const NO_ISSUERS: readonly string[] = [];

/** The issuers of policies; policies without one may take any. */
export function issuersOf(policies: readonly Entry[]): readonly string[] {
  return policies.length === 0 ? NO_ISSUERS : policies.flatMap((policy) => list(policy.spec.jwtRules).map((rule) => text(record(rule).issuer) ?? '')).filter((issuer) => issuer !== '');
}

function build(cluster: ClusterModel): TokenChecks {
  return new TokenChecks(cluster);
}

/** The RequestAuthentications of a cluster, derived once. */
export function tokenChecksOf(cluster: ClusterModel): TokenChecks {
  return cluster.derive(build);
}
