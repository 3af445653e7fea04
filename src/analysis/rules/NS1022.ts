import { dnsRecords, literal, zoneOf } from '../model/edge';
import type { Rule } from './rule';

const SYSTEM = (phase: string): string => JSON.stringify({ resource: {
  cloudflare_dns_record: { api: { zone_id: '${var.zone}', name: 'api.example.com', type: 'CNAME', ttl: 1, proxied: true, content: 'origin.example.net' } },
  cloudflare_ruleset: {
    managed: { zone_id: '${var.zone}', name: 'default', kind: 'zone', phase: 'http_request_firewall_managed', rules: [{ action: 'execute', expression: 'true' }] },
    limits: { zone_id: '${var.zone}', name: 'default', kind: 'zone', phase, rules: [{ action: 'block', expression: 'true' }] },
  },
} }, null, 2);

const WANTED: Readonly<Record<string, string>> = { http_request_firewall_managed: 'managed firewall rules', http_ratelimit: 'rate limit' };

export const rule: Rule = {
  id: 'NS1022',
  class: 'practice',
  title: 'A public zone has no firewall or no rate limit',
  sees: 'Zones of Cloudflare in Terraform with a proxied record: rulesets of the phases http_request_firewall_managed and http_ratelimit that have a rule, or a ruleset of the account. Protection against floods is always on; bots depend on the plan.',
  why: 'Attacks and floods of requests reach the gateway, which is the first that can refuse them.',
  fix: 'add a ruleset of the phase to the zone',
  covers: ['R29', 'R39', 'R77'],
  docs: ['https://developers.cloudflare.com/waf/managed-rules/', 'https://developers.cloudflare.com/waf/rate-limiting-rules/'],
  subjects: ['terraform:cloudflare_dns_record', 'terraform:cloudflare_record'],
  failing: { terraform: SYSTEM('http_request_firewall_custom'), says: 'api.example.com is served through Cloudflare, and its zone has no rate limit', field: 'proxied' },
  passing: { terraform: SYSTEM('http_ratelimit') },
  checkWorld(world, report) {
    const rulesets = world.terraform('cloudflare_ruleset');
    // Rulesets of the account may cover every zone; how far cannot be seen here.
    const shared = new Set(rulesets.filter(({ attributes }) => attributes.kind === 'root' || attributes.kind === 'custom').map(({ attributes }) => literal(attributes.phase)));
    const said = new Set<string>();
    for (const { resource, zone, name, proxied } of dnsRecords(world)) {
      if (!proxied || said.has(zone)) continue;
      said.add(zone);
      const own = rulesets.filter((one) => zoneOf(one) === zone && one.attributes.rules?.length !== 0).map(({ attributes }) => attributes.phase as unknown);
      const missing = Object.keys(WANTED).filter((phase) => !shared.has(phase) && !own.includes(phase));
      if (missing.length > 0) report(resource, ['proxied'], { message: `${name} is served through Cloudflare, and its zone has no ${missing.map((phase) => WANTED[phase]).join(' and no ')}` });
    }
  },
};
