// One reading of network policies, whichever language they are written in: whom they select, which directions they close, whom they let through on which port.
// Answers have three values: what cannot be known from the documents is neither allowed nor denied. The readers are policies-{kubernetes,cilium,calico,cluster}.ts.
import type { ClusterModel } from './cluster-model';
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
import { all } from './three';

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
  private readonly selected: Readonly<Record<Direction, WeakMap<object, Selected | 'none'>>> = { ingress: new WeakMap(), egress: new WeakMap() };
  private readonly tiers: ReadonlyMap<string, CalicoTier>;
  private readonly calico: boolean;

  constructor(cluster: ClusterModel) {
    this.cluster = cluster;
    const calico = readCalicoPolicies(cluster);
    this.all = [...readKubernetesPolicies(cluster), ...readCiliumPolicies(cluster), ...calico.policies, ...readClusterPolicies(cluster)];
    this.tiers = calico.tiers;
    this.calico = calico.policies.length > 0;
    this.complete = !cluster.entries.some((entry) => !entry.sound && POLICY_KINDS.has(`${entry.group}/${entry.kind}`)) && !this.isMixed();
    for (const policy of this.all) {
      for (const group of policy.pods) enter(this.byPods, group, policy);
      for (const group of policy.perhaps) enter(this.perhapsByPods, group, policy);
    }
  }

  /** The policies that select pods for certain and speak of a direction. */
  selecting(group: PodGroup, direction: Direction): readonly NetworkPolicyView[] {
    return group.hostNetwork ? [] : (this.byPods.get(group) ?? []).filter((policy) => policy[direction] !== undefined);
  }

  /** Whether pods accept (ingress) or open (egress) only what a policy admits. */
  isClosed(group: PodGroup, direction: Direction): boolean {
    return this.selecting(group, direction).some((policy) => closes(policy, direction));
  }

  /** Whether one end lets a connection through, in one direction: of `ingress` the peer calls, of `egress` it is called. */
  decide(subject: PodParty, direction: Direction, peer: Party, port: PolicyPort): PolicyDecision {
    // Who holds only a part of the policies cannot say what they do.
    if (!this.complete || this.cluster.open) return VAGUE;
    const selected = this.policiesOf(subject, direction);
    if (selected === 'none') return FREE;
    const called = direction === 'ingress' ? subject : peer;
    const ask = (rule: PolicyRule): Three => {
      const fits = meetsPorts(rule.ports, called, port);
      if (fits === false) return false;
      const met = all([fits, rule.peer(peer)]);
      return met === true && rule.vague ? undefined : met;
    };
    const admin = byOrder(selected.admin, direction, ask);
    // Policies that select the subject only perhaps can change every answer.
    if (selected.perhapsCluster) return VAGUE;
    if (typeof admin !== 'string') return admin;
    const network = this.calico ? this.byTiers(selected, direction, ask, peer) : byUnion(selected, direction, ask, peer);
    if (network !== 'none') return network;
    const baseline = byOrder(selected.baseline, direction, ask);
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
    const key = party.group ?? party;
    let known = this.selected[direction].get(key);
    if (!known) this.selected[direction].set(key, (known = party.group ? this.select(party.group, direction) : this.search(party, direction)));
    return known;
  }

  private select(group: PodGroup, direction: Direction): Selected | 'none' {
    return sortOut(this.selecting(group, direction), this.perhapsByPods.get(group)?.filter((policy) => policy[direction] !== undefined) ?? [], direction);
  }

  private search(party: PodParty, direction: Direction): Selected | 'none' {
    const certain: NetworkPolicyView[] = [];
    const possible: NetworkPolicyView[] = [];
    for (const policy of this.all) {
      const selects = policy[direction] === undefined ? false : policy.selects(party);
      if (selects === true) certain.push(policy);
      else if (selects === undefined) possible.push(policy);
    }
    return sortOut(certain, possible, direction);
  }

  /** Calico: tier by tier, within a tier by order and name; policies of Kubernetes stand in the default tier at 1000. */
  private byTiers({ own, perhaps }: Selected, direction: Direction, ask: (rule: PolicyRule) => Three, peer: Party): PolicyDecision | 'none' {
    if (perhaps.length > 0) return VAGUE;
    if (direction === 'ingress' && peer.is === 'host') return FREE;
    const tier = (name: string): CalicoTier => this.tiers.get(name) ?? { order: Infinity, denies: true };
    const names = [...new Set(own.map((policy) => policy.tier))].sort((a, b) => tier(a).order - tier(b).order || (a < b ? -1 : 1));
    for (const name of names) {
      const inTier = inOrder(own.filter((policy) => policy.tier === name));
      const decision = byOrder(inTier, direction, ask);
      if (typeof decision !== 'string') return decision;
      const closing = inTier.filter((policy) => closes(policy, direction));
      if (decision === 'none' && closing.length > 0 && tier(name).denies) return { verdict: false, by: closing };
    }
    return own.length === 0 ? 'none' : FREE;
  }

  /** Policies of two engines whose order nobody knows, or documents that leave namespaces open beside others that name them. */
  private isMixed(): boolean {
    if (this.calico && this.all.some(({ engine }) => engine === 'cilium')) return true;
    const namespaced = this.all.filter(({ entry }) => !entry.clusterScoped);
    const [floating, placed] = [this.cluster.pods.some(({ namespace }) => namespace === ''), this.cluster.pods.some(({ namespace }) => namespace !== '')];
    return (placed && namespaced.some(({ entry }) => entry.namespace === '')) || (floating && namespaced.some(({ entry }) => entry.namespace !== ''));
  }
}

/** The policies of one subject in one direction. */
interface Selected {
  /** Those of namespaces, that select it for certain. */
  readonly own: readonly NetworkPolicyView[];
  /** Those of namespaces, of which nobody knows. */
  readonly perhaps: readonly NetworkPolicyView[];
  readonly closing: readonly NetworkPolicyView[];
  readonly perhapsCloses: boolean;
  /** Those of the whole cluster, in their order. */
  readonly admin: readonly NetworkPolicyView[];
  readonly baseline: readonly NetworkPolicyView[];
  readonly perhapsCluster: boolean;
}

function sortOut(certain: readonly NetworkPolicyView[], possible: readonly NetworkPolicyView[], direction: Direction): Selected | 'none' {
  if (certain.length === 0 && possible.length === 0) return 'none';
  const own = certain.filter(({ engine }) => engine !== 'cluster');
  const perhaps = possible.filter(({ engine }) => engine !== 'cluster');
  const ordered = (tier: string): readonly NetworkPolicyView[] => inOrder(certain.filter((policy) => policy.engine === 'cluster' && policy.tier === tier));
  return {
    own, perhaps, closing: own.filter((policy) => closes(policy, direction)), perhapsCloses: perhaps.some((policy) => closes(policy, direction)),
    admin: ordered('Admin'), baseline: ordered('Baseline'), perhapsCluster: perhaps.length < possible.length,
  };
}

function inOrder(policies: readonly NetworkPolicyView[]): readonly NetworkPolicyView[] {
  return policies.length < 2 ? policies : [...policies].sort((a, b) => a.order - b.order || (a.entry.name < b.entry.name ? -1 : 1));
}

const POLICY_KINDS: ReadonlySet<string> = new Set([
  'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy', 'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy',
  'crd.projectcalico.org/NetworkPolicy', 'crd.projectcalico.org/GlobalNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy', 'policy.networking.k8s.io/BaselineAdminNetworkPolicy',
  'policy.networking.k8s.io/ClusterNetworkPolicy',
]);

/** Kinds of network policies, as rules name their subjects. */
export const POLICY_SUBJECTS: readonly string[] = [...POLICY_KINDS];

function enter<K>(map: Map<K, NetworkPolicyView[]>, key: K, policy: NetworkPolicyView): void {
  const known = map.get(key);
  if (known) known.push(policy);
  else map.set(key, [policy]);
}

function closes(policy: NetworkPolicyView, direction: Direction): boolean {
  return direction === 'ingress' ? policy.closesIngress : policy.closesEgress;
}

/** Rules of policies in their order, one after the other: the first that is met decides. */
function byOrder(policies: readonly NetworkPolicyView[], direction: Direction, ask: (rule: PolicyRule) => Three): PolicyDecision | 'pass' | 'none' {
  for (const policy of policies) {
    for (const rule of policy[direction] ?? []) {
      const met = rule.action === 'log' ? false : ask(rule);
      if (met === undefined) return VAGUE;
      if (met) return rule.action === 'pass' ? 'pass' : { verdict: rule.action === 'allow', by: [policy] };
    }
  }
  return 'none';
}

/** Policies of Kubernetes and Cilium: a denial of any wins, then an admission by any; what is closed and not admitted is denied. */
function byUnion({ own, perhaps, closing, perhapsCloses }: Selected, direction: Direction, ask: (rule: PolicyRule) => Three, peer: Party): PolicyDecision | 'none' {
  // Of many that select it only perhaps, none decides.
  if (own.length === 0 && perhapsCloses && !(direction === 'ingress' && peer.is === 'host')) return VAGUE;
  const deniedBy = firstMet(own, direction, 'deny', ask);
  if (deniedBy.met === true) return { verdict: false, by: [deniedBy.policy!] };
  const open: Three = deniedBy.met === false && firstMet(perhaps, direction, 'deny', ask).met === false ? true : undefined;
  // Nodes may always reach their own pods; nothing but a denial keeps the kubelet out.
  if (direction === 'ingress' && peer.is === 'host') return { verdict: open, by: [] };
  if (closing.length === 0 && !perhapsCloses) return open === undefined ? VAGUE : 'none';
  const admittedBy = firstMet(own, direction, 'allow', ask);
  if (admittedBy.met === true) return open === undefined ? VAGUE : { verdict: true, by: [admittedBy.policy!] };
  const shut = closing.length > 0 && admittedBy.met === false && firstMet(perhaps, direction, 'allow', ask).met === false;
  return shut ? { verdict: false, by: closing } : VAGUE;
}

/** The first policy with a rule of an action that is met; otherwise whether one is met perhaps. */
function firstMet(
  policies: readonly NetworkPolicyView[], direction: Direction, action: PolicyRule['action'], ask: (rule: PolicyRule) => Three,
): { readonly met: Three; readonly policy?: NetworkPolicyView } {
  let met: Three = false;
  for (const policy of policies) {
    for (const rule of policy[direction] ?? []) {
      if (rule.action !== action) continue;
      const answer = ask(rule);
      if (answer === true) return { met: true, policy };
      if (answer === undefined) met = undefined;
    }
  }
  return { met };
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
