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

/** Version 2 wrote `{name:expression}` in host names and paths. */
const PLACEHOLDER = /\{[A-Za-z_]\w*(?::[^}]*)?\}/;

export const rule: Rule = {
  id: 'NS2300',
  class: 'breaks',
  title: 'Traefik cannot read a rule, or reads it as something that never matches',
  sees: 'The match of IngressRoutes and IngressRouteTCPs by Traefik 3\'s grammar: matchers, their values in backticks or double quotes, expressions of Go, paths that begin with /; and placeholders {name:expression} of Traefik 2. '
    + 'Routes with syntax v2 are left alone.',
  why: 'Traefik leaves the router out and says so only in its log; a placeholder of version 2 is taken literally, and no host is called so.',
  fix: 'write the rule in the grammar of Traefik 3: HostRegexp(`^[a-z]+\\.example\\.com$`)',
  covers: ['R133', 'R132'],
  docs: ['https://doc.traefik.io/traefik/migrate/v2-to-v3-details/#rule-syntax', 'https://doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/'],
  subjects: ['traefik.io/IngressRoute', 'traefik.io/IngressRouteTCP'],
  failing: {
    documents: SYSTEM('HostRegexp(`{tenant:[a-z]+}.example.com`)'),
    says: 'The value {tenant:[a-z]+}.example.com of HostRegexp has a placeholder of Traefik 2, which matches no host since Traefik 3', field: 'spec.routes[0].match',
  },
  passing: { documents: SYSTEM('HostRegexp(`^[a-z]{3,9}\\.example\\.com$`) && PathPrefix(`/`)') },
  check(cluster, report) {
    for (const { entry, path, source, rule: read } of cluster.derive(routers)) {
      if (!read) continue;
      if (read.problem !== undefined) {
        report(entry, [...path, 'match'], { message: `Traefik cannot read the rule ${source.length > 120 ? `${source.slice(0, 120)}…` : source}: ${read.problem}` });
        continue;
      }
      const old = read.matchers.find(({ name, args }) => ['Host', 'HostRegexp', 'Path', 'PathPrefix', 'HostSNI'].includes(name) && args.some((arg) => PLACEHOLDER.test(arg)));
      const value = old?.args.find((arg) => PLACEHOLDER.test(arg));
      if (old && value !== undefined) {
        report(entry, [...path, 'match'], { message: `The value ${value} of ${old.name} has a placeholder of Traefik 2, which matches no ${old.name.startsWith('Path') ? 'path' : 'host'} since Traefik 3` });
      }
    }
  },
};
