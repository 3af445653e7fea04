import type { Fields } from '../model/fields';
import { list, record } from '../model/fields';
import type { Rule } from './rule';

const SYSTEM = (remove: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec:
  parentRefs: [{ name: web }]
  rules:
    - filters:
        - type: RequestHeaderModifier
          requestHeaderModifier: { set: [{ name: x-tenant, value: shop }], remove: [${remove}] }
      backendRefs: [{ name: orders, port: 8080 }]
`;

export const rule: Rule = {
  id: 'NS2113',
  class: 'risk',
  title: 'One filter does two things to one header',
  sees: 'Header modifiers of HTTPRoutes and GRPCRoutes that name a header in more than one of set, add and remove, in any case of letters.',
  why: 'The order is left to the implementation: on one gateway the header arrives, on another it does not, and an update may change it.',
  fix: 'name the header in one of the lists only',
  covers: ['analysis 1.3: filters that conflict'],
  docs: ['https://gateway-api.sigs.k8s.io/reference/spec/#httpheaderfilter'],
  subjects: ['gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute'],
  failing: { documents: SYSTEM('X-Tenant'), says: 'The filter both sets and removes the header x-tenant', field: 'spec.rules[0].filters[0].requestHeaderModifier' },
  passing: { documents: SYSTEM('x-user') },
  check(cluster, report) {
    for (const kind of ['HTTPRoute', 'GRPCRoute']) {
      for (const route of cluster.objects('gateway.networking.k8s.io', kind)) {
        list(route.spec.rules).forEach((one: Fields, index) => {
          if (one.filters === undefined && !list(one.backendRefs).some((ref: Fields) => ref.filters !== undefined)) return;
          const places = [
            ...list(one.filters).map((filter: Fields, at) => ({ filter, path: ['spec', 'rules', index, 'filters', at] })),
            ...list(one.backendRefs).flatMap((ref: Fields, at) => list(ref.filters).map((filter: Fields, item) => ({ filter, path: ['spec', 'rules', index, 'backendRefs', at, 'filters', item] }))),
          ];
          for (const { filter, path } of places) {
            for (const key of ['requestHeaderModifier', 'responseHeaderModifier']) {
              const { set, add, remove } = record(filter[key]);
              if ([set, add, remove].filter((one) => one !== undefined).length < 2) continue;
              const verbs = new Map<string, string[]>();
              const note = (name: string, verb: string): void => {
                verbs.set(name.toLowerCase(), [...new Set([...verbs.get(name.toLowerCase()) ?? [], verb])]);
              };
              for (const { name } of list(set)) note(String(name), 'sets');
              for (const { name } of list(add)) note(String(name), 'adds');
              for (const name of list(remove)) note(String(name), 'removes');
              for (const [name, done] of verbs) if (done.length > 1) report(route, [...path, key], { message: `The filter both ${done.join(' and ')} the header ${name}` });
            }
          }
        });
      }
    }
  },
};
