// Pairs whose ports are as they were, and which let through other requests: only where a policy that looks at requests was changed.
import { withoutRanges } from './compare-ports';
import type { PairEnd } from './connectivity';
import type { Causes, Side } from './diff-cause';
import type { DifferentPair } from './diff-pairs';
import { endsByName } from './diff-side';
import { isOfDocuments } from './listing';
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
export function* otherRequests(before: Side, after: Side, causes: Causes): Generator<OtherRequests> {
  const [touchedBefore, touchedAfter] = [touched(before, causes, false), touched(after, causes, true)];
  if (touchedBefore.size + touchedAfter.size === 0) return;
  const [old, ends] = [endsByName(before.connectivity), endsByName(after.connectivity)];
  const isTouched = (a: PairEnd, b: PairEnd): boolean => touchedBefore.has(a.point) || touchedAfter.has(b.point);
  for (const [name, from] of ends) {
    const was = old.get(name);
    if (was === undefined) continue;
    const [some, every] = [after.connectivity.from(from, 'some'), after.connectivity.from(from, 'yes')];
    for (const [other, to] of ends) {
      const wasTo = old.get(other);
      if (wasTo === undefined || to === from || some[to.point] === every[to.point] || !(isOfDocuments(from) || isOfDocuments(to))) continue;
      if (!isTouched(was, from) && !isTouched(wasTo, to)) continue;
      const partly = withoutRanges(after.connectivity.portSet(some[to.point]!).ranges, after.connectivity.portSet(every[to.point]!).ranges);
      for (const port of partly.slice(0, 4)) {
        const [then, now] = [onlyOf(before, was, wasTo, port), onlyOf(after, from, to, port)];
        if (then === undefined || now === undefined || then.join() === now.join()) continue;
        yield { pair: { from: { before: was, after: from }, to: { before: wasTo, after: to }, before: 0, after: 0 }, port, before: then, after: now };
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
