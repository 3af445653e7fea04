// Whom one point reaches, column by column, in any order of the points. In each column the points that let in alike are one group, so that a source asks groups and not points.
import type { Bits } from './bits';
import { emptyBits, isEmpty, setBit } from './bits';
import type { AllPairs, PortColumn, Sureness } from './pairs';

export class RowReader {
  private readonly pairs: AllPairs;
  /** By the number of a row. */
  private readonly bits: readonly Bits[];
  private readonly columns: readonly ColumnReader[];
  /** The word of a row in which the 32 points lie that were asked last: points that are asked one after the other mostly lie side by side. */
  private block: number = -1;
  private readonly rows: readonly Bits[];

  constructor(pairs: AllPairs, sure: Sureness) {
    this.pairs = pairs;
    this.bits = pairs.bits(sure);
    this.columns = pairs.columns.map((column) => new ColumnReader(column, this.bits, pairs.network.points.words));
    this.rows = pairs.columns.map(() => emptyBits(pairs.network.points.words));
  }

  /** For each column the points that one point reaches. The rows are used again by the next call. */
  read(point: number): readonly Bits[] {
    const { columns } = this.pairs;
    const word = point >>> 5;
    if (word !== this.block) {
      this.block = word;
      for (let c = 0; c < columns.length; c++) this.columns[c]!.enterBlock(word);
    }
    for (let c = 0; c < columns.length; c++) this.columns[c]!.read(point & 31, this.bits[columns[c]!.egress[point]!]!, this.rows[c]!);
    return this.rows;
  }
}

/** Groups whose points lie in more words are rows. */
const FEW = 32;

/** The groups of one column. */
class ColumnReader {
  /** The points of those in few words, one group after the other: `starts[g]` to `starts[g + 1]`. Points of a group mostly lie side by side. */
  private readonly places: Int32Array;
  private readonly masks: Int32Array;
  private readonly starts: Int32Array;
  /** Whom each group lets in: first those in few words, then the others, whose points are rows. */
  private readonly lets: readonly Bits[];
  private readonly many: readonly Bits[];
  /** The groups that let in any point of the block, and the word that says which. */
  private readonly asked: Int32Array;
  private readonly words: Int32Array;
  private count: number = 0;
  private countOfFew: number = 0;

  constructor({ ingress }: PortColumn, bits: readonly Bits[], words: number) {
    const groups = [...byRow(ingress)].filter(([row]) => !isEmpty(bits[row]!)).map(([row, points]) => ({ lets: bits[row]!, points, words: wordsOf(points) }));
    const few = groups.filter((group) => group.words <= FEW);
    const many = groups.filter((group) => group.words > FEW);
    this.lets = [...few, ...many].map(({ lets }) => lets);
    this.many = many.map(({ points }) => rowOf(points, words));
    this.starts = new Int32Array(few.length + 1);
    for (let g = 0; g < few.length; g++) this.starts[g + 1] = this.starts[g]! + few[g]!.words;
    this.places = new Int32Array(this.starts[few.length]!);
    this.masks = new Int32Array(this.places.length);
    for (let g = 0; g < few.length; g++) this.enterPoints(few[g]!.points, this.starts[g]!);
    this.asked = new Int32Array(groups.length);
    this.words = new Int32Array(groups.length);
  }

  private enterPoints(points: readonly number[], start: number): void {
    let at = start - 1;
    let last = -1;
    for (const point of points) {
      if (point >>> 5 !== last) this.places[++at] = last = point >>> 5;
      this.masks[at]! |= 1 << (point & 31);
    }
  }

  /** The next points that read are those of one word. */
  enterBlock(word: number): void {
    const { lets, asked, words } = this;
    const few = lets.length - this.many.length;
    let count = 0;
    for (let g = 0; g < lets.length; g++) {
      if (g === few) this.countOfFew = count;
      const some = lets[g]![word]!;
      if (some === 0) continue;
      asked[count] = g;
      words[count++] = some;
    }
    if (this.many.length === 0) this.countOfFew = count;
    this.count = count;
  }

  /** Those whom one point of the block reaches: the groups that let it in, as far as it lets itself out. */
  read(bit: number, out: Bits, into: Bits): void {
    const { places, masks, starts, asked, words, countOfFew } = this;
    this.readMany(bit, out, into);
    for (let a = 0; a < countOfFew; a++) {
      if (((words[a]! >>> bit) & 1) === 0) continue;
      const g = asked[a]!;
      for (let i = starts[g]!, end = starts[g + 1]!; i < end; i++) into[places[i]!]! |= out[places[i]!]! & masks[i]!;
    }
  }

  private readMany(bit: number, out: Bits, into: Bits): void {
    const few = this.starts.length - 1;
    let begun = false;
    for (let a = this.countOfFew; a < this.count; a++) {
      if (((this.words[a]! >>> bit) & 1) === 0) continue;
      const many = this.many[this.asked[a]! - few]!;
      if (begun) for (let w = 0; w < into.length; w++) into[w]! |= many[w]! & out[w]!;
      else for (let w = 0; w < into.length; w++) into[w] = many[w]! & out[w]!;
      begun = true;
    }
    if (!begun) into.fill(0);
  }
}

/** The points by what they let in, ascending. */
function byRow(ingress: Int32Array): ReadonlyMap<number, readonly number[]> {
  const groups = new Map<number, number[]>();
  for (let point = 0; point < ingress.length; point++) {
    const known = groups.get(ingress[point]!);
    if (known) known.push(point);
    else groups.set(ingress[point]!, [point]);
  }
  return groups;
}

/** In how many words of a row ascending points lie. */
function wordsOf(points: readonly number[]): number {
  let count = 0;
  for (let i = 0; i < points.length; i++) if (i === 0 || points[i]! >>> 5 !== points[i - 1]! >>> 5) count++;
  return count;
}

function rowOf(points: readonly number[], words: number): Bits {
  const row = emptyBits(words);
  for (const point of points) setBit(row, point);
  return row;
}
