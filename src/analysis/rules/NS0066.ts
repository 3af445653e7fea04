import { list, record } from '../model/fields';
import type { Rule } from './rule';

/** Names of policies that are meant to shut everything out. */
const MEANT = /deny|isolat|no-egress|block|lock|quarantine|offline|air-?gap/i;

export const rule: Rule = {
  id: 'NS0066',
  class: 'practice',
  title: 'A NetworkPolicy forbids everything outwards without saying so',
  sees: 'NetworkPolicies for some pods whose policyTypes name Egress and that have no egress rules, where no other policy lets the same pods out and the name does not say that nothing is let out.',
  why: 'The pods reach nothing at all, not even DNS: a policy type without rules denies everything of its direction.',
  fix: 'remove Egress from policyTypes, add the rules, or call the policy what it is',
  covers: ['R105'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-egress-traffic'],
  subjects: ['networking.k8s.io/NetworkPolicy'],
  failing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: orders, namespace: shop }
spec: { podSelector: { matchLabels: { app: orders } }, policyTypes: [Ingress, Egress], ingress: [{ from: [{ podSelector: {} }] }] }
`,
    says: 'NetworkPolicy shop/orders names Egress and lets nothing out',
    field: 'spec.policyTypes',
  },
  passing: {
    documents: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: orders, namespace: shop }
spec: { podSelector: { matchLabels: { app: orders } }, policyTypes: [Ingress, Egress], ingress: [{ from: [{ podSelector: {} }] }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: dns, namespace: shop }
spec: { podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }] }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny-all, namespace: web }
spec: { podSelector: { matchLabels: { app: vault } }, policyTypes: [Egress] }
`,
  },
  check(cluster, report) {
    const policies = cluster.objects('networking.k8s.io', 'NetworkPolicy');
    /** Pods that some policy lets out, and selectors of such policies by namespace. */
    const letOut = new Set<unknown>();
    const outlets = new Set<string>();
    for (const { namespace, spec } of policies) {
      if (list(spec.egress).length === 0) continue;
      outlets.add(`${namespace} ${isEmpty(spec.podSelector) ? '' : JSON.stringify(spec.podSelector)}`);
      for (const pod of cluster.select(namespace, spec.podSelector) ?? []) letOut.add(pod);
    }
    for (const policy of policies) {
      const { egress, podSelector, policyTypes } = policy.spec;
      if (!list(policyTypes).includes('Egress') || list(egress).length > 0 || MEANT.test(policy.name) || isEmpty(podSelector)) continue;
      if (outlets.has(`${policy.namespace} `) || outlets.has(`${policy.namespace} ${JSON.stringify(podSelector)}`)) continue;
      if (cluster.select(policy.namespace, podSelector)?.some((pod) => letOut.has(pod)) !== false) continue;
      report(policy, ['spec', 'policyTypes'], { message: `${policy.toString()} names Egress and lets nothing out` });
    }
  },
};

function isEmpty(selector: unknown): boolean {
  const { matchLabels, matchExpressions } = record(selector);
  return Object.keys(record(matchLabels)).length + list(matchExpressions).length === 0;
}
