import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { Registry } from '../../src/core/registry';
import { Validations } from '../../src/core/validations';
import { sentence } from './sentence';

test('acknowledgements are kept with their subtree, reason and line, sorted', () => {
  const chart = new Chart(new App(), 'shop');
  const gateway = new Construct(chart, 'gateway');
  Validations.of(gateway).acknowledge({ id: 'NS2012', reason: 'the partner sends no Origin header' }).acknowledge({ id: 'NS0014', reason: '  a field of our own fork  ' });
  Validations.of(chart).acknowledge({ id: 'NS9001', reason: 'one replica is enough here' });
  expect(Registry.of(chart).acknowledgements.map((one) => ({ ...one, source: one.source?.replace(/\d+$/, 'N') }))).toEqual([
    { id: 'NS9001', reason: 'one replica is enough here', path: 'shop', source: 'test/core/validations.test.ts:N' },
    { id: 'NS0014', reason: 'a field of our own fork', path: 'shop/gateway', source: 'test/core/validations.test.ts:N' },
    { id: 'NS2012', reason: 'the partner sends no Origin header', path: 'shop/gateway', source: 'test/core/validations.test.ts:N' },
  ]);
});

test('an acknowledgement may be narrowed and may expire', () => {
  const chart = new Chart(new App(), 'shop');
  Validations.of(chart).acknowledge({ id: 'NS0033', reason: 'the pods come with Helm', where: { namespace: 'shop', kind: 'Service' }, expires: '2028-02-29' })
    .acknowledge({ id: 'NS0034', reason: 'the pods come with Helm', where: {} });
  expect(Registry.of(chart).acknowledgements.map(({ where, expires }) => ({ where, expires }))).toEqual([{ where: { kind: 'Service', namespace: 'shop' }, expires: '2028-02-29' }, {}]);
  // @ts-expect-error: a misspelt narrowing would accept everything
  expect(() => Validations.of(chart).acknowledge({ id: 'NS0033', reason: 'the pods come with Helm', where: { nme: 'a' } })).toThrow('Where NS0033 is acknowledged has no option "nme"');
});

test.each<[string, { id: unknown; reason: unknown; expires?: unknown; where?: unknown; until?: unknown }, string]>([
  ['a day that is none', { id: 'NS0014', reason: 'it is right here', expires: '2027-02-30' }, '"2027-02-30" is no day (shop, <here>): give the last day on which the finding is accepted, such as 2027-01-31.'],
  ['a date', { id: 'NS0014', reason: 'it is right here', expires: new Date(0) }, 'an instance of Date is no day (shop, <here>): give the last day on which the finding is accepted, such as 2027-01-31.'],
  ['an empty name', { id: 'NS0014', reason: 'it is right here', where: { name: '' } }, 'The name where NS0014 is acknowledged is "" (shop, <here>): give a text, or leave it out.'],
  ['a misspelt option', { id: 'NS0014', reason: 'it is right here', until: '2027-01-31' }, 'What is acknowledged has no option "until" (shop, <here>): name one of expires, id, reason, where.'],
  ['a wrong id', { id: 'NS12', reason: 'it is right here' }, '"NS12" is not the id of a finding (shop, <here>): give one such as NS0014, as the report prints it.'],
  ['an id with a newline', { id: 'NS0014\n', reason: 'it is right here' }, '"NS0014\\n" is not the id of a finding (shop, <here>): give one such as NS0014, as the report prints it.'],
  ['no reason', { id: 'NS0014', reason: undefined }, 'The reason for accepting NS0014 has 0 characters (shop, <here>): say in 10 to 1000 characters why it is right here.'],
  ['blanks for a reason', { id: 'NS0014', reason: '             ' }, 'The reason for accepting NS0014 has 0 characters (shop, <here>): say in 10 to 1000 characters why it is right here.'],
  ['a book for a reason', { id: 'NS0014', reason: 'x'.repeat(65_536) }, 'The reason for accepting NS0014 has 65536 characters (shop, <here>): say in 10 to 1000 characters why it is right here.'],
  ['a secret in the reason', { id: 'NS0014', reason: `the token is ghp_${'a'.repeat(36)}` },
    'The reason for accepting NS0014 holds a secret (GitHub token) (shop, <here>): keep the secret out of the program and pass a SecretRef, such as SecretRef.existing(\'name\', \'key\').'],
])('refuses %s', (_, options, message) => {
  const chart = new Chart(new App(), 'shop');
  expect(sentence(() => Validations.of(chart).acknowledge(options as never))).toBe(message);
  expect(Registry.of(chart).acknowledgements).toEqual([]);
});
