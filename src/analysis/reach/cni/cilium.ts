// CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy (https://docs.cilium.io/en/stable/security/policy/): one union with NetworkPolicy, in which a denial of any policy wins.
// A direction is closed by each policy that has rules for it, unless it says otherwise.
import type { FieldPath } from '../../documents/document';
import { ciliumRefusals } from '../../model/cilium-refusals';
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import { ciliumPolicies, ciliumSpecs, hasRules } from '../../model/policies-cilium';
import type { Direction } from '../flow';
import type { NotModelled, Policy, PortMatch, Rule } from '../rules';
import type { Selector } from '../selector';
import { EVERY, NOBODY } from '../selector';
import { AskedNames } from './cilium-names';
import { NAMES_FIELD, peersOf, peersOfRule } from './cilium-peers';
import { portRules } from './cilium-requests';
import { EndpointPeers, subjectOf } from './cilium-selectors';
import { NETWORK_POLICY_TIER, namespaceOf } from './kubernetes';
import type { CniProperties } from './properties';

type Spec = Readonly<Record<string, Fields>>;

interface Source {
  readonly entry: Entry;
  readonly spec: Spec;
  readonly path: FieldPath;
  /** Absent for policies of the cluster. */
  readonly namespace: string | undefined;
  readonly subject: Selector;
}

interface Context {
  readonly cluster: ClusterModel;
  readonly cni: CniProperties;
  readonly asked: AskedNames;
  readonly endpoints: EndpointPeers;
}

export function readCiliumPolicies(cluster: ClusterModel, cni: CniProperties): readonly Policy[] {
  const asked = new AskedNames(cluster);
  const sources: Source[] = [];
  for (const { entry, spec, path } of enforced(cluster)) {
    const namespace = entry.clusterScoped ? undefined : namespaceOf(entry);
    const subject = subjectOf(namespace, spec.endpointSelector);
    asked.enter(namespace, subject, spec);
    sources.push({ entry, spec, path, namespace, subject });
  }
  const context: Context = { cluster, cni, asked, endpoints: new EndpointPeers(cni.excludingMeansOthers) };
  return [...sources.flatMap((source) => policiesOf(context, source)), ...alwaysEnforced(cluster)];
}

/** Specs for pods that the agents take. */
function enforced(cluster: ClusterModel): readonly Pick<Source, 'entry' | 'spec' | 'path'>[] {
  return ciliumPolicies(cluster).flatMap((entry) => {
    const specs = ciliumSpecs(entry).filter(({ spec }) => spec.endpointSelector !== undefined && hasRules(spec));
    // One spec that is refused refuses the policy.
    return specs.length === 0 || ciliumRefusals(entry).length > 0 ? [] : specs.map(({ spec, path }) => ({ entry, spec, path }));
  });
}

function policiesOf(context: Context, source: Source): readonly Policy[] {
  const policies: Policy[] = [];
  for (const direction of DIRECTIONS) {
    const { entry, spec, path, subject } = source;
    const denials = `${direction}Deny`;
    const [allowed, denied] = [list(spec[direction]), list(spec[denials])];
    if (allowed.length + denied.length === 0) continue;
    const rules: Rule[] = [];
    denied.forEach((rule, i) => rules.push(...rulesOf(context, source, direction, 'deny', record(rule), [...path, denials, i])));
    allowed.forEach((rule, i) => rules.push(...rulesOf(context, source, direction, 'allow', record(rule), [...path, direction, i])));
    const policy: Policy = {
      entry, direction, tier: NETWORK_POLICY_TIER, order: 0, subject, hostNetwork: 'out', closes: record(spec.enableDefaultDeny)[direction] !== false, path: [...path, direction], rules,
    };
    policies.push(policy);
    const named = direction === 'egress' ? whereEverythingIsAsked(context, source, allowed) : undefined;
    if (named) policies.push({ ...policy, closes: false, subject: named.subject, rules: named.rules });
  }
  return policies;
}

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/** A rule for each entry of `toPorts`: each has its own conditions. */
function rulesOf(context: Context, source: Source, direction: Direction, action: 'allow' | 'deny', rule: Spec, path: FieldPath): readonly Rule[] {
  const peers = peersOfRule(peersOf({ cluster: context.cluster, cni: context.cni, endpoints: context.endpoints, namespace: source.namespace }, direction, rule), isLimited(rule));
  const rules = onPorts({ action, path, peers, unknown: doubtOf(rule) }, rule);
  const names = direction === 'egress' ? list(rule[NAMES_FIELD]) : [];
  if (names.length === 0) return rules;
  const own = context.asked.byPolicy(source.subject);
  const surely: Rule = { action, path, peers: context.asked.peer(names, own), unknown: doubtOf(rule) };
  const perhaps: Rule = {
    action, path, peers: context.asked.peer(names, (host) => !own(host) && context.asked.byAnybody(host)),
    unknown: 'no rule of DNS lets these pods ask for the name, so that its address is known only where other pods of the node have asked',
  };
  return [...rules, ...onPorts(surely, rule), ...onPorts(perhaps, rule)];
}

/** Pods that another policy lets ask for every name. */
function whereEverythingIsAsked({ asked }: Context, source: Source, allowed: readonly Fields[]): Pick<Policy, 'subject' | 'rules'> | undefined {
  const rules = allowed.flatMap((one, i): readonly Rule[] => {
    const names = list(record(one)[NAMES_FIELD]);
    return names.length === 0 ? [] : onPorts({ action: 'allow', path: [...source.path, 'egress', i], peers: asked.peer(names, () => true), unknown: doubtOf(record(one)) }, record(one));
  });
  const subject = rules.length === 0 ? NOBODY : asked.whoAsksAnything(source.namespace, source.subject);
  return subject === NOBODY ? undefined : { subject, rules };
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

function onPorts(rule: Rule, { toPorts, icmps }: Spec): readonly Rule[] {
  const groups = list(toPorts);
  if (groups.length === 0) return [list(icmps).length === 0 ? rule : { ...rule, ports: [{ protocol: 'other' }] }];
  return groups.map((group, g): Rule => {
    const ports = list(record(group).ports).map((port) => portOf(record(port)));
    const { requests, status, unknown } = portRules(record(group));
    // Denials are of connections, whatever is said over them.
    const asks = requests !== undefined && rule.action === 'allow';
    return {
      action: rule.action, path: groups.length === 1 ? rule.path : [...rule.path, 'toPorts', g], peers: rule.peers, ports: ports.length > 0 ? ports : undefined,
      requests: asks ? requests : undefined, status: asks ? status : undefined, unknown: rule.unknown ?? unknown,
    };
  });
}

function portOf({ port, endPort, protocol = 'ANY' }: Spec): PortMatch {
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
  return ciliumPolicies(cluster).flatMap((entry) => ciliumSpecs(entry).flatMap(({ spec, path }): readonly NotModelled[] => {
    if (spec.nodeSelector !== undefined) {
      return [{ entry, path: [...path, 'nodeSelector'], subject: { is: 'in', field: 'fact', key: HOST_FACT, values: ['true'] }, why: 'policies of nodes are not followed' }];
    }
    const asks = ['ingress', 'egress'].flatMap((direction) => list(spec[direction])).some((rule) => list(record(rule).fromRequires).length + list(record(rule).toRequires).length > 0);
    const namespace = entry.clusterScoped ? undefined : namespaceOf(entry);
    return asks ? [{ entry, path, subject: subjectOf(namespace, spec.endpointSelector), why: 'requirements of peers (`fromRequires`, `toRequires`) are not followed' }] : [];
  }));
}

/** Marks endpoints in the network of their node. */
export const HOST_FACT: string = 'hostNetwork';

