// Pairs whose ports are as they were, and which let through other requests: only where a policy that looks at requests was changed.
import { each, some } from '../model/each';
import { withoutRanges } from './compare-ports';
import type { PairEnd } from './connectivity';
import type { Causes, Side } from './diff-cause';
import type { Comparison, DifferentPair, EndOfBoth } from './diff-pairs';
import { isJoint, isPair, PairSearch, reachOf } from './diff-pairs';
import type { JointEnd } from './diff-side';
import type { Direction } from './flow';
import { waysOf } from './pair-deciders';
import type { PortRange } from './pairs';
import type { Policy } from './rules';
import type { Governed, Governing, PolicyTable } from './table';

/** A pair with the requests that passed, and those that do now. */
export interface OtherRequests {
  readonly pair: DifferentPair;
  readonly port: PortRange;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Finds pairs that let through some requests on both sides, and not the same. */
export function* otherRequests(before: Side, after: Side, { ends }: Comparison, causes: Causes): Generator<OtherRequests> {
  const [changedBefore, changedAfter] = [changedPolicies(before, causes, false), changedPolicies(after, causes, true)];
  if (changedBefore.size + changedAfter.size === 0) return;
  const touched = touchedEnds(ends, governedBy(before, changedBefore), governedBy(after, changedAfter));
  const search = new PairSearch(ends, [undefined, after.connectivity], 'some', touched, touched);
  for (let at = 0; at < ends.length; at++) {
    const [from, against] = [ends[at]!, search.against(at)];
    if (against.length > 0 && isJoint(from)) yield* requestsFrom(from, against, before, after);
  }
}

function touchedEnds(ends: readonly EndOfBoth[], before: Uint8Array, after: Uint8Array): Uint8Array {
  const touched = new Uint8Array(ends.length);
  for (let at = 0; at < ends.length; at++) if (isTouched(ends[at]!, before, after)) touched[at] = 1;
  return touched;
}

function isTouched(end: EndOfBoth, before: Uint8Array, after: Uint8Array): boolean {
  return isJoint(end) && (before[end.before.point] === 1 || after[end.after.point] === 1);
}

function* requestsFrom(from: JointEnd, against: readonly EndOfBoth[], before: Side, after: Side): Generator<OtherRequests> {
  const { connectivity } = after;
  const [partlyOf, whollyOf] = [reachOf(connectivity, from.after, 'some', against.length), reachOf(connectivity, from.after, 'yes', against.length)];
  for (const to of against) {
    if (!isJoint(to)) continue;
    const partly = partlyOf(to.after);
    const wholly = whollyOf(to.after);
    if (partly === wholly || !isPair(from, to)) continue;
    for (const port of withoutRanges(connectivity.portSet(partly).ranges, connectivity.portSet(wholly).ranges).slice(0, 4)) {
      const [then, now] = [onlyOf(before, from.before, to.before, port), onlyOf(after, from.after, to.after, port)];
      if (then === undefined || now === undefined || then.join() === now.join()) continue;
      yield { pair: { from, to, before: 0, after: 0 }, port, before: then, after: now };
      break;
    }
  }
}

function onlyOf({ connectivity: { network } }: Side, from: PairEnd, to: PairEnd, port: PortRange): readonly string[] | undefined {
  const [way] = waysOf(network, from, to, [port]);
  return way?.outcome === 'allowed' && way.only ? [...new Set(way.only)].sort() : undefined;
}

/** Policies that look at requests and are not as they were. */
function changedPolicies({ connectivity: { network } }: Side, causes: Causes, isAfter: boolean): ReadonlySet<Policy> {
  const changed = new Set<Policy>();
  for (const { layer } of network.layers) each(layer.policies, enterChanged, causes, isAfter, changed);
  return changed;
}

function enterChanged(policy: Policy, causes: Causes, isAfter: boolean, changed: Set<Policy>): void {
  if (looksAtRequests(policy) && causes.fateOf(policy.entry, isAfter) !== 'unchanged') changed.add(policy);
}

function looksAtRequests({ rules }: Policy): boolean {
  for (let i = 0; i < rules.length; i++) if (rules[i]!.requests !== undefined) return true;
  return false;
}

/** The points that some of these policies govern: 1. */
function governedBy({ connectivity: { network } }: Side, policies: ReadonlySet<Policy>): Uint8Array {
  const points = new Uint8Array(network.points.count);
  if (policies.size === 0) return points;
  const count = network.points.index.classes.length;
  for (const { table } of network.layers) for (const direction of DIRECTIONS) enterGoverned(points, count, table, direction, policies);
  return points;
}

function enterGoverned(points: Uint8Array, count: number, table: PolicyTable, direction: Direction, policies: ReadonlySet<Policy>): void {
  for (let at = 0; at < count; at++) if (isGoverned(table.of(at, direction), policies)) points[at] = 1;
}

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

function isGoverned({ tiers }: Governed, policies: ReadonlySet<Policy>): boolean {
  for (let t = 0; t < tiers.length; t++) if (some(tiers[t]!.policies, isOneOf, policies)) return true;
  return false;
}

function isOneOf({ policy }: Governing, policies: ReadonlySet<Policy>): boolean {
  return policies.has(policy);
}
