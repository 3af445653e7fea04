import { ApiObject, App, Chart, JsonPatch, Lazy, Yaml } from 'cdk8s';
import { NetworkChart } from '../../src/app/network-chart';
import { NetworkObject } from '../../src/app/network-object';

function chart(): NetworkChart {
  return new NetworkChart(new App(), 'chart', { namespace: 'space', labels: { team: 'net' } });
}

test('a cluster-scoped object takes no namespace of the chart', () => {
  const gatewayClass = new NetworkObject(chart(), 'class', { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'eg' }, spec: { controllerName: 'example.com/x' } }, { clusterScoped: true });
  expect(gatewayClass.toJson()).toEqual({
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'eg', labels: { team: 'net' } }, spec: { controllerName: 'example.com/x' },
  });
  gatewayClass.addJsonPatch(JsonPatch.add('/spec/unknownField', 1));
  expect(gatewayClass.toJson()).toHaveProperty('spec.unknownField', 1);
  expect(gatewayClass.toJson()).not.toHaveProperty('metadata.namespace');
});

test('a cluster-scoped object with a namespace is refused', () => {
  expect(() => new NetworkObject(chart(), 'class', { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'eg', namespace: 'space' } }, { clusterScoped: true }))
    .toThrow(/^GatewayClass has no namespace and was given "space" \(chart\/class, test\/app\/network-object\.test\.ts:\d+\): leave metadata\.namespace out: the kind is cluster-scoped\.$/);
});

test('its class is told apart from cdk8s own', () => {
  const ours = new NetworkObject(chart(), 'ours', { apiVersion: 'v1', kind: 'ConfigMap' });
  const stock = new ApiObject(chart(), 'stock', { apiVersion: 'v1', kind: 'ConfigMap' });
  class Special extends NetworkObject {}
  expect([ours, stock].map((object) => NetworkObject.isNetworkObject(object))).toEqual([true, false]);
  expect([ours instanceof NetworkObject, stock instanceof NetworkObject, ours instanceof ApiObject, ours instanceof Special]).toEqual([true, false, true, false]);
  expect([new NetworkChart(new App(), 'a') instanceof NetworkChart, new Chart(new App(), 'b') instanceof NetworkChart]).toEqual([true, false]);
});

test('a manifest that was changed after toJson is written as it is then', () => {
  const manifest = new NetworkObject(chart(), 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { a: 'b' } }).toJson() as Record<string, unknown>;
  manifest.data2 = manifest.data;
  manifest.immutable = true;
  expect(Yaml.stringify(manifest)).toBe(Yaml.stringify({ ...manifest }));
  expect(Yaml.stringify(manifest)).toContain('data2: *a1');
});

test('a lazy field that fails says which object it is of', () => {
  const object = new NetworkObject(chart(), 'orders', {
    apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders' },
    spec: Lazy.any({ produce: () => {
      throw new Error('no port is left');
    } }),
  });
  expect(() => object.toJson()).toThrow(/^Service "orders" cannot be rendered: no port is left \(test\/app\/network-object\.test\.ts:\d+, chart\/orders, test\/app\/network-object\.test\.ts:\d+\)\.$/);
});
