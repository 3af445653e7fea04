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

/** Groups of more points are rows. */
const FEW = 48;

/** The groups of one column. */
class ColumnReader {
  /** Those of few points, one group after the other: `starts[g]` to `starts[g + 1]`. */
  private readonly points: Int32Array;
  private readonly starts: Int32Array;
  /** Whom each group lets in: first those of few points, then those of many, whose points are rows. */
  private readonly lets: readonly Bits[];
  private readonly many: readonly Bits[];
  /** The groups that let in any point of the block, and the word that says which. */
  private readonly asked: Int32Array;
  private readonly words: Int32Array;
  private count: number = 0;
  private countOfFew: number = 0;

  constructor({ ingress }: PortColumn, bits: readonly Bits[], words: number) {
    const groups = [...byRow(ingress)].filter(([row]) => !isEmpty(bits[row]!));
    const few = groups.filter(([, points]) => points.length <= FEW);
    const many = groups.filter(([, points]) => points.length > FEW);
    this.lets = [...few, ...many].map(([row]) => bits[row]!);
    this.many = many.map(([, points]) => rowOf(points, words));
    this.starts = new Int32Array(few.length + 1);
    for (let g = 0; g < few.length; g++) this.starts[g + 1] = this.starts[g]! + few[g]![1].length;
    this.points = new Int32Array(this.starts[few.length]!);
    for (let g = 0; g < few.length; g++) this.points.set(few[g]![1], this.starts[g]);
    this.asked = new Int32Array(groups.length);
    this.words = new Int32Array(groups.length);
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
    const { points, starts, asked, words, countOfFew } = this;
    this.readMany(bit, out, into);
    for (let a = 0; a < countOfFew; a++) {
      if (((words[a]! >>> bit) & 1) === 0) continue;
      const g = asked[a]!;
      for (let i = starts[g]!, end = starts[g + 1]!; i < end; i++) {
        const point = points[i]!;
        into[point >>> 5]! |= out[point >>> 5]! & (1 << (point & 31));
      }
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

/** The points by what they let in. */
function byRow(ingress: Int32Array): ReadonlyMap<number, readonly number[]> {
  const groups = new Map<number, number[]>();
  for (let point = 0; point < ingress.length; point++) {
    const known = groups.get(ingress[point]!);
    if (known) known.push(point);
    else groups.set(ingress[point]!, [point]);
  }
  return groups;
}

function rowOf(points: readonly number[], words: number): Bits {
  const row = emptyBits(words);
  for (const point of points) setBit(row, point);
  return row;
}
