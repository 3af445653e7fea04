import type { Fields } from '../model/fields';
import { list, text } from '../model/fields';
import { TRAEFIK } from '../model/traefik';
import type { MiddlewareRef } from '../model/traefik-routers';
import { knownTraefiks, middlewareRefs } from '../model/traefik-routers';
import type { Rule } from './rule';

const SYSTEM = (flag: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: traefik, namespace: ingress }
spec:
  selector: { matchLabels: { app: traefik } }
  template:
    metadata: { labels: { app: traefik } }
    spec: { containers: [{ name: traefik, image: "docker.io/traefik:v3.7.9", args: ["--entryPoints.websecure.address=:443", --providers.kubernetescrd${flag}] }] }
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: shop, namespace: shop }
spec:
  entryPoints: [websecure]
  routes:
    - kind: Rule
      match: Host(\`shop.example.com\`)
      middlewares: [{ name: login, namespace: ingress }]
      services: [{ name: web, port: 80 }]
  tls: {}
`;

export const rule: Rule = {
  id: 'NS2308',
  class: 'breaks',
  title: 'Traefik does not follow references to other namespaces',
  sees: 'Middlewares and Services that IngressRoutes and Middlewares name in another namespace, where the Traefiks of the documents are started without providers.kubernetesCRD.allowCrossNamespace.',
  why: 'Traefik refuses the reference and leaves the router out: its hosts get 404.',
  fix: 'put the object into the namespace of the route, or start Traefik with --providers.kubernetescrd.allowCrossNamespace=true',
  covers: ['R26', 'R134'],
  docs: ['https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-crd/'],
  subjects: ['traefik.io/IngressRoute', 'traefik.io/Middleware', 'traefik.io/IngressRouteTCP'],
  failing: { documents: SYSTEM(''), says: 'Deployment ingress/traefik does not follow the reference to ingress/login in another namespace', field: 'spec.routes[0].middlewares[0].namespace' },
  passing: { documents: SYSTEM(', --providers.kubernetescrd.allowcrossnamespace=true') },
  check(cluster, report) {
    const known = knownTraefiks(cluster);
    // Only a Traefik that reads these kinds decides.
    const reading = known?.filter(({ settings }) => [...settings.keys()].some((key) => key === 'providers.kubernetescrd' || key.startsWith('providers.kubernetescrd.')));
    if (!reading || reading.length === 0 || reading.some(({ flag }) => flag('providers.kubernetescrd.allowcrossnamespace'))) return;
    const { pods } = reading[0]!;
    for (const kind of ['IngressRoute', 'IngressRouteTCP', 'Middleware']) {
      for (const entry of cluster.objects(TRAEFIK, kind)) {
        const refs: MiddlewareRef[] = [
          ...middlewareRefs(entry),
          ...list(entry.spec.routes).flatMap((route: Fields, index) => list(route.services).map((one: Fields, at) => ({ path: ['spec', 'routes', index, 'services', at], namespace: text(one.namespace), name: String(one.name) }))),
        ];
        for (const { path, namespace, name } of refs) {
          // Names with @ come from another provider.
          if (namespace === undefined || namespace === entry.namespace || entry.namespace === '' || name.includes('@')) continue;
          report(entry, [...path, 'namespace'], { message: `${pods.entry.toString()} does not follow the reference to ${namespace}/${name} in another namespace`, decidedBy: [pods.entry] });
        }
      }
    }
  },
};
