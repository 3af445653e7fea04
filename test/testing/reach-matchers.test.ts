// Matchers of who can reach whom: over manifests, over a program, and what they say when they fail.
import { parseText } from '../../src/analysis';
import { NetworkApp } from '../../src/app/network-app';
import { NetworkChart } from '../../src/app/network-chart';
import { Cluster } from '../../src/core/cluster';
import { Http } from '../../src/core/http';
import { Peer } from '../../src/core/peers';
import { Port } from '../../src/core/port';
import { Cni } from '../../src/cni';
import { ZeroTrustMesh } from '../../src/mesh';
import '../../src/testing';
import { analyze, connectivityLines, matchers } from '../../src/testing';
import { Workload } from '../../src/workload';
import { OFFICE, SHOP } from '../cli/shop';

const documents = (text: string): unknown[] => parseText(text, 'shop.yaml').documents.map(({ object }) => object);
const shop = documents(SHOP);
const office = documents(SHOP + OFFICE);

const ROUTES = `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec: { gatewayClassName: example, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: route, namespace: shop }
spec: { parentRefs: [{ name: public }], hostnames: [shop.example.com], rules: [{ matches: [{ path: { type: PathPrefix, value: /cart } }], backendRefs: [{ name: web, port: 80, weight: 90 }, { name: api, port: 80, weight: 10 }] }] }
`;

describe('toAllow and toDeny', () => {
  test('a line, or its parts', () => {
    expect(shop).toAllow('shop/web -> shop/api:8080');
    expect(shop).toAllow({ from: 'shop/web', to: 'shop/api', port: 8080, http: 'GET /orders' });
    expect(shop).not.toAllow('ops/backup -> shop/db:5432');
    expect(shop).toDeny('internet -> shop/db:5432');
    expect(shop).not.toDeny('shop/web -> shop/api:8080');
    expect(analyze(shop)).toDeny('ops/backup -> shop/api:8080');
  });

  test('by whom', () => {
    for (const decidedBy of ['NetworkPolicy shop/default-deny', 'NetworkPolicy/shop/default-deny', 'shop/default-deny', 'default-deny', 'shop/db']) expect(shop).toDeny('ops/backup -> shop/db:5432', { decidedBy });
    expect(shop).not.toDeny('ops/backup -> shop/db:5432', { decidedBy: 'shop/web' });
    expect(shop).toAllow('shop/api -> shop/db:5432', { decidedBy: 'NetworkPolicy shop/db (ingress rule 1)' });
  });

  test('the failure is the explanation', () => {
    expect(() => expect(shop).toAllow('ops/backup -> shop/db:5432')).toThrow(/^Expected ops\/backup -> shop\/db:5432 to be allowed, and it is denied\.\n\ndenied {2}ops\/backup\[CronJob\] → shop\/db\[StatefulSet\]:5432\n[\s\S]*would be allowed if NetworkPolicy shop\/db \(ingress rule 1\) also admitted ops\/backup\[CronJob\]/);
    expect(() => expect(shop).toDeny('shop/web -> shop/api:8080')).toThrow('to be denied, and it is allowed.');
    expect(() => expect(shop).not.toAllow('shop/web -> shop/api:8080')).toThrow('not to be allowed, and it is.');
    expect(() => expect(shop).toDeny('ops/backup -> shop/db:5432', { decidedBy: 'shop/web' })).toThrow('to be denied by shop/web, and it is denied otherwise.');
  });

  test('what nobody knows fails all four', () => {
    const flow = 'ops/backup -> shop/api:8080';
    for (const attempt of [() => expect(office).toAllow(flow), () => expect(office).not.toAllow(flow), () => expect(office).toDeny(flow), () => expect(office).not.toDeny(flow)]) {
      expect(attempt).toThrow(/is not determined: the documents do not decide it\.\n\nundetermined[\s\S]*whether the addresses of pods count as part of 10\.0\.0\.0\/8/);
    }
  });

  test.each<[string, () => void, string | RegExp]>([
    ['a peer that does not exist', () => expect(shop).toAllow('shop/wbe -> shop/api:80'), /^The documents have no workload shop\/wbe \(.*\): did you mean shop\/web\?$/],
    ['also with .not', () => expect(shop).not.toAllow('shop/web -> shop/apy:80'), /^The documents have no workload shop\/apy \(.*\): did you mean shop\/api\?$/],
    ['no question', () => expect(shop).toDeny('shop/web shop/api:80'), '"shop/web shop/api:80" is no question'],
    ['no port', () => expect(shop).toDeny({ from: 'shop/web', to: 'shop/api' }), 'No port is asked for'],
    ['a part that is none', () => expect(shop).toAllow({ from: 'shop/web', too: 'shop/api' } as never), 'too'],
    ['an end that is none', () => expect(shop).toAllow({ from: 3 as never, to: 'shop/api:80' }), /^3 is no end of a connection \(.*\): give a workload, one of its ports, a gateway, a Peer, or a text such as 'shop\/web' for from\.$/],
    ['a pattern', () => expect(shop).toAllow({ from: 'shop/web', to: 'shop/api:8080', http: Http.get().withHeader('a', 'b') }), ''],
  ])('%s', (_, attempt, sentence) => {
    if (sentence === '') expect(attempt).not.toThrow();
    else expect(attempt).toThrow(sentence);
  });
});

describe('a program', () => {
  const build = (): { app: NetworkApp; web: Workload<{ http: Port }>; api: Workload<{ http: Port; metrics: Port }> } => {
    const app = new NetworkApp();
    const cluster = new Cluster(app, 'beijing');
    const chart = new NetworkChart(app, 'shop', { cluster, namespace: 'shop' });
    const image = 'registry.example.com/app:1.0.0';
    const web = new Workload(chart, 'web', { image, ports: { http: Port.http(8080) } });
    const api = new Workload(chart, 'api', { image, ports: { http: Port.http(9000), metrics: Port.metrics(9090) } });
    api.connections.allowFrom(web);
    new ZeroTrustMesh(chart, 'mesh', { cni: Cni.cilium(), stage: 'strict' });
    return { app, web, api };
  };

  test('constructs are ends; the only port that is not of metrics is meant', () => {
    const { app, web, api } = build();
    expect(app).toAllow({ from: web, to: api });
    expect(app).toAllow({ from: web, to: api.ports.http });
    expect(app).toDeny({ from: web, to: api.ports.metrics });
    expect(app).toDeny({ from: api, to: web });
    expect(app).toDeny({ from: Peer.cidr('192.0.2.0/24'), to: api, port: 9000 });
    expect(web.node.scope).toAllow({ from: web, to: api, cluster: 'beijing' });
    expect(() => expect(app).toDeny({ from: web, to: api })).toThrow('Expected shop/web -> shop/api:9000 to be denied, and it is allowed.');
  });

  test('by the construct that made the document', () => {
    const { app, web, api } = build();
    expect(app).toAllow({ from: web, to: api }, { decidedBy: app.node.findChild('shop') });
    expect(app).not.toAllow({ from: web, to: api }, { decidedBy: web });
  });
});

describe('sets', () => {
  test('toAllowOnly', () => {
    expect(shop).toAllowOnly(['shop/api -> shop/db:5432'], { to: 'shop/db' });
    expect(shop).not.toAllowOnly([], { to: 'shop/db' });
    expect(shop).not.toAllowOnly(['shop/api -> shop/db:5432', 'shop/web -> shop/db:5432'], { to: 'shop/db' });
    expect(() => expect(shop).toAllowOnly(['shop/api -> shop/db:5432', 'shop/web -> shop/db:5432'], { to: 'shop/db' })).toThrow('- is not allowed, + is allowed as well:\n\n- shop/web -> shop/db:5432');
    expect(() => expect(shop).toAllowOnly(['shop/web -> shop/api:8080'], { from: 'shop/web' })).toThrow('+ shop/web[Deployment] => ops/backup[CronJob] : All Connections');
    expect(() => expect(office).toAllowOnly([], { to: 'shop/api' })).toThrow('Whether nothing else is allowed is not determined');
    expect(() => expect(office).not.toAllowOnly([], { to: 'shop/api' })).toThrow('is not determined');
  });

  test('toExpose', () => {
    expect(shop).toExpose('internet', ['Service shop/web']);
    const routed = documents(SHOP + ROUTES.replace(', { name: api, port: 80, weight: 10 }', ''));
    expect(routed).toExpose('internet', ['Service shop/web', 'http://shop.example.com']);
    expect(() => expect(routed).toExpose('internet', ['https://shop.example.com'])).toThrow('- https://shop.example.com\n+ Service shop/web\n+ http://shop.example.com');
    expect(shop).toExpose('cidr:192.0.2.0/24', ['ops/backup', 'shop/web:8080']);
    expect(() => expect(documents(SHOP.replace('type: LoadBalancer', 'type: NodePort'))).not.toExpose('internet', [])).toThrow('is not determined');
  });

  test('toMatchConnectivitySnapshot', () => {
    expect(shop).toMatchConnectivitySnapshot();
    expect(connectivityLines(shop)).toContain('shop/web[Deployment] => shop/api[Deployment] : TCP 8080\n');
    expect(() => expect(shop).not.toMatchConnectivitySnapshot()).toThrow('.not of a snapshot says nothing');
  });
});

describe('toRoute', () => {
  const routed = documents(SHOP + ROUTES);

  test('to a Service, to a workload, with its share', () => {
    expect(routed).toRoute('http://shop.example.com/cart', 'shop/web:80', { weight: 90 });
    expect(routed).toRoute('http://shop.example.com/cart/1', 'shop/api:8080', { weight: 10 });
    expect(routed).not.toRoute('http://shop.example.com/cart', 'shop/web', { weight: 50 });
    expect(routed).not.toRoute('http://shop.example.com/other', 'shop/web');
    expect(routed).not.toRoute('https://shop.example.com/cart', 'shop/web');
  });

  test('the failure says where it goes', () => {
    expect(() => expect(routed).toRoute('http://shop.example.com/cart', 'shop/web', { weight: 50 })).toThrow(/with 50 % of the requests\. What happens:\n\nGateway shop\/public, listener http: .*\n {2}90 % to Service shop\/web:80\n {2}10 % to Service shop\/api:80\n/);
    expect(() => expect(routed).toRoute('http://other.example.com/', 'shop/web')).toThrow('What happens:');
    expect(() => expect(routed).toRoute('http://shop.example.com:8080/', 'shop/web')).toThrow('no gateway and no Ingress listens for shop.example.com on port 8080');
    expect(() => expect(routed).toRoute('http://shop.example.com/cart', 'shop/wbe')).toThrow('did you mean shop/web?');
    expect(() => expect(routed).toRoute('shop.example.com', 'shop/web')).toThrow('"shop.example.com" is no URL');
  });
});

describe('toEncrypt', () => {
  const meshed = documents(`${SHOP.replaceAll('metadata: { name: shop }', 'metadata: { name: shop, labels: { istio-injection: enabled } }')}---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
`);

  test('by the mesh', () => {
    expect(meshed).toEncrypt('shop/web -> shop/api:8080', { with: 'mTLS' });
    expect(meshed).toEncrypt('shop/web -> shop/api:8080');
    expect(meshed).not.toEncrypt('shop/web -> ops/backup:80');
    expect(meshed).toDeny('ops/backup -> shop/web:8080');
  });

  test('without a mesh nobody knows', () => {
    expect(() => expect(shop).toEncrypt('shop/web -> shop/api:8080')).toThrow('is not determined');
    expect(() => expect(shop).not.toEncrypt('shop/web -> shop/api:8080')).toThrow('is not determined');
  });
});

test('the types know the matchers', () => {
  const typed = (): void => {
    // @ts-expect-error: a connection is a line or an object
    expect(shop).toAllow(3);
    // @ts-expect-error: it has two ends
    expect(shop).toDeny({ from: 'shop/web' });
    // @ts-expect-error: a status is a number
    expect(shop).toDeny('a -> b:80', { answer: '403' });
    // @ts-expect-error: a list
    expect(shop).toAllowOnly('a -> b:80');
    // @ts-expect-error: names
    expect(shop).toExpose('internet', [80]);
    // @ts-expect-error: percent
    expect(shop).toRoute('https://a.example.com', 'b', { weight: '90' });
    // @ts-expect-error: how
    expect(shop).toEncrypt('a -> b:80', { with: 'SSL' });
    expect(shop).not.toAllow({ from: 'a', to: 'b', http: Http.get('/x').withJwt({ issuer: 'https://id.example.com', claims: { role: ['admin'] } }) });
  };
  expect(typeof typed).toBe('function');
  expect(Object.keys(matchers)).toHaveLength(9);
});
