import type { Entry } from '../model/entry';
import { list, record } from '../model/fields';
import type { World } from '../model/cluster-model';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0071',
  class: 'practice',
  title: 'Karmada takes every ConfigMap of a namespace to its clusters',
  sees: 'PropagationPolicies of Karmada that select ConfigMaps or Secrets by neither name nor label.',
  why: 'The copy is written over that of every member cluster: what one environment is told arrives in another that has an object of the same name.',
  fix: 'select by name, or by a label that says for which environment the object is',
  covers: ['R146'],
  docs: ['https://karmada.io/docs/userguide/scheduling/propagation-policy/'],
  subjects: ['policy.karmada.io/PropagationPolicy', 'policy.karmada.io/ClusterPropagationPolicy'],
  failing: {
    documents: `
apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: { name: settings, namespace: shop }
spec: { resourceSelectors: [{ apiVersion: v1, kind: ConfigMap }], placement: { clusterAffinity: { clusterNames: [beijing, shanghai] } } }
`,
    says: 'PropagationPolicy shop/settings takes every ConfigMap to its clusters',
    field: 'spec.resourceSelectors[0]',
  },
  passing: {
    documents: `
apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: { name: settings, namespace: shop }
spec:
  resourceSelectors:
    - { apiVersion: v1, kind: ConfigMap, labelSelector: { matchLabels: { environment: test } } }
    - { apiVersion: v1, kind: ConfigMap, name: shared }
    - { apiVersion: apps/v1, kind: Deployment }
  placement: { clusterAffinity: { clusterNames: [beijing] } }
`,
  },
  checkWorld(world, report) {
    for (const cluster of world.clusters) {
      // Kinds without a schema: what is read here is asked for by its presence alone.
      for (const policy of cluster.entries) {
        if (policy.group !== 'policy.karmada.io' || !policy.kind.endsWith('PropagationPolicy')) continue;
        list(policy.spec.resourceSelectors).map(record).forEach(({ kind, name, labelSelector }, i) => {
          if ((kind !== 'ConfigMap' && kind !== 'Secret') || name !== undefined || labelSelector !== undefined) return;
          const clash = kind === 'ConfigMap' ? clashing(world, policy.namespace) : undefined;
          report(policy, ['spec', 'resourceSelectors', i], {
            message: `${policy.toString()} takes every ${String(kind)} to its clusters${clash ? `, and ${clash.toString()} has other data in another of them` : ''}`, ...clash && { decidedBy: [clash] },
          });
        });
      }
    }
  },
};

/** A ConfigMap that two clusters have with different data. */
function clashing({ clusters }: World, namespace: string): Entry | undefined {
  const seen = new Map<string, string>();
  for (const cluster of clusters) {
    for (const map of cluster.objects('', 'ConfigMap')) {
      if (namespace !== '' && map.namespace !== namespace) continue;
      const key = `${map.namespace}/${map.name}`;
      const data = JSON.stringify(map.object.data);
      if (seen.has(key) && seen.get(key) !== data) return map;
      seen.set(key, data);
    }
  }
  return undefined;
}
