import type { App} from 'cdk8s';
import { Testing } from 'cdk8s';
import { Construct } from 'constructs';
import { Cidr } from '../../src/core/cidr';
import { Cluster } from '../../src/core/cluster';
import { joinEdges } from '../../src/core/edge';
import type { ConnectionEdge } from '../../src/core/edge';
import { claimNetwork } from '../../src/core/networks';
import type { NetworkKind } from '../../src/core/networks';
import { Peer } from '../../src/core/peers';
import { requireBoolean, requireList, requireObject, requireOneOf, requireWhole } from '../../src/core/shape';
import { sentence as whole } from './sentence';

const sentence = (action: () => unknown): string => whole(action).replace(/ \((?:[^()]*, )?<here>\)/, '');

const claims = (...all: Array<readonly [cidr: string, kind: NetworkKind, owner: string]>): App => {
  const app = Testing.app();
  all.forEach(([cidr, kind, owner], i) => claimNetwork(new Construct(app, `c${i}`), Cidr.of(cidr), kind, owner));
  return app;
};

test('ranges of different kinds never meet', () => {
  expect(sentence(() => claims(['10.47.17.0/24', 'tunnel', 'the tunnel of vpn'], ['10.47.17.1/32', 'router', 'BGP peer rack'])))
    .toBe('Network 10.47.17.1/32 of BGP peer rack overlaps 10.47.17.0/24 of the tunnel of vpn, declared by c0 (line unknown): give each addresses of its own.');
  expect(() => claims(['10.47.17.0/24', 'tunnel', 'a'], ['10.47.18.0/24', 'router', 'b'], ['fd00::/64', 'site', 'c'])).not.toThrow();
});

test('clusters, pools and routers may meet among themselves, tunnels and sites of two owners may not', () => {
  for (const kind of ['cluster', 'load balancer', 'router'] as const) expect(() => claims(['10.0.0.0/16', kind, 'a'], ['10.0.0.0/16', kind, 'b'])).not.toThrow();
  for (const kind of ['tunnel', 'site'] as const) {
    expect(() => claims(['10.0.0.0/16', kind, 'a'], ['10.0.1.0/24', kind, 'b'])).toThrow(/^Network 10\.0\.1\.0\/24 of b overlaps 10\.0\.0\.0\/16 of a/);
    expect(() => claims(['10.0.0.0/16', kind, 'a'], ['10.0.0.0/16', kind, 'a'])).not.toThrow();
  }
});

test('a cluster takes its ranges, in its own app only', () => {
  const app = Testing.app();
  new Cluster(app, 'beijing', { podCidrs: ['10.244.0.0/16'], serviceCidrs: ['10.96.0.0/16'] });
  for (const cidr of ['10.244.1.0/24', '10.96.0.10/32']) expect(() => claimNetwork(app, Cidr.of(cidr), 'site', 'x')).toThrow(/of cluster beijing, declared by beijing/);
  expect(() => claimNetwork(Testing.app(), Cidr.of('10.244.1.0/24'), 'site', 'x')).not.toThrow();
});

test('a group that two VPNs give addresses to has both, whoever is first', () => {
  const edge = (cidr: string): ConnectionEdge => ({
    from: Peer.group('engineering', [cidr]).peer, to: Peer.internet.peer, port: undefined, http: [], tags: ['declared'], declaredBy: { path: 'a', source: undefined },
  });
  const [a, b] = [edge('10.60.0.2/32'), edge('10.70.0.2/32')];
  for (const order of [[a, b], [b, a]]) expect(joinEdges(order).from).toEqual(Peer.group('engineering', ['10.60.0.2/32', '10.70.0.2/32']).peer);
});

test('shapes', () => {
  expect(requireList(undefined, 'x')).toEqual([]);
  expect(sentence(() => requireList(null as never, 'the list'))).toBe('The list is null, not a list: put it into [ ].');
  expect(sentence(() => requireList('ab' as never, 'the list'))).toBe('The list is "ab", not a list: put it into [ ].');
  expect(sentence(() => requireList([1, undefined], 'the list'))).toBe('The list has undefined at place 2: leave it out.');
  // eslint-disable-next-line no-sparse-arrays
  expect(sentence(() => requireList([, 1], 'the list'))).toBe('The list has undefined at place 1: leave it out.');
  expect(sentence(() => requireObject([] as never, 'the hub'))).toBe('The hub is []: give an object with its options.');
  expect(sentence(() => requireOneOf('c' as 'a', ['a', 'b'] as never, 'the plan'))).toBe("The plan is \"c\": give one of 'a', 'b'.");
  expect(sentence(() => requireBoolean('off' as never, 'http3'))).toBe('Http3 is "off": give true or false.');
  for (const wrong of [0, 11, 1.5, Number.NaN, '5', null, [5]]) expect(() => requireWhole(wrong as number, 1, 10, 'the port')).toThrow(/^The port is .*: give a whole number from 1 to 10\.$/);
});
