// Why pairs differ: the documents that were added, removed or changed, on the side that lets a pair through and on the side that does not.
import { parseText } from '../../../src/analysis';
import type { Analysis } from '../../../src/analysis/reach/analyze';
import { analyze } from '../../../src/analysis/reach/analyze';
import { workload } from './documents';

const policy = (name: string, spec: string, kind = 'networking.k8s.io/v1\nkind: NetworkPolicy'): string => `
apiVersion: ${kind}
metadata: { name: ${name}, namespace: shop }
spec: { ${spec} }
---`;
const namespace = (name: string, labels: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: ${name}, labels: { ${labels} } }
---`;
const WEB = workload('web');
const API = workload('api');
const JOB = workload('job').replace('namespace: shop', 'namespace: far');
const CLOSED = policy('api', 'podSelector: { matchLabels: { app: api } }, policyTypes: [Ingress]');
const OPEN = policy('api', 'podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }]');
const TEAM = policy('api', 'podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: a } } }] }]');

const parsed = (text: string, cluster?: string): Parameters<typeof analyze>[0] => {
  const { documents, findings } = parseText(text, 'shop.yaml');
  expect(findings).toEqual([]);
  return documents.map((document) => (cluster === undefined ? document : { ...document, cluster }));
};
const system = (text: string): Analysis => analyze(parsed(text));
const clusters = (texts: Readonly<Record<string, string>>): Analysis => analyze(Object.entries(texts).flatMap(([name, text]) => [...parsed(text, name) as []]));
/** `added shop/web => shop/api: …` of what is between workloads, or from proxies. */
function causes(before: Analysis, after: Analysis): Record<string, string[]> {
  return Object.fromEntries(after.diff(before).pairs.filter(({ src, dst }) => !`${src}${dst}`.includes('[External]')).map((one) => [`${one.kind} ${one.src.replace('[Deployment]', '')} => ${one.dst.replace('[Deployment]', '')}`, one.causes.map(({ text }) => text)]));
}

test('a policy that was changed: what it did, and what it does', () => {
  const [closed, open] = [system(WEB + API + CLOSED), system(WEB + API + OPEN)];
  expect(causes(closed, open)).toEqual({ 'added shop/web => shop/api': ['NetworkPolicy shop/api, which denied it, was changed', 'NetworkPolicy shop/api (ingress rule 1), which admits it, was changed'] });
  expect(causes(open, closed)).toEqual({ 'removed shop/web => shop/api': ['NetworkPolicy shop/api, which denies it, was changed', 'NetworkPolicy shop/api (ingress rule 1), which admitted it, was changed'] });
  expect(causes(system(WEB + API), closed)).toEqual({ 'removed shop/web => shop/api': ['NetworkPolicy shop/api, which denies it, was added'] });
  expect(causes(closed, system(WEB + API))).toEqual({ 'added shop/web => shop/api': ['NetworkPolicy shop/api, which denied it, was removed'] });
});

test('a policy that was added beside one that stays: only what changed is told', () => {
  const more = policy('more', 'podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }]');
  expect(causes(system(WEB + API + CLOSED), system(WEB + API + CLOSED + more))).toEqual({ 'added shop/web => shop/api': ['NetworkPolicy shop/more (ingress rule 1), which admits it, was added'] });
  expect(causes(system(WEB + API + CLOSED + more), system(WEB + API + CLOSED))).toEqual({ 'removed shop/web => shop/api': ['NetworkPolicy shop/more (ingress rule 1), which admitted it, was removed'] });
});

test('a workload that is new or gone needs no other reason', () => {
  const [without, with_] = [system(WEB + namespace('shop', 'x: "1"')), system(WEB + API + OPEN + namespace('shop', 'x: "2"'))];
  expect(causes(without, with_)).toEqual({ 'added shop/api => shop/web': ['shop/api[Deployment] is new'], 'added shop/web => shop/api': ['shop/api[Deployment] is new'] });
  expect(causes(with_, without)).toEqual({ 'removed shop/api => shop/web': ['shop/api[Deployment] is gone'], 'removed shop/web => shop/api': ['shop/api[Deployment] is gone'] });
});

test('labels of a workload that were changed, where no policy was', () => {
  const tier = workload('web').replace('labels: { app: web }', 'labels: { app: web, tier: front }');
  const front = policy('api', 'podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: { matchLabels: { tier: front } } }] }]');
  expect(causes(system(WEB + API + front), system(tier + API + front))).toEqual({ 'added shop/web => shop/api': ['Deployment shop/web was changed'] });
  expect(causes(system(tier + API + front), system(WEB + API + front))).toEqual({ 'removed shop/web => shop/api': ['Deployment shop/web was changed'] });
});

test('a namespace that was changed, added or removed', () => {
  const of = (...documents: string[]): Analysis => system([JOB, API, TEAM, ...documents].join(''));
  expect(causes(of(namespace('far', 'team: b')), of(namespace('far', 'team: a')))).toEqual({ 'added far/job => shop/api': ['Namespace far was changed'] });
  expect(causes(of(), of(namespace('far', 'team: a')))).toEqual({ 'added far/job => shop/api': ['Namespace far was added'] });
  expect(causes(of(namespace('far', 'team: a')), of())).toEqual({ 'narrowed far/job => shop/api': ['Namespace far was removed'] });
});

test('what decides is the same, and has its addresses from something else that was changed', () => {
  const group = (cidr: string): string => `\napiVersion: cilium.io/v2alpha1\nkind: CiliumCIDRGroup\nmetadata: { name: office }\nspec: { externalCIDRs: [${cidr}] }\n---`;
  const named = policy('api', 'endpointSelector: { matchLabels: { app: api } }, ingress: [{ fromCIDRSet: [{ cidrGroupRef: office }] }]', 'cilium.io/v2\nkind: CiliumNetworkPolicy');
  const { pairs } = system(API + named + group('203.0.113.0/24')).diff(system(API + named + group('198.51.100.0/24')));
  expect(pairs.map(({ kind, src, causes: all }) => [kind, src, all.map(({ text }) => text)])).toEqual([
    ['removed', '198.51.100.0-198.51.100.255[External]', ['CiliumCIDRGroup office, from which it has addresses, was changed']],
    ['added', '203.0.113.0-203.0.113.255[External]', ['CiliumCIDRGroup office, from which it has addresses, was changed']],
  ]);
});

test('a cluster that is on one side only: its workloads are new, or gone', () => {
  const [one, two] = [clusters({ beijing: WEB + API, moon: WEB }), clusters({ beijing: WEB + API, shanghai: WEB + API })];
  const between = { 'added shop/web => shop/api': ['shop/web[Deployment] is new', 'shop/api[Deployment] is new'], 'added shop/api => shop/web': ['shop/api[Deployment] is new', 'shop/web[Deployment] is new'] };
  expect(causes(one, two)).toEqual(between);
  expect(two.diff(one).pairs.map(({ cluster }) => cluster)).toEqual(expect.not.arrayContaining(['beijing']));
  expect(Object.values(causes(two, one))).toEqual([['shop/api[Deployment] is gone', 'shop/web[Deployment] is gone'], ['shop/web[Deployment] is gone', 'shop/api[Deployment] is gone']]);
});

describe('what gateways reach', () => {
  const SERVICE = (name: string): string => `\napiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: shop }\nspec: { selector: { app: ${name} }, ports: [{ port: 80, targetPort: 8080 }] }\n---`;
  const ingress = (name: string): string => `\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: door, namespace: shop }\nspec: { rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${name}, port: { number: 80 } } } }] } }] }\n---`;
  const of = (...documents: string[]): Analysis => system([WEB, API, SERVICE('web'), SERVICE('api'), ...documents].join(''));
  const PROXY = '{ingress-controller} => shop/';

  test('a route that was added, removed, or leads elsewhere', () => {
    expect(causes(of(), of(ingress('web')))).toEqual({ [`added ${PROXY}web`]: ['Ingress shop/door, which leads there, was added'] });
    expect(causes(of(ingress('web')), of())).toEqual({ [`removed ${PROXY}web`]: ['Ingress shop/door, which led there, was removed'] });
    expect(causes(of(ingress('web')), of(ingress('api')))).toEqual({ [`added ${PROXY}api`]: ['Ingress shop/door, which leads there, was changed'], [`removed ${PROXY}web`]: ['Ingress shop/door, which led there, was changed'] });
  });

  test('a policy that lets it through now, and did before', () => {
    const all = policy('web', 'podSelector: { matchLabels: { app: web } }, ingress: [{ ports: [{ port: 8080 }] }]');
    const none = policy('web', 'podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress]');
    expect(causes(of(ingress('web'), none), of(ingress('web'), all))[`added ${PROXY}web`]).toEqual(['NetworkPolicy shop/web (ingress rule 1), which admits it, was changed']);
    expect(causes(of(ingress('web'), all), of(ingress('web'), none))[`removed ${PROXY}web`]).toEqual(['NetworkPolicy shop/web (ingress rule 1), which admitted it, was changed']);
  });

  test('a Service that leads elsewhere: nothing that decides was changed', () => {
    expect(causes(of(ingress('web')), of(ingress('web')))).toEqual({});
    const port = of(ingress('web'));
    const other = system([WEB, API, SERVICE('web').replace('8080', '9090'), SERVICE('api'), ingress('web')].join(''));
    expect(Object.values(causes(port, other))).toEqual([expect.arrayContaining([expect.stringContaining('Ingress shop/door')])]);
  });
});
