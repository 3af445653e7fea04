// Questions that selectors answer as they are written hold them against the answers of the ones that are taken apart.
import { parseText, validate } from '../../../src/analysis';
import { ciliumKey, podKey } from '../../../src/analysis/model/cilium-keys';
import { ciliumSelector, meetsCilium, meetsWritten } from '../../../src/analysis/model/cilium-selector';
import type { ClusterModel } from '../../../src/analysis/model/cluster-model';
import type { Labels } from '../../../src/analysis/model/fields';
import { partyOfLabels } from '../../../src/analysis/model/parties';
import { policyPeers } from '../../../src/analysis/model/policy-peers';
import { LabelIndex, requirementsOfMap } from '../../../src/analysis/model/selector';

describe('an index of labels', () => {
  const things: readonly { readonly labels: Labels }[] = [{ labels: { app: 'web', tier: 'front' } }, { labels: { app: 'web' } }, { labels: { app: 'orders', tier: 'back' } }, { labels: {} }];
  const index = new LabelIndex(things);
  const itself = (key: string): string => key;

  test.each<[string, Record<string, unknown>, readonly number[]]>([
    ['one label', { app: 'web' }, [0, 1]],
    ['two labels', { app: 'web', tier: 'front' }, [0]],
    ['labels of two things', { app: 'web', tier: 'back' }, []],
    ['a label that nobody has', { team: 'a' }, []],
    ['no label', {}, [0, 1, 2, 3]],
    ['a name of what every object has', { constructor: 'web' }, []],
  ])('finds by %s', (_, map, found) => {
    const expected = found.map((i) => things[i]!);
    expect(index.selectByMap(map)).toEqual(expected);
    expect(index.select(requirementsOfMap(map))).toEqual(expected);
    expect(index.hasWith(map, itself)).toBe(found.length > 0);
  });

  test('asks nothing by keys that are of no label', () => {
    expect(index.hasWith({ 'k8s:io.kubernetes.pod.namespace': 'shop', 'k8s:app': 'orders' }, podKey)).toBe(true);
    expect(index.hasWith({ 'k8s:io.kubernetes.pod.namespace': 'shop', 'k8s:app': 'other' }, podKey)).toBe(false);
  });
});

test.each([
  ['k8s:app', 'pods', 'app'], ['any:app', 'pods', 'app'], ['app', 'pods', 'app'], ['k8s:io.kubernetes.pod.namespace', 'namespace', 'kubernetes.io/metadata.name'],
  ['io.cilium.k8s.namespace.labels.team', 'namespaceLabels', 'team'], ['reserved:host', 'other', 'reserved:host'], ['k8s:io.cilium.k8s.policy.cluster', 'other', 'io.cilium.k8s.policy.cluster'],
])('the key %s asks for %s', (key, about, name) => {
  expect(ciliumKey(key)).toEqual({ about, name });
});

const SYSTEM = (labels: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: orders } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web, tier: front } }
    spec: { containers: [{ name: web, image: "registry.example.com/web:1.7.4" }] }
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  endpointSelector: { matchLabels: { app: orders } }
  ingress: [{ fromEndpoints: [{ matchLabels: { ${labels} } }] }]
`;

test.each<[string, string, string | undefined, boolean]>([
  ['labels of the own namespace', 'app: web, tier: front', 'shop', true],
  ['a namespace by name', '"k8s:io.kubernetes.pod.namespace": shop, "k8s:app": web', 'shop', true],
  ['another namespace', '"k8s:io.kubernetes.pod.namespace": other, "k8s:app": web', 'other', false],
  ['a namespace by its labels, which needs a search', '"k8s:io.cilium.k8s.namespace.labels.team": orders, app: web', undefined, false],
  ['labels that nobody has', 'app: web, tier: back', 'shop', false],
])('a peer by %s', (_, labels, home, finds) => {
  const cluster = clusterOf(SYSTEM(labels));
  const [peer] = policyPeers(cluster);
  expect(peer!.home).toBe(home);
  expect(peer!.finds(cluster)).toBe(finds);
  expect(peer!.path).toEqual(['spec', 'ingress', 0, 'fromEndpoints', 0]);
  // Where it finds somebody, so do its requirements.
  if (finds) expect(cluster.selectBy(home, peer!.pods)).toHaveLength(1);
});

test('an endpoint that is no pod is no peer', () => {
  expect(policyPeers(clusterOf(SYSTEM('"reserved:host": ""')))).toEqual([]);
});

test.each<[string, Record<string, string>]>([
  ['of the own namespace', { app: 'web' }], ['of a named one', { 'app': 'web', 'k8s:io.kubernetes.pod.namespace': 'shop' }], ['of another one', { 'any:io.kubernetes.pod.namespace': 'other' }],
  ['by labels of the namespace', { 'io.cilium.k8s.namespace.labels.team': 'orders' }], ['by an account', { 'io.cilium.k8s.policy.serviceaccount': 'web' }],
  ['of a cluster', { 'io.cilium.k8s.policy.cluster': 'a' }], ['of another source', { 'app': 'none', 'cidr:10.0.0.0/8': '' }], ['with two sources in its key', { 'any:k8s:app': 'web' }],
  ['that asks nothing', {}], ['of other labels', { app: 'web', tier: 'back' }],
])('a selector %s means the same, written and taken apart', (_, matchLabels) => {
  const cluster = clusterOf(SYSTEM('app: web'));
  for (const home of [undefined, 'shop', 'other', '']) {
    for (const namespace of [undefined, 'shop', '']) {
      const party = partyOfLabels(cluster, 'pods', namespace, { app: 'web' }, { exact: home === 'shop', serviceAccount: 'web' });
      expect(meetsWritten(home, { matchLabels }, party)).toBe(meetsCilium(ciliumSelector(home, { matchLabels }), party));
    }
  }
});

function clusterOf(yaml: string): ClusterModel {
  const { documents } = parseText(yaml, 'scene.yaml');
  let found: ClusterModel | undefined;
  const rule = { id: 'NS9999', class: 'breaks', title: '', sees: '', why: '', fix: '', subjects: ['*'], failing: {}, passing: {}, check: (cluster: ClusterModel) => void (found = cluster) } as const;
  expect(validate({ documents }, { rules: [{ ...rule, load: () => rule }] }).filter(({ severity }) => severity === 'error')).toEqual([]);
  return found!;
}
