// The typed API: `analyze(documents)` with evaluate, explain, connectivity, exposure and diff.
import { analyze, parseText, validate } from '../../../src/analysis';
import type { Analysis } from '../../../src/analysis';
import { SHOP } from '../../cli/shop';

const documents = (text: string, cluster?: string): Parameters<typeof analyze>[0] => parseText(text, 'shop.yaml').documents.map((document) => (cluster === undefined ? document : { ...document, cluster }));
const shop: Analysis = analyze(documents(SHOP));

test('evaluate: a line, or its parts', () => {
  const answer = shop.evaluate('shop/web -> shop/api:8080 GET /orders');
  expect(answer).toMatchObject({ from: 'shop/web[Deployment]', to: 'shop/api[Deployment]:8080', outcome: 'allowed' });
  expect(answer.decidedBy.map(({ entry, path }) => [entry.toString(), path])).toEqual([['NetworkPolicy shop/api', ['spec', 'ingress', 0]]]);
  expect(shop.evaluate({ from: 'shop/web', to: 'shop/api', port: 8080, http: { method: 'GET', path: '/orders' }, facts: { jwt: { issuer: 'https://id.example.com' } } })).toMatchObject({ outcome: 'allowed' });
  expect(shop.evaluate({ from: { namespace: 'shop', name: 'web', labels: { app: 'web' } }, to: 'shop/db:5432' })).toMatchObject({ from: 'shop/web[Deployment]', outcome: 'denied' });
  expect(() => shop.evaluate({ from: { namespace: 'shop', name: 'wbe', labels: { app: 'wbe' } }, to: 'shop/db:5432' })).toThrow('did you mean shop/web?');
});

test('explain: with the place in the file, and what would turn it', () => {
  expect(shop.explain('ops/backup -> shop/db:5432')).toMatchObject({
    outcome: 'denied', ways: [{ hops: [{ outcome: 'allowed' }, { outcome: 'denied', answer: 'dropped' }], wouldBe: { outcome: 'allowed', changes: [{ at: { name: 'NetworkPolicy shop/db', file: 'shop.yaml' } }] } }],
  });
});

test('what would turn an answer does turn it, when it is written down', () => {
  const { ways } = shop.explain('ops/backup -> shop/web:9090');
  expect(ways[0]!.wouldBe!.changes.map(({ text }) => text)).toEqual(['NetworkPolicy shop/web (ingress rule 1) also admitted TCP 9090']);
  expect(analyze(documents(SHOP.replace('ports: [{ port: http }]', 'ports: [{ port: http }, { port: 9090 }]'))).evaluate('ops/backup -> shop/web:9090').outcome).toBe('allowed');
  const allowed = shop.explain('shop/web -> shop/api:8080').ways[0]!.wouldBe!;
  expect(allowed.changes.map(({ text }) => text)).toEqual(['NetworkPolicy shop/api (ingress rule 1) were not there']);
  expect(analyze(documents(SHOP.replace('ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 8080 }] }]', 'ingress: []'))).evaluate('shop/web -> shop/api:8080').outcome).toBe('denied');
});

test('connectivity: every pair, as sets of ports', () => {
  const [one] = shop.connectivity();
  const [web, api] = ['shop/web[Deployment]', 'shop/api[Deployment]'].map((label) => one!.ends.find((end) => end.label === label)!);
  expect(one!.portSet(one!.from(web!)[api!.point]!)).toMatchObject({ text: 'TCP 8080', ranges: [{ protocol: 'TCP', from: 8080, to: 8080 }] });
  expect(one!.from(api!)[api!.point]).toBe(one!.between(api!, api!));
});

test('findings: those of validate, as often as they are asked for, also where policies are read as an older line serves them', () => {
  const wrong = SHOP.replace('kind: Deployment', 'kind: Deployment\ntypo: {}');
  const admin = `${SHOP}\n---\napiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: { name: open }\nspec: { priority: 1, subject: { namespaces: {} } }\n`;
  for (const [text, id] of [[wrong, 'NS0011'], [admin, 'NS0017']] as const) {
    const system = analyze(documents(text));
    const expected = validate(documents(text) as []);
    expect(system.findings()).toEqual(expected);
    expect(system.findings()).toEqual(expected);
    expect(expected.map((one) => one.id)).toContain(id);
  }
});

test('one by one and row by row are the same', () => {
  for (const connectivity of shop.connectivity()) {
    for (const from of connectivity.ends) {
      const row = connectivity.from(from);
      for (const to of connectivity.ends) expect(connectivity.between(from, to)).toBe(row[to.point]);
    }
  }
});

test('a single pod reaches itself whatever policies say; of several, one may call another', () => {
  const scene = (replicas: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec: { ${replicas}selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: main, image: "registry.example.com/web:1" }] } } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed, namespace: shop }
spec: { podSelector: {}, ingress: [] }
`;
  const itself = (yaml: string): string => analyze(documents(yaml)).evaluate('shop/web -> shop/web:8080').outcome;
  expect([itself(scene('')), itself(scene('replicas: 1, ')), itself(scene('replicas: 2, '))]).toEqual(['allowed', 'allowed', 'denied']);
  expect(itself(scene('').replace('kind: Deployment', 'kind: DaemonSet'))).toBe('denied');
  const scaled = 'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: web, namespace: shop }\nspec: { maxReplicas: 3, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }\n';
  expect(itself(`${scene('')}---\n${scaled}`)).toBe('denied');
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: shop, labels: { app: web } }\nspec: { containers: [{ name: main, image: "registry.example.com/web:1" }] }\n';
  expect(itself(pod + scene('').slice(scene('').indexOf('---')))).toBe('allowed');
});

test('exposure and diff', () => {
  expect(shop.exposure('internet').exposures).toMatchObject([{ door: 'Service shop/web (LoadBalancer)', to: 'shop/web[Deployment]', verdict: 'allowed' }]);
  expect(shop.exposure().exposures.map(({ from }) => from)).toEqual(['internet', 'namespaces', 'namespaces', 'unlabelled', 'unlabelled']);
  expect(shop.diff(shop)).toEqual({ pairs: [], added: [], removed: [], undetermined: 0 });
  expect(analyze(documents(SHOP.replace('policyTypes: [Ingress]', 'policyTypes: [Ingress, Egress]'))).diff(shop).pairs.every(({ kind }) => kind === 'removed' || kind === 'narrowed')).toBe(true);
});

test('of several clusters the one that has both ends answers; what differs must be asked apart', () => {
  const other = SHOP.replace('name: default-deny, namespace: shop }\nspec: { podSelector: {}', 'name: default-deny, namespace: shop }\nspec: { podSelector: { matchLabels: { app: nobody } }').replaceAll('app: api } } }], ports: [{ port: 5432 }]', 'app: backup } }, namespaceSelector: {} }], ports: [{ port: 5432 }]');
  const both = analyze([...documents(SHOP, 'beijing') as [], ...documents(other, 'shanghai') as []]);
  expect(both.evaluate('shop/web -> shop/api:8080').outcome).toBe('allowed');
  expect(() => both.evaluate('shop/api -> shop/db:5432')).toThrow('Several clusters have both ends, and answer differently (beijing, shanghai)');
  expect(both.evaluate({ from: 'shop/api', to: 'shop/db:5432', cluster: 'beijing' }).outcome).toBe('allowed');
  expect(both.explain({ from: 'shop/api', to: 'shop/db:5432', cluster: 'shanghai' })).toMatchObject({ cluster: 'shanghai', outcome: 'denied' });
  expect(() => analyze(documents(SHOP, 'beijing'), { cluster: 'beijng' })).toThrow('did you mean beijing?');
});
