import { NetstackError, shorten } from './errors';

const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
type Unit = keyof typeof UNITS;
const EXAMPLE = '\'4700ms\', \'4.7s\' or \'1m30s\'';

/** What has milliseconds: the `Duration` of cdk8s, for one. */
export interface HasMilliseconds {
  toMilliseconds(): number;
}

/** `decimal` times `factor`, when that is a whole number. Exact: binary fractions would make 1.1 s into 1100.0000000000001 ms. */
function scale(decimal: string, factor: number): number | undefined {
  const match = /^(\d{1,16})(?:\.(\d{1,16}))?$/.exec(decimal);
  if (match === null) return undefined;
  const fraction = match[2] ?? '';
  const denominator = 10n ** BigInt(fraction.length);
  const numerator = BigInt(`${match[1]}${fraction}`) * BigInt(factor);
  if (numerator % denominator !== 0n) return undefined;
  const millis = numerator / denominator;
  return millis <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(millis) : undefined;
}

/** A length of time in whole milliseconds, zero or more. Each format prints its own grammar from `toMillis()`. */
export class Duration {
  public static millis(amount: number): Duration {
    return Duration.amount(amount, 'ms', 'millis');
  }

  public static seconds(amount: number): Duration {
    return Duration.amount(amount, 's', 'seconds');
  }

  public static minutes(amount: number): Duration {
    return Duration.amount(amount, 'm', 'minutes');
  }

  public static hours(amount: number): Duration {
    return Duration.amount(amount, 'h', 'hours');
  }

  public static days(amount: number): Duration {
    return Duration.amount(amount, 'd', 'days');
  }

  /** Takes a duration of this package or of cdk8s. Numbers and strings are refused: the unit is the danger. */
  public static of(duration: Duration | HasMilliseconds): Duration {
    if (duration instanceof Duration) return duration;
    if (typeof duration === 'object' && duration !== null && typeof duration.toMilliseconds === 'function') return Duration.millis(duration.toMilliseconds());
    throw new NetstackError({ what: `Duration ${shorten(duration)} has no unit`, fix: 'give Duration.millis(4700), Duration.parse(\'4.7s\') or a Duration of cdk8s' });
  }

  /** Parses amounts with units, largest first: `4700ms`, `4.7s`, `1m30s`, `1h`, `2d`. */
  public static parse(text: string): Duration {
    if (typeof text !== 'string' || !/^(?:\d{1,16}(?:\.\d{1,16})?(?:ms|s|m|h|d)){1,5}$/.test(text)) {
      throw new NetstackError({ what: `Duration ${shorten(text)} is not a series of amounts with units`, fix: `write it as ${EXAMPLE}, in units d, h, m, s and ms` });
    }
    let total = 0;
    let before = Number.POSITIVE_INFINITY;
    for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|s|m|h|d)/g)) {
      const size = UNITS[unit as Unit];
      if (size >= before) throw new NetstackError({ what: `Duration ${shorten(text)} has its units out of order`, fix: `write each unit once, largest first, as in ${EXAMPLE}` });
      before = size;
      const millis = scale(amount ?? '', size);
      if (millis === undefined || !Number.isSafeInteger(total + millis)) {
        throw new NetstackError({ what: `Duration ${shorten(text)} is not a whole number of milliseconds within ${Number.MAX_SAFE_INTEGER}`, fix: `write it as ${EXAMPLE}` });
      }
      total += millis;
    }
    return new Duration(total);
  }

  private static amount(amount: number, unit: Unit, factory: string): Duration {
    const millis = typeof amount === 'number' ? scale(String(amount), UNITS[unit]) : undefined;
    if (millis === undefined) {
      throw new NetstackError({
        what: `Duration.${factory}(${shorten(amount)}) is not a whole number of milliseconds from 0 to ${Number.MAX_SAFE_INTEGER}`,
        fix: `give a number such as Duration.${factory}(${unit === 'ms' ? 4700 : 5})`,
      });
    }
    return new Duration(millis);
  }

  private readonly milliseconds: number;

  private constructor(milliseconds: number) {
    this.milliseconds = milliseconds;
    Object.freeze(this);
  }

  /** In whole milliseconds. */
  public toMillis(): number {
    return this.milliseconds;
  }

  /** Negative when this one is shorter, 0 when equal, positive when longer. */
  public compare(other: Duration | HasMilliseconds): number {
    return this.milliseconds - Duration.of(other).milliseconds;
  }

  public plus(other: Duration | HasMilliseconds): Duration {
    return Duration.millis(this.milliseconds + Duration.of(other).milliseconds);
  }

  /** This one `factor` times; the product must be whole milliseconds. */
  public times(factor: number): Duration {
    const product = typeof factor === 'number' ? scale(String(factor), this.milliseconds) : undefined;
    if (product === undefined) {
      throw new NetstackError({ what: `Duration ${this.toString()} times ${shorten(factor)} is not a whole number of milliseconds`, fix: 'give a factor, such as 2, whose product is' });
    }
    return new Duration(product);
  }

  /** Each unit once, largest first, as Gateway API writes it (GEP-2257): `1h30m`, `4s700ms`, `0s`. */
  public toString(): string {
    let rest = this.milliseconds;
    let text = '';
    for (const unit of ['h', 'm', 's', 'ms'] as const) {
      const amount = Math.floor(rest / UNITS[unit]);
      rest %= UNITS[unit];
      if (amount > 0) text += `${amount}${unit}`;
    }
    return text === '' ? '0s' : text;
  }

  public toJSON(): string {
    return this.toString();
  }
}
