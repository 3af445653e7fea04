import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse, readCommitted } from '../../tools/imports/committed';
import { differences, listed, markdown } from '../../tools/imports/differences';
import type { Golden } from '../../tools/imports/differences';
import { className, nestedTypeName, normalizeTypeName } from '../../tools/imports/names';

const ROOT = path.join(__dirname, '..', '..');
const golden = JSON.parse(fs.readFileSync(path.join(ROOT, 'test', 'fixtures', 'imports', 'cdk8s-import.json'), 'utf8')) as Golden;
const found = differences(golden, parse(readCommitted()));

test('every name that cdk8s import gives for Gateway API, Cilium and Istio stands here, or its difference is deliberate', () => {
  expect(found.missing).toEqual([]);
  expect(found.same).toBeGreaterThan(1000);
});

test('docs/imports.md lists the deliberate differences', () => {
  expect(listed(fs.readFileSync(path.join(ROOT, 'docs', 'imports.md'), 'utf8'))).toBe(markdown(found));
});

test('a name that is missing here is found', () => {
  const more = { ...golden, 'cilium.io': { ...golden['cilium.io']!, interfaces: [...golden['cilium.io']!.interfaces, 'CiliumNetworkPolicySpecNothing'] } };
  expect(differences(more, parse(readCommitted())).missing).toEqual(['cilium.io: CiliumNetworkPolicySpecNothing']);
});

test.each([['HTTPRoute', 'HttpRoute'], ['CiliumBGPPeerConfig', 'CiliumBgpPeerConfig'], ['GRPCRoute', 'GrpcRoute'], ['toFQDNs', 'ToFqdNs'], ['wasm-plugin', 'WasmPlugin']])('%s is %s', (name, normalized) => {
  expect(normalizeTypeName(name)).toBe(normalized);
});

test.each([
  ['HTTPRoute', 'spec', 'HttpRouteSpec'],
  ['CiliumNetworkPolicySpecEgress', 'toCIDRSet', 'CiliumNetworkPolicySpecEgressToCidrSet'],
  ['X', 'jwks_uri', 'XJwksUri'],
  ['X', '$ref', 'XRef'],
  ['X', 'disk-fill', 'XDiskFill'],
  ['X', 'consecutive5xxErrors', 'XConsecutive5XxErrors'],
])('in %s, %s is %s', (parent, property, name) => {
  expect(nestedTypeName(parent, property)).toBe(name);
});

test('built-in kinds carry the prefix of cdk8s import k8s, and the version where it is not v1', () => {
  expect([className('HorizontalPodAutoscaler', true, 'v2'), className('Node', true, 'v1'), className('Node', false, 'v1beta1')]).toEqual(['KubeHorizontalPodAutoscalerV2', 'KubeNode', 'Node']);
});
