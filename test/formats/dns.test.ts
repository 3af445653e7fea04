import { Duration } from '../../src/core/duration';
import type { Plugin, ServerBlock } from '../../src/formats/corefile';
import { printCorefile } from '../../src/formats/corefile';
import type { ZoneFile, ZoneRecord } from '../../src/formats/zonefile';
import { printZoneFile } from '../../src/formats/zonefile';
import { sentence } from '../core/sentence';
import { expectReadBack } from './hostile';
import { corefileTokens, txtValue } from './readers';
import { corefile, zone } from './scenario';

const s = Duration.seconds;
const one = (plugins: readonly Plugin[], block: Partial<ServerBlock> = {}): string => printCorefile({ servers: [{ zones: ['.'], plugins, ...block }] });
const zoneOf = (records: readonly ZoneRecord[]): ZoneFile => ({ ...zone, records: [{ name: '@', type: 'NS', target: 'ns1.example.com' }, ...records] });

test('the Corefile of the scenario', () => expect(printCorefile(corefile)).toMatchSnapshot());
test('the zone file of the scenario', () => expect(printZoneFile(zone)).toMatchSnapshot());

test('an IPv6 upstream has brackets and a port: CoreDNS takes neither alone', () => {
  expect(one([{ plugin: 'forward', to: [{ address: '2001:4860:4860::8888', tls: true }] }])).toContain('forward . tls://[2001:4860:4860::8888]:853\n');
  expect(one([{ plugin: 'forward', to: [{ address: '8.8.8.8' }, { address: 'fd00::53' }] }])).toContain('forward . 8.8.8.8 [fd00::53]:53\n');
});

test('the order of plugins in the model changes nothing', () => {
  const shuffled = { servers: corefile.servers.map((block) => ({ ...block, plugins: [...block.plugins].reverse() })) };
  expect(printCorefile(shuffled)).toBe(printCorefile(corefile));
});

test('the order of records changes nothing, also not the serial', () => {
  expect(printZoneFile({ ...zone, records: [...zone.records].reverse() })).toBe(printZoneFile(zone));
});

test('the serial of the content changes with a record', () => {
  const serial = (file: string): string => / SOA \S+ \S+ (\d+) /.exec(file)![1];
  expect(serial(printZoneFile(zoneOf([{ name: 'a', type: 'A', address: '10.0.0.1' }])))).not.toBe(serial(printZoneFile(zoneOf([{ name: 'a', type: 'A', address: '10.0.0.2' }]))));
});

test('a log format is read back unchanged', () => {
  expectReadBack(
    (format) => one([{ plugin: 'log', names: ['.'], format }, { plugin: 'errors' }]),
    (file) => {
      const tokens = corefileTokens(file);
      const log = tokens.findIndex((token) => token.text === 'log');
      expect(tokens.filter((token) => token.line === tokens[log].line)).toHaveLength(3);
      // `common` and `combined` are the plugin's own names for {common} and {combined}.
      return tokens[log + 2].text.replace(/^\{(common|combined)\}$/, '$1');
    },
  );
});

test('the text of a TXT record is read back unchanged, up to 64 KB', () => {
  const read = (file: string): string => txtValue(/^txt IN TXT (.*)$/m.exec(file)![1]);
  expectReadBack((text) => printZoneFile(zoneOf([{ name: 'txt', type: 'TXT', text }])), read);
  const long = 'x"é'.repeat(12_000);
  expect(read(printZoneFile(zoneOf([{ name: 'txt', type: 'TXT', text: long }])))).toBe(long);
});

test.each<[string, () => unknown, string]>([
  ['autopath without verified pods', () => one([{ plugin: 'kubernetes', pods: 'insecure' }, { plugin: 'autopath' }], { zones: ['cluster.local'] }),
    'Autopath does nothing without a kubernetes plugin of the same block that has pods verified (server block cluster.local:53, <here>): add `pods: \'verified\'`, or leave autopath out.'],
  ['tls_servername without TLS', () => one([{ plugin: 'forward', to: [{ address: '8.8.8.8' }], tlsServername: 'dns.google' }]),
    'tls_servername does nothing without TLS upstreams (server block .:53, forward, <here>): set `tls: true` on them.'],
  ['a zone that the block does not serve', () => one([{ plugin: 'kubernetes', zones: ['cluster.local', 'in-addr.arpa'] }], { zones: ['cluster.local'] }),
    'Its kubernetes plugin has the zone "in-addr.arpa", which the block does not serve (server block cluster.local:53, <here>): add the zone to the block: other queries never reach the plugin.'],
  ['two blocks of one zone and port', () => printCorefile({ servers: [{ zones: ['.'], plugins: [{ plugin: 'loop' }] }, { zones: ['.'], port: 53, plugins: [{ plugin: 'loop' }] }] }),
    'The server ".:53" appears twice (Corefile, <here>): keep one.'],
  ['a plugin twice', () => one([{ plugin: 'errors' }, { plugin: 'errors' }]),
    'The plugin "errors" appears twice (server block .:53, <here>): keep one.'],
  ['an environment reference', () => one([{ plugin: 'log', names: ['.'], format: '{$TOKEN}' }]),
    'The text "{$TOKEN}" holds an environment reference, which CoreDNS replaces while it reads (server block .:53, log, <here>): remove {$ and {%.'],
  ['a prefetch percentage of 5', () => one([{ plugin: 'cache', prefetch: { amount: 1, duration: s(60), percentage: 5 } }]),
    '5 is no whole number from 10 to 90 (server block .:53, cache, prefetch percentage, <here>): pass one in that range.'],
  ['a cache time with decimals', () => one([{ plugin: 'cache', ttl: Duration.millis(4700) }]),
    'CoreDNS counts whole seconds here and cannot carry 4700 ms (server block .:53, cache, <here>): choose whole seconds.'],
  ['a host name as upstream', () => one([{ plugin: 'forward', to: [{ address: 'dns.google' }] }]),
    'IP address "dns.google" is not valid (server block .:53, forward, <here>): give an address such as \'10.0.0.1\' or \'fd00::1\'.'],
  ['a zone with a brace', () => one([{ plugin: 'errors' }], { zones: ['a {\n}'] }),
    '"a {\\n}" is no DNS zone (server block a {\\u000a}, <here>): write `.` for the root, or a domain name such as internal.example.com.'],
  ['a CNAME beside other records', () => printZoneFile(zoneOf([{ name: 'a', type: 'A', address: '10.0.0.1' }, { name: 'a', type: 'CNAME', target: 'b.example.com' }])),
    'The name a has a CNAME and other records (zone internal.example.com, <here>): keep one or the other (RFC 1034 section 3.6.2).'],
  ['an IPv6 address in an A record', () => printZoneFile(zoneOf([{ name: 'a', type: 'A', address: 'fd00::1' }])),
    'fd00::1 is no IPv4 address (zone internal.example.com, A a, <here>): use a record of type AAAA.'],
  ['a name that leaves its line', () => printZoneFile(zoneOf([{ name: 'a IN A 10.0.0.1\nb', type: 'A', address: '10.0.0.2' }])),
    '"a IN A 10.0.0.1\\nb" is no name within the zone (zone internal.example.com, <here>): write it relative to the zone, such as order-1 or _orders._tcp, or @ for the zone itself.'],
  ['a zone without name servers', () => printZoneFile({ ...zone, records: [{ name: 'a', type: 'A', address: '10.0.0.1' }] }),
    'It has no NS record of its own (zone internal.example.com, <here>): add one with the name @.'],
])('%s is refused in one sentence', (_name, action, message) => {
  expect(sentence(action)).toBe(message);
});
