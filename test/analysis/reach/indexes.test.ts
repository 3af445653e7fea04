// Indexes say what looking through everything says.
import * as fc from 'fast-check';
import { clearBits, emptyBits, hasBit, nextBit, setBit, setBits } from '../../../src/analysis/reach/bits';
import { PrefixTable } from '../../../src/analysis/reach/gateway/prefix-table';
import type { ScopedHost } from '../../../src/analysis/reach/mesh/scoped-hosts';
import { HostLists, KnownHosts, names } from '../../../src/analysis/reach/mesh/scoped-hosts';

const BITS = 100;
const place = fc.nat(BITS);

test('ranges of bits', () => {
  fc.assert(fc.property(fc.array(fc.nat(BITS - 1)), place, place, (given, a, b) => {
    const [from, to] = [Math.min(a, b), Math.max(a, b)];
    const [set, cleared] = [emptyBits(4), emptyBits(4)];
    for (const one of given) [set, cleared].forEach((bits) => setBit(bits, one));
    setBits(set, from, to);
    clearBits(cleared, from, to);
    const listed = (bits: typeof set): number[] => {
      const found: number[] = [];
      for (let at = nextBit(bits, 0); at >= 0; at = nextBit(bits, at + 1)) found.push(at);
      return found;
    };
    const all = Array.from({ length: BITS }, (_, i) => i);
    expect(listed(set)).toEqual(all.filter((i) => given.includes(i) || (i >= from && i < to)));
    expect(listed(cleared)).toEqual(all.filter((i) => given.includes(i) && !(i >= from && i < to)));
    expect(listed(set).every((i) => hasBit(set, i))).toBe(true);
  }));
});

const HOMES = ['shop', 'front'];
const HOSTS = ['a.shop.svc', 'b.shop.svc', 'shop.svc', 'api.example.com', 'example.com'];
const host: fc.Arbitrary<ScopedHost> = fc.tuple(fc.constantFrom(...HOMES), fc.constantFrom(...HOSTS));
const wanted: fc.Arbitrary<ScopedHost> = fc.tuple(fc.constantFrom(...HOMES, '*', '~'), fc.constantFrom(...HOSTS, '*', '*.svc', '*.shop.svc', '*.com', '*com', '*shop.svc'));

test('lists of hosts, by the host and by the list', () => {
  fc.assert(fc.property(fc.array(fc.array(wanted)), fc.array(host), (lists, hosts) => {
    const index = new HostLists<number>();
    lists.forEach((list, number) => list.forEach((one) => index.add(one, number)));
    const known = new KnownHosts<number>();
    hosts.forEach(([home, name], number) => known.add(home, name, number));
    for (const [home, name] of hosts) {
      const naming = new Set(index.keysOf(home, name).flatMap((key) => [...index.of(key)]));
      expect([...naming].sort()).toEqual(lists.flatMap((list, number) => (list.some((one) => names(one, home, name)) ? [number] : [])));
    }
    for (const list of lists) expect(known.named(list)).toEqual(hosts.flatMap(([home, name], number) => (list.some((one) => names(one, home, name)) ? [number] : [])));
  }));
});

const path = fc.array(fc.constantFrom('/', 'a', 'b', 'ab')).map((parts) => parts.join(''));

test('rules by what a path begins with', () => {
  fc.assert(fc.property(fc.array(fc.option(fc.array(path, { minLength: 1, maxLength: 3 }), { nil: undefined })), path, (rules, at) => {
    const table = new PrefixTable(rules, (one) => one);
    const found = rules.filter((one) => one === undefined || one.some((beginning) => at.startsWith(beginning) || `${at}/` === beginning));
    expect(table.for(at)).toEqual(found);
    expect(table.for(undefined)).toEqual(rules);
  }));
});
