import { holds, linkerdOf, opaquePorts } from '../model/mesh-linkerd';
import type { Rule } from './rule';

const scene = (ports: string): string => `
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
    metadata: { labels: { app: orders }, annotations: { config.linkerd.io/opaque-ports: "${ports}" } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4", ports: [{ name: http, containerPort: 8080 }] }] }
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: orders, namespace: shop }
spec: { podSelector: { matchLabels: { app: orders } }, port: http, proxyProtocol: HTTP/1, accessPolicy: all-authenticated }
`;

export const rule: Rule = {
  id: 'NS3083',
  class: 'risk',
  title: 'Linkerd is told of a port that it is bytes and that it is HTTP',
  sees: 'Servers with an HTTP or gRPC protocol, or with routes, at a port that config.linkerd.io/opaque-ports of the pods or their namespace names; and Servers that are opaque with routes attached.',
  why: 'Callers send an opaque port as bytes inside of a tunnel. Routes, authorizations by route and metrics of requests are without effect there.',
  fix: 'take the port out of opaque-ports, or give the Server proxyProtocol: opaque and no routes',
  covers: ['analysis 1.3: Linkerd opaque ports'],
  docs: ['https://linkerd.io/2/features/protocol-detection/'],
  subjects: ['policy.linkerd.io/Server'],
  failing: {
    documents: scene('8080,9000'),
    says: 'Port 8080 of Deployment shop/orders is opaque by annotation and HTTP/1 here',
    field: 'spec.proxyProtocol',
  },
  passing: { documents: scene('9000') },
  check(cluster, report) {
    for (const { entry, pods, port, protocol, routed } of linkerdOf(cluster).servers) {
      if (protocol === 'opaque' && routed) {
        report(entry, ['spec', 'proxyProtocol'], { message: 'Routes are attached to this Server, and its port is opaque: they match nothing' });
        continue;
      }
      for (const group of pods) {
        const number = typeof port === 'number' ? port : group.ports.find(({ name }) => name === port)?.number;
        const { ranges, given } = opaquePorts(cluster, group);
        if (number === undefined || !given || !ranges.some((range) => holds(range, number)) || !(HTTP.test(protocol) || routed)) continue;
        report(entry, ['spec', 'proxyProtocol'], { message: `Port ${number} of ${group.entry.toString()} is opaque by annotation and ${HTTP.test(protocol) ? protocol : 'routed by requests'} here`, decidedBy: [group.entry] });
        break;
      }
    }
  },
};

const HTTP = /^(?:HTTP\/[12]|gRPC)$/;
