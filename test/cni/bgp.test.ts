// BGP of the order platform in the kinds that Cilium has now: each of these fails on the source's form.
import { Cni } from '../../src/cni';
import type { BgpOptions, BgpPeer, LoadBalancerPool } from '../../src/cni';
import { Duration, NetstackError, SecretRef } from '../../src/core';
import type { Targets } from '../../src/core';
import { ZeroTrustMesh } from '../../src/mesh';
import { documents, NEWER, newChart, OLDER } from '../mesh/scenario';

const PEER: BgpPeer = {
  name: 'core-1', address: '10.47.254.1', asn: 64513, multihop: 4, holdTime: Duration.seconds(51), keepAlive: Duration.seconds(17), connectRetry: Duration.seconds(17),
};
const BGP: BgpOptions = { localAsn: 64512, nodes: { 'bgp-peer': 'true' }, peers: [PEER], advertise: { podCidrs: true, services: { labels: { 'lb-bgp-expose': 'true' } } } };
const POOLS: readonly LoadBalancerPool[] = [{ name: 'public', cidrs: ['10.47.80.0/24', 'fd47:80::/120'], services: { 'lb-bgp-expose': 'true' } }];

function render(targets: Targets, bgp: BgpOptions = BGP) {
  const chart = newChart(targets);
  new ZeroTrustMesh(chart, 'mesh', { cni: Cni.cilium({ bgp, loadBalancerPools: POOLS }), stage: 'observe' });
  return documents(chart).filter((one) => /BGP|LoadBalancer/.test(one.kind));
}

const what = (bgp: BgpOptions | readonly BgpOptions[], pools: readonly LoadBalancerPool[] = []): string => {
  try {
    Cni.cilium({ bgp, loadBalancerPools: pools });
  } catch (error) {
    if (NetstackError.is(error)) return `${error.what} | ${error.fix}`;
    throw error;
  }
  throw new Error('nothing was refused');
};

test('the kinds that the target serves, stable since 1.18', () => {
  expect(new Set(render(OLDER).map((one) => one.apiVersion))).toEqual(new Set(['cilium.io/v2alpha1']));
  expect(new Set(render(NEWER).map((one) => one.apiVersion))).toEqual(new Set(['cilium.io/v2']));
  expect(render(NEWER).map((one) => one.kind)).not.toContain('CiliumBGPPeeringPolicy');
});

test('three objects that find each other, and a pool', () => {
  expect(render(NEWER)).toMatchSnapshot();
});

test('a session selects what it announces, and a reference resolves', () => {
  const all = render(NEWER);
  const one = (kind: string) => all.find((document) => document.kind === kind)!;
  expect(one('CiliumBGPAdvertisement').metadata.labels).toEqual(one('CiliumBGPPeerConfig').spec.families[0].advertisements.matchLabels);
  expect(one('CiliumBGPClusterConfig').spec.bgpInstances[0].peers[0].peerConfigRef).toEqual({ name: one('CiliumBGPPeerConfig').metadata.name });
  for (const document of all) expect(document.metadata).not.toHaveProperty('namespace');
});

test('pod ranges have no selector, Services have one', () => {
  expect(render(NEWER).find((one) => one.kind === 'CiliumBGPAdvertisement')!.spec.advertisements).toEqual([
    { advertisementType: 'PodCIDR' }, { advertisementType: 'Service', service: { addresses: ['LoadBalancerIP'] }, selector: { matchLabels: { 'lb-bgp-expose': 'true' } } },
  ]);
});

test('the password is a name of a Secret', () => {
  const config = (password: SecretRef) => render(NEWER, { ...BGP, peers: [{ ...PEER, password }] }).find((one) => one.kind === 'CiliumBGPPeerConfig')!.spec;
  expect(config(SecretRef.existing('bgp-auth', 'password')).authSecretRef).toBe('bgp-auth');
  expect(what({ ...BGP, peers: [{ ...PEER, password: 'hunter2' as never }] })).toBe(
    'Password of BGP peer core-1 is not a SecretRef; what was given is not shown, for it could be the secret itself | pass where the secret is kept, such as SecretRef.existing(\'name\', \'key\')',
  );
  expect(what({ ...BGP, peers: [{ ...PEER, password: SecretRef.existing('bgp-auth', 'key') }] })).toBe('The password of BGP peer core-1 is under key "key" | keep it under key \'password\', where Cilium looks');
  expect(what({ ...BGP, peers: [{ ...PEER, password: SecretRef.env('BGP') }] })).toContain('is not kept in a Secret of the cluster');
});

test.each<[string, Partial<BgpPeer>, Partial<BgpOptions>, string]>([
  ['a range for an address', { address: '10.47.17.1/32' }, {}, 'Address "10.47.17.1/32" of BGP peer core-1 is a range | give the address alone, such as \'10.47.17.1\''],
  ['a hold time under three keepalives', { holdTime: Duration.seconds(47) }, {},
    'Hold time 47 s of BGP peer core-1 is under three keepalives of 17 s | give a hold time of 51 s or more, or a keepalive of 15 s or less (RFC 4271)'],
  ['one autonomous system', { asn: 64512 }, {}, 'BGP peer core-1 and the nodes are both in autonomous system 64512 | give the nodes another localAsn, or say internal: true'],
  ['an external peer called internal', {}, { internal: true }, 'BGP peer core-1 is in autonomous system 64513, and the nodes, internal, in 64512 | leave internal out'],
  ['nothing announced', {}, { advertise: {} }, 'BGP configuration bgp announces nothing | set advertise.podCidrs, or advertise.services with labels'],
  ['no nodes', {}, { nodes: {} }, 'There are no labels in nodes of BGP configuration bgp | give such as { \'bgp-peer\': \'true\' }'],
  ['no peers', {}, { peers: [] }, 'BGP configuration bgp has no peers | name the routers'],
  ['a fraction of a second', { keepAlive: Duration.millis(1500) }, {}, 'keepAlive 1s500ms of BGP peer core-1 is not 1 to 65535 whole seconds | give such as Duration.seconds(15)'],
  ['one hop', { multihop: 1 }, {}, 'multihop of BGP peer core-1 is 1 | give a whole number from 2 to 255'],
  ['a name for an address', { address: 'router.example.com' }, {}, 'IP address "router.example.com" is not valid | give an address such as \'10.0.0.1\' or \'fd00::1\''],
  ['autonomous system 0', { asn: 0 }, {}, 'asn of BGP peer core-1 is 0 | give a whole number from 1 to 4294967295'],
])('refuses %s', (_, peer, bgp, expected) => {
  expect(what({ ...BGP, peers: [{ ...PEER, ...peer }], ...bgp })).toBe(expected);
});

test('an address has one owner', () => {
  expect(what({ ...BGP, peers: [PEER, { ...PEER, name: 'core-2' }] })).toBe('BGP peers core-1 and core-2 have the same address 10.47.254.1 | speak to each router once');
  expect(what(BGP, [{ name: 'wide', cidrs: ['10.47.0.0/16'] }])).toBe('Address 10.47.254.1 of BGP peer core-1 is in load balancer pool wide | give routers addresses outside the pools');
  expect(what(BGP, [{ name: 'a', cidrs: ['10.1.0.0/16'] }, { name: 'b', cidrs: ['10.1.2.0/24'] }])).toBe('10.1.2.0/24 of load balancer pool b overlaps 10.1.0.0/16 of a | give every address to one pool');
});

test.each(['a\nb', 'a"b', 'a}b', 'a#b', 'a${b}', 'a\0b', 'ä', 'x'.repeat(65_536), ''])('hostile text %#', (text) => {
  for (const given of [{ ...BGP, name: text || ' ' }, { ...BGP, nodes: { [text]: 'x' } }, { ...BGP, peers: [{ ...PEER, name: text }] }, { ...BGP, peers: [{ ...PEER, address: text }] }]) expect(() => Cni.cilium({ bgp: given })).toThrow(NetstackError);
  expect(() => Cni.cilium({ loadBalancerPools: [{ name: text, cidrs: ['10.0.0.0/8'] }] })).toThrow(NetstackError);
  expect(() => Cni.cilium({ loadBalancerPools: [{ name: 'a', cidrs: [text] }] })).toThrow(NetstackError);
});

test('internal sessions, when they are meant', () => {
  const [cluster] = render(NEWER, { ...BGP, internal: true, peers: [{ name: 'rr', address: 'fd00::1', asn: 64512, families: ['ipv4', 'ipv6'] }] });
  expect(cluster!.spec.bgpInstances[0]).toMatchObject({ localASN: 64512, peers: [{ peerASN: 64512, peerAddress: 'fd00::1' }] });
});
