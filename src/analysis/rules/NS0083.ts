import { record } from '../model/fields';
import type { Entry } from '../model/entry';
import type { Rule } from './rule';

const WAVE = 'argocd.argoproj.io/sync-wave';

export const rule: Rule = {
  id: 'NS0083',
  class: 'risk',
  title: 'An object is delivered before its kind is known',
  sees: 'Custom resources whose CustomResourceDefinition is among the documents, and whose sync wave of Argo CD is earlier than that of the definition. In one wave Argo CD applies definitions first.',
  why: 'Argo CD applies waves one after another: the object is refused, the wave fails, and the definition behind it is never applied.',
  fix: 'give the definition an earlier wave',
  covers: ['R66'],
  docs: ['https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/'],
  subjects: ['apiextensions.k8s.io/CustomResourceDefinition'],
  failing: { documents: scene('"0"', '"1"'), says: 'Order shop/first is of wave 0, and CustomResourceDefinition orders.shop.example.com of wave 1', field: 'metadata.annotations["argocd.argoproj.io/sync-wave"]' },
  passing: { documents: scene('"0"', '"-5"') },
  check(cluster, report) {
    const definitions = new Map<string, Entry>();
    for (const definition of cluster.objects('apiextensions.k8s.io', 'CustomResourceDefinition')) definitions.set(`${String(definition.spec.group)}/${String(record(definition.spec.names).kind)}`, definition);
    for (const entry of cluster.entries) {
      const definition = definitions.get(`${entry.group}/${entry.kind}`);
      const wave = definition && waveOf(entry);
      if (wave === undefined || wave >= waveOf(definition!)) continue;
      const written = entry.annotations[WAVE] === undefined;
      report(written ? definition! : entry, ['metadata', 'annotations', WAVE], {
        message: `${entry.toString()} is of wave ${wave}, and ${definition!.toString()} of wave ${waveOf(definition!)}`, decidedBy: [written ? entry : definition!],
      });
    }
  },
};

function waveOf({ annotations }: Entry): number {
  const wave = Number(annotations[WAVE] ?? '0');
  return Number.isInteger(wave) ? wave : 0;
}

function scene(object: string, definition: string): string {
  return `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: orders.shop.example.com, annotations: { ${WAVE}: ${definition} } }
spec:
  group: shop.example.com
  scope: Namespaced
  names: { kind: Order, plural: orders, singular: order, listKind: OrderList }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]
---
apiVersion: shop.example.com/v1
kind: Order
metadata: { name: first, namespace: shop, annotations: { ${WAVE}: ${object} } }
`;
}
