import { tunnels } from '../model/edge';
import { covers } from '../model/hostnames';
import { TUNNEL_NEEDS, TUNNEL_SUBJECTS } from '../model/tunnel-subjects';
import type { Rule } from './rule';

const SYSTEM = (...hostnames: readonly string[]): string => JSON.stringify({ resource: { cloudflare_zero_trust_tunnel_cloudflared_config: { edge: {
  account_id: '${var.account}', tunnel_id: '${var.tunnel}',
  config: { ingress: [...hostnames.map((hostname) => ({ hostname, service: `http://${hostname.replace(/\W/g, '')}.shop.svc.cluster.local:80` })), { service: 'http_status:404' }] },
} } } }, null, 2);

export const rule: Rule = {
  id: 'NS1011',
  class: 'risk',
  title: 'A rule of a tunnel is never reached',
  sees: 'Rules behind an earlier rule of the same tunnel that takes all of their requests: the same host name or a wildcard above it, without a path or with the same one.',
  why: 'cloudflared takes the first rule that matches: the later origin gets no request.',
  fix: 'move the narrower rule before the wider one',
  covers: ['R27', 'analysis 1.3: shadowed rule of a tunnel'],
  docs: ['https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/do-more-with-tunnels/local-management/configuration-file/'],
  subjects: TUNNEL_SUBJECTS,
  needs: TUNNEL_NEEDS,
  failing: { terraform: SYSTEM('*.example.com', 'api.example.com'), says: 'Rule 1 of tunnel edge for api.example.com is never reached: rule 0 for *.example.com takes its requests', field: 'config.ingress[1]' },
  passing: { terraform: SYSTEM('api.example.com', '*.example.com') },
  checkWorld(world, report) {
    for (const { at, label, rules } of tunnels(world)) {
      const wild: Array<readonly [string, number]> = [];
      const exact = new Map<string, number>();
      rules.forEach(({ hostname, path, at: place }, index) => {
        if (hostname === '' || hostname === '*') return;
        // A rule before without a path takes every path.
        const before = exact.get(hostname.toLowerCase()) ?? exact.get(`${hostname.toLowerCase()} ${path}`) ?? wild.find(([pattern]) => covers(pattern, hostname))?.[1];
        if (before !== undefined) {
          const other = rules[before]!;
          report(at, place, {
            message: `Rule ${index} of ${label.charAt(0).toLowerCase()}${label.slice(1)} for ${hostname}${path} is never reached: rule ${before} for ${other.hostname}${other.path} takes its requests`,
          });
        }
        const key = path === '' ? hostname.toLowerCase() : `${hostname.toLowerCase()} ${path}`;
        if (!exact.has(key)) exact.set(key, index);
        if (path === '' && hostname.startsWith('*.')) wild.push([hostname, index]);
      });
    }
  },
};
