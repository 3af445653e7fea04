// Prints values of CEL so that values of different types never print the same; test/conformance/engines/cel/main.go prints alike.
import type { CelValue, Opaque } from '../../../src/analysis/cel/value';
import { CelList, CelMap, Double, Duration, Optional, Timestamp, TypeName, Uint } from '../../../src/analysis/cel/value';

export function show(value: CelValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object') return String(value);
  if (value instanceof Uint) return `${value.value}u`;
  if (value instanceof Double) return `double ${double(value.value)}`;
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('base64')}`;
  if (value instanceof Timestamp) {
    const rest = ((value.nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
    return `timestamp ${(value.nanos - rest) / 1_000_000_000n}.${String(rest).padStart(9, '0')}`;
  }
  if (value instanceof Duration) return `duration ${value.nanos}`;
  if (value instanceof Optional) return value.value === undefined ? 'none' : `optional ${show(value.value)}`;
  if (value instanceof CelList) return `[${[...value].map(show).join(', ')}]`;
  if (value instanceof CelMap) return `{${[...value.keys()].map((key) => `${show(key)}: ${show(value.get(key)!)}`).sort().join(', ')}}`;
  if (value instanceof TypeName) return `type ${value.name}`;
  return `value of ${(value as Opaque).type}`;
}

function double(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return `-${double(0)}`;
  return value.toExponential(15).replace(/e([+-])(\d)$/, 'e$10$2');
}
