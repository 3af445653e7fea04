// One printer per duration grammar. The model holds whole milliseconds; each printer gives the exact text or refuses, never rounds.
import { refuse } from './refuse';

/** Anything that holds a length of time as whole milliseconds. `Duration` of the vocabulary is one. */
export interface DurationLike {
  /** Length in milliseconds. */
  toMillis(): number;
}

/** Prints one duration in the grammar of one language. `where` is for the error. */
export type DurationPrinter = (duration: DurationLike, where: string) => string;

const UNITS: readonly (readonly [unit: string, millis: number])[] = [['d', 86_400_000], ['h', 3_600_000], ['m', 60_000], ['s', 1_000], ['ms', 1]];

/** HAProxy: one unit, no decimals (`4700ms`, `47s`), 1 ms to 2147483647 ms. Zero is refused: it means "no limit" for timeouts, which HAProxy itself warns about. */
export function haproxyDuration(duration: DurationLike, where: string): string {
  return singleUnit(millisOf(duration, where, 'HAProxy', 1, 2_147_483_647), UNITS);
}

/** nginx: one unit, no decimals (`4700ms`, `30s`). Some directives count whole seconds: `resolution: 's'`. */
export function nginxDuration(duration: DurationLike, where: string, options: { readonly resolution?: 'ms' | 's' } = {}): string {
  const millis = millisOf(duration, where, 'nginx', 0, 2_147_483_647_000);
  if (options.resolution === 's') wholeSeconds(millis, where, 'nginx');
  return millis === 0 ? '0s' : singleUnit(millis, UNITS);
}

/** Go's `time.ParseDuration`, as CoreDNS options and many tools read it: `4.7s`, `1m30s`, `250ms`. */
export function goDuration(duration: DurationLike, where: string): string {
  const millis = millisOf(duration, where, 'Go', 0, 9_223_372_036_854);
  if (millis < 1000) return millis === 0 ? '0s' : `${millis}ms`;
  const hours = Math.floor(millis / 3_600_000);
  const minutes = Math.floor(millis / 60_000) % 60;
  const seconds = (millis % 60_000) / 1000;
  return [hours && `${hours}h`, minutes && `${minutes}m`, seconds && `${seconds}s`].filter(Boolean).join('');
}

/** Gateway API (GEP-2257): up to four numbers of at most five digits, no decimals: `4700ms`, `90s`, `1m40s700ms`. */
export function gatewayApiDuration(duration: DurationLike, where: string): string {
  const millis = millisOf(duration, where, 'Gateway API', 0, 99_999 * 3_600_000 + 3_599_999);
  if (millis === 0) return '0s';
  const single = singleUnit(millis, UNITS.slice(1));
  return /^\d{1,5}[a-z]+$/.test(single) ? single : compound(millis, UNITS.slice(1));
}

/** Protobuf JSON, as Istio and Envoy read it: seconds with decimals, `4.7s`. */
export function protobufDuration(duration: DurationLike, where: string): string {
  return `${millisOf(duration, where, 'protobuf', 0, 315_576_000_000_000) / 1000}s`;
}

/** Prometheus: big units before small ones, no decimals: `5m`, `1m30s`, `4s700ms`. */
export function prometheusDuration(duration: DurationLike, where: string): string {
  const millis = millisOf(duration, where, 'Prometheus', 0, 9_223_372_036_854);
  return millis === 0 ? '0s' : compound(millis, UNITS);
}

/** nftables: `1h30m`, `10m`, `500ms`. Zero is refused: nft reads it as "no timeout". */
export function nftDuration(duration: DurationLike, where: string): string {
  return compound(millisOf(duration, where, 'nftables', 1, 4_294_967_295_000), UNITS);
}

/** Options of CoreDNS that are bare whole seconds (`cache`, `ttl`), in the range of that option. */
export function corednsSeconds(duration: DurationLike, where: string, range: { readonly min?: number; readonly max?: number } = {}): string {
  return secondsIn(duration, where, 'CoreDNS', range.min ?? 1, range.max ?? 2_147_483_647);
}

/** WireGuard's `PersistentKeepalive`: bare whole seconds, 1 to 65535. */
export function wireguardSeconds(duration: DurationLike, where: string): string {
  return secondsIn(duration, where, 'WireGuard', 1, 65_535);
}

/** Times of a DNS zone (RFC 2308 section 8: 31 bits): bare whole seconds. */
export function zoneSeconds(duration: DurationLike, where: string): string {
  return secondsIn(duration, where, 'a DNS zone', 0, 2_147_483_647);
}

/** Tailscale's ssh `checkPeriod`: whole hours or minutes, one minute to one week. */
export function tailscaleDuration(duration: DurationLike, where: string): string {
  const millis = millisOf(duration, where, 'a Tailscale policy', 60_000, 604_800_000);
  if (millis % 60_000 !== 0) refuse(where, `A Tailscale policy counts whole minutes and cannot carry ${millis} ms`, 'choose whole minutes');
  return millis % 3_600_000 === 0 ? `${millis / 3_600_000}h` : `${millis / 60_000}m`;
}

function millisOf(duration: DurationLike, where: string, language: string, min: number, max: number): number {
  const millis = duration?.toMillis?.();
  if (typeof millis !== 'number' || !Number.isSafeInteger(millis)) {
    refuse(where, `${language} needs a duration of whole milliseconds`, 'pass a Duration such as Duration.seconds(5)');
  }
  if (millis < min || millis > max) refuse(where, `${language} cannot carry ${millis} ms here`, `choose ${min} ms to ${max} ms`);
  return millis;
}

function wholeSeconds(millis: number, where: string, language: string): void {
  if (millis % 1000 !== 0) refuse(where, `${language} counts whole seconds here and cannot carry ${millis} ms`, 'choose whole seconds');
}

function secondsIn(duration: DurationLike, where: string, language: string, min: number, max: number): string {
  const millis = millisOf(duration, where, language, 0, Number.MAX_SAFE_INTEGER);
  wholeSeconds(millis, where, language);
  const seconds = millis / 1000;
  if (seconds < min || seconds > max) refuse(where, `${language} cannot carry ${seconds} s here`, `choose ${min} s to ${max} s`);
  return String(seconds);
}

/** The largest unit that divides the length exactly. */
function singleUnit(millis: number, units: typeof UNITS): string {
  const [unit, size] = units.find(([, length]) => millis % length === 0)!;
  return `${millis / size}${unit}`;
}

function compound(millis: number, units: typeof UNITS): string {
  let rest = millis;
  let text = '';
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}
