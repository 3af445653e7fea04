import { NetstackError, shorten } from './errors';

/** Two whole weights in the ratio of a percentage to what is left of it. */
export interface PercentWeights {
  readonly share: number;
  readonly rest: number;
  readonly total: number;
}

/** A share of 0 to 100 percent, with at most two decimals. */
export class Percent {
  /** `Percent.of(3)` is 3 %, `Percent.of(0.25)` a quarter of one. */
  public static of(value: number | Percent): Percent {
    if (value instanceof Percent) return value;
    if (typeof value !== 'number' || Number.isNaN(value)) {
      throw new NetstackError({ what: `Percent ${shorten(value)} is not a number`, fix: 'give a value such as Percent.of(3)' });
    }
    if (value < 0 || value > 100) throw new NetstackError({ what: `Percent ${shorten(value)} is outside 0 to 100`, fix: 'give a value such as Percent.of(3)' });
    if (Math.round(value * 100) / 100 !== value) {
      throw new NetstackError({ what: `Percent ${shorten(value)} has more than two decimals`, fix: `round it, for instance to Percent.of(${Math.round(value * 100) / 100})` });
    }
    return new Percent(Math.round(value * 100) + 0); // + 0 makes -0 into 0
  }

  /** In percent: 3 for 3 %. */
  public readonly value: number;
  private readonly hundredths: number;

  private constructor(hundredths: number) {
    this.hundredths = hundredths;
    this.value = hundredths / 100;
    Object.freeze(this);
  }

  /** What is left to 100 percent. */
  public complement(): Percent {
    return new Percent(10_000 - this.hundredths);
  }

  /** Exact whole weights on a total of 100, 1000 or 10000: 3 % is 3 of 100 and leaves 97, 0.5 % is 5 of 1000 and leaves 995. */
  public toWeights(): PercentWeights {
    const divisor = this.hundredths % 100 === 0 ? 100 : this.hundredths % 10 === 0 ? 10 : 1;
    const share = this.hundredths / divisor;
    const total = 10_000 / divisor;
    return { share, rest: total - share, total };
  }

  public toString(): string {
    return `${this.value}%`;
  }

  public toJSON(): number {
    return this.value;
  }
}
