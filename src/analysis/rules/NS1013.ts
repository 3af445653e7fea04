import { dnsRecords, tunnels } from '../model/edge';
import { covers } from '../model/hostnames';
import { TUNNEL_NEEDS, TUNNEL_SUBJECTS } from '../model/tunnel-subjects';
import type { Rule } from './rule';

const SYSTEM = (hostname: string): string => JSON.stringify({ resource: {
  cloudflare_zero_trust_tunnel_cloudflared_config: { edge: {
    account_id: '${var.account}', tunnel_id: '${cloudflare_zero_trust_tunnel_cloudflared.edge.id}',
    config: { ingress: [{ hostname, service: 'http://web.shop.svc.cluster.local:80' }, { service: 'http_status:404' }] },
  } },
  cloudflare_dns_record: { shop: {
    zone_id: '${var.zone}', name: 'shop.example.com', type: 'CNAME', ttl: 1, proxied: true, content: '${cloudflare_zero_trust_tunnel_cloudflared.edge.id}.cfargotunnel.com',
  } },
} }, null, 2);

export const rule: Rule = {
  id: 'NS1013',
  class: 'breaks',
  title: 'DNS leads a name to a tunnel that has no rule for it',
  sees: 'Proxied records whose target is a tunnel of Terraform, when all rules of that tunnel are known, none is for the name, and the last one answers with a status.',
  why: 'Every request for the name ends with that status, mostly 404.',
  fix: 'add a rule for the name, or remove the record',
  covers: ['analysis 1.3: cloudflared hostname without route'],
  docs: ['https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/routing-to-tunnel/dns/'],
  subjects: TUNNEL_SUBJECTS,
  needs: TUNNEL_NEEDS,
  failing: { terraform: SYSTEM('api.example.com'), says: 'shop.example.com leads to tunnel edge, which has no rule for it and answers http_status:404', field: 'content' },
  passing: { terraform: SYSTEM('*.example.com') },
  checkWorld(world, report) {
    const byReference = new Map(tunnels(world).flatMap((tunnel) => (tunnel.complete && tunnel.reference !== undefined ? [[tunnel.reference, tunnel] as const] : [])));
    for (const { resource, name, content } of dnsRecords(world)) {
      const reference = /^\$\{(cloudflare_[a-z_]+\.[A-Za-z0-9_-]+)\.id\}\.cfargotunnel\.com$/.exec(content ?? '')?.[1];
      const tunnel = reference === undefined ? undefined : byReference.get(reference);
      const last = tunnel?.rules.at(-1);
      if (!tunnel || !last?.service.startsWith('http_status:') || !name.includes('.') || name.startsWith('*')) continue;
      if (tunnel.rules.slice(0, -1).some(({ hostname }) => covers(hostname === '' ? '*' : hostname, name))) continue;
      report(resource, ['content'], { message: `${name} leads to tunnel ${tunnel.label.replace('Tunnel ', '')}, which has no rule for it and answers ${last.service}` });
    }
  },
};
