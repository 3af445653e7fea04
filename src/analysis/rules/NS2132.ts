import type { ClusterModel } from '../model/cluster-model';
import { envoyPolicies, isEnvoyGateway } from '../model/envoy-gateway';
import type { Labels } from '../model/fields';
import { labelsOf, record } from '../model/fields';
import type { Listener } from '../model/gateway-api';
import { gatewayModel } from '../model/gateway-api';
import { nginxConfig, nginxControllers } from '../model/ingress-nginx';
import { leadsTo, servicePorts, servicesFor } from '../model/service-ports';
import { traefiks } from '../model/traefik';
import { TUNNEL_NEEDS, TUNNEL_SUBJECTS } from '../model/tunnel-subjects';
import { tunnelWays } from '../model/tunnel-routes';
import type { Rule } from './rule';

const SYSTEM = (annotations: string, policy: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: envoy }
spec:
  controllerName: gateway.envoyproxy.io/gatewayclass-controller
  parametersRef: { group: gateway.envoyproxy.io, kind: EnvoyProxy, name: proxy, namespace: shop }
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: EnvoyProxy
metadata: { name: proxy, namespace: shop }
spec: { provider: { type: Kubernetes, kubernetes: { envoyService: { annotations: ${annotations} } } } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners: [{ name: http, port: 80, protocol: HTTP, hostname: api.example.com }]
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: ClientTrafficPolicy
metadata: { name: web, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: web }]
  ${policy}
`;

/** Annotations with which a cloud's load balancer puts the PROXY protocol before each connection. */
const SENDS: ReadonlyArray<readonly [RegExp, RegExp]> = [
  [/^service\.beta\.kubernetes\.io\/aws-load-balancer-proxy-protocol$/, /^\*$/],
  [/^service\.beta\.kubernetes\.io\/aws-load-balancer-target-group-attributes$/, /proxy_protocol_v2\.enabled=true/],
  [/^service\.beta\.kubernetes\.io\/(?:do-loadbalancer-enable-proxy-protocol|linode-loadbalancer-proxy-protocol|scw-loadbalancer-proxy-protocol-v[12]|alibaba-cloud-loadbalancer-proxy-protocol)$/, /^(?:true|v1|v2|on)$/],
  [/^load-balancer\.hetzner\.cloud\/uses-proxyprotocol$/, /^true$/],
  [/^loadbalancer\.openstack\.org\/proxy-protocol$/, /^(?:true|v1|v2)$/],
];

export const rule: Rule = {
  id: 'NS2132',
  class: 'breaks',
  title: 'Only one side speaks the PROXY protocol',
  sees: 'Annotations with which cloud load balancers send the PROXY protocol, against what stands behind: ClientTrafficPolicy of Envoy Gateway, entry points of Traefik, the ConfigMap of ingress-nginx; and listeners that insist on it and are called by a tunnel, which never sends it.',
  why: 'A server that does not expect the header reads it as the first line of a request, or of a handshake, and closes every connection; one that waits for it refuses all that come without.',
  fix: 'switch it on, or off, on both sides',
  covers: ['analysis 1.3: PROXY protocol on one side only'],
  docs: ['https://gateway.envoyproxy.io/docs/tasks/traffic/client-traffic-policy/', 'https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/'],
  subjects: ['gateway.networking.k8s.io/Gateway', ...TUNNEL_SUBJECTS],
  needs: ['gateway.networking.k8s.io/Gateway', 'image:traefik', 'image:controller', 'image:nginx-ingress-controller', 'image:controller-chroot', ...TUNNEL_NEEDS],
  failing: {
    documents: SYSTEM('{ service.beta.kubernetes.io/aws-load-balancer-proxy-protocol: "*" }', 'timeout: { http: { idleTimeout: 47s } }'),
    says: 'The load balancer of Gateway shop/web sends the PROXY protocol (service.beta.kubernetes.io/aws-load-balancer-proxy-protocol), and its listener http does not expect it',
  },
  passing: { documents: SYSTEM('{ service.beta.kubernetes.io/aws-load-balancer-proxy-protocol: "*" }', 'proxyProtocol: { optional: false }') },
  check(cluster, report) {
    const policies = cluster.derive(envoyPolicies);
    for (const gateway of cluster.derive(gatewayModel).gateways) {
      if (!isEnvoyGateway(cluster, gateway)) continue;
      const proxy = policies.proxy(gateway);
      const sending = sends(labelsOf(record(proxy?.spec.provider?.kubernetes?.envoyService).annotations)) ?? sends(labelsOf(gateway.entry.spec.infrastructure?.annotations));
      const deaf = sending === undefined ? undefined : gateway.listeners.find((listener) => !takes(cluster, listener) && listener.protocol !== 'UDP');
      if (!deaf || sending === undefined) continue;
      report(gateway.entry, deaf.home === gateway.entry ? deaf.path : ['spec'], {
        message: `The load balancer of ${gateway.entry.toString()} sends the PROXY protocol (${sending}), and its listener ${deaf.name} does not expect it`,
        fix: 'set proxyProtocol in the ClientTrafficPolicy of the Gateway', decidedBy: proxy ? [proxy] : [],
      });
    }
    for (const { pods, entryPoints } of cluster.derive(traefiks)) {
      for (const service of servicesFor(cluster, pods.namespace, pods.labels)) {
        const sending = sends(service.annotations);
        if (sending === undefined || service.spec.type !== 'LoadBalancer') continue;
        const ports = servicePorts(service);
        const deaf = [...entryPoints.values()].find(({ port, udp, proxyProtocol }) => port !== undefined && !udp && !proxyProtocol && ports.some((one) => one.protocol === 'TCP' && leadsTo(one, port, pods.ports) === true));
        if (!deaf) continue;
        report(service, ['metadata', 'annotations', sending], {
          message: `The load balancer of ${service.toString()} sends the PROXY protocol, and entry point ${deaf.name} of ${pods.entry.toString()} does not expect it`,
          fix: `start Traefik with --entryPoints.${deaf.name}.proxyProtocol.trustedIPs`, decidedBy: [pods.entry],
        });
      }
    }
    const config = nginxConfig(cluster);
    if (!config || config.data['use-proxy-protocol'] === 'true') return;
    for (const pods of nginxControllers(cluster)) {
      for (const service of servicesFor(cluster, pods.namespace, pods.labels)) {
        const sending = sends(service.annotations);
        if (sending === undefined) continue;
        report(service, ['metadata', 'annotations', sending], {
          message: `The load balancer of ${service.toString()} sends the PROXY protocol, and ${config.entry.toString()} does not say use-proxy-protocol`, fix: 'set use-proxy-protocol: "true" in the ConfigMap', decidedBy: [config.entry],
        });
      }
    }
  },
  checkWorld(world, report) {
    for (const { tunnel, rule: { at }, cluster, gateway, listeners, origin } of tunnelWays(world)) {
      if (!gateway || listeners.length === 0 || !isEnvoyGateway(cluster, gateway)) continue;
      const policy = cluster.derive(envoyPolicies).client(listeners[0]!);
      const insists = policy?.spec.enableProxyProtocol === true || (policy?.spec.proxyProtocol !== undefined && policy.spec.proxyProtocol.optional !== true);
      if (!policy || !insists) continue;
      report(tunnel.at, at, {
        message: `${tunnel.label} calls port ${origin.port} of ${gateway.entry.toString()}, where ${policy.toString()} asks for the PROXY protocol, which cloudflared does not send`,
        fix: 'set proxyProtocol.optional, or use clientIPDetection with CF-Connecting-IP instead', decidedBy: [policy],
      });
    }
  },
};

/** The annotation that says so. */
function sends(annotations: Labels): string | undefined {
  return Object.keys(annotations).find((key) => SENDS.some(([name, value]) => name.test(key) && value.test(annotations[key]!)));
}

function takes(cluster: ClusterModel, listener: Listener): boolean {
  const policy = cluster.derive(envoyPolicies).client(listener);
  return policy?.spec.enableProxyProtocol === true || policy?.spec.proxyProtocol !== undefined;
}
