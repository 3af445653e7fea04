// B-000-9: the front of Beijing.
import { formats } from '../../src';
import { lines } from './platform';

const { Fetch, when } = formats.haproxy;
const l4 = lines('front/haproxy.cfg');
const l7 = lines('front-l7/haproxy.cfg');
const at = (file: readonly string[], start: string): number => file.findIndex((line) => line.startsWith(start));

test('a converter of Lua takes the variable; a sample within arguments does not parse', () => {
  expect(l7).toContain('http-request set-var(txn.canary) var(txn.user_id),lua.is_canary');
  expect(lines('front-l7/route.lua').join('\n')).toContain('core.register_converters("is_canary"');
  expect(l7.filter((line) => /lua\.\w+\(/.test(line))).toEqual([]);
});

test('matches are those that there are', () => {
  // @ts-expect-error there is no str-eq
  when({ sample: Fetch.path(), match: 'str-eq', values: ['/api'] });
  expect([...l4, ...l7].flatMap((line) => /-m (\S+)/.exec(line)?.[1] ?? []).filter((match) => !['str', 'beg', 'ip', 'bool', 'int', 'found'].includes(match))).toEqual([]);
});

test('an absent header is told by -m found: no text matches it', () => {
  expect(l7).toContain('http-request deny if !is_api !is_internal_ip !{ req.hdr(x-internal-token) -m found }');
});

test('QUIC says how the build is to offer it', () => {
  expect(l7).toEqual(expect.arrayContaining(['limited-quic', 'bind quic4@:443 ssl crt /etc/haproxy/certs/ alpn h3', 'bind quic6@:443 ssl crt /etc/haproxy/certs/ alpn h3']));
});

test('Consul is asked on its port, by servers that have names', () => {
  expect(l7.filter((line) => line.startsWith('nameserver '))).toEqual(['nameserver consul1 10.47.4.7:8600', 'nameserver consul2 10.47.4.8:8600']);
  for (const line of l7.filter((one) => one.includes(' resolvers consul'))) expect(line).toMatch(/^server-template \S+ 1-2 _order-canary\._tcp\.service\.consul /);
});

test('clients of both families are counted, before any other rule answers', () => {
  for (const file of [l4, l7]) expect(file.filter((line) => line.startsWith('stick-table '))[0]).toMatch(/^stick-table type ipv6 /);
  expect(at(l7, 'http-request track-sc0')).toBeLessThan(at(l7, 'http-request deny deny_status 429'));
  expect(at(l7, 'http-request deny deny_status 429')).toBeLessThan(at(l7, 'http-request deny if'));
});

test('the layer 4 front passes TLS on and ends none', () => {
  expect(l4).toEqual(expect.arrayContaining(['mode tcp', 'acl is_api req.ssl_sni -m str -i -- api.example.com']));
  expect(l4.filter((line) => / ssl | alpn |^http-/.test(line))).toEqual([]);
});

test('with TLS 1.3 alone, suites are those of 1.3', () => {
  expect(l7.filter((line) => line.startsWith('ssl-default-bind-ciphers '))).toEqual([]);
  expect(l7.find((line) => line.startsWith('ssl-default-bind-ciphersuites '))).toBe('ssl-default-bind-ciphersuites TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256');
});

test('whoever promises HTTPS for ever leads port 80 there', () => {
  expect(l7.some((line) => line.includes('Strict-Transport-Security'))).toBe(true);
  expect(l7.slice(at(l7, 'frontend http_in'), at(l7, 'frontend https_in'))).toContain('http-request redirect scheme https code 308');
});

test('every backend has its health checked, and a server that is lost is left', () => {
  const checks = (file: readonly string[]) => [file.filter((line) => line.startsWith('backend ')).length, file.filter((line) => line === 'option httpchk' || line === 'option tcp-check').length];
  for (const file of [l4, l7]) expect(checks(file)[0]).toBe(checks(file)[1]);
  expect(l4).toContain('option redispatch');
});

test('the host carries as many connections as the front takes', () => {
  const sysctl = Object.fromEntries(lines('gateway-host/60-network.conf').map((line) => line.split(' = ') as [string, string]));
  const maxconn = Number(/^maxconn (\d+)$/.exec(l4.find((line) => line.startsWith('maxconn '))!)![1]);
  // Each connection that is passed on is two.
  expect(Number(sysctl['net.netfilter.nf_conntrack_max'])).toBeGreaterThanOrEqual(2 * maxconn);
});
