import type { ClusterModel } from '../model/cluster-model';
import { list, record, text } from '../model/fields';
import type { Link } from '../model/references';
import { beside, kindName, references } from '../model/references';
import type { Rule } from './rule';

const API = 'gateway.networking.k8s.io';

export const rule: Rule = {
  id: 'NS0031',
  class: 'breaks',
  title: 'A reference crosses namespaces without a ReferenceGrant',
  sees: 'Backends, certificates and other references of Gateway API and Envoy Gateway that name another namespace. Namespaces of which no document knows are passed over.',
  why: 'The implementation refuses the reference: the route answers 500, the listener has no certificate, the policy is not accepted.',
  fix: 'add a ReferenceGrant to the namespace that is referred to',
  covers: ['R26', 'analysis 1.3: missing ReferenceGrant'],
  docs: ['https://gateway-api.sigs.k8s.io/api-types/referencegrant/'],
  subjects: ['gateway.networking.k8s.io/Gateway', 'gateway.networking.k8s.io/ListenerSet', 'gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute',
    'gateway.networking.k8s.io/TLSRoute', 'gateway.networking.k8s.io/TCPRoute', 'gateway.networking.k8s.io/UDPRoute', 'gateway.networking.x-k8s.io/XBackend',
    'gateway.envoyproxy.io/SecurityPolicy', 'gateway.envoyproxy.io/ClientTrafficPolicy', 'gateway.envoyproxy.io/EnvoyExtensionPolicy', 'gateway.envoyproxy.io/EnvoyProxy',
    'gateway.envoyproxy.io/Backend', 'gateway.envoyproxy.io/HTTPRouteFilter'],
  failing: {
    documents: `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: cart, namespace: web }
spec: { rules: [{ backendRefs: [{ name: orders, namespace: shop, port: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ port: 80 }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: ReferenceGrant
metadata: { name: routes, namespace: shop }
spec: { from: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: webb }], to: [{ group: "", kind: Service }] }
`,
    says: 'HTTPRoute web/cart refers to Service orders of namespace shop, and no ReferenceGrant there lets HTTPRoutes of namespace web do so',
    field: 'spec.rules[0].backendRefs[0].namespace',
  },
  passing: {
    documents: `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: cart, namespace: web }
spec: { rules: [{ backendRefs: [{ name: orders, namespace: shop, port: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ port: 80 }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: ReferenceGrant
metadata: { name: routes, namespace: shop }
spec: { from: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: web }], to: [{ group: "", kind: Service, name: orders }] }
`,
  },
  check(cluster, report) {
    if (cluster.open) return;
    const grants = cluster.derive(grantsOf);
    for (const link of cluster.derive(references).crossing) {
      const { field, from } = link;
      const namespace = link.namespace!;
      if (cluster.namespace(namespace) === undefined || cluster.derive(beside).isOpen(namespace) || grants.allow(link)) continue;
      const kind = kindName(link.kind);
      report(from, [...link.path, field.namespace!], {
        message: `${from.toString()} refers to ${kind} ${link.name} of namespace ${namespace}, and no ReferenceGrant there lets ${from.kind}s of namespace ${from.namespace} do so`,
        fix: `add a ReferenceGrant to namespace ${namespace}: from ${from.kind} of ${from.namespace}, to ${kind}`,
        ...link.target && { decidedBy: [link.target] },
      });
    }
  },
};

interface Grants {
  allow(link: Link): boolean;
}

function grantsOf(cluster: ClusterModel): Grants {
  /** What each namespace lets whom refer to. */
  const allowed = new Set<string>();
  /** Namespaces with a grant that cannot be read: it may be for anybody. */
  const unread = new Set(cluster.everyObject(API, 'ReferenceGrant').filter(({ sound }) => !sound).map(({ namespace }) => namespace));
  for (const grant of cluster.objects(API, 'ReferenceGrant')) {
    for (const from of list(grant.spec.from).map(record)) {
      for (const to of list(grant.spec.to).map(record)) {
        allowed.add([grant.namespace, from.group, from.kind, from.namespace, to.group, to.kind, text(to.name) ?? '*'].map(String).join('\n'));
      }
    }
  }
  return {
    allow({ from, kind, name, namespace }) {
      if (unread.has(namespace!)) return true;
      const slash = kind.indexOf('/');
      // A grant whose document names no namespace is applied to one that nobody knows yet.
      return [namespace!, ''].some((home) => ['*', name].some((which) =>
        allowed.has([home, from.group, from.kind, from.namespace, kind.slice(0, slash), kind.slice(slash + 1), which].join('\n'))));
    },
  };
}
