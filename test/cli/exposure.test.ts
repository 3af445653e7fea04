// netstack exposure
import { inFolder, netstack } from './netstack';
import { OFFICE, SHOP } from './shop';

const folder = inFolder();
beforeEach(() => folder.put('shop.yaml', SHOP));
const exposure = (...args: string[]): ReturnType<typeof netstack> => netstack(['exposure', '-f', 'shop.yaml', ...args]);

const GATEWAY = `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec: { gatewayClassName: example, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: route, namespace: shop }
spec: { parentRefs: [{ name: public }], hostnames: [shop.example.com], rules: [{ matches: [{ method: GET, path: { type: PathPrefix, value: /cart } }], backendRefs: [{ name: web, port: 80 }] }] }
`;

test('three tables: the internet, other namespaces, a pod that nobody knows', async () => {
  expect(await exposure()).toEqual({ code: 0, err: '', out: `From the internet: 1
DOOR                             HOST  MATCH    TO                    CONNECTIONS  VERDICT  DECIDED BY
Service shop/web (LoadBalancer)  *     port 80  shop/web[Deployment]  TCP 8080     allowed  NetworkPolicy shop/web (ingress rule 1)

From workloads of other namespaces: 2
FROM  TO                    CONNECTIONS      VERDICT  DECIDED BY
shop  ops/backup[CronJob]   All Connections  allowed  no policy restricts it
ops   shop/web[Deployment]  TCP 8080         allowed  NetworkPolicy shop/web (ingress rule 1)

From a pod without labels, in a namespace of its own: 2
TO                    CONNECTIONS      VERDICT  DECIDED BY
ops/backup[CronJob]   All Connections  allowed  no policy restricts it
shop/web[Deployment]  TCP 8080         allowed  NetworkPolicy shop/web (ingress rule 1)
` });
});

test('a route of a Gateway, with its host and match', async () => {
  folder.put('shop.yaml', SHOP + GATEWAY);
  expect((await exposure('--from', 'internet')).out).toMatch(/^From the internet: 2\n.*\n.*\nGateway shop\/public, listener http {2}shop\.example\.com {2}GET \/cart\/\* {2,}shop\/web\[Deployment\] {2}TCP 8080 {5}allowed {2}/);
});

test('what policies hold is no exposure, and is counted', async () => {
  const { out, err } = await exposure('--from', 'internet');
  expect(out).toContain('shop/web');
  expect(err).toBe('');
  folder.put('shop.yaml', SHOP.replace('ingress: [{ ports: [{ port: http }] }]', 'ingress: [{ ports: [{ port: 9090 }] }]'));
  expect(await exposure('--from', 'internet')).toEqual({ code: 0, out: 'From the internet: nothing\n', err: '1 more way in leads to workloads, and policies let nothing of the internet through there.\n' });
});

test('a load balancer inside of the cloud is not the internet; a port of the nodes may be', async () => {
  folder.put('shop.yaml', SHOP.replace('{ name: web, namespace: shop }\nspec: { type: LoadBalancer', '{ name: web, namespace: shop, annotations: { networking.gke.io/load-balancer-type: Internal } }\nspec: { type: LoadBalancer'));
  expect(await exposure('--from', 'internet')).toEqual({ code: 0, out: 'From the internet: nothing\n', err: '' });
  folder.put('shop.yaml', SHOP.replace('type: LoadBalancer', 'type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8]'));
  expect(await exposure('--from', 'internet')).toEqual({ code: 0, out: 'From the internet: nothing\n', err: '' });
  folder.put('shop.yaml', SHOP.replace('type: LoadBalancer', 'type: NodePort'));
  expect((await exposure('--from', 'internet')).out).toContain('Service shop/web (NodePort)  *     port 80  shop/web[Deployment]  TCP 8080     undetermined  it listens on every node');
});

test('what nobody knows stands apart from what is known', async () => {
  folder.put('shop.yaml', SHOP + OFFICE);
  expect((await exposure()).out).toMatch(/\nshop\/api\[Deployment\] {2}All Connections {2}undetermined {2}NetworkPolicy shop\/office/);
});

test('what one peer reaches', async () => {
  expect((await exposure('--from', 'shop/api')).out).toBe(`From what was asked for: 4
FROM                  TO                                 CONNECTIONS      VERDICT  DECIDED BY
shop/api[Deployment]  0.0.0.0-255.255.255.255[External]  All Connections  allowed  no policy restricts it
shop/api[Deployment]  ops/backup[CronJob]                All Connections  allowed  no policy restricts it
shop/api[Deployment]  shop/db[StatefulSet]               TCP 5432         allowed  NetworkPolicy shop/db (ingress rule 1)
shop/api[Deployment]  shop/web[Deployment]               TCP 8080         allowed  NetworkPolicy shop/web (ingress rule 1)
`);
  expect((await exposure('--from', 'cidr:192.0.2.0/24')).out).toContain('0.0.0.0-255.255.255.255[External]  shop/web[Deployment]');
});

test('what other namespaces and a peer may reach is told, too, and apart', async () => {
  folder.put('shop.yaml', SHOP + OFFICE);
  const unknown = 'NetworkPolicy shop/office (ingress rule 1), NetworkPolicy shop/default-deny and NetworkPolicy shop/api: whether the addresses of pods count as part of 10.0.0.0/8 differs by CNI';
  const { out } = await exposure();
  expect(out).toContain(`\nops   shop/api[Deployment]  All Connections  undetermined  ${unknown}\n`);
  expect(out).toContain('From workloads of other namespaces: 3\n');
  expect((await exposure('--from', 'shop/web')).out).toMatch(/\nshop\/web\[Deployment\] {2}shop\/api\[Deployment\] +TCP 8080 +allowed +NetworkPolicy shop\/api \(ingress rule 1\)\nshop\/web\[Deployment\] {2}shop\/api\[Deployment\] +SCTP 1-65535,TCP 1-8079,8081-65535,UDP 1-65535 +undetermined +NetworkPolicy shop\/office/);
  expect((await exposure('--from', 'shop/api')).out).not.toContain('undetermined');
});

test('as data, for a spreadsheet, for a page', async () => {
  const { exposures } = JSON.parse((await exposure('--format', 'json')).out) as { exposures: unknown[] };
  expect(exposures).toHaveLength(5);
  expect(exposures[0]).toMatchObject({ from: 'internet', door: 'Service shop/web (LoadBalancer)', host: '*', match: 'port 80', to: 'shop/web[Deployment]', connections: 'TCP 8080', verdict: 'allowed', decidedBy: [{ name: 'NetworkPolicy shop/web' }] });
  expect((await exposure('--format', 'csv')).out.split('\n')[1]).toBe('internet,,,Service shop/web (LoadBalancer),*,port 80,shop/web[Deployment],TCP 8080,allowed,,NetworkPolicy shop/web (ingress rule 1) admits 0.0.0.0-255.255.255.255 on TCP 8080,NetworkPolicy shop/web (ingress rule 1)'
    .replace('0.0.0.0-255.255.255.255', '1.0.0.0-9.255.255.255'));
  expect((await exposure('--format', 'markdown', '--from', 'internet')).out).toContain('| Service shop/web (LoadBalancer) | * | port 80 | shop/web[Deployment] | TCP 8080 | allowed | NetworkPolicy shop/web (ingress rule 1) |\n');
});

test('a peer that does not exist', async () => {
  expect(await exposure('--from', 'shop/wbe')).toEqual({ code: 64, out: '', err: 'The documents have no workload shop/wbe: did you mean shop/web?\n' });
});
