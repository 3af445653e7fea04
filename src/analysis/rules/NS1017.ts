import { tunnels } from '../model/edge';
import { TUNNEL_SUBJECTS } from '../model/tunnel-subjects';
import type { Rule } from './rule';

const SYSTEM = (originRequest: Record<string, unknown>): string => JSON.stringify({ resource: { cloudflare_zero_trust_tunnel_cloudflared_config: { edge: {
  account_id: '${var.account}', tunnel_id: '${var.tunnel}',
  config: { ingress: [{ hostname: 'api.example.com', service: 'https://web.shop.svc.cluster.local:443', origin_request: originRequest }, { service: 'http_status:404' }] },
} } } }, null, 2);

export const rule: Rule = {
  id: 'NS1017',
  class: 'practice',
  title: 'A tunnel does not check who its origin is',
  sees: 'noTLSVerify in the rules of tunnels.',
  why: 'Whoever answers at the name of the Service inside of the cluster is taken for the origin and reads the requests of all users.',
  fix: 'remove noTLSVerify; set originServerName, and caPool for a certificate of your own authority',
  docs: ['https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/configure-tunnels/origin-parameters/'],
  subjects: TUNNEL_SUBJECTS,
  failing: { terraform: SYSTEM({ no_tls_verify: true }), says: 'Rule 0 of tunnel edge takes any certificate from https://web.shop.svc.cluster.local:443', field: 'config.ingress[0]' },
  passing: { terraform: SYSTEM({ no_tls_verify: false, origin_server_name: 'api.example.com' }) },
  checkWorld(world, report) {
    for (const { at, label, rules } of tunnels(world)) {
      rules.forEach(({ originRequest, service, at: place }, index) => {
        if ((originRequest.no_tls_verify ?? originRequest.noTLSVerify) !== true) return;
        report(at, place, { message: `Rule ${index} of ${label.charAt(0).toLowerCase()}${label.slice(1)} takes any certificate from ${service}` });
      });
    }
  },
};
