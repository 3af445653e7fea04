// The pairs of which two systems say different things, found by the ends that let through something else: pairs of ends that both let through the same are not looked at.
import type { Bits } from './bits';
import { hasBit } from './bits';
import type { Connectivity, PairEnd } from './connectivity';
import type { JointEnd } from './diff-side';
import { Doors, endsByName, jointColumns, RowSums, weightsFor } from './diff-side';
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
  readonly before: Connectivity | undefined;
  readonly after: Connectivity | undefined;
  private columns: ReturnType<typeof jointColumns> | undefined;
  private weights: Int32Array | undefined;

  constructor(before: Connectivity | undefined, after: Connectivity | undefined) {
    this.before = before;
    this.after = after;
    this.ends = (before && after && sideBySide(before.ends, after.ends)) ?? byNames(before, after);
  }

  /** Finds the pairs that differ. */
  * pairs(sure: Sureness): Generator<DifferentPair> {
    const { before, after, ends } = this;
    const changed = before && after ? this.changedEnds(before, after, sure) : everyEnd(ends.length);
    const search = new PairSearch(ends, [before, after], sure, changed.egress, changed.ingress);
    for (let at = 0; at < ends.length; at++) {
      const against = search.against(at);
      if (against.length === 0) continue;
      for (const pair of this.differing(ends[at]!, against, sure)) yield pair;
    }
  }

  private differing(from: EndOfBoth, against: readonly EndOfBoth[], sure: Sureness): readonly DifferentPair[] {
    const { before, after } = this;
    const found: DifferentPair[] = [];
    const [a, b] = [reachOf(before, from.before, sure, against.length), reachOf(after, from.after, sure, against.length)];
    for (let i = 0; i < against.length; i++) {
      const to = against[i]!;
      const [was, is] = [to.before ? a(to.before) : 0, to.after ? b(to.after) : 0];
      if (was === 0 && is === 0) continue;
      if (was !== 0 && is !== 0 && before!.portSet(was).text === after!.portSet(is).text) continue;
      if (isPair(from, to)) found.push({ from, to, before: was, after: is });
    }
    return found;
  }

  /** The ends that let something else out, or in, and those that one side has alone. */
  private changedEnds(before: Connectivity, after: Connectivity, sure: Sureness): ChangedEnds {
    const { ends } = this;
    const [own, others] = [ends.map(jointBefore), ends.map(jointAfter)];
    const weights = (this.weights ??= weightsFor(ends.length));
    const sums: SumsOfBoth = [new RowSums(before, own, weights, sure), new RowSums(after, others, weights, sure)];
    const changed: ChangedEnds = { ingress: new Uint8Array(ends.length), egress: new Uint8Array(ends.length) };
    for (const columns of (this.columns ??= jointColumns(before, after))) {
      for (const direction of DIRECTIONS) enterDiffering(changed[direction], ends, sums, columns, direction);
    }
    return changed;
  }
}

function jointBefore({ before, after }: EndOfBoth): PairEnd | undefined {
  return after && before;
}

function jointAfter({ before, after }: EndOfBoth): PairEnd | undefined {
  return before && after;
}

/** By the places of ends: 1 for those that are meant. */
type ChangedEnds = Readonly<Record<Direction, Uint8Array>>;

function everyEnd(count: number): ChangedEnds {
  const all = new Uint8Array(count).fill(1);
  return { ingress: all, egress: all };
}

type SumsOfBoth = readonly [before: RowSums, after: RowSums];

function enterDiffering(changed: Uint8Array, ends: readonly EndOfBoth[], sums: SumsOfBoth, columns: readonly [number, number], direction: Direction): void {
  for (let at = 0; at < ends.length; at++) if (differs(ends[at]!, sums, columns, direction)) changed[at] = 1;
}

function differs(end: EndOfBoth, [before, after]: SumsOfBoth, [a, b]: readonly [number, number], direction: Direction): boolean {
  return !isJoint(end) || before.of(a, direction, end.before.point) !== after.of(b, direction, end.after.point);
}

/** The ends of two sides that have each name once; undefined where one side has twins. */
function sideBySide(before: readonly PairEnd[], after: readonly PairEnd[]): readonly EndOfBoth[] | undefined {
  if (hasTwins(before) || hasTwins(after)) return undefined;
  const ends: EndOfBoth[] = [];
  for (let i = 0, k = 0; i < before.length || k < after.length;) {
    const [a, b] = [before[i], after[k]];
    const isBefore = b === undefined || (a !== undefined && a.label <= b.label);
    const isAfter = a === undefined || (b !== undefined && b.label <= a.label);
    ends.push({ before: isBefore ? a : undefined, after: isAfter ? b : undefined });
    if (isBefore) i++;
    if (isAfter) k++;
  }
  return ends;
}

function hasTwins(ends: readonly PairEnd[]): boolean {
  for (let i = 1; i < ends.length; i++) if (ends[i]!.label === ends[i - 1]!.label) return true;
  return false;
}

function byNames(before: Connectivity | undefined, after: Connectivity | undefined): readonly EndOfBoth[] {
  const [a, b] = [before ? endsByName(before) : NO_ENDS, after ? endsByName(after) : NO_ENDS];
  const names = [...new Set([...a.keys(), ...b.keys()])].sort((x, y) => (x < y ? -1 : 1));
  return names.map((name) => ({ before: a.get(name), after: b.get(name) }));
}

const NO_ENDS: ReadonlyMap<string, PairEnd> = new Map();
const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];
const NOBODY_ELSE: readonly EndOfBoth[] = [];

/** The sides that are asked. */
type Sides = readonly [Connectivity | undefined, Connectivity | undefined];

/**
 * Whom to look at from one end: where it is meant as a source, at everybody, otherwise at those who are meant as targets. As long as these are few, without those with whom no
 * side has a connection on any port.
 */
export class PairSearch {
  private readonly ends: readonly EndOfBoth[];
  private readonly sides: Sides;
  private readonly sure: Sureness;
  private readonly from: Uint8Array;
  private readonly called: readonly EndOfBoth[];
  /** What the called let in; undefined where they are many. */
  private readonly doors: readonly [Doors | undefined, Doors | undefined] | undefined;
  private readonly isFew: boolean;

  /** @param from - by the places of ends: 1 for sources that are meant; `to` says the same of targets */
  constructor(ends: readonly EndOfBoth[], sides: Sides, sure: Sureness, from: Uint8Array, to: Uint8Array) {
    this.ends = ends;
    this.sides = sides;
    this.sure = sure;
    this.from = from;
    this.called = ends.filter((_, at) => to[at] === 1);
    this.isFew = from.filter((is) => is === 1).length * MANY <= ends.length;
    const [a, b] = sides;
    if (this.called.length * MANY <= ends.length) {
      this.doors = [a && new Doors(a, this.called.map(({ before }) => before), 'ingress', sure), b && new Doors(b, this.called.map(({ after }) => after), 'ingress', sure)];
    }
  }

  /** In the order of all ends. */
  against(at: number): readonly EndOfBoth[] {
    const end = this.ends[at]!;
    if (this.from[at] === 1) return this.isFew ? this.letOut(end) : this.ends;
    return this.called.length === 0 || this.doors === undefined ? this.called : this.lettingIn(end, this.doors);
  }

  private letOut({ before, after }: EndOfBoth): readonly EndOfBoth[] {
    const [a, b] = this.sides;
    const then = a && before && new Doors(a, [before], 'egress', this.sure);
    const now = b && after && new Doors(b, [after], 'egress', this.sure);
    return metOf(this.ends, then?.any, now?.any);
  }

  private lettingIn(end: EndOfBoth, [a, b]: readonly [Doors | undefined, Doors | undefined]): readonly EndOfBoth[] {
    if (!areMet(end, a?.any, b?.any)) return NOBODY_ELSE;
    const found: EndOfBoth[] = [];
    for (let i = 0; i < this.called.length; i++) if (isLetIn(end, i, a, b)) found.push(this.called[i]!);
    return found;
  }
}

/** Whether the called end at a place lets an end in, on either side. */
function isLetIn({ before, after }: EndOfBoth, place: number, a: Doors | undefined, b: Doors | undefined): boolean {
  return (a !== undefined && before !== undefined && a.has(place, before)) || (b !== undefined && after !== undefined && b.has(place, after));
}

function metOf(ends: readonly EndOfBoth[], then: Bits | undefined, now: Bits | undefined): readonly EndOfBoth[] {
  const found: EndOfBoth[] = [];
  for (let i = 0; i < ends.length; i++) if (areMet(ends[i]!, then, now)) found.push(ends[i]!);
  return found;
}

/** Whether an end is one of some of its side. */
function areMet({ before, after }: EndOfBoth, then: Bits | undefined, now: Bits | undefined): boolean {
  return (then !== undefined && before !== undefined && hasBit(then, before.point)) || (now !== undefined && after !== undefined && hasBit(now, after.point));
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

export function isJoint(end: EndOfBoth): end is JointEnd {
  return end.before !== undefined && end.after !== undefined;
}

/** Not one end with itself, and not two outside of the documents. */
export function isPair(from: EndOfBoth, to: EndOfBoth): boolean {
  return from !== to && (isKnown(from) || isKnown(to));
}

function isKnown({ before, after }: EndOfBoth): boolean {
  return (before !== undefined && isOfDocuments(before)) || (after !== undefined && isOfDocuments(after));
}
