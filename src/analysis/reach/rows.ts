// What one end lets through, for every peer and every port at once: the same semantics as decide.ts over sets. Ports are cut only where the rules of this end cut them.
import type { Bits } from './bits';
import { emptyBits, isEmpty, sameBits, setBit } from './bits';
import type { Direction, Protocol } from './flow';
import { PROTOCOLS } from './flow';
import type { Endpoint } from './endpoints';
import type { Points } from './points';
import { ENTITIES } from './rules';
import type { PolicyLayer, PortMatch, Rule } from './rules';
import type { Governed, Governing, TierPolicies } from './table';
import { inSteps } from './table';

export const LAST_PORT = 65535;

/** The peers that pass on some ports: for every request, for some requests, and those of which nobody knows. */
export interface Row {
  readonly protocol: Protocol;
  readonly from: number;
  readonly to: number;
  readonly yes: Bits;
  /** Pass with some requests only. */
  readonly some?: Bits | undefined;
  readonly maybe?: Bits | undefined;
}

/** Rows of one end, by protocol and ascending ports: together every port from 1 to 65535 of each protocol. */
export type Rows = readonly Row[];

export class RowMaker {
  private readonly points: Points;
  private readonly layer: PolicyLayer;
  private readonly everyone: Bits;
  private readonly open: Rows;
  private readonly known: Map<string, Rows> = new Map();
  private readonly withName: Map<string, Bits> = new Map();
  private readonly external: Bits;

  constructor(layer: PolicyLayer, points: Points) {
    this.layer = layer;
    this.points = points;
    this.everyone = points.everyone();
    this.open = PROTOCOLS.map((protocol) => ({ protocol, from: 1, to: LAST_PORT, yes: this.everyone }));
    this.external = emptyBits(points.words);
    points.index.classes.forEach(([endpoint], at) => {
      if (endpoint!.group === undefined) setBit(this.external, at);
    });
  }

  /** What the endpoints of one class let through in one direction. */
  rowsOf(governed: Governed, direction: Direction, at: number): Rows {
    if (governed.tiers.length === 0) return this.open;
    const named = direction === 'ingress' && governed.namesPorts;
    const endpoint = this.points.index.classes[at]![0]!;
    const key = `${direction} ${governed.id}${named ? ` ${namesOf(endpoint)}` : ''}`;
    let rows = this.known.get(key);
    if (!rows) this.known.set(key, (rows = this.make(governed, direction, direction === 'ingress' ? endpoint : undefined)));
    return rows;
  }

  private make(governed: Governed, direction: Direction, called: Endpoint | undefined): Rows {
    const rows: Row[] = [];
    for (const protocol of PROTOCOLS) {
      const starts = this.starts(governed, protocol, called);
      for (let i = 0; i < starts.length; i++) {
        const row = new RowWalk(this.points, this, { protocol, from: starts[i]!, to: i + 1 < starts.length ? starts[i + 1]! - 1 : LAST_PORT }, called).walk(governed);
        if (this.layer.hostIsFree && direction === 'ingress') setBit(row.yes, this.points.firstEntity + ENTITIES.indexOf('host'));
        const last = rows.at(-1);
        if (last && last.protocol === protocol && sameRow(last, row)) rows[rows.length - 1] = { ...last, to: row.to };
        else rows.push(row);
      }
    }
    return rows;
  }

  /** Where the ports of a protocol are cut. */
  private starts(governed: Governed, protocol: Protocol, called: Endpoint | undefined): readonly number[] {
    const starts = new Set<number>([1]);
    const cut = (from: number, to: number): void => {
      if (from > 1 && from <= LAST_PORT) starts.add(from);
      if (to < LAST_PORT && to >= 1) starts.add(to + 1);
    };
    const cutAt = (list: readonly PortMatch[] = NO_PORTS): void => {
      for (const one of list) {
        if (one.protocol !== 'ANY' && one.protocol !== protocol) continue;
        if (one.name === undefined) {
          if (one.from !== undefined) cut(one.from, one.to ?? one.from);
        } else for (const number of this.numbersOf(one.name, protocol, called)) cut(number, number);
      }
    };
    for (const { policies } of governed.tiers) {
      for (const { policy } of policies) {
        cutAt(policy.closesPorts);
        for (const rule of policy.rules) {
          cutAt(rule.ports);
          cutAt(rule.exceptPorts);
        }
      }
    }
    return [...starts].sort((a, b) => a - b);
  }

  private numbersOf(name: string, protocol: Protocol, called: Endpoint | undefined): Iterable<number> {
    const numbers = new Set<number>();
    const add = ({ namedPorts }: Endpoint): void => {
      for (const port of namedPorts.get(name) ?? []) if (port.protocol === protocol) numbers.add(port.number);
    };
    if (called) add(called);
    else for (const [endpoint] of this.points.index.classes) add(endpoint!);
    return numbers;
  }

  /** The classes whose pods call a port by this name, at one number. */
  carrying(name: string, protocol: Protocol, number: number): Bits {
    const key = `${name} ${protocol} ${number}`;
    let bits = this.withName.get(key);
    if (!bits) {
      this.withName.set(key, (bits = emptyBits(this.points.words)));
      for (let at = 0; at < this.points.index.classes.length; at++) {
        const ports = this.points.index.classes[at]![0]!.namedPorts.get(name);
        if (ports?.some((port) => port.number === number && port.protocol === protocol)) setBit(bits, at);
      }
    }
    return bits;
  }

  /** Workloads that are known by their identity only: what their ports are called is not known. */
  get withoutPods(): Bits {
    return this.external;
  }
}

const NO_PORTS: readonly PortMatch[] = [];

function namesOf({ namedPorts, group }: Endpoint): string {
  let names = group === undefined ? '?' : '';
  for (const [name, ports] of namedPorts) for (const { number, protocol } of ports) names += `${name}:${number}${protocol} `;
  return names;
}

function sameRow(a: Row, b: Row): boolean {
  return sameBits(a.yes, b.yes) && sameMaybe(a.some, b.some) && sameMaybe(a.maybe, b.maybe);
}

function sameMaybe(a: Bits | undefined, b: Bits | undefined): boolean {
  return a === undefined || b === undefined ? a === b : sameBits(a, b);
}

/** Peers that a rule means on some ports, those of which that is not known. */
interface Meant {
  readonly yes: Bits;
  readonly maybe: Bits | undefined;
}

const ALLOW = ['allow'] as const;
const DENY = ['deny'] as const;
const BOTH = ['allow', 'deny'] as const;

/** One walk through the tiers, for one range of ports. */
class RowWalk {
  private readonly points: Points;
  private readonly maker: RowMaker;
  private readonly ports: { readonly protocol: Protocol; readonly from: number; readonly to: number };
  private readonly called: Endpoint | undefined;
  private readonly words: number;
  private readonly undecided: Bits;
  private readonly yes: Bits;
  private readonly no: Bits;
  private readonly unsure: Bits;
  /** Points for which a doubt says the one or the other; points that pass or fail with some requests only. */
  private readonly perhaps: Record<'allow' | 'deny', Bits | undefined> = { allow: undefined, deny: undefined };
  private readonly partly: Record<'allow' | 'deny', Bits | undefined> = { allow: undefined, deny: undefined };

  constructor(points: Points, maker: RowMaker, ports: RowWalk['ports'], called: Endpoint | undefined) {
    this.points = points;
    this.maker = maker;
    this.ports = ports;
    this.called = called;
    this.words = points.words;
    this.undecided = points.everyone();
    this.yes = emptyBits(this.words);
    this.no = emptyBits(this.words);
    this.unsure = emptyBits(this.words);
  }

  walk(governed: Governed): Row {
    for (const tier of governed.tiers) {
      if (tier.tier.mode === 'union') this.union(tier);
      else this.ordered(tier);
    }
    const { yes, no, unsure, perhaps, partly, undecided } = this;
    let some: Bits | undefined;
    let maybe: Bits | undefined;
    for (let w = 0; w < this.words; w++) {
      const allowed = yes[w]! | undecided[w]!;
      const doubtful = unsure[w]! | (allowed & (perhaps.deny?.[w] ?? 0)) | (no[w]! & (perhaps.allow?.[w] ?? 0));
      const partial = ~doubtful & ((allowed & (partly.deny?.[w] ?? 0)) | (no[w]! & (partly.allow?.[w] ?? 0)));
      if (doubtful !== 0) (maybe ??= emptyBits(this.words))[w] = doubtful;
      if (partial !== 0) (some ??= emptyBits(this.words))[w] = partial;
      yes[w] = allowed & ~doubtful & ~partial;
    }
    return { ...this.ports, yes, some, maybe };
  }

  private union({ policies }: TierPolicies): void {
    const into = { allow: this.yes, deny: this.no, pass: this.no };
    for (const action of ['deny', 'allow'] as const) {
      for (const one of policies) for (const rule of one.policy.rules) if (rule.action === action) this.take(one, rule, this.undecided, into);
    }
    this.close(policies);
  }

  /** Moves the points that a rule decides from those that are left. */
  private take(one: Governing, rule: Rule, left: Bits, into: Readonly<Record<'allow' | 'deny' | 'pass', Bits>>): void {
    const meant = rule.action === 'log' || this.asksForFacts(rule) ? undefined : this.meant(rule);
    if (!meant) return;
    const action = rule.action as 'allow' | 'deny' | 'pass';
    const certain = one.certain && rule.unknown === undefined;
    if (meant.maybe || !certain) {
      for (const outcome of action === 'pass' ? BOTH : action === 'allow' ? ALLOW : DENY) {
        const perhaps = (this.perhaps[outcome] ??= emptyBits(this.words));
        for (let w = 0; w < this.words; w++) perhaps[w]! |= left[w]! & ((meant.maybe?.[w] ?? 0) | (certain ? 0 : meant.yes[w]!));
      }
    }
    if (!certain) return;
    if (rule.requests !== undefined && action !== 'pass') {
      const partly = (this.partly[action] ??= emptyBits(this.words));
      for (let w = 0; w < this.words; w++) partly[w]! |= left[w]! & meant.yes[w]!;
      return;
    }
    const decided = into[action];
    for (let w = 0; w < this.words; w++) {
      const hit = left[w]! & meant.yes[w]!;
      decided[w]! |= hit;
      left[w]! &= ~hit;
    }
  }

  /** A denial that the token of the caller has to ask for is not met by calls of which none is said. */
  private asksForFacts({ action, requests }: Rule): boolean {
    return action === 'deny' && requests !== undefined && requests.every((one) => one.test({}, {}, { port: this.ports.from }) === false);
  }

  private close(policies: readonly Governing[]): void {
    const { undecided } = this;
    // Every policy is asked of those that were left when it came to closing.
    const left = undecided.slice();
    for (const { policy, certain } of policies) {
      if (!policy.closes) continue;
      const ports = this.portPoints(policy.closesPorts);
      if (ports === 'none') continue;
      for (let w = 0; w < this.words; w++) {
        const sure = certain ? (ports === 'all' ? -1 : ports.yes[w]!) : 0;
        const possible = ports === 'all' ? -1 : ports.yes[w]! | (ports.maybe?.[w] ?? 0);
        this.no[w]! |= left[w]! & sure;
        undecided[w]! &= ~sure;
        if ((left[w]! & possible & ~sure) !== 0) (this.perhaps.deny ??= emptyBits(this.words))[w]! |= left[w]! & possible & ~sure;
      }
    }
  }

  private ordered(tier: TierPolicies): void {
    const passed = emptyBits(this.words);
    const into = { allow: this.yes, deny: this.no, pass: passed };
    for (const step of inSteps(tier)) {
      if (step.length === 1) for (const rule of step[0]!.policy.rules) this.take(step[0]!, rule, this.undecided, into);
      else this.together(step, into);
    }
    this.close(tier.policies);
    for (let w = 0; w < this.words; w++) this.undecided[w]! |= passed[w]!;
  }

  /** Policies of one priority: where their first rules differ, the answer is not defined. */
  private together(step: readonly Governing[], into: Readonly<Record<'allow' | 'deny' | 'pass', Bits>>): void {
    const hits = { allow: emptyBits(this.words), deny: emptyBits(this.words), pass: emptyBits(this.words) };
    for (const one of step) {
      const left = this.undecided.slice();
      for (const rule of one.policy.rules) this.take(one, rule, left, hits);
    }
    for (let w = 0; w < this.words; w++) {
      const [allow, deny, pass] = [hits.allow[w]!, hits.deny[w]!, hits.pass[w]!];
      const clash = (allow & deny) | (allow & pass) | (deny & pass);
      this.unsure[w]! |= clash;
      into.allow[w]! |= allow & ~clash;
      into.deny[w]! |= deny & ~clash;
      into.pass[w]! |= pass & ~clash;
      this.undecided[w]! &= ~(allow | deny | pass);
    }
  }

  /** The peers that a rule means on these ports; undefined when it is not for them. */
  private meant(rule: Rule): Meant | undefined {
    const ports = this.portPoints(rule.ports);
    if (ports === 'none') return undefined;
    const except = rule.exceptPorts === undefined ? 'none' : this.portPoints(rule.exceptPorts);
    if (except === 'all') return undefined;
    const peers = this.points.meeting(rule.peers);
    if (ports === 'all' && except === 'none') return { yes: peers.yes, maybe: peers.maybe && !isEmpty(peers.maybe) ? peers.maybe : undefined };
    const yes = peers.yes.slice();
    const possible = peers.yes.slice();
    if (peers.maybe) for (let w = 0; w < this.words; w++) possible[w]! |= peers.maybe[w]!;
    for (let w = 0; w < this.words; w++) {
      if (ports !== 'all') {
        yes[w]! &= ports.yes[w]!;
        possible[w]! &= ports.yes[w]! | (ports.maybe?.[w] ?? 0);
      }
      if (except !== 'none') {
        yes[w]! &= ~(except.yes[w]! | (except.maybe?.[w] ?? 0));
        possible[w]! &= ~except.yes[w]!;
      }
      possible[w]! &= ~yes[w]!;
    }
    return { yes, maybe: isEmpty(possible) ? undefined : possible };
  }

  /** For whom, among the called, these ports are meant: mostly all or none; by name it differs. */
  private portPoints(ports: readonly PortMatch[] | undefined): 'all' | 'none' | Meant {
    if (ports === undefined) return 'all';
    const { protocol, from, to } = this.ports;
    let named: { yes: Bits; maybe: Bits | undefined } | undefined;
    for (const one of ports) {
      if (one.protocol !== 'ANY' && one.protocol !== protocol) continue;
      if (one.name === undefined) {
        if (one.from === undefined || (from >= one.from && to <= (one.to ?? one.from))) return 'all';
        continue;
      }
      if (this.called) {
        if (this.called.group === undefined) (named ??= { yes: emptyBits(this.words), maybe: undefined }).maybe = this.points.everyone();
        else if (from === to && (this.called.namedPorts.get(one.name) ?? []).some((port) => port.number === from && port.protocol === protocol)) return 'all';
        continue;
      }
      named ??= { yes: emptyBits(this.words), maybe: undefined };
      if (from === to) {
        const carrying = this.maker.carrying(one.name, protocol, from);
        for (let w = 0; w < this.words; w++) named.yes[w]! |= carrying[w]!;
      }
      named.maybe = this.maker.withoutPods;
    }
    return named ?? 'none';
  }
}
