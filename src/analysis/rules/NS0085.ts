import type { FieldPath } from '../documents/document';
import type { Fields } from '../model/fields';
import { list, record } from '../model/fields';
import type { Rule } from './rule';

const POLICY = (key: string): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: allow-dns, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to: [{ namespaceSelector: { matchLabels: { ${key}: kube-system } } }]
      ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }]
`;

/** Namespaces that clusters come with, whose labels hardly anybody's documents say. */
const COME_WITH_THE_CLUSTER: ReadonlySet<unknown> = new Set(['kube-system', 'kube-public', 'default']);

export const rule: Rule = {
  id: 'NS0085',
  class: 'practice',
  title: 'A namespace of the cluster is selected by a label that it does not have by itself',
  sees: 'namespaceSelector of NetworkPolicies that ask for the label name of kube-system, kube-public or default, where no document gives the namespace the label.',
  why: 'Only kubernetes.io/metadata.name is there in every cluster. A label that somebody added by hand is missing in the next cluster, and the policy then admits nobody there: names are not resolved any more.',
  fix: 'select by kubernetes.io/metadata.name',
  covers: ['R101', 'R120'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-namespace-by-its-name'],
  subjects: ['networking.k8s.io/NetworkPolicy'],
  failing: {
    documents: POLICY('name'),
    says: 'Namespace kube-system has the label name only where somebody gave it one',
    field: 'spec.egress[0].to[0].namespaceSelector.matchLabels.name',
  },
  passing: { documents: POLICY('kubernetes.io/metadata.name') },
  check(cluster, report) {
    for (const policy of cluster.objects('networking.k8s.io', 'NetworkPolicy')) {
      for (const [direction, key] of [['ingress', 'from'], ['egress', 'to']] as const) {
        list(policy.spec[direction]).forEach((rule: Fields, i) => list(record(rule)[key]).forEach((peer: Fields, j) => {
          const wanted: unknown = record(record(record(peer).namespaceSelector).matchLabels).name;
          if (!COME_WITH_THE_CLUSTER.has(wanted) || cluster.namespace(wanted as string)?.labels.name === wanted) return;
          const path: FieldPath = ['spec', direction, i, key, j, 'namespaceSelector', 'matchLabels', 'name'];
          report(policy, path, { message: `Namespace ${wanted as string} has the label name only where somebody gave it one` });
        }));
      }
    }
  },
};
