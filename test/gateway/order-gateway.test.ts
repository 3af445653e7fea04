import { Testing } from 'cdk8s';
import { Cluster, Connections, Http, Path, Peer, Percent, Port, Registry, peerKey } from '../../src/core';
import { NetworkApp } from '../../src/app/network-app';
import { NetworkChart } from '../../src/app/network-chart';
import { ApiGateway, GatewayImplementation, LoadBalancing, OrderGateway, RateLimit, Tls, retryBudget } from '../../src/gateway';
import { ORDER_REQUEST_TIMEOUT, ORDER_RETRIES } from '../../src/gateway/order-defaults';
import type { IPodMetadataTaker } from '../../src/core';
import { Namespace, Workload } from '../../src/workload';
import { sentence } from '../core/sentence';
import { JWT, NEW, OLD, documents, find, ofGateway, orderChart, orderGateway, orderScenario, orderWorkload, schemaProblems } from './scenario';

describe.each([['envoy-gateway 1.2.8 and Gateway API 1.2', OLD], ['the newest lines', NEW]] as const)('the order scenario for %s', (_, targets) => {
  const docs = documents(orderScenario(targets));

  test('is what it was', () => expect(ofGateway(docs)).toMatchSnapshot());
  test('passes the schemas of its lines', () => expect(schemaProblems(docs, targets)).toEqual([]));
});

describe('what lines differ in', () => {
  const service = (targets: typeof OLD): unknown => find(documents(orderScenario(targets)), 'EnvoyProxy').spec.provider.kubernetes;
  const account = (targets: typeof OLD): string | undefined => Registry.of(orderScenario(targets)).workloads().find((one) => one.name === 'envoy-order-system-gateway')?.serviceAccountName;

  test('1.2.8 names the ServiceAccount by itself: with the beginning of the sha256 of "order-system/gateway"', () => {
    expect(service(OLD)).not.toHaveProperty('envoyServiceAccount');
    expect(account(OLD)).toBe('envoy-order-system-gateway-2c88b58a');
  });
  test('1.9.0 takes a name for it', () => {
    expect(service(NEW)).toHaveProperty('envoyServiceAccount', { name: 'envoy-order-system-gateway' });
    expect(account(NEW)).toBe('envoy-order-system-gateway');
  });
  test('1.9.0, and what runs between the lines, keeps weights under consistent hashing only when backends have filters', () => {
    const marked = (targets: typeof OLD): boolean[] => (
      find(documents(orderScenario(targets)), 'HTTPRoute', 'gateway-orders').spec.rules[0].backendRefs.map((ref: { filters?: unknown }) => ref.filters !== undefined)
    );
    expect(marked(NEW)).toEqual([true, true]);
    expect(marked({ ...OLD, envoyGateway: '1.6' })).toEqual([true, true]);
    expect(marked(OLD)).toEqual([false, false]);
  });
});

test('the order defaults fit into their request', () => {
  expect(retryBudget(ORDER_RETRIES).toMillis()).toBe(4670);
  expect(retryBudget(ORDER_RETRIES).compare(ORDER_REQUEST_TIMEOUT)).toBeLessThanOrEqual(0);
});

test('every default can be replaced, and an undefined prop is none', () => {
  const chart = orderChart();
  orderGateway(chart, { rateLimit: [RateLimit.total(7, 'second')], loadBalancing: LoadBalancing.leastRequest(), retries: undefined });
  const { spec } = find(documents(chart), 'BackendTrafficPolicy');
  expect(spec.rateLimit.global.rules).toEqual([{ limit: { requests: 7, unit: 'Second' } }]);
  expect(spec.loadBalancer).toEqual({ type: 'LeastRequest' });
  expect(spec.retry.numRetries).toBe(3);
});

describe('connections', () => {
  const edges = (chart: NetworkChart): string[] => Registry.of(chart).edges().map((edge) => (
    `${peerKey(edge.from)} > ${peerKey(edge.to)} ${edge.port?.protocol} ${edge.port?.number}${edge.http.map((http) => ` ${http}`).join('')} [${edge.tags.join()}]`
  ));

  test('of the scenario', () => {
    const proxies = 'beijing:envoy-gateway-system/envoy-order-system-gateway';
    expect(edges(orderScenario()).filter((edge) => !edge.includes('nodes > beijing:order-system'))).toEqual([
      'beijing:envoy-gateway-system/envoy-gateway > kube-apiserver TCP 6443 [control-plane]',
      `${proxies} > beijing:envoy-gateway-system/envoy-gateway TCP 18000 [control-plane]`,
      `${proxies} > beijing:envoy-gateway-system/envoy-ratelimit TCP 8081 [control-plane]`,
      `${proxies} > beijing:order-system/order-service TCP 8080 any method prefix /api/v1/orders x-api-version="v1" [gateway]`,
      `${proxies} > fqdn:id.example.com TCP 443 [gateway]`,
      'beijing:envoy-gateway-system/envoy-ratelimit > beijing:envoy-gateway-system/envoy-gateway TCP 18001 [control-plane]',
      'beijing:envoy-gateway-system/envoy-ratelimit > redis-system/* TCP 6379 [control-plane]',
      `internet > ${proxies} TCP 10080 [gateway]`,
      `internet > ${proxies} TCP 10443 [gateway]`,
      `internet > ${proxies} UDP 10443 [gateway]`,
      `nodes > ${proxies} TCP 19003 [probe]`,
    ]);
  });

  test('a gateway inside the cluster has none with the internet', () => {
    const chart = orderChart();
    orderGateway(chart, { implementation: GatewayImplementation.envoyGateway({ proxy: { serviceType: 'ClusterIP' } }) });
    expect(edges(chart).filter((edge) => edge.startsWith('internet'))).toEqual([]);
  });

  test('the gateway is a peer, known by the labels of its proxies', () => {
    const chart = orderChart();
    const gateway = orderGateway(chart);
    const admin = new Workload(chart, 'admin', { image: 'registry.example.com/admin:1', ports: { http: Port.http(8080) } });
    admin.connections.allowFrom(gateway, admin.ports.http, Http.get('/health'));
    new Connections(admin, admin).allowTo({ peer: { kind: 'workload', workload: gateway.proxies, port: gateway.ports.https } });
    expect(gateway.proxies.labels).toEqual({
      'app.kubernetes.io/component': 'proxy',
      'app.kubernetes.io/managed-by': 'envoy-gateway',
      'app.kubernetes.io/name': 'envoy',
      'gateway.envoyproxy.io/owning-gateway-name': 'gateway',
      'gateway.envoyproxy.io/owning-gateway-namespace': 'order-system',
    });
    expect(edges(chart)).toContain('beijing:envoy-gateway-system/envoy-order-system-gateway > beijing:order-system/admin TCP 8080 GET exact /health [declared]');
    expect(edges(chart)).toContain('beijing:order-system/admin > beijing:envoy-gateway-system/envoy-order-system-gateway TCP 10443 [declared]');
  });

  test('a route can be published: the Service of the proxies, on its own port', () => {
    const chart = orderChart();
    const route = orderGateway(chart).addRoute('orders', { path: '/x', to: orderWorkload(chart).ports.http });
    expect(route.service).toEqual({ name: 'envoy-order-system-gateway', namespace: 'envoy-gateway-system', port: 443, scheme: 'https' });
    expect([route.entry.port.number, route.entry.servicePort]).toEqual([10443, 443]);
    expect(route.hostnames.map(String)).toEqual(['api.example.com']);
  });
});

test('the order of declaration changes nothing inside documents', () => {
  const build = (order: readonly number[]): Map<string, string> => {
    const app = new NetworkApp();
    const cluster = new Cluster(app, 'beijing');
    const chart = new NetworkChart(app, 'orders', { cluster, namespace: 'order-system' });
    const orders = orderWorkload(chart);
    const gateway = new OrderGateway(chart, 'gateway', {
      implementation: GatewayImplementation.envoyGateway(), tls: Tls.issuer('ca'), jwt: [JWT],
      hostnames: order[0] === 0 ? ['api.example.com', 'www.example.com'] : ['www.example.com', 'api.example.com'],
      accessLabel: { open: 'yes' },
    });
    const steps = [
      () => { new Namespace(chart, 'order-system'); },
      () => { gateway.addRoute('orders', { path: Path.prefix('/orders'), to: orders.ports.http, canary: { version: 'canary', percent: Percent.of(0.5) } }); },
      () => { gateway.addRoute('health', { path: '/health', methods: order[0] === 0 ? ['HEAD', 'GET'] : ['GET', 'HEAD'], to: orders.ports.http, anonymous: true }); },
      () => { orders.connections.allowTo(Peer.fqdn('pay.example.com', Port.tcp(443))); },
    ];
    for (const step of order) steps[step]!();
    return new Map(Testing.synth(chart).map((doc: { kind: string; metadata: { name: string } }) => [`${doc.kind}/${doc.metadata.name}`, JSON.stringify(doc)]));
  };
  const one = build([0, 1, 2, 3]);
  const other = build([3, 2, 1, 0]);
  expect([...other.keys()].sort()).toEqual([...one.keys()].sort());
  for (const [key, text] of one) expect(JSON.parse(other.get(key)!)).toEqual(JSON.parse(text));
});

test('proxies and their Service carry the labels that others look for', () => {
  const chart = orderChart(OLD);
  const proxy = { replicas: 5, serviceLabels: { 'lb-bgp-expose': 'true' }, podLabels: { 'sidecar.istio.io/inject': 'true' }, podAnnotations: { a: 'b' } };
  orderGateway(chart, { implementation: GatewayImplementation.envoyGateway({ proxy }) });
  const made = documents(chart);
  expect(find(made, 'EnvoyProxy').spec.provider.kubernetes).toEqual({
    envoyDeployment: { replicas: 5, pod: { labels: { 'sidecar.istio.io/inject': 'true' }, annotations: { a: 'b' } } },
    envoyPDB: { minAvailable: 4 },
    envoyService: { name: 'envoy-order-system-gateway', type: 'LoadBalancer', labels: { 'lb-bgp-expose': 'true' } },
  });
  expect(schemaProblems(made, OLD)).toEqual([]);
});

test('a mesh may ask for labels of the proxies after the gateway is made, and for none that is taken', () => {
  const chart = orderChart();
  const gateway = orderGateway(chart, { implementation: GatewayImplementation.envoyGateway({ proxy: { podLabels: { a: 'b' } } }) });
  const proxies = gateway.proxies as IPodMetadataTaker;
  proxies.addPodMetadata({ labels: { 'sidecar.istio.io/inject': 'true' }, annotations: {} }, chart);
  expect(find(documents(chart), 'EnvoyProxy').spec.provider.kubernetes.envoyDeployment.pod).toEqual({ labels: { 'a': 'b', 'sidecar.istio.io/inject': 'true' } });
  expect(sentence(() => proxies.addPodMetadata({ labels: { a: 'c' }, annotations: {} }, chart))).toBe(
    'The proxies envoy-order-system-gateway are to have a=b and a=c (orders, <here>): let both want the same value.',
  );
});

describe('the controller', () => {
  test('is told of Redis, in values of its Helm chart', () => {
    const chart = orderChart();
    const redis = Workload.external(chart, 'redis', { labels: { app: 'redis' }, ports: { redis: Port.tcp(6379) } });
    const gateway = orderGateway(chart, { implementation: GatewayImplementation.envoyGateway({ redis: redis.ports.redis }) });
    const values = { config: { envoyGateway: { rateLimit: { backend: { type: 'Redis', redis: { url: 'redis.order-system.svc.cluster.local:6379' } } } } } };
    expect(gateway.controllerConfig()).toEqual(values);
    const [file] = Registry.of(chart).files;
    expect(`${file!.owner}/${file!.name}`).toBe('envoy-gateway/beijing-envoy-gateway-system.values.json');
    expect(JSON.parse(file!.render())).toEqual(values);
  });

  test('needs nothing when nothing is counted', () => {
    const chart = orderChart();
    const gateway = new ApiGateway(chart, 'gateway', { implementation: GatewayImplementation.envoyGateway(), hostnames: ['a.example.com'], tls: Tls.certificate('tls') });
    expect(gateway.controllerConfig()).toBeUndefined();
    expect(Registry.of(chart).files).toEqual([]);
    expect(documents(chart).map((doc) => doc.kind)).not.toContain('BackendTrafficPolicy');
  });

  test('is shared by the gateways of a cluster', () => {
    const chart = orderChart();
    orderGateway(chart);
    new OrderGateway(chart, 'second', { implementation: GatewayImplementation.envoyGateway(), hostnames: ['b.example.com'], tls: Tls.certificate('tls') });
    expect(Registry.of(chart).files).toHaveLength(1);
    expect(documents(chart).filter((doc) => doc.kind === 'GatewayClass').map((doc) => doc.metadata.name)).toEqual(['order-system-gateway', 'order-system-second']);
  });
});

