import { list, record, text } from '../model/fields';
import { references } from '../model/references';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS0055',
  class: 'practice',
  title: 'Connections are shared out in a way that does not fit the protocol',
  sees: 'Services with a gRPC or h2c port that are neither headless nor behind a route nor in a cluster with a mesh, and sessionAffinity: ClientIP on backends of routes.',
  why: 'A Service shares out connections, and gRPC sends all its calls over one: one pod does the work of all. Behind a gateway the affinity has no effect, for gateways call pods directly.',
  fix: 'make the Service headless for gRPC; set the affinity at the gateway',
  covers: ['R70'],
  docs: ['https://kubernetes.io/docs/concepts/services-networking/service/#headless-services', 'https://kubernetes.io/docs/reference/networking/virtual-ips/#session-affinity'],
  subjects: ['/Service'],
  failing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ name: grpc, port: 9000, appProtocol: grpc }] }
`,
    says: 'Port grpc of Service shop/orders carries many calls over one connection (grpc), and the Service shares out connections',
    field: 'spec.ports[0]',
  },
  passing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { clusterIP: None, selector: { app: orders }, ports: [{ name: grpc, port: 9000, appProtocol: grpc }] }
---
apiVersion: v1
kind: Service
metadata: { name: carts, namespace: shop }
spec: { selector: { app: carts }, sessionAffinity: ClientIP, ports: [{ name: http, port: 80 }] }
`,
  },
  check(cluster, report) {
    const { routed } = cluster.derive(references);
    const meshed = ['networking.istio.io', 'security.istio.io', 'policy.linkerd.io', 'linkerd.io'].some((group) => cluster.entries.some((entry) => entry.group === group))
      || cluster.namespaces.some(({ labels }) => 'istio-injection' in labels || 'istio.io/rev' in labels || 'linkerd.io/inject' in labels || 'istio.io/dataplane-mode' in labels);
    for (const service of cluster.objects('', 'Service')) {
      const { clusterIP, ports, selector, sessionAffinity, type } = service.spec;
      if (type === 'ExternalName' || selector === undefined) continue;
      const route = routed.get(service);
      if (sessionAffinity === 'ClientIP' && route) {
        report(service, ['spec', 'sessionAffinity'], { message: `${service.toString()} keeps clients at one pod, and ${route.toString()} calls its pods directly`, fix: 'set session persistence or consistent hashing at the gateway', decidedBy: [route] });
      }
      if (clusterIP === 'None' || meshed || route) continue;
      list(ports).map(record).forEach((port, i) => {
        const name = text(port.name) ?? '';
        if (!/^(?:grpc|kubernetes\.io\/h2c|h2c)$/.test(text(port.appProtocol) ?? '') && !/^grpc(?:-|$)/.test(name)) return;
        report(service, ['spec', 'ports', i], { message: `Port ${name === '' ? String(port.port) : name} of ${service.toString()} carries many calls over one connection (${text(port.appProtocol) ?? 'gRPC'}), and the Service shares out connections` });
      });
    }
  },
};
