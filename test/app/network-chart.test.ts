import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { NetworkApp } from '../../src/app/network-app';
import { NetworkChart } from '../../src/app/network-chart';
import { NetworkObject } from '../../src/app/network-object';
import { Cluster } from '../../src/core/cluster';

function appOf(App_: typeof App, charts: number): { app: App; runs: () => number } {
  const app = Testing.app();
  const root = App_ === App ? app : new App_({ outdir: app.outdir });
  let runs = 0;
  root.node.addValidation({ validate: () => {
    runs++;
    return [];
  } });
  for (let i = 0; i < charts; i++) new NetworkObject(new NetworkChart(root, `chart-${i}`), 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `x-${i}` } });
  return { app: root, runs: () => runs };
}

test.each([['a stock app', App], ['our app', NetworkApp]])('the work of a synth of %s does not grow with the square of its charts', (_, App_) => {
  const { app, runs } = appOf(App_, 50);
  app.synth();
  expect(runs()).toBe(1);
  app.synthYaml();
  expect(runs()).toBe(2);
});

test('Testing.synth sees what changed since the last synth', () => {
  const { app } = appOf(App, 3);
  app.synth();
  const chart = app.charts[1]!;
  const before = Testing.synth(chart) as object[];
  const late = new NetworkObject(chart, 'late', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'late' } });
  (chart.node.findChild('x') as ApiObject).addDependency(late);
  expect(before).toHaveLength(1);
  expect((Testing.synth(chart) as Array<{ metadata: { name: string } }>).map(({ metadata }) => metadata.name)).toEqual(['late', 'x-1']);
});

test.each([['a stock app', App], ['our app', NetworkApp]])('after a failed synth of %s a chart still refuses what is wrong in it', (_, App_) => {
  const { app } = appOf(App_, 2);
  const chart = app.charts[1]!;
  chart.node.findChild('x').node.addValidation({ validate: () => ['is wrong'] });
  expect(() => app.synth()).toThrow('Validation failed with the following errors:\n  [chart-1/x] is wrong');
  expect(() => Testing.synth(chart)).toThrow('Validation failed with the following errors:\n  [chart-1/x] is wrong');
});

test('objects of a chart belong to its cluster, and a chart inside to that of the chart around it', () => {
  const app = new NetworkApp();
  const beijing = new Cluster(app, 'beijing');
  const shanghai = new Cluster(app, 'shanghai');
  const outer = new NetworkChart(app, 'outer', { cluster: shanghai });
  new NetworkObject(new NetworkChart(outer, 'inner'), 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } });
  new NetworkObject(new NetworkChart(app, 'b', { cluster: beijing }), 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } });
  expect(app.assembly().model.objects.map(({ cluster, constructPath }) => [cluster, constructPath])).toEqual([['beijing', 'b/x'], ['shanghai', 'outer/inner/x']]);
  new ApiObject(new Chart(app, 'nowhere'), 'y', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'y' } });
  expect(() => app.assembly()).toThrow(/^The app has 2 clusters and this chart names none of them \(nowhere\/y, test\/app\/network-chart\.test\.ts:\d+\): give the chart one: new NetworkChart\(app, id, \{ cluster \}\), with beijing or shanghai\.$/);
});
