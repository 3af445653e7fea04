import type { Fields } from '../model/fields';
import { list } from '../model/fields';
import { gatewayModel } from '../model/gateway-api';
import { HTTP3_NEEDS, HTTP3_SUBJECTS, http3Endpoints } from '../model/http3';
import { http3Ways } from '../model/http3-services';
import type { Rule } from './rule';

const SYSTEM = (advertised: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: traefik, namespace: ingress }
spec:
  selector: { matchLabels: { app: traefik } }
  template:
    metadata: { labels: { app: traefik } }
    spec:
      containers:
        - name: traefik
          image: docker.io/traefik:v3.7.9
          args: ["--entryPoints.websecure.address=:8443", "--entryPoints.websecure.http3"${advertised}]
          ports: [{ name: websecure, containerPort: 8443 }, { name: websecure-h3, containerPort: 8443, protocol: UDP }]
---
apiVersion: v1
kind: Service
metadata: { name: traefik, namespace: ingress }
spec:
  type: LoadBalancer
  selector: { app: traefik }
  ports:
    - { name: websecure, port: 443, targetPort: websecure }
    - { name: websecure-h3, port: 443, targetPort: websecure-h3, protocol: UDP }
`;

export const rule: Rule = {
  id: 'NS2012',
  class: 'breaks',
  title: 'Alt-Svc announces HTTP/3 on a port that nobody answers',
  sees: 'The port that an HTTP/3 endpoint announces (Traefik\'s advertisedPort or entry point, the Alt-Svc line of an nginx or HAProxy) against the UDP ports of its LoadBalancer Services, and Alt-Svc headers that routes set themselves '
    + 'against the HTTP/3 listeners that the route is attached to.',
  why: 'Clients try HTTP/3 at the announced port and wait; HTTP/3 is never used, and some clients stay broken for as long as they remember the announcement.',
  fix: 'announce the port that the Service opens over UDP',
  covers: ['R4', 'R9'],
  docs: ['https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/', 'https://www.rfc-editor.org/rfc/rfc7838'],
  subjects: [...HTTP3_SUBJECTS, 'gateway.networking.k8s.io/HTTPRoute'],
  needs: HTTP3_NEEDS,
  failing: {
    documents: SYSTEM(''),
    says: 'Entry point websecure of Deployment ingress/traefik announces HTTP/3 on port 8443, and Service ingress/traefik opens UDP port 443',
    field: 'spec.template.spec.containers[0].args[1]',
  },
  passing: { documents: SYSTEM(', "--entryPoints.websecure.http3.advertisedPort=443"') },
  check(cluster, report) {
    for (const { endpoint, udp } of cluster.derive(http3Ways)) {
      const { announced } = endpoint;
      // Behind a NodePort something else chooses the port that clients see.
      const balanced = udp.filter(({ service }) => service.spec.type === 'LoadBalancer');
      if (announced === undefined || balanced.length === 0 || balanced.length < udp.length || balanced.some(({ port }) => port === announced)) continue;
      const [{ service, port }] = balanced as [typeof balanced[number]];
      report(endpoint.at, endpoint.path, { message: `${endpoint.label} announces HTTP/3 on port ${announced}, and ${service.toString()} opens UDP port ${port}`, decidedBy: [service] });
    }
    const served = new Map(cluster.derive(http3Endpoints).flatMap(({ listener }) => (listener ? [[listener, listener.port] as const] : [])));
    // Without a listener of Envoy Gateway that serves HTTP/3 something else in front may serve it.
    if (served.size === 0) return;
    for (const route of cluster.derive(gatewayModel).routes) {
      if (route.entry.kind !== 'HTTPRoute') continue;
      list(route.entry.spec.rules).forEach((one: Fields, index) => {
        list(one.filters).forEach((filter: Fields, at) => {
          for (const verb of ['set', 'add'] as const) {
            list(filter.responseHeaderModifier?.[verb]).forEach((header: Fields, item) => {
              const port = String(header.name).toLowerCase() === 'alt-svc' ? /h3="[^"]*:(\d+)"/.exec(String(header.value))?.[1] : undefined;
              const ports = port === undefined ? [] : route.attached.map(({ listener }) => served.get(listener)).filter((known) => known !== undefined);
              if (port === undefined || ports.length === 0 || ports.includes(Number(port))) return;
              report(route.entry, ['spec', 'rules', index, 'filters', at, 'responseHeaderModifier', verb, item, 'value'], {
                message: `The route announces HTTP/3 on port ${port}, and its listeners serve it on port ${[...new Set(ports)].join(' and ')}`, fix: 'leave Alt-Svc to the gateway, which announces its own port',
              });
            });
          }
        });
      });
    }
  },
};
