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

test.each<[string, { id: unknown; reason: unknown }, string]>([
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
