// Whom one point reaches, column by column, in any order of the points. In each column the points that let in alike are one group, so that a source asks groups and not points.
import type { Bits } from './bits';
import { emptyBits, isEmpty, orInto, setBit } from './bits';
import type { AllPairs, PortColumn, Sureness } from './pairs';

/** Points that let in the same sources. */
interface Group {
  readonly lets: Bits;
  /** Few of them one by one, many as a row. */
  readonly points: readonly number[] | undefined;
  readonly row: Bits | undefined;
}

const FEW = 48;

export class RowReader {
  private readonly pairs: AllPairs;
  private readonly egress: (row: number) => Bits;
  private readonly groups: ReadonlyArray<readonly Group[]>;
  /** Of each column the groups that let in any point of the block that was asked last: points that are asked one after the other mostly lie side by side. */
  private readonly asked: readonly Group[][];
  /** The word of a row in which the 32 points of that block lie. */
  private block: number = -1;
  private readonly rows: readonly Bits[];

  constructor(pairs: AllPairs, sure: Sureness) {
    this.pairs = pairs;
    this.egress = pairs.bitsOf(sure);
    this.groups = pairs.columns.map((column) => groupsOf(column, this.egress, pairs.network.points.words));
    this.asked = pairs.columns.map(() => []);
    this.rows = pairs.columns.map(() => emptyBits(pairs.network.points.words));
  }

  /** For each column the points that one point reaches. The rows are used again by the next call. */
  read(point: number): readonly Bits[] {
    const { columns } = this.pairs;
    const [word, bit] = [point >>> 5, point & 31];
    if (word !== this.block) this.enterBlock(word);
    for (let c = 0; c < columns.length; c++) {
      const row = this.rows[c]!;
      row.fill(0);
      const out = this.egress(columns[c]!.egress[point]!);
      const groups = this.asked[c]!;
      for (let g = 0; g < groups.length; g++) {
        const { lets, points, row: many } = groups[g]!;
        if (((lets[word]! >>> bit) & 1) === 0) continue;
        if (many) orInto(row, many);
        else for (const one of points!) row[one >>> 5]! |= 1 << (one & 31);
      }
      for (let w = 0; w < row.length; w++) row[w]! &= out[w]!;
    }
    return this.rows;
  }

  private enterBlock(word: number): void {
    this.block = word;
    this.groups.forEach((all, c) => {
      const asked = this.asked[c]!;
      asked.length = 0;
      for (let g = 0; g < all.length; g++) if (all[g]!.lets[word] !== 0) asked.push(all[g]!);
    });
  }
}

function groupsOf(column: PortColumn, bitsOf: (row: number) => Bits, words: number): readonly Group[] {
  const byRow = new Map<number, number[]>();
  column.ingress.forEach((row, point) => {
    const known = byRow.get(row);
    if (known) known.push(point);
    else byRow.set(row, [point]);
  });
  return [...byRow].flatMap(([number, points]): readonly Group[] => {
    const lets = bitsOf(number);
    if (isEmpty(lets)) return [];
    if (points.length <= FEW) return [{ lets, points, row: undefined }];
    const row = emptyBits(words);
    for (const point of points) setBit(row, point);
    return [{ lets, points: undefined, row }];
  });
}
