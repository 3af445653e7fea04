// Who has which addresses. A pod, a load balancer and the end of a tunnel with one address work apart and fail together, far from the line that is wrong:
// so whoever takes a range says so here.
import type { IConstruct } from 'constructs';
import type { Cidr } from './cidr';
import { NetstackError } from './errors';
import { sourceOf } from './provenance';

const NETWORKS = Symbol.for('cdk8s-netstack.networks');

/** What a range is for. */
export type NetworkKind = 'cluster' | 'load balancer' | 'router' | 'tunnel' | 'site';

/** A range and who has it. */
export interface NetworkClaim {
  readonly cidr: Cidr;
  readonly kind: NetworkKind;
  /** Who has it, for the sentence: `site beijing`. */
  readonly owner: string;
  readonly path: string;
  readonly source: string | undefined;
}

/** Kinds whose ranges may meet among themselves: clusters that never talk use the same pod ranges, two clusters announce one address or peer with one router. */
const APART: ReadonlySet<NetworkKind> = new Set<NetworkKind>(['cluster', 'load balancer', 'router']);

/**
 * Takes a range for an owner.
 *
 * @throws NetstackError when it overlaps a range of another kind, or another owner's range of a tunnel or a site
 */
export function claimNetwork(scope: IConstruct, cidr: Cidr, kind: NetworkKind, owner: string): void {
  const claims = claimsOf(scope);
  const other = claims.find((one) => one.cidr.overlaps(cidr) && (one.kind === kind ? !APART.has(kind) && one.owner !== owner : true));
  if (other) {
    throw new NetstackError({
      what: `Network ${cidr} of ${owner} overlaps ${other.cidr} of ${other.owner}, declared by ${other.path} (${other.source ?? 'line unknown'})`, scope, fix: 'give each addresses of its own',
    });
  }
  claims.push({ cidr, kind, owner, path: scope.node.path, source: sourceOf(scope) });
}

function claimsOf(scope: IConstruct): NetworkClaim[] {
  const root = scope.node.root as IConstruct & { [NETWORKS]?: NetworkClaim[] };
  if (!root[NETWORKS]) Object.defineProperty(root, NETWORKS, { value: [], enumerable: false });
  return root[NETWORKS]!;
}
