// What one end lets through, for every peer and every port at once: the same semantics as decide.ts over sets. Ports are cut only where the rules of this end cut them.
import type { Bits } from './bits';
import { copyBits, emptyBits, hasBit, isEmpty, sameBits, setBit } from './bits';
import type { Direction, Protocol } from './flow';
import { PROTOCOLS } from './flow';
import type { Endpoint } from './endpoints';
import type { Points, PointSet } from './points';
import { ENTITIES } from './rules';
import type { Policy, PolicyLayer, PortMatch, Rule } from './rules';
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
    if (governed.tiers.length === 0 && governed.notModelled.length === 0) return this.open;
    const named = direction === 'ingress' && governed.namesPorts;
    const endpoint = this.points.index.classes[at]![0]!;
    const key = `${direction} ${governed.id}${named ? ` ${namesOf(endpoint)}` : ''}`;
    let rows = this.known.get(key);
    if (!rows) this.known.set(key, (rows = this.make(governed, direction, direction === 'ingress' ? endpoint : undefined)));
    return rows;
  }

  private make(governed: Governed, direction: Direction, called: Endpoint | undefined): Rows {
    const rows: Row[] = [];
    // Ranges for which the same rules speak are walked once.
    const walked = new Map<string, RowBits>();
    for (const protocol of PROTOCOLS) {
      const starts = this.starts(governed, protocol, called);
      for (let i = 0; i < starts.length; i++) {
        const ports = { protocol, from: starts[i]!, to: i + 1 < starts.length ? starts[i + 1]! - 1 : LAST_PORT };
        const key = this.choice(governed, ports);
        let bits = key === undefined ? undefined : walked.get(key);
        if (!bits) {
          const active = this.activeParts(governed, ports, called);
          const { hostIsFree } = this.layer;
          const walk = openRow(governed, active, this.points) ?? new RowWalk(this.points, active, direction === 'ingress' && hostIsFree === 'unless denied').walk(governed);
          bits = uncertain(governed, direction === 'ingress' && hostIsFree !== false ? this.withHosts(walk, hostIsFree === true) : walk, this.points);
          if (direction === 'ingress' && hostIsFree === true) bits = this.withHosts(bits, true);
          if (key !== undefined) walked.set(key, bits);
        }
        const last = rows.at(-1);
        if (last?.protocol === protocol && sameRow(last, bits)) rows[rows.length - 1] = { ...last, to: ports.to };
        else rows.push({ ...ports, yes: bits.yes, some: bits.some, maybe: bits.maybe });
      }
    }
    return rows;
  }

  /** The node of the called pods passes; of pods in the network of some node it is not known. */
  private withHosts(bits: RowBits & { readonly denied?: Bits | undefined }, always: boolean): RowBits {
    const { index, firstEntity } = this.points;
    const host = firstEntity + ENTITIES.indexOf('host');
    let { maybe } = bits;
    for (const at of index.hostNetworkClasses) {
      const isDecided = hasBit(bits.yes, at) || (bits.some !== undefined && hasBit(bits.some, at)) || (!always && bits.denied !== undefined && hasBit(bits.denied, at));
      if (!isDecided) setBit(maybe ??= emptyBits(this.points.words), at);
    }
    if (always || bits.denied === undefined) {
      setBit(bits.yes, host);
      for (const others of [bits.some, maybe]) if (others) others[host >>> 5]! &= ~(1 << (host & 31));
    }
    return { yes: bits.yes, some: bits.some && !isEmpty(bits.some) ? bits.some : undefined, maybe: maybe && !isEmpty(maybe) ? maybe : undefined };
  }

  /** Tells the choice of rules that speak of a range of ports from others; undefined where names of ports choose among the called, too. */
  private choice({ tiers }: Governed, ports: Ports): string | undefined {
    let key = '';
    let number = 0;
    for (const { policies } of tiers) {
      for (const { policy } of policies) {
        number++;
        if (policy.closesPorts !== undefined) {
          const closed = speaksOf(policy.closesPorts, ports);
          if (closed === undefined) return undefined;
          if (closed) key += `${number},`;
        }
        for (const rule of policy.rules) {
          number++;
          const on = rule.ports === undefined || speaksOf(rule.ports, ports);
          if (on === undefined || (on && rule.exceptPorts !== undefined) || (rule.requests !== undefined && rule.action === 'deny')) return undefined;
          if (on) key += `${number},`;
        }
      }
    }
    return key;
  }

  /** What speaks of a range of ports. */
  private activeParts(governed: Governed, ports: Ports, called: Endpoint | undefined): Active {
    const rules = new Map<Rule, Meant>();
    const closers = new Map<Policy, 'all' | Meant>();
    for (const { policies } of governed.tiers) {
      for (const { policy } of policies) {
        const closed = policy.closes ? this.portPoints(policy.closesPorts, ports, called) : 'none';
        if (closed !== 'none') closers.set(policy, closed);
        for (const rule of policy.rules) {
          if (rule.action === 'log' || asksForFacts(rule, ports.from)) continue;
          const on = this.portPoints(rule.ports, ports, called);
          const except = on === 'none' || rule.exceptPorts === undefined ? 'none' : this.portPoints(rule.exceptPorts, ports, called);
          if (on !== 'none' && except !== 'all') rules.set(rule, this.meant(rule, on, except));
        }
      }
    }
    return { rules, closers };
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
  private carrying(name: string, protocol: Protocol, number: number): Bits {
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

  /** The peers that a rule means on some ports. */
  private meant(rule: Rule, on: 'all' | Meant, except: 'none' | Meant): Meant {
    const peers = this.points.meeting(rule.peers);
    if (on === 'all' && except === 'none') return peers;
    const words = this.points.words;
    const yes = copyBits(peers.yes);
    const possible = copyBits(peers.yes);
    if (peers.maybe) for (let w = 0; w < words; w++) possible[w]! |= peers.maybe[w]!;
    for (let w = 0; w < words; w++) {
      if (on !== 'all') {
        yes[w]! &= on.yes[w]!;
        possible[w]! &= on.yes[w]! | (on.maybe?.[w] ?? 0);
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
  private portPoints(meant: readonly PortMatch[] | undefined, { protocol, from, to }: Ports, called: Endpoint | undefined): 'all' | 'none' | Meant {
    if (meant === undefined) return 'all';
    const { words } = this.points;
    let named: { yes: Bits; maybe: Bits | undefined } | undefined;
    for (const one of meant) {
      if (one.protocol !== 'ANY' && one.protocol !== protocol) continue;
      if (one.name === undefined) {
        if (one.from === undefined || (from >= one.from && to <= (one.to ?? one.from))) return 'all';
        continue;
      }
      if (called) {
        if (called.group === undefined) (named ??= { yes: emptyBits(words), maybe: undefined }).maybe = this.points.everyone();
        else if (from === to && (called.namedPorts.get(one.name) ?? []).some((port) => port.number === from && port.protocol === protocol)) return 'all';
        continue;
      }
      named ??= { yes: emptyBits(words), maybe: undefined };
      if (from === to) {
        const carrying = this.carrying(one.name, protocol, from);
        for (let w = 0; w < words; w++) named.yes[w]! |= carrying[w]!;
      }
      named.maybe = this.external;
    }
    return named ?? 'none';
  }
}

const NO_PORTS: readonly PortMatch[] = [];

/** Whether one of some ports means all of a range that no border cuts; undefined where that hangs on names. */
function speaksOf(meant: readonly PortMatch[], { protocol, from, to }: Ports): boolean | undefined {
  for (const one of meant) {
    if (one.protocol !== 'ANY' && one.protocol !== protocol) continue;
    if (one.name !== undefined) return undefined;
    if (one.from === undefined || (from >= one.from && to <= (one.to ?? one.from))) return true;
  }
  return false;
}

function namesOf({ namedPorts, group }: Endpoint): string {
  let names = group === undefined ? '?' : '';
  for (const [name, ports] of namedPorts) for (const { number, protocol } of ports) names += `${name}:${number}${protocol} `;
  return names;
}

type RowBits = Pick<Row, 'yes' | 'some' | 'maybe'>;

type Ports = Pick<Row, 'protocol' | 'from' | 'to'>;

function sameRow(a: RowBits, b: RowBits): boolean {
  if (a.yes === b.yes && a.some === b.some && a.maybe === b.maybe) return true;
  return sameBits(a.yes, b.yes) && sameMaybe(a.some, b.some) && sameMaybe(a.maybe, b.maybe);
}

function sameMaybe(a: Bits | undefined, b: Bits | undefined): boolean {
  return a === undefined || b === undefined ? a === b : sameBits(a, b);
}

/** Peers that a rule means on some ports, those of which that is not known. */
type Meant = PointSet;

/** What speaks of a range of ports: rules with the peers that they mean, and policies that close, for all or for some of the called. */
interface Active {
  readonly rules: ReadonlyMap<Rule, Meant>;
  readonly closers: ReadonlyMap<Policy, 'all' | Meant>;
}

/** A denial that the token of the caller has to ask for is not met by calls of which none is said. */
function asksForFacts({ action, requests }: Rule, port: number): boolean {
  return action === 'deny' && requests !== undefined && requests.every((one) => one.test({}, {}, { port }) === false);
}

const ALLOW = ['allow'] as const;
const DENY = ['deny'] as const;
const BOTH = ['allow', 'deny'] as const;

/** What is not followed takes the certainty from what is let through, and from what is held where it may let through. */
function uncertain({ notModelled }: Governed, row: RowBits, points: Points): RowBits {
  if (notModelled.length === 0) return row;
  const maybe = notModelled.some(({ mayAllow }) => mayAllow === true) ? points.everyone() : copyBits(row.yes);
  for (const more of [row.some, row.maybe]) if (more) for (let w = 0; w < maybe.length; w++) maybe[w]! |= more[w]!;
  return { yes: emptyBits(points.words), maybe };
}

/** The common case at once: policies that only admit, of which all is known. Undefined for any other. */
function openRow(governed: Governed, { rules, closers }: Active, points: Points): RowBits | undefined {
  const [only, second] = governed.tiers;
  if (only === undefined) return { yes: points.everyone() };
  if (second !== undefined || only.tier.mode !== 'union' || !only.policies.every(({ certain }) => certain)) return undefined;
  for (const ports of closers.values()) if (ports !== 'all') return undefined;
  for (const [rule, { maybe }] of rules) if (rule.action !== 'allow' || maybe !== undefined || rule.requests !== undefined || rule.unknown !== undefined) return undefined;
  if (closers.size === 0) return { yes: points.everyone() };
  const yes = emptyBits(points.words);
  for (const meant of rules.values()) for (let w = 0; w < yes.length; w++) yes[w]! |= meant.yes[w]!;
  return { yes };
}

function without(bits: Bits, at: number): Bits {
  const others = bits.slice();
  others[at >>> 5]! &= ~(1 << (at & 31));
  return others;
}

/** One walk through the tiers, for one range of ports. */
class RowWalk {
  /** The node of the called pods, for which nothing is closed and whose requests are not looked at. */
  private readonly free: number | undefined;
  /** What was closed, and not denied by a rule. */
  private readonly closed: Bits;
  private readonly active: Active;
  private readonly words: number;
  private readonly undecided: Bits;
  private readonly yes: Bits;
  private readonly no: Bits;
  private readonly unsure: Bits;
  /** Points for which a doubt says the one or the other; points that pass or fail with some requests only. */
  private readonly perhaps: Record<'allow' | 'deny', Bits | undefined> = { allow: undefined, deny: undefined };
  private readonly partly: Record<'allow' | 'deny', Bits | undefined> = { allow: undefined, deny: undefined };

  constructor(points: Points, active: Active, hostIsFree: boolean) {
    this.active = active;
    this.free = hostIsFree ? points.firstEntity + ENTITIES.indexOf('host') : undefined;
    this.words = points.words;
    this.undecided = points.everyone();
    this.yes = emptyBits(this.words);
    this.no = emptyBits(this.words);
    this.unsure = emptyBits(this.words);
    this.closed = emptyBits(this.words);
  }

  walk(governed: Governed): RowBits & { readonly denied: Bits } {
    const last: Governing[] = [];
    for (const tier of governed.tiers) {
      const passed = tier.tier.mode === 'union' ? this.union(tier) : this.ordered(tier);
      if (tier.tier.closes === 'last') last.push(...tier.policies);
      else this.close(tier.policies);
      if (passed) for (let w = 0; w < this.words; w++) this.undecided[w]! |= passed[w]!;
    }
    this.close(last);
    const denied = emptyBits(this.words);
    const { yes, no, unsure, perhaps, partly, undecided } = this;
    let some: Bits | undefined;
    let maybe: Bits | undefined;
    for (let w = 0; w < this.words; w++) {
      const allowed = yes[w]! | undecided[w]!;
      const doubtful = unsure[w]! | (allowed & (perhaps.deny?.[w] ?? 0)) | (no[w]! & (perhaps.allow?.[w] ?? 0))
        // What lets some requests through may stand behind a denial.
        | (no[w]! & (partly.allow?.[w] ?? 0) & (perhaps.deny?.[w] ?? 0));
      const partial = ~doubtful & ((allowed & (partly.deny?.[w] ?? 0)) | (no[w]! & (partly.allow?.[w] ?? 0)));
      if (doubtful !== 0) (maybe ??= emptyBits(this.words))[w] = doubtful;
      if (partial !== 0) (some ??= emptyBits(this.words))[w] = partial;
      yes[w] = allowed & ~doubtful & ~partial;
      denied[w] = no[w]! & ~this.closed[w]! & ~doubtful;
    }
    return { yes, some, maybe, denied };
  }

  private union({ policies }: TierPolicies): undefined {
    const into = { allow: this.yes, deny: this.no, pass: this.no };
    for (const action of ['deny', 'allow'] as const) {
      for (const one of policies) for (const rule of one.policy.rules) if (rule.action === action) this.take(one, rule, this.undecided, into);
    }
    return undefined;
  }

  /** Moves the points that a rule decides from those that are left. */
  private take(one: Governing, rule: Rule, among: Bits, into: Readonly<Record<'allow' | 'deny' | 'pass', Bits>>): void {
    const meant = this.active.rules.get(rule);
    if (!meant) return;
    const action = rule.action as 'allow' | 'deny' | 'pass';
    const left = this.free !== undefined && rule.requests !== undefined && action === 'allow' ? without(among, this.free) : among;
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

  private close(policies: readonly Governing[]): void {
    const { undecided } = this;
    // Every policy is asked of those that were left when it came to closing.
    const left = this.free === undefined ? copyBits(undecided) : without(undecided, this.free);
    let perhaps: Bits | undefined;
    for (const { policy, certain } of policies) {
      const ports = this.active.closers.get(policy);
      if (ports === undefined) continue;
      for (let w = 0; w < this.words; w++) {
        const sure = left[w]! & (certain ? (ports === 'all' ? -1 : ports.yes[w]!) : 0);
        const possible = left[w]! & (ports === 'all' ? -1 : ports.yes[w]! | (ports.maybe?.[w] ?? 0));
        this.no[w]! |= sure;
        this.closed[w]! |= sure;
        undecided[w]! &= ~sure;
        if ((possible & ~sure) !== 0) (perhaps ??= emptyBits(this.words))[w]! |= possible & ~sure;
      }
    }
    // What is closed for certain is not in doubt.
    if (perhaps) for (let w = 0; w < this.words; w++) (this.perhaps.deny ??= emptyBits(this.words))[w]! |= perhaps[w]! & undecided[w]!;
  }

  /** @returns those who pass to the next tier */
  private ordered(tier: TierPolicies): Bits {
    const passed = emptyBits(this.words);
    const into = { allow: this.yes, deny: this.no, pass: passed };
    for (const step of inSteps(tier)) {
      if (step.length === 1) for (const rule of step[0]!.policy.rules) this.take(step[0]!, rule, this.undecided, into);
      else this.together(step, into);
    }
    return passed;
  }

  /** Policies of one priority: where their first rules differ, the answer is not defined. */
  private together(step: readonly Governing[], into: Readonly<Record<'allow' | 'deny' | 'pass', Bits>>): void {
    const hits = { allow: emptyBits(this.words), deny: emptyBits(this.words), pass: emptyBits(this.words) };
    for (const one of step) {
      const left = copyBits(this.undecided);
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
}
