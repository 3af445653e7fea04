import type { Entry } from '../model/entry';
import { list, record } from '../model/fields';
import type { Rule } from './rule';

const scene = (priority: string): string => `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: headers, namespace: shop }
spec:
  ${priority}
  configPatches:
    - applyTo: HTTP_FILTER
      match: { context: SIDECAR_INBOUND, listener: { filterChain: { filter: { name: envoy.filters.network.http_connection_manager, subFilter: { name: envoy.filters.http.router } } } } }
      patch: { operation: INSERT_BEFORE, value: { name: envoy.filters.http.compressor } }
`;

export const rule: Rule = {
  id: 'NS3069',
  class: 'practice',
  title: 'A relative patch of an EnvoyFilter has no priority',
  sees: 'INSERT_BEFORE, INSERT_AFTER, REPLACE and REMOVE in EnvoyFilters without priority, where the documents have more EnvoyFilters for the same pods.',
  why: 'Patches are applied in the order in which the objects were made. A relative one finds other filters after a restore or a redeploy than before, and then goes elsewhere or nowhere.',
  fix: 'give the EnvoyFilter a priority',
  covers: ['IST0151', 'IST0155'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0151/', 'https://istio.io/latest/docs/reference/config/networking/envoy-filter/'],
  subjects: ['networking.istio.io/EnvoyFilter'],
  failing: {
    documents: `${scene('priority: 0')}---${scene('priority: 0').replace('name: headers', 'name: other')}`,
    says: 'INSERT_BEFORE depends on the order in which EnvoyFilter shop/other and this one are made',
    field: 'spec.configPatches[0].patch.operation',
  },
  passing: { documents: `${scene('priority: 10')}---${scene('priority: 20').replace('name: headers', 'name: other')}` },
  check(cluster, report) {
    const filters = cluster.objects('networking.istio.io', 'EnvoyFilter');
    const first = new Map<string, Entry[]>();
    for (const filter of filters) if (isUnordered(filter)) first.set(filter.namespace, [...first.get(filter.namespace) ?? [], filter].slice(0, 2));
    for (const filter of filters) {
      if (!isUnordered(filter)) continue;
      const other = first.get(filter.namespace)?.find((one) => one !== filter);
      if (!other) continue;
      for (const [index, patch] of list(filter.spec.configPatches).map(record).entries()) {
        const operation = String(record(patch.patch).operation);
        if (!RELATIVE.has(operation)) continue;
        report(filter, ['spec', 'configPatches', index, 'patch', 'operation'], { message: `${operation} depends on the order in which ${other.toString()} and this one are made`, decidedBy: [other] });
      }
    }
  },
};

function isUnordered({ spec }: Entry): boolean {
  return typeof spec.priority !== 'number' || spec.priority === 0;
}

const RELATIVE: ReadonlySet<string> = new Set(['INSERT_BEFORE', 'INSERT_AFTER', 'INSERT_FIRST', 'REPLACE', 'REMOVE']);
