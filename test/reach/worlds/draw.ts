// Choices of a generator: from a seed, or from fast-check, which then knows how to make them smaller.
export interface Draw {
  /** A whole number from 0 on, below a bound. */
  below(bound: number): number;
}

/** The same choices for the same seed (mulberry32). */
export function seeded(seed: number): Draw {
  let state = seed >>> 0;
  return {
    below: (bound) => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * bound);
    },
  };
}

export class Choices {
  private readonly draw: Draw;

  constructor(draw: Draw) {
    this.draw = draw;
  }

  below(bound: number): number {
    return this.draw.below(bound);
  }

  /** From one number to another, both included. */
  between(first: number, last: number): number {
    return first + this.draw.below(last - first + 1);
  }

  /** True in so many of a hundred cases. */
  chance(percent: number): boolean {
    return this.draw.below(100) >= 100 - percent;
  }

  one<T>(of: readonly T[]): T {
    return of[this.draw.below(of.length)]!;
  }

  /** Some of a list, in its order, each once. */
  some<T>(of: readonly T[], count: number): T[] {
    const left = [...of];
    const taken: T[] = [];
    for (let i = 0; i < count && left.length > 0; i++) taken.push(...left.splice(this.draw.below(left.length), 1));
    return of.filter((one) => taken.includes(one));
  }
}
