import { App, Chart } from 'cdk8s';
import { Namespace, Workload } from '../../src/workload';
import { sentence } from '../core/sentence';

const chart = (): Chart => new Chart(new App(), 'shop');

test.each<[string, () => unknown, string]>([
  ['no options', () => new Workload(chart(), 'web', undefined as never), 'The options of workload web is undefined (shop/web, <here>): give an object with its options.'],
  ['no options of pods that are there', () => Workload.external(chart(), 'db', null as never), 'The options of workload db is null (shop/db, <here>): give an object with its options.'],
  ['a name for options', () => new Namespace(chart(), 'shop', 'orders' as never), 'The options of namespace shop is "orders" (shop/shop, <here>): give an object with its options.'],
  ['a text for a flag', () => new Namespace(chart(), 'shop', { existing: 'no' as never }), 'Existing of namespace shop is "no" (shop/shop, <here>): give true or false.'],
])('%s', (_, action, message) => {
  expect(sentence(action)).toBe(message);
});
