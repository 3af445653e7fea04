// The common case of rows.ts: policies that only admit, and govern for certain. What passes on ports that are closed is then who is meant by the rules that speak of them, and the
// same choice of rules is put together once, whoever makes it.
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
import type { PeerTerm, Policy, PortMatch } from './rules';
import { Sequences } from './sequences';
import type { Governed, Governing } from './table';

/** A rule lets peers through with every request, with some, or nobody knows when. */
const KINDS = 3;
const [EVERY, SOME, UNKNOWN] = [0, 1, 2];

/** What a policy says. Its rules have no objects of their own: there are tens of thousands of them. */
interface PlainPolicy {
  /** Ports for which a rule is. */
  readonly ports: readonly PortMatch[];
  /** For each of them {@link KINDS} times the number of the peers of the rule, and how far it lets them. */
  readonly lets: readonly number[];
  /** The ports on which it lets nobody else through. */
  readonly closes: readonly PortMatch[];
}

export class PlainRows {
  private readonly points: Points;
  private readonly host: number;
  private readonly everyone: RowBits;
  private readonly policies: Map<Policy, PlainPolicy | undefined> = new Map();
  private readonly peers: PointSet[] = [];
  private readonly numbers: Map<PointSet, number> = new Map();
  private readonly choices: Sequences = new Sequences();
  /** What each choice of rules lets through, without the node of the called pods and with it. */
  private readonly answers: Record<'alone' | 'withHost', (RowBits | undefined)[]> = { alone: [], withHost: [] };
  private readonly set: RowSet = new RowSet();
  private readonly shared: Readonly<Record<Protocol, Map<RowBits, Map<number, Map<number, Row>>>>> = { SCTP: new Map(), TCP: new Map(), UDP: new Map() };
  /** Where the ports of the protocol are cut that is being read. */
  private readonly starts: number[] = [];

  constructor(points: Points) {
    this.points = points;
    this.host = points.firstEntity + ENTITIES.indexOf('host');
    this.everyone = { yes: points.everyone() };
  }

  /**
   * The rows of everybody whom these policies govern; undefined where they are not plain.
   *
   * @param hostIsFree - the node of the called pods passes
   */
  rowsOf({ tiers, notModelled }: Governed, hostIsFree: boolean): Rows | undefined {
    if (tiers.length !== 1 || tiers[0]!.tier.mode !== 'union' || notModelled.length > 0) return undefined;
    const { policies } = tiers[0]!;
    const plain = policies.length === 1 && policies[0]!.certain ? this.policyOf(policies[0]!.policy) : this.together(policies);
    if (plain === undefined) return undefined;
    const rows: Row[] = [];
    for (const protocol of PROTOCOLS) this.enter(rows, protocol, plain, this.answers[hostIsFree ? 'withHost' : 'alone']);
    // What stays is as long as it is.
    return rows.slice();
  }

  /** What several policies say; undefined where one of them is not plain, or does not govern for certain. */
  private together(policies: readonly Governing[]): PlainPolicy | undefined {
    let [ports, closes] = [0, 0];
    for (let i = 0; i < policies.length; i++) {
      const plain = policies[i]!.certain ? this.policyOf(policies[i]!.policy) : undefined;
      if (!plain) return undefined;
      ports += plain.ports.length;
      closes += plain.closes.length;
    }
    const all = { ports: new Array<PortMatch>(ports), lets: new Array<number>(ports), closes: new Array<PortMatch>(closes) };
    let [p, c] = [0, 0];
    for (let i = 0; i < policies.length; i++) {
      const plain = this.policyOf(policies[i]!.policy)!;
      for (let k = 0; k < plain.ports.length; k++) {
        all.ports[p] = plain.ports[k]!;
        all.lets[p++] = plain.lets[k]!;
      }
      for (let k = 0; k < plain.closes.length; k++) all.closes[c++] = plain.closes[k]!;
    }
    return all;
  }

  private enter(rows: Row[], protocol: Protocol, plain: PlainPolicy, answers: (RowBits | undefined)[]): void {
    const { starts } = this;
    starts.length = 0;
    starts.push(1);
    enterStarts(starts, plain.ports, protocol);
    enterStarts(starts, plain.closes, protocol);
    let first = 1;
    let last: RowBits | undefined;
    for (let i = 0; i < starts.length; i++) {
      const from = starts[i]!;
      const to = i + 1 < starts.length ? starts[i + 1]! - 1 : LAST_PORT;
      const bits = isInAny(plain.closes, protocol, from, to) ? this.closed(plain, protocol, from, to, answers) : this.everyone;
      if (last !== undefined && bits !== last) {
        rows.push(this.row(protocol, first, from - 1, last, answers));
        first = from;
      }
      last = bits;
    }
    rows.push(this.row(protocol, first, LAST_PORT, last!, answers));
  }

  /** Rows that hold everybody, or nobody, are of many: those of one range are one. */
  private row(protocol: Protocol, from: number, to: number, bits: RowBits, answers: ReadonlyArray<RowBits | undefined>): Row {
    if (bits !== this.everyone && bits !== answers[Sequences.EMPTY]) return rowOf(protocol, from, to, bits);
    let known = this.shared[protocol].get(bits);
    if (!known) this.shared[protocol].set(bits, (known = new Map()));
    let ending = known.get(from);
    if (!ending) known.set(from, (ending = new Map()));
    let row = ending.get(to);
    if (!row) ending.set(to, (row = rowOf(protocol, from, to, bits)));
    return row;
  }

  private closed({ ports, lets }: PlainPolicy, protocol: Protocol, from: number, to: number, answers: (RowBits | undefined)[]): RowBits {
    let choice = Sequences.EMPTY;
    for (let k = 0; k < ports.length; k++) if (isIn(ports[k]!, protocol, from, to)) choice = this.choices.longer(choice, lets[k]!);
    return (answers[choice] ??= this.answer(choice, answers === this.answers.withHost));
  }

  /** What a policy says; undefined where it is not plain. */
  private policyOf(policy: Policy): PlainPolicy | undefined {
    let plain = this.policies.get(policy);
    if (plain === undefined && !this.policies.has(policy)) this.policies.set(policy, (plain = this.read(policy)));
    return plain;
  }

  private read({ closes, closesPorts, rules }: Policy): PlainPolicy | undefined {
    if (closesPorts?.some(isNamed) === true) return undefined;
    let count = 0;
    for (let i = 0; i < rules.length; i++) {
      const { action, ports = EVERY_PORT, exceptPorts } = rules[i]!;
      if (action === 'log') continue;
      if (action !== 'allow' || exceptPorts !== undefined || ports.some(isNamed)) return undefined;
      count += ports.length;
    }
    const plain = { ports: new Array<PortMatch>(count), lets: new Array<number>(count), closes: closes ? closesPorts ?? EVERY_PORT : NOTHING };
    let at = 0;
    for (let i = 0; i < rules.length; i++) {
      const { action, ports = EVERY_PORT, peers, unknown, requests } = rules[i]!;
      if (action === 'log') continue;
      const number = KINDS * this.numberOf(peers) + (unknown !== undefined ? UNKNOWN : requests !== undefined ? SOME : EVERY);
      for (let k = 0; k < ports.length; k++) {
        plain.ports[at] = ports[k]!;
        plain.lets[at++] = number;
      }
    }
    return plain;
  }

  private numberOf(peers: PeerTerm): number {
    const meant = this.points.meeting(peers);
    let number = this.numbers.get(meant);
    if (number === undefined) this.numbers.set(meant, (number = this.peers.push(meant) - 1));
    return number;
  }

  private answer(choice: number, withHost: boolean): RowBits {
    const { words } = this.points;
    const yes = emptyBits(words);
    let some: Bits | undefined;
    let maybe: Bits | undefined;
    for (const lets of this.choices.of(choice)) {
      const meant = this.peers[Math.floor(lets / KINDS)]!;
      const kind = lets % KINDS;
      orInto(kind === EVERY ? yes : kind === SOME ? (some ??= emptyBits(words)) : (maybe ??= emptyBits(words)), meant.yes);
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

function rowOf(protocol: Protocol, from: number, to: number, { yes, some, maybe }: RowBits): Row {
  return { protocol, from, to, yes, some, maybe };
}

function isNamed({ name }: PortMatch): boolean {
  return name !== undefined;
}

const EVERY_PORT: readonly PortMatch[] = [{ protocol: 'ANY' }];
const NOTHING: readonly PortMatch[] = [];

/** Whether a range that no border cuts is meant. */
function isIn({ protocol: meant, from: first, to: last = first }: PortMatch, protocol: Protocol, from: number, to: number): boolean {
  return (meant === protocol || meant === 'ANY') && (first === undefined || (from >= first && to <= last!));
}

function isInAny(ranges: readonly PortMatch[], protocol: Protocol, from: number, to: number): boolean {
  for (let k = 0; k < ranges.length; k++) if (isIn(ranges[k]!, protocol, from, to)) return true;
  return false;
}

/** Enters where the ports of a protocol are cut, ascending. There are few. */
function enterStarts(starts: number[], ranges: readonly PortMatch[], protocol: Protocol): void {
  for (let k = 0; k < ranges.length; k++) {
    const { protocol: meant, from, to = from } = ranges[k]!;
    if (from === undefined || (meant !== protocol && meant !== 'ANY')) continue;
    enterStart(starts, from);
    enterStart(starts, to! + 1);
  }
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
