import { Duration } from '../../src/core/duration';
import type { NftRule, NftSet, NftTable, Statement } from '../../src/formats/nftables';
import { printNftRuleset } from '../../src/formats/nftables';
import { sentence } from '../core/sentence';
import { expectReadBack } from './hostile';
import { nftables } from './scenario';

function rule(...statements: Statement[]): string {
  return table({}, { statements });
}

function table(more: Partial<NftTable>, ...rules: NftRule[]): string {
  return printNftRuleset({ tables: [{ family: 'inet', name: 't', chains: [{ name: 'c', hook: 'input', priority: 'filter', policy: 'drop', rules }], ...more }] });
}

const set = (more: Partial<NftSet>): NftSet => ({ name: 's', type: 'ipv4_addr', ...more });
const ruleLine = (file: string): string => file.split('\n').find((line) => line.startsWith('\t\t') && !line.includes(' hook '))!.trim();

test('the ruleset of the scenario', () => expect(printNftRuleset(nftables)).toMatchSnapshot());

test('a table is replaced by itself, and no other is touched', () => {
  const file = printNftRuleset(nftables);
  expect(file).toContain('add table inet gw\ndelete table inet gw\n');
  expect(file).not.toContain('flush');
});

test('blocks and ports are sorted, and one value needs no braces', () => {
  expect(ruleLine(rule({ match: 'ip saddr', blocks: ['192.0.2.0/24', '10.0.0.0/8', '198.51.100.7'] }, { match: 'tcp dport', ports: [443, [8000, 8100], 22] }, { match: 'tcp sport', ports: [53] }, { verdict: 'accept' })))
    .toBe('ip saddr { 10.0.0.0/8, 192.0.2.0/24, 198.51.100.7 } tcp dport { 22, 443, 8000-8100 } tcp sport 53 accept');
});

test('an empty set has no elements line, a set of blocks is an interval set', () => {
  expect(table({ sets: [set({})] })).not.toContain('elements');
  expect(table({ sets: [set({ elements: ['10.0.0.0/8'] })] })).toContain('flags interval\n\t\tauto-merge\n');
});

test('translation in an inet table names the family', () => {
  expect(ruleLine(table({ chains: [{ name: 'c', type: 'nat', hook: 'prerouting', priority: 'dstnat', policy: 'accept', rules: [{ statements: [{ match: 'tcp dport', ports: [443] }, { action: 'dnat', address: 'fd00::1', port: 443 }] }] }] })))
    .toBe('tcp dport 443 dnat ip6 to [fd00::1]:443');
});

test('comments and log prefixes are read back unchanged', () => {
  expectReadBack((comment) => table({}, { statements: [{ verdict: 'drop' }], comment }), (file) => /^drop comment "([^"\n]*)"$/.exec(ruleLine(file))?.[1]);
  expectReadBack((prefix) => rule({ action: 'log', prefix }), (file) => /^log prefix "([^"$\n]*)"$/.exec(ruleLine(file))?.[1]);
});

test('names are held against an allow-list', () => {
  expectReadBack((name) => table({ chains: [{ name, rules: [{ statements: [{ verdict: 'drop' }] }] }] }), (file) => /^\tchain ([A-Za-z0-9_-]+) \{$/m.exec(file)?.[1]);
});

test.each<[string, () => unknown, string]>([
  ['a quote in a log prefix', () => rule({ action: 'log', prefix: 'a" accept' }),
    'The text "a\\" accept" holds a quote, a backslash or a $ (table inet t, chain c, rule 1, log prefix, <here>): remove it: nftables strings have no escapes.'],
  ['a log prefix that the kernel would cut', () => rule({ action: 'log', prefix: 'x'.repeat(128) }),
    `The text "${'x'.repeat(44)}…" (128 characters) has 128 bytes where at most 127 are read back whole (table inet t, chain c, rule 1, log prefix, <here>): shorten it.`],
  ['a reserved word as a name', () => table({ chains: [{ name: 'drop', rules: [] }] }),
    '"drop" is a word of the language and cannot be a nftables name (table inet t, <here>): choose another name.'],
  ['an interface name of 16 characters', () => rule({ match: 'iifname', names: ['a123456789012345'] }),
    '"a123456789012345" is no interface name (table inet t, chain c, rule 1, <here>): use letters, digits and _ . @ : + = -, with * at the end for every name that begins so, at most 15 characters.'],
  ['host bits', () => rule({ match: 'ip saddr', blocks: ['10.0.0.7/8'] }),
    'CIDR "10.0.0.7/8" has host bits set (table inet t, chain c, rule 1, <here>): write Cidr.of(\'10.0.0.0/8\') for the network, or Cidr.host(\'10.0.0.7/8\') for the address in it.'],
  ['both families in one match', () => rule({ match: 'ip saddr', blocks: ['fd00::/8'] }),
    'fd00::/8 is no IPv4 block (table inet t, chain c, rule 1, <here>): keep the two families in rules and sets of their own.'],
  ['overlapping blocks', () => rule({ match: 'ip saddr', blocks: ['10.0.0.0/8', '10.1.0.0/16'] }),
    'The blocks 10.0.0.0/8 and 10.1.0.0/16 overlap (table inet t, chain c, rule 1, <here>): keep the wider one.'],
  ['a port above 65535', () => rule({ match: 'tcp dport', ports: [70_000] }),
    '70000 is no whole number from 1 to 65535 (table inet t, chain c, rule 1, port, <here>): pass one in that range.'],
  ['an unknown set', () => rule({ match: 'ip saddr', set: 'nowhere' }),
    'The set "nowhere" is not in the table t (table inet t, chain c, rule 1, <here>): add it to `sets`.'],
  ['a set of the other family', () => table({ sets: [set({ type: 'ipv6_addr' })] }, { statements: [{ match: 'ip saddr', set: 's' }] }),
    'The set s holds ipv6_addr where ipv4_addr is compared (table inet t, chain c, rule 1, <here>): name a set of that type.'],
  ['an unbounded dynamic set', () => table({ sets: [set({ dynamic: true })] }),
    'A dynamic set has no size (table inet t, set s, <here>): set one: an attacker could fill the memory otherwise.'],
  ['counting connections in a set with a timeout', () => table({ sets: [set({ dynamic: true, size: 9, timeout: Duration.minutes(1) })] }, { statements: [{ addTo: 's', key: 'ip saddr', ctCountOver: 5 }] }),
    'The set s counts connections and has a timeout (table inet t, chain c, rule 1, <here>): leave the timeout out.'],
  ['statements after a verdict', () => rule({ verdict: 'drop' }, { action: 'counter' }),
    'Statements stand after the verdict and are never reached (table inet t, chain c, rule 1, <here>): put the verdict last.'],
  ['two transports in one rule', () => rule({ match: 'tcp dport', ports: [53] }, { match: 'udp dport', ports: [53] }),
    'It matches tcp and udp at once, which no packet is (table inet t, chain c, rule 1, <here>): write one rule for each.'],
  ['both IP versions in one rule', () => rule({ match: 'ip saddr', blocks: ['10.0.0.0/8'] }, { match: 'icmpv6 type', types: ['echo-request'] }),
    'It matches IPv4 and IPv6 at once, which no packet is (table inet t, chain c, rule 1, <here>): write one rule for each.'],
  ['translation in a filter chain', () => rule({ action: 'masquerade' }),
    'masquerade stands in a chain of type filter (table inet t, chain c, rule 1, <here>): put it into a chain of type nat.'],
  ['a jump to nowhere', () => rule({ verdict: 'jump', chain: 'x' }),
    'The chain "x" is not in the table t (table inet t, chain c, rule 1, <here>): add it to `chains`.'],
])('%s is refused in one sentence', (_name, action, message) => {
  expect(sentence(action)).toBe(message);
});
