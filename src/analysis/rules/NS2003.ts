import { originService, tunnels } from '../model/edge';
import { envoyPolicies } from '../model/envoy-gateway';
import type { Fields } from '../model/fields';
import { list, record, text } from '../model/fields';
import { GATEWAY_API, gatewayModel } from '../model/gateway-api';
import { CLOUDFLARED, disjoint, istioServers, meshMinimum, printRange, printTls, TLS_SUBJECTS, tlsVersion, traefikOptions, upstreamTls } from '../model/tls-range';
import { inSentence } from '../model/labels';
import { serversBehind } from '../model/tls-servers';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS2003',
  class: 'breaks',
  title: 'Two hops that talk to each other have no TLS version in common',
  sees: 'Who dials whom with TLS: a tunnel and the gateway behind its origin, a gateway and the gateway that its route leads to, Istio\'s own mTLS and a server of a gateway that takes it; and ranges whose lower end is above the upper one.',
  why: 'Every handshake between the two fails with a protocol version alert: users see 502 or 503, and each side alone looks right.',
  fix: 'widen one of the two ranges until they meet, best by allowing TLS 1.3 on both',
  covers: ['R1'],
  docs: ['https://gateway.envoyproxy.io/docs/api/extension_types/#tlssettings', 'https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings'],
  subjects: [...TLS_SUBJECTS, 'terraform:cloudflare_zero_trust_tunnel_cloudflared_config', 'terraform:cloudflare_tunnel_config'],
  failing: {
    documents: `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: envoy }
spec:
  controllerName: gateway.envoyproxy.io/gatewayclass-controller
  parametersRef: { group: gateway.envoyproxy.io, kind: EnvoyProxy, name: proxy, namespace: edge }
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: EnvoyProxy
metadata: { name: proxy, namespace: edge }
spec:
  backendTLS: { maxVersion: "1.2" }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: front, namespace: edge }
spec:
  gatewayClassName: envoy
  listeners: [{ name: https, port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: front-tls }] } }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: all, namespace: edge }
spec:
  parentRefs: [{ name: front }]
  rules: [{ backendRefs: [{ name: orders-istio, namespace: shop, port: 443 }] }]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: orders, namespace: shop }
spec:
  selector: { app: orders-gateway }
  servers:
    - { port: { number: 443, name: https, protocol: HTTPS }, hosts: ["*"], tls: { mode: SIMPLE, credentialName: orders-tls, minProtocolVersion: TLSV1_3 } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: { name: orders, namespace: shop }
spec:
  targetRefs: [{ group: "", kind: Service, name: orders-istio }]
  validation: { hostname: orders.example.com, wellKnownCACertificates: System }
---
apiVersion: v1
kind: Service
metadata: { name: orders-istio, namespace: shop }
spec:
  selector: { app: orders-gateway }
  ports: [{ name: https, port: 443, targetPort: 8443 }]
`,
    says: 'EnvoyProxy edge/proxy dials with TLS 1.2 only, and server https of Gateway shop/orders behind Service shop/orders-istio takes TLS 1.3 only',
    field: 'spec.backendTLS',
  },
  passing: {
    documents: `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: envoy }
spec:
  controllerName: gateway.envoyproxy.io/gatewayclass-controller
  parametersRef: { group: gateway.envoyproxy.io, kind: EnvoyProxy, name: proxy, namespace: edge }
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: EnvoyProxy
metadata: { name: proxy, namespace: edge }
spec:
  backendTLS: { maxVersion: "1.2" }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: front, namespace: edge }
spec:
  gatewayClassName: envoy
  listeners: [{ name: https, port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: front-tls }] } }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: all, namespace: edge }
spec:
  parentRefs: [{ name: front }]
  rules: [{ backendRefs: [{ name: orders-istio, namespace: shop, port: 443 }] }]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: orders, namespace: shop }
spec:
  selector: { app: orders-gateway }
  servers:
    - { port: { number: 443, name: https, protocol: HTTPS }, hosts: ["*"], tls: { mode: SIMPLE, credentialName: orders-tls, minProtocolVersion: TLSV1_2 } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: { name: orders, namespace: shop }
spec:
  targetRefs: [{ group: "", kind: Service, name: orders-istio }]
  validation: { hostname: orders.example.com, wellKnownCACertificates: System }
---
apiVersion: v1
kind: Service
metadata: { name: orders-istio, namespace: shop }
spec:
  selector: { app: orders-gateway }
  ports: [{ name: https, port: 443, targetPort: 8443 }]
`,
  },
  check(cluster, report) {
    for (const end of istioServers(cluster)) {
      const { minProtocolVersion, mode } = record(end.fields.tls);
      const min = tlsVersion(minProtocolVersion) ?? 0;
      if (min > end.max) report(end.at, end.path, { message: `${end.label} takes TLS ${printTls(min)} at least and ${printTls(end.max)} at most: no version is left` });
      const mesh = mode === 'ISTIO_MUTUAL' ? meshMinimum(cluster) : undefined;
      if (mesh && end.max < mesh.min) {
        report(end.at, [...end.path, 'maxProtocolVersion'], {
          message: `${end.label} takes Istio's own mTLS with ${printRange(end)}, and the mesh speaks TLS ${printTls(mesh.min)} at least (meshMTLS.minProtocolVersion)`, decidedBy: [mesh.at],
        });
      }
    }
    for (const end of [...cluster.derive(traefikOptions), ...upstreamTls(cluster)]) {
      if (end.min > end.max) report(end.at, end.path, { message: `${end.label} takes TLS ${printTls(end.min)} at least and ${printTls(end.max)} at most: no version is left` });
    }
    // Envoy Gateway's own dialling, where its range is written, towards Services that it speaks TLS with.
    if (!cluster.has('gateway.envoyproxy.io', 'EnvoyProxy')) return;
    const dialling = new Map(upstreamTls(cluster).map((end) => [end.at, end]));
    const encrypted = new Set(cluster.objects(GATEWAY_API, 'BackendTLSPolicy').flatMap((policy) => list(policy.spec.targetRefs).map(({ name }: Fields) => `${policy.namespace}/${String(name)}`)));
    const policies = cluster.derive(envoyPolicies);
    for (const { entry, parents } of cluster.derive(gatewayModel).routes) {
      const ends = [...new Set(parents.map(({ gateway }) => policies.proxy(gateway)))].map((one) => one && dialling.get(one)).filter((end) => end !== undefined);
      if (ends.length === 0) continue;
      for (const ref of list(entry.spec.rules).flatMap((one: Fields) => list(one.backendRefs))) {
        const namespace = text(ref.namespace) ?? entry.namespace;
        if ((ref.kind ?? 'Service') !== 'Service' || !encrypted.has(`${namespace}/${String(ref.name)}`)) continue;
        for (const server of serversBehind(cluster, namespace, String(ref.name), ref.port as number)) {
          for (const end of ends.filter((one) => disjoint(one, server))) {
            report(end.at, end.path, {
              message: `${end.label} dials with ${printRange(end)}, and ${inSentence(server.label)} behind Service ${namespace}/${String(ref.name)} takes ${printRange(server)}`,
              decidedBy: [server.at, entry],
            });
          }
        }
      }
    }
  },
  checkWorld(world, report) {
    for (const tunnel of tunnels(world)) {
      for (const { service, at } of tunnel.rules) {
        for (const cluster of world.clusters) {
          const origin = originService(service, cluster.facts.clusterDomain, tunnel.namespace);
          if (origin?.scheme !== 'https') continue;
          for (const server of serversBehind(cluster, origin.namespace, origin.name, origin.port)) {
            if (!disjoint(CLOUDFLARED, server)) continue;
            report(tunnel.at, at, {
              message: `${tunnel.label} dials ${service} with ${printRange(CLOUDFLARED)}, and ${inSentence(server.label)} takes ${printRange(server)}`, decidedBy: [server.at],
            });
          }
        }
      }
    }
  },
};

