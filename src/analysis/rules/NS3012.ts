import { authorizationOf } from '../model/mesh-authz';
import { identityOf, podsUnder } from '../model/mesh-identities';
import { meshOf } from '../model/mesh';
import { SHOP, workload } from './mesh-fixtures';
import type { Rule } from './rule';

const policy = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  rules: [{ from: [{ source: { principals: [cluster.local/ns/legacy/sa/batch] } }] }]
`;

const legacy = (labels: string): string => `apiVersion: v1
kind: Namespace
metadata: { name: legacy${labels} }
---
${workload('batch', { namespace: 'legacy' })}`;

export const rule: Rule = {
  id: 'NS3012',
  class: 'breaks',
  title: 'An AuthorizationPolicy allows the identity of pods that have none',
  sees: 'ALLOW policies whose principals or serviceAccounts name an account under which only pods outside the mesh run.',
  why: 'An identity is what the certificate of a sidecar or of ztunnel says. Pods outside the mesh show none, so the rule never matches them and their calls are denied with 403.',
  fix: 'bring the caller into the mesh',
  covers: ['R3', 'R112', 'analysis 1.3: principal rule where the port is PERMISSIVE or plaintext'],
  docs: ['https://istio.io/latest/docs/concepts/security/#dependency-on-mutual-tls'],
  subjects: ['security.istio.io/AuthorizationPolicy'],
  failing: {
    documents: `${SHOP}${legacy('')}${policy}`,
    says: 'cluster.local/ns/legacy/sa/batch never matches: Deployment legacy/batch has no certificate of the mesh, since namespace legacy is not labelled for injection',
    field: 'spec.rules[0].from[0].source.principals[0]',
  },
  passing: { documents: `${SHOP}${legacy(', labels: { istio-injection: enabled }')}${policy}` },
  check(cluster, report) {
    const mesh = meshOf(cluster);
    if (!mesh.anyOutside) return;
    for (const { entry, action, rules } of authorizationOf(cluster).policies) {
      if (action !== 'ALLOW') continue;
      for (const { from } of rules) {
        for (const { fields, path } of from) {
          for (const key of ['principals', 'serviceAccounts']) {
            for (const [index, value] of (fields[key] ?? []).entries()) {
              const named = key === 'principals' ? identityOf(value) : accountOf(value, entry.namespace);
              const pods = named ? podsUnder(cluster, named.namespace, named.serviceAccount) : [];
              const [group] = pods;
              if (group === undefined || !pods.every((one) => mesh.isOutside(one))) continue;
              // Another cluster of the system may have the same account inside.
              const others = cluster.world.clusters.filter((other) => other !== cluster);
              if (others.some((other) => podsUnder(other, named!.namespace, named!.serviceAccount).some((one) => meshOf(other).has(one)))) continue;
              report(entry, [...path, key, index], {
                message: `${value} never matches: ${group.entry.toString()} has no certificate of the mesh, since ${mesh.memberOf(group).reason!}`,
                decidedBy: [group.entry],
              });
            }
          }
        }
      }
    }
  },
};

/** `batch` of the policy's own namespace, or `legacy/batch`. */
function accountOf(value: string, home: string): { readonly namespace: string; readonly serviceAccount: string } | undefined {
  if (value.includes('*')) return undefined;
  const [namespace, name] = value.includes('/') ? value.split('/') : [home, value];
  return { namespace: namespace!, serviceAccount: name! };
}
