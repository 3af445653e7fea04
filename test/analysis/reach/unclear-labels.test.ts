// Pods of one owner whose labels differ: one workload, of which nobody says more than holds for each of its pods.
import { parseText } from '../../../src/analysis';
import type { Analysis } from '../../../src/analysis/reach/analyze';
import { analyze } from '../../../src/analysis/reach/analyze';
import { connlistText } from '../../../src/analysis/reach/print/connlist';

const pod = (name: string, labels: string, owner = 'web'): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { ${labels} }, ownerReferences: [{ apiVersion: apps/v1, kind: StatefulSet, name: ${owner}, uid: u, controller: true }] }
spec: { containers: [{ name: c, image: x }] }
---`;
const FIRST = pod('web-0', 'app: web, tier: agent');
const SECOND = pod('web-1', 'app: web, tier: analyzer');
const THIRD = pod('web-2', 'app: web');
const DB = pod('db-0', 'app: db', 'db');

const policy = (from: string, apiVersion = 'networking.k8s.io/v1'): string => `
apiVersion: ${apiVersion}
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec: { podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: ${from} }] }] }
---`;
const expression = (operator: string, values = ''): string => `{ matchExpressions: [{ key: tier, operator: ${operator}${values} }] }`;
const cilium = (endpoints: string): string => `
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: db, namespace: shop }
spec: { endpointSelector: { matchLabels: { app: db } }, ingress: [{ fromEndpoints: [${endpoints}] }] }
---`;
const calico = (selector: string): string => `
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec: { selector: app == 'db', types: [Ingress], ingress: [{ action: Allow, source: { selector: "${selector}" } }] }
---`;

const system = (documents: string, targets: Record<string, string> = {}): Analysis => analyze(parseText(documents, 'shop.yaml').documents, { targets });
const asked = (documents: string, targets?: Record<string, string>): string => system(documents, targets).evaluate('shop/web -> shop/db:80').outcome;
const lines = (documents: string): string[] => [...connlistText(system(documents).listings())].join('').split('\n').filter((line) => line.includes(' => shop/'));

test.each<[string, string, string, Record<string, string>]>([
  ['nobody asks of the label', policy('{ matchLabels: { app: web } }'), 'allowed', {}],
  ['one of its values is asked for', policy('{ matchLabels: { tier: agent } }'), 'undetermined', {}],
  ['the other is', policy('{ matchLabels: { tier: analyzer } }'), 'undetermined', {}],
  ['none of them is', policy('{ matchLabels: { tier: other } }'), 'denied', {}],
  ['all of them are', policy(expression('In', ', values: [analyzer, agent]')), 'allowed', {}],
  ['one of them is excluded', policy(expression('NotIn', ', values: [agent]')), 'undetermined', {}],
  ['none of them is excluded', policy(expression('NotIn', ', values: [other]')), 'allowed', {}],
  ['it has to be there', policy(expression('Exists')), 'allowed', {}],
  ['it may not be there', policy(expression('DoesNotExist')), 'denied', {}],
  ['Cilium names one value', cilium('{ matchLabels: { k8s:tier: agent } }'), 'undetermined', { cilium: '1.18' }],
  ['Cilium names another label', cilium('{ matchLabels: { k8s:app: web } }'), 'allowed', { cilium: '1.18' }],
  ['Calico names one value', calico("tier == 'agent'"), 'undetermined', { calico: '3.31' }],
  ['Calico names another label', calico("app == 'web'"), 'allowed', { calico: '3.31' }],
])('%s, in whatever order the pods stand', (_, documents, outcome, targets) => {
  expect([asked(FIRST + SECOND + DB + documents, targets), asked(SECOND + FIRST + DB + documents, targets)]).toEqual([outcome, outcome]);
});

test('a label that a third pod does not have', () => {
  const of = (from: string): string => asked(FIRST + SECOND + THIRD + DB + policy(from));
  expect([of(expression('Exists')), of(expression('DoesNotExist')), of(expression('NotIn', ', values: [other]')), of('{ matchLabels: { tier: other } }')]).toEqual(['undetermined', 'undetermined', 'allowed', 'denied']);
});

test('a policy for some of the pods', () => {
  const closed = policy('{ matchLabels: { app: none } }').replace('app: db', 'tier: analyzer');
  const back = (documents: string): string => system(documents).evaluate('shop/db -> shop/web:80').outcome;
  expect([back(FIRST + SECOND + DB + closed), back(SECOND + FIRST + DB + closed), back(FIRST + DB + closed), back(SECOND + DB + closed)]).toEqual(['undetermined', 'undetermined', 'allowed', 'denied']);
});

test('lists have one line, and none of what is not certain', () => {
  const pods = SECOND + FIRST + DB;
  expect(lines(pods + policy('{ matchLabels: { tier: agent } }'))).toEqual(['0.0.0.0-255.255.255.255[External] => shop/web[StatefulSet] : All Connections', 'shop/db[StatefulSet] => shop/web[StatefulSet] : All Connections']);
  expect(lines(pods + policy('{ matchLabels: { app: web } }'))).toContain('shop/web[StatefulSet] => shop/db[StatefulSet] : All Connections');
});

test('a Service in front of any of the pods leads to their owner', () => {
  const service = (labels: string): string => `
apiVersion: v1
kind: Service
metadata: { name: one, namespace: shop }
spec: { selector: { ${labels} }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: one, namespace: shop }
spec: { defaultBackend: { service: { name: one, port: { number: 80 } } } }
---`;
  const to = (labels: string): string[] => lines(FIRST + SECOND + DB + service(labels)).filter((line) => line.startsWith('{'));
  expect(to('tier: analyzer')).toEqual(['{ingress-controller} => shop/web[StatefulSet] : TCP 8080']);
  expect(to('tier: agent')).toEqual(to('tier: analyzer'));
  expect(to('tier: other')).toEqual([]);
});
