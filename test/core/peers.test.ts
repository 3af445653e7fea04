import { Port } from '../../src/core/port';
import { Peer } from '../../src/core/peers';
import { peerKey } from '../../src/core/peer';
import { HOSTILE, sentence } from './sentence';

test.each<[Peer, string]>([
  [Peer.internet, 'internet'],
  [Peer.internet.on(Port.tcp(443)), 'internet'],
  [Peer.nodes, 'nodes'],
  [Peer.kubeApiServer, 'kube-apiserver'],
  [Peer.fqdn('*.Payment-Gateway.com', Port.tcp(443)), 'fqdn:*.payment-gateway.com'],
  [Peer.cidr('10.0.0.0/8', { except: ['10.47.47.0/24', '10.1.0.0/16', '10.47.47.0/24'] }), 'cidr:10.0.0.0/8!10.1.0.0/16!10.47.47.0/24'],
  [Peer.cidr('2001:DB8::/32'), 'cidr:2001:db8::/32'],
  [Peer.allPodsIn('monitoring'), 'monitoring/*'],
  [Peer.allPodsIn({ name: 'monitoring' }), 'monitoring/*'],
  [Peer.group('engineering', ['10.47.17.9/32', '10.47.17.10/32']), 'group:engineering'],
])('%#: a peer has one canonical text', (peer, key) => {
  expect(peerKey(peer.peer)).toBe(key);
  expect(Object.isFrozen(peer.peer)).toBe(true);
});

test('lists are sorted and hold each range once', () => {
  expect(Peer.group('engineering', ['10.47.17.9/32', '10.47.17.10/32', '10.47.17.9/32']).peer).toMatchObject({ cidrs: [{ value: '10.47.17.10/32' }, { value: '10.47.17.9/32' }] });
});

test('the API server listens on 6443 unless told otherwise', () => {
  expect(Peer.kubeApiServer.peer).toMatchObject({ port: { number: 6443, protocol: 'TCP' } });
  expect(Peer.kubeApiServer.on(Port.tcp(443)).peer).toMatchObject({ port: { number: 443 } });
});

test.each<[string, () => unknown, string]>([
  ['an exception outside', () => Peer.cidr('10.0.0.0/8', { except: ['11.0.0.0/16'] }),
    'Peer.cidr excepts 11.0.0.0/16, which is not a part of 10.0.0.0/8 (<here>): except only smaller ranges inside the range.'],
  ['an exception of everything', () => Peer.cidr('10.0.0.0/8', { except: ['10.0.0.0/8'] }),
    'Peer.cidr excepts 10.0.0.0/8, which is not a part of 10.0.0.0/8 (<here>): except only smaller ranges inside the range.'],
  ['a number for a port', () => Peer.fqdn('example.com', 443 as never), 'Peer.fqdn got 443 for its port (<here>): give a Port such as Port.tcp(443).'],
  ['no port', () => Peer.internet.on(undefined as never), 'Peer.on got undefined for its port (<here>): give a Port such as Port.tcp(443).'],
  ['a port of a group', () => Peer.group('design', ['10.47.17.9/32']).on(Port.tcp(1)),
    'A group has no port of its own here (<here>): name the port of the workload that it talks to.'],
  ['an empty group', () => Peer.group('design', []), 'Group "design" has no addresses (<here>): give the group at least one device.'],
])('refuses %s', (_, make, message) => {
  expect(sentence(make)).toBe(message);
});

test('hostile texts are refused', () => {
  const port = Port.tcp(443);
  // Only these become names: an internationalised one is converted.
  const names = HOSTILE.filter((text) => text !== 'é' && text !== '💥');
  for (const text of HOSTILE) {
    for (const make of [() => Peer.cidr(text), () => Peer.cidr('0.0.0.0/0', { except: [text] }), () => Peer.allPodsIn(text), () => Peer.group(text, ['10.0.0.0/8']), () => Peer.group('a', [text])]) {
      expect(sentence(make)).not.toMatch(/[\n\0\u2028\u202e]/);
    }
  }
  for (const text of names) expect(sentence(() => Peer.fqdn(text, port))).not.toMatch(/[\n\0\u2028\u202e]/);
});
