// Lengths of time as the engines write them. All answers are milliseconds; undefined is a text that the grammar does not have.

const UNITS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, 'µs': 1e-3, 'μs': 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Go's own grammar, as cert-manager, Traefik, CoreDNS and Prometheus operators have it: `1h30m`, `4.7s`, `0`. */
export function goDuration(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)) total += Number(amount) * UNITS[unit!]!;
  return text.startsWith('-') ? -total : total;
}

/** Gateway API's grammar, which has no decimals (GEP-2257): `1h30m`, `4700ms`. */
export function gatewayDuration(text: unknown): number | undefined {
  return typeof text === 'string' && /^([0-9]{1,5}(h|m|s|ms)){1,4}$/.test(text) ? goDuration(text) : undefined;
}

/** Seconds with a unit or without, as protobuf and Traefik's whole numbers have it. */
export function secondsOrDuration(value: unknown): number | undefined {
  if (typeof value === 'number') return value * 1000;
  return typeof value !== 'string' ? undefined : /^\d+$/.test(value) ? Number(value) * 1000 : goDuration(value);
}

/** `6.8s`, `1700ms`, `90m`, `2160h`. */
export function printMillis(millis: number): string {
  const rounded = Math.round(millis);
  if (rounded === 0) return '0s';
  if (rounded % 3_600_000 === 0) return `${rounded / 3_600_000}h`;
  if (rounded % 60_000 === 0) return `${rounded / 60_000}m`;
  return rounded >= 1000 && rounded % 100 === 0 ? `${rounded / 1000}s` : `${rounded}ms`;
}
