// What would turn an answer: the smallest change of the policies that a connection meets, tried by asking them again.
import type { Decision, Source } from './decide';
import { decide } from './decide';
import type { Decider, Direction } from './flow';
import type { Network, ReadyLayer } from './network';
import type { Party } from './points';
import { meetsPorts } from './ports';
import type { Policy, Rule } from './rules';
import { EVERYONE } from './rules';
import { nameOfParty, namePort, nameOfSource } from './say';
import type { Governed, Governing } from './table';
import type { Flow } from './trace';

/** One change of one document. */
export interface Change {
  /** `ingress rule 1 of NetworkPolicy shop/db also admitted shop/web[Deployment]`, behind "would be allowed if". */
  readonly text: string;
  readonly at?: Decider | undefined;
}

const DIRECTIONS: readonly Direction[] = ['egress', 'ingress'];
/** Whoever has to change more than this changes the design. */
const MOST = 6;

/** The changes that together would let a connection through: none where it passes already; undefined where none was found. */
export function changesToAllow(network: Network, flow: Flow): readonly Change[] | undefined {
  const changes: Change[] = [];
  for (const direction of DIRECTIONS) {
    for (const ready of network.layers) {
      const end = new End(network, ready, direction, flow);
      for (let decision = end.decide(); decision !== undefined && decision.outcome !== 'allowed'; decision = end.decide()) {
        const change = changes.length < MOST && decision.outcome === 'denied' ? end.open(decision) : undefined;
        if (change === undefined) return undefined;
        changes.push(change);
      }
    }
  }
  return changes;
}

/** The changes that together would hold an allowed connection: at the end, and by the layer, where the fewest are needed. */
export function changesToDeny(network: Network, flow: Flow): readonly Change[] | undefined {
  let best: readonly Change[] | undefined;
  let open: Change | undefined;
  for (const direction of ['ingress', 'egress'] as const) {
    for (const ready of network.layers) {
      const end = new End(network, ready, direction, flow);
      const changes: Change[] = [];
      let decision = end.decide();
      if (decision?.how === 'open' && ready.layer.layer === 'cni') open ??= { text: `a policy closed ${direction} of ${nameOfParty(end.subject)}: none restricts it` };
      while (decision?.outcome === 'allowed' && decision.how === 'rule' && changes.length < MOST) {
        for (const source of decision.sources) changes.push(end.remove(source));
        decision = end.decide();
      }
      if (decision?.outcome === 'denied' && changes.length > 0 && (best === undefined || changes.length < best.length)) best = changes;
    }
  }
  return best ?? (open && [open]);
}

/** One end of a connection as one layer sees it, with what was changed so far. */
class End {
  readonly subject: Party;
  private readonly peer: Party;
  private readonly network: Network;
  private readonly ready: ReadyLayer;
  private readonly direction: Direction;
  private readonly flow: Flow;
  private governed: Governed | undefined;

  constructor(network: Network, ready: ReadyLayer, direction: Direction, flow: Flow) {
    this.network = network;
    this.ready = ready;
    this.direction = direction;
    this.flow = flow;
    [this.subject, this.peer] = direction === 'egress' ? [flow.from, flow.to] : [flow.to, flow.from];
    if (this.subject.is !== 'endpoint') return;
    const at = network.points.index.classOf.get(this.subject.endpoint);
    this.governed = at === undefined ? ready.table.governing(this.subject.endpoint, direction) : ready.table.of(at, direction);
  }

  /** What the layer says now; undefined when the end is none of its pods. */
  decide(): Decision | undefined {
    if (this.governed === undefined) return undefined;
    const { direction, subject, peer, flow: { port, protocol, request, facts } } = this;
    return decide(this.ready.layer, this.governed, { direction, subject, peer, port, protocol, request, facts }, this.network.points);
  }

  /** Changes one policy so that its denial is gone. */
  open(decision: Decision): Change | undefined {
    const [first] = decision.sources;
    if (first === undefined) return undefined;
    if (first.rule?.action === 'deny') return this.remove(first);
    if (first.rule?.action === 'allow') {
      this.admit(first.policy);
      return { text: `${nameOfSource(first)} also admitted this request`, at: deciderOf(first) };
    }
    if (decision.how !== 'closed') return undefined;
    const near = decision.sources.map(({ policy }) => this.nearMiss(policy)).find((one) => one !== undefined);
    // One that has rules is about this traffic; one without is everybody's default.
    const policy = near?.policy ?? decision.sources.find((one) => one.policy.rules.length > 0)?.policy ?? first.policy;
    this.admit(policy);
    if (near) return { text: `${nameOfSource(near)} also admitted ${near.missing}`, at: { entry: policy.entry, path: near.rule.path } };
    const whom = `${nameOfParty(this.peer)} on ${namePort(this.flow.port, this.flow.protocol)}`;
    return { text: `${nameOfSource({ policy })} had one more ${this.direction} rule, which admits ${whom}`, at: { entry: policy.entry, path: policy.path } };
  }

  /** Takes a rule away. */
  remove(source: Source): Change {
    this.change(source.policy, (rules) => rules.filter((rule) => rule !== source.rule));
    return { text: `${nameOfSource(source)} were not there`, at: deciderOf(source) };
  }

  /** A rule that admits the peer on another port, or the port for another peer. */
  private nearMiss(policy: Policy): { readonly policy: Policy; readonly rule: Rule; readonly missing: string } | undefined {
    const called = this.direction === 'ingress' ? this.subject : this.peer;
    const { port: number, protocol } = this.flow;
    for (const rule of policy.rules) {
      if (rule.action !== 'allow' || rule.requests !== undefined || rule.unknown !== undefined) continue;
      const ports = meetsPorts(rule, called, { number, protocol });
      const peers = this.network.points.met(rule.peers, this.peer);
      if (peers === true && ports === false) return { policy, rule, missing: namePort(number, protocol) };
      if (peers === false && ports === true && rule.ports !== undefined) return { policy, rule, missing: nameOfParty(this.peer) };
    }
    return undefined;
  }

  private admit(policy: Policy): void {
    const { port, protocol } = this.flow;
    // First, because ordered tiers ask in order; only this connection is asked about.
    this.change(policy, (rules) => [{ action: 'allow', path: policy.path, peers: EVERYONE, ports: [{ protocol, from: port, to: port }] }, ...rules]);
  }

  private change(changed: Policy, rules: (before: readonly Rule[]) => readonly Rule[]): void {
    const path = changed.path.join();
    const isChanged = ({ policy }: Governing): boolean => policy.entry === changed.entry && policy.path.join() === path;
    this.governed = {
      ...this.governed!,
      tiers: this.governed!.tiers.map((tier) => ({
        ...tier, policies: tier.policies.map((one) => (isChanged(one) ? { ...one, policy: { ...one.policy, rules: rules(one.policy.rules) } } : one)),
      })),
    };
  }
}

function deciderOf({ policy, rule }: Source): Decider {
  return { entry: policy.entry, path: rule?.path ?? policy.path };
}
