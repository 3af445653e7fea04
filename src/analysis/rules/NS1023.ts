import { zoneSettings } from '../model/edge';
import type { Rule } from './rule';

const SYSTEM = (id: string, value: string): string => JSON.stringify({ resource: { cloudflare_zone_setting: { one: { zone_id: '${var.zone}', setting_id: id, value } } } }, null, 2);

export const rule: Rule = {
  id: 'NS1023',
  class: 'practice',
  title: 'A zone takes requests that may be replayed, or speaks plain text with its origin',
  sees: 'The settings 0rtt and tls_1_3 (zrt) of zones: 0-RTT switched on; and ssl: off or flexible.',
  why: 'What comes in 0-RTT can be recorded and sent again by anybody: it is safe only for origins that know Early-Data and answer 425. '
    + 'With ssl flexible the way from Cloudflare to the origin is plain text, and an origin that redirects to https never ends.',
  fix: 'switch 0rtt off, and set ssl to strict',
  covers: ['R11', 'R30'],
  docs: ['https://developers.cloudflare.com/speed/optimization/protocol/0-rtt-connection-resumption/', 'https://developers.cloudflare.com/ssl/origin-configuration/ssl-modes/'],
  subjects: ['terraform:cloudflare_zone_setting', 'terraform:cloudflare_zone_settings_override'],
  failing: { terraform: SYSTEM('0rtt', 'on'), says: 'The zone takes requests in 0-RTT (0rtt on)', field: 'value' },
  passing: { terraform: SYSTEM('0rtt', 'off') },
  checkWorld(world, report) {
    for (const settings of zoneSettings(world).values()) {
      for (const [id, value] of [['0rtt', 'on'], ['tls_1_3', 'zrt']] as const) {
        const setting = settings.get(id);
        if (setting?.value === value) report(setting.resource, setting.path, { message: `The zone takes requests in 0-RTT (${id} ${value})`, fix: id === '0rtt' ? 'switch 0rtt off' : 'set tls_1_3 to on' });
      }
      const ssl = settings.get('ssl');
      if (ssl?.value === 'flexible' || ssl?.value === 'off') report(ssl.resource, ssl.path, { message: `Cloudflare speaks plain text with the origins of the zone (ssl ${ssl.value})`, fix: 'set ssl to strict' });
    }
  },
};
