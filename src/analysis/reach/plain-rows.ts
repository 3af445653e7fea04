// The common case of rows.ts: policies that only admit, and govern for certain. What passes on some ports is then who is meant by the rules that speak of them, and the same
// choice of rules is put together once, whoever makes it.
import type { Bits } from './bits';
import { emptyBits, hasBit, isEmpty, orInto, setBit, withoutInto } from './bits';
import type { Protocol } from './flow';
import { PROTOCOLS } from './flow';
import type { Points, PointSet } from './points';
import { RowSet } from './row-set';
import type { RowBits } from './row-walk';
import { LAST_PORT } from './row';
import type { Row, Rows } from './row';
import { ENTITIES } from './rules';
import type { Policy, PortMatch } from './rules';
import { Sequences } from './sequences';
import type { Governed } from './table';

/** A rule that lets some peers in, or out, on one range of ports. */
interface PlainRule {
  readonly protocol: Protocol | 'ANY';
  readonly from: number;
  readonly to: number;
  /** Twice the number of its peers, one more where it looks at requests. */
  readonly lets: number;
}

export class PlainRows {
  private readonly points: Points;
  private readonly host: number;
  private readonly policies: Map<Policy, readonly PlainRule[] | undefined> = new Map();
  private readonly peers: PointSet[] = [];
  private readonly numbers: Map<PointSet, number> = new Map();
  private readonly choices: Sequences = new Sequences();
  /** What each choice of rules lets through, without the node of the called pods and with it. */
  private readonly answers: Record<'alone' | 'withHost', (RowBits | undefined)[]> = { alone: [], withHost: [] };
  private readonly set: RowSet = new RowSet();

  constructor(points: Points) {
    this.points = points;
    this.host = points.firstEntity + ENTITIES.indexOf('host');
  }

  /**
   * The rows of everybody whom these policies govern; undefined where they are not plain.
   *
   * @param hostIsFree - the node of the called pods passes
   */
  rowsOf({ tiers, notModelled }: Governed, hostIsFree: boolean): Rows | undefined {
    const [only, second] = tiers;
    if (only === undefined || second !== undefined || only.tier.mode !== 'union' || notModelled.length > 0) return undefined;
    const rules: PlainRule[] = [];
    let closes = false;
    for (const { policy, certain } of only.policies) {
      const plain = certain ? this.rulesOf(policy) : undefined;
      if (!plain) return undefined;
      closes ||= policy.closes;
      for (const rule of plain) rules.push(rule);
    }
    if (!closes) return undefined;
    const rows: Row[] = [];
    for (const protocol of PROTOCOLS) this.enter(rows, protocol, rules, this.answers[hostIsFree ? 'withHost' : 'alone']);
    return rows;
  }

  private enter(rows: Row[], protocol: Protocol, rules: readonly PlainRule[], answers: (RowBits | undefined)[]): void {
    const starts = startsOf(rules, protocol);
    let from = 1;
    let last: RowBits | undefined;
    for (let i = 0; i < starts.length; i++) {
      const start = starts[i]!;
      const end = i + 1 < starts.length ? starts[i + 1]! - 1 : LAST_PORT;
      let choice = Sequences.EMPTY;
      for (let k = 0; k < rules.length; k++) {
        const rule = rules[k]!;
        if (start >= rule.from && end <= rule.to && (rule.protocol === protocol || rule.protocol === 'ANY')) choice = this.choices.longer(choice, rule.lets);
      }
      const bits = (answers[choice] ??= this.answer(choice, answers === this.answers.withHost));
      if (last !== undefined && bits !== last) {
        rows.push({ protocol, from, to: start - 1, yes: last.yes, some: last.some, maybe: last.maybe });
        from = start;
      }
      last = bits;
    }
    rows.push({ protocol, from, to: LAST_PORT, yes: last!.yes, some: last!.some, maybe: last!.maybe });
  }

  /** The rules of a policy; undefined where it is not plain. */
  private rulesOf(policy: Policy): readonly PlainRule[] | undefined {
    let rules = this.policies.get(policy);
    if (rules === undefined && !this.policies.has(policy)) this.policies.set(policy, (rules = this.read(policy)));
    return rules;
  }

  private read({ closesPorts, rules }: Policy): readonly PlainRule[] | undefined {
    if (closesPorts !== undefined) return undefined;
    const plain: PlainRule[] = [];
    for (const { action, ports, exceptPorts, peers, unknown, requests } of rules) {
      if (action === 'log') continue;
      if (action !== 'allow' || exceptPorts !== undefined || unknown !== undefined || ports?.some(isNamed) === true) return undefined;
      const meant = this.points.meeting(peers);
      let number = this.numbers.get(meant);
      if (number === undefined) this.numbers.set(meant, (number = this.peers.push(meant) - 1));
      const lets = 2 * number + (requests === undefined ? 0 : 1);
      for (const { protocol, from, to } of ports ?? EVERY_PORT) {
        if (protocol === 'other') continue;
        plain.push(from === undefined ? { protocol, from: 1, to: LAST_PORT, lets } : { protocol, from, to: to ?? from, lets });
      }
    }
    return plain;
  }

  private answer(choice: number, withHost: boolean): RowBits {
    const { words } = this.points;
    const yes = emptyBits(words);
    let some: Bits | undefined;
    let maybe: Bits | undefined;
    for (const lets of this.choices.of(choice)) {
      const meant = this.peers[lets >> 1]!;
      orInto((lets & 1) === 0 ? yes : (some ??= emptyBits(words)), meant.yes);
      if (meant.maybe) orInto(maybe ??= emptyBits(words), meant.maybe);
    }
    if (withHost) setBit(yes, this.host);
    if (maybe) withoutInto(maybe, yes);
    if (some) {
      withoutInto(some, yes);
      if (maybe) withoutInto(some, maybe);
      if (isEmpty(some)) some = undefined;
    }
    // Of pods in the network of some node it is not known whether it is that of the called.
    if (withHost) for (const at of this.points.index.hostNetworkClasses) if (!hasBit(yes, at) && !(some && hasBit(some, at))) setBit(maybe ??= emptyBits(words), at);
    return this.set.all[this.set.add({ yes, some, maybe: maybe && !isEmpty(maybe) ? maybe : undefined })]!;
  }
}

function isNamed({ name }: PortMatch): boolean {
  return name !== undefined;
}

const EVERY_PORT: readonly PortMatch[] = [{ protocol: 'ANY' }];

/** Where the ports of a protocol are cut, ascending. There are few. */
function startsOf(rules: readonly PlainRule[], protocol: Protocol): readonly number[] {
  const starts = [1];
  for (let k = 0; k < rules.length; k++) {
    const rule = rules[k]!;
    if (rule.protocol !== protocol && rule.protocol !== 'ANY') continue;
    enterStart(starts, rule.from);
    enterStart(starts, rule.to + 1);
  }
  return starts;
}

function enterStart(starts: number[], start: number): void {
  if (start <= 1 || start > LAST_PORT) return;
  let at = starts.length;
  while (starts[at - 1]! > start) at--;
  if (starts[at - 1] === start) return;
  starts.push(start);
  for (let i = starts.length - 1; i > at; i--) starts[i] = starts[i - 1]!;
  starts[at] = start;
}
