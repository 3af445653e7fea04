// netstack diff
import { execFileSync } from 'node:child_process';
import { inFolder, netstack } from './netstack';
import { OFFICE, SHOP } from './shop';

const folder = inFolder();
beforeEach(() => folder.put('old/shop.yaml', SHOP));
const diff = (after: string, ...args: string[]): ReturnType<typeof netstack> => {
  folder.put('new/shop.yaml', after);
  return netstack(['diff', 'old', 'new', ...args]);
};

const WITH_WEB = SHOP.replace('{ matchLabels: { app: api } } }], ports', '{ matchLabels: { app: api } } }, { podSelector: { matchLabels: { app: web } } }], ports');
const WIDER = SHOP.replace('ports: [{ port: 5432 }]', 'ports: [{ port: 5432 }, { port: 9187 }]');

test('a state and itself: nothing', async () => {
  expect(await diff(SHOP, '--exit-code', '--deny-new')).toEqual({ code: 0, err: '', out: 'No pair is different\n' });
});

test('a pair is added by a policy that was changed', async () => {
  const { code, out, err } = await diff(WITH_WEB);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(new RegExp(`^\\+ added {5}shop/web\\[Deployment\\] => shop/db\\[StatefulSet\\] : TCP 5432
 {4}NetworkPolicy shop/db, which denied it, was changed {2}old/shop\\.yaml:\\d+
 {4}NetworkPolicy shop/db \\(ingress rule 1\\), which admits it, was changed {2}new/shop\\.yaml:\\d+

1 pair is different: 1 added\n$`));
  expect((await diff(WITH_WEB, '--exit-code')).code).toBe(2);
  expect((await diff(WITH_WEB, '--deny-new')).code).toBe(2);
});

test('the other way round it is removed, which opens nothing', async () => {
  folder.put('old/shop.yaml', WITH_WEB);
  const { code, out } = await diff(SHOP, '--deny-new');
  expect(code).toBe(0);
  expect(out).toContain('- removed   shop/web[Deployment] => shop/db[StatefulSet] : TCP 5432\n    NetworkPolicy shop/db, which denies it, was changed  new/shop.yaml');
  expect((await diff(SHOP, '--exit-code')).code).toBe(2);
});

test('widened and narrowed', async () => {
  expect((await diff(WIDER)).out).toContain('> widened   shop/api[Deployment] => shop/db[StatefulSet] : TCP 5432 → TCP 5432,9187\n');
  folder.put('old/shop.yaml', WIDER);
  expect((await diff(SHOP)).out).toContain('< narrowed  shop/api[Deployment] => shop/db[StatefulSet] : TCP 5432,9187 → TCP 5432\n');
  // What changes its port is opened on another one.
  expect((await diff(WIDER.replace('9187', '9188'), '--deny-new')).code).toBe(2);
});

test('a policy that was removed, one that was added, labels that changed', async () => {
  const without = SHOP.slice(0, SHOP.indexOf('kind: NetworkPolicy\nmetadata: { name: default-deny') - 'apiVersion: networking.k8s.io/v1\n'.length);
  const { out } = await diff(without);
  expect(out).toContain('+ added     ops/backup[CronJob] => shop/db[StatefulSet] : All Connections\n    NetworkPolicy shop/default-deny, which denied it, was removed  old/shop.yaml');
  folder.put('old/shop.yaml', without);
  expect((await diff(SHOP)).out).toContain('- removed   ops/backup[CronJob] => shop/db[StatefulSet] : All Connections\n    NetworkPolicy shop/default-deny, which denies it, was added  new/shop.yaml');
  folder.put('old/shop.yaml', SHOP);
  expect((await diff(SHOP.replace('labels: { app: backup }', 'labels: { app: backup, x: y }'))).out).toBe('No pair is different\n');
  const other = SHOP.replace('template:\n    metadata: { labels: { app: api } }', 'template:\n    metadata: { labels: { app: api, tier: web } }').replace('metadata: { name: db, namespace: shop }\nspec:\n  podSelector', 'metadata: { name: db, namespace: shop }\nspec:\n  podSelector');
  expect((await diff(other)).out).toBe('No pair is different\n');
});

test('workloads that are new and gone are named', async () => {
  const { out } = await diff(SHOP.replaceAll('name: backup', 'name: restore'));
  expect(out).toMatch(/^new {3}ops\/restore\[CronJob\]\ngone {2}ops\/backup\[CronJob\]\n\n/);
  expect(out).toContain('+ added     ops/restore[CronJob] => shop/web[Deployment] : TCP 8080\n    ops/restore[CronJob] is new  new/shop.yaml:');
  expect(out).toContain('; 1 workload is new; 1 workload is gone\n');
});

test('addresses are compared as finely as either side cuts them', async () => {
  const { out } = await diff(SHOP + OFFICE.replace('10.0.0.0/8', '198.51.100.0/24'));
  expect(out).toContain('+ added     198.51.100.0-198.51.100.255[External] => shop/api[Deployment] : All Connections\n    NetworkPolicy shop/office (ingress rule 1), which admits it, was added  new/shop.yaml');
  expect(out).not.toContain('ops/backup[CronJob] => 198');
});

test('what nobody knows to be new is neither allowed nor silent', async () => {
  const { code, out } = await diff(SHOP + OFFICE.replace('cidr: 10.0.0.0/8', 'cidr: 10.0.0.0/8, except: [10.1.0.0/16]'), '--deny-new');
  expect(code).toBe(2);
  expect(out).toMatch(/of \d+ more pairs the documents do not decide whether something was opened \(NetworkPolicy shop\/office/);
});

test('a pair that nobody knows of any more is not removed, and one of which nobody knew is new', async () => {
  folder.put('old/shop.yaml', WITH_WEB);
  const refused = WITH_WEB.replace('app: web } } }], ports', 'app: web } } }], port');
  expect((await diff(refused)).out).toMatch(/^< narrowed {2}shop\/web\[Deployment\] => shop\/api\[Deployment\] : TCP 8080 → undetermined All Connections\n {4}NetworkPolicy shop\/api, which leaves it undetermined, was changed/);
  folder.put('old/shop.yaml', refused);
  expect(await diff(WITH_WEB, '--deny-new')).toMatchObject({ code: 2, out: expect.stringMatching(/^\+ added {5}shop\/web\[Deployment\] => shop\/api\[Deployment\] : undetermined All Connections → TCP 8080\n/) as string });
});

test('where only the addresses that a policy names are others, their document is the cause', async () => {
  const groups = (cidr: string): string => `${SHOP}---
apiVersion: cilium.io/v2
kind: CiliumCIDRGroup
metadata: { name: partners }
spec: { externalCIDRs: [${cidr}] }
---
apiVersion: cilium.io/v2
kind: CiliumCIDRGroup
metadata: { name: others }
spec: { externalCIDRs: [${cidr}] }
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: api, namespace: shop }
spec: { endpointSelector: { matchLabels: { app: api } }, ingress: [{ fromCIDRSet: [{ cidrGroupRef: partners }] }] }
`;
  folder.put('old/shop.yaml', groups('192.0.2.0/25'));
  const { out } = await diff(groups('192.0.2.0/24'));
  expect(out).toContain('+ added     192.0.2.128-192.0.2.255[External] => shop/api[Deployment] : All Connections\n    CiliumCIDRGroup partners, from which it has addresses, was changed  new/shop.yaml:');
  expect(out).not.toContain('CiliumCIDRGroup others');
});

test('other requests on the same ports are a difference', async () => {
  const rule = (operation: string): string => `${SHOP.replace('metadata: { name: shop }', 'metadata: { name: shop, labels: { istio-injection: enabled } }')}---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: api, namespace: shop }
spec: { selector: { matchLabels: { app: api } }, rules: [{ to: [{ operation: { ${operation} } }] }] }
`;
  folder.put('old/shop.yaml', rule('methods: [GET], paths: [/orders]'));
  const { code, out } = await diff(rule('methods: [GET], paths: [/orders, /admin]'), '--deny-new');
  expect(code).toBe(2);
  expect(out).toMatch(/^> widened {3}shop\/web\[Deployment\] => shop\/api\[Deployment\] : TCP 8080 for GET \/orders → TCP 8080 for GET \/orders\|\/admin\n {4}AuthorizationPolicy shop\/api \(spec\.rules\[0\]\), which admits it, was changed/);
  expect((await diff(rule('methods: [GET], paths: [/orders]'), '--exit-code')).code).toBe(0);
  // From some requests to all of them, and back.
  const all = rule('ports: ["8080"]');
  expect((await diff(all, '--deny-new')).out).toContain('> widened   shop/web[Deployment] => shop/api[Deployment] : some requests → TCP 8080 for every request');
  folder.put('old/shop.yaml', all);
  expect(await diff(rule('methods: [GET]'), '--deny-new')).toMatchObject({ code: 0, out: expect.stringContaining('< narrowed  shop/web[Deployment] => shop/api[Deployment] : TCP 8080 for every request → some requests') as string });
});

test('against a commit', async () => {
  const git = (...args: string[]): void => void execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { stdio: 'pipe' });
  folder.put('dist/shop.yaml', SHOP);
  git('init', '-q', '-b', 'main');
  git('add', 'dist');
  git('commit', '-qm', 'first');
  folder.put('dist/shop.yaml', WITH_WEB);
  const { code, out } = await netstack(['diff', 'main', '--deny-new']);
  expect(code).toBe(2);
  expect(out).toMatch(/which denied it, was changed {2}dist\/shop\.yaml:\d+\n/);
  expect(await netstack(['diff', 'nowhere'])).toEqual({ code: 1, out: '', err: '"nowhere" is neither a folder nor a commit: give a folder, a branch, a tag or a commit as BASE; a shallow clone may lack it.\n' });
});

test('files, and other formats', async () => {
  folder.put('a.yaml', SHOP);
  folder.put('b.yaml', WITH_WEB);
  const as = async (format: string): Promise<string> => (await netstack(['diff', 'a.yaml', 'b.yaml', '--format', format])).out;
  expect(await as('csv')).toBe('change,cluster,src,dst,before,after,cause\nadded,,shop/web[Deployment],shop/db[StatefulSet],,TCP 5432,"NetworkPolicy shop/db, which denied it, was changed; NetworkPolicy shop/db (ingress rule 1), which admits it, was changed"\n');
  expect(JSON.parse(await as('json'))).toMatchObject({ schema: 'netstack/diff/v1', pairs: [{ kind: 'added', src: 'shop/web[Deployment]', before: '', after: 'TCP 5432', causes: [{ fate: 'changed' }, { fate: 'changed' }] }], summary: { added: 1, removed: 0, undetermined: 0 } });
  expect(await as('markdown')).toBe(`### netstack diff: ⚠️ 1 pair is different: 1 added

| | from | to | before | after | cause |
|---|---|---|---|---|---|
| added | shop/web[Deployment] | shop/db[StatefulSet] | – | TCP 5432 | NetworkPolicy shop/db, which denied it, was changed; NetworkPolicy shop/db (ingress rule 1), which admits it, was changed |
`);
  expect(await as('dot')).toContain('"shop/web[Deployment]" -> "shop/db[StatefulSet]" [label="added: TCP 5432", color=red];');
});

test.each<[string, string[], number, string]>([
  ['two targets', ['diff', 'old', 'old', '-f', 'old'], 64, 'A target is given, and -f, --cluster or --model as well: give one of them.\n'],
  ['a base without documents', ['diff', 'empty', 'old'], 1, 'No readable Kubernetes document in empty: give files or folders of manifests with -f.\n'],
  ['a target that is not there', ['diff', 'old', 'nowhere'], 1, '"nowhere" cannot be read: it does not exist: give a file or folder of manifests that exists.\n'],
])('%s', async (_, args, code, err) => {
  folder.put('empty/readme.txt', '');
  expect(await netstack(args)).toEqual({ code, out: '', err });
});
