import type { Rule } from './rule';

const SYSTEM = (type: string): string => JSON.stringify({ resource: { [type]: { api: { zone_id: '${var.zone}', hostnames: ['api.example.com'], requested_validity: 5475, request_type: 'origin-ecc', csr: '${var.csr}' } } } }, null, 2);

export const rule: Rule = {
  id: 'NS1024',
  class: 'practice',
  title: 'A certificate of Cloudflare does not renew itself',
  sees: 'Origin CA certificates and uploaded certificates in Terraform. Universal, advanced and Total TLS certificates renew themselves.',
  why: 'It ends on a day that nobody has in mind; with ssl strict every request then gets 526.',
  fix: 'use an advanced certificate pack at the edge and cert-manager at the origin, or put the end of the certificate into an alert',
  covers: ['R7'],
  docs: ['https://developers.cloudflare.com/ssl/origin-configuration/origin-ca/', 'https://developers.cloudflare.com/ssl/edge-certificates/custom-certificates/'],
  subjects: ['terraform:cloudflare_origin_ca_certificate', 'terraform:cloudflare_custom_ssl'],
  failing: { terraform: SYSTEM('cloudflare_origin_ca_certificate'), says: 'cloudflare_origin_ca_certificate api is not renewed by Cloudflare' },
  passing: { terraform: SYSTEM('cloudflare_certificate_pack') },
  checkWorld(world, report) {
    for (const type of ['cloudflare_origin_ca_certificate', 'cloudflare_custom_ssl']) {
      for (const resource of world.terraform(type)) {
        // Terraform renews an origin certificate before its end when it is told how long before.
        if (resource.attributes.min_days_for_renewal !== undefined) continue;
        report(resource, [], { message: `${type} ${resource.name} is not renewed by Cloudflare` });
      }
    }
  },
};
