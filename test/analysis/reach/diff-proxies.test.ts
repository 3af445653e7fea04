// What gateways reach on two sides: where routes are not followed, following them finds no difference.
import fc from 'fast-check';
import type { KubernetesObject } from '../../../src/analysis';
import type { Analysis } from '../../../src/analysis/reach/analyze';
import { analyze } from '../../../src/analysis/reach/analyze';
import { proxyPairsOfBoth } from '../../../src/analysis/reach/diff-proxies';
import type { ProxyPair } from '../../../src/analysis/reach/listing';
import { Listing } from '../../../src/analysis/reach/listing';

const APPS = ['a', 'b', 'c'] as const;

function appOf(app: string): KubernetesObject[] {
  return [
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: app, namespace: 'x', labels: { app } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: app, namespace: 'x' }, spec: { selector: { app }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } },
  ];
}

const GATEWAY: KubernetesObject[] = [
  { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'public' }, spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' } },
  {
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'public', namespace: 'x' },
    spec: { gatewayClassName: 'public', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  },
];

function route(name: string, host: string, ...services: readonly string[]): KubernetesObject {
  const backendRefs = services.map((service) => ({ name: service, port: 80 }));
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name, namespace: 'x' }, spec: { parentRefs: [{ name: 'public' }], hostnames: [host], rules: [{ backendRefs }] } };
}

const INGRESS: KubernetesObject = {
  apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'c', namespace: 'x' },
  spec: { rules: ['c', 'alias'].map((name) => ({ host: `${name}.example.com`, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { number: 80 } } } }] } })) },
};
const ALIAS: KubernetesObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'alias', namespace: 'x' }, spec: { type: 'ExternalName', externalName: 'a.x.svc.cluster.local', ports: [{ port: 80 }] } };

const SYSTEM: readonly KubernetesObject[] = [
  ...APPS.flatMap(appOf), ALIAS, ...GATEWAY, INGRESS, route('one', 'z.example.com', 'b'), route('two', 'a.example.com', 'a', 'c'), route('three', 'z.example.com', 'a'), route('four', 'b.example.com', 'alias'),
];

interface Sketch {
  readonly namespace: string;
  readonly subject: string | undefined;
  readonly from: string | undefined;
  readonly port: number;
  readonly out: boolean;
}

const NAMESPACES = ['x', 'envoy-gateway-system', 'ingress-controller-ns'] as const;

function policyOf({ namespace, subject, from, port, out }: Sketch, i: number): KubernetesObject {
  const peers = from === undefined ? {} : { [out ? 'to' : 'from']: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': from } } }] };
  return {
    apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: `p${i}`, namespace },
    spec: { podSelector: subject === undefined ? {} : { matchLabels: { app: subject } }, policyTypes: [out ? 'Egress' : 'Ingress'], [out ? 'egress' : 'ingress']: [{ ...peers, ports: [{ port }] }] },
  };
}

const policy: fc.Arbitrary<Sketch> = fc.record({
  namespace: fc.constantFrom(...NAMESPACES), subject: fc.option(fc.constantFrom(...APPS), { nil: undefined }), from: fc.option(fc.constantFrom(...NAMESPACES), { nil: undefined }),
  port: fc.constantFrom(80, 8080), out: fc.boolean(),
});

/** Objects of its own, as if it was read from files. */
function system(objects: readonly KubernetesObject[], policies: readonly Sketch[] = []): Analysis {
  return analyze((JSON.parse(JSON.stringify([...objects, ...policies.map(policyOf)])) as KubernetesObject[]).map((object) => ({ object })));
}

const lineOf = ({ label, to, set, routes }: ProxyPair): string => `${label} ${to.label} ${set.text} ${[...routes].map(String).join()}`;
const every = ({ clusters }: Analysis): string[] => new Listing(clusters[0]!).proxyPairs().map(lineOf);
const followed = (before: Analysis, after: Analysis): string[][] => proxyPairsOfBoth(before.clusters[0], after.clusters[0]).map((pairs) => pairs.map(lineOf));

test('whatever policies differ: the pairs that differ are found, as following every route finds them', () => {
  let found = 0;
  let left = 0;
  fc.assert(fc.property(fc.array(policy, { maxLength: 4 }), fc.array(policy, { maxLength: 2 }), fc.boolean(), (before, others, added) => {
    const [a, b] = [system(SYSTEM, before), system(SYSTEM, added ? [...before, ...others] : [...others, ...before.slice(others.length)])];
    const [old, now] = [every(a), every(b)];
    const [then, since] = followed(a, b) as [string[], string[]];
    // What is the same on both sides may be left out.
    expect(then.filter((line) => !since.includes(line))).toEqual(old.filter((line) => !now.includes(line)));
    expect(since.filter((line) => !then.includes(line))).toEqual(now.filter((line) => !old.includes(line)));
    expect(old.filter((line) => then.includes(line))).toEqual(then);
    if (old.join() !== now.join()) found++;
    if (then.length < old.length) left++;
  }), { numRuns: 150 });
  expect(found).toBeGreaterThan(10);
  expect(left).toBeGreaterThan(10);
});

const CLOSED: Sketch = { namespace: 'x', subject: 'b', from: 'x', port: 8080, out: false };
const OTHER: Sketch = { ...CLOSED, from: undefined };

test('nothing changed, and a policy that governs one app', () => {
  const a = system(SYSTEM, [CLOSED]);
  expect(every(a).length).toBeGreaterThan(3);
  expect(followed(a, system(SYSTEM, [CLOSED]))).toEqual([[], []]);
  expect(followed(a, system(SYSTEM, [OTHER]))).toEqual([['{Gateway x/public} x/b[Pod]  HTTPRoute x/one'], ['{Gateway x/public} x/b[Pod] TCP 8080 HTTPRoute x/one']]);
});

test('a policy of the proxies, a route and a namespace that differ: every route is followed', () => {
  const a = system(SYSTEM, [CLOSED]);
  const labelled = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x', labels: { team: 'a' } } };
  for (const b of [system(SYSTEM, [CLOSED, { namespace: 'envoy-gateway-system', subject: undefined, from: 'x', port: 80, out: true }]), system([...SYSTEM, route('five', 'e.example.com', 'b')], [CLOSED]), system([...SYSTEM, labelled], [CLOSED])]) {
    expect(followed(a, b)).toEqual([every(a), every(b)]);
  }
});
