// Parts of timestamps and durations. Source: cel-go common/types (timestamp.go, duration.go): months, days of the month and of the year count from 0, `getDate` from 1.
import type { CalendarTime } from '../time';
import { calendar } from '../time';
import type { CelValue } from '../value';
import { Duration, integer, Timestamp } from '../value';
import type { CelFunction, Library } from './library';

const PARTS: Readonly<Record<string, (time: CalendarTime) => number>> = {
  getFullYear: ({ date }) => date.getUTCFullYear(),
  getMonth: ({ date }) => date.getUTCMonth(),
  getDate: ({ date }) => date.getUTCDate(),
  getDayOfMonth: ({ date }) => date.getUTCDate() - 1,
  getDayOfWeek: ({ date }) => date.getUTCDay(),
  getDayOfYear: ({ date }) => Math.round((Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000),
  getHours: ({ date }) => date.getUTCHours(),
  getMinutes: ({ date }) => date.getUTCMinutes(),
  getSeconds: ({ date }) => date.getUTCSeconds(),
  getMilliseconds: ({ milliseconds }) => milliseconds,
};

/** Of a duration, each is the whole of it in that unit. */
const WHOLE: Readonly<Record<string, bigint>> = { getHours: 3_600_000_000_000n, getMinutes: 60_000_000_000n, getSeconds: 1_000_000_000n, getMilliseconds: 1_000_000n };

function part(name: string): CelFunction {
  const read = PARTS[name]!;
  const unit = WHOLE[name];
  return (value) => {
    if (value instanceof Timestamp) return read(calendar(value.nanos));
    return value instanceof Duration && unit !== undefined ? integer(value.nanos / unit) : undefined;
  };
}

function partInZone(name: string): CelFunction {
  const read = PARTS[name]!;
  return (value: CelValue, zone: CelValue) => (value instanceof Timestamp && typeof zone === 'string' ? read(calendar(value.nanos, zone)) : undefined);
}

export const TIMES: Library = {
  name: 'times', since: 0,
  functions: Object.fromEntries(Object.keys(PARTS).flatMap((name) => [[`.${name}/0`, part(name)], [`.${name}/1`, partInZone(name)]])),
};
