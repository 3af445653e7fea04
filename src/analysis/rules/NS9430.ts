import { zoneSettings } from '../model/edge';
import { http3Endpoints } from '../model/http3';
import { inSentence } from '../model/labels';
import type { Rule } from './rule';

const GATEWAY = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners: [{ name: https, port: 443, protocol: HTTPS, hostname: api.example.com, tls: { certificateRefs: [{ name: api-tls }] } }]
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: ClientTrafficPolicy
metadata: { name: web, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: web }]
  http3: {}
`;
const ZONE = (value: string): string => JSON.stringify({ resource: { cloudflare_zone_setting: { http3: { zone_id: '${var.zone}', setting_id: 'http3', value } } } }, null, 2);

export const rule: Rule = {
  id: 'NS9430',
  class: 'practice',
  title: 'HTTP/3 is on at one hop and off at the other',
  sees: 'The setting http3 of Cloudflare zones that is written out as off, while a gateway of the system serves HTTP/3.',
  why: 'Clients of a proxied host speak with Cloudflare only: what the gateway serves over HTTP/3 they never see, and mobile clients keep the slow way.',
  fix: 'switch http3 on in the zone, or off at the gateway',
  covers: ['R8'],
  docs: ['https://developers.cloudflare.com/speed/optimization/protocol/http3/'],
  subjects: ['terraform:cloudflare_zone_setting', 'terraform:cloudflare_zone_settings_override'],
  failing: { documents: GATEWAY, terraform: ZONE('off'), says: 'The zone has HTTP/3 switched off, and listener https of Gateway shop/web serves it', field: 'value' },
  passing: { documents: GATEWAY, terraform: ZONE('on') },
  checkWorld(world, report) {
    const endpoint = world.clusters.flatMap((cluster) => cluster.derive(http3Endpoints))[0];
    if (!endpoint) return;
    for (const settings of zoneSettings(world).values()) {
      const http3 = settings.get('http3');
      if (http3?.value !== 'off') continue;
      report(http3.resource, http3.path, { message: `The zone has HTTP/3 switched off, and ${inSentence(endpoint.label)} serves it`, decidedBy: [endpoint.at] });
    }
  },
};
