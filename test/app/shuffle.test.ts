// The order of declaration changes nothing inside any document or file. The platform is taken apart into single declarations and put together in seeded random
// orders: policies before the workloads that they are for, connections on both sides of the mesh, the tunnel before the route that it publishes.
import { Deployment } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { addresses, regions } from '../../examples/order-platform/clusters';
import { hosts } from '../../examples/order-platform/hosts';
import { mesh as orderMesh } from '../../examples/order-platform/mesh';
import type { OrderWorkloads } from '../../examples/order-platform/workloads';
import {
  ApiGateway, ClientIp, Cluster, Cni, Duration, EdgeConnector, EdgeTunnel, Expression, GatewayImplementation, Http, Mesh, Namespace, NetworkApp, NetworkChart, OfficeVpn,
  OrderGateway, Path, Peer, Percent, Port, SecretRef, TerraformVariable, Tls, Workload, ZeroTrustMesh,
} from '../../src';
import type { Assembly, IWorkload, IWorkloadPort, Route } from '../../src';
import { seeded } from './generated-documents';

/** One declaration: what it needs to be there before, and what it makes. */
interface Declaration {
  readonly after: readonly string[];
  readonly declare: (made: Made) => unknown;
}

// Declarations make things of many types.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Made = (id: string) => any;

/**
 * `permissive`: the mesh names no workload, and may be declared before all of them. `strict`: it names those that take plain text. `example`: it is the example's,
 * in which nobody outside the mesh calls the API.
 */
type MeshKind = 'permissive' | 'strict' | 'example';

const ORDERS = Path.prefix('/api/v1/orders');
const TOKEN = SecretRef.existing('cloudflared', 'token');
const KEY = SecretRef.file('/etc/wireguard/keys/wg0.key');
const KEYS = ['sxEnKm+9weYTyJDqgQkhCW4XEZL6YP5KDwHUBb/yIVE=', '2soPjLdWLXkEz1nw+2bhtd0+vXT6sQTBKXOA5LRLhRw=', 'YrKtk4f2QkNGy8wrC1v+89iZ2rpZbYL5YEQDmJz6rxw='] as const;

function region(name: 'beijing' | 'shanghai', kind: MeshKind): Record<string, Declaration> {
  const all: Record<string, Declaration> = {};
  const own = (id: string): string => (id === 'tunnel' || id === 'office' ? id : `${name}-${id}`);
  const add = (id: string, after: readonly string[], declare: (made: Made) => unknown): void => {
    all[own(id)] = { after: after.map(own), declare: (made) => declare((one) => made(own(one))) };
  };
  for (const [team, namespace] of [['orders', 'order-system'], ['gateway', 'order-system'], ['mesh', 'order-system'], ['edge', 'edge']] as const) {
    add(`chart-${team}`, [], (made) => new NetworkChart(made('app'), own(team), { cluster: made('cluster'), namespace }));
  }
  for (const [namespace, team] of [['order-system', 'orders'], ['redis-system', 'gateway'], ['edge', 'edge']] as const) {
    add(`namespace-${namespace}`, [`chart-${team}`], (made) => new Namespace(made(`chart-${team}`), namespace));
  }
  for (const namespace of ['order-data', 'monitoring', 'envoy-gateway-system']) {
    add(`namespace-${namespace}`, ['chart-orders'], (made) => new Namespace(made('chart-orders'), namespace, { existing: true }));
  }

  const orders = ['chart-orders'];
  const ports = { http: Port.http(8080), metrics: Port.metrics(9090) };
  add('service', orders, (made) => new Workload(made('chart-orders'), 'order-service', {
    labels: { tier: 'backend' }, ports, versions: { stable: { image: 'orders:1' }, canary: { image: 'orders:2' }, shadow: { image: 'orders:3' } },
  }));
  add('admin', orders, (made) => new Workload(made('chart-orders'), 'order-admin', { labels: { tier: 'backend' }, image: 'order-admin:1', ports }));
  add('frontend', orders, (made) => Workload.of(new Deployment(made('chart-orders'), 'order-frontend', {
    metadata: { name: 'order-frontend' }, containers: [{ image: 'order-frontend:1', portNumber: 8080 }],
  })));
  add('postgres', orders, (made) => Workload.external(made('chart-orders'), 'postgres', { namespace: 'order-data', labels: { app: 'postgres' }, ports: { sql: Port.tcp(5432) } }));
  add('prometheus', orders, (made) => Workload.external(made('chart-orders'), 'prometheus', { namespace: 'monitoring', labels: { app: 'prometheus' }, ports: { web: Port.http(9090) } }));
  add('redis', ['chart-gateway'], (made) => new Workload(made('chart-gateway'), 'redis', { namespace: 'redis-system', image: 'redis:7', replicas: 1, ports: { redis: Port.tcp(6379) }, probes: false }));

  const edges: ReadonlyArray<readonly [string, readonly string[], (made: Made) => unknown]> = [
    ['frontend-reads', ['service', 'frontend'], (made) => made('service').connections.allowFrom(made('frontend'), made('service').ports.http, Http.methods(['GET', 'POST'], ORDERS).withHeader('x-api-version', ['v1', 'v2']))],
    ['frontend-deletes', ['service', 'frontend'], (made) => made('frontend').connections.allowTo(made('service').ports.http, Http.methods(['DELETE'], ORDERS))],
    ['admin-writes', ['service', 'admin'], (made) => made('admin').connections.allowTo(
      made('service').ports.http, Http.methods(['DELETE', 'PUT'], ORDERS).withJwt({ issuer: 'https://id.example.com', claims: { role: ['operator', 'admin'] } }),
    )],
    ['service-sql', ['service', 'postgres'], (made) => made('service').connections.allowTo(made('postgres'))],
    ['admin-sql', ['admin', 'postgres'], (made) => made('postgres').connections.allowFrom(made('admin'))],
    ['payment', ['service'], (made) => made('service').connections.allowTo(Peer.fqdn('*.payment-gateway.com', Port.tcp(443)))],
    ['kafka', ['service'], (made) => made('service').connections.allowTo(Peer.fqdn('kafka.internal.example.com', Port.tcp(9092)))],
    ['api-server', ['service'], (made) => made('service').connections.allowTo(Peer.kubeApiServer)],
    ['partner', ['service'], (made) => made('service').connections.allowFrom(Peer.cidr('192.0.2.0/24'), made('service').ports.http, Http.get('/api/v1/orders/status'))],
    ['partner-v6', ['service'], (made) => made('service').connections.allowFrom(Peer.cidr('2001:db8::/32'), made('service').ports.http, Http.get('/api/v1/orders/status'))],
  ];
  for (const [id, after, declare] of edges) if (kind !== 'example' || !id.startsWith('partner')) add(`edge-${id}`, after, declare);

  add('gateway', ['chart-gateway', 'redis'], (made) => new OrderGateway(made('chart-gateway'), 'order-gateway', {
    implementation: GatewayImplementation.envoyGateway({ redis: made('redis').ports.redis }), hostnames: ['api.example.com'], tls: Tls.clusterIssuer('letsencrypt-prod'),
    clientIp: ClientIp.header('CF-Connecting-IP'), jwt: [{ issuer: 'https://id.example.com', jwksUri: 'https://id.example.com/jwks.json', claimToHeaders: { sub: 'x-user-id' } }],
  }));
  add('route', ['gateway', 'service'], (made) => made('gateway').addRoute('orders', {
    path: ORDERS, headers: { 'x-api-version': 'v1' }, to: made('service').ports.http, canary: { version: 'canary', percent: Percent.of(3) },
  }) as Route);
  add('admin-route', ['gateway', 'admin'], (made) => made('gateway').addRoute('admin', { path: Path.prefix('/api/v1/admin'), to: made('admin').ports.http }) as Route);

  add('inner-gateway', ['chart-gateway'], (made) => new ApiGateway(made('chart-gateway'), 'inner-gateway', {
    implementation: GatewayImplementation.envoyGateway({ proxy: { serviceType: 'ClusterIP' } }), hostnames: ['inner.example.com'], tls: Tls.clusterIssuer('letsencrypt-prod'),
  }));
  const jwt = [{ issuer: 'https://id.example.com', jwksUri: 'https://id.example.com/jwks.json' }];
  const reason = 'its clients have no sidecar';
  if (kind === 'permissive') {
    add('mesh', ['chart-mesh'], (made) => new ZeroTrustMesh(made('chart-mesh'), 'mesh', {
      stage: 'permissive', cni: Cni.cilium(), mesh: Mesh.istio(), deniedSources: ['10.47.47.0/24'], jwt,
    }));
  } else if (kind === 'strict') {
    add('mesh', ['chart-mesh', 'service', 'admin', 'redis', 'gateway', 'prometheus'], (made) => new ZeroTrustMesh(made('chart-mesh'), 'mesh', {
      stage: 'strict', cni: Cni.cilium(), jwt, prometheus: made('prometheus') as IWorkload,
      mesh: Mesh.istio({
        members: [made('gateway').proxies as IWorkload],
        plainText: [made('service').ports.http, made('service').ports.metrics, made('admin').ports.http, made('redis').ports.redis].map((port: IWorkloadPort) => ({ port, reason })),
      }),
    }));
  } else {
    add('mesh', ['chart-mesh', 'service', 'prometheus', 'redis', 'route'], (made) => orderMesh(
      made('chart-mesh'), addresses[name], { service: made('service'), prometheus: made('prometheus') as IWorkload } as OrderWorkloads, { route: made('route'), redis: made('redis').ports.redis },
    ));
  }
  return all;
}

function shared(kind: MeshKind): Record<string, Declaration> {
  const shop = Expression.hostname('api.example.com');
  return {
    'tunnel': {
      after: ['beijing-chart-edge'],
      declare: (made) => new EdgeTunnel(made('beijing-chart-edge'), 'order', {
        zone: 'example.com', account: TerraformVariable.named('cloudflare_account_id'), token: TOKEN, plan: 'business',
        waf: [{ id: 'admin', when: shop.and(Expression.path(Path.prefix('/api/v1/admin'))) }], rateLimits: [{ id: 'orders', when: shop, requests: 4700, period: Duration.seconds(60) }],
      }),
    },
    'tunnel-orders': { after: ['tunnel', 'beijing-route'], declare: (made) => made('tunnel').publish(made('beijing-route')) },
    'tunnel-second': {
      after: ['beijing-chart-edge'],
      declare: (made) => new EdgeTunnel(made('beijing-chart-edge'), 'second', {
        zone: 'example.com', account: TerraformVariable.named('cloudflare_account_id'), token: TOKEN, plan: 'business', connectorName: 'second', managedRules: [],
        rateLimits: [{ id: 'second', when: Expression.hostname('second.example.com'), requests: 470, period: Duration.seconds(60) }],
      }),
    },
    'connector': { after: ['tunnel', 'shanghai-chart-edge'], declare: (made) => new EdgeConnector(made('shanghai-chart-edge'), 'order', { tunnel: made('tunnel'), token: TOKEN }) },
    'connector-orders': { after: ['connector', 'shanghai-route'], declare: (made) => made('connector').connect(made('shanghai-route')) },
    'files': { after: [], declare: (made) => place(made, 'files', (scope) => hosts(scope)) },
    'office': {
      after: [],
      declare: (made) => place(made, 'office', (scope) => new OfficeVpn(scope, 'office', {
        network: { v4: '10.60.17.0/24', v6: 'fd4e:7a3c:1b2d:17::/64' },
        hub: { publicKey: KEYS[0], privateKey: KEY, endpoint: 'vpn.example.com', managementFrom: ['10.47.0.0/20'] },
        sites: [
          { name: 'beijing', host: 10, publicKey: KEYS[1], privateKey: KEY, networks: ['10.60.32.0/22'], groups: ['engineering'] },
          { name: 'shanghai', host: 20, publicKey: KEYS[2], privateKey: KEY, networks: ['10.60.36.0/22'], groups: ['dba', 'engineering'] },
        ],
        people: [{ email: 'alice@example.com', groups: ['engineering'] }, { email: 'eve@example.com', groups: ['dba'] }],
      })),
    },
    'office-metrics': { after: ['office', 'beijing-service'], declare: (made) => made('beijing-service').connections.allowFrom(made('office').group('engineering'), made('beijing-service').ports.metrics) },
    ...kind !== 'example' && { 'office-admin': { after: ['office', 'beijing-admin'], declare: (made) => made('beijing-admin').connections.allowFrom(made('office').group('engineering'), made('beijing-admin').ports.http, Http.get(ORDERS)) } },
    'office-sql': { after: ['office', 'beijing-postgres'], declare: (made) => made('beijing-postgres').connections.allowFrom(made('office').group('dba')) },
  };
}

function place<T>(made: Made, id: string, declare: (scope: Construct) => T): T {
  const scope = new Construct(made('app'), id);
  Cluster.assign(scope, made('beijing-cluster') as Cluster);
  return declare(scope);
}

/** Declares everything in an order of its own: as written for no seed. */
function build(kind: MeshKind, seed?: number): Assembly {
  const app = new NetworkApp();
  const clusters = regions(app);
  const done = new Map<string, unknown>([['beijing-app', app], ['shanghai-app', app], ['app', app], ['beijing-cluster', clusters.beijing], ['shanghai-cluster', clusters.shanghai]]);
  const waiting = new Map(Object.entries({ ...region('beijing', kind), ...region('shanghai', kind), ...shared(kind) }));
  const random = seed === undefined ? () => 0 : seeded(seed);
  while (waiting.size > 0) {
    const ready = [...waiting].filter(([, { after }]) => after.every((id) => done.has(id)));
    const [id, { declare }] = ready[random(ready.length)]!;
    done.set(id, declare((one) => done.get(one)));
    waiting.delete(id);
  }
  return app.assembly();
}

/** Every document by its identity, every other file by its path. */
function contents({ documents, terraform, files, model }: Assembly): Record<string, string> {
  const texts = documents.flatMap(({ file, documents: objects, yaml }) => {
    const parts = yaml.split('\n---\n').map((text) => text.replace(/\n$/, ''));
    expect(parts).toHaveLength(objects.length);
    return (objects as Array<{ apiVersion: string; kind: string; metadata: { namespace?: string; name: string } }>).map(({ apiVersion, kind, metadata }, i) => (
      [`${file} ${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`, parts[i]!] as const));
  });
  expect(new Set(texts.map(([id]) => id)).size).toBe(texts.length);
  // The lines of the program that stand in the model are those of this file, whatever the order.
  return { ...Object.fromEntries(texts), ...terraform, ...files, ...Object.fromEntries(Object.entries(model).map(([part, value]) => [`model ${part}`, JSON.stringify(value, undefined, 1)])) };
}

describe.each(['permissive', 'strict', 'example'] as const)('with the mesh %s', (kind) => {
  const written = contents(build(kind));

  test('it is the platform', () => {
    expect(Object.keys(written).length).toBeGreaterThan(140);
  });

  test.each([1, 2, 3, 4, 5, 6])('seed %d', (seed) => {
    expect(contents(build(kind, seed))).toEqual(written);
  });
});
