// The typed model of an nftables ruleset: tables of sets and chains, rules of typed statements. Words and their order are those of nft(8).
import type { BlockLike } from '../address';
import type { DurationLike } from '../duration';

/** A ruleset file. Loading it replaces its own tables, atomically, and touches no other. */
export interface NftRuleset {
  readonly tables: readonly NftTable[];
}

export interface NftTable {
  readonly family: 'inet' | 'ip' | 'ip6';
  readonly name: string;
  readonly sets?: readonly NftSet[];
  readonly counters?: readonly string[];
  readonly chains: readonly NftChain[];
}

/** A named set of addresses or ports. Sets that rules add to are `dynamic`. */
export interface NftSet {
  readonly name: string;
  readonly type: 'ipv4_addr' | 'ipv6_addr' | 'inet_service';
  /** Rules may add elements. Such a set needs `size`. @default false */
  readonly dynamic?: boolean;
  /** How long an element stays. */
  readonly timeout?: DurationLike;
  /** Greatest number of elements. */
  readonly size?: number;
  /** Address blocks (sorted; overlapping ones are merged by the kernel). Ports are in `ports`. */
  readonly elements?: readonly BlockLike[];
  readonly ports?: readonly PortRange[];
  readonly comment?: string;
}

/** One port, or the first and the last of a range. */
export type PortRange = number | readonly [first: number, last: number];

export type NftChain = BaseChain | RegularChain;

/** A chain that the kernel calls. */
export interface BaseChain {
  readonly name: string;
  readonly hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';
  /** @default 'filter' */
  readonly type?: 'filter' | 'nat' | 'route';
  readonly priority: 'raw' | 'mangle' | 'dstnat' | 'filter' | 'security' | 'srcnat' | number;
  readonly policy: 'accept' | 'drop';
  readonly rules: readonly NftRule[];
}

/** A chain that rules jump to. */
export interface RegularChain {
  readonly name: string;
  readonly rules: readonly NftRule[];
}

/** One rule: statements in the order in which they are tried. */
export interface NftRule {
  readonly statements: readonly Statement[];
  readonly comment?: string;
}

export type Statement = MatchStatement | LimitStatement | SetStatement | ActionStatement | Verdict;

export type CtState = 'new' | 'established' | 'related' | 'invalid' | 'untracked';
export type TcpFlag = 'fin' | 'syn' | 'rst' | 'psh' | 'ack' | 'urg' | 'ecn' | 'cwr';

/** ICMP types that rules name. */
export type IcmpType = 'echo-reply' | 'destination-unreachable' | 'echo-request' | 'time-exceeded' | 'parameter-problem';
export type Icmpv6Type =
  | 'destination-unreachable' | 'packet-too-big' | 'time-exceeded' | 'parameter-problem' | 'echo-request' | 'echo-reply'
  | 'mld-listener-query' | 'mld-listener-report' | 'nd-router-solicit' | 'nd-router-advert' | 'nd-neighbor-solicit' | 'nd-neighbor-advert';

export type MatchStatement =
  /** The loopback interface, by index: it always exists. */
  | { readonly match: 'iif lo' }
  | { readonly match: 'iifname' | 'oifname'; readonly names: readonly string[]; readonly not?: boolean }
  | { readonly match: 'ip saddr' | 'ip daddr' | 'ip6 saddr' | 'ip6 daddr'; readonly blocks: readonly BlockLike[]; readonly not?: boolean }
  | { readonly match: 'ip saddr' | 'ip daddr' | 'ip6 saddr' | 'ip6 daddr'; readonly set: string; readonly not?: boolean }
  | { readonly match: 'tcp sport' | 'tcp dport' | 'udp sport' | 'udp dport'; readonly ports: readonly PortRange[]; readonly not?: boolean }
  | { readonly match: 'tcp sport' | 'tcp dport' | 'udp sport' | 'udp dport'; readonly set: string; readonly not?: boolean }
  | { readonly match: 'ct state'; readonly states: readonly CtState[] }
  | { readonly match: 'icmp type'; readonly types: readonly IcmpType[] }
  | { readonly match: 'icmpv6 type'; readonly types: readonly Icmpv6Type[] }
  /** Router and neighbour discovery is only true at 255: nothing has forwarded it. */
  | { readonly match: 'ip6 hoplimit'; readonly value: number }
  | { readonly match: 'tcp flags'; readonly mask: readonly TcpFlag[]; readonly flags: readonly TcpFlag[] }
  /** The way back to the source does not lead through the interface that it came from. */
  | { readonly match: 'fib saddr . iif oif missing' };

/** Lets through so many per unit of time; `over` turns it round. */
export interface LimitStatement {
  readonly limit: { readonly rate: number; readonly per: 'second' | 'minute' | 'hour' | 'day'; readonly over?: boolean; readonly burst?: number };
}

/** Keeps a limit, or a count of connections, per address in a dynamic set. */
export interface SetStatement {
  readonly addTo: string;
  /** @default 'add'; `update` also starts the timeout of an element anew */
  readonly operation?: 'add' | 'update';
  readonly key: 'ip saddr' | 'ip6 saddr';
  readonly limit?: LimitStatement['limit'];
  /** Matches when the address has more open connections than this. */
  readonly ctCountOver?: number;
}

export type ActionStatement =
  | { readonly action: 'counter'; readonly name?: string }
  | { readonly action: 'log'; readonly prefix: string; readonly level?: 'emerg' | 'alert' | 'crit' | 'err' | 'warn' | 'notice' | 'info' | 'debug'; readonly flagsAll?: boolean }
  | { readonly action: 'notrack' }
  | { readonly action: 'masquerade' }
  | { readonly action: 'snat' | 'dnat'; readonly address: string; readonly port?: number }
  /** Cuts the segment size of passing connections down to the route's. */
  | { readonly action: 'clamp mss to pmtu' }
  | { readonly action: 'synproxy'; readonly mss: number; readonly wscale: number; readonly timestamp?: boolean; readonly sackPerm?: boolean }
  | { readonly action: 'reject'; readonly with?: 'tcp reset' | 'icmpx port-unreachable' | 'icmpx admin-prohibited' };

export type Verdict =
  | { readonly verdict: 'accept' | 'drop' | 'return' }
  | { readonly verdict: 'jump' | 'goto'; readonly chain: string }
  /** One verdict per connection state. */
  | { readonly verdict: 'ct state vmap'; readonly states: { readonly [state in CtState]?: 'accept' | 'drop' } };
