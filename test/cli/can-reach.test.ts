// netstack can-reach, netstack explain
import { ApiObject } from 'cdk8s';
import { NetworkApp } from '../../src/app/network-app';
import { NetworkChart } from '../../src/app/network-chart';
import { inFolder, netstack } from './netstack';
import { OFFICE, SHOP } from './shop';

const folder = inFolder();
beforeEach(() => folder.put('shop.yaml', SHOP));
const ask = (...args: string[]): ReturnType<typeof netstack> => netstack([...args, '-f', 'shop.yaml']);

describe('can-reach', () => {
  test('one line, with who decides; the exit code is the answer', async () => {
    expect(await ask('can-reach', 'shop/web', 'shop/api:8080')).toEqual({
      code: 0, err: '', out: 'allowed  shop/web[Deployment] → shop/api[Deployment]:8080  decided by NetworkPolicy shop/api (ingress rule 1)\n',
    });
    expect(await ask('eval', 'ops/backup', 'shop/db:5432')).toEqual({
      code: 2, err: '', out: 'denied  ops/backup[CronJob] → shop/db[StatefulSet]:5432  decided by NetworkPolicy shop/default-deny, NetworkPolicy shop/db\n',
    });
    expect(await ask('evaluate', 'shop/api', 'ops/backup:80')).toMatchObject({ code: 0, out: expect.stringContaining('because no policy of the CNI restricts ingress of ops/backup[CronJob]') as string });
  });

  test('what the documents do not decide is no guess', async () => {
    folder.put('shop.yaml', SHOP + OFFICE);
    const { code, out } = await ask('can-reach', 'ops/backup', 'shop/api:8080');
    expect(code).toBe(3);
    expect(out).toMatch(/^undetermined {2}ops\/backup\[CronJob\] → shop\/api\[Deployment\]:8080 {2}because NetworkPolicy shop\/office \(ingress rule 1\).*whether the addresses of pods count as part of 10\.0\.0\.0\/8 differs by CNI\n$/);
  });

  test('one question in one argument, and the port apart', async () => {
    const { out } = await ask('can-reach', 'shop/web', 'shop/api:8080');
    expect(await ask('can-reach', 'shop/web -> shop/api:8080')).toEqual({ code: 0, err: '', out });
    expect(await ask('can-reach', 'shop/web', 'shop/api', '--port', '8080')).toEqual({ code: 0, err: '', out });
    expect((await ask('can-reach', 'shop/web', 'shop/api:8080', '--request', 'GET /orders?x=1')).out).toContain(':8080 GET /orders?x=1  ');
  });

  test('as data', async () => {
    const { code, out } = await ask('can-reach', 'shop/web', 'shop/api:8080', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      schema: 'netstack/answer/v1', from: 'shop/web[Deployment]', to: 'shop/api[Deployment]:8080', outcome: 'allowed',
      decidedBy: [{ name: 'NetworkPolicy shop/api', rule: 'ingress rule 1', file: 'shop.yaml', field: 'spec.ingress[0]', line: expect.any(Number) as number }],
    });
    expect(JSON.parse(out)).not.toHaveProperty('ways');
  });

  test('into a file', async () => {
    expect(await ask('can-reach', 'shop/web', 'shop/api:8080', '-o', 'answer.txt')).toEqual({ code: 0, err: '', out: '' });
  });
});

test('--model is the system that a program synthesized: places name constructs and lines of the program', async () => {
  const app = new NetworkApp({ outdir: folder.path('dist') });
  const chart = new NetworkChart(app, 'shop', { namespace: 'shop' });
  const pod = { spec: { containers: [{ name: 'main', image: 'example/web' }] } };
  for (const name of ['web', 'api']) new ApiObject(chart, name, { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } }, ...pod });
  new ApiObject(chart, 'closed', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'closed' }, spec: { podSelector: {}, policyTypes: ['Ingress'] } });
  app.synth();
  const { code, out } = await netstack(['explain', 'shop/web', 'shop/api:80', '--model', 'dist/netstack.model.json']);
  expect(code).toBe(2);
  expect(out).toMatch(/NetworkPolicy shop\/closed {2}dist\/shop\.k8s\.yaml:\d+ {2}shop\/closed {2}\S*can-reach\.test\.ts:\d+\n/);
  expect(await netstack(['can-reach', 'a', 'b:80', '--model', 'nowhere.json'])).toMatchObject({ code: 64, err: '--model "nowhere.json" is no file: give the netstack.model.json in the output folder of cdk8s.\n' });
});

describe('explain', () => {
  test('every hop, with the line that decides and what would turn it', async () => {
    expect((await ask('explain', 'shop/web', 'shop/api:8080')).out).toBe(`allowed  shop/web[Deployment] → shop/api[Deployment]:8080
NetworkPolicy shop/api (ingress rule 1) admits shop/web[Deployment] on TCP 8080

shop/web[Deployment] → shop/api[Deployment]  TCP 8080
├ ✓ cni      egress of shop/web[Deployment]
│   no policy of the CNI restricts egress of shop/web[Deployment]
├ ✓ cni      ingress of shop/api[Deployment]
│   NetworkPolicy shop/api (ingress rule 1) admits shop/web[Deployment] on TCP 8080
│   NetworkPolicy shop/api (ingress rule 1)  shop.yaml:74
└ would be denied if NetworkPolicy shop/api (ingress rule 1) were not there
    shop.yaml:74
`);
  });

  test('the nearest change of a denial: the peer of a rule, the port of a rule, one more rule', async () => {
    const change = async (...flow: [string, string]): Promise<string> => /└ would be (.*)/.exec((await ask('trace', ...flow)).out)?.[1] ?? '';
    expect(await change('ops/backup', 'shop/db:5432')).toBe('allowed if NetworkPolicy shop/db (ingress rule 1) also admitted ops/backup[CronJob]');
    expect(await change('shop/web', 'shop/api:9090')).toBe('allowed if NetworkPolicy shop/api (ingress rule 1) also admitted TCP 9090');
    expect(await change('ops/backup', 'shop/db:80')).toBe('allowed if NetworkPolicy shop/db had one more ingress rule, which admits ops/backup[CronJob] on TCP 80');
    expect(await change('shop/api', 'ops/backup:80')).toBe('denied if a policy closed ingress of ops/backup[CronJob]: none restricts it');
  });

  test('what the internet does not reach is not published, and policies would hold it still', async () => {
    const { code, out } = await ask('explain', 'internet', 'shop/db:5432');
    expect(code).toBe(2);
    expect(out).toContain('└ would be allowed if a Service of type LoadBalancer, a gateway or an Ingress led to TCP 5432 of shop/db[StatefulSet]\n  and if NetworkPolicy shop/db (ingress rule 1) also admitted ');
    expect((await ask('explain', 'internet', 'shop/web:8080')).out).toContain('├ ✓ service  Service shop/web, port 80\n│   publishes port 80 to everybody\n');
  });

  test('what is made of the change is true: with it, the answer is the other one', async () => {
    folder.put('shop.yaml', SHOP.replace('ports: [{ port: 5432 }] }]', 'ports: [{ port: 5432 }] }, { from: [{ namespaceSelector: {} }], ports: [{ port: 5432 }] }]'));
    expect((await ask('can-reach', 'ops/backup', 'shop/db:5432')).code).toBe(0);
  });

  test('a token that is missing is denied, and which one would do is tried', async () => {
    const gateway = `---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: envoy }
spec: { controllerName: gateway.envoyproxy.io/gatewayclass-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec: { gatewayClassName: envoy, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: route, namespace: shop }
spec: { parentRefs: [{ name: public }], hostnames: [shop.example.com], rules: [{ backendRefs: [{ name: web, port: 80 }] }] }
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: SecurityPolicy
metadata: { name: tokens, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: route }]
  jwt: { providers: [{ name: id, issuer: "https://id.example.com", remoteJWKS: { uri: "https://id.example.com/jwks" } }] }
`;
    folder.put('shop.yaml', SHOP + gateway);
    const { code, out } = await ask('explain', 'internet', 'http://shop.example.com/');
    expect(code).toBe(2);
    expect(out).toContain('(answered 401)');
    expect(out).toContain('└ would be allowed if the request carried a token of https://id.example.com\n');
    expect((await ask('can-reach', 'internet', 'http://shop.example.com/', '--jwt', 'issuer=https://id.example.com')).code).toBe(0);
    expect((await ask('can-reach', 'internet', 'http://shop.example.com/', '--jwt', 'issuer=https://other.example.com')).code).toBe(2);
  });

  test('ways and hops as data', async () => {
    const { out } = await ask('explain', 'shop/web', 'service:shop/api:80', '--format', 'json');
    expect(JSON.parse(out)).toMatchObject({
      outcome: 'allowed', ways: [{ to: 'shop/api[Deployment]', port: 'TCP 8080', hops: [{ layer: 'dns' }, { layer: 'service' }, { layer: 'cni', outcome: 'allowed' }, { layer: 'cni' }], wouldBe: { outcome: 'denied', changes: [{ text: expect.any(String) as string }] } }],
    });
  });
});

describe('what cannot be asked is one sentence', () => {
  test.each<[string, string[], string]>([
    ['a peer that does not exist', ['can-reach', 'shop/wbe', 'shop/api:80'], 'The documents have no workload shop/wbe: did you mean shop/web?\n'],
    ['a namespace that was forgotten', ['explain', 'backup', 'shop/api:80'], 'The documents have no workload backup: did you mean ops/backup?\n'],
    ['a port out of range', ['can-reach', 'shop/web', 'shop/api:70000'], '"70000" is no port ("shop/api:70000"): write 1 to 65535, with /udp or /sctp for those protocols, or the name of a port of the pods.\n'],
    ['no port', ['can-reach', 'shop/web', 'shop/api'], 'No port is asked for: add one to the destination, such as shop/db:5432 or shop/dns:53/udp; netstack connlist --focus lists all of them.\n'],
    ['two ports', ['can-reach', 'shop/web', 'shop/api:80', '--port', '81'], 'The port is given twice: 80 and 81: give one of them.\n'],
    ['no destination', ['can-reach', 'shop/web'], "No destination is given: write netstack can-reach shop/web shop/api:8080, or one question: 'shop/web -> shop/api:8080'.\n"],
    ['no request', ['can-reach', 'shop/web', 'shop/api:80', '--request', 'get orders'], '"get orders" is no request: write a method, a path, or both: \'GET /orders/42\'.\n'],
    ['a token without an issuer', ['can-reach', 'shop/web', 'shop/api:80', '--jwt', 'sub=alice'], '--jwt names no issuer: write --jwt issuer=https://id.example.com, and claims behind it.\n'],
    ['a token that is none', ['can-reach', 'shop/web', 'shop/api:80', '--jwt', 'alice'], '--jwt has "alice", no claim: write --jwt issuer=https://id.example.com,sub=alice,role=admin.\n'],
    ['a header that is none', ['can-reach', 'shop/web', 'shop/api:80', '--header', 'x'], '--header "x" is no header: write --header x-tenant=acme.\n'],
    ['no block of addresses', ['can-reach', 'cidr:10.0.0.0/33', 'shop/api:80'], 'cidr:"10.0.0.0/33" is no block of addresses: write one such as cidr:10.0.0.0/8 or cidr:203.0.113.7; an IPv6 block with a port as cidr:[2001:db8::/32]:443.\n'],
    ['a cluster that is not there', ['can-reach', 'shop/web', 'shop/api:80', '--in', 'beijing'], 'The documents have no cluster "beijing": the documents name no clusters, so leave it out.\n'],
    ['a model that is not there', ['can-reach', 'shop/web', 'shop/api:80', '--model', 'x.json'], '--model is given with -f or --cluster: give one of them.\n'],
  ])('%s', async (_, args, sentence) => {
    expect(await ask(...args)).toEqual({ code: 64, out: '', err: sentence });
  });

  test('a folder without documents', async () => {
    folder.put('empty/readme.txt', 'nothing');
    expect(await netstack(['can-reach', 'a', 'b:80', '-f', 'empty'])).toEqual({ code: 1, out: '', err: 'No readable Kubernetes document in empty: give files or folders of manifests with -f.\n' });
    expect(await netstack(['can-reach', 'a', 'b:80', '-f', 'nowhere'])).toEqual({ code: 1, out: '', err: '"nowhere" cannot be read: it does not exist: give a file or folder of manifests that exists.\n' });
  });

  test('what could not be read, and what the server would refuse, is told beside the answer', async () => {
    folder.put('shop.yaml', `${SHOP}---\napiVersion: v1\nkind: Service\nmetadata: { name: x, namespace: shop }\nspec: { ports: [{ port: 70000 }] }\n`);
    folder.put('broken.yaml', 'kind: [');
    const { code, err } = await netstack(['can-reach', 'shop/web', 'shop/api:8080', '-f', '.']);
    expect(code).toBe(0);
    expect(err).toBe('1 document in . cannot be read, and the answer is about the rest: netstack validate says why.\nThe API server would refuse 1 document in ., and what it does once it is mended is not known: netstack validate says why.\n');
  });
});
