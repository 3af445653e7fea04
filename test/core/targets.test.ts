import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KNOWN_LINES, atLeast, resolveLine, resolveTargets, systemName } from '../../src/core/targets';
import type { System, Targets } from '../../src/core/targets';
import { sentence } from './sentence';

test('the known lines are those whose schemas are shipped', () => {
  const index = JSON.parse(readFileSync(join(__dirname, '../../imports/schemas/index.json'), 'utf8')) as { lines: Record<string, readonly string[]> };
  // Gateway API has a line per channel there.
  const shipped = Object.fromEntries(Object.entries(index.lines).map(([system, lines]) => [system, [...new Set(lines.map((line) => line.split('/')[0]))]]));
  const known = Object.fromEntries((Object.keys(KNOWN_LINES) as System[]).map((system) => [systemName(system), KNOWN_LINES[system]]));
  expect(known).toEqual(shipped);
});

test('what is not named is the newest line', () => {
  const targets = resolveTargets();
  for (const system of Object.keys(KNOWN_LINES) as System[]) expect(targets[system]).toBe(KNOWN_LINES[system].at(-1));
  expect(targets.gatewayApiChannel).toBe('standard');
  expect(Object.isFrozen(targets)).toBe(true);
});

test.each([
  ['1.24', '1.24.6'], ['1.24.6', '1.24.6'], ['v1.24.6', '1.24.6'], ['1.24.99', '1.24.6'], ['1.29.4', '1.24.6'], ['1.30', '1.30.3'], ['1', '1.30.3'], ['2.0', '1.30.3'],
])('istio %s is line %s', (version, line) => {
  expect(resolveLine('istio', version)).toBe(line);
});

test('a line stands for every patch release of its minor version', () => {
  expect(resolveLine('istio', '1.24.5')).toBe('1.24.6');
  expect(resolveLine('istio', '1.30.9')).toBe('1.30.3');
  expect(resolveLine('istio', '1.29.4')).toBe('1.24.6');
  expect(resolveLine('tetragon', 'latest')).toBe('latest');
});

test('gateway API takes a version, a channel or both', () => {
  expect(resolveTargets({ gatewayApi: '1.2' })).toMatchObject({ gatewayApi: '1.2.1', gatewayApiChannel: 'standard' });
  expect(resolveTargets({ gatewayApi: { channel: 'experimental' } })).toMatchObject({ gatewayApi: '1.6.1', gatewayApiChannel: 'experimental' });
  expect(resolveTargets({ gatewayApi: { version: '1.5', channel: 'experimental' } })).toMatchObject({ gatewayApi: '1.5.1', gatewayApiChannel: 'experimental' });
});

test.each<[string, unknown, string]>([
  ['an unknown system', { isto: '1.24' }, `Unknown target "isto" (cluster a, <here>): name one of ${Object.keys(KNOWN_LINES).join(', ')}.`],
  ['an old version', { kubernetes: '1.28' }, 'kubernetes 1.28 is older than 1.32, the oldest line that is known (cluster a, <here>): target 1.32 or newer.'],
  ['no version', { cilium: 'newest' }, '"newest" is not a version of cilium (cluster a, <here>): give one such as \'1.20.2\'.'],
  ['a number', { envoyGateway: 1.2 }, '1.2 is not a version of envoy-gateway (cluster a, <here>): give one such as \'1.9.0\'.'],
  ['an empty version', { istio: '' }, '"" is not a version of istio (cluster a, <here>): give one such as \'1.30.3\'.'],
  ['null', { istio: null }, 'null is not a version of istio (cluster a, <here>): give one such as \'1.30.3\'.'],
  ['null for the gateway API', { gatewayApi: null }, 'null is not a version of gateway-api (cluster a, <here>): give one such as \'1.6.1\'.'],
  ['a channel', { gatewayApi: { channel: 'beta' } }, 'Gateway API has no channel "beta" (cluster a, <here>): take \'standard\' or \'experimental\'.'],
  ['a newline', { istio: '1.24\n' }, '"1.24\\n" is not a version of istio (cluster a, <here>): give one such as \'1.30.3\'.'],
])('refuses %s', (_, targets, message) => {
  expect(sentence(() => resolveTargets(targets as Targets, 'cluster a'))).toBe(message);
});

test('atLeast compares on the parts of the floor', () => {
  expect(atLeast('1.17.2', '1.17')).toBe(true);
  expect(atLeast('1.17.2', '1.17.3')).toBe(false);
  expect(atLeast('1.9.0', '1.10')).toBe(false);
  expect(atLeast('2.0.0', '1.35')).toBe(true);
  expect(atLeast('latest', '9.9')).toBe(true);
});
