// Times as Go reads and prints them: package time (ParseDuration, Parse with RFC3339, Duration.Seconds, Time.In).
import { CelFailure, MAX_INT, MIN_INT, Timestamp } from './value';

const SECOND = 1_000_000_000n;
const UNITS: Readonly<Record<string, number>> = { 'ns': 1, 'us': 1e3, 'µs': 1e3, 'μs': 1e3, 'ms': 1e6, 's': 1e9, 'm': 6e10, 'h': 3.6e12 };
const PART = /(\d*)(?:(\.)(\d*))?(ns|us|µs|μs|ms|s|m|h)/y;

/** Durations in documents are few and repeat. */
const REMEMBERED = 1024;
const durations = new Map<string, bigint | undefined>();

/** Nanoseconds of `1h30m`, or undefined when the text is no duration. */
export function parseDuration(text: string): bigint | undefined {
  const known = durations.get(text);
  if (known !== undefined) return known;
  const nanos = readDuration(text);
  if (nanos !== undefined && text.length < 32) {
    if (durations.size >= REMEMBERED) durations.clear();
    durations.set(text, nanos);
  }
  return nanos;
}

function readDuration(text: string): bigint | undefined {
  const sign = /^[-+]/.exec(text)?.[0] ?? '';
  const body = text.slice(sign.length);
  if (body === '0') return 0n;
  if (body === '') return undefined;
  let nanos = 0n;
  for (let at = 0; at < body.length; at = PART.lastIndex) {
    PART.lastIndex = at;
    const part = PART.exec(body);
    if (!part) return undefined;
    const [, whole, point, fraction = '', unit] = part as unknown as [string, string, string | undefined, string | undefined, string];
    if (whole === '' && (point === undefined || fraction === '')) return undefined;
    const factor = UNITS[unit]!;
    nanos += BigInt(whole === '' ? 0 : whole) * BigInt(factor);
    if (fraction !== '') nanos += BigInt(Math.trunc(Number(fraction.slice(0, 18)) * (factor / 10 ** Math.min(18, fraction.length))));
    if (nanos > MAX_INT + 1n) return undefined;
  }
  if (sign === '-') return -nanos;
  return nanos > MAX_INT ? undefined : nanos;
}

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d+))?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/** A time of RFC 3339, or undefined when the text is none. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match = RFC3339.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const [, , , , , , , fraction = '', sign, zoneHour, zoneMinute] = match;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  if (sign !== undefined && (Number(zoneHour) > 24 || Number(zoneMinute) > 59)) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const offset = sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(zoneHour) * 60 + Number(zoneMinute));
  const seconds = BigInt(date.getTime() / 1000 + hour * 3600 + minute * 60 + second - offset * 60);
  return new Timestamp(seconds * SECOND + BigInt(fraction.slice(0, 9).padEnd(9, '0')), offset);
}

/** As Go's RFC3339Nano, in the zone that it was written with. */
export function printTimestamp({ nanos, zone }: Timestamp): string {
  const { seconds, rest } = split(nanos);
  const fraction = rest === 0 ? '' : `.${String(rest).padStart(9, '0').replace(/0+$/, '')}`;
  const away = Math.abs(zone);
  const offset = zone === 0 ? 'Z' : `${zone < 0 ? '-' : '+'}${String(Math.floor(away / 60)).padStart(2, '0')}:${String(away % 60).padStart(2, '0')}`;
  return `${new Date((seconds + zone * 60) * 1000).toISOString().slice(0, 19)}${fraction}${offset}`;
}

/** Seconds with as many decimals as they need. */
export function printDuration(nanos: bigint): string {
  return `${plainNumber(Number(nanos / SECOND) + Number(nanos % SECOND) / 1e9)}s`;
}

/** A number without an exponent. */
export function plainNumber(value: number): string {
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!match) return text;
  const [, sign, first, rest = '', exponent] = match;
  const digits = `${first}${rest}`;
  const point = 1 + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.slice(0, point).padEnd(point, '0')}${digits.length > point ? `.${digits.slice(point)}` : ''}`;
}

/** The range of protobuf's timestamps: the years 1 to 9999. */
export function checkedTimestamp(nanos: bigint): bigint {
  if (nanos < -62135596800n * SECOND || nanos >= 253402300800n * SECOND) throw new CelFailure('the timestamp is out of range');
  return nanos;
}

export function checkedDuration(nanos: bigint): bigint {
  if (nanos < MIN_INT || nanos > MAX_INT) throw new CelFailure('the duration is out of range');
  return nanos;
}

/** A time of the calendar; `date` carries the zone's local time in its UTC fields. */
export interface CalendarTime {
  readonly date: Date;
  readonly milliseconds: number;
}

/** The calendar's fields of an instant, in a zone: `America/New_York`, `+02:00`. @default UTC */
export function calendar(nanos: bigint, zone?: string): CalendarTime {
  const { seconds, rest } = split(nanos);
  return { date: new Date((seconds + (zone === undefined ? 0 : offsetOf(zone, seconds))) * 1000), milliseconds: Math.floor(rest / 1e6) };
}

function split(nanos: bigint): { readonly seconds: number; readonly rest: number } {
  const rest = ((nanos % SECOND) + SECOND) % SECOND;
  return { seconds: Number((nanos - rest) / SECOND), rest: Number(rest) };
}

/** Seconds east of UTC. */
function offsetOf(zone: string, seconds: number): number {
  const colon = zone.indexOf(':');
  if (colon >= 0) {
    const [hours, minutes] = [zone.slice(0, colon), zone.slice(colon + 1)];
    if (!/^[+-]?\d+$/.test(hours) || !/^[+-]?\d+$/.test(minutes)) throw new CelFailure(`${JSON.stringify(zone)} is no time zone`);
    return (Number(hours) * 60 + (zone.startsWith('-') ? -1 : 1) * Number(minutes)) * 60;
  }
  if (zone === '' || zone === 'UTC') return 0;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
  } catch {
    throw new CelFailure(`${JSON.stringify(zone)} is no time zone`);
  }
  const part = Object.fromEntries(format.formatToParts(seconds * 1000).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second) / 1000 - seconds;
}
