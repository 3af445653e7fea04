// Quantities. Source: apiserver pkg/cel/library/quantity.go over apimachinery pkg/api/resource (quantity.go, amount.go): 64 bits with a decimal scale while that is exact.
import type { CelValue } from '../value';
import { CelFailure, Double, integer, isInt, MAX_INT, MIN_INT, Opaque } from '../value';
import type { CelFunction, Library } from './library';
import { onText } from './library';

class Quantity extends Opaque {
  readonly type = 'kubernetes.Quantity';
  /** The value is `digits` times ten to the power of `scale`. */
  readonly digits: bigint;
  readonly scale: number;
  /** It left the 64 bits, and is no integer for the library any more. */
  readonly wide: boolean;

  constructor(digits: bigint, scale: number, wide: boolean) {
    super();
    this.digits = digits;
    this.scale = scale;
    this.wide = wide;
  }

  equals(other: CelValue): boolean {
    return other instanceof Quantity && this.compareTo(other) === 0;
  }

  compareTo(other: Quantity): number {
    const difference = this.plus(other, -1n).digits;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  plus(other: Quantity, sign: 1n | -1n): Quantity {
    if (other.digits === 0n) return this;
    if (this.digits === 0n) return new Quantity(sign * other.digits, other.scale, other.wide);
    const scale = Math.min(this.scale, other.scale);
    const digits = shift(this.digits, this.scale - scale) + sign * shift(other.digits, other.scale - scale);
    return new Quantity(digits, scale, this.wide || other.wide || digits < MIN_INT || digits > MAX_INT);
  }

  /** The value as a whole number, as far as the library looks: `1000m` is none for it. */
  whole(): bigint | undefined {
    if (this.wide || this.scale < 0) return undefined;
    const value = shift(this.digits, this.scale);
    return value < MIN_INT || value > MAX_INT ? undefined : value;
  }
}

function shift(digits: bigint, by: number): bigint {
  return digits * 10n ** BigInt(by);
}

const GRAMMAR = /^([+-]?)(\d*)(?:\.(\d*))?(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d{1,4}))?$/;
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const NANO = -9;

function parse(text: string): Quantity | undefined {
  const match = GRAMMAR.exec(text);
  if (!match || text === '') return undefined;
  const [, sign, whole = '', fraction = '', binary, decimal, exponent] = match;
  // Without any digit it is 0, for Go.
  let digits = BigInt(`0${whole}${fraction}`) << BigInt(binary === undefined ? 0 : BINARY[binary]!);
  let scale = (decimal === undefined ? Number(exponent ?? 0) : DECIMAL[decimal]!) - fraction.length;
  const significant = whole.replace(/^0+/, '').length + fraction.length;
  // Only short numbers are kept in 64 bits.
  const room = binary === undefined ? 18 - significant : fraction.length > 0 ? -1 : 15 - significant - Math.trunc(BINARY[binary]! * 0.3) - 1;
  const wide = room < 0 || scale < NANO || digits > MAX_INT;
  if (scale < NANO) {
    // Rounded away from zero, to billionths.
    const unit = 10n ** BigInt(NANO - scale);
    digits = (digits + unit - 1n) / unit;
    scale = NANO;
  }
  // Binary ones are cut at what 64 bits hold.
  if (binary !== undefined && scale <= 0 && digits > shift(MAX_INT, -scale)) digits = shift(MAX_INT, -scale);
  return new Quantity(sign === '-' ? -digits : digits, scale, wide);
}

function quantityOf(text: string): Quantity {
  const quantity = parse(text);
  if (quantity === undefined) throw new CelFailure(`${JSON.stringify(text)} is no quantity`);
  return quantity;
}

function of(read: (quantity: Quantity) => CelValue): CelFunction {
  return (quantity) => (quantity instanceof Quantity ? read(quantity) : undefined);
}

function ofTwo(read: (quantity: Quantity, other: Quantity) => CelValue): CelFunction {
  return (quantity, other) => (quantity instanceof Quantity && other instanceof Quantity ? read(quantity, other) : undefined);
}

function plus(sign: 1n | -1n): CelFunction {
  return (quantity, other) => {
    if (!(quantity instanceof Quantity)) return undefined;
    const addend = isInt(other) ? new Quantity(BigInt(other), 0, false) : other;
    return addend instanceof Quantity ? quantity.plus(addend, sign) : undefined;
  };
}

function asInteger(quantity: Quantity): CelValue {
  const whole = quantity.whole();
  if (whole === undefined) throw new CelFailure('the quantity is no integer');
  return integer(whole);
}

export const QUANTITIES: Library = {
  name: 'quantities', since: 28,
  functions: {
    'quantity/1': onText(quantityOf),
    'isQuantity/1': onText((text) => parse(text) !== undefined),
    'sign/1': of(({ digits }) => (digits < 0n ? -1 : digits > 0n ? 1 : 0)),
    '.isGreaterThan/1': ofTwo((quantity, other) => quantity.compareTo(other) > 0),
    '.isLessThan/1': ofTwo((quantity, other) => quantity.compareTo(other) < 0),
    '.compareTo/1': ofTwo((quantity, other) => quantity.compareTo(other)),
    '.asApproximateFloat/0': of(({ digits, scale }) => new Double(Number(`${digits}e${scale}`))),
    '.asInteger/0': of(asInteger),
    '.isInteger/0': of((quantity) => quantity.whole() !== undefined),
    '.add/1': plus(1n),
    '.sub/1': plus(-1n),
  },
};
