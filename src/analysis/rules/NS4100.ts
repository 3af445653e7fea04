import { ciliumRefusals } from '../model/cilium-refusals';
import { ciliumPolicies } from '../model/policies-cilium';
import { each } from '../model/each';
import type { Entry } from '../model/entry';
import type { Report, Rule } from './rule';

const POLICY = (spec: string): string => `
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  endpointSelector: { matchLabels: { app: orders } }
${spec}
`;

export const rule: Rule = {
  id: 'NS4100',
  class: 'breaks',
  title: 'Cilium refuses a policy that the API server takes',
  sees: 'Cilium policies without any rule, with two kinds of peers in one rule, with rules of requests on other ports than TCP ones, with rules of DNS names on ingress, and the other combinations that the agents do not take.',
  why: 'The policy gets the condition "Valid: False" and is not enforced: what it was to admit is denied by others, or what it was to deny stays open.',
  fix: 'write the rule as the message says',
  covers: ['analysis 1.3: L7 rules on ports with protocol UDP/ANY', 'analysis 1.3: Cilium empty rules'],
  docs: ['https://docs.cilium.io/en/stable/security/policy/language/'],
  subjects: ['cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy'],
  failing: {
    documents: POLICY(`  ingress:
    - fromEndpoints: [{ matchLabels: { app: web } }]
      toPorts: [{ ports: [{ port: "8080" }], rules: { http: [{ path: /api/.* }] } }]`),
    says: 'Rules of requests stand on port 8080 of protocol ANY',
    field: 'spec.ingress[0].toPorts[0].ports[0]',
  },
  passing: {
    documents: POLICY(`  ingress:
    - fromEndpoints: [{ matchLabels: { app: web } }]
      toPorts: [{ ports: [{ port: "8080", protocol: TCP }], rules: { http: [{ path: /api/.* }] } }]
  egress:
    - toEndpoints: [{ matchLabels: { k8s-app: kube-dns, k8s:io.kubernetes.pod.namespace: kube-system } }]
      toPorts: [{ ports: [{ port: "53", protocol: ANY }], rules: { dns: [{ matchPattern: "*" }] } }]`),
  },
  check(cluster, report) {
    each(ciliumPolicies(cluster), checkPolicy, report);
  },
};

function checkPolicy(policy: Entry, report: Report): void {
  for (const { path, message, fix } of ciliumRefusals(policy)) report(policy, path, { message: `${message}, which Cilium refuses with the whole policy`, fix });
}
