// AuthorizationPolicies as their proxies read them: which pods a policy is for, and what each rule needs to match (pilot/pkg/security/authz/model/model.go).
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields, Labels } from './fields';
import { labelsOf, list, record, text } from './fields';
import { isIstioGateway, meshOf } from './mesh';
import { NamespacedSelectors } from './mesh-selectors';
import type { PodGroup } from './pods';

export interface Condition {
  readonly key: string;
  readonly values: readonly string[];
  readonly notValues: readonly string[];
  readonly path: FieldPath;
}

/** One `source`, or one `operation`. */
export interface Part {
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly path: FieldPath;
}

export interface AuthzRule {
  /** Empty: from anybody. */
  readonly from: readonly Part[];
  /** Empty: to anything. */
  readonly to: readonly Part[];
  readonly when: readonly Condition[];
  readonly path: FieldPath;
}

export interface AuthzPolicy {
  readonly entry: Entry;
  readonly action: 'ALLOW' | 'DENY' | 'CUSTOM' | 'AUDIT';
  readonly rules: readonly AuthzRule[];
  readonly selector: Labels;
  readonly targetRefs: readonly Fields[];
  /** Only counts what it would do. */
  readonly dryRun: boolean;
}

export class Authorization {
  readonly policies: readonly AuthzPolicy[];
  /** Namespaces with a policy that cannot be read. */
  readonly unread: ReadonlySet<string>;
  readonly root: string;
  private readonly selecting: NamespacedSelectors<AuthzPolicy> = new NamespacedSelectors();
  private readonly known: Map<PodGroup, readonly AuthzPolicy[]> = new Map();

  constructor(cluster: ClusterModel) {
    this.root = meshOf(cluster).config.rootNamespace;
    this.policies = cluster.objects('security.istio.io', 'AuthorizationPolicy').map(policyOf);
    this.unread = new Set(cluster.entries.filter(({ kind, group, sound }) => kind === 'AuthorizationPolicy' && group === 'security.istio.io' && !sound).map(({ namespace }) => namespace));
    for (const policy of this.policies) if (policy.targetRefs.length === 0) this.selecting.add(policy.entry.namespace, policy.selector, policy);
  }

  /** The policies that the sidecar or the node proxy of pods keeps: chosen by labels. Those with targetRefs are a waypoint's or a gateway's. */
  of(group: PodGroup): readonly AuthzPolicy[] {
    let policies = this.known.get(group);
    if (!policies) {
      const places = group.namespace === this.root ? [this.root] : [this.root, group.namespace];
      policies = places.flatMap((place) => this.selecting.of(place, group.labels));
      this.known.set(group, policies);
    }
    return policies;
  }

  /** Whether every policy for these pods could be read. */
  isKnown(group: PodGroup): boolean {
    return !this.unread.has(group.namespace) && !this.unread.has(this.root);
  }

  /** The pods that a policy chooses by labels. */
  podsOf(cluster: ClusterModel, policy: AuthzPolicy): readonly PodGroup[] {
    if (policy.targetRefs.length > 0) return [];
    const where = policy.entry.namespace === this.root ? undefined : policy.entry.namespace;
    return cluster.selectByMap(where, policy.selector).filter((group) => !isIstioGateway(group));
  }
}

function policyOf(entry: Entry): AuthzPolicy {
  const { action, rules, selector, targetRef, targetRefs } = entry.spec;
  const references = list(targetRefs);
  return {
    entry,
    action: (text(action) ?? 'ALLOW') as AuthzPolicy['action'],
    rules: list(rules).map((rule, index) => ruleOf(record(rule), ['spec', 'rules', index])),
    selector: labelsOf(record(selector).matchLabels),
    targetRefs: references.length > 0 ? references : targetRef === undefined ? [] : [targetRef],
    dryRun: TRUE.has(entry.annotations['istio.io/dry-run'] ?? ''),
  };
}

const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);

function ruleOf(rule: Fields, path: FieldPath): AuthzRule {
  const parts = (key: 'from' | 'to', inner: 'source' | 'operation'): Part[] => list(rule[key]).map((one, index): Part => {
    const fields = record(record(one)[inner]);
    const given = Object.entries(fields).map(([name, values]) => [name, list(values).map(String)] as const).filter(([, values]) => values.length > 0);
    return { path: [...path, key, index, inner], fields: Object.fromEntries(given) };
  });
  return {
    path,
    from: parts('from', 'source'),
    to: parts('to', 'operation'),
    when: list(rule.when).map(record).map((one, index): Condition => ({
      key: String(one.key), values: list(one.values).map(String), notValues: list(one.notValues).map(String), path: [...path, 'when', index],
    })),
  };
}

/** An attribute of a rule, where it stands. */
export interface Attribute {
  readonly name: string;
  readonly values: readonly string[];
  readonly path: FieldPath;
}

const HTTP_SOURCE: ReadonlySet<string> = new Set(['requestPrincipals', 'notRequestPrincipals']);
const HTTP_OPERATION: ReadonlySet<string> = new Set(['hosts', 'notHosts', 'methods', 'notMethods', 'paths', 'notPaths']);
const HTTP_KEY = /^request\.(?:headers|auth\.)/;

/** The attributes of a rule that exist in requests only: a proxy that sees bytes cannot match them. */
export function httpAttributes(rule: AuthzRule): Attribute[] {
  return [
    ...rule.from.flatMap((part) => named(part, HTTP_SOURCE)),
    ...rule.to.flatMap((part) => named(part, HTTP_OPERATION)),
    ...rule.when.filter(({ key }) => HTTP_KEY.test(key)).map(({ key, values, path }) => ({ name: key, values, path: [...path, 'key'] })),
  ];
}

/** Attributes that ztunnel does not know: those of requests, and addresses taken from headers. */
export function beyondZtunnel(rule: AuthzRule): Attribute[] {
  return [
    ...httpAttributes(rule),
    ...rule.from.flatMap((part) => named(part, FROM_HEADERS)),
    ...rule.when.filter(({ key }) => key === 'remote.ip' || key === 'connection.sni' || key.startsWith('experimental.envoy.filters.')).map(({ key, values, path }) => ({ name: key, values, path: [...path, 'key'] })),
  ];
}

const FROM_HEADERS: ReadonlySet<string> = new Set(['remoteIpBlocks', 'notRemoteIpBlocks']);

function named({ fields, path }: Part, names: ReadonlySet<string>): Attribute[] {
  return Object.entries(fields).filter(([name]) => names.has(name)).map(([name, values]) => ({ name, values, path: [...path, name] }));
}

const IDENTITIES: ReadonlySet<string> = new Set(['principals', 'namespaces', 'serviceAccounts', 'trustDomains']);
const IDENTITY_KEYS: ReadonlySet<string> = new Set(['source.principal', 'source.namespace', 'source.serviceAccount', 'source.trustDomain']);

/** Whether a source of a rule needs the caller's certificate. */
export function needsIdentity(rule: AuthzRule, part: Part | undefined): boolean {
  return Object.keys(part?.fields ?? {}).some((name) => IDENTITIES.has(name)) || rule.when.some(({ key, values }) => IDENTITY_KEYS.has(key) && values.length > 0);
}

/** Whether a rule speaks of a port of the pods: `undefined` where it leaves ports open. */
export function speaksOfPort(part: Part | undefined, port: number): boolean {
  const { ports, notPorts } = part?.fields ?? {};
  return (ports === undefined || ports.includes(String(port))) && !(notPorts ?? []).includes(String(port));
}

function build(cluster: ClusterModel): Authorization {
  return new Authorization(cluster);
}

/** The AuthorizationPolicies of a cluster, derived once. */
export function authorizationOf(cluster: ClusterModel): Authorization {
  return cluster.derive(build);
}
