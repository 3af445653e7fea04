// One flow through one end of one layer: which policy decides, by which rule. The kernel of all pairs (rows.ts) must always say the same.
import type { Direction, Decider, Facts, Outcome, Protocol, Request } from './flow';
import type { Party, Points } from './points';
import { meetsPorts } from './ports';
import type { Policy, PolicyLayer, Rule } from './rules';
import { inSteps } from './table';
import type { Governed, Governing, TierPolicies } from './table';
import type { Three } from '../model/three';
import { any } from '../model/three';

/** A connection, as one of its ends is asked for it. */
export interface Call {
  readonly direction: Direction;
  /** Whose policies are asked. */
  readonly subject: Party;
  /** The other end. */
  readonly peer: Party;
  /** Of the pods that are called. */
  readonly port: number;
  readonly protocol: Protocol;
  /** Absent: the connection, whatever is said over it. */
  readonly request?: Request | undefined;
  readonly facts: Facts;
}

/** A rule, with its policy. */
export interface Source {
  readonly policy: Policy;
  /** Absent where no rule of the policy was met. */
  readonly rule?: Rule | undefined;
}

export interface Decision {
  readonly outcome: Outcome;
  /** `rule`: one rule decided. `closed`: policies select the subject, and no rule of theirs admits the flow. `open`: nothing governs it. `unknown`: see `reasons`. */
  readonly how: 'rule' | 'closed' | 'open' | 'unknown' | 'host';
  readonly sources: readonly Source[];
  /** Of what is allowed: the only requests that are, when the question names none. */
  readonly only?: readonly string[] | undefined;
  /** Of what is allowed: requests that are not. */
  readonly except?: readonly string[] | undefined;
  /** Of what is not determined: what is not known. */
  readonly reasons?: readonly string[] | undefined;
  /** Of what is not determined: objects that are not followed. */
  readonly beside?: readonly Decider[] | undefined;
  /** What a refused request is answered. */
  readonly status?: number | undefined;
}

/** What could still turn the answer. */
interface Doubts {
  readonly outcomes: Set<Outcome>;
  readonly sources: Source[];
  readonly reasons: Set<string>;
  readonly only: Set<string>;
  readonly onlySources: Source[];
  readonly except: Set<string>;
  /** A rule for this peer and port that the request does not meet. */
  refused: Source | undefined;
  /** Nothing is closed for the caller, and requests of its are not looked at. */
  readonly free: boolean;
}

const NOTHING: readonly Source[] = [];

export function decide(layer: PolicyLayer, governed: Governed, call: Call, points: Points): Decision {
  const free = layer.hostIsFree === false ? false : isOwnHost(call);
  if (layer.hostIsFree === true && free === true) return { outcome: 'allowed', how: 'host', sources: NOTHING };
  const doubts: Doubts = {
    outcomes: new Set(), sources: [], reasons: new Set(), only: new Set(), onlySources: [], except: new Set(), refused: undefined, free: free === true,
  };
  const decision = besides(governed, settle(walk(governed, call, points, doubts), doubts));
  if (free !== undefined || decision.outcome !== 'denied' || (layer.hostIsFree !== true && decision.how !== 'closed')) return decision;
  return { ...decision, outcome: 'undetermined', how: 'unknown', reasons: ['pods in the network of their node are let through where they run on the node of the called'] };
}

/** Whether the caller is the node of the called pods; of pods in the network of a node it is not known. */
function isOwnHost({ direction, peer }: Call): Three {
  if (direction === 'egress') return false;
  return peer.is === 'entity' ? peer.name === 'host' : peer.is === 'endpoint' && peer.endpoint.hostNetwork ? undefined : false;
}

function walk({ tiers }: Governed, call: Call, points: Points, doubts: Doubts): Decision {
  const last: Governing[] = [];
  for (const tier of tiers) {
    const decision = tier.tier.mode === 'union' ? byUnion(tier, call, points, doubts) : byOrder(tier, call, points, doubts);
    if (decision === 'pass') continue;
    if (decision !== undefined) return decision;
    if (tier.tier.closes === 'last') last.push(...tier.policies);
    else {
      const closed = closing(tier.policies, call, doubts);
      if (closed !== undefined) return closed;
    }
  }
  return closing(last, call, doubts) ?? { outcome: 'allowed', how: doubts.free ? 'host' : 'open', sources: NOTHING };
}

/** What is not followed may change the answer. */
function besides({ notModelled }: Governed, decision: Decision): Decision {
  const changing = decision.outcome === 'denied' ? notModelled.filter(({ mayAllow }) => mayAllow === true) : notModelled;
  if (changing.length === 0 || decision.outcome === 'undetermined') return decision;
  return { outcome: 'undetermined', how: 'unknown', sources: decision.sources, beside: changing, reasons: [...new Set(changing.map(({ why }) => why))] };
}

/** Puts what could not be known beside what was decided. */
function settle(decision: Decision, doubts: Doubts): Decision {
  const { outcomes, only, except } = doubts;
  const other: Outcome = decision.outcome === 'allowed' ? 'denied' : 'allowed';
  // What lets some requests through may stand behind a denial.
  if (outcomes.has(other) || (decision.outcome === 'denied' && only.size > 0 && outcomes.has('denied'))) return { outcome: 'undetermined', how: 'unknown', sources: [...doubts.sources, ...decision.sources], reasons: [...doubts.reasons] };
  if (decision.outcome === 'denied' && only.size > 0) return { outcome: 'allowed', how: 'rule', sources: doubts.onlySources, only: [...only], ...except.size > 0 && { except: [...except] } };
  if (decision.outcome === 'allowed' && except.size > 0) return { ...decision, except: [...except] };
  if (decision.outcome === 'denied' && doubts.refused) {
    const { status } = doubts.refused.rule!;
    return { ...decision, sources: [doubts.refused, ...decision.sources.filter(({ policy }) => policy !== doubts.refused!.policy)], ...status !== undefined && { status } };
  }
  return decision;
}

function byUnion({ policies }: TierPolicies, call: Call, points: Points, doubts: Doubts): Decision | undefined {
  for (const one of policies) {
    for (const rule of one.policy.rules) {
      if (rule.action !== 'deny') continue;
      if (ask(one, rule, call, points, doubts) === true) return { outcome: 'denied', how: 'rule', sources: [{ policy: one.policy, rule }], status: rule.status };
    }
  }
  for (const one of policies) {
    for (const rule of one.policy.rules) {
      if (rule.action !== 'allow') continue;
      if (ask(one, rule, call, points, doubts) === true) return { outcome: 'allowed', how: 'rule', sources: [{ policy: one.policy, rule }] };
    }
  }
  return undefined;
}

function closing(policies: readonly Governing[], call: Call, doubts: Doubts): Decision | undefined {
  if (doubts.free) return undefined;
  const certain: Governing[] = [];
  const possible: Governing[] = [];
  for (const one of policies) {
    const { closes, closesPorts } = one.policy;
    const ports = !closes ? false : closesPorts === undefined ? true : meetsPorts({ ports: closesPorts }, calledBy(call), { number: call.port, protocol: call.protocol });
    if (ports === true && one.certain) certain.push(one);
    else if (ports !== false) possible.push(one);
  }
  if (certain.length > 0) {
    const status = call.request === undefined ? undefined : certain.find(({ policy }) => policy.status !== undefined)?.policy.status;
    return { outcome: 'denied', how: 'closed', sources: certain.map(({ policy }) => ({ policy })), ...status !== undefined && { status } };
  }
  for (const { policy, certain: known } of possible) doubt(doubts, 'denied', { policy }, known ? 'what number its port has is not known' : 'whether it selects the pods is not known');
  return undefined;
}

/** Whose ports are meant. */
function calledBy(call: Call): Party {
  return call.direction === 'ingress' ? call.subject : call.peer;
}

function byOrder(tier: TierPolicies, call: Call, points: Points, doubts: Doubts): Decision | 'pass' | undefined {
  for (const step of inSteps(tier)) {
    const answers = step.map((one) => firstRule(one, call, points, doubts)).filter((one) => one !== undefined);
    const [first] = answers;
    if (first === undefined) continue;
    if (answers.some(({ rule }) => rule!.action !== first.rule!.action)) {
      return { outcome: 'undetermined', how: 'unknown', sources: answers, reasons: ['these policies have one priority and answer differently, whose order is not defined'] };
    }
    if (first.rule!.action === 'pass') return 'pass';
    return { outcome: first.rule!.action === 'allow' ? 'allowed' : 'denied', how: 'rule', sources: [first], status: first.rule!.status };
  }
  return undefined;
}

function firstRule(one: Governing, call: Call, points: Points, doubts: Doubts): Source | undefined {
  for (const rule of one.policy.rules) if (rule.action !== 'log' && ask(one, rule, call, points, doubts) === true) return { policy: one.policy, rule };
  return undefined;
}

/** Whether a rule is met; what is not known becomes a doubt and counts as not met. */
function ask(one: Governing, rule: Rule, call: Call, points: Points, doubts: Doubts): boolean {
  const ports = meetsPorts(rule, calledBy(call), { number: call.port, protocol: call.protocol });
  if (ports === false) return false;
  const peer = points.met(rule.peers, call.peer);
  if (peer === false) return false;
  if (doubts.free && rule.requests !== undefined && rule.action === 'allow') return false;
  const source: Source = { policy: one.policy, rule };
  const certain = one.certain && ports === true && peer === true && rule.unknown === undefined;
  const byFacts = rule.requests === undefined || call.request !== undefined ? undefined : meetsFacts(rule, call);
  if (byFacts === false) return false;
  if (rule.requests !== undefined && call.request === undefined && certain && byFacts === undefined) {
    depend(rule, source, doubts);
    return false;
  }
  const requests = rule.requests === undefined || byFacts === true ? true : call.request === undefined ? undefined : meetsRequest(rule, call, source, doubts);
  if (requests === false) return false;
  if (certain && requests === true) return true;
  if (rule.action === 'pass') {
    doubt(doubts, 'allowed', source, reasonOf(one, rule, peer, ports, call, points));
    doubt(doubts, 'denied', source, reasonOf(one, rule, peer, ports, call, points));
  } else doubt(doubts, rule.action === 'allow' ? 'allowed' : 'denied', source, reasonOf(one, rule, peer, ports, call, points));
  return false;
}

/** What the caller's token alone decides. A call of which no token is said may carry any that admits it, and none of which a denial asks. */
function meetsFacts(rule: Rule, call: Call): Three {
  const met = any(rule.requests!.map((one) => one.test(NO_REQUEST, call.facts, { port: call.port })));
  return call.facts.jwt !== undefined ? met : rule.action === 'deny' && met === false ? false : undefined;
}

const NO_REQUEST: Request = {};

/** Without a request, the rule says which ones pass. */
function depend(rule: Rule, source: Source, doubts: Doubts): void {
  for (const { text } of rule.requests!) (rule.action === 'allow' ? doubts.only : doubts.except).add(text);
  if (rule.action === 'allow') doubts.onlySources.push(source);
}

/** Whether the request is one of those that a rule is for. */
function meetsRequest(rule: Rule, call: Call, source: Source, doubts: Doubts): Three {
  const met = any(rule.requests!.map((one) => one.test(call.request!, call.facts, { port: call.port })));
  if (met === false && rule.action === 'allow') doubts.refused ??= source;
  return met;
}

function reasonOf(one: Governing, rule: Rule, peer: Three, ports: Three, call: Call, points: Points): string {
  if (!one.certain) return 'whether it selects the pods is not known';
  if (rule.unknown !== undefined) return rule.unknown;
  if (peer === undefined) return whyUnknown(rule.peers, call.peer, points) ?? 'whether the rule means this peer is not known';
  return ports === undefined ? 'what number its port has is not known' : 'whether the request meets the rule is not known';
}

/** What of a term is not known of this party. */
function whyUnknown(term: Rule['peers'], party: Party, points: Points): string | undefined {
  if (points.met(term, party) !== undefined) return undefined;
  switch (term.is) {
    case 'unknown': return term.why;
    case 'block': return term.pods === 'in' ? `which of ${term.range.text} are addresses of pods is not known` : `whether the addresses of pods count as part of ${term.range.text} differs by CNI`;
    case 'any': case 'all': return term.of.map((one) => whyUnknown(one, party, points)).find((why) => why !== undefined);
    case 'not': return whyUnknown(term.of, party, points);
    default: return undefined;
  }
}

function doubt(doubts: Doubts, outcome: Outcome, source: Source, reason: string): void {
  doubts.outcomes.add(outcome);
  doubts.sources.push(source);
  doubts.reasons.add(reason);
}

/** The documents and rules behind a decision. */
export function decidersOf({ sources, beside = [] }: Decision): readonly Decider[] {
  const all = [...beside, ...sources.map(({ policy, rule }): Decider => ({ entry: policy.entry, path: rule?.path ?? policy.path }))];
  // One rule of a document may have become several of ours.
  return all.filter((one, i) => all.findIndex((other) => other.entry === one.entry && other.path.join() === one.path.join()) === i);
}
