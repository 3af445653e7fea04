// The operators on numbers, texts, lists and times, with the limits of 64 bits. Source: cel-go common/types (overflow.go, int.go, timestamp.go …), cel-spec doc/langdef.md.
import { keyId, setId } from './compare';
import { checkedDuration, checkedTimestamp } from './time';
import type { CelValue } from './value';
import { CelFailure, CelList, Double, Duration, integer, isInt, ItemList, MAX_INT, MAX_UINT, MIN_INT, noOverload, Timestamp, Uint } from './value';

export function add(left: CelValue, right: CelValue): CelValue {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right;
    return Number.isSafeInteger(sum) ? sum : int(BigInt(left) + BigInt(right));
  }
  if (typeof left === 'string' && typeof right === 'string') return left + right;
  if (left instanceof CelList && right instanceof CelList) return concatenate(left, right);
  if (isInt(left) && isInt(right)) return int(BigInt(left) + BigInt(right));
  if (left instanceof Double && right instanceof Double) return new Double(left.value + right.value);
  if (left instanceof Uint && right instanceof Uint) return uint(left.value + right.value);
  if (left instanceof Duration && right instanceof Duration) return new Duration(checkedDuration(left.nanos + right.nanos));
  if (left instanceof Timestamp && right instanceof Duration) return new Timestamp(checkedTimestamp(left.nanos + right.nanos), left.zone);
  if (left instanceof Duration && right instanceof Timestamp) return add(right, left);
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Uint8Array.from([...left, ...right]);
  throw noOverload('+', left, right);
}

/** Sets unite; lists with keys take the later item of each key in the earlier one's place; others are put one after the other. */
function concatenate(left: CelList, right: CelList): CelValue {
  const { kind, keys } = left.rule;
  if (kind !== 'atomic') {
    const items = new Map<unknown, CelValue>();
    const id = (item: CelValue): unknown => (kind === 'set' ? setId(item) : keyId(item, keys));
    for (const item of left) items.set(id(item), item);
    for (const item of right) items.set(id(item), item);
    return new ItemList([...items.values()], left.rule);
  }
  return new ItemList([...left, ...right]);
}

export function subtract(left: CelValue, right: CelValue): CelValue {
  if (typeof left === 'number' && typeof right === 'number') {
    const rest = left - right;
    return Number.isSafeInteger(rest) ? rest : int(BigInt(left) - BigInt(right));
  }
  if (isInt(left) && isInt(right)) return int(BigInt(left) - BigInt(right));
  if (left instanceof Double && right instanceof Double) return new Double(left.value - right.value);
  if (left instanceof Uint && right instanceof Uint) return uint(left.value - right.value);
  if (left instanceof Duration && right instanceof Duration) return new Duration(checkedDuration(left.nanos - right.nanos));
  if (left instanceof Timestamp && right instanceof Duration) return new Timestamp(checkedTimestamp(left.nanos - right.nanos), left.zone);
  if (left instanceof Timestamp && right instanceof Timestamp) return new Duration(checkedDuration(left.nanos - right.nanos));
  throw noOverload('-', left, right);
}

export function multiply(left: CelValue, right: CelValue): CelValue {
  if (typeof left === 'number' && typeof right === 'number') {
    // Zero has no sign.
    const product = left * right + 0;
    if (Number.isSafeInteger(product)) return product;
  }
  if (isInt(left) && isInt(right)) return int(BigInt(left) * BigInt(right));
  if (left instanceof Double && right instanceof Double) return new Double(left.value * right.value);
  if (left instanceof Uint && right instanceof Uint) return uint(left.value * right.value);
  throw noOverload('*', left, right);
}

export function divide(left: CelValue, right: CelValue): CelValue {
  if (left instanceof Double && right instanceof Double) return new Double(left.value / right.value);
  if (isInt(left) && isInt(right)) {
    if (right === 0) throw new CelFailure('division by zero');
    return int(BigInt(left) / BigInt(right));
  }
  if (left instanceof Uint && right instanceof Uint) {
    if (right.value === 0n) throw new CelFailure('division by zero');
    return new Uint(left.value / right.value);
  }
  throw noOverload('/', left, right);
}

export function modulo(left: CelValue, right: CelValue): CelValue {
  if (isInt(left) && isInt(right)) {
    if (right === 0) throw new CelFailure('modulus by zero');
    if (BigInt(left) === MIN_INT && right === -1) throw new CelFailure('integer overflow');
    return integer(BigInt(left) % BigInt(right));
  }
  if (left instanceof Uint && right instanceof Uint) {
    if (right.value === 0n) throw new CelFailure('modulus by zero');
    return new Uint(left.value % right.value);
  }
  throw noOverload('%', left, right);
}

export function negate(value: CelValue): CelValue {
  if (typeof value === 'number') return value === 0 ? 0 : -value;
  if (typeof value === 'bigint') return int(-value);
  if (value instanceof Double) return new Double(-value.value);
  throw noOverload('-', value);
}

function int(value: bigint): number | bigint {
  if (value < MIN_INT || value > MAX_INT) throw new CelFailure('integer overflow');
  return integer(value);
}

function uint(value: bigint): Uint {
  if (value < 0n || value > MAX_UINT) throw new CelFailure('unsigned integer overflow');
  return new Uint(value);
}
