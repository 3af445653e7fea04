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
  private readonly selected: Map<AuthzPolicy, readonly PodGroup[]> = new Map();

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
    let pods = this.selected.get(policy);
    if (!pods) {
      const where = policy.entry.namespace === this.root ? undefined : policy.entry.namespace;
      pods = policy.targetRefs.length > 0 ? [] : cluster.selectByMap(where, policy.selector).filter((group) => !isIstioGateway(group));
      this.selected.set(policy, pods);
    }
    return pods;
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
  return {
    path,
    from: partsOf(rule.from, path, 'from', 'source'),
    to: partsOf(rule.to, path, 'to', 'operation'),
    when: rule.when === undefined ? NO_CONDITIONS : list(rule.when).map(record).map((one, index): Condition => ({
      key: String(one.key), values: list(one.values), notValues: list(one.notValues), path: [...path, 'when', index],
    })),
  };
}

const NO_PARTS: readonly Part[] = [];
const NO_CONDITIONS: readonly Condition[] = [];

/** Lists of texts as the schema has accepted them; empty ones say nothing. */
function partsOf(given: Fields, path: FieldPath, key: string, inner: string): readonly Part[] {
  if (given === undefined) return NO_PARTS;
  return list(given).map((one, index): Part => {
    const own = record(record(one)[inner]);
    const fields: Record<string, readonly string[]> = {};
    for (const name in own) if (Array.isArray(own[name]) && own[name].length > 0) fields[name] = own[name] as string[];
    return { fields, path: [...path, key, index, inner] };
  });
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
