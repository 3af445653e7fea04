// What one end lets through, for every peer and every port at once: the same semantics as decide.ts over sets. Ports are cut only where the rules of this end cut them.
import type { Bits } from './bits';
import { copyBits, emptyBits, hasBit, isEmpty, setBit } from './bits';
import type { Direction, Protocol } from './flow';
import { PROTOCOLS } from './flow';
import type { Endpoint } from './endpoints';
import type { Points } from './points';
import { PlainRows } from './plain-rows';
import { LAST_PORT } from './row';
import type { Row, Rows } from './row';
import { sameRow } from './row-set';
import { ENTITIES } from './rules';
import type { Policy, PolicyLayer, PortMatch, Rule } from './rules';
import { RowWalk, uncertain } from './row-walk';
import type { Active, Meant, RowBits } from './row-walk';
import type { Governed } from './table';

export { LAST_PORT };
export type { Row, Rows };

export class RowMaker {
  private readonly points: Points;
  private readonly layer: PolicyLayer;
  private readonly everyone: Bits;
  private readonly open: Rows;
  /** By the number of the list of policies, and for names of ports by them, too. */
  private readonly byList: Readonly<Record<Direction, (Rows | undefined)[]>> = { ingress: [], egress: [] };
  private readonly byNames: Map<string, Rows> = new Map();
  private readonly plain: PlainRows;
  private readonly withName: Map<string, Bits> = new Map();
  private readonly external: Bits;

  constructor(layer: PolicyLayer, points: Points) {
    this.layer = layer;
    this.points = points;
    this.everyone = points.everyone();
    this.plain = new PlainRows(points);
    this.open = PROTOCOLS.map((protocol) => ({ protocol, from: 1, to: LAST_PORT, yes: this.everyone }));
    this.external = emptyBits(points.words);
    const { classes } = points.index;
    for (let at = 0; at < classes.length; at++) if (classes[at]![0]!.group === undefined) setBit(this.external, at);
  }

  /** What the endpoints of one class let through in one direction. */
  rowsOf(governed: Governed, direction: Direction, at: number): Rows {
    if (governed.tiers.length === 0 && governed.notModelled.length === 0) return this.open;
    const endpoint = this.points.index.classes[at]![0]!;
    if (direction === 'egress' || !governed.namesPorts) return (this.byList[direction][governed.id] ??= this.make(governed, direction, endpoint));
    const key = `${governed.id} ${namesOf(endpoint)}`;
    let rows = this.byNames.get(key);
    if (!rows) this.byNames.set(key, (rows = this.make(governed, direction, endpoint)));
    return rows;
  }

  private make(governed: Governed, direction: Direction, endpoint: Endpoint): Rows {
    const plain = this.plain.rowsOf(governed, direction === 'ingress' && this.layer.hostIsFree !== false);
    return plain ?? this.walk(governed, direction, direction === 'ingress' ? endpoint : undefined);
  }

  private walk(governed: Governed, direction: Direction, called: Endpoint | undefined): Rows {
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
          const walk = new RowWalk(this.points, active, direction === 'ingress' && hostIsFree === 'unless denied').walk(governed);
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

type Ports = Pick<Row, 'protocol' | 'from' | 'to'>;

/** A denial that the token of the caller has to ask for is not met by calls of which none is said. */
function asksForFacts({ action, requests }: Rule, port: number): boolean {
  return action === 'deny' && requests !== undefined && requests.every((one) => one.test({}, {}, { port }) === false);
}
