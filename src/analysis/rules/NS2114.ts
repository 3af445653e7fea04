import type { FieldPath } from '../documents/document';
import { each } from '../model/each';
import type { Entry } from '../model/entry';
import type { Fields } from '../model/fields';
import { list, record } from '../model/fields';
import type { Report, Rule } from './rule';

const SYSTEM = (origins: string): string => `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: SecurityPolicy
metadata: { name: api, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: api }]
  cors: { allowOrigins: [${origins}], allowCredentials: true }
`;

export const rule: Rule = {
  id: 'NS2114',
  class: 'risk',
  title: 'CORS allows credentials from every origin',
  sees: 'CORS settings with `*` (or an expression for everything) among the origins and credentials allowed: HTTPRoute filters, Envoy Gateway\'s SecurityPolicy, Istio\'s corsPolicy, Traefik\'s headers middleware, annotations of ingress-nginx that say both.',
  why: 'Browsers refuse `*` together with credentials. Gateways that answer with the caller\'s own origin instead let every site on the web act with the cookies of your users.',
  fix: 'list the origins that need credentials',
  covers: ['R78', 'R142'],
  docs: ['https://developer.mozilla.org/docs/Web/HTTP/Guides/CORS#credentialed_requests_and_wildcards'],
  subjects: ['gateway.networking.k8s.io/HTTPRoute', 'gateway.envoyproxy.io/SecurityPolicy', 'networking.istio.io/VirtualService', 'traefik.io/Middleware', 'networking.k8s.io/Ingress'],
  failing: { documents: SYSTEM('"*"'), says: 'Credentials are allowed from every origin (*)', field: 'spec.cors.allowOrigins' },
  passing: { documents: SYSTEM('"https://*.example.com"') },
  check(cluster, report) {
    const say = (at: Entry, path: FieldPath, origins: readonly unknown[], credentials: unknown): void => sayOf(report, at, path, origins, credentials);
    each(cluster.objects('gateway.networking.k8s.io', 'HTTPRoute'), checkRoute, report);
    for (const policy of cluster.objects('gateway.envoyproxy.io', 'SecurityPolicy')) say(policy, ['spec', 'cors', 'allowOrigins'], list(policy.spec.cors?.allowOrigins), policy.spec.cors?.allowCredentials);
    for (const service of cluster.objects('networking.istio.io', 'VirtualService')) {
      list(service.spec.http).forEach(({ corsPolicy }: Fields, index) => {
        if (corsPolicy) say(service, ['spec', 'http', index, 'corsPolicy'], [...list(corsPolicy.allowOrigins), ...list(corsPolicy.allowOrigin)], corsPolicy.allowCredentials);
      });
    }
    for (const middleware of cluster.objects('traefik.io', 'Middleware')) {
      const { accessControlAllowOriginList, accessControlAllowOriginListRegex, accessControlAllowCredentials } = record(middleware.spec.headers);
      say(middleware, ['spec', 'headers', 'accessControlAllowOriginList'], [...list(accessControlAllowOriginList), ...list(accessControlAllowOriginListRegex).map((regex) => ({ regex }) as unknown)], accessControlAllowCredentials);
    }
    for (const ingress of cluster.objects('networking.k8s.io', 'Ingress')) {
      const annotation = (name: string): string | undefined => ingress.annotations[`nginx.ingress.kubernetes.io/${name}`];
      // Both are defaults of enable-cors; only who writes them out means both.
      if (annotation('enable-cors') !== 'true' || annotation('cors-allow-credentials') !== 'true') continue;
      say(ingress, ['metadata', 'annotations', 'nginx.ingress.kubernetes.io/cors-allow-origin'], (annotation('cors-allow-origin') ?? '*').split(',').map((one) => one.trim()), true);
    }
  },
};

function sayOf(report: Report, at: Entry, path: FieldPath, origins: readonly unknown[], credentials: unknown): void {
  const wide = origins.find((origin) => isEverything(origin));
  if (credentials === true && wide !== undefined) report(at, path, { message: `Credentials are allowed from every origin (${printOrigin(wide)})` });
}

function checkRoute(route: Entry, report: Report): void {
  const rules = list(route.spec.rules);
  for (let index = 0; index < rules.length; index++) {
    const filters = list(rules[index].filters);
    for (let at = 0; at < filters.length; at++) {
      const { cors } = filters[at];
      if (cors) sayOf(report, route, ['spec', 'rules', index, 'filters', at, 'cors', 'allowOrigins'], list(cors.allowOrigins), cors.allowCredentials);
    }
  }
}

function isEverything(origin: unknown): boolean {
  if (typeof origin === 'string') return origin === '*';
  const { exact, prefix, regex } = record(origin);
  return exact === '*' || prefix === '' || prefix === '*' || (typeof regex === 'string' && /^\^?\.[*+]\$?$/.test(regex));
}

function printOrigin(origin: unknown): string {
  return typeof origin === 'string' ? origin : String(Object.values(record(origin))[0]);
}
