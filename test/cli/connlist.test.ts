// netstack connlist, netstack graph
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { connlistSchema } from '../../src/analysis/reach/print/connlist-json';
import { inFolder, netstack } from './netstack';
import { OFFICE, SHOP } from './shop';

const folder = inFolder();
beforeEach(() => folder.put('shop.yaml', SHOP));
const list = (...args: string[]): ReturnType<typeof netstack> => netstack(['connlist', '-f', 'shop.yaml', ...args]);

const ALL = '0.0.0.0-255.255.255.255[External]';
const LINES = [
  `${ALL} => ops/backup[CronJob] : All Connections`, `${ALL} => shop/web[Deployment] : TCP 8080`,
  `ops/backup[CronJob] => ${ALL} : All Connections`, 'ops/backup[CronJob] => shop/web[Deployment] : TCP 8080',
  `shop/api[Deployment] => ${ALL} : All Connections`, 'shop/api[Deployment] => ops/backup[CronJob] : All Connections',
  'shop/api[Deployment] => shop/db[StatefulSet] : TCP 5432', 'shop/api[Deployment] => shop/web[Deployment] : TCP 8080',
  `shop/db[StatefulSet] => ${ALL} : All Connections`, 'shop/db[StatefulSet] => ops/backup[CronJob] : All Connections', 'shop/db[StatefulSet] => shop/web[Deployment] : TCP 8080',
  `shop/web[Deployment] => ${ALL} : All Connections`, 'shop/web[Deployment] => ops/backup[CronJob] : All Connections', 'shop/web[Deployment] => shop/api[Deployment] : TCP 8080',
];

describe('text', () => {
  test('one line for each pair, sorted, no pair with itself, and nothing else', async () => {
    expect(await list()).toEqual({ code: 0, err: '', out: LINES.map((line) => `${line}\n`).join('') });
    expect([...LINES].sort()).toEqual(LINES);
  });

  test('a bare pod is a pod, and pods of one owner are their owner', async () => {
    const pod = (name: string, owner: string): string => `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: a${owner} }\nspec: { containers: [{ name: c, image: x }] }\n---\n`;
    const owner = ', ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: web, uid: u }]';
    folder.put('shop.yaml', pod('web-1', owner) + pod('web-2', owner) + pod('alone', ''));
    expect((await list('--focus', 'a/alone', '--direction', 'egress')).out).toBe(`a/alone[Pod] => ${ALL} : All Connections\na/alone[Pod] => a/web[ReplicaSet] : All Connections\n`);
  });

  test('of several owners the controller counts, and pods of a node are pods', async () => {
    const pod = (name: string, owners: string): string => `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: a, ownerReferences: [${owners}] }\nspec: { containers: [{ name: c, image: x }] }\n---\n`;
    const owner = (kind: string, name: string, more: string = ''): string => `{ apiVersion: v1, kind: ${kind}, name: ${name}, uid: u-${name}${more} }`;
    const node = owner('Node', 'one', ', controller: true');
    folder.put('shop.yaml', pod('etcd-one', node) + pod('proxy-one', node) + pod('web-1', `${owner('ConfigMap', 'settings')}, ${owner('ReplicaSet', 'web', ', controller: true')}`));
    expect((await list()).out.match(/^\S+(?= => 0)/gm)).toEqual(['a/etcd-one[Pod]', 'a/proxy-one[Pod]', 'a/web[ReplicaSet]']);
  });

  test('addresses are cut where any policy cuts them, and not joined again', async () => {
    folder.put('shop.yaml', SHOP + OFFICE);
    const { out } = await list('--focus', 'ops/backup', '--direction', 'ingress');
    expect(out.match(/^[\d.-]+(?=\[External\] => ops)/gm)).toEqual(['0.0.0.0-9.255.255.255', '10.0.0.0-10.255.255.255', '11.0.0.0-255.255.255.255']);
  });

  test('IPv6 is there when a document speaks of it', async () => {
    folder.put('shop.yaml', SHOP + OFFICE.replace('10.0.0.0/8', '2001:db8::/32'));
    const { out } = await list('--focus', 'ops/backup', '--direction', 'egress');
    expect(out).toContain('ops/backup[CronJob] => 2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff[External] : All Connections\n');
    expect((await list('--focus', 'cidr:2001:db8::1', '--direction', 'egress')).out).toContain(' => shop/api[Deployment] : All Connections\n');
  });

  test('the older policies of the cluster are read as the line that serves them, where no target says otherwise', async () => {
    const older = (kind: string, name: string, spec: string): string => `---\napiVersion: policy.networking.k8s.io/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: { ${spec}, subject: { namespaces: {} } }\n`;
    const rule = (action: string, namespaces: string): string => `ingress: [{ action: ${action}, from: [{ namespaces: ${namespaces} }] }]`;
    const both = older('AdminNetworkPolicy', 'ops', `priority: 7, ${rule('Allow', '{ matchLabels: { kubernetes.io/metadata.name: ops } }')}`) + older('BaselineAdminNetworkPolicy', 'default', rule('Deny', '{}'));
    folder.put('shop.yaml', SHOP + both);
    const { out, err } = await list('--focus', 'ops/backup');
    expect(err).toBe('');
    expect(out).toContain('ops/backup[CronJob] => shop/db[StatefulSet] : All Connections\n');
    expect(out).not.toContain('shop/api[Deployment] => ops/backup[CronJob]');
    expect((await list('--target', 'networkPolicyApi=0.2.0')).err).toContain('The API server would refuse 2 documents in shop.yaml, ');
    folder.put('shop.yaml', `${SHOP + both}---\napiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: { name: new }\nspec: { tier: Admin, priority: 1, subject: { namespaces: {} }, ingress: [{ action: Pass, from: [{ namespaces: {} }] }] }\n`);
    expect((await list()).err).toContain('The API server would refuse 2 documents in shop.yaml, ');
  });

  test('an empty status, as tools write it, changes nothing', async () => {
    const closed = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: closed, namespace: ops, creationTimestamp: null }\nspec: { podSelector: {}, policyTypes: [Ingress, Egress] }\n';
    const focused = async (more: string): ReturnType<typeof list> => {
      folder.put('shop.yaml', `${SHOP}---\n${closed}${more}`);
      return list('--focus', 'ops/backup');
    };
    expect(await focused('status: {}\n')).toEqual({ code: 0, out: '', err: '' });
    expect((await focused('state: {}\n')).err).toContain('The API server would refuse 1 document');
  });

  test('what was read from a cluster is there: a resourceVersion takes no certainty, and a second mistake does', async () => {
    const read = (metadata: string, more: string = ''): string => `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: db, namespace: shop, ${metadata} }\nspec: { podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 5432 }] }] }\n${more}`;
    const pod = (name: string): string => `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: shop, labels: { app: ${name} }, resourceVersion: '12', uid: u-${name}, generation: 1, creationTimestamp: '2026-01-27T18:20:25Z' }\nspec: { nodeName: one, containers: [{ name: c, image: x }] }\nstatus: { phase: Running, podIP: 10.1.2.3 }\n`;
    const both = `${pod('web')}---\n${pod('db')}`;
    const metadata = 'resourceVersion: \'13\', generation: 4, uid: u, creationTimestamp: \'2026-01-27T18:20:25Z\'';
    folder.put('shop.yaml', both + read(metadata));
    const { out, err } = await list('--focus', 'shop/db', '--direction', 'ingress');
    expect([out, err]).toEqual(['shop/web[Pod] => shop/db[Pod] : TCP 5432\n', '']);
    folder.put('shop.yaml', both + read(metadata, 'state: {}\n'));
    expect((await list()).err).toContain('The API server would refuse 1 document');
    const found = await netstack(['validate', '-f', 'shop.yaml']);
    expect([found.code, found.out]).toEqual([2, expect.stringContaining('metadata.resourceVersion')]);
  });

  test('kinds without a schema are not said to be refused', async () => {
    folder.put('shop.yaml', `${SHOP}---\napiVersion: route.openshift.io/v1\nkind: Route\nmetadata: { name: web, namespace: shop }\nspec: { port: { targetPort: 8080 }, to: { kind: Service, name: web } }\n`);
    expect((await list()).err).toBe('');
  });

  test('ports of protocols, in their order and joined', async () => {
    folder.put('shop.yaml', `${SHOP}---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: more, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 53, protocol: UDP }, { port: 80 }, { port: 8080, endPort: 8085 }, { port: 8086, endPort: 8090 }, { protocol: SCTP }] }]
`);
    expect((await list()).out).toContain('shop/web[Deployment] => shop/db[StatefulSet] : SCTP 1-65535,TCP 80,8080-8090,UDP 53\n');
  });

  test('a gateway whose proxies are elsewhere is a source, where policies let it through', async () => {
    const gateway = `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec: { gatewayClassName: example, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: route, namespace: shop }
spec: { parentRefs: [{ name: public }], hostnames: [shop.example.com], rules: [{ backendRefs: [{ name: SERVICE, port: 80 }] }] }
`;
    folder.put('shop.yaml', SHOP + gateway.replace('SERVICE', 'web'));
    expect((await list()).out.split('\n').at(-2)).toBe('{Gateway shop/public} => shop/web[Deployment] : TCP 8080');
    expect((await list('--focus', 'shop/web', '--direction', 'egress')).out).not.toContain('{');
    folder.put('shop.yaml', (SHOP + gateway.replace('SERVICE', 'api')).replace('{ matchLabels: { app: web } } }], ports', '{ matchLabels: { app: nobody } } }], ports'));
    expect((await list()).out).not.toContain('{');
  });

  test.each([
    ['an Ingress', 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: i, namespace: shop }\nspec: { rules: [{ host: shop.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: SERVICE, port: { number: 80 } } } }] } }] }\n'],
    ['a Route of OpenShift', 'apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: { name: r, namespace: shop }\nspec: { to: { kind: Service, name: SERVICE } }\n'],
  ])('%s: its controller is one source, where policies let it through', async (_, text) => {
    folder.put('shop.yaml', `${SHOP}---\n${text.replace('SERVICE', 'web')}`);
    expect((await list()).out.split('\n').at(-2)).toBe('{ingress-controller} => shop/web[Deployment] : TCP 8080');
    expect((await list('--focus', 'shop/db')).out).not.toContain('{');
    folder.put('shop.yaml', `${SHOP}---\n${text.replace('SERVICE', 'api')}`);
    expect((await list()).out).not.toContain('{');
  });

  test('what is not determined is counted apart, with the reason', async () => {
    folder.put('shop.yaml', SHOP + OFFICE);
    const { code, out, err } = await list();
    expect(code).toBe(0);
    expect(out).not.toContain('ops/backup[CronJob] => shop/api');
    expect(err).toMatch(/^Of 3 pairs the documents do not decide everything, and what they do not decide is not listed:\n {2}.*NetworkPolicy shop\/office.*whether the addresses of pods count as part of 10\.0\.0\.0\/8 differs by CNI\n$/);
  });

  test('so is what gateways reach, whose proxies nobody knows; one pair is one', async () => {
    folder.put('shop.yaml', `${SHOP}---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec: { gatewayClassName: example, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: route, namespace: shop }
spec: { parentRefs: [{ name: public }], rules: [{ backendRefs: [{ name: api, port: 80 }] }] }
`);
    expect((await list()).err).toMatch(/^Of 1 pair the documents do not decide everything, and what they do not decide is not listed:\n {2}NetworkPolicy shop\/api \(ingress rule 1\).*\n$/);
    expect((await list('--explain')).out).not.toContain('{');
    folder.put('shop.yaml', SHOP);
    expect((await list()).err).toBe('');
  });

  test('of two workloads with one name nobody can tell the lines apart', async () => {
    folder.put('more.yaml', SHOP);
    const { err } = await netstack(['connlist', '-f', '.']);
    expect(err).toContain('so that their lines cannot be told apart: rename all but one of them.\n');
  });
});

describe('a part of it', () => {
  test('--focus and --direction', async () => {
    const with_ = (text: string): string => LINES.filter((line) => line.includes(text)).map((line) => `${line}\n`).join('');
    expect((await list('--focus', 'shop/db')).out).toBe(with_('shop/db'));
    expect((await list('--focus', 'shop/web[Deployment]', '--direction', 'ingress')).out).toBe(with_('=> shop/web'));
    expect((await list('--focus', 'label:app=web', '--direction', 'egress')).out).toBe(with_('shop/web[Deployment] =>'));
    expect((await list('--focus', 'service:shop/web')).out).toBe(with_('shop/web'));
    expect((await list('--focus', 'internet', '--direction', 'egress')).out).toBe(with_(`${ALL} =>`));
  });

  test('--explain says who decides', async () => {
    expect((await list('--focus', 'shop/db', '--direction', 'ingress', '--explain')).out).toMatch(/^shop\/api\[Deployment\] => shop\/db\[StatefulSet\] : TCP 5432\n {4}NetworkPolicy shop\/db \(ingress rule 1\) {2}shop\.yaml:\d+\n$/);
    expect((await list('--focus', 'ops/backup', '--direction', 'egress', '--explain')).out).toContain(`${ALL} : All Connections\n    no policy restricts it\n`);
  });
});

describe('other formats', () => {
  test('csv', async () => {
    const { out } = await list('--format', 'csv');
    expect(out.split('\n').slice(0, 3)).toEqual(['src,dst,conn', `${ALL},ops/backup[CronJob],All Connections`, `${ALL},shop/web[Deployment],TCP 8080`]);
  });

  test('json, as its schema has it; what is not determined is in it', async () => {
    folder.put('shop.yaml', SHOP + OFFICE);
    const { out, err } = await list('--format', 'json');
    expect(err).toBe('');
    const data = JSON.parse(out) as { connections: Record<string, unknown>[] };
    const ajv = new Ajv({ allErrors: true });
    expect(ajv.validate(connlistSchema(), data) ? [] : ajv.errors).toEqual([]);
    const text = (await list()).out.split('\n').length - 1;
    expect(data.connections.filter(({ verdict }) => verdict === 'allowed')).toHaveLength(text);
    expect(data.connections.filter(({ verdict }) => verdict === 'undetermined')).toHaveLength(3);
    expect(data.connections).toContainEqual(expect.objectContaining({
      src: 'shop/api[Deployment]', dst: 'shop/db[StatefulSet]', connections: 'TCP 5432', ports: [{ protocol: 'TCP', from: 5432, to: 5432 }], http: [], verdict: 'allowed',
      decidedBy: [expect.objectContaining({ name: 'NetworkPolicy shop/db', rule: 'ingress rule 1', file: 'shop.yaml' })],
    }));
  });

  test('into a file, whole', async () => {
    const { out } = await list();
    expect(await list('-o', 'list.txt')).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync('list.txt', 'utf8')).toBe(out);
    expect((await list('-o', 'nowhere/list.txt')).code).toBe(1);
    expect(existsSync('nowhere')).toBe(false);
  });

  test.each(['dot', 'mermaid', 'json'])('graph as %s', async (format) => {
    const { code, out } = await netstack(['graph', '-f', 'shop.yaml', '--format', format, '--focus', 'shop/db']);
    expect(code).toBe(0);
    expect(out.replace(/"toolVersion": ".*"/, '"toolVersion": "VERSION"')).toMatchSnapshot();
  });

  test('a large graph is drawn by namespace', async () => {
    const many = Array.from({ length: 30 }, (_, i) => `apiVersion: v1\nkind: Pod\nmetadata: { name: p${i}, namespace: many }\nspec: { containers: [{ name: c, image: x }] }\n`).join('---\n');
    folder.put('shop.yaml', many);
    const { out } = await netstack(['graph', '-f', 'shop.yaml']);
    expect(out).toBe(`flowchart LR
  %% 930 pairs, drawn by namespace: netstack connlist lists them, and --focus draws a part
  n0["${ALL}"]
  n1["many/*"]
  n0 -->|"30 pairs"| n1
  n1 -->|"30 pairs"| n0
  n1 -->|"870 pairs"| n1
`);
  });
});

test.each<[string, string[], string]>([
  ['a peer that does not exist', ['--focus', 'shop/wbe'], 'The documents have no workload shop/wbe: did you mean shop/web?\n'],
  ['a port', ['--focus', 'shop/web:80'], '"shop/web:80" names a port: leave it out: every port is listed.\n'],
  ['a peer of no line', ['--focus', 'fqdn:a.example.com'], 'Lists have no lines of fqdn:a.example.com: focus on a workload, a namespace, a Service, addresses or internet.\n'],
  ['a direction of nothing', ['--direction', 'egress'], '--direction says nothing without --focus: write --focus shop/api --direction egress.\n'],
  ['an explanation of data', ['--explain', '--format', 'json'], '--explain is for text, and --format is json: leave it out: JSON says who decides.\n'],
])('%s is one sentence', async (_, args, sentence) => {
  expect(await list(...args)).toEqual({ code: 64, out: '', err: sentence });
});

test('a reader that has seen enough is no failure', () => {
  folder.put('many.yaml', Array.from({ length: 150 }, (_, i) => `apiVersion: v1\nkind: Pod\nmetadata: { name: p${i}, namespace: many }\nspec: { containers: [{ name: c, image: x }] }\n`).join('---\n'));
  const project = join(__dirname, '../..');
  const command = `"${process.execPath}" "${project}/node_modules/tsx/dist/cli.mjs" --tsconfig "${project}/tsconfig.dev.json" "${project}/src/cli/main.ts" connlist -f many.yaml`;
  // The shell's own exit code is that of the last command of a pipe; the first one says its own on standard output.
  const out = execFileSync('sh', ['-c', `{ ${command} 2>errors; echo "exit $?" >code; } | head -n 1; cat code errors`], { encoding: 'utf8' });
  expect(out).toBe(`${ALL} => many/p0[Pod] : All Connections\nexit 0\n`);
}, 60_000);
