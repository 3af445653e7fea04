// AuthorizationPolicies of proxies beside pods: CUSTOM, then DENY, then ALLOW; AUDIT decides nothing (pilot/pkg/security/authz/builder/builder.go).
import type { ClusterModel } from '../../model/cluster-model';
import { list, record, text } from '../../model/fields';
import { meshOf } from '../../model/mesh';
import type { AuthzPolicy } from '../../model/mesh-authz';
import { authorizationOf } from '../../model/mesh-authz';
import { providersOf } from '../../model/mesh-providers';
import { issuersOf } from '../../model/mesh-tokens';
import type { PodGroup } from '../../model/pods';
import { namespaceOf } from '../cni/kubernetes';
import type { Endpoint } from '../endpoints';
import type { PeerTerm, Policy, Rule } from '../rules';
import type { Selector } from '../selector';
import { both, inNamespace, NOBODY } from '../selector';
import { conditionOf } from './clauses';
import { groupOf } from './members';
import { matching, meet } from './port-sets';
import type { PortSet } from './port-sets';
import type { Meaning, ReadingContext } from './sources';
import { meaningsOf } from './sources';
import type { Zone, Zonings, Zoning } from './zones';
import { ZONES } from './zones';

export const CUSTOM_TIER = 'custom';
export const DENY_TIER = 'deny';
export const ALLOW_TIER = 'allow';

const TIERS: Readonly<Record<string, string>> = { CUSTOM: CUSTOM_TIER, DENY: DENY_TIER, ALLOW: ALLOW_TIER };

/** What Envoy answers a request that a policy refuses. */
export const FORBIDDEN = 403;

/** What of the mesh's configuration rules ask for. */
export type MeshContext = Pick<ReadingContext, 'trustDomain' | 'trustDomainAliases' | 'pathNormalization'>;

export function meshContext(cluster: ClusterModel): MeshContext {
  const { given, trustDomain } = meshOf(cluster).config;
  const normalization = text(record(record(given).pathNormalization).normalization);
  return { trustDomain, trustDomainAliases: list(record(given).trustDomainAliases).map(String), pathNormalization: normalization === undefined || normalization === 'DEFAULT' ? 'BASE' : normalization };
}

/** The policies that sidecars and gateways keep. */
export function authorizationPolicies(cluster: ClusterModel, zonings: Zonings): readonly Policy[] {
  const mesh = meshContext(cluster);
  const policies: Policy[] = [];
  const subjects = new Map(zonings.all.map(({ id }): [string, Selector] => [id, { is: 'in', field: 'fact', key: ZONES, values: [id] }]));
  for (const [policy, met] of selections(cluster, zonings.of)) {
    if (policy.action === 'AUDIT' || policy.dryRun) continue;
    const where = selectedBy(cluster, policy);
    for (const zoning of met) {
      const subject = both(where, subjects.get(zoning.id)!);
      for (const zone of zoning.zones) {
        const made = policyOf(cluster, policy, { zone, zoning, mesh, subject });
        if (made !== undefined) policies.push(made);
      }
    }
  }
  return policies;
}

/** The pods that a policy names: of its namespace, or of all when it stands in the root namespace. */
export function selectedBy(cluster: ClusterModel, { entry, selector }: AuthzPolicy): Selector {
  const parts: Selector[] = entry.namespace === meshOf(cluster).config.rootNamespace ? [] : [inNamespace(namespaceOf(entry))];
  for (const key in selector) parts.push({ is: 'in', field: 'label', key, values: [selector[key]!] });
  return both(...parts);
}

/** Every policy with the kinds of pods that it meets. */
export function selections<T>(cluster: ClusterModel, of: ReadonlyMap<Endpoint, T>): ReadonlyMap<AuthzPolicy, ReadonlySet<T>> {
  const authorization = authorizationOf(cluster);
  const found = new Map<AuthzPolicy, Set<T>>();
  for (const [endpoint, zoning] of of) {
    for (const policy of authorization.of(groupOf(endpoint) as PodGroup)) {
      const known = found.get(policy);
      if (known) known.add(zoning);
      else found.set(policy, new Set([zoning]));
    }
  }
  return found;
}

interface Place {
  readonly zone: Zone;
  readonly zoning: Zoning;
  readonly mesh: MeshContext;
  readonly subject: Selector;
}

function policyOf(cluster: ClusterModel, policy: AuthzPolicy, { zone, zoning, mesh, subject }: Place): Policy | undefined {
  const http = zone.protocol === 'http';
  const allow = policy.action === 'ALLOW';
  const context: ReadingContext = {
    trustDomain: mesh.trustDomain, trustDomainAliases: mesh.trustDomainAliases, pathNormalization: mesh.pathNormalization,
    namespace: namespaceOf(policy.entry), issuers: issuersOf(zoning.tokens), http, ztunnel: false, allow, addressed: asTheyAre,
    remoteAddress: !zoning.gateway ? 'header' : hopsOf(cluster) === 0 ? 'direct' : 'unknown',
    identified: (selector): PeerTerm => (zone.authenticated === NOBODY ? { is: 'nobody' } : { is: 'pods', where: both(zone.authenticated, selector), hostNetwork: 'in' }),
  };
  const rules = rulesOf(policy, zone.ports, context, policy.action === 'CUSTOM' ? whoAsks(cluster, policy) : undefined);
  if (!allow && rules.length === 0) return undefined;
  return {
    entry: policy.entry, direction: 'ingress', tier: TIERS[policy.action] ?? ALLOW_TIER, order: 0, subject, hostNetwork: 'in', closes: allow, closesPorts: matching(zone.ports),
    rules, path: WHOLE_SPEC, status: http ? FORBIDDEN : undefined,
  };
}

const WHOLE_SPEC: Policy['path'] = ['spec'];

function asTheyAre(term: PeerTerm): PeerTerm {
  return term;
}

/** The rules of a policy, for some ports. */
export function rulesOf({ rules, action }: AuthzPolicy, ports: PortSet, context: ReadingContext, asked: string | undefined): readonly Rule[] {
  const read: Rule[] = [];
  for (const rule of rules) {
    for (const { peers, ports: meant, clauses, unknown } of meaningsOf(rule, context) ?? NO_MEANINGS) {
      const both = meet(meant, ports);
      if (both.length === 0) continue;
      read.push({
        action: action === 'ALLOW' ? 'allow' : 'deny', path: rule.path, peers, ports: matching(both), requests: clauses.length > 0 ? [conditionOf(clauses)] : undefined,
        status: context.http ? FORBIDDEN : undefined, unknown: asked ?? unknown,
      });
    }
  }
  return read;
}

const NO_MEANINGS: readonly Meaning[] = [];

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
