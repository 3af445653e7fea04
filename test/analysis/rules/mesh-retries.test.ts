// Retries of VirtualServices (too long for a request, or of what may not be sent twice), settings of Terway that are not JSON, and labels that kube-system does not have.
import { ask } from './gateway-ask';

const virtual = (retries: string, match: string = ''): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http: [{ ${match} route: [{ destination: { host: orders } }], timeout: 4.7s, retries: { ${retries} } }]
`;

test('tries that take longer than the request', () => {
  expect(ask('NS2128', virtual('attempts: 3, perTryTimeout: 1.7s'))).toEqual(['spec.http[0].retries: 4 tries of 1.7s take 6.8s, and route 0 of VirtualService shop/orders ends a request after 4.7s']);
  expect(ask('NS2128', virtual('attempts: 3, perTryTimeout: 1.1s'))).toEqual([]);
  // Each try may take the whole time.
  expect(ask('NS2128', virtual('attempts: 3'))).toEqual([]);
});

test('requests that are sent again', () => {
  expect(ask('NS2129', virtual('attempts: 2, retryOn: "5xx,connect-failure"'))).toEqual([
    'spec.http[0].retries: Route 0 of VirtualService shop/orders takes every method, and its requests are sent again after responses of the backend',
  ]);
  expect(ask('NS2129', virtual('attempts: 2, retryOn: gateway-error', 'match: [{ method: { exact: POST } }],'))).toHaveLength(1);
  expect(ask('NS2129', virtual('attempts: 2, retryOn: 5xx', 'match: [{ method: { exact: GET } }],'))).toEqual([]);
  expect(ask('NS2129', virtual('attempts: 2, retryOn: "connect-failure,refused-stream"'))).toEqual([]);
  expect(ask('NS2129', virtual('attempts: 2'))).toEqual([]);
  expect(ask('NS2129', virtual('attempts: 0, retryOn: 5xx'))).toEqual([]);
});

test('settings of Terway with comments', () => {
  const terway = (text: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: eni-config, namespace: kube-system }
data: { eni_conf: '${text}' }
`;
  expect(ask('NS0067', terway('{\n\n"version": "1" # comment\n\n}'))).toHaveLength(1);
  expect(ask('NS0067', terway('{\n\n"version": "1"\n\n}'))).toEqual([]);
});

test('kube-system by a label that somebody gave it', () => {
  const policy = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: dns, namespace: shop }
spec: { podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ namespaceSelector: { matchLabels: { name: kube-system } } }] }] }
`;
  const labelled = `${policy}---\napiVersion: v1\nkind: Namespace\nmetadata: { name: kube-system, labels: { name: kube-system } }\n`;
  expect(ask('NS0085', policy)).toEqual(['spec.egress[0].to[0].namespaceSelector.matchLabels.name: Namespace kube-system has the label name only where somebody gave it one']);
  expect(ask('NS0085', labelled)).toEqual([]);
  expect(ask('NS0085', policy.replaceAll('kube-system', 'payments'))).toEqual([]);
});
