import { splits, WEIGHT_SUBJECTS } from '../model/weights';
import { each } from '../model/each';
import type { Share, Split } from '../model/split';
import type { Report, Rule } from './rule';

const ROUTE = (weight: number): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec:
  parentRefs: [{ name: web }]
  rules:
    - backendRefs:
        - { name: orders, port: 8080, weight: ${weight} }
        - { name: orders-canary, port: 8080, weight: 0 }
`;

export const rule: Rule = {
  id: 'NS2022',
  class: 'breaks',
  title: 'Every weight of a rule is 0',
  sees: 'The weights of backends in Gateway API routes, VirtualServices with several destinations, and Traefik\'s weighted services.',
  why: 'A rule whose backends all have weight 0 still matches, and answers each request with an error instead of passing it on; Istio refuses such a VirtualService.',
  fix: 'give one backend a weight',
  covers: ['R5', 'analysis 1.3: all weights zero'],
  docs: ['https://gateway-api.sigs.k8s.io/reference/spec/#httpbackendref', 'https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRouteDestination'],
  subjects: WEIGHT_SUBJECTS,
  failing: { documents: ROUTE(0), says: 'Every weight is 0 (orders, orders-canary): requests that match get an error', field: 'spec.rules[0].backendRefs' },
  passing: { documents: ROUTE(1) },
  check(cluster, report) {
    each(cluster.derive(splits), checkSplit, report);
  },
};

function isWeighted({ weight }: Share): boolean {
  return weight > 0;
}

function checkSplit(split: Split, report: Report): void {
  const { at, shares, weighted, zero } = split;
  if (zero === 'nothing' || shares.some(isWeighted)) return;
  const names = shares.map(({ name }) => name).join(', ');
  // Several destinations without any weight are as refused as with zeros.
  if (!weighted && zero !== 'refused') return;
  report(at, split.path, { message: `Every weight is 0 (${names}): ${zero === 'refused' ? 'Istio refuses the VirtualService' : 'requests that match get an error'}` });
}
