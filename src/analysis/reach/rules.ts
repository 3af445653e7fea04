// The normal form of every policy language of the CNI and of the mesh: tiers of policies, policies of rules, rules of peers, ports and requests.
// A language is one file that turns its documents into this; evaluate.ts decides one flow by it, rows.ts all of them at once.
import type { FieldPath } from '../documents/document';
import type { Entry } from '../model/entry';
import type { AddressRange } from '../model/ranges';
import type { Three } from '../model/three';
import type { Decider, Direction, Facts, Protocol, Request } from './flow';
import type { Endpoint } from './endpoints';
import type { Selector } from './selector';

/** What is in a cluster, or beside it, and is neither pod nor plain address. */
export type EntityName =
  /** The node on which the pod itself runs: its kubelet. */
  | 'host'
  /** Every other node. */
  | 'remote-node'
  | 'kube-apiserver'
  /** What Cilium's own ingress and gateway send. */
  | 'ingress'
  | 'health'
  | 'init'
  | 'unmanaged';

export const ENTITIES: readonly EntityName[] = ['host', 'remote-node', 'kube-apiserver', 'ingress', 'health', 'init', 'unmanaged'];

/** Whom a rule is for: the other end of the connection. */
export type PeerTerm =
  | { readonly is: 'everyone' }
  | { readonly is: 'nobody' }
  /** `hostNetwork`: whether pods in the network of their node are meant as well; `maybe` where the language leaves it open. */
  | { readonly is: 'pods'; readonly where: Selector; readonly hostNetwork: 'in' | 'out' | 'maybe' }
  /** A block of addresses without some others. `pods`: whether the addresses of pods and nodes that may lie inside count; `maybe` where the engine decides. */
  | { readonly is: 'block'; readonly range: AddressRange; readonly except: readonly AddressRange[]; readonly pods: 'in' | 'out' | 'maybe' }
  | { readonly is: 'entity'; readonly name: EntityName }
  /** Names outside, by a pattern; their addresses are what DNS answers. */
  | { readonly is: 'name'; readonly pattern: string; readonly test: (host: string) => boolean }
  | { readonly is: 'any' | 'all'; readonly of: readonly PeerTerm[] }
  | { readonly is: 'not'; readonly of: PeerTerm }
  /** Something that is not followed: it may be anybody. */
  | { readonly is: 'unknown'; readonly why: string };

/** Ports of the called pods. */
export interface PortMatch {
  /** `ANY` is each protocol that has ports; `other` is one without (ICMP), which no flow of ours is. */
  readonly protocol: Protocol | 'ANY' | 'other';
  /** Absent for every port. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** A port by the name that the called pods give it. */
  readonly name?: string | undefined;
}

/** A condition on what is said over the connection. */
export interface RequestCondition {
  /** As lists print it: `GET /orders/*`. */
  readonly text: string;
  /** Undefined where the request does not say enough, or nobody knows. */
  test(request: Request, facts: Facts, call: CallEnds): Three;
}

/** The two ends, for conditions that look at them. */
export interface CallEnds {
  readonly port: number;
}

export type Action = 'allow' | 'deny' | 'pass' | 'log';

export interface Rule {
  readonly action: Action;
  readonly path: FieldPath;
  readonly peers: PeerTerm;
  /** Absent: every port of every protocol. Empty: none. */
  readonly ports?: readonly PortMatch[] | undefined;
  /** Ports for which the rule is not. */
  readonly exceptPorts?: readonly PortMatch[] | undefined;
  /** One of these must hold. Absent: any request, and anything that is no request. */
  readonly requests?: readonly RequestCondition[] | undefined;
  /** What a refused request is answered; absent where packets are dropped. */
  readonly status?: number | undefined;
  /** Why, for an operator, after who is denied: `it takes callers with a certificate of the mesh only`. */
  readonly says?: ((caller: Endpoint | undefined) => string) | undefined;
  /** Something that is not modelled decides when the rule is met: what it is. */
  readonly unknown?: string | undefined;
}

/** One policy, as far as it speaks of one direction. */
export interface Policy {
  readonly entry: Entry;
  readonly direction: Direction;
  /** The tier's name. */
  readonly tier: string;
  /** In ordered tiers the smaller comes first. */
  readonly order: number;
  /** Who of two with one order comes first; absent where that is not defined. */
  readonly tie?: string | undefined;
  readonly subject: Selector;
  /** Whether it governs pods in the network of their node. */
  readonly hostNetwork: 'in' | 'out' | 'maybe';
  /** What no rule of the tier lets through is held. */
  readonly closes: boolean;
  /** The only ports that it closes. Absent: every port. */
  readonly closesPorts?: readonly PortMatch[] | undefined;
  /** What a request is answered that no rule lets through; absent where packets are dropped. */
  readonly status?: number | undefined;
  readonly rules: readonly Rule[];
  /** The path of the part that speaks of this direction. */
  readonly path: FieldPath;
  /** What it says to the operator instead of its kind and name. */
  readonly says?: string | undefined;
}

/** Policies that are asked together. */
export interface Tier {
  readonly name: string;
  /**
   * `union`: a denial of any policy wins, then an admission by any, then closed or open. `ordered`: the first rule that is met decides. */
  readonly mode: 'union' | 'ordered';
  /** Of a union: where what its policies close is held: before later tiers are asked, or when none of them has decided. @default 'here' */
  readonly closes?: 'here' | 'last' | undefined;
}

/** One layer of policies over one cluster: the CNI, or the mesh. */
export interface PolicyLayer {
  readonly layer: 'cni' | 'mesh';
  /** In the order in which they are asked; what none decides is let through. */
  readonly tiers: readonly Tier[];
  readonly policies: readonly Policy[];
  /** Objects that the layer does not model and that may change any answer: with the reason. */
  readonly notModelled: readonly NotModelled[];
  /** Whether the kubelet of its own node reaches a pod whatever its policies say, or unless a rule of theirs denies it. */
  readonly hostIsFree: boolean | 'unless denied';
  /** Who keeps the policies, where a layer has more than one who does: `waypoint`. */
  readonly title?: string | undefined;
}

/** What is not followed takes the certainty from answers: from what is let through, and with `mayAllow` from denials, too. */
export interface NotModelled extends Decider {
  readonly why: string;
  /** Whose answers it may change; absent for everybody's. */
  readonly subject?: Selector | undefined;
  /** @default - both */
  readonly direction?: Direction | undefined;
  /** It may let through what the others hold. @default false */
  readonly mayAllow?: boolean | undefined;
}

export const NO_ONE: PeerTerm = { is: 'nobody' };
export const EVERYONE: PeerTerm = { is: 'everyone' };

export function anyOf(of: readonly PeerTerm[]): PeerTerm {
  return of.length === 1 ? of[0]! : of.length === 0 ? NO_ONE : { is: 'any', of };
}

export function allOf(of: readonly PeerTerm[]): PeerTerm {
  return of.length === 1 ? of[0]! : of.length === 0 ? EVERYONE : { is: 'all', of };
}
