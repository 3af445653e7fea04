import { re2Problem } from '../../core/re2';
import { tunnels } from '../model/edge';
import { TUNNEL_NEEDS, TUNNEL_SUBJECTS } from '../model/tunnel-subjects';
import type { Rule } from './rule';

const SYSTEM = (ingress: unknown): string => JSON.stringify({ resource: { cloudflare_zero_trust_tunnel_cloudflared_config: { edge: {
  account_id: '${var.account}', tunnel_id: '${var.tunnel}', config: { ingress },
} } } }, null, 2);

export const rule: Rule = {
  id: 'NS1010',
  class: 'breaks',
  title: 'cloudflared refuses the rules of a tunnel',
  sees: 'The list of rules of each tunnel, in Terraform or in the ConfigMap that cloudflared mounts, as cloudflared itself checks it: a last rule without host name and path, and only there; no ports in host names; a `*` only at the beginning; '
    + 'origins with scheme and host and without a path; expressions of Go as paths.',
  why: 'cloudflared does not start, or keeps its old configuration: the tunnel serves none of the new rules.',
  fix: 'end the list with { service: http_status:404 } and mend the rule that is named',
  covers: ['analysis 1.3: cloudflared catch-all missing'],
  docs: ['https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/do-more-with-tunnels/local-management/configuration-file/'],
  subjects: TUNNEL_SUBJECTS,
  needs: TUNNEL_NEEDS,
  failing: {
    terraform: SYSTEM([{ hostname: 'api.example.com', service: 'https://web.shop.svc.cluster.local:443' }]),
    says: 'The last rule of tunnel edge is for api.example.com, and cloudflared asks for one without host name and path at the end',
    field: 'config.ingress[0]',
  },
  passing: { terraform: SYSTEM([{ hostname: 'api.example.com', service: 'https://web.shop.svc.cluster.local:443' }, { service: 'http_status:404' }]) },
  checkWorld(world, report) {
    for (const { at, label, rules, path, complete } of tunnels(world)) {
      const name = label.charAt(0).toLowerCase() + label.slice(1);
      if (complete && rules.length === 0) report(at, path, { message: `${label} has no rules` });
      rules.forEach(({ hostname, path: urlPath, service, at: place }, index) => {
        const last = complete && index === rules.length - 1;
        const all = (hostname === '' || hostname === '*') && urlPath === '';
        const forWhat = [hostname, urlPath].filter(Boolean).join(' ');
        if (last && !all) {
          report(at, place, { message: `The last rule of ${name} is for ${forWhat}, and cloudflared asks for one without host name and path at the end`, fix: 'add { service: http_status:404 } at the end' });
        }
        if (complete && !last && all) report(at, place, { message: `Rule ${index} of ${name} takes every request and is not the last one: cloudflared refuses the list`, fix: 'move it to the end' });
        if (/:\d+$/.test(hostname)) report(at, place, { message: `The host name ${hostname} of rule ${index} of ${name} has a port`, fix: 'remove the port' });
        if (hostname.lastIndexOf('*') > 0) report(at, place, { message: `The host name ${hostname} of rule ${index} of ${name} has a * behind its beginning`, fix: 'begin it with *. or write the names out' });
        const problem = urlPath === '' || /\(\?<[A-Za-z]|\\C/.test(urlPath) ? undefined : re2Problem(urlPath);
        if (problem !== undefined) report(at, place, { message: `The path ${urlPath} of rule ${index} of ${name} is no expression of Go: ${problem}`, fix: 'mend the expression' });
        const wrong = originProblem(service);
        if (wrong !== undefined) report(at, place, { message: `The origin ${service} of rule ${index} of ${name} ${wrong}`, fix: 'give scheme, host and port: http://web.shop.svc.cluster.local:8080' });
      });
    }
  },
};

function originProblem(service: string): string | undefined {
  if (/^(?:unix:|unix\+tls:|hello[-_]?world$|bastion$|socks-proxy$|warp-routing$)/.test(service)) return undefined;
  const status = /^http_status:(.*)$/.exec(service)?.[1];
  if (status !== undefined) return /^\d{1,3}$/.test(status) ? undefined : 'names no status';
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(\/[^?#]*)?/i.exec(service);
  if (!parts || parts[2] === '') return 'has no scheme and host';
  return parts[3] === undefined ? undefined : 'has a path, which cloudflared does not put before the path of the request';
}
