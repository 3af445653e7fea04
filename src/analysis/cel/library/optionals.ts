// Optional values. Source: cel-go cel/library.go (optionalLib). `or` and `orValue` evaluate their argument only when it is needed: they are compiled apart.
import type { CelValue } from '../value';
import { CelFailure, CelList, CelMap, Double, Duration, Optional, Timestamp, Uint } from '../value';
import type { Library } from './library';

export const OPTIONALS: Library = {
  name: 'optional values', since: 28,
  functions: {
    'optional.of/1': (value) => new Optional(value),
    'optional.ofNonZeroValue/1': (value) => (isZero(value) ? Optional.NONE : new Optional(value)),
    'optional.none/0': () => Optional.NONE,
    '.value/0': (optional) => (optional instanceof Optional ? held(optional) : undefined),
    '.hasValue/0': (optional) => (optional instanceof Optional ? optional.value !== undefined : undefined),
  },
};

export function held(optional: Optional): CelValue {
  if (optional.value === undefined) throw new CelFailure('the optional value is none');
  return optional.value;
}

function isZero(value: CelValue): boolean {
  if (value === null || value === false || value === 0 || value === '') return true;
  if (value instanceof Double) return value.value === 0;
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof Duration) return value.nanos === 0n;
  // Go's zero time is the first of January of the year 1.
  if (value instanceof Timestamp) return value.nanos === -62135596800n * 1_000_000_000n;
  if (value instanceof Uint8Array) return value.length === 0;
  return (value instanceof CelList || value instanceof CelMap) && value.size === 0;
}

