import { knownTraefiks, routers } from '../model/traefik-routers';
import type { Rule } from './rule';

const SYSTEM = (entryPoint: string, tls = '\n  tls: {}'): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: traefik, namespace: ingress }
spec:
  selector: { matchLabels: { app: traefik } }
  template:
    metadata: { labels: { app: traefik } }
    spec:
      containers: [{ name: traefik, image: "docker.io/traefik:v3.7.9", args: ["--entryPoints.web.address=:80", "--entryPoints.websecure.address=:443", --providers.kubernetescrd] }]
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: shop, namespace: shop }
spec:
  entryPoints: [${entryPoint}]
  routes: [{ kind: Rule, match: Host(\`shop.example.com\`), services: [{ name: web, port: 80 }] }]${tls}
`;

export const rule: Rule = {
  id: 'NS2304',
  class: 'breaks',
  title: 'A router is for an entry point that Traefik does not have, or serves plain HTTP at one for TLS',
  sees: 'Entry points of IngressRoutes and IngressRouteTCPs against those that the Traefiks of the documents are started with; and routers of HTTP without tls at an entry point with port 443 or 8443 that has no TLS of its own.',
  why: 'Traefik leaves the router out when its entry point is unknown. Without tls it waits for plain HTTP at the port, and every https request gets 404.',
  fix: 'name an entry point that Traefik has; add tls: {} to the IngressRoute',
  covers: ['R143', 'R76'],
  docs: ['https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/', 'https://doc.traefik.io/traefik/reference/routing-configuration/http/tls/overview/'],
  subjects: ['traefik.io/IngressRoute', 'traefik.io/IngressRouteTCP'],
  failing: { documents: SYSTEM('https'), says: 'Entry point https is unknown to Deployment ingress/traefik, which has web, websecure', field: 'spec.entryPoints[0]' },
  passing: { documents: SYSTEM('websecure') },
  check(cluster, report) {
    // Only a Traefik that reads these kinds decides.
    const known = knownTraefiks(cluster)?.filter(({ settings }) => [...settings.keys()].some((key) => key.startsWith('providers.kubernetescrd')));
    if (!known || known.length === 0 || cluster.open) return;
    const names = new Set(known.flatMap(({ entryPoints }) => [...entryPoints.keys()]));
    if (names.size === 0) return;
    const [{ pods }] = known as [typeof known[number]];
    const seen = new Set<unknown>();
    for (const { entry, entryPoints, tcp } of cluster.derive(routers)) {
      // A class is for one Traefik of several.
      if (seen.has(entry) || entry.spec.ingressClassName !== undefined || entry.annotations['kubernetes.io/ingress.class'] !== undefined) continue;
      seen.add(entry);
      entryPoints.forEach((name, index) => {
        // `traefik` is the one of the dashboard, which is there without being declared.
        if (!names.has(name) && name !== 'traefik') {
          report(entry, ['spec', 'entryPoints', index], { message: `Entry point ${name} is unknown to ${pods.entry.toString()}, which has ${[...names].join(', ')}`, decidedBy: [pods.entry] });
        }
        const point = known.map((one) => one.entryPoints.get(name)).find((one) => one !== undefined);
        if (tcp || entry.spec.tls !== undefined || !point || (point.port !== 443 && point.port !== 8443)) return;
        if (known.some(({ settings }) => [...settings.keys()].some((key) => key.startsWith(`entrypoints.${name}.http.tls`)))) return;
        report(entry, ['spec', 'entryPoints', index], {
          message: `${entry.toString()} has no tls and is served as plain HTTP at entry point ${name} (port ${point.port}): https requests find no router`,
          fix: `add tls: {} to the IngressRoute, or entryPoints.${name}.http.tls to Traefik`, decidedBy: [pods.entry],
        });
      });
    }
  },
};
