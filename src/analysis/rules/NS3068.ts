import { list, record } from '../model/fields';
import type { Rule } from './rule';

const scene = (operation: string): string => `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: timeouts, namespace: shop }
spec:
  configPatches:
    - applyTo: HTTP_ROUTE
      match: { context: SIDECAR_OUTBOUND }
      patch: { operation: ${operation}, value: { route: { timeout: 4.7s } } }
`;

export const rule: Rule = {
  id: 'NS3068',
  class: 'breaks',
  title: 'A patch of an EnvoyFilter is ignored',
  sees: 'ADD and REMOVE at ROUTE_CONFIGURATION and HTTP_ROUTE, and REPLACE at anything but NETWORK_FILTER, HTTP_FILTER and VIRTUAL_HOST.',
  why: 'Istio does not know this operation at this place and leaves the patch out: what was to be changed stays as it is.',
  fix: 'take MERGE for routes and route configurations; REPLACE only for filters and virtual hosts',
  covers: ['IST0152', 'IST0153', 'IST0154'],
  docs: ['https://istio.io/latest/docs/reference/config/networking/envoy-filter/#EnvoyFilter-Patch-Operation', 'https://istio.io/latest/docs/reference/config/analysis/ist0152/'],
  subjects: ['networking.istio.io/EnvoyFilter'],
  failing: {
    documents: scene('ADD'),
    says: 'ADD is ignored at HTTP_ROUTE',
    field: 'spec.configPatches[0].patch.operation',
  },
  passing: { documents: scene('MERGE') },
  check(cluster, report) {
    for (const filter of cluster.objects('networking.istio.io', 'EnvoyFilter')) {
      for (const [index, patch] of list(filter.spec.configPatches).map(record).entries()) {
        const operation = String(record(patch.patch).operation);
        const place = String(patch.applyTo);
        const ignored = (operation === 'ADD' || operation === 'REMOVE') && ROUTES.has(place) || operation === 'REPLACE' && !REPLACED.has(place);
        if (ignored) report(filter, ['spec', 'configPatches', index, 'patch', 'operation'], { message: `${operation} is ignored at ${place}` });
      }
    }
  },
};

const ROUTES: ReadonlySet<string> = new Set(['ROUTE_CONFIGURATION', 'HTTP_ROUTE']);
const REPLACED: ReadonlySet<string> = new Set(['NETWORK_FILTER', 'HTTP_FILTER', 'VIRTUAL_HOST']);
