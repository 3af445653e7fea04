// Pairs whose ports are as they were, and which let through other requests: only where a policy that looks at requests was changed.
import { withoutRanges } from './compare-ports';
import type { PairEnd } from './connectivity';
import type { Causes, Side } from './diff-cause';
import type { Comparison, DifferentPair } from './diff-pairs';
import { isPair, reachOf } from './diff-pairs';
import type { JointEnd } from './diff-side';
import { waysOf } from './pair-deciders';
import type { PortRange } from './pairs';
import type { Governed } from './table';

/** A pair with the requests that passed, and those that do now. */
export interface OtherRequests {
  readonly pair: DifferentPair;
  readonly port: PortRange;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Finds pairs that let through some requests on both sides, and not the same. */
export function* otherRequests(before: Side, after: Side, { joint }: Comparison, causes: Causes): Generator<OtherRequests> {
  const [touchedBefore, touchedAfter] = [touched(before, causes, false), touched(after, causes, true)];
  if (touchedBefore.size + touchedAfter.size === 0) return;
  const isTouched = (end: JointEnd): boolean => touchedBefore.has(end.before.point) || touchedAfter.has(end.after.point);
  const called = joint.filter(isTouched);
  const { connectivity } = after;
  for (const from of joint) {
    const against = isTouched(from) ? joint : called;
    const [some, every] = [reachOf(connectivity, from.after, 'some', against.length), reachOf(connectivity, from.after, 'yes', against.length)];
    for (const to of against) {
      const partly = some(to.after);
      const wholly = every(to.after);
      if (partly === wholly || !isPair(from, to)) continue;
      for (const port of withoutRanges(connectivity.portSet(partly).ranges, connectivity.portSet(wholly).ranges).slice(0, 4)) {
        const [then, now] = [onlyOf(before, from.before, to.before, port), onlyOf(after, from.after, to.after, port)];
        if (then === undefined || now === undefined || then.join() === now.join()) continue;
        yield { pair: { from, to, before: 0, after: 0 }, port, before: then, after: now };
        break;
      }
    }
  }
}

function onlyOf({ connectivity: { network } }: Side, from: PairEnd, to: PairEnd, port: PortRange): readonly string[] | undefined {
  const [way] = waysOf(network, from, to, [port]);
  return way?.outcome === 'allowed' && way.only ? [...new Set(way.only)].sort() : undefined;
}

/** The points that a changed policy governs which looks at requests. */
function touched({ connectivity: { network } }: Side, causes: Causes, isAfter: boolean): ReadonlySet<number> {
  const points = new Set<number>();
  const known = new Map<Governed, boolean>();
  for (const { table } of network.layers) {
    for (const direction of ['ingress', 'egress'] as const) {
      network.points.index.classes.forEach((_, at) => {
        const governed = table.of(at, direction);
        let is = known.get(governed);
        if (is === undefined) known.set(governed, (is = looksAtRequests(governed, causes, isAfter)));
        if (is) points.add(at);
      });
    }
  }
  return points;
}

function looksAtRequests({ tiers }: Governed, causes: Causes, isAfter: boolean): boolean {
  return tiers.some(({ policies }) => policies.some(({ policy: { entry, rules } }) => rules.some(({ requests }) => requests !== undefined) && causes.fateOf(entry, isAfter) !== 'unchanged'));
}
