import { linkerdOf } from '../model/mesh-linkerd';
import type { Rule } from './rule';

const scene = (more: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, annotations: { linkerd.io/inject: enabled } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4", ports: [{ name: http, containerPort: 8080 }] }] }
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: orders, namespace: shop }
spec: { podSelector: { matchLabels: { app: orders } }, port: http, proxyProtocol: HTTP/1 }
---${more}
`;

const POLICY = `
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec:
  targetRef: { group: policy.linkerd.io, kind: Server, name: orders }
  requiredAuthenticationRefs: [{ kind: ServiceAccount, name: frontend }]
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: frontend, namespace: shop }
`;

export const rule: Rule = {
  id: 'NS3081',
  class: 'breaks',
  title: 'A Server of Linkerd admits nobody',
  sees: 'Servers with the default accessPolicy (deny) for pods with Linkerd\'s proxy, that no AuthorizationPolicy, no ServerAuthorization and no route is for.',
  why: 'Once a Server stands for a port, only what is authorized comes in. Without an authorization every request but the kubelet\'s probes is answered 403.',
  fix: 'add an AuthorizationPolicy for the Server, or give it accessPolicy: all-unauthenticated until there is one',
  covers: ['analysis 1.3: Linkerd Server port with no authorization'],
  docs: ['https://linkerd.io/2/reference/authorization-policy/#server'],
  subjects: ['policy.linkerd.io/Server'],
  failing: {
    documents: scene(''),
    says: 'Nothing authorizes anybody for port http of Deployment shop/orders: every request is refused',
    field: 'metadata.name',
  },
  passing: { documents: scene(POLICY) },
  check(cluster, report) {
    const linkerd = linkerdOf(cluster);
    if (linkerd.unread || cluster.open) return;
    for (const { entry, accessPolicy, authorizations, routed, pods, port } of linkerd.servers) {
      const group = pods.find((one) => linkerd.injected(one) === true);
      if (!group || accessPolicy !== 'deny' || routed || authorizations.length > 0) continue;
      report(entry, ['metadata', 'name'], { message: `Nothing authorizes anybody for port ${port} of ${group.entry.toString()}: every request is refused`, decidedBy: [group.entry] });
    }
  },
};
