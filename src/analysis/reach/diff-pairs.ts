// The pairs of which two systems say different things, found by the ends that let through something else: pairs of ends that both let through the same are not looked at.
import type { Connectivity, PairEnd } from './connectivity';
import type { JointEnd } from './diff-side';
import { endsByName, jointColumns, RowSums, weightsFor } from './diff-side';
import { isOfDocuments } from './listing';
import type { Sureness } from './pairs';

/** A pair that differs; what an end is on a side that does not have it is undefined. */
export interface DifferentPair {
  readonly from: EndOfBoth;
  readonly to: EndOfBoth;
  /** Numbers of the sets of ports of each side. */
  readonly before: number;
  readonly after: number;
}

export interface EndOfBoth {
  readonly before: PairEnd | undefined;
  readonly after: PairEnd | undefined;
}

/** Where more ends than this part are asked about, whole rows are read. */
const MANY = 8;

/** Finds the pairs that differ. Either side may be missing. */
export function* differentPairs(before: Connectivity | undefined, after: Connectivity | undefined, sure: Sureness): Generator<DifferentPair> {
  const ends = matchedEnds(before, after);
  const changed = before && after ? changedEnds(before, after, ends.filter(isJoint), sure) : undefined;
  const called = new Set([...changed?.ingress ?? [], ...ends.filter((end) => !isJoint(end))]);
  const calledInOrder = ends.filter((end) => called.has(end));
  for (const from of ends) {
    const whole = !isJoint(from) || changed === undefined || changed.egress.has(from);
    const against = whole ? ends : calledInOrder;
    if (against.length === 0) continue;
    const [a, b] = [reachOf(before, from.before, sure, against.length), reachOf(after, from.after, sure, against.length)];
    for (const to of against) {
      const pair = { before: to.before ? a(to.before) : 0, after: to.after ? b(to.after) : 0 };
      if (pair.before === 0 && pair.after === 0) continue;
      if (pair.before !== 0 && pair.after !== 0 && before!.portSet(pair.before).text === after!.portSet(pair.after).text) continue;
      if (isPair(from, to)) yield { from, to, ...pair };
    }
  }
}

type Reach = (to: PairEnd) => number;
const NOBODY: Reach = () => 0;

/** What an end reaches of so many others: numbers of the side's sets of ports. */
export function reachOf(side: Connectivity | undefined, from: PairEnd | undefined, sure: Sureness, others: number): Reach {
  if (!side || !from) return NOBODY;
  if (others * MANY <= side.ends.length) return (to) => side.between(from, to, sure);
  const reached = side.from(from, sure);
  return ({ point }) => reached[point]!;
}

/** The ends of both sides, in the order of their labels. */
export function matchedEnds(before: Connectivity | undefined, after: Connectivity | undefined): readonly EndOfBoth[] {
  const [a, b] = [before ? endsByName(before) : new Map<string, PairEnd>(), after ? endsByName(after) : new Map<string, PairEnd>()];
  const names = [...new Set([...a.keys(), ...b.keys()])].sort((x, y) => (x < y ? -1 : 1));
  return names.map((name) => ({ before: a.get(name), after: b.get(name) }));
}

export function isJoint(end: EndOfBoth): end is JointEnd {
  return end.before !== undefined && end.after !== undefined;
}

/** Not one end with itself, and not two outside of the documents. */
export function isPair(from: EndOfBoth, to: EndOfBoth): boolean {
  if (from === to) return false;
  return [from.before, from.after, to.before, to.after].some((end) => end !== undefined && isOfDocuments(end));
}

/** The ends that let something else out, or in. */
function changedEnds(before: Connectivity, after: Connectivity, ends: readonly JointEnd[], sure: Sureness): Readonly<Record<'ingress' | 'egress', ReadonlySet<EndOfBoth>>> {
  const weights = weightsFor(ends.length);
  const [sumsBefore, sumsAfter] = [new RowSums(before, ends.map((end) => end.before), weights, sure), new RowSums(after, ends.map((end) => end.after), weights, sure)];
  const changed = { ingress: new Set<EndOfBoth>(), egress: new Set<EndOfBoth>() };
  const known = new Map<number, boolean>();
  for (const direction of ['ingress', 'egress'] as const) {
    for (const [a, b] of jointColumns(before, after)) {
      known.clear();
      for (const end of ends) {
        const key = end.before.point * after.network.points.count + end.after.point;
        let same = known.get(key);
        if (same === undefined) known.set(key, (same = sumsBefore.of(a, direction, end.before.point) === sumsAfter.of(b, direction, end.after.point)));
        if (!same) changed[direction].add(end);
      }
    }
  }
  return changed;
}
