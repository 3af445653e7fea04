import * as fc from 'fast-check';

import { Cidr, ipAddress } from '../../src/core/cidr';
import { HOSTILE, sentence } from './sentence';

test.each([
  ['10.0.0.0/8', 4, 8, '10.0.0.0', '10.0.0.0/8', 16_777_216n],
  ['0.0.0.0/0', 4, 0, '0.0.0.0', '0.0.0.0/0', 4_294_967_296n],
  ['255.255.255.255/32', 4, 32, '255.255.255.255', '255.255.255.255/32', 1n],
  ['FD00:0:0:0::/64', 6, 64, 'fd00::', 'fd00::/64', 2n ** 64n],
  ['2001:db8:0:0:1::/80', 6, 80, '2001:db8:0:0:1::', '2001:db8:0:0:1::/80', 2n ** 48n],
  ['::/0', 6, 0, '::', '::/0', 2n ** 128n],
])('%s', (text, family, prefixLength, address, value, size) => {
  const cidr = Cidr.of(text);
  expect([cidr.family, cidr.prefixLength, cidr.address, cidr.value, cidr.size, String(cidr), JSON.stringify(cidr)]).toEqual([family, prefixLength, address, value, size, value, `"${value}"`]);
  expect(Cidr.of(cidr)).toBe(cidr);
  expect(Object.isFrozen(cidr)).toBe(true);
});

test('host keeps the address beside its network', () => {
  const hub = Cidr.host('10.47.17.1/24');
  expect([hub.address, hub.network.value, hub.family, hub.prefixLength, hub.value, String(hub), JSON.stringify(hub)])
    .toEqual(['10.47.17.1', '10.47.17.0/24', 4, 24, '10.47.17.1/24', '10.47.17.1/24', '"10.47.17.1/24"']);
  expect(Cidr.host('fd47::1/64').network.value).toBe('fd47::/64');
  expect(Cidr.host(hub)).toBe(hub);
  expect(Object.isFrozen(hub)).toBe(true);
});

test('any is a whole family', () => {
  expect([Cidr.any(4).value, Cidr.any(6).value]).toEqual(['0.0.0.0/0', '::/0']);
  expect(sentence(() => Cidr.any(5 as 4))).toBe('IP family 5 is neither 4 nor 6 (<here>): write Cidr.any(4) or Cidr.any(6).');
});

test('the families share no address', () => {
  expect([Cidr.any(4).contains('::/0'), Cidr.any(6).contains('0.0.0.0/0'), Cidr.any(6).contains('0.0.0.0'), Cidr.any(4).overlaps(Cidr.any(6))]).toEqual([false, false, false, false]);
});

test('nth counts from the network address', () => {
  expect([Cidr.of('10.47.0.0/24').nth(0), Cidr.of('10.47.0.0/24').nth(255), Cidr.of('fd00::/64').nth(2n ** 64n - 1n)]).toEqual(['10.47.0.0', '10.47.0.255', 'fd00::ffff:ffff:ffff:ffff']);
  expect(sentence(() => Cidr.of('10.47.0.0/24').nth(256))).toBe('Address number 256 is outside 10.47.0.0/24 (<here>): give a whole number from 0 to 255.');
  expect(sentence(() => Cidr.of('10.47.0.0/24').nth(1.5))).toBe('Address number 1.5 is outside 10.47.0.0/24 (<here>): give a whole number from 0 to 255.');
});

const example = "give an address and a prefix length, such as Cidr.of('10.0.0.0/8')";
test.each<[unknown, string]>([
  [8, `CIDR 8 is not a string (<here>): ${example}.`],
  ['10.0.0.5/8', "CIDR \"10.0.0.5/8\" has host bits set (<here>): write Cidr.of('10.0.0.0/8') for the network, or Cidr.host('10.0.0.5/8') for the address in it."],
  ['fd00::1/64', "CIDR \"fd00::1/64\" has host bits set (<here>): write Cidr.of('fd00::/64') for the network, or Cidr.host('fd00::1/64') for the address in it."],
  ['10.0.0.5', "CIDR \"10.0.0.5\" has no prefix length (<here>): write Cidr.of('10.0.0.5/32') for this one address."],
  ['FD00::1', "CIDR \"FD00::1\" has no prefix length (<here>): write Cidr.of('fd00::1/128') for this one address."],
  ['10.0.0.0/33', "CIDR \"10.0.0.0/33\" has a prefix length outside 0 to 32 (<here>): give a whole number, such as Cidr.of('10.0.0.0/32')."],
  ['10.0.0.0/08', "CIDR \"10.0.0.0/08\" has a prefix length outside 0 to 32 (<here>): give a whole number, such as Cidr.of('10.0.0.0/32')."],
  ['::/129', "CIDR \"::/129\" has a prefix length outside 0 to 128 (<here>): give a whole number, such as Cidr.of('::/128')."],
  ['10.0.0.0/255.0.0.0', "CIDR \"10.0.0.0/255.0.0.0\" has a prefix length outside 0 to 32 (<here>): give a whole number, such as Cidr.of('10.0.0.0/32')."],
  ['10.0.0/8', `CIDR "10.0.0/8" has no valid IP address (<here>): ${example}.`],
])('%p is refused', (text, message) => {
  expect(sentence(() => Cidr.of(text as string))).toBe(message);
});

test('host names itself in its sentences', () => {
  expect(sentence(() => Cidr.host('10.47.17.1'))).toBe("CIDR \"10.47.17.1\" has no prefix length (<here>): write Cidr.host('10.47.17.1/32') for this one address.");
  expect(sentence(() => Cidr.host('x/24'))).toBe("CIDR \"x/24\" has no valid IP address (<here>): give an address and a prefix length, such as Cidr.host('10.47.17.1/24').");
});

test('ipAddress is strict and canonical', () => {
  expect([ipAddress('10.0.0.1'), ipAddress('FD00:0:0::1')]).toEqual([{ family: 4, value: '10.0.0.1' }, { family: 6, value: 'fd00::1' }]);
  expect(sentence(() => ipAddress('10.0.0.1/32'))).toBe("IP address \"10.0.0.1/32\" is not valid (<here>): give an address such as '10.0.0.1' or 'fd00::1'.");
});

// What lenient parsers take for an address, each in another way.
test.each(['010.0.0.1', '0x0a.0.0.1', '10.1', '167772161', '256.0.0.1', '10.0.0.1.', ' 10.0.0.1', '::ffff:10.0.0.1', 'fe80::1%eth0', ':::', '1::2::3', '12345::', '[::1]', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '１０.0.0.1'])('%s is no address', (text) => {
  expect(sentence(() => ipAddress(text))).toContain('is not valid (<here>): give an address');
  expect(sentence(() => Cidr.of(`${text}/8`))).toContain('has no valid IP address (<here>): give an address');
});

test.each(HOSTILE)('hostile %p is one sentence', (text) => {
  for (const each of [text, `${text}/8`, `10.0.0.0/${text}`, `10.0.0.0/8${text}`].filter((one) => one !== '10.0.0.0/8')) {
    expect(sentence(() => Cidr.of(each))).toMatch(/^CIDR .* \(<here>\): [^\n]*\.$/);
    expect(sentence(() => Cidr.host(each))).toMatch(/^CIDR .* \(<here>\): [^\n]*\.$/);
  }
});

describe('algebra', () => {
  // Blocks of the 64 addresses of one /26 and of one /122, so that sets of addresses can be compared.
  const block = fc.tuple(fc.constantFrom<4 | 6>(4, 6), fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 63 })).map(([family, bits, at]) => {
    const first = at >> 6 - bits << 6 - bits;
    return { family, first, last: first + (1 << 6 - bits) - 1, cidr: Cidr.of(family === 4 ? `10.0.0.${64 + first}/${26 + bits}` : `fd00::${(64 + first).toString(16)}/${122 + bits}`) };
  });
  const address = (family: 4 | 6, at: number): string => family === 4 ? `10.0.0.${64 + at}` : `fd00::${(64 + at).toString(16)}`;

  test('contains, overlaps and nth agree with the sets of addresses', () => {
    fc.assert(fc.property(block, block, (one, other) => {
      const same = one.family === other.family;
      expect(one.cidr.contains(other.cidr)).toBe(same && one.first <= other.first && other.last <= one.last);
      expect(one.cidr.overlaps(other.cidr)).toBe(same && one.first <= other.last && other.first <= one.last);
      expect(one.cidr.overlaps(other.cidr.value)).toBe(other.cidr.overlaps(one.cidr));
      for (let at = 0; at < 64; at += 1) expect(one.cidr.contains(address(one.family, at))).toBe(at >= one.first && at <= one.last);
      expect(one.cidr.nth(one.last - one.first)).toBe(address(one.family, one.last));
      expect(one.cidr.compare(other.cidr) === 0).toBe(one.cidr.value === other.cidr.value);
      expect(Math.sign(one.cidr.compare(other.cidr))).toBe(-Math.sign(other.cidr.compare(one.cidr)) + 0);
    }));
  });

  test('a host is in its network, and what it prints is read back', () => {
    const host = fc.oneof(fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })), fc.tuple(fc.ipV6().filter((text) => !text.includes('.')), fc.integer({ min: 0, max: 128 })));
    fc.assert(fc.property(host, ([text, prefixLength]) => {
      const parsed = Cidr.host(`${text}/${prefixLength}`);
      expect(parsed.network.contains(parsed.address)).toBe(true);
      expect(parsed.network.contains(parsed)).toBe(true);
      expect(Cidr.of(parsed.network.value)).toEqual(parsed.network);
      expect(Cidr.host(parsed.value)).toEqual(parsed);
      expect(ipAddress(text).value).toBe(parsed.address);
    }));
  });
});
