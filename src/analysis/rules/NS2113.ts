import type { FieldPath } from '../documents/document';
import { each } from '../model/each';
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
    for (const kind of ['HTTPRoute', 'GRPCRoute']) each(cluster.objects('gateway.networking.k8s.io', kind), checkRoute, report);
  },
};

function checkRoute(route: Entry, report: Report): void {
  const rules = list(route.spec.rules);
  for (let index = 0; index < rules.length; index++) {
    const { filters, backendRefs } = rules[index];
    if (filters !== undefined) checkFilters(report, route, list(filters), index, undefined);
    for (let item = 0; item < list(backendRefs).length; item++) {
      const own: Fields = backendRefs[item].filters;
      if (own !== undefined) checkFilters(report, route, list(own), index, item);
    }
  }
}

function checkFilters(report: Report, route: Entry, filters: readonly Fields[], rule: number, backend: number | undefined): void {
  for (let at = 0; at < filters.length; at++) {
    for (const key of ['requestHeaderModifier', 'responseHeaderModifier']) {
      const said = filters[at][key] === undefined ? undefined : saidTwice(record(filters[at][key]));
      if (said === undefined) continue;
      const path: FieldPath = ['spec', 'rules', rule, ...(backend === undefined ? [] : ['backendRefs', backend]), 'filters', at, key];
      for (const [name, done] of said) if (done.includes(' ')) report(route, path, { message: `The filter both ${done} the header ${name}` });
    }
  }
}

/** What is done to each header, of a modifier that does more than one thing. */
function saidTwice({ set, add, remove }: Fields): ReadonlyMap<string, string> | undefined {
  if (Number(set !== undefined) + Number(add !== undefined) + Number(remove !== undefined) < 2) return undefined;
  const verbs = new Map<string, string>();
  for (const { name } of list(set)) note(verbs, name, 'sets');
  for (const { name } of list(add)) note(verbs, name, 'adds');
  for (const name of list(remove)) note(verbs, name, 'removes');
  for (const done of verbs.values()) if (done.includes(' ')) return verbs;
  return undefined;
}

function note(verbs: Map<string, string>, header: unknown, verb: string): void {
  const name = String(header).toLowerCase();
  const before = verbs.get(name);
  if (before === undefined) verbs.set(name, verb);
  else if (!before.endsWith(verb)) verbs.set(name, `${before} and ${verb}`);
}
