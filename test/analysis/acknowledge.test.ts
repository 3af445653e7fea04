import { settle } from '../../src/analysis';
import type { Acknowledgement, Finding } from '../../src/analysis';

const finding = (constructPath: string, more: Partial<Finding['where']> = {}): Finding => ({
  id: 'NS0033', severity: 'warning', message: 'm', where: { constructPath, object: { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'cart' }, field: 'spec.ports[10].name', ...more },
});
const ack = (constructPath: string, more: Partial<Acknowledgement> = {}): Acknowledgement => ({ id: 'NS0033', reason: 'it is right here', constructPath, ...more });
const accepted = (given: Finding, ...acks: Acknowledgement[]): boolean => settle([given], acks, { now: '2027-01-31T23:59:59Z' }).findings[0]!.acknowledged !== undefined;

test('at a parent it covers children, not siblings', () => {
  expect([accepted(finding('a/b/c'), ack('a/b')), accepted(finding('a/b'), ack('a/b')), accepted(finding('a/bc'), ack('a/b')), accepted(finding('a'), ack('a/b')), accepted(finding('a/b'), ack(''))]).toEqual([true, true, false, false, true]);
});

test.each<[Acknowledgement['where'], boolean]>([
  [{ kind: 'Service' }, true], [{ kind: 'Secret' }, false], [{ name: 'cart', namespace: 'shop' }, true], [{ name: 'cart', namespace: 'till' }, false], [{ field: 'spec.ports[10].name' }, true],
  [{ field: 'spec.ports[10]' }, true], [{ field: 'spec' }, true], [{ field: 'spec.ports[1]' }, false], [{ field: 'spec.port' }, false], [{}, true],
])('where %j: %s', (where, expected) => {
  expect(accepted(finding('a'), ack('a', { where: where! }))).toBe(expected);
});

test('on the last day it holds, and not after', () => {
  expect([accepted(finding('a'), ack('a', { expires: '2027-01-31' })), accepted(finding('a'), ack('a', { expires: '2027-01-30' })), accepted(finding('a'), ack('a', { expires: '2027-01-30' }), ack('a'))]).toEqual([true, false, true]);
});

test('the nearest construct gives the reason; each that fits counts as used', () => {
  const { findings, states } = settle([finding('a/b/c')], [ack('', { reason: 'far away from it' }), ack('a/b', { reason: 'near to the finding' })]);
  expect(findings[0]!.acknowledged).toEqual({ reason: 'near to the finding', constructPath: 'a/b' });
  expect(states.map(({ state }) => state)).toEqual(['used', 'used']);
});

test('two apps with one construct path: each speaks for its own files', () => {
  const within = (file: string): boolean => file.startsWith('one/');
  expect([accepted(finding('a', { file: 'one/a.yaml' }), ack('a', { within })), accepted(finding('a', { file: 'two/a.yaml' }), ack('a', { within }))]).toEqual([true, false]);
});

test('ten thousand findings and a thousand acknowledgements are no product', () => {
  const findings = Array.from({ length: 10_000 }, (_, i) => ({ ...finding(`a/${i}`), id: `NS${1000 + (i % 1000)}` }));
  const acks = Array.from({ length: 1_000 }, (_, i) => ack(`a/${i}`, { id: `NS${1000 + i}` }));
  const { states } = settle(findings, acks);
  expect(states.every(({ state, findings: count }) => state === 'used' && count === 1)).toBe(true);
});
