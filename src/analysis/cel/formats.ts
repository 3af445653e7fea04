// Texts whose schema has a format that expressions see as a value of its own.
// Source: kube-openapi pkg/validation/strfmt (time.go, duration.go, default.go), Go's time and encoding/base64.
import type { CelValue } from './value';
import { CelFailure, Duration, Timestamp } from './value';
import { parseDuration, parseTimestamp } from './time';

export function bytesOf(text: string): CelValue {
  // The URL alphabet, padded; line ends are skipped.
  const body = text.replace(/[\r\n]/g, '');
  if (body.length % 4 !== 0 || !/^[A-Za-z0-9_-]*={0,2}$/.test(body)) throw new CelFailure('the value is no base64 of the URL alphabet');
  return Uint8Array.from(Buffer.from(body, 'base64url'));
}

export function dateOf(text: string): CelValue {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? parseTimestamp(`${text}T00:00:00Z`) : undefined;
  if (date === undefined) throw new CelFailure('the value is no date');
  return date;
}

/** RFC 3339, or without a zone; the empty text is 1970. */
export function dateTimeOf(text: string): CelValue {
  if (text === '') return new Timestamp(0n);
  const time = parseTimestamp(text) ?? parseTimestamp(`${text}Z`);
  if (time === undefined) throw new CelFailure('the value is no date and time');
  return time;
}

const SECOND = 1_000_000_000n;
const UNITS: readonly (readonly [unit: RegExp, nanos: bigint])[] = [
  [/^(?:ns|nano.*)$/, 1n], [/^(?:us|µs|micro.*)$/, 1000n], [/^(?:ms|milli.*)$/, 1_000_000n], [/^(?:s|sec.*)$/, SECOND], [/^(?:m|min.*)$/, 60n * SECOND],
  [/^(?:h|hr|hour.*)$/, 3600n * SECOND], [/^(?:d|day.*)$/, 86_400n * SECOND], [/^(?:w|wk|week.*)$/, 604_800n * SECOND],
];

/** A duration of Go, or words: `2 days`. */
export function wordDurationOf(text: string): CelValue {
  const plain = parseDuration(text);
  if (plain !== undefined) return new Duration(plain);
  let nanos: bigint | undefined;
  for (const [, factor, word] of text.matchAll(/(?<!\d)(\d+)\s*([A-Za-zµ]+)/g)) {
    const unit = UNITS.find(([pattern]) => pattern.test(word!.toLowerCase()));
    if (unit) nanos = (nanos ?? 0n) + BigInt(factor!) * unit[1];
  }
  if (nanos === undefined) throw new CelFailure('the value is no duration');
  return new Duration(nanos);
}
