import { routers } from '../model/traefik-routers';
import type { Rule } from './rule';

const SYSTEM = (match: string): string => `
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: shop, namespace: shop }
spec:
  entryPoints: [websecure]
  routes: [{ kind: Rule, match: '${match}', services: [{ name: web, port: 80 }] }]
  tls: {}
`;

export const rule: Rule = {
  id: 'NS2301',
  class: 'practice',
  title: 'An expression or prefix of Traefik takes more than it says',
  sees: 'HostRegexp, HostSNIRegexp and PathRegexp that are not anchored with ^ and $ (a path may stay open at its end), and PathPrefix values that do not end at a segment: /api takes /apiary as well. Negated matchers are left alone.',
  why: 'Go looks for an expression anywhere in the text: example\\.com takes example.com.attacker.net. Prefixes of Traefik are prefixes of text, not of segments.',
  fix: 'anchor the expression with ^ and $; write Path(`/api`) || PathPrefix(`/api/`)',
  covers: ['R132', 'R133'],
  docs: ['https://doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/'],
  subjects: ['traefik.io/IngressRoute', 'traefik.io/IngressRouteTCP'],
  failing: { documents: SYSTEM('HostRegexp(`[a-z]+\\.example\\.com`)'), says: 'HostRegexp(`[a-z]+\\.example\\.com`) takes every host that has such a text in it', field: 'spec.routes[0].match' },
  passing: { documents: SYSTEM('HostRegexp(`^[a-z]+\\.example\\.com$`) && (Path(`/api`) || PathPrefix(`/api/`))') },
  check(cluster, report) {
    for (const { entry, path, rule: read } of cluster.derive(routers)) {
      if (!read || read.problem !== undefined) continue;
      for (const { name, args, negated } of read.matchers) {
        const [value = ''] = args;
        if (negated) continue;
        const host = name === 'HostRegexp' || name === 'HostSNIRegexp';
        if (host && value !== '.*' && value !== '.+' && !(/^(?:\(\?[a-z]+\))?\^/.test(value) && value.endsWith('$'))) {
          report(entry, [...path, 'match'], { message: `${name}(\`${value}\`) takes every host that has such a text in it` });
        }
        if (name === 'PathRegexp' && !/^(?:\(\?[a-z]+\))?\^/.test(value)) report(entry, [...path, 'match'], { message: `PathRegexp(\`${value}\`) takes every path that has such a text in it` });
        if (name === 'PathPrefix' && !value.endsWith('/') && !read.matchers.some((one) => one.name === 'Path' && one.args[0] === value)) {
          report(entry, [...path, 'match'], { message: `PathPrefix(\`${value}\`) takes ${value}x as well: it ends within a segment`, fix: `write Path(\`${value}\`) || PathPrefix(\`${value}/\`)` });
        }
      }
    }
  },
};
