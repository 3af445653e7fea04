// Rules that take only paths that begin with what they write, by the path: thousands of them may stand behind one host.

/** Keeps the order of the rules. */
export class PrefixTable<T> {
  readonly all: readonly T[];
  private readonly byBeginning: Map<string, number[]> = new Map();
  /** Of every path. */
  private readonly others: number[] = [];

  /** @param beginnings - with what a path begins that a rule takes, but for a slash at the end; undefined where that is not said */
  constructor(all: readonly T[], beginnings: (rule: T) => readonly string[] | undefined) {
    this.all = all;
    all.forEach((rule, number) => {
      const said = beginnings(rule);
      if (said === undefined) this.others.push(number);
      else for (const beginning of new Set(said)) this.enter(beginning, number);
    });
  }

  /** Those that may take a path, and perhaps more; everything where the path is not known. */
  for(path: string | undefined): readonly T[] {
    if (path === undefined) return this.all;
    const numbers = new Set(this.others);
    for (let end = 0; end <= path.length; end++) for (const number of this.byBeginning.get(path.slice(0, end)) ?? NOTHING) numbers.add(number);
    for (const number of this.byBeginning.get(`${path}/`) ?? NOTHING) numbers.add(number);
    return [...numbers].sort((a, b) => a - b).map((number) => this.all[number]!);
  }

  private enter(beginning: string, number: number): void {
    const known = this.byBeginning.get(beginning);
    if (known) known.push(number);
    else this.byBeginning.set(beginning, [number]);
  }
}

const NOTHING: readonly number[] = [];
