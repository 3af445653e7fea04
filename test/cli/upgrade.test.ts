import { inFolder, netstack } from './netstack';

const { put } = inFolder();

const peer = (name: string): string => `apiVersion: cilium.io/v2alpha1\nkind: CiliumBGPPeerConfig\nmetadata: { name: ${name} }\nspec: { transport: { localPort: 179 } }\n---\n`;
const POLICY = 'apiVersion: cilium.io/v2alpha1\nkind: CiliumBGPPeeringPolicy\nmetadata: { name: rack }\nspec: { virtualRouters: [{ localASN: 64512, neighbors: [{ peerASN: 64513, peerAddress: 10.0.0.1/32 }] }] }\n---\n';
const ENDPOINTS = 'apiVersion: v1\nkind: Endpoints\nmetadata: { name: db, namespace: shop }\nsubsets: [{ addresses: [{ ip: 10.0.0.1 }], ports: [{ port: 5432 }] }]\n---\n';
const KUSTOMIZATION = 'apiVersion: kustomize.toolkit.fluxcd.io/v1beta2\nkind: Kustomization\nmetadata: { name: shop, namespace: flux-system }\n'
  + 'spec: { interval: 1m, prune: true, sourceRef: { kind: GitRepository, name: shop }, validation: client }\n---\n';

test('what must change is said once for each step, with its objects', async () => {
  put('a.yaml', `${KUSTOMIZATION}${KUSTOMIZATION.replace('name: shop,', 'name: edge,')}${POLICY}`);
  const { code, out, err } = await netstack(['upgrade', '-f', 'a.yaml', '--open', '--target', 'flux=2.4', '--target', 'cilium=1.17', '--to', 'latest']);
  expect({ code, err }).toEqual({ code: 2, err: '' });
  expect(out).toBe(`cilium 1.17.2 -> 1.20.2
flux 2.4.0 -> 2.9.4

── Must change ──

 1. write apiVersion: kustomize.toolkit.fluxcd.io/v1  [NS0017]
    Flux 2.9.4 does not serve Kustomization of
    kustomize.toolkit.fluxcd.io/v1beta2: it was served until Flux 2.4.0 or a
    later release
     Kustomization flux-system/shop  a.yaml:1:1
     Kustomization flux-system/edge  a.yaml:6:1

 2. remove it; known here: buildMetadata, commonMetadata, components,
    decryption, deletionPolicy, dependsOn, force, healthCheckExprs, …  [NS0018]
    In kustomize.toolkit.fluxcd.io/v1 Kustomization there is no field validation
    here
     Kustomization flux-system/shop  spec.validation  a.yaml:4:84
     Kustomization flux-system/edge  spec.validation  a.yaml:9:84

 3. write CiliumBGPClusterConfig, CiliumBGPPeerConfig and CiliumBGPAdvertisement
    of cilium.io/v2  [NS0017]
    Cilium 1.20.2 does not serve CiliumBGPPeeringPolicy of cilium.io/v2alpha1:
    it was served until Cilium 1.18
     CiliumBGPPeeringPolicy rack  a.yaml:11:1

3 documents: 5 fields must change, in 3 steps, nothing is newly deprecated, no
rule has more to say, 2 findings go with the upgrade
`);
});

test('what is deprecated there does not fail', async () => {
  put('a.yaml', `${peer('tor')}${ENDPOINTS}`);
  const { code, out } = await netstack(['upgrade', '-f', 'a.yaml', '--open', '--target', 'k8s=1.32', '--target', 'cilium=1.17', '--to', 'kubernetes=1.35', '--to', 'cilium=1.20']);
  expect(code).toBe(0);
  expect(out).toBe(`kubernetes 1.32 -> 1.35
cilium 1.17.2 -> 1.20.2

── Deprecated there ──

 1. write apiVersion: cilium.io/v2  [NS0022]
    CiliumBGPPeerConfig of cilium.io/v2alpha1 is deprecated in Cilium 1.20.2
     CiliumBGPPeerConfig tor  a.yaml:1:1

 2. write EndpointSlice of discovery.k8s.io/v1  [NS0022]
    Endpoints of v1 is deprecated since Kubernetes 1.33
     Endpoints shop/db  a.yaml:6:1

2 documents: nothing must change, 2 objects are newly deprecated, no rule has
more to say
`);
});

test('what stands on both lines is no matter of the upgrade, and what it mends is counted', async () => {
  put('a.yaml', 'apiVersion: cilium.io/v2\nkind: CiliumBGPPeerConfig\nmetadata: { name: tor }\nspec: {}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndta: {}\n');
  const { code, out } = await netstack(['upgrade', '-f', 'a.yaml', '--open', '--target', 'cilium=1.17', '--to', 'cilium=1.20']);
  expect(code).toBe(0);
  expect(out).toBe(`cilium 1.17.2 -> 1.20.2

2 documents: nothing must change, nothing is newly deprecated, no rule has more
to say, 1 finding goes with the upgrade, 1 error stands on both (netstack
validate lists it)
`);
});

test('the model file says what runs, cluster by cluster, and the channel stays', async () => {
  put('dist/a.k8s.yaml', 'apiVersion: gateway.networking.k8s.io/v1alpha2\nkind: TCPRoute\nmetadata: { name: sql, namespace: shop }\nspec: { rules: [{ backendRefs: [{ name: db, port: 5432 }] }] }\n');
  put('dist/b.k8s.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: shop }\n');
  put('dist/netstack.model.json', JSON.stringify({
    format: 'netstack/model/v1', toolVersion: '0.0.0', clusters: [{ name: 'north', targets: { gatewayApi: { version: '1.2', channel: 'experimental' } } }, { name: 'south', targets: {} }],
    outputs: [{ path: 'a.k8s.yaml', kind: 'kubernetes' }, { path: 'b.k8s.yaml', kind: 'kubernetes' }],
    objects: [
      { cluster: 'north', group: 'gateway.networking.k8s.io', version: 'v1alpha2', kind: 'TCPRoute', namespace: 'shop', name: 'sql', file: 'a.k8s.yaml', constructPath: 'app/sql' },
      { cluster: 'south', group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'a', file: 'b.k8s.yaml', constructPath: 'app/a' },
    ],
  }));
  const same = await netstack(['upgrade', '--open', '--to', 'gateway-api=1.6']);
  expect(same.out).toContain('gateway-api 1.2.1/experimental -> 1.6.1/experimental');
  expect(same.out).not.toContain('Must change');
  const standard = await netstack(['upgrade', '--open', '--to', 'gateway-api=1.6/standard']);
  expect(standard.code).toBe(2);
  expect(standard.out).toContain('The standard channel of Gateway API 1.6.1 does not serve TCPRoute of\n    gateway.networking.k8s.io/v1alpha2, the experimental channel does\n     TCPRoute shop/sql  (north)  dist/a.k8s.yaml:1:1\n');
});

test('what rules say only there, with their severity', async () => {
  put('a.yaml', `apiVersion: gateway.networking.k8s.io/v1
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
metadata: { name: cart, namespace: shop }
spec:
  parentRefs: [{ name: public }]
  rules: [{ matches: [{ path: { type: PathPrefix, value: /cart }, method: GET }], backendRefs: [{ name: cart, port: 8080 }], retry: { attempts: 1, codes: [503] } }]
`);
  const { code, out } = await netstack(['upgrade', '-f', 'a.yaml', '--open', '--target', 'gateway-api=1.6/experimental', '--to', 'envoy-gateway=1.2']);
  expect(code).toBe(0);
  expect(out).toContain('envoy-gateway 1.9.0 -> 1.2.8\n\n── Rules that speak there ──\n\n 1. ');
  expect(out).toContain('Envoy Gateway 1.2.8 does not read them\n     HTTPRoute shop/cart  spec.rules[0].retry  a.yaml:16:');
  expect(out).toContain('nothing must change, nothing is newly deprecated, rules have 1 more\nfinding\n');
});

test('as data', async () => {
  put('a.yaml', `${POLICY}`);
  const { code, out } = await netstack(['upgrade', '-f', 'a.yaml', '--open', '--target', 'cilium=1.17', '--to', 'cilium=1.20', '--json']);
  expect(code).toBe(2);
  const plan = JSON.parse(out) as Record<string, unknown>;
  expect(plan).toMatchObject({
    schema: 'netstack/upgrade/v1', documents: 1, changes: [{ system: 'cilium', from: '1.17.2', to: '1.20.2' }],
    mustChange: [{
      id: 'NS0017', fix: 'write CiliumBGPClusterConfig, CiliumBGPPeerConfig and CiliumBGPAdvertisement of cilium.io/v2',
      findings: [{ id: 'NS0017', severity: 'error', object: { kind: 'CiliumBGPPeeringPolicy', name: 'rack' }, field: 'apiVersion', file: 'a.yaml', line: 1 }],
    }],
    deprecated: [], rules: [], unchecked: [], solved: [], standing: [],
  });
});

test.each<[what: string, args: string[], sentence: string]>([
  ['nothing differs', ['--to', 'istio=1.30'], 'There is nothing to compare: istio is targeted at that line already: say what runs now, with --target istio=1.24.6 or in netstack.yaml.\n'],
  ['everything is the newest', ['--to', 'latest'],
    'There is nothing to compare: every target is its newest known line already: say what runs now, with --target istio=1.24.6 or in netstack.yaml.\n'],
  ['a system that is none', ['--to', 'istoi=1.30'], 'error: option \'--to <system=version>\' argument \'istoi=1.30\' is invalid. There is no system "istoi": write istio.\n(netstack --help lists the commands)\n'],
  ['no line to go to', [], 'error: required option \'--to <system=version>\' not specified\n(netstack --help lists the commands)\n'],
])('64: %s', async (_, args, sentence) => {
  put('a.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
  expect(await netstack(['upgrade', '-f', 'a.yaml', ...args])).toEqual({ code: 64, out: '', err: sentence });
});

test('1: no document', async () => {
  put('empty/readme.txt', '');
  expect(await netstack(['upgrade', '-f', 'empty', '--to', 'latest'])).toEqual({ code: 1, out: '', err: 'No readable Kubernetes document in empty: give files or folders of manifests with -f.\n' });
});
