// What protects connections on the wire.
import type { Encryption } from '../../../../src/analysis/reach/mesh/encryption';
import { encryptionOf } from '../../../../src/analysis/reach/mesh/encryption';
import { istio, meshNetwork, partyOf, SHOP, workload } from './ask';

const OFF = istio('PeerAuthentication', 'plain', 'shop', '{ mtls: { mode: DISABLE } }');
const rule = (mode: string): string => istio('DestinationRule', 'orders', 'front', `{ host: orders.shop.svc.cluster.local, trafficPolicy: { tls: { mode: ${mode} } } }`);
const SECURE = `
apiVersion: v1
kind: Service
metadata: { name: secure, namespace: legacy }
spec: { selector: { app: batch }, ports: [{ name: https, port: 443, targetPort: 8443 }] }
---
`;

test.each<[string, string, string, string, number, Encryption | undefined]>([
  ['two sidecars', '', 'front/web', 'shop/orders', 8080, 'mTLS'],
  ['a caller outside', '', 'legacy/batch', 'shop/orders', 8080, 'plaintext'],
  ['an address', '', '192.0.2.1', 'shop/orders', 8080, 'plaintext'],
  ['a called outside', '', 'front/web', 'legacy/batch', 8080, 'plaintext'],
  ['a called outside, at a port of TLS', SECURE, 'front/web', 'legacy/batch', 8443, 'TLS'],
  ['certificates switched off', OFF, 'front/web', 'shop/orders', 8080, 'plaintext'],
  ['a port of the sidecar itself', '', 'front/web', 'shop/orders', 15020, 'plaintext'],
  ['a caller that was told to speak plainly', rule('DISABLE'), 'front/web', 'shop/orders', 8080, 'plaintext'],
  ['a caller that was told to speak TLS of its own', rule('SIMPLE'), 'front/web', 'shop/orders', 8080, 'TLS'],
  ['a caller that was told to bring another certificate', rule('MUTUAL'), 'front/web', 'shop/orders', 8080, undefined],
  ['a caller of whom nobody knows', `${workload('far', 'client')}\n---\n`, 'far/client', 'shop/orders', 8080, undefined],
])('%s', (_, documents, from, to, port, expected) => {
  const network = meshNetwork(SHOP + documents);
  expect(encryptionOf(network, partyOf(network, from), partyOf(network, to), port)).toBe(expected);
});

test('without a mesh only the names of ports say it', () => {
  const network = meshNetwork(`${workload('legacy', 'batch')}\n---\n${workload('legacy', 'web')}\n---\n${SECURE}`);
  expect(encryptionOf(network, partyOf(network, 'legacy/web'), partyOf(network, 'legacy/batch'), 8443)).toBe('TLS');
  expect(encryptionOf(network, partyOf(network, 'legacy/web'), partyOf(network, 'legacy/batch'), 8080)).toBeUndefined();
});

test('ambient pods, and those of Linkerd', () => {
  const ambient = ['shop', 'front'].map((name) => `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name}, labels: { istio.io/dataplane-mode: ambient } }\n---\n${workload(name, 'app')}\n---\n`).join('');
  const one = meshNetwork(ambient);
  expect(encryptionOf(one, partyOf(one, 'front/app'), partyOf(one, 'shop/app'), 8080)).toBe('mTLS');
  const linkerd = (skip: string): string => ['shop', 'front'].map((name) => `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name}, annotations: { linkerd.io/inject: enabled${skip} } }\n---\n${workload(name, 'app')}\n---\n`).join('');
  const other = meshNetwork(linkerd(', config.linkerd.io/skip-outbound-ports: 3000-4000'));
  expect(encryptionOf(other, partyOf(other, 'front/app'), partyOf(other, 'shop/app'), 8080)).toBe('mTLS');
  expect(encryptionOf(other, partyOf(other, 'front/app'), partyOf(other, 'shop/app'), 3306)).toBe('plaintext');
});

test('a rule for TLS says nothing of hosts that the Sidecar of the caller does not know', () => {
  const sidecar = (hosts: string): string => istio('Sidecar', 'default', 'front', `{ egress: [{ hosts: ["${hosts}"] }] }`);
  const asked = (documents: string): Encryption | undefined => {
    const network = meshNetwork(SHOP + documents);
    return encryptionOf(network, partyOf(network, 'front/web'), partyOf(network, 'shop/orders'), 8080);
  };
  expect(asked(rule('SIMPLE') + sidecar('./*'))).toBe('plaintext');
  expect(asked(rule('SIMPLE') + sidecar('shop/*'))).toBe('TLS');
});

// pilot/pkg/model/push_context.go: the narrowest host of all rules that leave a namespace is looked for first, and who may see it second.
test('a narrow rule that a caller does not see hides the wide ones beside it', () => {
  const wide = istio('DestinationRule', 'wide', 'shop', '{ host: "*.cluster.local", trafficPolicy: { tls: { mode: DISABLE } }, exportTo: [front] }');
  const narrow = (exportTo: string): string => istio('DestinationRule', 'narrow', 'shop', `{ host: "*.shop.svc.cluster.local", exportTo: [${exportTo}] }`);
  const asked = (documents: string): Encryption | undefined => {
    const network = meshNetwork(SHOP + documents);
    return encryptionOf(network, partyOf(network, 'front/web'), partyOf(network, 'shop/orders'), 8080);
  };
  expect(asked(wide)).toBe('plaintext');
  expect(asked(wide + narrow('other, "."'))).toBe('mTLS');
  expect(asked(wide + narrow('"."'))).toBe('plaintext');
});
