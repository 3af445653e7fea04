import { goDuration, printMillis, secondsOrDuration } from '../model/durations';
import { envoyPolicies, isEnvoyGateway } from '../model/envoy-gateway';
import { text } from '../model/fields';
import { tunnelWays } from '../model/tunnel-routes';
import type { Rule } from './rule';

const SYSTEM = (idle: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: envoy }
spec:
  controllerName: gateway.envoyproxy.io/gatewayclass-controller
  parametersRef: { group: gateway.envoyproxy.io, kind: EnvoyProxy, namespace: edge, name: proxy }
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: EnvoyProxy
metadata: { name: proxy, namespace: edge }
spec: { provider: { type: Kubernetes, kubernetes: { envoyService: { name: front } } } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: edge }
spec:
  gatewayClassName: envoy
  listeners: [{ name: http, port: 80, protocol: HTTP }]
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: ClientTrafficPolicy
metadata: { name: web, namespace: edge }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: web }]
  timeout: { http: { idleTimeout: ${idle} } }
`;
const TUNNEL = JSON.stringify({
  resource: {
    cloudflare_zero_trust_tunnel_cloudflared_config: {
      edge: { tunnel_id: 't', config: { ingress: [{ hostname: 'shop.example.com', service: 'http://front.edge.svc:80', origin_request: { keep_alive_timeout: 90 } }, { service: 'http_status:404' }] } },
    },
  },
});

export const rule: Rule = {
  id: 'NS6020',
  class: 'risk',
  title: 'The proxy behind closes connections that the one in front still uses',
  sees: 'rules of tunnels that lead to listeners of Envoy Gateway: how long cloudflared is told to keep idle connections (keepAliveTimeout) against the idleTimeout of the listener\'s ClientTrafficPolicy. Both are written out; what one of them has by itself is not compared.',
  why: 'cloudflared sends a request on a connection that Envoy is closing at that moment: requests with a body cannot be sent again, and a few of them end with 502 whenever traffic is thin.',
  fix: 'let the side behind wait longer: idleTimeout above keepAliveTimeout of the tunnel',
  covers: ['R59'],
  docs: ['https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/configure-tunnels/origin-parameters/', 'https://gateway.envoyproxy.io/docs/tasks/traffic/client-traffic-policy/'],
  subjects: ['gateway.envoyproxy.io/ClientTrafficPolicy'],
  failing: {
    documents: SYSTEM('47s'), terraform: TUNNEL,
    says: 'Idle connections are closed after 47s, and Tunnel edge keeps them for 90s',
    field: 'spec.timeout.http.idleTimeout',
  },
  passing: { documents: SYSTEM('170s'), terraform: TUNNEL },
  checkWorld(world, report) {
    for (const { tunnel, rule: way, cluster, gateway, listeners } of tunnelWays(world)) {
      if (!gateway || !isEnvoyGateway(cluster, gateway)) continue;
      const { keepAliveTimeout, keep_alive_timeout: inTerraform } = way.originRequest;
      const kept = secondsOrDuration(keepAliveTimeout ?? inTerraform);
      for (const listener of listeners) {
        const policy = cluster.derive(envoyPolicies).client(listener);
        const idle = text(policy?.spec.timeout?.http?.idleTimeout);
        const closed = idle === undefined ? undefined : goDuration(idle);
        // 0 is never.
        if (!policy || kept === undefined || closed === undefined || closed === 0 || closed >= kept) continue;
        report(policy, ['spec', 'timeout', 'http', 'idleTimeout'], { message: `Idle connections are closed after ${printMillis(closed)}, and ${tunnel.label} keeps them for ${printMillis(kept)}` });
      }
    }
  },
};
