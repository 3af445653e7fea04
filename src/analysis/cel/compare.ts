// Equality and order. Source: cel-go common/types (Equal and Compare of each type), apiserver pkg/cel/common/valuesunstructured.go (lists that are sets or maps).
import { canonical } from '../schema/list-types';
import type { CelValue } from './value';
import { CelFailure, CelList, CelMap, Double, Duration, isInt, noOverload, Opaque, Optional, Timestamp, TypeName, Uint } from './value';
import { ListView, MapView, ObjectView } from './view';

/** Equality across types: numbers by value, everything else only within its type. */
export function equal(left: CelValue, right: CelValue): boolean {
  if (typeof left !== 'object' || left === null) {
    if (isInt(left) && typeof right === 'object') return compareNumbers(left, right) === 0;
    return left === right;
  }
  if (right === null) return false;
  if (left instanceof Double || left instanceof Uint) return compareNumbers(left, right) === 0;
  if (left instanceof CelList) return equalList(left, right);
  if (left instanceof ObjectView) return equalObject(left, right);
  if (left instanceof CelMap) return equalMap(left, right);
  if (left instanceof Timestamp) return right instanceof Timestamp && left.nanos === right.nanos;
  if (left instanceof Duration) return right instanceof Duration && left.nanos === right.nanos;
  if (left instanceof Uint8Array) return right instanceof Uint8Array && compareBytes(left, right) === 0;
  if (left instanceof TypeName) return right instanceof TypeName && left.name === right.name;
  if (left instanceof Optional) {
    if (!(right instanceof Optional)) return false;
    return left.value === undefined || right.value === undefined ? left.value === right.value : equal(left.value, right.value);
  }
  if (left instanceof Opaque && right instanceof Opaque && left.type === right.type) return left.equals(right);
  throw noOverload('==', left, right);
}

function equalItems(left: CelList, right: CelList): boolean {
  const { size } = left;
  if (size !== right.size) return false;
  for (let i = 0; i < size; i++) if (!equal(left.at(i), right.at(i))) return false;
  return true;
}

/** Lists that are sets or maps compare without order. */
function equalList(left: CelList, right: CelValue): boolean {
  if (!(right instanceof CelList)) {
    if (left instanceof ListView) throw noOverload('==', left, right);
    return false;
  }
  const { kind, keys } = left.rule;
  if (kind === 'atomic') return equalItems(left, right);
  if (left.size !== right.size) return false;
  if (kind === 'set') {
    const items = new Set([...left].map(setId));
    for (const item of right) if (!items.has(setId(item))) return false;
    return true;
  }
  const byKey = new Map([...left].map((item) => [keyId(item, keys), item]));
  for (const item of right) {
    const own = byKey.get(keyId(item, keys));
    if (own === undefined || !equal(own, item)) return false;
  }
  return true;
}

/** Tells the scalars of a set apart. */
export function setId(value: CelValue): unknown {
  return typeof value === 'object' && value !== null ? canonicalId(value) : value;
}

function canonicalId(value: CelValue): string {
  if (value instanceof ObjectView || value instanceof MapView) return canonical(value.object);
  if (value instanceof ListView) return canonical(value.list);
  if (value instanceof Double) return `double ${value.value}`;
  if (value instanceof Timestamp || value instanceof Duration) return `time ${value.nanos}`;
  return canonical(value);
}

/** Tells the items of a list with keys apart. */
export function keyId(item: CelValue, keys: readonly string[]): unknown {
  if (!(item instanceof CelMap)) throw new CelFailure('an item of this list is no object');
  const parts = keys.map((key) => (item instanceof ObjectView ? readRaw(item, key) : item.get(key)));
  return parts.length === 1 ? parts[0] : JSON.stringify(parts.map((part) => (typeof part === 'bigint' ? String(part) : part ?? null)));
}

function readRaw(item: ObjectView, key: string): unknown {
  for (const field of item.type.fields.values()) if (field.name === key) return item.read(field);
  return item.object[key];
}

function equalMap(left: CelMap, right: CelValue): boolean {
  if (!(right instanceof CelMap)) {
    if (left instanceof MapView) throw noOverload('==', left, right);
    return false;
  }
  if (left.size !== right.size) return false;
  for (const key of left.keys()) {
    const other = right.get(key);
    const own = left.get(key);
    if (own === undefined || other === undefined || !equal(own, other)) return false;
  }
  return true;
}

/** Fields by their schemas; what no schema describes by its content. */
function equalObject(left: ObjectView, right: CelValue): boolean {
  if (!(right instanceof CelMap)) throw noOverload('==', left, right);
  if (left.size !== right.size) return false;
  const seen = new Set<string>();
  for (const [name, field] of left.type.fields) {
    seen.add(field.name);
    const own = left.read(field);
    const other = right instanceof ObjectView ? right.type.fields.get(name) && right.read(right.type.fields.get(name)!) : right.get(name);
    if ((own === undefined) !== (other === undefined)) return false;
    if (own !== undefined && !equal(own, other!)) return false;
  }
  if (!(right instanceof ObjectView)) return true;
  for (const name of left.names()) {
    if (seen.has(name)) continue;
    const other = right.object[name];
    if (other === undefined || canonical(left.object[name]) !== canonical(other)) return false;
  }
  return true;
}

/** -1, 0 or 1. @throws CelFailure when the two have no order */
export function compare(left: CelValue, right: CelValue): number {
  if (typeof left === 'number' && typeof right === 'number') return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  if (isInt(left) || left instanceof Double || left instanceof Uint) {
    const order = compareNumbers(left, right);
    if (order !== undefined) return order;
    if ((left instanceof Double && Number.isNaN(left.value)) || (right instanceof Double && Number.isNaN(right.value))) throw new CelFailure('NaN has no order');
  }
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  if ((left instanceof Timestamp && right instanceof Timestamp) || (left instanceof Duration && right instanceof Duration)) {
    return left.nanos < right.nanos ? -1 : left.nanos > right.nanos ? 1 : 0;
  }
  if (left instanceof Uint8Array && right instanceof Uint8Array) return compareBytes(left, right);
  throw noOverload('order', left, right);
}

/** Undefined for what is no number, and for NaN. */
function compareNumbers(left: CelValue, right: CelValue): number | undefined {
  if (left instanceof Double || right instanceof Double) {
    const [a, b] = [asDouble(left), asDouble(right)];
    return a === undefined || b === undefined || Number.isNaN(a) || Number.isNaN(b) ? undefined : a < b ? -1 : a > b ? 1 : 0;
  }
  const a = left instanceof Uint ? left.value : left;
  const b = right instanceof Uint ? right.value : right;
  if (!isInt(a) || !isInt(b)) return undefined;
  return a < b ? -1 : a > b ? 1 : 0;
}

function asDouble(value: CelValue): number | undefined {
  if (value instanceof Double) return value.value;
  if (value instanceof Uint) return Number(value.value);
  return isInt(value) ? Number(value) : undefined;
}

/** By code points, as UTF-8 orders them; JavaScript orders by units of UTF-16. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    let a = left.charCodeAt(i);
    let b = right.charCodeAt(i);
    if (a === b) continue;
    // Surrogates stand for code points above all others.
    if (a >= 0xd800 && b >= 0xd800) {
      a = a >= 0xe000 ? a - 0x800 : a + 0x2000;
      b = b >= 0xe000 ? b - 0x800 : b + 0x2000;
    }
    return a < b ? -1 : 1;
  }
  return left.length < right.length ? -1 : 1;
}

function compareBytes(left: Uint8Array, right: Uint8Array): number {
  return Buffer.compare(left, right);
}
