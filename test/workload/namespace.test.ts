import { App, Chart, JsonPatch, Testing } from 'cdk8s';
import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { validate } from '../../src/analysis/validate';
import type { KubernetesObject } from '../../src/analysis/documents/document';
import { NetworkChart } from '../../src/app/network-chart';
import { Cluster, Registry } from '../../src/core';
import { Namespace } from '../../src/workload';
import { sentence } from '../core/sentence';
import { objects, shop } from './objects';

test('a namespace enforces the restricted standard at the version of the cluster', () => {
  const app = new App();
  const chart = new NetworkChart(app, 'shop', { namespace: 'elsewhere', cluster: new Cluster(app, 'beijing', { targets: { kubernetes: '1.33.4' } }) });
  new Namespace(chart, 'order-system', { labels: { team: 'orders' }, annotations: { 'example.com/owner': 'orders' } });
  expect(Testing.synth(chart)).toEqual([{
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: 'order-system',
      annotations: { 'example.com/owner': 'orders' },
      labels: {
        'pod-security.kubernetes.io/audit': 'restricted', 'pod-security.kubernetes.io/audit-version': 'v1.32',
        'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/enforce-version': 'v1.32',
        'pod-security.kubernetes.io/warn': 'restricted', 'pod-security.kubernetes.io/warn-version': 'v1.32',
        'team': 'orders',
      },
    },
  }]);
  expect(validate((Testing.synth(chart) as KubernetesObject[]).map((object) => ({ object })))).toEqual([]);
});

test('labels that layers ask for are written, whether before or after', () => {
  const run = (order: 'before' | 'after'): unknown => {
    const chart = shop();
    const ask = (): void => {
      const registry = Registry.of(chart);
      registry.labelNamespace(Cluster.of(chart), 'order-system', { 'istio-injection': 'enabled' }, new Construct(chart, 'mesh'));
      registry.labelNamespace(Cluster.of(chart), 'order-system', { 'gateway-access': 'true' }, new Construct(chart, 'gateway'));
    };
    if (order === 'before') ask();
    const namespace = new Namespace(chart, 'order-system', { podSecurity: 'privileged' });
    if (order === 'after') ask();
    expect(Object.keys(namespace.labels)).toEqual(Object.keys(namespace.labels).sort());
    expect(namespace.labels).toEqual(objects(chart)['Namespace/order-system'].metadata.labels);
    return objects(chart);
  };
  expect(run('after')).toEqual(run('before'));
  expect(run('after')).toMatchObject({ 'Namespace/order-system': { metadata: { labels: { 'istio-injection': 'enabled', 'gateway-access': 'true', 'pod-security.kubernetes.io/enforce': 'privileged' } } } });
});

test('a label of the program\'s own object survives', () => {
  const chart = shop();
  const namespace = new Namespace(chart, 'order-system');
  const resource = namespace.node.defaultChild as ApiObject;
  resource.metadata.addLabel('cost-center', '47');
  resource.addJsonPatch(JsonPatch.add('/spec', { finalizers: ['kubernetes'] }));
  Registry.of(chart).labelNamespace(Cluster.of(chart), 'order-system', { late: 'true' }, chart);
  expect(objects(chart)['Namespace/order-system']).toMatchObject({ metadata: { labels: { 'cost-center': '47', 'late': 'true' } }, spec: { finalizers: ['kubernetes'] } });
});

test('an existing namespace writes nothing and keeps what is asked of it', () => {
  const chart = shop();
  const namespace = new Namespace(chart, 'web', { existing: true, labels: { 'istio-injection': 'enabled' } });
  Registry.of(chart).labelNamespace(Cluster.of(chart), 'web', { 'gateway-access': 'true' }, chart);
  expect(Testing.synth(chart)).toEqual([]);
  expect(namespace.labels).toEqual({ 'gateway-access': 'true', 'istio-injection': 'enabled' });
  expect(Registry.of(chart).namespace(Cluster.of(chart), 'web')).toMatchObject({ existing: true, declaredBy: 'shop/web' });
});

test('two clusters may have a namespace of one name', () => {
  const app = new App();
  for (const name of ['beijing', 'shanghai']) new Namespace(new NetworkChart(app, `${name}-chart`, { cluster: new Cluster(app, name) }), 'order-system');
  expect(Registry.of(app).namespaces()).toHaveLength(2);
});

test('works in a stock chart with a namespace of its own', () => {
  const chart = new Chart(new App(), 'stock', { namespace: 'elsewhere' });
  new Namespace(chart, 'order-system');
  expect(objects(chart)['Namespace/order-system'].metadata).not.toHaveProperty('namespace');
});

test.each<[string, (chart: Chart) => unknown, string]>([
  ['a second one', (chart) => [new Namespace(chart, 'a', { name: 'web' }), new Namespace(chart, 'b', { name: 'web' })],
    'Namespace web is declared twice in cluster default; the first is shop/a (shop/b, <here>): keep one of them.'],
  ['a label with another value than a layer needs', (chart) => {
    Registry.of(chart).labelNamespace(Cluster.of(chart), 'web', { 'istio-injection': 'enabled' }, new Construct(chart, 'mesh'));
    return new Namespace(chart, 'web', { labels: { 'istio-injection': 'disabled' } });
  }, 'Namespace web needs label istio-injection=disabled, and shop/mesh needs istio-injection=enabled (shop/web, <here>): let both want the same value, or use two namespaces.'],
  ['an unknown level', (chart) => new Namespace(chart, 'web', { podSecurity: 'strict' as never }),
    "Pod security \"strict\" of namespace web is not a level (shop/web, <here>): give one of 'restricted', 'baseline', 'privileged'."],
  ['pod security of somebody else\'s', (chart) => new Namespace(chart, 'web', { existing: true, podSecurity: 'baseline' }),
    'Namespace web is made by somebody else, so its podSecurity would not be written (shop/web, <here>): leave it out, or leave out existing: true.'],
  ['a name that is no label', (chart) => new Namespace(chart, 'Web'),
    'Namespace "Web" is not a DNS label (shop/Web, <here>): use 1 to 63 lower-case letters, digits and "-", with a letter or digit at both ends, such as "web".'],
])('refuses %s', (_, declare, message) => {
  expect(sentence(() => declare(shop()))).toBe(message);
});
