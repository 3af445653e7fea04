// One reading of network policies, whichever language they are written in: whom they select, which directions they close, whom they let through on which port.
// Answers have three values: what cannot be known from the documents is neither allowed nor denied. The readers are policies-{kubernetes,cilium,calico,cluster}.ts.
import type { ClusterModel } from './cluster-model';
import { each } from './each';
import type { Party, PodParty } from './parties';
import { partyOfPods } from './parties';
import type { PodGroup } from './pods';
import type { CalicoTier } from './policies-calico';
import { readCalicoPolicies } from './policies-calico';
import { readCiliumPolicies } from './policies-cilium';
import { readClusterPolicies } from './policies-cluster';
import { readKubernetesPolicies } from './policies-kubernetes';
import type { Direction, NetworkPolicyView, PolicyPort, PolicyRule, PortMatch } from './policy';
import type { Three } from './three';

/** Whether a connection is let through, and who decided. */
export interface PolicyDecision {
  readonly verdict: Three;
  /** Of a denial: the policies that close the direction, or the one that denies. */
  readonly by: readonly NetworkPolicyView[];
}

const FREE: PolicyDecision = { verdict: true, by: [] };
const VAGUE: PolicyDecision = { verdict: undefined, by: [] };

export class NetworkPolicies {
  readonly cluster: ClusterModel;
  readonly all: readonly NetworkPolicyView[];
  /** Every policy could be read. Otherwise nothing is said to be let through or denied. */
  readonly complete: boolean;
  private readonly byPods: Map<PodGroup, NetworkPolicyView[]> = new Map();
  private readonly perhapsByPods: Map<PodGroup, NetworkPolicyView[]> = new Map();
  /** What selects templates, and parties that are known by their labels only. */
  private readonly selected: Readonly<Record<Direction, Map<object, Selected | 'none'>>> = { ingress: new Map(), egress: new Map() };
  private readonly tiers: ReadonlyMap<string, CalicoTier>;
  private readonly calico: boolean;

  constructor(cluster: ClusterModel) {
    this.cluster = cluster;
    const calico = readCalicoPolicies(cluster);
    this.all = [...readKubernetesPolicies(cluster), ...readCiliumPolicies(cluster), ...calico.policies, ...readClusterPolicies(cluster)];
    this.tiers = calico.tiers;
    this.calico = calico.policies.length > 0;
    this.complete = !POLICY_SUBJECTS.some((id) => cluster.hasUnsound(id.slice(0, id.indexOf('/')), id.slice(id.indexOf('/') + 1))) && !this.isMixed();
    each(this.all, enter, this.byPods, this.perhapsByPods);
  }

  /** The policies that select pods for certain and speak of a direction. */
  selecting(group: PodGroup, direction: Direction): readonly NetworkPolicyView[] {
    return group.hostNetwork ? NONE : speakingOf(this.byPods.get(group), direction);
  }

  /** Whether pods accept (ingress) or open (egress) only what a policy admits. */
  isClosed(group: PodGroup, direction: Direction): boolean {
    if (group.hostNetwork) return false;
    for (const policy of this.byPods.get(group) ?? NONE) if (policy[direction] !== undefined && closes(policy, direction)) return true;
    return false;
  }

  /** Whether one end lets a connection through, in one direction: of `ingress` the peer calls, of `egress` it is called. */
  decide(subject: PodParty, direction: Direction, peer: Party, port: PolicyPort): PolicyDecision {
    // Who holds only a part of the policies cannot say what they do.
    if (!this.complete || this.cluster.open) return VAGUE;
    const selected = this.policiesOf(subject, direction);
    if (selected === 'none') return FREE;
    const call: Call = { direction, called: direction === 'ingress' ? subject : peer, peer, port };
    const admin = byOrder(selected.admin, call);
    // Policies that select the subject only perhaps can change every answer.
    if (selected.perhapsCluster) return VAGUE;
    if (typeof admin !== 'string') return admin;
    const network = this.calico ? this.byTiers(selected, call) : byUnion(selected, call);
    if (network !== 'none') return network;
    const baseline = byOrder(selected.baseline, call);
    return typeof baseline === 'string' ? FREE : baseline;
  }

  /** Whether a connection between two ends is let through by both. */
  flow(from: Party, to: Party, port: PolicyPort): PolicyDecision {
    const out = from.is === 'pods' ? this.decide(from, 'egress', to, port) : FREE;
    if (out.verdict === false) return out;
    const into = to.is === 'pods' ? this.decide(to, 'ingress', from, port) : FREE;
    if (into.verdict === false) return into;
    return out.verdict === undefined || into.verdict === undefined ? VAGUE : FREE;
  }

  private policiesOf(party: PodParty, direction: Direction): Selected | 'none' {
    const known = this.selected[direction];
    const key = party.group ?? party;
    let found = known.get(key);
    if (!found) known.set(key, (found = party.group ? this.select(party.group, direction) : this.search(party, direction)));
    return found;
  }

  private select(group: PodGroup, direction: Direction): Selected | 'none' {
    return sortOut(this.selecting(group, direction), speakingOf(this.perhapsByPods.get(group), direction), direction);
  }

  private search(party: PodParty, direction: Direction): Selected | 'none' {
    const found: Search = { party, direction, certain: [], possible: [] };
    each(this.all, askWhetherSelects, found);
    return sortOut(found.certain, found.possible, direction);
  }

  /** Calico: tier by tier, within a tier by order and name; policies of Kubernetes stand in the default tier at 1000. */
  private byTiers({ own, perhaps }: Selected, call: Call): PolicyDecision | 'none' {
    if (perhaps.length > 0) return VAGUE;
    if (isFromHost(call)) return FREE;
    const tier = (name: string): CalicoTier => this.tiers.get(name) ?? { order: Infinity, denies: true };
    const names = [...new Set(own.map((policy) => policy.tier))].sort((a, b) => tier(a).order - tier(b).order || (a < b ? -1 : 1));
    for (const name of names) {
      const inTier = inOrder(own.filter((policy) => policy.tier === name));
      const decision = byOrder(inTier, call);
      if (typeof decision !== 'string') return decision;
      const closing = inTier.filter((policy) => closes(policy, call.direction));
      if (decision === 'none' && closing.length > 0 && tier(name).denies) return { verdict: false, by: closing };
    }
    return own.length === 0 ? 'none' : FREE;
  }

  /** Policies of two engines whose order nobody knows, or documents that leave namespaces open beside others that name them. */
  private isMixed(): boolean {
    if (this.calico && this.all.some(({ engine }) => engine === 'cilium')) return true;
    const { pods } = this.cluster;
    return (this.all.some(isFloating) && pods.some(livesSomewhere)) || (pods.some(livesNowhere) && this.all.some(isPlaced));
  }
}

function isFloating({ entry }: NetworkPolicyView): boolean {
  return !entry.clusterScoped && entry.namespace === '';
}

function isPlaced({ entry }: NetworkPolicyView): boolean {
  return !entry.clusterScoped && entry.namespace !== '';
}

function livesNowhere({ namespace }: PodGroup): boolean {
  return namespace === '';
}

function livesSomewhere({ namespace }: PodGroup): boolean {
  return namespace !== '';
}

/** The policies of a party while they are searched. */
interface Search {
  readonly party: PodParty;
  readonly direction: Direction;
  readonly certain: NetworkPolicyView[];
  readonly possible: NetworkPolicyView[];
}

function askWhetherSelects(policy: NetworkPolicyView, { party, direction, certain, possible }: Search): void {
  const selects = policy[direction] === undefined ? false : policy.selects(party);
  if (selects === true) certain.push(policy);
  else if (selects === undefined) possible.push(policy);
}

/** A connection, as one of its ends is asked for it. */
interface Call {
  readonly direction: Direction;
  readonly called: Party;
  readonly peer: Party;
  readonly port: PolicyPort;
}

/** The policies of one subject in one direction. */
interface Selected {
  /** Those of namespaces, that select it for certain. */
  readonly own: readonly NetworkPolicyView[];
  /** Those of namespaces, of which nobody knows. */
  readonly perhaps: readonly NetworkPolicyView[];
  readonly closing: readonly NetworkPolicyView[];
  /** Those of `own` that deny anything. */
  readonly denying: readonly NetworkPolicyView[];
  readonly perhapsCloses: boolean;
  /** Those of the whole cluster, in their order. */
  readonly admin: readonly NetworkPolicyView[];
  readonly baseline: readonly NetworkPolicyView[];
  readonly perhapsCluster: boolean;
}

function sortOut(certain: readonly NetworkPolicyView[], possible: readonly NetworkPolicyView[], direction: Direction): Selected | 'none' {
  if (certain.length === 0 && possible.length === 0) return 'none';
  const own = only(certain, isOfNamespace);
  const perhaps = only(possible, isOfNamespace);
  const cluster = own.length === certain.length ? NONE : certain.filter((policy) => !isOfNamespace(policy));
  const [isClosing, isDenying] = direction === 'ingress' ? [closesIngress, deniesIngress] : [closesEgress, deniesEgress];
  return {
    own, perhaps, closing: only(own, isClosing), denying: own.some(isDenying) ? only(own, isDenying) : NONE, perhapsCloses: perhaps.some(isClosing),
    admin: cluster.length === 0 ? NONE : inOrder(only(cluster, ({ tier }) => tier === 'Admin')), baseline: cluster.length === 0 ? NONE : inOrder(only(cluster, ({ tier }) => tier === 'Baseline')),
    perhapsCluster: perhaps.length < possible.length,
  };
}

const NONE: readonly NetworkPolicyView[] = [];

/** Those that meet a condition: the list itself where all do. */
function only(policies: readonly NetworkPolicyView[], meets: (policy: NetworkPolicyView) => boolean): readonly NetworkPolicyView[] {
  for (const policy of policies) if (!meets(policy)) return policies.filter(meets);
  return policies;
}

function speakingOf(policies: readonly NetworkPolicyView[] = NONE, direction: Direction): readonly NetworkPolicyView[] {
  return only(policies, direction === 'ingress' ? speaksOfIngress : speaksOfEgress);
}

function speaksOfIngress({ ingress }: NetworkPolicyView): boolean {
  return ingress !== undefined;
}

function speaksOfEgress({ egress }: NetworkPolicyView): boolean {
  return egress !== undefined;
}

function isOfNamespace({ engine }: NetworkPolicyView): boolean {
  return engine !== 'cluster';
}

function inOrder(policies: readonly NetworkPolicyView[]): readonly NetworkPolicyView[] {
  return policies.length < 2 ? policies : [...policies].sort((a, b) => a.order - b.order || (a.entry.name < b.entry.name ? -1 : 1));
}

/** Kinds of network policies, as rules name their subjects. */
export const POLICY_SUBJECTS: readonly string[] = [
  'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy', 'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy',
  'crd.projectcalico.org/NetworkPolicy', 'crd.projectcalico.org/GlobalNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy', 'policy.networking.k8s.io/BaselineAdminNetworkPolicy',
  'policy.networking.k8s.io/ClusterNetworkPolicy',
];

type ByPods = Map<PodGroup, NetworkPolicyView[]>;

function enter(policy: NetworkPolicyView, byPods: ByPods, perhapsByPods: ByPods): void {
  for (const group of policy.pods) add(byPods, group, policy);
  for (const group of policy.perhaps) add(perhapsByPods, group, policy);
}

function add(map: ByPods, group: PodGroup, policy: NetworkPolicyView): void {
  const known = map.get(group);
  if (known) known.push(policy);
  else map.set(group, [policy]);
}

function closes(policy: NetworkPolicyView, direction: Direction): boolean {
  return direction === 'ingress' ? policy.closesIngress : policy.closesEgress;
}

function deniesIngress({ ingress }: NetworkPolicyView): boolean {
  return ingress?.some(denies) === true;
}

function deniesEgress({ egress }: NetworkPolicyView): boolean {
  return egress?.some(denies) === true;
}

function denies({ action }: PolicyRule): boolean {
  return action === 'deny';
}

function closesIngress(policy: NetworkPolicyView): boolean {
  return policy.closesIngress;
}

function closesEgress(policy: NetworkPolicyView): boolean {
  return policy.closesEgress;
}

/** Nodes may always reach their own pods; nothing but a denial keeps the kubelet out. */
function isFromHost({ direction, peer }: Call): boolean {
  return direction === 'ingress' && peer.is === 'host';
}

/** Whether a rule is met. */
function ask(rule: PolicyRule, { called, peer, port }: Call): Three {
  const fits = meetsPorts(rule.ports, called, port);
  if (fits === false) return false;
  const met = rule.peer(peer);
  return met === true && (fits === undefined || rule.vague) ? undefined : met;
}

/** Rules of policies in their order, one after the other: the first that is met decides. */
function byOrder(policies: readonly NetworkPolicyView[], call: Call): PolicyDecision | 'pass' | 'none' {
  for (const policy of policies) {
    for (const rule of policy[call.direction] ?? NO_RULES) {
      const met = rule.action === 'log' ? false : ask(rule, call);
      if (met === undefined) return VAGUE;
      if (met) return rule.action === 'pass' ? 'pass' : { verdict: rule.action === 'allow', by: [policy] };
    }
  }
  return 'none';
}

const NO_RULES: readonly PolicyRule[] = [];

/** Policies of Kubernetes and Cilium: a denial of any wins, then an admission by any; what is closed and not admitted is denied. */
function byUnion({ own, perhaps, closing, denying, perhapsCloses }: Selected, call: Call): PolicyDecision | 'none' {
  const fromHost = isFromHost(call);
  // Of many that select it only perhaps, none decides.
  if (own.length === 0 && perhapsCloses && !fromHost) return VAGUE;
  const denied = firstMet(denying, 'deny', call);
  if (typeof denied === 'object') return { verdict: false, by: [denied] };
  const open: Three = denied === 'none' && firstMet(perhaps, 'deny', call) === 'none' ? true : undefined;
  if (fromHost) return open === true ? FREE : VAGUE;
  if (closing.length === 0 && !perhapsCloses) return open === undefined ? VAGUE : 'none';
  const admitted = firstMet(own, 'allow', call);
  if (typeof admitted === 'object') return open === undefined ? VAGUE : FREE;
  const shut = closing.length > 0 && admitted === 'none' && firstMet(perhaps, 'allow', call) === 'none';
  return shut ? { verdict: false, by: closing } : VAGUE;
}

/** The first policy with a rule of an action that is met; otherwise whether one is met perhaps. */
function firstMet(policies: readonly NetworkPolicyView[], action: PolicyRule['action'], call: Call): NetworkPolicyView | 'perhaps' | 'none' {
  let met: 'perhaps' | 'none' = 'none';
  for (const policy of policies) {
    for (const rule of policy[call.direction] ?? NO_RULES) {
      if (rule.action !== action) continue;
      const answer = ask(rule, call);
      if (answer === true) return policy;
      if (answer === undefined) met = 'perhaps';
    }
  }
  return met;
}

/** Whether ports of a rule hold a port. Names are those of the called pods. */
export function meetsPorts(ports: readonly PortMatch[] | undefined, called: Party, port: PolicyPort): Three {
  if (ports === undefined) return true;
  let answer: Three = false;
  for (const match of ports) {
    if (match.protocol === 'other' || (match.protocol !== 'ANY' && match.protocol !== port.protocol)) continue;
    if (match.name !== undefined) {
      const named = namedPort(match.name, called, port);
      if (named === true) return true;
      if (named === undefined) answer = undefined;
    } else if (match.from === undefined || (match.from <= port.number && port.number <= (match.to ?? match.from))) {
      return true;
    }
  }
  return answer;
}

function namedPort(name: string, called: Party, port: PolicyPort): Three {
  if (called.is === 'anyone') return undefined;
  if (called.is !== 'pods') return false;
  if (!called.group) return undefined;
  return called.group.ports.some((one) => one.name === name && one.number === port.number && one.protocol === port.protocol);
}

/** The network policies of a cluster, derived once. */
export function policiesOf(cluster: ClusterModel): NetworkPolicies {
  return cluster.derive(build);
}

function build(cluster: ClusterModel): NetworkPolicies {
  return new NetworkPolicies(cluster);
}

/** The pods of a template as the subject of policies; undefined for pods in the network of their node, which policies pass over. */
export function subjectOf(cluster: ClusterModel, group: PodGroup): PodParty | undefined {
  const party = partyOfPods(cluster, group);
  return party.is === 'pods' ? party : undefined;
}
