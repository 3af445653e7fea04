import * as fc from 'fast-check';
import { Duration } from '../../src/core/duration';
import {
  corednsSeconds, gatewayApiDuration, goDuration, haproxyDuration, nftDuration, nginxDuration, prometheusDuration, protobufDuration,
  tailscaleDuration, wireguardSeconds, zoneSeconds,
} from '../../src/formats/duration';
import { sentence } from '../core/sentence';

const ms = Duration.millis;

const UNITS: { [unit: string]: number } = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Reads any of the grammars: numbers with units, decimals where they are allowed, bare numbers as seconds. */
function read(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!/^(\d+(\.\d+)?(ms|[dhms]))+$/.test(text)) throw new Error(`not a duration: ${text}`);
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g)].reduce((sum, [, amount, unit]) => sum + Math.round(Number(amount) * UNITS[unit] * 1000) / 1000, 0);
}

test.each([
  ['HAProxy', haproxyDuration, 4700, '4700ms'],
  ['HAProxy', haproxyDuration, 47_000, '47s'],
  ['HAProxy', haproxyDuration, 90_000, '90s'],
  ['nginx', nginxDuration, 4700, '4700ms'],
  ['nginx', nginxDuration, 0, '0s'],
  ['Go', goDuration, 4700, '4.7s'],
  ['Go', goDuration, 90_000, '1m30s'],
  ['Go', goDuration, 3_600_000, '1h'],
  ['Go', goDuration, 250, '250ms'],
  ['Gateway API', gatewayApiDuration, 4700, '4700ms'],
  ['Gateway API', gatewayApiDuration, 100_700, '1m40s700ms'],
  ['Gateway API', gatewayApiDuration, 86_400_000, '24h'],
  ['protobuf', protobufDuration, 4700, '4.7s'],
  ['protobuf', protobufDuration, 170, '0.17s'],
  ['Prometheus', prometheusDuration, 4700, '4s700ms'],
  ['Prometheus', prometheusDuration, 300_000, '5m'],
  ['Prometheus', prometheusDuration, 90_000_000, '1d1h'],
  ['nftables', nftDuration, 5_400_000, '1h30m'],
  ['CoreDNS', corednsSeconds, 4_700_000, '4700'],
  ['WireGuard', wireguardSeconds, 25_000, '25'],
  ['zone', zoneSeconds, 470_000, '470'],
  ['Tailscale', tailscaleDuration, 43_200_000, '12h'],
  ['Tailscale', tailscaleDuration, 1_800_000, '30m'],
])('%s writes %s of %d ms as %s', (_name, print, millis, text) => {
  expect(print(ms(millis), 'here')).toBe(text);
});

test('what a grammar cannot carry exactly is refused', () => {
  expect(sentence(() => haproxyDuration(Duration.days(25), 'defaults, timeout client'))).toBe('HAProxy cannot carry 2160000000 ms here (defaults, timeout client, <here>): choose 1 ms to 2147483647 ms.');
  expect(sentence(() => haproxyDuration(ms(0), 'defaults'))).toBe('HAProxy cannot carry 0 ms here (defaults, <here>): choose 1 ms to 2147483647 ms.');
  expect(sentence(() => wireguardSeconds(ms(4700), 'peer'))).toBe('WireGuard counts whole seconds here and cannot carry 4700 ms (peer, <here>): choose whole seconds.');
  expect(sentence(() => corednsSeconds(Duration.hours(2), 'ttl', { max: 3600 }))).toBe('CoreDNS cannot carry 7200 s here (ttl, <here>): choose 1 s to 3600 s.');
  expect(sentence(() => tailscaleDuration(Duration.seconds(90), 'ssh'))).toBe('A Tailscale policy counts whole minutes and cannot carry 90000 ms (ssh, <here>): choose whole minutes.');
  expect(sentence(() => goDuration('5s' as never, 'forward'))).toBe('Go needs a duration of whole milliseconds (forward, <here>): pass a Duration such as Duration.seconds(5).');
  expect(sentence(() => nginxDuration(ms(1500), 'expires', { resolution: 's' }))).toBe('nginx counts whole seconds here and cannot carry 1500 ms (expires, <here>): choose whole seconds.');
});

test('every printer gives back the very same length, in its own grammar', () => {
  const printers = [
    [haproxyDuration, /^\d+(d|h|m|s|ms)$/], [nginxDuration, /^\d+(d|h|m|s|ms)$/], [goDuration, /^(\d+h)?(\d+m)?(\d+(\.\d+)?s)?$|^\d+ms$/], [gatewayApiDuration, /^(\d{1,5}(h|m|s|ms)){1,4}$/],
    [protobufDuration, /^\d+(\.\d{1,3})?s$/], [prometheusDuration, /^(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/], [nftDuration, /^(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/],
  ] as const;
  fc.assert(fc.property(fc.integer({ min: 1, max: 2_147_483_647 }), fc.constantFrom(...printers), (millis, [print, grammar]) => {
    const text = print(ms(millis), 'here');
    expect(text).toMatch(grammar);
    expect(read(text)).toBeCloseTo(millis, 6);
  }));
});
