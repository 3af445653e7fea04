import { dnsRecords, knowsDns, literal, zoneOf } from '../model/edge';
import { covers } from '../model/hostnames';
import type { Rule } from './rule';

const SYSTEM = (pattern: string): string => JSON.stringify({ resource: {
  cloudflare_workers_route: { edge: { zone_id: '${var.zone}', pattern, script: 'order-edge' } },
  cloudflare_dns_record: { api: { zone_id: '${var.zone}', name: 'api.example.com', type: 'CNAME', ttl: 1, proxied: true, content: 'origin.example.net' } },
} }, null, 2);

export const rule: Rule = {
  id: 'NS1020',
  class: 'risk',
  title: 'A Worker is bound to a host that no request comes to',
  sees: 'Routes of Workers in Terraform whose host has no proxied DNS record in their zone, where all records of the zone are written out.',
  why: 'Requests reach Cloudflare only for proxied names: the Worker never runs, and its checks and splits are not in force.',
  fix: 'bind the Worker to the host that is served, or add a proxied record for it',
  covers: ['R47'],
  docs: ['https://developers.cloudflare.com/workers/configuration/routing/routes/'],
  subjects: ['terraform:cloudflare_workers_route', 'terraform:cloudflare_worker_route'],
  failing: { terraform: SYSTEM('www.example.com/*'), says: 'The Worker is bound to www.example.com, and no proxied DNS record of the zone is for it', field: 'pattern' },
  passing: { terraform: SYSTEM('*.example.com/*') },
  checkWorld(world, report) {
    if (!knowsDns(world)) return;
    const records = dnsRecords(world);
    for (const resource of [...world.terraform('cloudflare_workers_route'), ...world.terraform('cloudflare_worker_route')]) {
      const host = literal(resource.attributes.pattern)?.replace(/^https?:\/\//, '').split('/')[0]?.toLowerCase();
      const own = records.filter(({ zone, type }) => zone === zoneOf(resource) && ['A', 'AAAA', 'CNAME'].includes(type));
      // Relative names cannot be told from a zone's id.
      if (host === undefined || host === '' || own.length === 0 || own.some(({ name }) => !name.includes('.'))) continue;
      // `*example.com` takes example.com and every name below it.
      const wide = host.startsWith('*') && !host.startsWith('*.') ? [host.slice(1), `*.${host.slice(1)}`] : [host];
      if (own.some(({ name, proxied }) => proxied && wide.some((one) => covers(one, name) || covers(name, one)))) continue;
      report(resource, ['pattern'], { message: `The Worker is bound to ${host}, and no proxied DNS record of the zone is for it` });
    }
  },
};
