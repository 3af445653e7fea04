import { labelsOf, list, record } from '../model/fields';
import { meshServicesOf } from '../model/mesh-services';
import type { Rule } from './rule';

const scene = (port: number): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: edge, namespace: istio-ingress }
spec:
  selector: { matchLabels: { istio: edge } }
  template:
    metadata: { labels: { istio: edge, sidecar.istio.io/inject: "true" }, annotations: { inject.istio.io/templates: gateway } }
    spec: { containers: [{ name: istio-proxy, image: auto }] }
---
apiVersion: v1
kind: Service
metadata: { name: edge, namespace: istio-ingress }
spec:
  type: LoadBalancer
  selector: { istio: edge }
  ports: [{ name: http2, port: 80, targetPort: 8080 }, { name: https, port: 443 }]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: shop, namespace: istio-ingress }
spec:
  selector: { istio: edge }
  servers: [{ port: { number: ${port}, name: http, protocol: HTTP }, hosts: [shop.example.com] }]
`;

export const rule: Rule = {
  id: 'NS3051',
  class: 'breaks',
  title: 'A Gateway listens on a port that its Service does not open',
  sees: 'Gateways whose pods the documents have, with a server port that is neither a port nor a target port of any Service before these pods.',
  why: 'The proxy listens, and nobody can reach it: the load balancer has no such port.',
  fix: 'add the port to the Service, or take one that it has',
  covers: ['IST0162', 'analysis 1.3: listener port not on the Gateway Service'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0162/'],
  subjects: ['networking.istio.io/Gateway'],
  failing: {
    documents: scene(8443),
    says: 'Port 8443 is none of Service istio-ingress/edge, which has 80 (to 8080), 443',
    field: 'spec.servers[0].port.number',
  },
  passing: { documents: scene(8080) },
  check(cluster, report) {
    const services = meshServicesOf(cluster);
    for (const gateway of cluster.objects('networking.istio.io', 'Gateway')) {
      const selector = labelsOf(gateway.spec.selector);
      const pods = Object.keys(selector).length === 0 ? [] : cluster.selectByMap(undefined, selector);
      if (pods.length === 0 || pods.some((group) => group.hostNetwork)) continue;
      const before = [...new Set(pods.flatMap((group) => services.inFrontOf(group)))];
      if (before.length === 0) continue;
      // A target by name is looked up in the pods; what they do not declare may be any number.
      const targets = before.flatMap((service) => service.ports.flatMap((port) => [port.number, ...pods.map((group) => service.targetOf(port, group))]));
      if (targets.includes(undefined)) continue;
      for (const [index, server] of list(gateway.spec.servers).map(record).entries()) {
        const number: unknown = record(server.port).number;
        if (typeof number !== 'number' || targets.includes(number)) continue;
        const [first] = before;
        const ports = first!.ports.map((port) => (port.target === port.number ? String(port.number) : `${port.number} (to ${port.target})`));
        report(gateway, ['spec', 'servers', index, 'port', 'number'], { message: `Port ${number} is none of ${first!.entry.toString()}, which has ${ports.join(', ')}`, decidedBy: before.map(({ entry }) => entry) });
      }
    }
  },
};
