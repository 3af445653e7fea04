// What the network lets through beside what the program declares: asked only of pairs of which a policy of the CNI closes one end.
import { parseText } from '../../../src/analysis';
import type { DeclaredModel } from '../../../src/analysis/input';
import { undeclaredConnections } from '../../../src/analysis/reach/declared';
import { readSystem } from '../../../src/analysis/validate';
import { workload } from './documents';

const WORKLOADS = ['web', 'orders', 'postgres'];
const PODS = WORKLOADS.map((name) => workload(name)).join('');
const MODEL: DeclaredModel = {
  workloads: WORKLOADS.map((name) => ({ namespace: 'shop', name, labels: { app: name } })),
  connections: [{ from: ':shop/orders', to: ':shop/postgres', port: '5432/TCP', http: [], tags: ['declared'] }],
};

function undeclared(policies: string): string[] {
  const { world } = readSystem({ documents: parseText(`${PODS}\n${policies}`, 'shop.yaml').documents, models: [MODEL] });
  return undeclaredConnections(world.clusters[0]!).map(({ from, to, connections }) => `${from.workload} > ${to.workload} ${connections}`);
}

const policy = (spec: string): string => `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: closed, namespace: shop }\nspec: ${spec}\n`;

test('pairs of which nobody closes an end are no breach: without policies everything may call everything', () => {
  expect(undeclared(policy('{ podSelector: { matchLabels: { app: nobody } }, ingress: [] }'))).toEqual([]);
});

test('the end that is called is closed: who is let in besides', () => {
  expect(undeclared(policy('{ podSelector: { matchLabels: { app: postgres } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 5432 }] }] }'))).toEqual(['web > postgres TCP 5432']);
});

test('the end that calls is closed: what else it may call', () => {
  expect(undeclared(policy('{ podSelector: { matchLabels: { app: orders } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: {} }], ports: [{ port: 5432 }] }] }'))).toEqual(['orders > web TCP 5432']);
});

test('a policy that closes the other direction closes nothing here', () => {
  expect(undeclared(policy('{ podSelector: { matchLabels: { app: postgres } }, policyTypes: [Egress], egress: [] }'))).toEqual([]);
});
