// CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy (https://docs.cilium.io/en/stable/security/policy/): one union with NetworkPolicy, in which a denial of any policy wins.
// A direction is closed by each policy that has rules for it, unless it says otherwise.
import type { FieldPath } from '../../documents/document';
import { ciliumRefusals } from '../../model/cilium-refusals';
import type { ClusterModel } from '../../model/cluster-model';
import { each } from '../../model/each';
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import { ciliumPolicies, ciliumSpecs, hasRules } from '../../model/policies-cilium';
import type { Direction } from '../flow';
import type { NotModelled, PeerTerm, Policy, PortMatch, Rule } from '../rules';
import type { Selector } from '../selector';
import { EVERY, NOBODY, selectorKey } from '../selector';
import { AskedNames } from './cilium-names';
import type { PeerContext } from './cilium-peers';
import { NAMES_FIELD, peersOf, peersOfRule } from './cilium-peers';
import type { PortRules } from './cilium-requests';
import { NO_CONDITION, portRules } from './cilium-requests';
import { EndpointPeers, subjectOf } from './cilium-selectors';
import { NETWORK_POLICY_TIER, namespaceOf } from './kubernetes';
import type { CniProperties } from './properties';
import { cniProperties } from './properties';
import { rulePath, sectionPath } from './rule-paths';

type Spec = Readonly<Record<string, Fields>>;

/** One spec of a policy. */
class Source {
  readonly entry: Entry;
  readonly spec: Spec;
  readonly path: FieldPath;
  /** Absent for policies of the cluster. */
  readonly namespace: string | undefined;
  readonly subject: Selector;
  private text: string | undefined;

  constructor(entry: Entry, spec: Spec, path: FieldPath) {
    this.entry = entry;
    this.spec = spec;
    this.path = path;
    this.namespace = entry.clusterScoped ? undefined : namespaceOf(entry);
    this.subject = subjectOf(this.namespace, spec.endpointSelector);
  }

  /** Equal for sources whose subjects are written alike. */
  get subjectKey(): string {
    return (this.text ??= selectorKey(this.subject));
  }
}

export function readCiliumPolicies(cluster: ClusterModel): readonly Policy[] {
  return [...cluster.derive(readerOf).policies, ...alwaysEnforced(cluster)];
}

function readerOf(cluster: ClusterModel): PolicyReader {
  return new PolicyReader(cluster);
}

class PolicyReader implements PeerContext {
  readonly policies: Policy[] = [];
  readonly cluster: ClusterModel;
  readonly cni: CniProperties;
  readonly endpoints: EndpointPeers;
  private readonly asked: AskedNames;
  private readonly sources: Source[] = [];

  constructor(cluster: ClusterModel) {
    this.cluster = cluster;
    this.cni = cluster.derive(cniProperties);
    this.endpoints = new EndpointPeers(this.cni.excludingMeansOthers);
    this.asked = new AskedNames(cluster);
    each(ciliumPolicies(cluster), enterSources, this.asked, this.sources);
    each(this.sources, enterPolicies, this);
  }

  enter(source: Source, direction: Direction): void {
    const { entry, spec, path, subject } = source;
    const denials = DENIALS[direction];
    const [denied, allowed] = [list(spec[denials]), list(spec[direction])];
    if (allowed.length + denied.length === 0) return;
    const rules: Rule[] = [];
    for (let i = 0; i < denied.length; i++) this.enterRule(source, direction, 'deny', record(denied[i]), rulePath(path, denials, i), rules);
    for (let i = 0; i < allowed.length; i++) this.enterRule(source, direction, 'allow', record(allowed[i]), rulePath(path, direction, i), rules);
    const closes = record(spec.enableDefaultDeny)[direction] !== false;
    this.policies.push(policyOf(entry, direction, sectionPath(path, direction), subject, closes, rules));
    if (direction === 'egress') this.enterWhereEverythingIsAsked(source, allowed);
  }

  private enterRule(source: Source, direction: Direction, action: 'allow' | 'deny', rule: Spec, path: FieldPath, rules: Rule[]): void {
    const unknown = doubtOf(rule);
    enterOnPorts(action, path, peersOfRule(peersOf(this, source.namespace, direction, rule), isLimited(rule)), unknown, rule, rules);
    const names = direction === 'egress' ? list(rule[NAMES_FIELD]) : NO_NAMES;
    if (names.length === 0) return;
    const { asked } = this;
    const own = asked.byPolicy(source.subjectKey);
    enterOnPorts(action, path, asked.peer(names, own), unknown, rule, rules);
    enterOnPorts(action, path, asked.peer(names, (host) => !own(host) && asked.byAnybody(host)), NOT_ASKED, rule, rules);
  }

  /** Pods that another policy lets ask for every name. */
  private enterWhereEverythingIsAsked({ entry, path, namespace, subject, subjectKey }: Source, allowed: readonly Fields[]): void {
    const rules: Rule[] = [];
    for (let i = 0; i < allowed.length; i++) {
      const rule = record(allowed[i]);
      const names = list(rule[NAMES_FIELD]);
      if (names.length > 0) enterOnPorts('allow', rulePath(path, 'egress', i), this.asked.peer(names, everyName), doubtOf(rule), rule, rules);
    }
    const askers = rules.length === 0 ? NOBODY : this.asked.whoAsksAnything(namespace, subject, subjectKey);
    if (askers !== NOBODY) this.policies.push(policyOf(entry, 'egress', sectionPath(path, 'egress'), askers, false, rules));
  }
}

const DENIALS: Readonly<Record<Direction, string>> = { ingress: 'ingressDeny', egress: 'egressDeny' };
const NO_NAMES: readonly Fields[] = [];
const NOT_ASKED = 'no rule of DNS lets these pods ask for the name, so that its address is known only where other pods of the node have asked';

function everyName(): boolean {
  return true;
}

/** The specs for pods of a policy that the agents take: one that is refused refuses the policy. */
function enterSources(entry: Entry, asked: AskedNames, sources: Source[]): void {
  let taken: boolean | undefined;
  for (const { spec, path } of ciliumSpecs(entry)) {
    if (spec.endpointSelector === undefined || !hasRules(spec)) continue;
    taken ??= ciliumRefusals(entry).length === 0;
    if (!taken) return;
    const source = new Source(entry, spec, path);
    asked.enter(source);
    sources.push(source);
  }
}

function enterPolicies(source: Source, reader: PolicyReader): void {
  reader.enter(source, 'ingress');
  reader.enter(source, 'egress');
}

function policyOf(entry: Entry, direction: Direction, path: FieldPath, subject: Selector, closes: boolean, rules: readonly Rule[]): Policy {
  return { entry, direction, tier: NETWORK_POLICY_TIER, order: 0, subject, hostNetwork: 'out', closes, path, rules };
}

function isLimited({ toPorts, icmps }: Spec): boolean {
  return list(toPorts).length > 0 || list(icmps).length > 0;
}

/** What besides peers, ports and requests decides. */
function doubtOf({ authentication, fromRequires, toRequires }: Spec): string | undefined {
  if (list(fromRequires).length + list(toRequires).length > 0) return 'requirements of peers (`fromRequires`, `toRequires`) are not followed';
  const mode = text(record(authentication).mode);
  return mode === undefined || mode === 'disabled' ? undefined : 'whether the two ends authenticate each other is not known';
}

/** A rule for each entry of `toPorts`: each has its own conditions. */
function enterOnPorts(action: 'allow' | 'deny', path: FieldPath, peers: PeerTerm, doubt: string | undefined, { toPorts, icmps }: Spec, rules: Rule[]): void {
  const groups = list(toPorts);
  if (groups.length === 0) rules.push(ruleOf(action, path, peers, list(icmps).length === 0 ? undefined : NO_PORTS, doubt, NO_CONDITION));
  for (let g = 0; g < groups.length; g++) {
    const group = record(groups[g]);
    const ports = list(group.ports);
    rules.push(ruleOf(action, groups.length === 1 ? path : [...path, 'toPorts', g], peers, ports.length > 0 ? ports.map(portOf) : undefined, doubt, portRules(group)));
  }
}

/** What has no ports. */
const NO_PORTS: readonly PortMatch[] = [{ protocol: 'other' }];

function ruleOf(action: 'allow' | 'deny', path: FieldPath, peers: PeerTerm, ports: readonly PortMatch[] | undefined, doubt: string | undefined, said: PortRules): Rule {
  // Denials are of connections, whatever is said over them.
  const asks = said.requests !== undefined && action === 'allow';
  return { action, path, peers, ports, requests: asks ? said.requests : undefined, status: asks ? said.status : undefined, unknown: doubt ?? said.unknown };
}

function portOf(match: unknown): PortMatch {
  const { port, endPort, protocol = 'ANY' } = record(match);
  const upper = String(protocol).toUpperCase();
  const known = upper === 'TCP' || upper === 'UDP' || upper === 'SCTP' || upper === 'ANY' ? upper : 'other';
  const written = String(port ?? '0');
  if (!/^\d+$/.test(written)) return { protocol: known, name: written.toLowerCase() };
  const number = Number(written);
  // Port 0 is every port.
  return number === 0 ? { protocol: known } : { protocol: known, from: number, to: Math.max(number, Number(endPort ?? 0)) };
}

/** Agents that are told to keep policies always close every pod. */
function alwaysEnforced(cluster: ClusterModel): readonly Policy[] {
  const entry = settingsOf(cluster);
  if (entry === undefined || enforcementOf(cluster) !== 'always') return [];
  return (['ingress', 'egress'] as const).map((direction): Policy => ({
    entry, direction, tier: NETWORK_POLICY_TIER, order: 0, subject: EVERY, hostNetwork: 'out', closes: true, rules: [], path: ['data', 'enable-policy'],
  }));
}

/** How the agents keep policies: `default`, `always`, `never`. */
export function enforcementOf(cluster: ClusterModel): string {
  return text(record(settingsOf(cluster)?.object.data)['enable-policy']) ?? 'default';
}

function settingsOf(cluster: ClusterModel): Entry | undefined {
  return cluster.find('', 'ConfigMap', 'kube-system', 'cilium-config');
}

/** Requirements that a rule lays on the others of its policy stand beside them; a policy of nodes speaks of what runs in their network. */
export function ciliumBeside(cluster: ClusterModel): readonly NotModelled[] {
  const beside: NotModelled[] = [];
  each(ciliumPolicies(cluster), enterBeside, beside);
  return beside;
}

function enterBeside(entry: Entry, beside: NotModelled[]): void {
  for (const { spec, path } of ciliumSpecs(entry)) {
    if (spec.nodeSelector !== undefined) {
      const subject: Selector = { is: 'in', field: 'fact', key: HOST_FACT, values: ['true'] };
      beside.push({ entry, path: [...path, 'nodeSelector'], subject, why: 'policies of nodes are not followed' });
    } else if (list(spec.ingress).some(hasRequirements) || list(spec.egress).some(hasRequirements)) {
      const subject = subjectOf(entry.clusterScoped ? undefined : namespaceOf(entry), spec.endpointSelector);
      beside.push({ entry, path, subject, why: 'requirements of peers (`fromRequires`, `toRequires`) are not followed' });
    }
  }
}

function hasRequirements(rule: unknown): boolean {
  const { fromRequires, toRequires } = record(rule);
  return list(fromRequires).length + list(toRequires).length > 0;
}

/** Marks endpoints in the network of their node. */
export const HOST_FACT: string = 'hostNetwork';

