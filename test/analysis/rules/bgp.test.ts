// BGP and load balancer addresses: each variant beyond the rules' own fixtures, and its near miss.
import { calicoRequirements, meetsCalicoSelector, parseCalicoSelector } from '../../../src/analysis/model/calico-selector';
import { nodesOverlap, overlappingClaims } from '../../../src/analysis/model/nodes';
import { covers, overlap, overlappingPairs, parseRange } from '../../../src/analysis/model/ranges';
import { ask } from './network-scene';

const rack = (peer: string, selector = '{}'): string => `---
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: { name: rack }
spec:
  nodeSelector: ${selector}
  bgpInstances: [{ name: main, localASN: 64512, peers: [{ name: tor, peerASN: 64513, peerAddress: 10.47.1.1${peer} }] }]
`;
const config = (spec: string): string => `---
apiVersion: cilium.io/v2
kind: CiliumBGPPeerConfig
metadata: { name: tor }
spec: ${spec}
`;
const advertisement = `---
apiVersion: cilium.io/v2
kind: CiliumBGPAdvertisement
metadata: { name: pods, labels: { advertise: bgp } }
spec: { advertisements: [{ advertisementType: PodCIDR }] }
`;

describe('what a peer is told', () => {
  test('nothing, without a peer configuration', () => {
    expect(ask('NS4000', rack(''))).toEqual(['NS4000 spec.bgpInstances[0].peers[0]: Peer tor names no CiliumBGPPeerConfig, so it has the default families, which announce nothing']);
  });
  test('nothing, without a family that selects', () => {
    expect(ask('NS4000', rack(', peerConfigRef: { name: tor }') + config('{ ebgpMultihop: 4 }') + advertisement)).toEqual(['NS4000 spec: No family selects an advertisement, so peer tor is told no routes']);
  });
  test('what one of two families selects', () => {
    const families = '{ families: [{ afi: ipv4, safi: unicast, advertisements: { matchLabels: { advertise: bgp } } }, { afi: ipv6, safi: unicast }] }';
    expect(ask('NS4000', rack(', peerConfigRef: { name: tor }') + config(families) + advertisement)).toEqual([]);
  });
  test('nobody knows when more may be in the cluster', () => {
    expect(ask('NS4000', rack(''), { open: true })).toEqual([]);
  });
});

describe('one declaration of BGP', () => {
  const metalLb = (spec: string): string => `---
apiVersion: metallb.io/v1beta2
kind: BGPPeer
metadata: { name: rack, namespace: metallb-system }
spec: { myASN: 64512, peerASN: 64513, peerAddress: 10.47.1.1${spec} }
`;
  test('MetalLB speaks to the same neighbour from the same nodes', () => {
    expect(ask(/NS400[45]/, rack('') + metalLb(''))).toEqual(['NS4004 spec.peerAddress: Neighbour 10.47.1.1 is declared for Cilium (AS 64513) and for MetalLB (AS 64513) in rack on the same nodes']);
  });
  test('MetalLB leaves from an address of its own, or reaches another port', () => {
    expect(ask('NS4004', rack('') + metalLb(', sourceAddress: 10.47.1.9'))).toEqual([]);
    expect(ask('NS4004', rack('') + metalLb(', peerPort: 1179'))).toEqual([]);
  });
  test('nobody can tell whether two selectors meet', () => {
    expect(ask(/NS400[45]/, rack('', '{ matchLabels: { rack: a } }') + metalLb(', nodeSelectors: [{ matchLabels: { role: edge } }]'))).toEqual([]);
  });
  test('Calico names the node by its name, in the group of its CRDs', () => {
    const peer = '---\napiVersion: crd.projectcalico.org/v1\nkind: BGPPeer\nmetadata: { name: tor }\nspec: { peerIP: "10.47.1.1:179", asNumber: 64513, node: n1 }\n';
    expect(ask('NS4004', rack('', '{ matchLabels: { kubernetes.io/hostname: n1 } }') + peer, { targets: { calico: '3.29' } })).toHaveLength(1);
    expect(ask('NS4004', rack('', '{ matchLabels: { kubernetes.io/hostname: n2 } }') + peer, { targets: { calico: '3.29' } })).toEqual([]);
  });
  test('the old kind of Cilium beside the new one, with another AS', () => {
    const old = `---
apiVersion: cilium.io/v2alpha1
kind: CiliumBGPPeeringPolicy
metadata: { name: old }
spec: { virtualRouters: [{ localASN: 64600, neighbors: [{ peerAddress: 10.47.1.1/32, peerASN: 64513 }] }] }
`;
    expect(ask('NS4002', (rack('') + old).replaceAll('cilium.io/v2\n', 'cilium.io/v2alpha1\n'), { targets: { cilium: '1.17' } })).toEqual([
      'NS4002 spec: CiliumBGPClusterConfig rack selects nodes of this one, too, and a node takes only one of them; neighbour 10.47.1.1 sees AS 64512 by one and AS 64600 by the other',
    ]);
  });
});

describe('timers', () => {
  test('of MetalLB', () => {
    const peer = (timers: string): string => `
apiVersion: metallb.io/v1beta2
kind: BGPPeer
metadata: { name: rack, namespace: metallb-system }
spec: { myASN: 64512, peerASN: 64513, peerAddress: 10.47.1.1, ${timers} }
`;
    expect(ask('NS4006', peer('holdTime: 1m30s, keepaliveTime: 31s'))).toEqual(['NS4006 spec.keepaliveTime: A keepalive every 31 s within a hold time of 90 s: 2 lost in a row end the session']);
    expect(ask('NS4006', peer('holdTime: 1m30s'))).toEqual([]);
    expect(ask('NS4006', peer('keepaliveTime: 31s'))).toEqual([]);
  });
  test('of the old kind of Cilium', () => {
    const policy = (timers: string): string => `
apiVersion: cilium.io/v2alpha1
kind: CiliumBGPPeeringPolicy
metadata: { name: old }
spec: { virtualRouters: [{ localASN: 64600, neighbors: [{ peerAddress: 10.47.1.1/32, peerASN: 64513, ${timers} }] }] }
`;
    expect(ask('NS4006', policy('holdTimeSeconds: 51, keepAliveTimeSeconds: 18'), { targets: { cilium: '1.17' } })).toHaveLength(1);
    expect(ask('NS4006', policy('holdTimeSeconds: 51, keepAliveTimeSeconds: 17'), { targets: { cilium: '1.17' } })).toEqual([]);
  });
});

test('a Gateway may make the Service that an advertisement selects', () => {
  const advert = `
apiVersion: cilium.io/v2
kind: CiliumBGPAdvertisement
metadata: { name: services, labels: { advertise: bgp } }
spec: { advertisements: [{ advertisementType: Service, service: { addresses: [LoadBalancerIP] }, selector: { matchLabels: { expose: "true" } } }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: front, namespace: edge }
spec: { gatewayClassName: eg, listeners: [{ name: http, port: 80, protocol: HTTP }]`;
  expect(ask('NS4009', `${advert}, infrastructure: { labels: { expose: "true" } } }\n`)).toEqual([]);
  expect(ask('NS4009', `${advert} }\n`)).toHaveLength(1);
});

test('pools of two systems overlap', () => {
  const pools = (range: string): string => `
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: { name: public }
spec: { blocks: [{ cidr: "fd00:47::/112" }, { cidr: 10.47.64.0/24 }] }
---
apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata: { name: lab, namespace: metallb-system }
spec: { addresses: ["${range}"] }
`;
  expect(ask('NS4011', pools('fd00:47::ff-fd00:47::1:1'))).toEqual(['NS4011 spec.addresses[0]: fd00:47::ff-fd00:47::1:1 overlaps fd00:47::/112 of CiliumLoadBalancerIPPool public']);
  expect(ask('NS4011', pools('fd00:47::1:0-fd00:47::1:ff'))).toEqual([]);
});

describe('selectors of Calico', () => {
  const meets = (text: string, labels: Record<string, string | undefined>): boolean | undefined =>
    meetsCalicoSelector(parseCalicoSelector(text)!, (key) => (key in labels ? labels[key] : null));

  test.each([
    ["app == 'orders' && !has(internal)", { app: 'orders' }, true],
    ["app == 'orders' && !has(internal)", { app: 'orders', internal: '' }, false],
    ["app in {'a', \"b\"} || tier starts with 'front'", { tier: 'frontend' }, true],
    ["!(app == 'a' || app == 'b')", { app: 'b' }, false],
    ["app != 'a'", {}, true],
    ["app not in { 'a' }", {}, true],
    ["app not in { 'a' }", { app: 'a' }, false],
    ["app contains 'der' && tier ends with 'end'", { app: 'orders', tier: 'backend' }, true],
    ['all()', {}, true],
    ['', {}, true],
    ['global()', {}, false],
    ["projectcalico.org/name == 'x'", { 'projectcalico.org/name': 'x' }, true],
    ["app == 'a' && tier == 'b'", { app: undefined, tier: 'c' }, false],
    ["app == 'a' && tier == 'b'", { app: undefined, tier: 'b' }, undefined],
  ] as const)('%s', (text, labels, answer) => {
    expect(meets(text, labels)).toBe(answer);
  });
  test.each(['app ==', 'app == orders', "app == 'a' &&", 'has()', '((has(a))', "a in {'b'", 'nonsense()', 'a b'])('%s is none', (text) => {
    expect(parseCalicoSelector(text)).toBeUndefined();
  });
  test('as requirements', () => {
    expect(calicoRequirements(parseCalicoSelector("has(a) && b == 'c'")!)).toEqual([{ key: 'a', operator: 'Exists', values: [] }, { key: 'b', operator: 'In', values: ['c'] }]);
    expect(calicoRequirements(parseCalicoSelector("has(a) || b == 'c'")!)).toBeUndefined();
  });
});

describe('sets of nodes and addresses', () => {
  test('overlap', () => {
    const rackA = [[{ key: 'rack', operator: 'In', values: ['a'] }]] as const;
    const rackB = [[{ key: 'rack', operator: 'In', values: ['b'] }]] as const;
    const edge = [[{ key: 'edge', operator: 'Exists', values: [] }]] as const;
    expect([rackB, edge, [[]], undefined, [...rackB, ...rackA]].map((nodes) => nodesOverlap(rackA, nodes))).toEqual([false, undefined, true, undefined, true]);
    const claims = [{ of: 'a', nodes: rackA }, { of: 'b', nodes: rackB }, { of: 'all', nodes: [[]] }, { of: 'edge', nodes: edge }];
    expect(overlappingClaims(claims).map((pair) => pair.join('/')).sort()).toEqual(['a/all', 'all/edge']);
  });
  test('ranges', () => {
    const range = (text: string) => parseRange(text)!;
    expect(overlap(range('10.0.0.0/24'), range('10.0.0.255-10.0.1.3'))).toBe(true);
    expect(overlap(range('10.0.0.0/24'), range('10.0.1.0'))).toBe(false);
    expect(covers(range('fd00::/64'), range('fd00::ffff'))).toBe(true);
    expect([parseRange('10.0.0.9-10.0.0.1'), parseRange('x'), parseRange('10.0.0.1-fd00::1'), parseRange(7)]).toEqual([undefined, undefined, undefined, undefined]);
    const items = ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24', '11.0.0.0/8'].map((text) => ({ range: range(text) }));
    expect(overlappingPairs(items).map(([a, b]) => `${a.range.text} ${b.range.text}`)).toEqual(['10.0.0.0/8 10.1.0.0/16', '10.0.0.0/8 10.1.2.0/24']);
  });
});
