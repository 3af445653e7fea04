import type { Fields } from '../model/fields';
import { list } from '../model/fields';
import { covers } from '../model/hostnames';
import { gatewayModel, ROUTE_KINDS } from '../model/gateway-api';
import { TUNNEL_NEEDS, TUNNEL_SUBJECTS } from '../model/tunnel-subjects';
import { tunnelWays } from '../model/tunnel-routes';
import type { Rule } from './rule';

const TERRAFORM = JSON.stringify({ resource: { cloudflare_zero_trust_tunnel_cloudflared_config: { edge: {
  account_id: '${var.account}', tunnel_id: '${var.tunnel}',
  config: { ingress: [{ hostname: 'api.example.com', service: 'http://web-istio.shop.svc.cluster.local:80' }, { service: 'http_status:404' }] },
} } } }, null, 2);

const SYSTEM = (hostname: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: istio
  listeners: [{ name: http, port: 80, protocol: HTTP }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: api, namespace: shop }
spec:
  parentRefs: [{ name: web }]
  hostnames: [${hostname}]
  rules: [{ backendRefs: [{ name: api, port: 8080 }] }]
`;

export const rule: Rule = {
  id: 'NS1016',
  class: 'breaks',
  title: 'A tunnel sends a host to a gateway that has no route for it, or that sends it back',
  sees: 'Rules of tunnels that lead to a Gateway with known routes: whether a route at the listeners of the port is for the host (httpHostHeader, otherwise the host name of the rule), and whether what an HTTP listener has for it is only a redirect to https.',
  why: 'Without a route the gateway answers 404. A redirect to https comes back through the same tunnel and is redirected again, without end.',
  fix: 'add a route for the host, or lead the tunnel to the HTTPS listener',
  covers: ['R47', 'R76', 'analysis 1.3: cloudflared hostname without route', 'analysis 1.3: redirect loop'],
  docs: ['https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/configure-tunnels/origin-parameters/'],
  subjects: TUNNEL_SUBJECTS,
  needs: TUNNEL_NEEDS,
  failing: {
    documents: SYSTEM('shop.example.com'), terraform: TERRAFORM, says: 'Tunnel edge sends api.example.com to port 80 of Gateway shop/web, where no route is for it', field: 'config.ingress[0]',
  },
  passing: { documents: SYSTEM('"*.example.com"'), terraform: TERRAFORM },
  checkWorld(world, report) {
    for (const { tunnel, rule: { hostname, originRequest, at }, cluster, gateway, listeners, origin } of tunnelWays(world)) {
      const header: unknown = originRequest.http_host_header ?? originRequest.httpHostHeader;
      const host = typeof header === 'string' && header !== '' ? header : hostname;
      if (!gateway?.complete || cluster.open || listeners.length === 0 || host === '' || host === '*' || host.includes('${')) continue;
      if (listeners.some(({ protocol }) => protocol !== 'HTTP' && protocol !== 'HTTPS')) continue;
      const { routesOf } = cluster.derive(gatewayModel);
      const routes = listeners.flatMap((listener) => routesOf(listener).filter((route) => route.parents.some(({ attached }) => attached.some((one) => (
        one.listener === listener && one.hostnames.some((name) => covers(name, host) || covers(host, name)))))));
      // A Gateway of which the documents have no route at all has them elsewhere.
      if (routes.length === 0 && !cluster.hasUnsound('gateway.networking.k8s.io', ...ROUTE_KINDS) && gateway.listeners.some((listener) => routesOf(listener).length > 0)) {
        report(tunnel.at, at, { message: `${tunnel.label} sends ${host} to port ${origin.port} of ${gateway.entry.toString()}, where no route is for it`, decidedBy: [gateway.entry] });
        continue;
      }
      if (routes.length === 0 || !listeners.every(({ protocol }) => protocol === 'HTTP')) continue;
      const redirects = routes.every(({ entry }) => entry.kind === 'HTTPRoute' && list(entry.spec.rules).every((one: Fields) => list(one.filters).some(({ requestRedirect }: Fields) => (
        requestRedirect?.scheme === 'https' && (requestRedirect.hostname === undefined || requestRedirect.hostname === host)))));
      if (!redirects) continue;
      report(tunnel.at, at, {
        message: `${tunnel.label} sends ${host} to port ${origin.port} of ${gateway.entry.toString()}, where ${routes[0]!.entry.toString()} redirects every request to https, which comes back through the tunnel`,
        fix: 'lead the tunnel to the HTTPS listener', decidedBy: [gateway.entry, routes[0]!.entry],
      });
    }
  },
};
