import { literal, zoneOf } from '../model/edge';
import type { TerraformResource } from '../model/cluster-model';
import type { Rule } from './rule';

const SYSTEM = (phase: string): string => JSON.stringify({ resource: { cloudflare_ruleset: {
  limits: { zone_id: '${var.zone}', name: 'default', kind: 'zone', phase: 'http_ratelimit', rules: [] },
  more: { zone_id: '${var.zone}', name: 'default', kind: 'zone', phase, rules: [] },
} } }, null, 2);

export const rule: Rule = {
  id: 'NS1021',
  class: 'breaks',
  title: 'A zone has two rulesets of one phase',
  sees: 'Rulesets of kind zone (or root) in Terraform with the same zone or account and the same phase.',
  why: 'Cloudflare has one entry point ruleset for each phase: the second one fails at apply, or replaces the rules of the first.',
  fix: 'put the rules of both into one ruleset',
  docs: ['https://developers.cloudflare.com/ruleset-engine/about/rulesets/#entry-point-ruleset', 'https://github.com/cloudflare/terraform-provider-cloudflare/issues/2634'],
  subjects: ['terraform:cloudflare_ruleset'],
  failing: { terraform: SYSTEM('http_ratelimit'), says: 'Ruleset limits has phase http_ratelimit of the same zone', field: 'phase' },
  passing: { terraform: SYSTEM('http_request_firewall_custom') },
  checkWorld(world, report) {
    const first = new Map<string, TerraformResource>();
    for (const resource of world.terraform('cloudflare_ruleset')) {
      const { kind, phase, account_id: account } = resource.attributes;
      const known = literal(phase);
      if ((kind !== 'zone' && kind !== 'root') || known === undefined || resource.attributes.for_each !== undefined || resource.attributes.count !== undefined) continue;
      const key = `${String(kind)} ${zoneOf(resource)} ${String(account ?? '')} ${known}`;
      const before = first.get(key);
      if (!before) first.set(key, resource);
      else report(resource, ['phase'], { message: `Ruleset ${before.name} has phase ${known} of the same ${kind === 'zone' ? 'zone' : 'account'}` });
    }
  },
};
