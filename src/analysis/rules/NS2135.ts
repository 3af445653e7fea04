import { envoyPolicies, isEnvoyGateway } from '../model/envoy-gateway';
import type { Fields } from '../model/fields';
import { list, record } from '../model/fields';
import { gatewayModel } from '../model/gateway-api';
import { TRAEFIK } from '../model/traefik';
import type { Rule } from './rule';

const SYSTEM = (filters: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners: [{ name: https, port: 443, protocol: HTTPS, hostname: api.example.com, tls: { certificateRefs: [{ name: api-tls }] } }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec:
  parentRefs: [{ name: web }]
  rules:
    - backendRefs: [{ name: orders, port: 8080 }]
      filters: [${filters}]
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: ClientTrafficPolicy
metadata: { name: web, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: web }]
  tls: { minVersion: "1.3" }
`;

const HSTS = 'strict-transport-security';

export const rule: Rule = {
  id: 'NS2135',
  class: 'practice',
  title: 'Responses over TLS do not tell browsers to stay there',
  sees: 'Rules with backends at an HTTPS listener of Envoy Gateway whose responses get no Strict-Transport-Security: neither by a filter of the rule or its backends nor by the ClientTrafficPolicy nor at Cloudflare (security_header). '
    + 'And headers middlewares of Traefik that set security headers without stsSeconds.',
  why: 'A browser that has not been told so takes the first request of each visit in plain text, where it can be led elsewhere.',
  fix: 'set strict-transport-security, x-content-type-options and a content-security-policy with a ResponseHeaderModifier',
  covers: ['R78', 'R142'],
  docs: ['https://www.rfc-editor.org/rfc/rfc6797', 'https://owasp.org/www-project-secure-headers/'],
  subjects: ['gateway.networking.k8s.io/HTTPRoute', 'traefik.io/Middleware'],
  failing: {
    documents: SYSTEM('{ type: ResponseHeaderModifier, responseHeaderModifier: { set: [{ name: x-frame-options, value: DENY }] } }'),
    says: 'Responses of rule 0 of HTTPRoute shop/orders have no strict-transport-security', field: 'spec.rules[0]',
  },
  passing: { documents: SYSTEM('{ type: ResponseHeaderModifier, responseHeaderModifier: { set: [{ name: Strict-Transport-Security, value: max-age=31536000 }] } }') },
  check(cluster, report) {
    for (const middleware of cluster.objects(TRAEFIK, 'Middleware')) {
      const headers = record(middleware.spec.headers);
      const secures = headers.frameDeny === true || headers.contentTypeNosniff === true || headers.contentSecurityPolicy !== undefined || headers.browserXssFilter === true;
      if (!secures || headers.stsSeconds !== undefined || Object.keys(record(headers.customResponseHeaders)).some((name) => name.toLowerCase() === HSTS)) continue;
      report(middleware, ['spec', 'headers'], { message: `${middleware.toString()} sets security headers and no strict-transport-security`, fix: 'set stsSeconds' });
    }
    if (cluster.world.terraform('cloudflare_zone_setting').some(({ attributes }) => attributes.setting_id === 'security_header')) return;
    const policies = cluster.derive(envoyPolicies);
    for (const route of cluster.derive(gatewayModel).routes) {
      if (route.entry.kind !== 'HTTPRoute') continue;
      const listener = route.parents.flatMap(({ attached }) => attached.map((one) => one.listener)).find(({ gateway, protocol }) => protocol === 'HTTPS' && isEnvoyGateway(cluster, gateway));
      if (!listener || sets(policies.client(listener)?.spec.headers?.lateResponseHeaders)) continue;
      list(route.entry.spec.rules).forEach((one: Fields, index) => {
        const filters = [...list(one.filters), ...list(one.backendRefs).flatMap((ref: Fields) => list(ref.filters))];
        // An extension may set it.
        if (list(one.backendRefs).length === 0 || filters.some(({ type, responseHeaderModifier }: Fields) => type === 'ExtensionRef' || sets(responseHeaderModifier))) return;
        report(route.entry, ['spec', 'rules', index], { message: `Responses of rule ${index} of ${route.entry.toString()} have no strict-transport-security` });
      });
    }
  },
};

function sets(modifier: Fields): boolean {
  return [...list(modifier?.set), ...list(modifier?.add), ...list(modifier?.addIfAbsent)].some(({ name }: Fields) => String(name).toLowerCase() === HSTS);
}
