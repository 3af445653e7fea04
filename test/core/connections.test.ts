import { App } from 'cdk8s';
import type { Chart } from 'cdk8s';
import { NetworkChart } from '../../src/app/network-chart';
import { Cluster } from '../../src/core/cluster';
import { Connections } from '../../src/core/connections';
import { edgeKey } from '../../src/core/edge';
import { Http } from '../../src/core/http';
import { Path } from '../../src/core/path';
import type { IWorkload } from '../../src/core/peer';
import { peerKey } from '../../src/core/peer';
import { Peer } from '../../src/core/peers';
import { Port } from '../../src/core/port';
import { Registry } from '../../src/core/registry';
import { Workload } from '../../src/workload';
import type { ExternalWorkload } from '../../src/workload';
import { sentence } from './sentence';

const PORTS = { http: Port.http(8080), metrics: Port.metrics(9090) };

function external(chart: Chart, name: string): ExternalWorkload<typeof PORTS> {
  return Workload.external(chart, name, { labels: { app: name }, ports: PORTS });
}

function set(chart: Chart): unknown[] {
  return Registry.of(chart).edges().map((edge) => [edgeKey(edge), edge.http.map(String), edge.tags]);
}

let chart: Chart;
let orders: ExternalWorkload<typeof PORTS>;
let frontend: ExternalWorkload<typeof PORTS>;

beforeEach(() => {
  chart = new NetworkChart(new App(), 'shop', { namespace: 'order-system' });
  orders = external(chart, 'orders');
  frontend = external(chart, 'frontend');
});

test('an edge said twice, or from both ends, is one edge', () => {
  orders.connections.allowFrom(frontend, orders.ports.http);
  const once = Registry.of(chart).edges();
  orders.connections.allowFrom(frontend, orders.ports.http);
  frontend.connections.allowTo(orders.ports.http);
  frontend.connections.allowTo(orders);
  expect(set(chart)).toEqual([['default:order-system/frontend > default:order-system/orders : 8080/TCP', [], ['declared']]]);
  expect(Registry.of(chart).edges()[0]).toMatchObject({ from: once[0]!.from, to: once[0]!.to, workloadPort: orders.ports.http });
});

test('without a port, the only one that is not for metrics is meant', () => {
  orders.connections.allowFrom(frontend);
  expect(Registry.of(chart).edges()[0]!.workloadPort).toBe(orders.ports.http);
});

test('the port of the peer that calls has no meaning', () => {
  orders.connections.allowFrom(frontend.ports.metrics, orders.ports.http);
  frontend.connections.allowTo(orders);
  expect(set(chart)).toHaveLength(1);
});

test('several requests on one edge are all allowed, and every request is more than some', () => {
  const get = Http.get(Path.prefix('/api/v1/orders'));
  const post = Http.post('/api/v1/orders');
  orders.connections.allowFrom(frontend, orders.ports.http, post, post);
  expect(Registry.of(chart).edges()[0]!.http.map((http) => http.key())).toEqual([post.key()]);
  frontend.connections.allowTo(orders.ports.http, get);
  expect(Registry.of(chart).edges()[0]!.http.map((http) => http.key())).toEqual([get.key(), post.key()].sort());
  orders.connections.allowFrom(frontend);
  expect(Registry.of(chart).edges()[0]!.http).toEqual([]);
  orders.connections.allowFrom(frontend, get);
  expect(Registry.of(chart).edges()[0]!.http).toEqual([]);
});

test('Http.any() is the same as no condition', () => {
  orders.connections.allowFrom(frontend, Http.any(), Http.get('/a'));
  expect(Registry.of(chart).edges()[0]!.http).toEqual([]);
});

test('tags of the constructs that need an edge add up', () => {
  new Connections(orders, chart, 'scrape').allowFrom(frontend, orders.ports.metrics);
  orders.connections.allowFrom(frontend, orders.ports.metrics);
  new Connections(orders, chart, 'probe').allowFrom(frontend, orders.ports.metrics);
  expect(Registry.of(chart).edges()[0]!.tags).toEqual(['declared', 'probe', 'scrape']);
});

test('peers outside keep their port on the edge, so that one range on two ports is one peer', () => {
  orders.connections.allowTo(Peer.cidr('203.0.113.0/24').on(Port.tcp(443)));
  orders.connections.allowTo(Peer.cidr('203.0.113.0/24', { port: Port.tcp(80) }));
  orders.connections.allowTo(Peer.fqdn('*.payment-gateway.com', Port.tcp(443)));
  orders.connections.allowTo(Peer.kubeApiServer);
  orders.connections.allowTo(Peer.internet);
  orders.connections.allowTo(Peer.allPodsIn('monitoring').on(Port.tcp(4317)));
  orders.connections.allowFrom(Peer.group('engineering', ['10.47.17.0/28']), orders.ports.http);
  expect(Registry.of(chart).edges().map((edge) => [peerKey(edge.from), peerKey(edge.to), edge.port?.number])).toEqual([
    ['default:order-system/orders', 'cidr:203.0.113.0/24', 443],
    ['default:order-system/orders', 'cidr:203.0.113.0/24', 80],
    ['default:order-system/orders', 'fqdn:*.payment-gateway.com', 443],
    ['default:order-system/orders', 'internet', undefined],
    ['default:order-system/orders', 'kube-apiserver', 6443],
    ['default:order-system/orders', 'monitoring/*', 4317],
    ['group:engineering', 'default:order-system/orders', 8080],
  ]);
});

test('the order of declaration changes nothing', () => {
  const steps: Array<(a: IWorkload, b: IWorkload) => void> = [
    (a, b) => a.connections.allowFrom(b, Http.get('/a')),
    (a, b) => b.connections.allowTo(a, Http.get('/b')),
    (a, b) => a.connections.allowFrom(b, a.ports.metrics!),
    (a) => a.connections.allowTo(Peer.fqdn('pay.example.com', Port.tcp(443))),
    (a) => a.connections.allowTo(Peer.fqdn('pay.example.com', Port.https(443))),
  ];
  const run = (order: readonly number[]): unknown => {
    const fresh = new NetworkChart(new App(), 'shop', { namespace: 'order-system' });
    const ends = [external(fresh, 'orders'), external(fresh, 'frontend')] as const;
    for (const step of order) steps[step]!(...ends);
    const edges = Registry.of(fresh).edges();
    return edges.map(({ from, to, port, http, tags, declaredBy }) => ({ key: edgeKey({ from, to, port }), port: port!.key(), http: http.map(String), tags, declaredBy }));
  };
  const forward = run([0, 1, 2, 3, 4]);
  expect(run([4, 3, 2, 1, 0])).toEqual(forward);
  expect(run([2, 0, 4, 1, 3])).toEqual(forward);
});

test('10,000 edges cost no more looks at their ends than ten times 1,000', () => {
  const looks = (count: number): number => {
    const fresh = new NetworkChart(new App(), 'shop', { namespace: 'order-system' });
    const hub = external(fresh, 'hub');
    const spokes = Array.from({ length: 50 }, (_, i) => external(fresh, `spoke-${i}`));
    let seen = 0;
    let counting = false;
    const counted = (workload: IWorkload): IWorkload => new Proxy(workload as object, {
      get: (target, key) => {
        if (key === 'name' && counting) seen++;
        return Reflect.get(target, key, target) as unknown;
      },
    }) as IWorkload;
    const connections = spokes.map((spoke) => new Connections(counted(spoke), fresh));
    counting = true;
    for (let i = 0; i < count; i++) connections[i % 50]!.allowTo(hub.ports.http, Http.get(`/${i}`));
    const edges = Registry.of(fresh).edges();
    expect(edges).toHaveLength(50);
    expect(edges[0]!.http).toHaveLength(count / 50);
    return seen;
  };
  expect(looks(10_000)).toBeLessThanOrEqual(10 * looks(1_000));
});

test('requests of one edge are compared once per reading, not once per call', () => {
  let keys = 0;
  const key = jest.spyOn(Http.prototype, 'key').mockImplementation(function (this: Http) {
    keys++;
    return JSON.stringify(this);
  });
  const cost = (count: number): number => {
    const before = keys;
    const target = external(chart, `target-${count}`);
    for (let i = 0; i < count; i++) target.connections.allowFrom(frontend, Http.get(`/${i}`));
    expect(Registry.of(chart).edgesOf(target).ingress[0]!.http).toHaveLength(count);
    return keys - before;
  };
  try {
    expect(cost(1_000)).toBe(10 * cost(100));
  } finally {
    key.mockRestore();
  }
});

test.each<[string, () => void, string]>([
  ['no port among several', () => {
    const many = Workload.external(chart, 'many', { labels: { app: 'many' }, ports: { http: Port.http(80), admin: Port.http(81), metrics: Port.metrics(90) } });
    frontend.connections.allowTo(many);
  }, 'order-system/many has the ports admin, http and none was named (shop/frontend, <here>): name one, such as .ports.admin.'],
  ['no port at all', () => frontend.connections.allowTo(Workload.external(chart, 'mute', { labels: { app: 'mute' }, ports: { metrics: Port.metrics(90) } })),
    'order-system/mute has no port and none was named (shop/frontend, <here>): declare its port.'],
  ['a port of another workload', () => orders.connections.allowFrom(frontend, frontend.ports.http),
    'Port http belongs to order-system/frontend, not to orders (shop/orders, <here>): name a port of orders.'],
  ['two ports', () => orders.connections.allowFrom(frontend, orders.ports.http, orders.ports.metrics), 'allowFrom got 2 ports (shop/orders, <here>): call it once per port.'],
  ['a misspelt port', () => orders.connections.allowFrom(frontend, (orders.ports as unknown as Record<string, never>).htpp!),
    'allowFrom got undefined, which is neither a port of a workload nor Http (shop/orders, <here>): name a port of orders: ports.http, ports.metrics.'],
  ['the name of a port', () => orders.connections.allowFrom(frontend, 'http' as never),
    'allowFrom got "http", which is neither a port of a workload nor Http (shop/orders, <here>): name a port of orders: ports.http, ports.metrics.'],
  ['a port beside the peer', () => frontend.connections.allowTo(orders, orders.ports.http as never),
    'allowTo got an instance of WorkloadPort, which is no Http (shop/frontend, <here>): name a port by passing it as the peer: allowTo(postgres.ports.sql).'],
  ['a string', () => orders.connections.allowFrom('frontend' as never), '"frontend" is no peer (shop/orders, <here>): give a Workload, a port of one, or a Peer.'],
  ['nothing', () => orders.connections.allowTo(undefined as never), 'undefined is no peer (shop/orders, <here>): give a Workload, a port of one, or a Peer.'],
  ['requests on a plain port', () => orders.connections.allowTo(Peer.fqdn('kafka.internal', Port.tcp(9092)), Http.get('/')),
    'Port 9092 is tcp, and requests can be told apart on HTTP ports only (shop/orders, <here>): drop the Http conditions, or declare the port with Port.http.'],
  ['requests on every port', () => orders.connections.allowTo(Peer.internet, Http.get('/')),
    'Requests are named to internet on every port, and they can be told apart on HTTP ports only (shop/orders, <here>): name the port, such as Peer.internet.on(Port.https(443)).'],
  ['people as a destination', () => orders.connections.allowTo(Peer.group('design', ['10.47.17.9/32'])),
    'Group design is people, who connect and are not connected to (shop/orders, <here>): use allowFrom.'],
])('refuses %s', (_, declare, message) => {
  expect(sentence(declare)).toBe(message);
});

test('two clusters are not connected by name', () => {
  const app = new App();
  const orders = (name: string): IWorkload => external(new NetworkChart(app, `${name}-chart`, { cluster: new Cluster(app, name) }), 'orders');
  const [beijing, shanghai] = [orders('beijing'), orders('shanghai')];
  expect(sentence(() => beijing.connections.allowTo(shanghai))).toBe(
    'default/orders is in cluster shanghai and orders in beijing (beijing-chart/orders, <here>): name the other side in this cluster with Workload.external, or by its address with Peer.cidr.');
});
