// B-000-6: the Corefile and the zone.
import { formats } from '../../src';
import { block, lines } from './platform';

const root = block('coredns/Corefile', '.:53 {');
const internal = block('coredns/Corefile', 'internal.example.com:53 {');
const cluster = block('coredns/Corefile', 'cluster.local:53 in-addr.arpa:53 ip6.arpa:53 {');

test('autopath stands beside the kubernetes plugin, whose pods are verified', () => {
  expect(cluster).toEqual(expect.arrayContaining(['autopath @kubernetes', 'pods verified']));
  expect([...root, ...internal].filter((line) => line.startsWith('autopath'))).toEqual([]);
  const misplaced = (): string => formats.corefile.printCorefile({ servers: [{ zones: ['internal.example.com'], plugins: [{ plugin: 'file', path: '/etc/coredns/internal.zone' }, { plugin: 'autopath' }] }] });
  expect(misplaced).toThrow('Autopath does nothing without a kubernetes plugin of the same block that has pods verified');
});

test('there is no template, which calls functions that CoreDNS lacks', () => {
  expect(lines('coredns/Corefile').filter((line) => line.startsWith('template'))).toEqual([]);
  // @ts-expect-error the model has no such plugin
  const plugin: formats.corefile.Plugin = { plugin: 'template' };
  expect(plugin).toBeDefined();
});

test('the name in a certificate comes with upstreams over TLS, of its provider only', () => {
  expect(root).toContain('forward . tls://8.8.8.8 tls://8.8.4.4 tls://[2001:4860:4860::8888]:853 {');
  expect(root).toContain('tls_servername dns.google');
});

test('the client\'s network goes upstream, as said', () => expect(root).toContain('rewrite edns0 subnet set 24 56'));

test('reverse zones are served by the block that has them', () => {
  expect(cluster).toContain('kubernetes cluster.local in-addr.arpa ip6.arpa {');
  expect(cluster).toContain('fallthrough in-addr.arpa ip6.arpa');
});

test('loops stop the server, stopping takes its time, answers are spread', () => {
  expect(root).toEqual(expect.arrayContaining(['loop', 'lameduck 5s', 'loadbalance round_robin', 'ready :8181']));
  expect(cluster).toEqual(expect.arrayContaining(['loop', 'loadbalance round_robin']));
});

test('what the cluster block forwards can be reached: the search path of autopath and unknown reverse names', () => {
  expect(cluster).toContain('forward . /etc/resolv.conf {');
  expect(cluster.join('\n')).toMatch(/fallthrough in-addr\.arpa ip6\.arpa/);
  expect(cluster.join('\n')).not.toMatch(/fallthrough(?: cluster\.local|\n)/);
});

test('answers of the cluster are kept for 30 seconds at least', () => {
  expect(cluster).toEqual(expect.arrayContaining(['ttl 30', 'success 9984 30', 'denial 9984 30']));
});
