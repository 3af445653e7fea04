import { covers } from '../model/hostnames';
import { TUNNEL_NEEDS, TUNNEL_SUBJECTS } from '../model/tunnel-subjects';
import { tunnelWays } from '../model/tunnel-routes';
import type { Rule } from './rule';

const SYSTEM = (originRequest: Record<string, unknown>): string => JSON.stringify({ resource: { cloudflare_zero_trust_tunnel_cloudflared_config: { edge: {
  account_id: '${var.account}', tunnel_id: '${var.tunnel}',
  config: { ingress: [{ hostname: 'api.example.com', service: 'https://web-istio.shop.svc.cluster.local:443', origin_request: originRequest }, { service: 'http_status:404' }] },
} } } }, null, 2);

const GATEWAY = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: istio
  listeners: [{ name: https, port: 443, protocol: HTTPS, hostname: api.example.com, tls: { certificateRefs: [{ name: api-tls }] } }]
`;

export const rule: Rule = {
  id: 'NS1015',
  class: 'breaks',
  title: 'A tunnel asks a gateway for a TLS name or a protocol that it does not serve',
  sees: 'Origins that lead to a Gateway: https to a listener for plain HTTP and the other way round, and the name in the TLS handshake (originServerName, otherwise the host of the origin, unless matchSNItoHost) against the host names of the listeners at the port.',
  why: 'The gateway has no listener for the name and closes the connection during the handshake, or the two speak different protocols: Cloudflare answers 502 for every request.',
  fix: 'set originServerName to a host name of the listener',
  covers: ['analysis 1.3: appProtocol vs listener protocol'],
  docs: ['https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/configure-tunnels/origin-parameters/'],
  subjects: TUNNEL_SUBJECTS,
  needs: TUNNEL_NEEDS,
  failing: {
    documents: GATEWAY, terraform: SYSTEM({}), field: 'config.ingress[0]',
    says: 'Tunnel edge asks Gateway shop/web for the TLS name web-istio.shop.svc.cluster.local, and its listeners at port 443 are for api.example.com',
  },
  passing: { documents: GATEWAY, terraform: SYSTEM({ origin_server_name: 'api.example.com' }) },
  checkWorld(world, report) {
    for (const { tunnel, rule: { hostname, service, originRequest, at }, origin, gateway, listeners } of tunnelWays(world)) {
      if (!gateway || listeners.length === 0) continue;
      const plain = listeners.every(({ protocol }) => protocol === 'HTTP');
      const encrypted = listeners.every(({ protocol }) => protocol === 'HTTPS');
      if (origin.scheme === 'https' ? plain : encrypted && (origin.scheme === 'http' || origin.scheme === 'ws')) {
        report(tunnel.at, at, {
          message: `${tunnel.label} speaks ${origin.scheme} with ${gateway.entry.toString()} at port ${origin.port}, where its listeners speak ${plain ? 'HTTP' : 'HTTPS'}`,
          fix: `lead the tunnel to ${plain ? 'http' : 'https'}://…:${origin.port}, or to another port`, decidedBy: [gateway.entry],
        });
        continue;
      }
      if (origin.scheme !== 'https' || !encrypted) continue;
      const follows = originRequest.match_sn_ito_host ?? originRequest.match_sni_to_host ?? originRequest.matchSNItoHost;
      const header: unknown = originRequest.http_host_header ?? originRequest.httpHostHeader;
      const named: unknown = originRequest.origin_server_name ?? originRequest.originServerName;
      const host = /^[a-z]+:\/\/([^:/]+)/.exec(service)?.[1] ?? '';
      const name = typeof named === 'string' && named !== '' ? named : follows === true ? (typeof header === 'string' ? header : hostname) : host;
      if (name === '' || name.includes('${') || name.startsWith('*') || listeners.some((one) => one.hostname === undefined || covers(one.hostname, name))) continue;
      report(tunnel.at, at, {
        message: `${tunnel.label} asks ${gateway.entry.toString()} for the TLS name ${name}, and its listeners at port ${origin.port} are for ${[...new Set(listeners.map((one) => one.hostname!))].join(', ')}`,
        decidedBy: [gateway.entry],
      });
    }
  },
};
