// AuthorizationPolicies as their proxies read them: which pods a policy is for, and what each rule needs to match (pilot/pkg/security/authz/model/model.go).
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import { each, map, some } from './each';
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
    this.unread = new Set(cluster.everyObject('security.istio.io', 'AuthorizationPolicy').filter(isUnread).map(({ namespace }) => namespace));
    each(this.policies, enter, this.selecting);
  }

  /** The policies that the sidecar or the node proxy of pods keeps: chosen by labels. Those with targetRefs are a waypoint's or a gateway's. */
  of(group: PodGroup): readonly AuthzPolicy[] {
    let policies = this.known.get(group);
    if (!policies) {
      policies = this.selecting.of(group.namespace, group.labels);
      if (group.namespace !== this.root) {
        const wide = this.selecting.of(this.root, group.labels);
        if (wide.length > 0) policies = [...wide, ...policies];
      }
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
      pods = policy.targetRefs.length > 0 ? [] : cluster.selectByMap(where, policy.selector);
      if (pods.some(isIstioGateway)) pods = pods.filter((group) => !isIstioGateway(group));
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
    rules: list(rules).map(ruleOf),
    selector: labelsOf(record(selector).matchLabels),
    targetRefs: targetRef === undefined || references.length > 0 ? references : [targetRef],
    dryRun: TRUE.has(entry.annotations['istio.io/dry-run'] ?? ''),
  };
}

function isUnread({ sound }: Entry): boolean {
  return !sound;
}

function enter(policy: AuthzPolicy, selecting: NamespacedSelectors<AuthzPolicy>): void {
  if (policy.targetRefs.length === 0) selecting.add(policy.entry.namespace, policy.selector, policy);
}

function ruleOf(rule: Fields, index: number): AuthzRule {
  return new ReadRule(record(rule), index);
}

/** What Go reads as true. */
export const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);

/** A rule as it is written. Paths are made for those who report. */
class ReadRule implements AuthzRule {
  readonly from: readonly Part[];
  readonly to: readonly Part[];
  readonly when: readonly Condition[];
  private readonly index: number;

  constructor(rule: Fields, index: number) {
    this.index = index;
    this.from = partsOf(rule.from, index, 'from', 'source');
    this.to = partsOf(rule.to, index, 'to', 'operation');
    this.when = rule.when === undefined ? NO_CONDITIONS : conditionsOf(rule.when, index);
  }

  get path(): FieldPath {
    return ['spec', 'rules', this.index];
  }
}

class ReadPart implements Part {
  readonly fields: Readonly<Record<string, readonly string[]>>;
  private readonly rule: number;
  private readonly end: 'from' | 'to';
  private readonly index: number;

  constructor(fields: Readonly<Record<string, readonly string[]>>, rule: number, end: 'from' | 'to', index: number) {
    this.fields = fields;
    this.rule = rule;
    this.end = end;
    this.index = index;
  }

  get path(): FieldPath {
    return ['spec', 'rules', this.rule, this.end, this.index, this.end === 'from' ? 'source' : 'operation'];
  }
}

class ReadCondition implements Condition {
  readonly key: string;
  readonly values: Condition['values'];
  readonly notValues: Condition['notValues'];
  private readonly rule: number;
  private readonly index: number;

  constructor(written: Fields, rule: number, index: number) {
    this.key = String(written.key);
    this.values = list(written.values);
    this.notValues = list(written.notValues);
    this.rule = rule;
    this.index = index;
  }

  get path(): FieldPath {
    return ['spec', 'rules', this.rule, 'when', this.index];
  }
}

function conditionsOf(given: Fields, rule: number): readonly Condition[] {
  return map(list(given), conditionOf, rule);
}

function conditionOf(written: Fields, index: number, rule: number): Condition {
  return new ReadCondition(record(written), rule, index);
}

const NO_PARTS: readonly Part[] = [];
const NO_CONDITIONS: readonly Condition[] = [];

function partsOf(given: Fields, rule: number, end: 'from' | 'to', inner: string): readonly Part[] {
  return given === undefined ? NO_PARTS : map(list(given), partOf, rule, end, inner);
}

function partOf(written: Fields, index: number, rule: number, end: 'from' | 'to', inner: string): Part {
  return new ReadPart(fieldsOf(record(record(written)[inner])), rule, end, index);
}

/** Lists of texts as the schema has accepted them; empty ones say nothing. */
function fieldsOf(own: Fields): Readonly<Record<string, readonly string[]>> {
  for (const name in own) {
    if (!Array.isArray(own[name]) || own[name].length === 0) return Object.fromEntries(Object.entries<Fields>(own).filter(([, value]) => Array.isArray(value) && value.length > 0));
  }
  return own as Record<string, readonly string[]>;
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
export function httpAttributes(rule: AuthzRule): readonly Attribute[] {
  return !hasHttpAttributes(rule) ? NO_ATTRIBUTES : [
    ...rule.from.flatMap((part) => named(part, HTTP_SOURCE)),
    ...rule.to.flatMap((part) => named(part, HTTP_OPERATION)),
    ...rule.when.filter(({ key }) => HTTP_KEY.test(key)).map(({ key, values, path }) => ({ name: key, values, path: [...path, 'key'] })),
  ];
}

const NO_ATTRIBUTES: readonly Attribute[] = [];

/** Whether a rule has any of them. */
export function hasHttpAttributes({ from, to, when }: AuthzRule): boolean {
  for (const { fields } of from) for (const name in fields) if (HTTP_SOURCE.has(name)) return true;
  for (const { fields } of to) for (const name in fields) if (HTTP_OPERATION.has(name)) return true;
  for (const { key } of when) if (HTTP_KEY.test(key)) return true;
  return false;
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
  const found: Attribute[] = [];
  for (const name in fields) if (names.has(name)) found.push({ name, values: fields[name]!, path: [...path, name] });
  return found;
}

const IDENTITIES: ReadonlySet<string> = new Set(['principals', 'namespaces', 'serviceAccounts', 'trustDomains']);
const IDENTITY_KEYS: ReadonlySet<string> = new Set(['source.principal', 'source.namespace', 'source.serviceAccount', 'source.trustDomain']);

/** Whether a source of a rule needs the caller's certificate. */
function asksForIdentity({ key, values }: Condition): boolean {
  return IDENTITY_KEYS.has(key) && values.length > 0;
}

export function needsIdentity(rule: AuthzRule, part: Part | undefined): boolean {
  for (const name in part?.fields) if (IDENTITIES.has(name)) return true;
  return rule.when.some(asksForIdentity);
}

/** Whether one of the operations of a rule, if it has any, speaks of a port of the pods. */
export function speakOfPort(to: readonly Part[], port: number): boolean {
  return to.length === 0 || some(to, speaksOfPort, port);
}

/** Whether a rule speaks of a port of the pods: `undefined` where it leaves ports open. */
export function speaksOfPort(part: Part | undefined, port: number): boolean {
  const ports = part?.fields.ports;
  const notPorts = part?.fields.notPorts;
  return (ports === undefined || ports.includes(String(port))) && notPorts?.includes(String(port)) !== true;
}

function build(cluster: ClusterModel): Authorization {
  return new Authorization(cluster);
}

/** The AuthorizationPolicies of a cluster, derived once. */
export function authorizationOf(cluster: ClusterModel): Authorization {
  return cluster.derive(build);
}
