// Documents of one kind mostly repeat one another: the matches, timeouts and limits of a hundred services are the same few. What a check has found right is right again, so its
// last values are compared before it looks. Values are held as they are, and only while a run looks at its documents: nobody changes them meanwhile.

/** How far a comparison goes down. What it compares in vain is walked again below, so that this bounds what a document costs. */
const DEEPEST = 5;
const MOST_ITEMS = 16;

let open = false;
let used: Remembered[] = [];

/** Remembers what is found right until the work is done. */
export function remembering<T>(work: () => T): T {
  const [wasOpen, before] = [open, used];
  [open, used] = [true, []];
  try {
    return work();
  } finally {
    for (const one of used) one.forget();
    [open, used] = [wasOpen, before];
  }
}

/** How many values in a row that are new say that all of them are: then one of sixteen is compared. */
const ALL_NEW = 64;
const SELDOM = 15;

/** The last two values that a check has found right. */
export class Remembered {
  private last: unknown;
  private other: unknown;
  private fresh: number = 0;

  has(value: unknown): boolean {
    if (this.last === undefined || (this.fresh > ALL_NEW && (this.fresh++ & SELDOM) !== 0)) return false;
    const found = same(value, this.last, 0) || (this.other !== undefined && same(value, this.other, 0));
    this.fresh = found ? 0 : this.fresh + 1;
    return found;
  }

  add(value: unknown): void {
    if (!open) return;
    if (this.last === undefined) used.push(this);
    this.other = this.last;
    this.last = value;
  }

  forget(): void {
    this.last = undefined;
    this.other = undefined;
    this.fresh = 0;
  }
}

function same(a: unknown, b: unknown, depth: number): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || depth > DEEPEST) return false;
  if (Array.isArray(a)) return Array.isArray(b) && sameItems(a, b, depth + 1);
  return !Array.isArray(b) && sameFields(a as Fields, b as Fields, depth + 1);
}

type Fields = Readonly<Record<string, unknown>>;

function sameItems(a: readonly unknown[], b: readonly unknown[], depth: number): boolean {
  if (a.length !== b.length || a.length > MOST_ITEMS) return false;
  for (let i = 0; i < a.length; i++) if (!same(a[i], b[i], depth)) return false;
  return true;
}

function sameFields(a: Fields, b: Fields, depth: number): boolean {
  let fields = 0;
  for (const name in a) {
    const value = a[name];
    if (value === undefined || !same(value, b[name], depth)) return false;
    fields++;
  }
  for (const _ in b) fields--;
  return fields === 0;
}
