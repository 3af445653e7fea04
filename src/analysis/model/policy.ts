// What one network policy says, whichever language it is written in. The languages are read by policies-{kubernetes,cilium,calico,cluster}.ts.
import type { FieldPath } from '../documents/document';
import type { Entry } from './entry';
import type { Party, PodParty } from './parties';
import type { PodGroup } from './pods';
import type { Three } from './three';

export type Direction = 'ingress' | 'egress';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** The port of a connection, as the pods that are called see it. */
export interface PolicyPort {
  readonly number: number;
  readonly protocol: Protocol;
}

/** Ports that a rule is for. */
export interface PortMatch {
  /** `ANY` is each protocol that has ports; `other` is one that has none. */
  readonly protocol: Protocol | 'ANY' | 'other';
  /** Absent for every port. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** A port by the name that the called pods give it. */
  readonly name?: string | undefined;
  /** Where it stands in the rule. */
  readonly path: FieldPath;
}

/** One rule of a policy, in one direction. */
export interface PolicyRule {
  readonly action: 'allow' | 'deny' | 'pass' | 'log';
  readonly path: FieldPath;
  /** Whether the rule is for a peer. */
  peer(party: Party): Three;
  /** The rule is for everybody: it names no peer. */
  readonly anyPeer: boolean;
  /** It is for peers that callers know by name: pods, Services, names, anywhere. Fixed addresses, the node and the API server need no DNS. */
  readonly byName: boolean;
  /** Absent: every port. */
  readonly ports: readonly PortMatch[] | undefined;
  /** Something in the rule is not followed: where it matches, nobody knows whether it does. */
  readonly vague: boolean;
  /** It looks into requests, too, so that it admits only some of them. */
  readonly inspects: boolean;
}

/** A policy, as far as one list of rules is for the same subject. */
export interface NetworkPolicyView {
  readonly entry: Entry;
  readonly engine: 'kubernetes' | 'cilium' | 'calico' | 'cluster';
  /** Of Calico: its tier. Of cluster policies: before or after the policies of namespaces. */
  readonly tier: string;
  /** The smaller counts first, within a tier. */
  readonly order: number;
  /** The templates that it selects for certain. */
  readonly pods: readonly PodGroup[];
  /** Those of which nobody knows. */
  readonly perhaps: readonly PodGroup[];
  /** Whether it selects pods that are known by labels only. */
  selects(party: PodParty): Three;
  /** Absent: the policy says nothing of this direction. */
  readonly ingress?: readonly PolicyRule[] | undefined;
  readonly egress?: readonly PolicyRule[] | undefined;
  /** What it does not admit is denied. */
  readonly closesIngress: boolean;
  readonly closesEgress: boolean;
}
