import type { DnsRecord, Tunnel } from '../model/edge';
import { dnsRecords, knowsDns, tunnels } from '../model/edge';
import { covers } from '../model/hostnames';
import { TUNNEL_NEEDS, TUNNEL_SUBJECTS } from '../model/tunnel-subjects';
import type { Rule } from './rule';

const SYSTEM = (record: string, proxied: boolean): string => JSON.stringify({ resource: {
  cloudflare_zero_trust_tunnel_cloudflared: { edge: { account_id: '${var.account}', name: 'edge' } },
  cloudflare_zero_trust_tunnel_cloudflared_config: { edge: {
    account_id: '${var.account}', tunnel_id: '${cloudflare_zero_trust_tunnel_cloudflared.edge.id}',
    config: { ingress: [{ hostname: 'api.example.com', service: 'http://web.shop.svc.cluster.local:80' }, { service: 'http_status:404' }] },
  } },
  cloudflare_dns_record: { one: {
    zone_id: '${var.zone}', name: record, type: 'CNAME', ttl: 1, proxied, content: '${cloudflare_zero_trust_tunnel_cloudflared.edge.id}.cfargotunnel.com',
  } },
} }, null, 2);

export const rule: Rule = {
  id: 'NS1012',
  class: 'breaks',
  title: 'A host name of a tunnel does not lead to it in DNS',
  sees: 'Host names in the rules of a tunnel, where Terraform keeps DNS records of tunnels: a record (or a wildcard) for the name that leads to this tunnel and is proxied. Zones whose records are computed, or kept by ExternalDNS, are not judged.',
  why: 'Clients get no address, or one that answers nothing: a CNAME to cfargotunnel.com works only through Cloudflare\'s proxy.',
  fix: 'add a proxied CNAME of the name to the tunnel\'s id.cfargotunnel.com',
  covers: ['analysis 1.3: cloudflared hostname with no DNS record'],
  docs: ['https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/routing-to-tunnel/dns/'],
  subjects: TUNNEL_SUBJECTS,
  needs: TUNNEL_NEEDS,
  failing: { terraform: SYSTEM('www.example.com', true), says: 'No DNS record leads api.example.com to tunnel edge', field: 'config.ingress[0].hostname' },
  passing: { terraform: SYSTEM('*.example.com', true) },
  checkWorld(world, report) {
    const records = dnsRecords(world);
    if (!knowsDns(world) || !records.some(isTunnel)) return;
    if (world.clusters.some((cluster) => cluster.open || cluster.has('externaldns.k8s.io', 'DNSEndpoint'))) return;
    for (const tunnel of tunnels(world)) {
      if (!('type' in tunnel.at)) continue;
      tunnel.rules.forEach(({ hostname, at }) => {
        if (hostname === '' || hostname === '*') return;
        const name = hostname.toLowerCase();
        // Relative names of provider 4 are the first labels.
        const matching = records.filter((one) => one.name === name || (name.startsWith(`${one.name}.`) && !one.name.includes('.')) || (one.name === '@' && name.split('.').length === 2)
          || (one.name.startsWith('*') && (one.name === '*' || covers(one.name, name))));
        const exact = matching.filter((one) => !one.name.startsWith('*'));
        const chosen = exact.length > 0 ? exact : matching;
        const place = 'type' in tunnel.at ? [...at, 'hostname'] : at;
        if (chosen.length === 0) {
          report(tunnel.at, place, { message: `No DNS record leads ${hostname} to ${tunnel.label.charAt(0).toLowerCase()}${tunnel.label.slice(1)}` });
          return;
        }
        const [record] = chosen as [DnsRecord];
        if (!isTunnel(record)) return;
        if (!record.proxied) {
          report(record.resource, ['proxied'], { message: `The record ${record.name} leads to a tunnel and is not proxied: its address answers nothing`, fix: 'set proxied to true' });
        } else if (leadsElsewhere(record, tunnel)) {
          report(record.resource, ['content'], { message: `The record ${record.name} leads to another tunnel than ${tunnel.label.replace('Tunnel ', '')}, whose rules are for ${hostname}` });
        }
      });
    }
  },
};

function isTunnel({ content }: DnsRecord): boolean {
  return content?.endsWith('.cfargotunnel.com') === true;
}

/** Certain only when both sides name a tunnel of Terraform, and a rule of the other tunnel is not for the same name. */
function leadsElsewhere({ content }: DnsRecord, { reference }: Tunnel): boolean {
  const named = /^\$\{(cloudflare_[a-z_]+\.[A-Za-z0-9_-]+)\.(?:id|cname)\}/.exec(content ?? '')?.[1];
  return named !== undefined && reference?.startsWith('cloudflare_') === true && named !== reference;
}
