import * as fc from 'fast-check';

import { Hostname } from '../../src/core/hostname';
import { HOSTILE, sentence } from './sentence';

test.each([
  ['API.Example.com', 'api.example.com', undefined],
  ['*.Example.com', '*.example.com', undefined],
  ['localhost', 'localhost', undefined],
  ['r3---sn.example', 'r3---sn.example', undefined],
  ['3com.example', '3com.example', undefined],
  ['bücher.example', 'xn--bcher-kva.example', 'bücher.example'],
  ['*.bücher.example', '*.xn--bcher-kva.example', '*.bücher.example'],
  ['XN--bcher-kva.example', 'xn--bcher-kva.example', 'bücher.example'],
  ['faß.de', 'xn--fa-hia.de', 'faß.de'],
  ['北京.example', 'xn--1lq90i.example', '北京.example'],
  [`${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`, undefined],
])('%s is %s', (text, value, unicode) => {
  const name = Hostname.of(text);
  expect([name.value, String(name), JSON.parse(JSON.stringify(name)), name.unicode, name.isWildcard]).toEqual([value, value, value, unicode, value.startsWith('*')]);
  expect(Hostname.of(name)).toBe(name);
  expect(Object.isFrozen(name)).toBe(true);
});

const long = `${'a'.repeat(63)}.`.repeat(4).slice(0, -1);
test.each<[unknown, string]>([
  [undefined, "Hostname undefined is not a string (<here>): give a DNS name such as 'api.example.com'."],
  ['', "Hostname \"\" is empty (<here>): give a DNS name such as 'api.example.com'."],
  ['a b', 'Hostname "a b" holds a space or an invisible character (<here>): remove it.'],
  ['a\u00adb', 'Hostname "a\\u00adb" holds a space or an invisible character (<here>): remove it.'],
  ['https://a.example/x', 'Hostname "https://a.example/x" is a URL (<here>): give only its host, without scheme, port and path.'],
  ['a.example/x', 'Hostname "a.example/x" holds a "/" (<here>): give only the host; a path belongs to the route.'],
  ['a.example:443', 'Hostname "a.example:443" holds a port (<here>): give only the host; the port belongs to the Port.'],
  ['10.0.0.1', 'Hostname "10.0.0.1" is an IP address (<here>): give a DNS name; addresses go where a Cidr is taken.'],
  ['１２７.0.0.1', 'Hostname "１２７.0.0.1" is an IP address (<here>): give a DNS name; addresses go where a Cidr is taken.'],
  ['a.0x7f', 'Hostname "a.0x7f" is an IP address (<here>): give a DNS name; addresses go where a Cidr is taken.'],
  ['fd00::1', 'Hostname "fd00::1" is an IP address (<here>): give a DNS name; addresses go where a Cidr is taken.'],
  ['[fd00::1]', 'Hostname "[fd00::1]" is an IP address (<here>): give a DNS name; addresses go where a Cidr is taken.'],
  ['a.example.', 'Hostname "a.example." ends with a dot (<here>): remove the trailing dot; each format adds its own where it needs one.'],
  ['*', 'Hostname "*" is a bare wildcard (<here>): name the domain, such as \'*.example.com\'.'],
  ['a.*.example', 'Hostname "a.*.example" has a wildcard that is not its whole first label (<here>): write the wildcard as \'*.example.com\'.'],
  ['a*.example', 'Hostname "a*.example" has a wildcard that is not its whole first label (<here>): write the wildcard as \'*.example.com\'.'],
  ['*.*.example', 'Hostname "*.*.example" has a wildcard that is not its whole first label (<here>): write the wildcard as \'*.example.com\'.'],
  ['a_b.example', 'Hostname "a_b.example" holds an underscore (<here>): use letters, digits and "-", as host names do (RFC 1123).'],
  ['xn--zzzz.example', 'Hostname "xn--zzzz.example" is not a valid internationalised name (<here>): check its spelling (UTS 46).'],
  ['a..example', 'Hostname "a..example" has an empty label (<here>): put exactly one dot between two labels.'],
  ['-a.example', 'Hostname "-a.example" has the invalid label "-a" (<here>): use letters, digits and "-", with a letter or digit at both ends.'],
  [`${'a'.repeat(64)}.b`, `Hostname "${'a'.repeat(44)}…" (66 characters) has a label of 64 characters (<here>): keep each label within 63 characters.`],
  [long, `Hostname "${'a'.repeat(44)}…" (255 characters) is 255 characters long (<here>): keep the name within 253 characters.`],
  ['x'.repeat(65_536), `Hostname "${'x'.repeat(44)}…" (65536 characters) is longer than 253 characters (<here>): give a DNS name such as 'api.example.com'.`],
  [`ghp_${'a1'.repeat(18)}`, 'Hostname (GitHub token, not shown) is a secret (<here>): pass it as a SecretRef, where a secret is taken.'],
])('%p is refused', (text, message) => {
  expect(sentence(() => Hostname.of(text as string))).toBe(message);
});

test.each(HOSTILE.filter((text) => text !== 'é' && text !== '💥'))('hostile %p is one sentence', (text) => {
  expect(sentence(() => Hostname.of(text))).toMatch(/^Hostname .* \(<here>\): [^\n]*\.$/);
});

describe('covers', () => {
  test.each([
    ['*.example.com', 'a.example.com', 'any', true],
    ['*.example.com', 'a.b.example.com', 'any', true],
    ['*.example.com', '*.b.example.com', 'any', true],
    ['*.example.com', 'a.b.example.com', 'one', false],
    ['*.example.com', '*.b.example.com', 'one', false],
    ['*.example.com', 'a.example.com', 'one', true],
    ['*.example.com', '*.example.com', 'one', true],
    ['*.example.com', 'example.com', 'any', false],
    ['*.example.com', 'badexample.com', 'any', false],
    ['a.example.com', '*.example.com', 'any', false],
    ['A.example.com', 'a.Example.com', 'one', true],
  ] as const)('%s, %s, %s label: %s', (one, other, depth, covered) => {
    expect(Hostname.of(one).covers(other, depth)).toBe(covered);
  });

  test('a wildcard is no name that could be matched', () => {
    expect(Hostname.of('*.example.com').matches('*.example.com')).toBe(false);
    expect(Hostname.of('*.example.com').matches('a.example.com')).toBe(true);
  });

  // Against the definition, over every name of up to four labels of two letters.
  const labels = ['a', 'b'];
  const names = [1, 2, 3, 4].flatMap((length) => Array.from({ length: 2 ** length }, (_, bits) => Array.from({ length }, (_unused, at) => labels[bits >> at & 1]).join('.')));
  const belongs = (name: string, pattern: string, depth: 'any' | 'one'): boolean => {
    if (!pattern.startsWith('*.')) return name === pattern;
    const [front, ...rest] = [name.slice(0, Math.max(0, name.length - pattern.length + 1)), name.slice(name.length - pattern.length + 1)];
    return front !== '' && rest[0] === pattern.slice(1) && (depth === 'any' || !front.includes('.'));
  };
  // Covering is decided one label deeper than the patterns, where every difference shows.
  const pattern = fc.array(fc.constantFrom(...labels), { minLength: 1, maxLength: 2 }).chain((parts) => fc.constantFrom(parts.join('.'), `*.${parts.join('.')}`));

  test.each(['any', 'one'] as const)('agrees with the sets of names, %s label', (depth) => {
    fc.assert(fc.property(pattern, pattern, (one, other) => {
      const [left, right] = [names.filter((name) => belongs(name, one, depth)), new Set(names.filter((name) => belongs(name, other, depth)))];
      expect(Hostname.of(other).covers(one, depth)).toBe(left.every((name) => right.has(name)));
      expect(Hostname.of(one).overlaps(other, depth)).toBe(left.some((name) => right.has(name)));
      for (const name of names) expect(Hostname.of(one).matches(name, depth)).toBe(belongs(name, one, depth));
    }));
  });
});
