import type { FieldPath } from '../documents/document';
import type { Entry } from '../model/entry';
import type { Fields } from '../model/fields';
import { list, record } from '../model/fields';
import type { Report, Rule } from './rule';

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
        const rules = list(route.spec.rules);
        for (let index = 0; index < rules.length; index++) {
          const { filters, backendRefs } = rules[index];
          for (let at = 0; at < list(filters).length; at++) look(report, route, filters[at], ['spec', 'rules', index, 'filters', at]);
          for (let item = 0; item < list(backendRefs).length; item++) {
            const own = list(backendRefs[item].filters);
            for (let at = 0; at < own.length; at++) look(report, route, own[at], ['spec', 'rules', index, 'backendRefs', item, 'filters', at]);
          }
        }
      }
    }
  },
};

function look(report: Report, route: Entry, filter: Fields, path: FieldPath): void {
  for (const key of ['requestHeaderModifier', 'responseHeaderModifier']) {
    if (filter[key] === undefined) continue;
    const { set, add, remove } = record(filter[key]);
    if (Number(set !== undefined) + Number(add !== undefined) + Number(remove !== undefined) < 2) continue;
    const verbs = new Map<string, string>();
    for (const { name } of list(set)) note(verbs, name, 'sets');
    for (const { name } of list(add)) note(verbs, name, 'adds');
    for (const name of list(remove)) note(verbs, name, 'removes');
    for (const [name, done] of verbs) if (done.includes(' ')) report(route, [...path, key], { message: `The filter both ${done} the header ${name}` });
  }
}

function note(verbs: Map<string, string>, header: unknown, verb: string): void {
  const name = String(header).toLowerCase();
  const before = verbs.get(name);
  if (before === undefined) verbs.set(name, verb);
  else if (!before.endsWith(verb)) verbs.set(name, `${before} and ${verb}`);
}
