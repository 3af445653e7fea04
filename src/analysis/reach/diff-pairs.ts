// The pairs of which two systems say different things, found by the ends that let through something else: pairs of ends that both let through the same are not looked at.
import type { Connectivity, PairEnd } from './connectivity';
import type { JointEnd } from './diff-side';
import { endsByName, jointColumns, RowSums, weightsFor } from './diff-side';
import type { Direction } from './flow';
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

/** Two systems side by side. Either may be missing. */
export class Comparison {
  /** The ends of both sides, in the order of their labels. */
  readonly ends: readonly EndOfBoth[];
  readonly joint: readonly JointEnd[];
  readonly before: Connectivity | undefined;
  readonly after: Connectivity | undefined;
  private columns: ReturnType<typeof jointColumns> | undefined;
  private weights: Int32Array | undefined;

  constructor(before: Connectivity | undefined, after: Connectivity | undefined) {
    this.before = before;
    this.after = after;
    const [a, b] = [before ? endsByName(before) : NO_ENDS, after ? endsByName(after) : NO_ENDS];
    const names = [...new Set([...a.keys(), ...b.keys()])].sort((x, y) => (x < y ? -1 : 1));
    this.ends = names.map((name) => ({ before: a.get(name), after: b.get(name) }));
    this.joint = this.ends.filter(isJoint);
  }

  /** Finds the pairs that differ. */
  * pairs(sure: Sureness): Generator<DifferentPair> {
    const { before, after, ends } = this;
    const changed = before && after ? this.changedEnds(before, after, sure) : undefined;
    const called = changed ? ends.filter((end) => !isJoint(end) || changed.ingress.has(end)) : ends;
    for (const from of ends) {
      const against = !changed || !isJoint(from) || changed.egress.has(from) ? ends : called;
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

  /** The ends that let something else out, or in. */
  private changedEnds(before: Connectivity, after: Connectivity, sure: Sureness): Readonly<Record<Direction, ReadonlySet<EndOfBoth>>> {
    const { joint } = this;
    const weights = (this.weights ??= weightsFor(joint.length));
    const [sumsBefore, sumsAfter] = [new RowSums(before, joint.map((end) => end.before), weights, sure), new RowSums(after, joint.map((end) => end.after), weights, sure)];
    const changed = { ingress: new Set<EndOfBoth>(), egress: new Set<EndOfBoth>() };
    for (const [a, b] of (this.columns ??= jointColumns(before, after))) {
      for (const direction of DIRECTIONS) {
        for (const end of joint) if (sumsBefore.of(a, direction, end.before.point) !== sumsAfter.of(b, direction, end.after.point)) changed[direction].add(end);
      }
    }
    return changed;
  }
}

const NO_ENDS: ReadonlyMap<string, PairEnd> = new Map();
const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

type Reach = (to: PairEnd) => number;
const NOBODY: Reach = () => 0;

/** What an end reaches of so many others: numbers of the side's sets of ports. */
export function reachOf(side: Connectivity | undefined, from: PairEnd | undefined, sure: Sureness, others: number): Reach {
  if (!side || !from) return NOBODY;
  if (others * MANY <= side.ends.length) return (to) => side.between(from, to, sure);
  const reached = side.from(from, sure);
  return ({ point }) => reached[point]!;
}

function isJoint(end: EndOfBoth): end is JointEnd {
  return end.before !== undefined && end.after !== undefined;
}

/** Not one end with itself, and not two outside of the documents. */
export function isPair(from: EndOfBoth, to: EndOfBoth): boolean {
  return from !== to && (isKnown(from) || isKnown(to));
}

function isKnown({ before, after }: EndOfBoth): boolean {
  return (before !== undefined && isOfDocuments(before)) || (after !== undefined && isOfDocuments(after));
}
