import { App } from 'cdk8s';
import { NetworkChart } from '../../src/app/network-chart';
import { Cluster } from '../../src/core/cluster';
import { describe as describeCore } from '../../src/core/describe';
import type { CoreModel } from '../../src/core/describe';
import { Http } from '../../src/core/http';
import { Path } from '../../src/core/path';
import { Peer } from '../../src/core/peers';
import { Port } from '../../src/core/port';
import { Registry } from '../../src/core/registry';
import { Validations } from '../../src/core/validations';
import { Namespace, Workload } from '../../src/workload';

/** The same program, its statements in one order or another. */
function program(order: 'forward' | 'backward'): CoreModel {
  const app = new App();
  const clusters = order === 'forward' ? ['beijing', 'shanghai'] : ['shanghai', 'beijing'];
  const [beijing] = clusters.map((name) => new Cluster(app, name, { targets: { istio: '1.24' }, podCidrs: ['10.0.0.0/16'] })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const chart = new NetworkChart(app, 'shop', { cluster: beijing, namespace: 'order-system' });
  const run = (...steps: ReadonlyArray<() => void>): void => (order === 'forward' ? steps : [...steps].reverse()).forEach((step) => step());
  let orders!: Workload<{ http: Port; metrics: Port }, 'stable' | 'canary'>;
  let postgres!: ReturnType<typeof Workload.external>;
  run(
    () => { orders = new Workload(chart, 'orders', { ports: { http: Port.http(8080), metrics: Port.metrics(9090) }, versions: { stable: { image: 'a:1', label: 'v1' }, canary: { image: 'a:2' } } }); },
    () => { postgres = Workload.external(chart, 'postgres', { labels: { tier: 'database', app: 'postgres' }, ports: { sql: Port.tcp(5432) } }); },
  );
  run(
    () => orders.connections.allowTo(postgres.ports.sql!),
    () => orders.connections.allowFrom(Peer.allPodsIn('web'), orders.ports.http, Http.get(Path.prefix('/api'))),
    () => orders.connections.allowTo(Peer.internet),
    () => { Validations.of(orders).acknowledge({ id: 'NS0014', reason: 'it is right here' }); },
    () => { new Namespace(chart, 'web', { existing: true }); },
    () => Registry.of(app).labelNamespace(beijing!, 'web', { b: '2' }, chart),
    () => Registry.of(app).labelNamespace(beijing!, 'web', { a: '1' }, chart),
  );
  return describeCore(app);
}

/** Without the numbers of lines. */
function plain(model: CoreModel): unknown {
  return JSON.parse(JSON.stringify(model, (key, value: unknown) => (key === 'source' && typeof value === 'string' ? value.replace(/\d+$/, 'N') : value)));
}

test('what the core knows of an app', () => {
  expect(plain(program('forward'))).toMatchSnapshot();
});

test('the order of declaration changes nothing in it', () => {
  expect(program('backward')).toEqual(program('forward'));
});

test('an app without anything of ours has nothing to tell', () => {
  expect(describeCore(new App())).toEqual({ clusters: [], workloads: [], connections: [], acknowledgements: [], external: [] });
});
