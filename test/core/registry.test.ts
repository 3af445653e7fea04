import { App } from 'cdk8s';
import type { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { NetworkChart } from '../../src/app/network-chart';
import { Cluster } from '../../src/core/cluster';
import type { ConnectionEdge } from '../../src/core/edge';
import { edgeKey } from '../../src/core/edge';
import type { IWorkload } from '../../src/core/peer';
import { Peer } from '../../src/core/peers';
import { Port } from '../../src/core/port';
import { Registry } from '../../src/core/registry';
import type { OutputFile } from '../../src/core/registry';
import { Namespace, Workload } from '../../src/workload';
import { sentence } from './sentence';

let app: App;
let chart: Chart;

beforeEach(() => {
  app = new App();
  chart = new NetworkChart(app, 'shop', { namespace: 'order-system' });
});

function external(name: string, namespace?: string): IWorkload {
  return Workload.external(chart, namespace ? `${namespace}-${name}` : name, { name, namespace, labels: { app: name }, ports: { http: Port.http(8080) } });
}

test('an app has one registry, whoever asks', () => {
  expect(Registry.of(new Construct(chart, 'deep'))).toBe(Registry.of(app));
  expect(Registry.of(new App())).not.toBe(Registry.of(app));
});

describe('workloads', () => {
  test('an observer sees those that are there and those to come, once each', () => {
    const before = external('before');
    const seen: IWorkload[] = [];
    Registry.of(app).onWorkload((workload) => seen.push(workload));
    const after = external('after');
    expect(seen).toEqual([before, after]);
  });

  test('an observer may declare a workload', () => {
    const seen: string[] = [];
    external('first');
    Registry.of(app).onWorkload((workload) => {
      seen.push(workload.name);
      if (workload.name === 'first') external('second');
    });
    expect(seen).toEqual(['first', 'second']);
  });

  test('are sorted, found by name, and kept apart by cluster', () => {
    const registry = Registry.of(app);
    const b = external('b');
    const a = external('a');
    const other = external('b', 'another');
    const cluster = Cluster.of(chart);
    expect(registry.workloads()).toEqual([other, a, b]);
    expect(registry.workloads(cluster)).toHaveLength(3);
    expect(registry.findWorkload(cluster, 'order-system', 'b')).toBe(b);
    expect(registry.findWorkload(cluster, 'order-system', 'c')).toBeUndefined();
    const apps = new App();
    const [north, south] = [new Cluster(apps, 'north'), new Cluster(apps, 'south')];
    for (const one of [north, south]) Workload.external(new NetworkChart(apps, `${one.name}-chart`, { cluster: one }), 'orders', { labels: { app: 'o' }, ports: {} });
    expect(Registry.of(apps).workloads(north).map((workload) => workload.cluster.name)).toEqual(['north']);
  });

  test('a second one of the name is refused with both places', () => {
    external('orders');
    expect(sentence(() => Workload.external(chart, 'again', { name: 'orders', labels: { app: 'orders' }, ports: {} })).replace(/registry\.test\.ts:\d+/, 'registry.test.ts:N')).toBe(
      'Workload order-system/orders is declared twice in cluster default; the first is shop/orders (test/core/registry.test.ts:N) (shop/again, <here>): keep one of them, or give one another name.');
  });
});

describe('edges', () => {
  test('of a workload are those that end or begin at it, sorted', () => {
    const [a, b, c] = [external('a'), external('b'), external('c')];
    b.connections.allowFrom(c);
    b.connections.allowFrom(a);
    b.connections.allowTo(Peer.internet);
    a.connections.allowTo(c);
    b.connections.allowTo(b);
    const keys = (edges: readonly ConnectionEdge[]): string[] => edges.map((edge) => edgeKey(edge).replace(/default:order-system\/| : .*/g, ''));
    expect(keys(Registry.of(app).edgesOf(b).ingress)).toEqual(['a > b', 'b > b', 'c > b']);
    expect(keys(Registry.of(app).edgesOf(b).egress)).toEqual(['b > b', 'b > internet']);
    expect(Registry.of(app).edgesOf(external('alone'))).toEqual({ ingress: [], egress: [] });
  });

  test('an observer sees what is there, what comes, and what is widened', () => {
    const [a, b] = [external('a'), external('b')];
    a.connections.allowTo(b);
    const seen: string[] = [];
    Registry.of(app).onEdge((edge) => seen.push(`${edgeKey(edge).replace(/default:order-system\/| : .*/g, '')} ${edge.tags.join()}`));
    b.connections.allowTo(a);
    Registry.of(app).addEdge({ ...Registry.of(app).edges()[0]!, tags: ['mesh'] });
    expect(seen).toEqual(['a > b declared', 'b > a declared', 'a > b declared,mesh']);
  });
});

describe('namespaces', () => {
  test('an observer sees a namespace when it has a workload and when it is declared', () => {
    const seen: string[] = [];
    external('a');
    Registry.of(app).onNamespace((namespace) => seen.push(`${namespace.name} ${namespace.declaredBy ?? '-'}`));
    new Namespace(chart, 'order-system');
    external('b', 'another');
    expect(seen).toEqual(['order-system -', 'order-system shop/order-system', 'another -']);
    expect(Registry.of(app).namespaces().map((namespace) => namespace.name)).toEqual(['another', 'order-system']);
    expect(Registry.of(app).namespace(Cluster.of(chart), 'order-system')).toMatchObject({ existing: false, declaredBy: 'shop/order-system' });
  });

  test('two constructs may want the same label, not two values of it', () => {
    const registry = Registry.of(app);
    const cluster = Cluster.of(chart);
    const [mesh, gateway] = [new Construct(chart, 'mesh'), new Construct(chart, 'gateway')];
    registry.labelNamespace(cluster, 'order-system', { 'istio-injection': 'enabled' }, mesh);
    registry.labelNamespace(cluster, 'order-system', { 'istio-injection': 'enabled', 'gateway-access': 'true' }, gateway);
    expect(sentence(() => registry.labelNamespace(cluster, 'order-system', { 'istio-injection': 'disabled' }, gateway))).toBe(
      'Namespace order-system needs label istio-injection=disabled, and shop/mesh needs istio-injection=enabled (shop/gateway, <here>): let both want the same value, or use two namespaces.');
  });

  test('a label that nobody writes is an error at synth', () => {
    Registry.of(app).labelNamespace(Cluster.of(chart), 'order-system', { 'gateway-access': 'true' }, new Construct(chart, 'gateway'));
    expect(() => app.synthYaml()).toThrow(
      "Namespace order-system of cluster default needs label gateway-access=true (for shop/gateway, test/core/registry.test.ts:21), and nothing declares it: add new Namespace(chart, 'order-system'), with { existing: true } when somebody else makes it.");
    new Namespace(chart, 'order-system', { existing: true });
    expect(app.synthYaml()).toBe('');
  });
});

describe('outputs', () => {
  const file = (owner: string, name: string): OutputFile => ({ owner, name, path: 'shop', source: 'a.ts:1', format: 'text', render: () => '' });

  test('files are sorted, and a second one of the name is refused', () => {
    const registry = Registry.of(app);
    for (const [owner, name] of [['hub', 'wg0.conf'], ['dns', 'Corefile'], ['hub', 'ruleset.nft']] as const) registry.addFile(file(owner, name), chart);
    expect(registry.files.map(({ owner, name }) => `${owner}/${name}`)).toEqual(['dns/Corefile', 'hub/ruleset.nft', 'hub/wg0.conf']);
    expect(sentence(() => registry.addFile(file('hub', 'wg0.conf'), new Construct(chart, 'again')))).toBe(
      'File files/hub/wg0.conf is written twice; the first is shop (a.ts:1) (shop/again, <here>): give one of them another name or owner.');
  });

  test('a companion is made once', () => {
    const create = jest.fn(() => ({ name: 'terraform', render: () => [] }));
    expect(Registry.of(app).companion('terraform', create)).toBe(Registry.of(app).companion('terraform', create));
    expect(create).toHaveBeenCalledTimes(1);
    expect(Registry.of(app).companions).toHaveLength(1);
  });
});
