import type { Router } from '../model/traefik-routers';
import { routers } from '../model/traefik-routers';
import type { Rule } from './rule';

const SYSTEM = (priority: string): string => `
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: shop, namespace: shop }
spec:
  entryPoints: [websecure]
  routes:
    - kind: Rule
      match: Host(\`shop.example.com\`) || Host(\`www.shop.example.com\`) || Host(\`m.shop.example.com\`)
      services: [{ name: web, port: 80 }]
    - kind: Rule
      match: Host(\`shop.example.com\`) && PathPrefix(\`/api/\`)${priority}
      services: [{ name: api, port: 80 }]
  tls: {}
`;

export const rule: Rule = {
  id: 'NS2303',
  class: 'risk',
  title: 'A longer rule of Traefik takes the requests of a narrower one',
  sees: 'Routers of Traefik for a host and something more (a path, a header), beside a router at the same entry points that takes the whole host and has the higher priority: given, or by the greater length of its rule.',
  why: 'Without a priority Traefik takes the longest rule first. A list of hosts joined by || is longer than one host with a path, so the narrower router is never reached.',
  fix: 'give the narrower router a priority above the other one, or split the list of hosts into routers of their own',
  covers: ['R27', 'analysis 1.3: Traefik length-priority surprises'],
  docs: ['https://doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/#priority'],
  subjects: ['traefik.io/IngressRoute'],
  failing: {
    documents: SYSTEM(''),
    says: 'This router (priority 47) is never reached: route 0 of IngressRoute shop/shop takes all of shop.example.com with priority 86', field: 'spec.routes[1].match',
  },
  passing: { documents: SYSTEM('\n      priority: 100') },
  check(cluster, report) {
    const wide = new Map<string, Router[]>();
    const narrow: Array<{ readonly router: Router; readonly host: string }> = [];
    for (const router of cluster.derive(routers)) {
      const { rule: read, source, tcp } = router;
      if (tcp || !read || read.problem !== undefined) continue;
      const { matchers, hosts } = read;
      if (hosts.length > 0 && hosts.length === matchers.length && !source.includes('&&')) {
        for (const host of hosts) {
          const known = wide.get(host);
          if (known) known.push(router);
          else wide.set(host, [router]);
        }
      } else if (hosts.length === 1 && matchers.length > 1 && !source.includes('||') && !matchers.some(({ name, negated }) => negated || name === 'HostRegexp')) {
        narrow.push({ router, host: hosts[0]! });
      }
    }
    for (const { router, host } of narrow) {
      const over = (wide.get(host) ?? []).find((one) => one.priority > router.priority && sameEntryPoints(one, router));
      if (!over) continue;
      const index = over.path[2];
      report(router.entry, [...router.path, 'match'], {
        message: `This router (priority ${router.priority}) is never reached: route ${index!} of ${over.entry.toString()} takes all of ${host} with priority ${over.priority}`,
        ...over.entry === router.entry ? {} : { decidedBy: [over.entry] },
      });
    }
  },
};

/** Whether the wide router is at every entry point of the narrow one. */
function sameEntryPoints(wide: Router, narrow: Router): boolean {
  if (wide.entry.spec.ingressClassName !== narrow.entry.spec.ingressClassName) return false;
  // A router with TLS and one without never meet at one entry point.
  if ((wide.entry.spec.tls === undefined) !== (narrow.entry.spec.tls === undefined)) return false;
  return narrow.entryPoints.length > 0 ? narrow.entryPoints.every((name) => wide.entryPoints.includes(name)) : wide.entryPoints.length === 0;
}
