import { envoyPolicies, isEnvoyGateway } from '../model/envoy-gateway';
import { gatewayModel } from '../model/gateway-api';
import { quicWithoutTls13 } from '../model/tls-conf';
import { printTls, TLS_SUBJECTS, tlsVersion, traefikOptions } from '../model/tls-range';
import { traefiks } from '../model/traefik';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS2001',
  class: 'breaks',
  title: 'HTTP/3 is served where TLS 1.3 is not allowed',
  sees: 'The ClientTrafficPolicy that counts for each HTTPS listener of Envoy Gateway, the default TLSOption of a Traefik with an HTTP/3 entry point, and ssl_protocols of an nginx with a QUIC listener in a ConfigMap.',
  why: 'QUIC has TLS 1.3 built in. A listener that announces HTTP/3 and allows at most TLS 1.2 sends clients to a port where their handshake fails.',
  fix: 'allow TLS 1.3: remove maxVersion or raise it',
  covers: ['R1', 'R4'],
  docs: ['https://gateway.envoyproxy.io/docs/tasks/traffic/http3/', 'https://www.rfc-editor.org/rfc/rfc9001'],
  subjects: TLS_SUBJECTS,
  failing: {
    documents: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners: [{ name: https, port: 443, protocol: HTTPS, hostname: api.example.com, tls: { certificateRefs: [{ name: api-tls }] } }]
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: ClientTrafficPolicy
metadata: { name: web, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: web }]
  http3: {}
  tls: { minVersion: "1.2", maxVersion: "1.2" }
`,
    says: 'ClientTrafficPolicy shop/web serves HTTP/3 on listener https of Gateway shop/web and allows TLS 1.2 at most',
    field: 'spec.tls.maxVersion',
  },
  passing: {
    documents: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners:
    - { name: https, port: 443, protocol: HTTPS, hostname: api.example.com, tls: { certificateRefs: [{ name: api-tls }] } }
    - { name: legacy, port: 8443, protocol: HTTPS, hostname: old.example.com, tls: { certificateRefs: [{ name: old-tls }] } }
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: ClientTrafficPolicy
metadata: { name: web, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: web, sectionName: https }]
  http3: {}
  tls: { minVersion: "1.2", maxVersion: "1.3" }
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: ClientTrafficPolicy
metadata: { name: legacy, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: web, sectionName: legacy }]
  tls: { minVersion: "1.2", maxVersion: "1.2" }
`,
  },
  check(cluster, report) {
    const policies = cluster.derive(envoyPolicies);
    if (policies.targets('ClientTrafficPolicy').length > 0) {
      for (const gateway of cluster.derive(gatewayModel).gateways) {
        for (const listener of gateway.listeners) {
          if (listener.protocol !== 'HTTPS' || !isEnvoyGateway(cluster, gateway)) continue;
          const policy = policies.client(listener);
          const max = tlsVersion(policy?.spec.tls?.maxVersion);
          if (!policy || policy.spec.http3 === undefined || max === undefined || max >= 13) continue;
          report(policy, ['spec', 'tls', 'maxVersion'], {
            message: `${policy.toString()} serves HTTP/3 on listener ${listener.name} of ${gateway.entry.toString()} and allows TLS ${printTls(max)} at most: HTTP/3 is TLS 1.3 only`,
            decidedBy: [gateway.entry],
          });
        }
      }
    }
    for (const { at, path, label, max } of quicWithoutTls13(cluster)) {
      if (max < 13) report(at, path, { message: `${label} listens for QUIC and allows TLS ${printTls(max)} at most: nginx refuses to start`, fix: 'add TLSv1.3 to ssl_protocols' });
    }
    const http3 = cluster.derive(traefiks).flatMap(({ pods, entryPoints }) => (
      [...entryPoints.values()].filter((one) => one.http3 !== undefined).map(({ name }) => ({ name, pods }))));
    if (http3.length === 0) return;
    // Only the option of this name counts for every router that names none.
    for (const { at, path, max } of cluster.derive(traefikOptions)) {
      if (at.name !== 'default' || max >= 13) continue;
      const [{ name, pods }] = http3 as [typeof http3[number]];
      report(at, path, {
        message: `${at.toString()} allows TLS ${printTls(max)} at most, and entry point ${name} of ${pods.entry.toString()} serves HTTP/3, which is TLS 1.3 only`, decidedBy: [pods.entry],
      });
    }
  },
};
