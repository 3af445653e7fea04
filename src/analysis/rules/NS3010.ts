import { mtlsOf } from '../model/mesh-mtls';
import { meshServicesOf } from '../model/mesh-services';
import type { Rule } from './rule';

const scene = (type: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4", ports: [{ containerPort: 8080 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: orders-public, namespace: shop }
spec:
  type: ${type}
  selector: { app: orders }
  ports: [{ name: http, port: 80, targetPort: 8080 }]
`;

export const rule: Rule = {
  id: 'NS3010',
  class: 'risk',
  title: 'A load balancer leads to pods that take STRICT mTLS only',
  sees: 'Services of type LoadBalancer whose pods have a sidecar and ask for STRICT mTLS at every port of the Service. Istio\'s gateways are passed over.',
  why: 'Whoever comes through a load balancer has no certificate of the mesh, so the sidecar closes the connection: the address answers, and no request succeeds.',
  fix: 'publish the program through a gateway of the mesh, or take plain text at its port with portLevelMtls PERMISSIVE',
  covers: ['R3', 'analysis 1.3: STRICT mTLS with non-mesh client'],
  docs: ['https://istio.io/latest/docs/concepts/security/#mutual-tls-authentication'],
  subjects: ['security.istio.io/PeerAuthentication'],
  failing: {
    documents: scene('LoadBalancer'),
    says: 'Callers of this load balancer end at port 8080 of Deployment shop/orders, which takes STRICT mTLS only',
    field: 'spec.ports[0]',
  },
  passing: { documents: scene('ClusterIP') },
  check(cluster, report) {
    if (!mtlsOf(cluster).anyStrict) return;
    for (const service of meshServicesOf(cluster).all) {
      if (service.entry.spec.type !== 'LoadBalancer' || service.pods.length === 0) continue;
      const refused = service.ports.map((port) => service.pods.map((group) => {
        const target = service.targetOf(port, group);
        const mode = target === undefined || port.protocol !== 'TCP' ? undefined : mtlsOf(cluster).refusesPlainText(group, target);
        return mode && { target, group, mode };
      }));
      const [first] = refused;
      const one = first?.[0];
      if (!one || !refused.every((pods) => pods.every((found) => found !== undefined))) continue;
      report(service.entry, ['spec', 'ports', 0], {
        message: `Callers of this load balancer end at port ${one.target} of ${one.group.entry.toString()}, which takes STRICT mTLS only`,
        decidedBy: [one.mode.by!, one.group.entry],
      });
    }
  },
};
