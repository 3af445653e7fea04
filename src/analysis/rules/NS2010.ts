import { envoyPolicies } from '../model/envoy-gateway';
import { list, record } from '../model/fields';
import { HTTP3_NEEDS, HTTP3_SUBJECTS } from '../model/http3';
import { http3Ways } from '../model/http3-services';
import type { Rule } from './rule';

const SYSTEM = (udp: string): string => `
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
          args: ["--entryPoints.websecure.address=:8443", "--entryPoints.websecure.http3", "--entryPoints.websecure.http3.advertisedPort=443"]
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
${udp}`;

export const rule: Rule = {
  id: 'NS2010',
  class: 'breaks',
  title: 'HTTP/3 is announced and the Service opens no UDP port for it',
  sees: 'Each place where HTTP/3 is switched on (Envoy Gateway, Traefik, nginx and HAProxy in ConfigMaps, Istio with QUIC listeners), the Services of type LoadBalancer and NodePort in front of its pods, and patches of the Service '
    + 'that Envoy Gateway makes. One UDP port on any of the Services is enough.',
  why: 'Clients that were told of HTTP/3 try UDP, get no answer, and wait: mobile clients that remember the announcement cannot connect at all.',
  fix: 'add a UDP port with the same number to the Service',
  covers: ['R4', 'R10', 'analysis 1.3: HTTP/3 and the UDP port of the Service'],
  docs: ['https://gateway.envoyproxy.io/docs/tasks/traffic/http3/', 'https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/'],
  subjects: HTTP3_SUBJECTS,
  needs: HTTP3_NEEDS,
  failing: {
    documents: SYSTEM(''),
    says: 'Entry point websecure of Deployment ingress/traefik serves HTTP/3, and Service ingress/traefik opens port 443 over TCP only',
    field: 'spec.ports[0]',
  },
  passing: { documents: SYSTEM('    - { name: websecure-h3, port: 443, targetPort: websecure-h3, protocol: UDP }\n') },
  check(cluster, report) {
    for (const { endpoint, tcp, udp, unsure } of cluster.derive(http3Ways)) {
      const [first] = tcp;
      if (first && udp.length === 0 && !unsure && !endpoint.hostNetwork) {
        report(first.service, ['spec', 'ports', first.index], {
          message: `${endpoint.label} serves HTTP/3, and ${first.service.toString()} opens port ${first.port} over TCP only`, decidedBy: [endpoint.at],
        });
      }
      const { listener } = endpoint;
      const proxy = listener && cluster.derive(envoyPolicies).proxy(listener.gateway);
      const patch = record(record(proxy?.spec.provider?.kubernetes?.envoyService).patch);
      // A merge patch of JSON puts its list of ports in the place of the one that Envoy Gateway wrote; the strategic one adds to it.
      if (!proxy || !listener || patch.type !== 'JSONMerge') continue;
      const ports = record(record(patch.value).spec).ports;
      if (!Array.isArray(ports) || list(ports).some((port: unknown) => record(port).protocol === 'UDP')) continue;
      report(proxy, ['spec', 'provider', 'kubernetes', 'envoyService', 'patch', 'value', 'spec', 'ports'], {
        message: `${endpoint.label} serves HTTP/3, and this patch replaces the ports of its Service by ports without UDP ${listener.port}`,
        fix: `add { port: ${listener.port}, protocol: UDP, targetPort: ${endpoint.podPort} } to the patch, or make it of type StrategicMerge`, decidedBy: [endpoint.at],
      });
    }
  },
};
