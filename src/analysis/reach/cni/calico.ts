// NetworkPolicy, GlobalNetworkPolicy and Tier of Calico (https://docs.tigera.io/calico/latest/network-policy/policy-tiers/tiered-policy): tiers one after the other, in each the
// policies by order and name, of which the first rule that is met decides. What no policy of a tier decides is denied where one of them applies, unless the tier passes it on.
import { atLeast } from '../../../core/targets';
import { calicoObjects } from '../../model/bgp';
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import { list, record, text } from '../../model/fields';
import type { Endpoint } from '../endpoints';
import type { Direction } from '../flow';
import type { Policy, PolicyLayer, Tier } from '../rules';
import type { Selector } from '../selector';
import { both, EVERY, inNamespace, UNKNOWN } from '../selector';
import { noteAccounts } from './calico-accounts';
import type { RuleContext } from './calico-rules';
import { rulesOf } from './calico-rules';
import { endpointsMeeting, NetworkSets, readSelector } from './calico-selectors';
import { BASELINE_TIER, readClusterPolicies } from './cluster-policies';
import { namespaceOf, readNetworkPolicies } from './kubernetes';
import type { CniProperties } from './properties';

const DEFAULT_TIER = 'default';
/** Of the tier of policies of Kubernetes, and of those policies in it. */
const DEFAULT_ORDER = 1_000_000;
const KUBERNETES_ORDER = 1000;

interface CalicoTier {
  readonly name: string;
  readonly order: number;
  /** What no policy of the tier decides is denied, where one applies. */
  readonly closes: boolean;
  /** Its order and action are among the documents, or are the same in every cluster. */
  readonly isKnown: boolean;
}

export function calicoLayer(cluster: ClusterModel, endpoints: readonly Endpoint[], cni: CniProperties): Pick<PolicyLayer, 'tiers' | 'policies'> {
  noteAccounts(cluster, endpoints);
  const tiers = tiersOf(cluster);
  const context = { cluster, cni, sets: new NetworkSets(cluster, cni), hostEndpoints: calicoObjects(cluster, 'HostEndpoint').length > 0 };
  const kubernetes = readNetworkPolicies(cluster).map((policy): Policy => ({ ...policy, tier: DEFAULT_TIER, order: KUBERNETES_ORDER, tie: tieOf(cluster, policy.entry, 'knp.default.') }));
  const policies = [
    ...readClusterPolicies(cluster, cni).map((policy): Policy => ({ ...policy, ...inTier(policy) })),
    ...kubernetes, ...['NetworkPolicy', 'GlobalNetworkPolicy'].flatMap((kind) => calicoObjects(cluster, kind)).flatMap((entry) => policiesOf(context, entry, tiers)),
  ];
  const order = [...tiers.values()].sort((a, b) => (a.order === b.order ? (a.name < b.name ? -1 : 1) : a.order - b.order));
  return { tiers: order.map(({ name }): Tier => ({ name, mode: 'ordered' })), policies };
}

/** Where policies of the cluster stand; Calico's own may stand in the same tiers, by the same orders. */
function inTier({ entry: { kind }, tier, order }: Policy): Pick<Policy, 'tier' | 'order'> {
  if (kind === 'AdminNetworkPolicy') return { tier: 'adminnetworkpolicy', order };
  return kind === 'BaselineAdminNetworkPolicy' ? { tier: 'baselineadminnetworkpolicy', order: KUBERNETES_ORDER } : { tier: tier === BASELINE_TIER ? 'kube-baseline' : 'kube-admin', order };
}

/** The tiers of the documents, and those that every cluster has. */
function tiersOf(cluster: ClusterModel): ReadonlyMap<string, CalicoTier> {
  const tiers = new Map<string, CalicoTier>();
  const add = (name: string, order: number, closes: boolean, isKnown: boolean = true): unknown => tiers.set(name, { name, order, closes, isKnown });
  for (const name of ['adminnetworkpolicy', 'kube-admin']) add(name, 1000, false);
  add(DEFAULT_TIER, DEFAULT_ORDER, true);
  for (const name of ['baselineadminnetworkpolicy', 'kube-baseline']) add(name, 10_000_000, false);
  for (const { name, spec } of calicoObjects(cluster, 'Tier')) add(name, typeof spec.order === 'number' ? spec.order : Infinity, spec.defaultAction !== 'Pass');
  // A policy names a tier that is not among the documents.
  for (const kind of ['NetworkPolicy', 'GlobalNetworkPolicy']) {
    for (const { spec } of calicoObjects(cluster, kind)) {
      const name = text(spec.tier) ?? DEFAULT_TIER;
      if (!tiers.has(name)) add(name, Infinity, true, false);
    }
  }
  return tiers;
}

function policiesOf(common: Omit<RuleContext, 'namespace'>, entry: Entry, tiers: ReadonlyMap<string, CalicoTier>): readonly Policy[] {
  const { spec } = entry;
  const context: RuleContext = { ...common, namespace: entry.clusterScoped ? undefined : namespaceOf(entry) };
  // Of host endpoints: pods are not meant.
  if (spec.preDNAT === true || spec.doNotTrack === true) return [];
  const tier = tiers.get(text(spec.tier) ?? DEFAULT_TIER)!;
  const [ingress, egress] = [list(spec.ingress), list(spec.egress)];
  const types = list(spec.types).length > 0 ? list(spec.types) : defaultTypes(entry, ingress.length > 0, egress.length > 0);
  const subject = both(subjectOf(entry), ...tier.isKnown ? [] : [UNKNOWN]);
  const policies: Policy[] = [];
  for (const direction of ['ingress', 'egress'] as const) {
    if (types.includes(direction === 'ingress' ? 'Ingress' : 'Egress')) policies.push(...ofDirection(context, entry, tier, direction, subject));
  }
  return policies;
}

/** Calico's own API fills the types by the rules (libcalico-go/lib/clientv3). What is written into its store directly keeps none, and is of both directions (felix/calc). */
function defaultTypes({ group }: Entry, ingress: boolean, egress: boolean): readonly string[] {
  if (group === 'crd.projectcalico.org') return ['Ingress', 'Egress'];
  return egress ? [...ingress ? ['Ingress'] : [], 'Egress'] : ['Ingress'];
}

/** One policy; where a rule is for some of the pods only, one for each rule, in their order. */
function ofDirection(context: RuleContext, entry: Entry, tier: CalicoTier, direction: Direction, subject: Selector): readonly Policy[] {
  const rules = list(entry.spec[direction]).flatMap((rule, i) => rulesOf(context, direction, record(rule), ['spec', direction, i]));
  const tie = tieOf(context.cluster, entry, '');
  const base = {
    entry, direction, tier: tier.name, order: typeof entry.spec.order === 'number' ? entry.spec.order : Infinity, subject, hostNetwork: 'out', closes: tier.closes, path: ['spec', direction],
  } as const;
  if (rules.every((one) => one.subject === EVERY)) return [{ ...base, tie, rules: rules.map(({ rule }) => rule) }];
  const narrow = rules.map((one, i): Policy => ({ ...base, tie: `${tie}\u0000${String(i).padStart(6, '0')}`, subject: both(subject, one.subject), closes: false, rules: [one.rule] }));
  return [{ ...base, tie, rules: [] }, ...narrow];
}

/** The name by which policies of one order follow each other. */
function tieOf(cluster: ClusterModel, { kind, name, namespace, clusterScoped, group, spec }: Entry, prefix: string): string {
  if (atLeast(cluster.targets.calico, '3.31')) return `${name}/${namespace}/${group === 'networking.k8s.io' ? 'KubernetesNetworkPolicy' : kind}`;
  const full = prefix !== '' ? prefix + name : name.startsWith(`${text(spec.tier) ?? DEFAULT_TIER}.`) ? name : `${text(spec.tier) ?? DEFAULT_TIER}.${name}`;
  return clusterScoped ? full : `${namespace}/${full}`;
}

function subjectOf(entry: Entry): Selector {
  const { selector, namespaceSelector, serviceAccountSelector } = entry.spec;
  return both(
    ...entry.clusterScoped ? text(namespaceSelector) === undefined ? [] : [endpointsMeeting(readSelector(namespaceSelector as string, 'pcns.'))] : [inNamespace(namespaceOf(entry))],
    ...text(selector) === undefined ? [] : [endpointsMeeting(readSelector(selector as string))],
    ...text(serviceAccountSelector) === undefined ? [] : [endpointsMeeting(readSelector(serviceAccountSelector as string, 'pcsa.'))],
  );
}
