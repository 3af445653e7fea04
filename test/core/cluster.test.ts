import { App, Chart, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import { NetworkChart } from '../../src/app/network-chart';
import { Cluster } from '../../src/core/cluster';
import type { ClusterProps } from '../../src/core/cluster';
import { HOSTILE, sentence } from './sentence';

test('an app that declares none has one, at the newest lines', () => {
  const app = new App();
  const cluster = Cluster.of(new Chart(app, 'a'));
  expect(cluster).toMatchObject({ name: 'default', clusterDomain: 'cluster.local', trustDomain: 'cluster.local', podCidrs: [], serviceCidrs: [], requestedTargets: {} });
  expect(Cluster.of(new Chart(app, 'b'))).toBe(cluster);
  expect(Cluster.all(app)).toEqual([cluster]);
});

test('a chart without an app has one too', () => {
  expect(Cluster.of(new Chart(undefined as never, 'alone')).name).toBe('default');
  expect(Cluster.of(Testing.chart()).name).toBe('default');
});

test('an app that declares one needs to name it nowhere', () => {
  const app = new App();
  const beijing = new Cluster(app, 'beijing', { targets: { istio: '1.24' }, podCidrs: ['10.0.0.0/16', 'fd00::/64'], serviceCidrs: ['10.96.0.0/12'], trustDomain: 'beijing.example.com' });
  expect(Cluster.of(new Construct(new Chart(app, 'chart'), 'deep'))).toBe(beijing);
  expect(beijing.targets.istio).toBe('1.24.6');
  expect([...beijing.podCidrs, ...beijing.serviceCidrs].map(String)).toEqual(['10.0.0.0/16', 'fd00::/64', '10.96.0.0/12']);
});

test('with several, a chart names its own and what is below inherits it', () => {
  const app = new App();
  const beijing = new Cluster(app, 'beijing');
  const shanghai = new Cluster(app, 'shanghai');
  const north = new NetworkChart(app, 'north', { cluster: beijing });
  const south = new NetworkChart(north, 'south', { cluster: shanghai });
  expect(Cluster.of(new Construct(north, 'a'))).toBe(beijing);
  expect(Cluster.of(new Construct(south, 'a'))).toBe(shanghai);
  expect(sentence(() => Cluster.of(new Chart(app, 'nowhere')))).toBe(
    'The app has 2 clusters and this chart names none of them (nowhere, <here>): give the chart one: new NetworkChart(app, id, { cluster }), with beijing or shanghai.');
});

test.each<[string, (app: App) => unknown, string]>([
  ['a second one of the name', (app) => [new Cluster(app, 'a', { name: 'north' }), new Cluster(app, 'b', { name: 'north' })],
    'Two clusters are called north: a (<here>) and this one (b, <here>): give one of them another name.'],
  ['a pod range over a service range', (app) => new Cluster(app, 'a', { podCidrs: ['10.0.0.0/8'], serviceCidrs: ['10.96.0.0/12'] }),
    'The pod range 10.0.0.0/8 overlaps the service range 10.96.0.0/12 (a, <here>): give each range addresses of its own.'],
  ['a late one', (app) => [Cluster.of(new Chart(app, 'early')), new Cluster(app, 'late')],
    'Cluster late is declared after constructs that had to ask for their cluster (late, <here>): declare clusters first.'],
  ['an unknown target', (app) => new Cluster(app, 'a', { targets: { kubernetes: '1.9' } }),
    'kubernetes 1.9 is older than 1.32, the oldest line that is known (cluster a, <here>): target 1.32 or newer.'],
  ['a name that is no label', (app) => new Cluster(app, 'a', { name: 'North_1' }),
    'The name of cluster a "North_1" is not a DNS label (<here>): use 1 to 63 lower-case letters, digits and "-", with a letter or digit at both ends, such as "north-1".'],
])('refuses %s', (_, declare, message) => {
  const app = new App();
  expect(sentence(() => declare(app)).replace(/test\/core\/cluster\.test\.ts:\d+/g, '<here>')).toBe(message);
});

test('hostile texts are refused in every prop', () => {
  const props: Array<(text: string) => ClusterProps> = [
    (text) => ({ name: text }), (text) => ({ clusterDomain: text }), (text) => ({ trustDomain: text }), (text) => ({ podCidrs: [text] }), (text) => ({ serviceCidrs: [text] }),
    (text) => ({ targets: { istio: text } }), (text) => ({ targets: { gatewayApi: { channel: text as never } } }),
  ];
  for (const text of HOSTILE) {
    for (const prop of props) {
      const shown = sentence(() => new Cluster(new App(), 'a', prop(text)));
      expect(shown.length).toBeLessThan(700);
      expect(shown).not.toMatch(/[\n\0\u2028\u202e]/);
    }
  }
});
