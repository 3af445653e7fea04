import { zoneSettings } from '../model/edge';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS1001',
  class: 'breaks',
  title: 'TLS settings of a Cloudflare zone leave no version, or take away the one that HTTP/3 and 0-RTT need',
  sees: 'The settings min_tls_version, tls_1_3, http3 and 0rtt of each zone in Terraform. Settings that are not written out, or that Terraform computes, are not judged.',
  why: 'With min_tls_version 1.3 and TLS 1.3 off no visitor can connect at all. HTTP/3 and 0-RTT are parts of TLS 1.3: switched on beside it, they do not work, and mobile clients fall back or fail.',
  fix: 'set tls_1_3 to on',
  covers: ['R1', 'R4', 'R8'],
  docs: ['https://developers.cloudflare.com/ssl/edge-certificates/additional-options/minimum-tls/', 'https://developers.cloudflare.com/ssl/edge-certificates/additional-options/tls-13/'],
  subjects: ['terraform:cloudflare_zone_setting', 'terraform:cloudflare_zone_settings_override'],
  failing: {
    terraform: JSON.stringify({ resource: { cloudflare_zone_setting: {
      tls: { zone_id: '${var.zone}', setting_id: 'tls_1_3', value: 'off' },
      minimum: { zone_id: '${var.zone}', setting_id: 'min_tls_version', value: '1.3' },
    } } }, null, 2),
    says: 'The zone takes TLS 1.3 at least (min_tls_version) and has TLS 1.3 switched off (tls_1_3)',
    field: 'value',
  },
  passing: {
    terraform: JSON.stringify({ resource: { cloudflare_zone_setting: {
      tls: { zone_id: '${var.zone}', setting_id: 'tls_1_3', value: 'zrt' },
      minimum: { zone_id: '${var.zone}', setting_id: 'min_tls_version', value: '1.3' },
      http3: { zone_id: '${var.zone}', setting_id: 'http3', value: 'on' },
      other: { zone_id: '${var.other}', setting_id: 'tls_1_3', value: 'off' },
    } } }, null, 2),
  },
  checkWorld(world, report) {
    for (const settings of zoneSettings(world).values()) {
      const tls13 = settings.get('tls_1_3');
      if (tls13?.value !== 'off') continue;
      const minimum = settings.get('min_tls_version');
      if (minimum?.value === '1.3') {
        report(tls13.resource, tls13.path, { message: 'The zone takes TLS 1.3 at least (min_tls_version) and has TLS 1.3 switched off (tls_1_3): no visitor can connect' });
      }
      for (const [id, what] of [['http3', 'HTTP/3'], ['0rtt', '0-RTT']] as const) {
        const needing = settings.get(id);
        if (needing?.value === 'on') report(needing.resource, needing.path, { message: `The zone has ${what} switched on (${id}) and TLS 1.3, which ${what} is a part of, switched off (tls_1_3)` });
      }
    }
  },
};
