// AuthorizationPolicies of proxies beside pods: CUSTOM, then DENY, then ALLOW; AUDIT decides nothing (pilot/pkg/security/authz/builder/builder.go).
import type { ClusterModel } from '../../model/cluster-model';
import { each } from '../../model/each';
import { list, record, text } from '../../model/fields';
import { meshOf } from '../../model/mesh';
import type { Authorization, AuthzPolicy } from '../../model/mesh-authz';
import { authorizationOf } from '../../model/mesh-authz';
import { providersOf } from '../../model/mesh-providers';
import type { PodGroup } from '../../model/pods';
import { namespaceOf } from '../cni/kubernetes';
import type { Endpoint } from '../endpoints';
import type { PeerTerm, Policy, Rule } from '../rules';
import { NO_ONE } from '../rules';
import type { Selector } from '../selector';
import { both, inNamespace, NOBODY } from '../selector';
import { groupOf } from './members';
import { FORBIDDEN, PolicyReader } from './policy-reader';
import type { ReadingContext } from './sources';
import type { Zone, Zoning, Zonings } from './zones';

export const CUSTOM_TIER = 'custom';
export const DENY_TIER = 'deny';
export const ALLOW_TIER = 'allow';

const TIERS: Readonly<Record<string, string>> = { CUSTOM: CUSTOM_TIER, DENY: DENY_TIER, ALLOW: ALLOW_TIER };

/** What of the mesh's configuration rules ask for. */
export type MeshContext = Pick<ReadingContext, 'trustDomain' | 'trustDomainAliases' | 'pathNormalization'>;

export function meshContext(cluster: ClusterModel): MeshContext {
  const { given, trustDomain } = meshOf(cluster).config;
  const normalization = text(record(record(given).pathNormalization).normalization);
  return { trustDomain, trustDomainAliases: list(record(given).trustDomainAliases).map(String), pathNormalization: normalization === undefined || normalization === 'DEFAULT' ? 'BASE' : normalization };
}

/** The policies that sidecars and gateways keep. */
export function authorizationPolicies(cluster: ClusterModel, zonings: Zonings): readonly Policy[] {
  const policies: Policy[] = [];
  const met = selections(cluster, zonings.of);
  each([...met.keys()], addPolicies, met, cluster.derive(readersOf), policies);
  return policies;
}

function addPolicies(policy: AuthzPolicy, met: ReadonlyMap<AuthzPolicy, ReadonlySet<Zoning>>, readers: SidecarReaders, policies: Policy[]): void {
  if (policy.action === 'AUDIT' || policy.dryRun) return;
  const asked = policy.action === 'CUSTOM' ? whoAsks(readers.cluster, policy) : undefined;
  for (const zoning of met.get(policy)!) {
    const subject = selectedBy(readers.cluster, policy, zoning.subject);
    for (const zone of zoning.zones) {
      const rules = readers.of(policy, zoning, zone).rulesOf(policy, zone.ports, asked);
      if (policy.action === 'ALLOW' || rules.length > 0) policies.push(policyOf(policy, zone, subject, rules));
    }
  }
}

function policyOf({ entry, action }: AuthzPolicy, { protocol, matches }: Zone, subject: Selector, rules: readonly Rule[]): Policy {
  return {
    entry, direction: 'ingress', tier: TIERS[action] ?? ALLOW_TIER, order: 0, subject, hostNetwork: 'in', closes: action === 'ALLOW', closesPorts: matches,
    rules, path: WHOLE_SPEC, status: protocol === 'http' ? FORBIDDEN : undefined,
  };
}

const WHOLE_SPEC: Policy['path'] = ['spec'];

/** The pods that a policy names: of its namespace, or of all when it stands in the root namespace; of those the ones that are kept apart. */
export function selectedBy(cluster: ClusterModel, { entry, selector }: AuthzPolicy, apart: Selector): Selector {
  const parts: Selector[] = entry.namespace === meshOf(cluster).config.rootNamespace ? [] : [homeOf(cluster, namespaceOf(entry))];
  for (const key in selector) parts.push({ is: 'in', field: 'label', key, values: [selector[key]!] });
  parts.push(apart);
  return parts.length === 1 ? apart : { is: 'all', of: parts };
}

/** The pods of a namespace: one selector for all policies of it. */
function homeOf(cluster: ClusterModel, namespace: string): Selector {
  const known = cluster.derive(homes);
  let home = known.get(namespace);
  if (!home) known.set(namespace, (home = inNamespace(namespace)));
  return home;
}

function homes(): Map<string, Selector> {
  return new Map();
}

/** Every policy with the kinds of pods that it meets. */
export function selections<T>(cluster: ClusterModel, of: ReadonlyMap<Endpoint, T>): ReadonlyMap<AuthzPolicy, ReadonlySet<T>> {
  const found = new Map<AuthzPolicy, Set<T>>();
  each([...of.keys()], addSelected, of, authorizationOf(cluster), found);
  return found;
}

function addSelected<T>(endpoint: Endpoint, of: ReadonlyMap<Endpoint, T>, authorization: Authorization, found: Map<AuthzPolicy, Set<T>>): void {
  const policies = authorization.of(groupOf(endpoint) as PodGroup);
  for (let i = 0; i < policies.length; i++) {
    const known = found.get(policies[i]!);
    if (known) known.add(of.get(endpoint)!);
    else found.set(policies[i]!, new Set([of.get(endpoint)!]));
  }
}

/** Readers of policies by what their rules are read for, which is the same for most. */
class SidecarReaders {
  readonly cluster: ClusterModel;
  private readonly mesh: MeshContext;
  private readonly hops: number;
  /** By who shows a certificate, and by everything else. */
  private readonly known: Map<Selector, Map<string, PolicyReader>> = new Map();

  constructor(cluster: ClusterModel) {
    this.cluster = cluster;
    this.mesh = meshContext(cluster);
    this.hops = hopsOf(cluster);
  }

  of({ entry, action }: AuthzPolicy, { gateway, issuers }: Zoning, { authenticated, protocol }: Zone): PolicyReader {
    let readers = this.known.get(authenticated);
    if (!readers) this.known.set(authenticated, (readers = new Map()));
    const namespace = namespaceOf(entry);
    const allow = action === 'ALLOW';
    const key = `${namespace} ${protocol}${allow ? ' allow' : ''}${gateway ? ' gateway' : ''}${issuers.length === 0 ? '' : ` ${issuers.join('\u0001')}`}`;
    let reader = readers.get(key);
    if (!reader) {
      reader = new PolicyReader({
        trustDomain: this.mesh.trustDomain, trustDomainAliases: this.mesh.trustDomainAliases, pathNormalization: this.mesh.pathNormalization,
        namespace, issuers, http: protocol === 'http', ztunnel: false, allow, addressed: asTheyAre, remoteAddress: !gateway ? 'header' : this.hops === 0 ? 'direct' : 'unknown',
        identified: (selector): PeerTerm => (authenticated === NOBODY ? NO_ONE : { is: 'pods', where: both(authenticated, selector), hostNetwork: 'in' }),
      });
      readers.set(key, reader);
    }
    return reader;
  }
}

function readersOf(cluster: ClusterModel): SidecarReaders {
  return new SidecarReaders(cluster);
}

function asTheyAre(term: PeerTerm): PeerTerm {
  return term;
}

/** Whom a CUSTOM policy asks: nobody here knows what they answer. A provider that the mesh does not have refuses whatever the rules meet. */
function whoAsks(cluster: ClusterModel, { entry }: AuthzPolicy): string | undefined {
  const name = text(record(entry.spec.provider).name) ?? '';
  const providers = providersOf(cluster);
  return providers !== undefined && !providers.has(name.toLowerCase()) ? undefined : `${entry.toString()} asks the authorization service ${name}`;
}

function hopsOf(cluster: ClusterModel): number {
  const topology = record(record(record(meshOf(cluster).config.given).defaultConfig).gatewayTopology);
  return typeof topology.numTrustedProxies === 'number' ? topology.numTrustedProxies : 0;
}
