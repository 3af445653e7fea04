import { gatewayModel, GATEWAY_SUBJECTS } from '../model/gateway-api';
import { list, record } from '../model/fields';
import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { RouteView } from '../model/gateway-api';
import type { Report, Rule } from './rule';

const SYSTEM = (labels: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: ${labels} }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: edge }
spec:
  gatewayClassName: envoy
  listeners:
    - name: https
      port: 443
      protocol: HTTPS
      tls: { certificateRefs: [{ name: web-tls }] }
      allowedRoutes: { namespaces: { from: Selector, selector: { matchLabels: { gateway-access: "true" } } } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec:
  parentRefs: [{ name: web, namespace: edge, sectionName: https }]
  rules: [{ backendRefs: [{ name: orders, port: 8080 }] }]
`;

export const rule: Rule = {
  id: 'NS2100',
  class: 'breaks',
  title: 'No listener takes routes of this namespace',
  sees: 'Routes whose listeners all admit other namespaces only: `from: Same` (the default), or a selector that the labels of the route\'s namespace do not meet. Labels of namespaces that the documents do not declare are not guessed.',
  why: 'The gateway does not accept the route (NotAllowedByListeners) and answers 404 for its hosts, though every object is there.',
  fix: 'label the namespace as the listener asks, or widen allowedRoutes.namespaces of the listener',
  covers: ['R120', 'analysis 1.3: namespace not in allowedRoutes'],
  docs: ['https://gateway-api.sigs.k8s.io/guides/multiple-ns/'],
  subjects: GATEWAY_SUBJECTS,
  needs: ['gateway.networking.k8s.io/Gateway'],
  failing: {
    documents: SYSTEM('{ team: orders }'),
    says: 'Listener https of Gateway edge/web takes routes of namespaces with gateway-access=true, and namespace shop has no such label',
    field: 'spec.parentRefs[0]',
  },
  passing: { documents: SYSTEM('{ gateway-access: "true" }') },
  check(cluster, report) {
    each(cluster.derive(gatewayModel).routes, checkRoute, cluster, report);
  },
};

function checkRoute({ entry, parents }: RouteView, cluster: ClusterModel, report: Report): void {
  for (const parent of parents) {
    if (parent.refusal !== 'namespace') continue;
    const { path, refusedBy, gateway, listenerSet } = parent;
    const home = listenerSet ?? gateway.entry;
    const [first] = refusedBy as [typeof refusedBy[number]];
    const { from = 'Same', selector } = record(first.fields.allowedRoutes?.namespaces);
    const labels = Object.entries(record(record(selector).matchLabels)).map(([key, value]) => `${key}=${String(value)}`).join(', ');
    const admits = from === 'Same' ? `of its own namespace ${home.namespace} only`
      : from === 'None' ? 'of no namespace' : `of namespaces with ${labels === '' || list(record(selector).matchExpressions).length > 0 ? 'other labels' : labels}`;
    const whose = refusedBy.length === 1 ? `Listener ${first.name} of ${home.toString()} takes` : `The ${refusedBy.length} listeners of ${home.toString()} take`;
    const view = cluster.namespace(entry.namespace);
    report(entry, path, {
      message: `${whose} routes ${refusedBy.length === 1 ? admits : 'of other namespaces only'}${from === 'Selector' && refusedBy.length === 1 ? `, and namespace ${entry.namespace} has no such label` : `, and the route is in ${entry.namespace}`}`,
      decidedBy: [home, ...view?.entry ? [view.entry] : []],
    });
  }
}
