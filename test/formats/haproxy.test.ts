import { Duration } from '../../src/core/duration';
import { Percent } from '../../src/core/percent';
import type { Backend, Frontend, HaproxyConfig } from '../../src/formats/haproxy';
import { Fetch, convert, printHaproxyConfig, printLuaScript, when } from '../../src/formats/haproxy';
import { sentence } from '../core/sentence';
import { expectReadBack } from './hostile';
import { haproxyWords } from './readers';
import { haproxyL4, haproxyL7, lua } from './scenario';

const timeouts = { connect: Duration.seconds(1), client: Duration.seconds(1), server: Duration.seconds(1) };

function http(frontend: Partial<Frontend>, backend: Partial<Backend> = {}, rest: Partial<HaproxyConfig> = {}): HaproxyConfig {
  return {
    defaults: { mode: 'http', timeouts },
    ...rest,
    frontends: [{ name: 'front', binds: [{ port: 80 }], defaultBackend: 'back', ...frontend }],
    backends: [{ name: 'back', servers: [{ name: 'one', address: '192.0.2.1', port: 80 }], ...backend }],
  };
}

const line = (file: string, start: string): string => file.split('\n').map((text) => text.trim()).find((text) => text.startsWith(start))!;

test('the layer 4 front of the scenario', () => expect(printHaproxyConfig(haproxyL4)).toMatchSnapshot());
test('the layer 7 profile of the scenario', () => expect(printHaproxyConfig(haproxyL7)).toMatchSnapshot());
test('the Lua script of the scenario', () => expect(printLuaScript(lua)).toMatchSnapshot());

test('the canary share of the Lua script is exact', () => {
  expect(printLuaScript({ shareConverters: [{ name: 'is_canary', share: Percent.of(0.29) }] })).toContain('return bucket(value) < 29\n');
});

test('IPv6 addresses stand in brackets', () => {
  expect(printHaproxyConfig(http({}, { servers: [{ name: 'one', address: 'FD47:17:0::3', port: 8080 }] }))).toContain('server one [fd47:17::3]:8080\n');
});

test('a dual QUIC bind listens on both families', () => {
  const file = printHaproxyConfig(http({ binds: [{ port: 443, transport: 'quic', ssl: { crt: '/etc/haproxy/certs/', alpn: ['h3'] } }] }));
  expect(file.match(/bind .*/g)).toEqual(['bind quic4@:443 ssl crt /etc/haproxy/certs/ alpn h3', 'bind quic6@:443 ssl crt /etc/haproxy/certs/ alpn h3']);
});

test('ACL lists longer than a line may be are split over lines of the same name', () => {
  const values = Array.from({ length: 70 }, (_, i) => `10.0.${i}.0/24`);
  const file = printHaproxyConfig(http({ acls: [{ name: 'inside', sample: Fetch.src(), match: 'ip', values }] }));
  const lines = file.split('\n').filter((text) => text.includes('acl inside'));
  expect(lines).toHaveLength(3);
  expect(lines.every((text) => haproxyWords(text).length <= 64)).toBe(true);
});

test('a value that looks like a flag stays a value', () => {
  const file = printHaproxyConfig(http({ acls: [{ name: 'odd', sample: Fetch.path(), match: 'str', values: ['-i', '-f'] }] }));
  expect(haproxyWords(line(file, 'acl odd'))).toEqual(['acl', 'odd', 'path', '-m', 'str', '--', '-i', '-f']);
});

test('a header value is read back unchanged, whatever stands in it', () => {
  expectReadBack(
    (value) => printHaproxyConfig(http({ httpRequest: [{ action: 'set-header', name: 'X-Odd', value }] })),
    (file) => {
      const words = haproxyWords(line(file, 'http-request'));
      expect(words).toHaveLength(4);
      // Log format: %% is a percent sign, %[…] a sample. Odd percents would be samples.
      expect(words[3].replace(/%%/g, '')).not.toContain('%');
      return words[3].replace(/%%/g, '%');
    },
  );
});

test('ACL values are read back unchanged, in named and in anonymous conditions', () => {
  expectReadBack(
    (value) => printHaproxyConfig(http({ acls: [{ name: 'odd', sample: Fetch.path(), match: 'sub', values: [value] }] })),
    (file) => haproxyWords(line(file, 'acl odd'))[6],
  );
  expectReadBack(
    (value) => printHaproxyConfig(http({ httpRequest: [{ action: 'deny', condition: when({ sample: Fetch.path(), match: 'sub', values: [value] }) }] })),
    (file) => {
      const words = haproxyWords(line(file, 'http-request deny'));
      expect(words.indexOf('}')).toBe(words.length - 1);
      return words.at(-2);
    },
  );
});

test.each<[string, () => unknown, string]>([
  ['a line break in a header', () => printHaproxyConfig(http({ httpRequest: [{ action: 'set-header', name: 'X', value: 'a\r\nSet-Cookie: b' }] })),
    'The text "a\\r\\nSet-Cookie: b" holds a line break, NUL or other control character (frontend front, http-request set-header X, <here>): remove it: it could add a directive of its own to the file.'],
  ['a header name', () => Fetch.reqHdr('x y)'),
    '"x y)" is no header name (req.hdr, <here>): use letters, digits and ! ^ _ . ~ -, at most 127 characters.'],
  ['an unknown backend', () => printHaproxyConfig(http({ defaultBackend: 'nowhere' })),
    'The backend "nowhere" is not in this file (frontend front, <here>): add it to `backends`.'],
  ['an undeclared ACL', () => printHaproxyConfig(http({ useBackend: [{ backend: 'back', condition: when('!is_api') }] })),
    'The condition names the ACL "is_api" that is not declared in this proxy (frontend front, use_backend, <here>): add it to `acls`.'],
  ['a lone brace in an anonymous condition', () => printHaproxyConfig(http({ httpRequest: [{ action: 'deny', condition: when({ sample: Fetch.path(), match: 'str', values: ['}'] }) }] })),
    'A lone } would end the condition (frontend front, http-request, <here>): declare a named ACL for it.'],
  ['an http rule in mode tcp', () => printHaproxyConfig({ ...http({ mode: 'tcp', httpRequest: [{ action: 'deny' }] }, { mode: 'tcp' }) }),
    'It is in mode tcp, which runs no http rules (frontend front, <here>): set mode http, or move the rules to `tcpRequest`.'],
  ['QUIC in mode tcp', () => printHaproxyConfig({ ...http({ mode: 'tcp', binds: [{ port: 443, transport: 'quic', ssl: { crt: '/c', alpn: ['h3'] } }] }, { mode: 'tcp' }) }),
    'QUIC is terminated by HAProxy and needs mode http (frontend front, bind, <here>): set mode http, or forward TCP only.'],
  ['resolvers on an address', () => printHaproxyConfig(http({}, { servers: [{ name: 'one', address: '10.47.17.1', port: 80, resolvers: 'consul' }] }, { resolvers: [{ name: 'consul', nameservers: [{ name: 'a', address: '10.0.0.1', port: 8600 }] }] })),
    'Resolvers do nothing for the address 10.47.17.1 (backend back, server one, <here>): name the host instead of its address, or leave them out.'],
  ['a host name without resolvers', () => printHaproxyConfig(http({}, { servers: [{ name: 'one', address: 'orders.internal', port: 80 }] })),
    'The host name orders.internal has no resolvers (backend back, server one, <here>): name a `resolvers` section: HAProxy does not start on a name that it cannot resolve.'],
  ['two servers of one name', () => printHaproxyConfig(http({}, { servers: [{ name: 'one', address: '10.0.0.1', port: 80 }, { name: 'one', address: '10.0.0.2', port: 80 }] })),
    'The server "one" appears twice (backend back, <here>): keep one.'],
  ['a port of 0', () => printHaproxyConfig(http({ binds: [{ port: 0 }] })),
    '0 is no whole number from 1 to 65535 (frontend front, bind, port, <here>): pass one in that range.'],
  ['a block with host bits', () => printHaproxyConfig(http({ acls: [{ name: 'a', sample: Fetch.src(), match: 'ip', values: ['10.0.0.7/8'] }] })),
    'CIDR "10.0.0.7/8" has host bits set (frontend front, acl a, <here>): write Cidr.of(\'10.0.0.0/8\') for the network, or Cidr.host(\'10.0.0.7/8\') for the address in it.'],
  ['a Lua call without a script', () => printHaproxyConfig(http({ httpRequest: [{ action: 'set-var', variable: 'txn.c', value: convert(Fetch.variable('txn.u'), 'lua.is_canary') }] })),
    'It calls a Lua function but no script is loaded (frontend front, <here>): add the script to `global.luaLoad`.'],
  ['a secret', () => printHaproxyConfig(http({ httpRequest: [{ action: 'set-header', name: 'X', value: 'Bearer ghp_abcdefghijklmnopqrstuvwxyz0123456789' }] })),
    'The text holds a secret (GitHub token) (frontend front, http-request set-header X, <here>): keep it out of the file and let the engine read it from a mounted Secret.'],
  ['counting without a table', () => printHaproxyConfig(http({ httpRequest: [{ action: 'track-sc0', key: Fetch.src() }] })),
    'track-sc0 has no stick-table to count in (frontend front, <here>): set `stickTable`, or name the proxy that has one in `table`.'],
])('%s is refused in one sentence', (_name, action, message) => {
  expect(sentence(action)).toBe(message);
});
