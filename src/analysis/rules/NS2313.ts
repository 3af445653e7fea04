import { gatewayModel } from '../model/gateway-api';
import { knownTraefiks } from '../model/traefik-routers';
import type { Rule } from './rule';

const SYSTEM = (port: number): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: traefik, namespace: ingress }
spec:
  selector: { matchLabels: { app: traefik } }
  template:
    metadata: { labels: { app: traefik } }
    spec: { containers: [{ name: traefik, image: "docker.io/traefik:v3.7.9", args: ["--entryPoints.websecure.address=:8443", --providers.kubernetesgateway] }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: traefik }
spec: { controllerName: traefik.io/gateway-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: traefik
  listeners: [{ name: https, port: ${port}, protocol: HTTPS, hostname: shop.example.com, tls: { certificateRefs: [{ name: shop-tls }] } }]
`;

export const rule: Rule = {
  id: 'NS2313',
  class: 'breaks',
  title: 'A listener has a port that no entry point of Traefik opens',
  sees: 'Gateways of Traefik whose listeners have another port than every entry point of the Traefiks of the documents.',
  why: 'Traefik opens no ports for a Gateway: a listener without an entry point of its port is not attached, and its routes answer nothing.',
  fix: 'give the listener the port of the entry point as the pod opens it, such as 8443; the Service may still show 443',
  covers: ['R143', 'analysis 1.3: listener port not on the Gateway Service'],
  docs: ['https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/gateway-api/'],
  subjects: ['gateway.networking.k8s.io/Gateway'],
  failing: { documents: SYSTEM(443), says: 'Listener https has port 443, and Deployment ingress/traefik has entry points with 8443', field: 'spec.listeners[0].port' },
  passing: { documents: SYSTEM(8443) },
  check(cluster, report) {
    const known = knownTraefiks(cluster);
    if (!known) return;
    const ports = new Set(known.flatMap(({ entryPoints }) => [...entryPoints.values()].map(({ port }) => port)));
    if (ports.size === 0 || ports.has(undefined)) return;
    for (const gateway of cluster.derive(gatewayModel).gateways) {
      if (gateway.implementation !== 'traefik') continue;
      for (const { home, path, name, port } of gateway.listeners) {
        if (ports.has(port)) continue;
        report(home, [...path, 'port'], { message: `Listener ${name} has port ${port}, and ${known[0]!.pods.entry.toString()} has entry points with ${[...ports].join(', ')}`, decidedBy: [known[0]!.pods.entry] });
      }
    }
  },
};
