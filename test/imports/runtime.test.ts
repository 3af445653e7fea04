// The run-time modules: what a user's program sees.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ApiObject, App, Chart, JsonPatch, Testing } from 'cdk8s';
import { KubeConfigMap, KubeNamespace } from '../../imports/core/v1';
import { CiliumClusterwideNetworkPolicy, CiliumNetworkPolicy } from '../../imports/cilium.io/v2';
import { HttpRoute } from '../../imports/gateway.networking.k8s.io/v1';
import { IMPORTS, listFiles } from '../../tools/imports/committed';

const chart = (): Chart => new Chart(new App(), 'c', { namespace: 'order-system' });

test('a cluster-scoped kind gets no namespace, another one the chart\'s', () => {
  const scope = chart();
  new KubeNamespace(scope, 'ns', { metadata: { name: 'order-system' } });
  new CiliumClusterwideNetworkPolicy(scope, 'ccnp', { metadata: { name: 'deny' }, spec: { endpointSelector: {}, ingress: [] } });
  new KubeConfigMap(scope, 'cm', { metadata: { name: 'cm' }, data: { a: 'b' } });
  expect(Testing.synth(scope).map((object: { kind: string; metadata: unknown }) => [object.kind, object.metadata])).toEqual([
    ['Namespace', { name: 'order-system' }],
    ['CiliumClusterwideNetworkPolicy', { name: 'deny' }],
    ['ConfigMap', { name: 'cm', namespace: 'order-system' }],
  ]);
});

test('an unknown field, given as a prop or by a patch, reaches the manifest', () => {
  const scope = chart();
  const route = new HttpRoute(scope, 'r', { metadata: { name: 'r' }, spec: { futureProp: { a: 1 } } as never });
  route.addJsonPatch(JsonPatch.add('/spec/futureField', { deep: [1, 'a'] }), JsonPatch.add('/futureRoot', 7));
  expect(route.toJson()).toEqual({
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'r', namespace: 'order-system' },
    spec: { futureField: { deep: [1, 'a'] }, futureProp: { a: 1 } }, futureRoot: 7,
  });
});

test('wire names stand in the manifest as they were written', () => {
  const policy = new CiliumNetworkPolicy(chart(), 'p', { spec: { endpointSelector: {}, egress: [{ toFQDNs: [{ matchName: 'a.example.com' }], toCIDRSet: [{ cidr: '10.0.0.0/8' }] }] } });
  expect(policy.toJson().spec.egress).toEqual([{ toFQDNs: [{ matchName: 'a.example.com' }], toCIDRSet: [{ cidr: '10.0.0.0/8' }] }]);
});

test('the class says what it is, and its objects are ApiObjects', () => {
  expect(HttpRoute.GVK).toEqual({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' });
  expect(ApiObject.isApiObject(new HttpRoute(chart(), 'r', { spec: {} }))).toBe(true);
});

test('a module loads nothing but NetworkObject: no other group, no schema', () => {
  for (const name of listFiles(IMPORTS).filter((file) => file.endsWith('/index.ts'))) {
    const text = fs.readFileSync(path.join(IMPORTS, name), 'utf8');
    const loaded = [...text.matchAll(/^(?:import|export) (?!type )(?!class ).* from '([^']+)'/gm)].map((match) => match[1]);
    expect([name, loaded]).toEqual([name, ['../../../src/app/network-object']]);
  }
  for (const name of listFiles(IMPORTS).filter((file) => file.endsWith('.ts') && !file.endsWith('/index.ts'))) {
    expect([name, /^(?:import (?!type )|export (?!type |interface ))/m.test(fs.readFileSync(path.join(IMPORTS, name), 'utf8'))]).toEqual([name, false]);
  }
});
