// What one end lets through, for every peer and every port at once: the same semantics as decide.ts over sets. Ports are cut only where the rules of this end cut them.
import type { Bits } from './bits';
import { emptyBits, isEmpty, sameBits, setBit } from './bits';
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
    // Ranges for which the same rules speak are walked once.
    const walked = new Map<string, RowBits>();
    for (const protocol of PROTOCOLS) {
      const starts = this.starts(governed, protocol, called);
      for (let i = 0; i < starts.length; i++) {
        const ports = { protocol, from: starts[i]!, to: i + 1 < starts.length ? starts[i + 1]! - 1 : LAST_PORT };
        const { active, key } = this.activeParts(governed, ports, called);
        let bits = key === undefined ? undefined : walked.get(key);
        if (!bits) {
          bits = openRow(governed, active, this.points) ?? new RowWalk(this.points, active).walk(governed);
          if (this.layer.hostIsFree && direction === 'ingress') setBit(bits.yes, this.points.firstEntity + ENTITIES.indexOf('host'));
          if (key !== undefined) walked.set(key, bits);
        }
        const last = rows.at(-1);
        if (last?.protocol === protocol && sameRow(last, bits)) rows[rows.length - 1] = { ...last, to: ports.to };
        else rows.push({ ...ports, yes: bits.yes, some: bits.some, maybe: bits.maybe });
      }
    }
    return rows;
  }

  /** What speaks of a range of ports, and what tells this choice from others; no key where names of ports choose among the called, too. */
  private activeParts(governed: Governed, ports: Ports, called: Endpoint | undefined): { readonly active: Active; readonly key: string | undefined } {
    const rules = new Map<Rule, Meant>();
    const closers = new Map<Policy, 'all' | Meant>();
    let key: string | undefined = '';
    let number = 0;
    for (const { policies } of governed.tiers) {
      for (const { policy } of policies) {
        number++;
        const closed = policy.closes ? this.portPoints(policy.closesPorts, ports, called) : 'none';
        if (closed !== 'none') {
          closers.set(policy, closed);
          if (closed !== 'all') key = undefined;
          else if (key !== undefined && policy.closesPorts !== undefined) key += `${number},`;
        }
        for (const rule of policy.rules) {
          number++;
          if (rule.action === 'log' || asksForFacts(rule, ports.from)) continue;
          const on = this.portPoints(rule.ports, ports, called);
          const except = on === 'none' || rule.exceptPorts === undefined ? 'none' : this.portPoints(rule.exceptPorts, ports, called);
          if (on === 'none' || except === 'all') continue;
          if (on !== 'all' || except !== 'none') key = undefined;
          else if (key !== undefined) key += `${number},`;
          rules.set(rule, this.meant(rule, on, except));
        }
      }
    }
    return { active: { rules, closers }, key };
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
    const yes = peers.yes.slice();
    const possible = peers.yes.slice();
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

function namesOf({ namedPorts, group }: Endpoint): string {
  let names = group === undefined ? '?' : '';
  for (const [name, ports] of namedPorts) for (const { number, protocol } of ports) names += `${name}:${number}${protocol} `;
  return names;
}

type RowBits = Pick<Row, 'yes' | 'some' | 'maybe'>;

type Ports = Pick<Row, 'protocol' | 'from' | 'to'>;

function sameRow(a: RowBits, b: RowBits): boolean {
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

/** The common case at once: policies that only admit, of which all is known. Undefined for any other. */
function openRow(governed: Governed, { rules, closers }: Active, points: Points): RowBits | undefined {
  const [only, second] = governed.tiers;
  if (only === undefined || second !== undefined || only.tier.mode !== 'union' || !only.policies.every(({ certain }) => certain)) return undefined;
  for (const ports of closers.values()) if (ports !== 'all') return undefined;
  for (const [rule, { maybe }] of rules) if (rule.action !== 'allow' || maybe !== undefined || rule.requests !== undefined || rule.unknown !== undefined) return undefined;
  if (closers.size === 0) return { yes: points.everyone() };
  const yes = emptyBits(points.words);
  for (const meant of rules.values()) for (let w = 0; w < yes.length; w++) yes[w]! |= meant.yes[w]!;
  return { yes };
}

/** One walk through the tiers, for one range of ports. */
class RowWalk {
  private readonly active: Active;
  private readonly words: number;
  private readonly undecided: Bits;
  private readonly yes: Bits;
  private readonly no: Bits;
  private readonly unsure: Bits;
  /** Points for which a doubt says the one or the other; points that pass or fail with some requests only. */
  private readonly perhaps: Record<'allow' | 'deny', Bits | undefined> = { allow: undefined, deny: undefined };
  private readonly partly: Record<'allow' | 'deny', Bits | undefined> = { allow: undefined, deny: undefined };

  constructor(points: Points, active: Active) {
    this.active = active;
    this.words = points.words;
    this.undecided = points.everyone();
    this.yes = emptyBits(this.words);
    this.no = emptyBits(this.words);
    this.unsure = emptyBits(this.words);
  }

  walk(governed: Governed): RowBits {
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
    return { yes, some, maybe };
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
    const meant = this.active.rules.get(rule);
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

  private close(policies: readonly Governing[]): void {
    const { undecided } = this;
    // Every policy is asked of those that were left when it came to closing.
    const left = undecided.slice();
    for (const { policy, certain } of policies) {
      const ports = this.active.closers.get(policy);
      if (ports === undefined) continue;
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
}
