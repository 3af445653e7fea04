import type { FieldPath } from '../documents/document';
import type { Entry } from '../model/entry';
import { labelsOf, list, record } from '../model/fields';
import { gatewaysOf, isForMesh } from '../model/mesh-routes';
import type { Rule } from './rule';

const scene = (labels: string): string => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [shop.example.com] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http:
    - match: [{ headers: { "@request.auth.claims.group": { exact: beta } } }]
      directResponse: { status: 204 }
    - directResponse: { status: 200 }
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: edge, namespace: istio-system }
spec:
  selector: { matchLabels: { ${labels} } }
  jwtRules: [{ issuer: "https://id.example.com", jwksUri: "https://id.example.com/jwks.json" }]
`;

export const rule: Rule = {
  id: 'NS3046',
  class: 'breaks',
  title: 'Routes by claims of a token that nobody checks',
  sees: 'VirtualServices with @request.auth.claims matches for Gateways whose pods no RequestAuthentication is for, and such matches for sidecars.',
  why: 'Claims can be matched at a gateway that has checked the token. Without a RequestAuthentication there, or in a sidecar, the match is never true and requests fall through to the next route.',
  fix: 'add a RequestAuthentication with the selector of the Gateway, and keep such routes to gateways',
  covers: ['IST0149', 'R122'],
  docs: ['https://istio.io/latest/docs/tasks/security/authentication/jwt-route/', 'https://istio.io/latest/docs/reference/config/analysis/ist0149/'],
  subjects: ['networking.istio.io/VirtualService'],
  failing: {
    documents: scene('istio: egressgateway'),
    says: 'No RequestAuthentication is for the pods of Gateway shop/edge, so @request.auth.claims.group never matches',
    field: 'spec.http[0].match[0].headers["@request.auth.claims.group"]',
  },
  passing: { documents: scene('istio: ingressgateway') },
  check(cluster, report) {
    const checks = cluster.objects('security.istio.io', 'RequestAuthentication');
    if (cluster.open || cluster.entries.some(({ kind, sound }) => kind === 'RequestAuthentication' && !sound)) return;
    for (const routes of cluster.objects('networking.istio.io', 'VirtualService')) {
      const [claim] = claims(routes);
      if (!claim) continue;
      const gateways = gatewaysOf(cluster, routes);
      if (gateways.length === 0 && isForMesh(routes)) {
        report(routes, claim.path, { message: `${claim.key} never matches in a sidecar: only gateways route by claims`, fix: 'name the Gateway in spec.gateways' });
        continue;
      }
      for (const { gateway } of gateways) {
        if (!gateway || checks.some((check) => mayBeFor(check, gateway))) continue;
        report(routes, claim.path, { message: `No RequestAuthentication is for the pods of ${gateway.toString()}, so ${claim.key} never matches`, decidedBy: [gateway] });
      }
    }
  },
};

/** Whether a RequestAuthentication selects pods of the Gateway, as far as its selector says. The namespace of the pods is not known. */
function mayBeFor(check: Entry, gateway: Entry): boolean {
  if (check.spec.targetRef !== undefined || list(check.spec.targetRefs).length > 0) return false;
  const wanted = labelsOf(record(check.spec.selector).matchLabels);
  const pods = labelsOf(gateway.spec.selector);
  // A label that the Gateway does not name may be on its pods all the same; without one the namespace decides, which nobody knows.
  return Object.entries(wanted).every(([key, value]) => pods[key] === undefined || pods[key] === value);
}

function claims(routes: Entry): Array<{ readonly key: string; readonly path: FieldPath }> {
  return list(routes.spec.http).map(record).flatMap((route, r) => list(route.match).map(record).flatMap((match, m) => ['headers', 'withoutHeaders'].flatMap((field) =>
    Object.keys(record(match[field])).filter((key) => key.toLowerCase().startsWith('@request.auth.claims')).map((key) => ({ key, path: ['spec', 'http', r, 'match', m, field, key] })))));
}
