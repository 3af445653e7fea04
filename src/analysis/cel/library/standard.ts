// The functions of the language itself: sizes, conversions, texts. Source: cel-spec doc/langdef.md "List of Standard Definitions", cel-go common/types (ConvertToType).
import { matches } from '../regex';
import { checkedTimestamp, parseDuration, parseTimestamp, printDuration, printTimestamp } from '../time';
import type { CelValue } from '../value';
import {
  CelFailure, CelList, CelMap, Double, Duration, integer, isInt, MAX_INT, MAX_UINT, MIN_INT, Opaque, show, Timestamp, typeName, TypeName, Uint,
} from '../value';
import { decodeText, encodeText, printDouble } from '../text';
import type { CelFunction, Library } from './library';
import { onTexts } from './library';

const size: CelFunction = (value) => {
  if (typeof value === 'string') return codePoints(value);
  if (value instanceof CelList || value instanceof CelMap) return value.size;
  return value instanceof Uint8Array ? value.length : undefined;
};

function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) count--;
  return count;
}

function cannot(value: CelValue, type: string): CelFailure {
  return new CelFailure(`${show(value)} cannot be made a value of type ${type}`);
}

const toInt: CelFunction = (value) => {
  if (isInt(value)) return value;
  if (value instanceof Double) {
    if (!(value.value > -(2 ** 63) && value.value < 2 ** 63)) throw new CelFailure('integer overflow');
    return integer(BigInt(Math.trunc(value.value)));
  }
  if (value instanceof Uint) {
    if (value.value > MAX_INT) throw new CelFailure('integer overflow');
    return integer(value.value);
  }
  if (typeof value === 'string') {
    if (!/^[+-]?\d+$/.test(value)) throw cannot(value, 'int');
    const parsed = BigInt(value.replace(/^\+/, ''));
    if (parsed < MIN_INT || parsed > MAX_INT) throw cannot(value, 'int');
    return integer(parsed);
  }
  if (value instanceof Timestamp) return integer((value.nanos - (((value.nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n)) / 1_000_000_000n);
  if (value instanceof Duration) return integer(value.nanos);
  return undefined;
};

const toUint: CelFunction = (value) => {
  if (value instanceof Uint) return value;
  let whole: bigint;
  if (isInt(value)) whole = BigInt(value);
  else if (value instanceof Double) {
    if (!(value.value >= 0 && value.value < 2 ** 64)) throw new CelFailure('unsigned integer overflow');
    whole = BigInt(Math.trunc(value.value));
  } else if (typeof value === 'string') {
    if (!/^\d+$/.test(value) || BigInt(value) > MAX_UINT) throw cannot(value, 'uint');
    whole = BigInt(value);
  } else return undefined;
  if (whole < 0n || whole > MAX_UINT) throw new CelFailure('unsigned integer overflow');
  return new Uint(whole);
};

const toDouble: CelFunction = (value) => {
  if (value instanceof Double) return value;
  if (isInt(value)) return new Double(Number(value));
  if (value instanceof Uint) return new Double(Number(value.value));
  if (typeof value !== 'string') return undefined;
  const digits = value.replace(/(?<=\d)_(?=\d)/g, '');
  if (/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(digits)) {
    const parsed = Number(digits);
    if (!Number.isFinite(parsed)) throw cannot(value, 'double');
    return new Double(parsed);
  }
  const named = /^([+-]?)inf(?:inity)?$/i.exec(value);
  if (named) return new Double(named[1] === '-' ? -Infinity : Infinity);
  if (/^nan$/i.test(value)) return new Double(NaN);
  throw cannot(value, 'double');
};

const toText: CelFunction = (value) => {
  switch (typeof value) {
    case 'string': return value;
    case 'boolean':
    case 'number':
    case 'bigint': return String(value);
  }
  if (value instanceof Double) return printDouble(value.value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Uint8Array) {
    const text = decodeText(value);
    if (text === undefined) throw new CelFailure('the bytes are no text in UTF-8');
    return text;
  }
  if (value instanceof Timestamp) return printTimestamp(value);
  if (value instanceof Duration) return printDuration(value.nanos);
  return value instanceof Opaque ? value.toText() : undefined;
};

const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

const toBool: CelFunction = (value) => {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  if (TRUE.has(value)) return true;
  if (FALSE.has(value)) return false;
  throw cannot(value, 'bool');
};

const toTimestamp: CelFunction = (value) => {
  if (value instanceof Timestamp) return value;
  if (isInt(value)) return new Timestamp(checkedTimestamp(BigInt(value) * 1_000_000_000n));
  if (typeof value !== 'string') return undefined;
  const time = parseTimestamp(value);
  if (time === undefined) throw cannot(value, 'timestamp');
  checkedTimestamp(time.nanos);
  return time;
};

const toDuration: CelFunction = (value) => {
  if (value instanceof Duration) return value;
  if (isInt(value)) return new Duration(BigInt(value));
  if (typeof value !== 'string') return undefined;
  const nanos = parseDuration(value);
  if (nanos === undefined) throw cannot(value, 'duration');
  return new Duration(nanos);
};

export const STANDARD: Library = {
  name: 'the language', since: 0,
  functions: {
    'size/1': size,
    '.size/0': size,
    'int/1': toInt,
    'uint/1': toUint,
    'double/1': toDouble,
    'string/1': toText,
    'bool/1': toBool,
    'bytes/1': (value) => (typeof value === 'string' ? encodeText(value) : value instanceof Uint8Array ? value : undefined),
    'timestamp/1': toTimestamp,
    'duration/1': toDuration,
    'dyn/1': (value) => value,
    'type/1': (value) => new TypeName(typeName(value)),
    '.contains/1': onTexts((text, part) => text.includes(part)),
    '.startsWith/1': onTexts((text, part) => text.startsWith(part)),
    '.endsWith/1': onTexts((text, part) => text.endsWith(part)),
    '.matches/1': onTexts(matches),
    'matches/2': onTexts(matches),
  },
};

/** Names that stand for types. */
export const TYPES: ReadonlyMap<string, string> = new Map([
  ...['int', 'uint', 'double', 'bool', 'string', 'bytes', 'list', 'map', 'null_type', 'type', 'google.protobuf.Timestamp', 'google.protobuf.Duration', 'optional_type', 'net.IP', 'net.CIDR']
    .map((name) => [name, name] as const),
]);

