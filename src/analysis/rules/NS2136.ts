import { effective, envoyPolicies, isEnvoyGateway } from '../model/envoy-gateway';
import type { Fields } from '../model/fields';
import { list, text } from '../model/fields';
import { gatewayModel } from '../model/gateway-api';
import { isNginx, NGINX } from '../model/ingress-nginx';
import { matchesOf } from '../model/route-matches';
import type { Rule } from './rule';

const SYSTEM = (annotations: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop, annotations: { ${annotations} } }
spec:
  ingressClassName: nginx
  rules: [{ host: shop.example.com, http: { paths: [{ path: /internal, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`;

/** Paths that are called so because they are not for everybody. */
const SENSITIVE = /^\/(?:internal|admin|actuator|debug|metrics|private)(?:\/|\(|$)/i;

export const rule: Rule = {
  id: 'NS2136',
  class: 'practice',
  title: 'An internal path is open to everybody',
  sees: 'Paths called internal, admin, actuator, debug, metrics or private: Ingresses of ingress-nginx without a list of addresses or authentication, and rules at Envoy Gateway without an effective SecurityPolicy that asks for one.',
  why: 'Whoever guesses the path operates what was meant for operators.',
  fix: 'allow the addresses of the office only: whitelist-source-range, or authorization in a SecurityPolicy',
  covers: ['R81'],
  docs: ['https://gateway.envoyproxy.io/docs/tasks/security/restrict-ip-access/'],
  subjects: ['networking.k8s.io/Ingress', 'gateway.networking.k8s.io/HTTPRoute'],
  failing: { documents: SYSTEM('nginx.ingress.kubernetes.io/limit-rps: "10"'), says: 'The path /internal is open to everybody', field: 'spec.rules[0].http.paths[0].path' },
  passing: { documents: SYSTEM('nginx.ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8') },
  check(cluster, report) {
    for (const ingress of cluster.objects('networking.k8s.io', 'Ingress')) {
      if (!isNginx(ingress) || Object.keys(ingress.annotations).some((key) => key.startsWith(NGINX) && /(?:whitelist|allowlist)-source-range|\/auth-(?:url|type|tls-secret|secret)|snippet/.test(key))) continue;
      list(ingress.spec.rules).forEach(({ http }: Fields, index) => list(http?.paths).forEach(({ path }: Fields, item) => {
        if (typeof path === 'string' && SENSITIVE.test(path)) report(ingress, ['spec', 'rules', index, 'http', 'paths', item, 'path'], { message: `The path ${path} is open to everybody` });
      }));
    }
    const policies = cluster.derive(envoyPolicies);
    for (const route of cluster.derive(gatewayModel).routes) {
      if (route.entry.kind !== 'HTTPRoute') continue;
      const listener = route.parents.flatMap(({ attached }) => attached.map((one) => one.listener)).find(({ gateway }) => isEnvoyGateway(cluster, gateway));
      if (!listener) continue;
      for (const { rule: index, path, pathType, pathValue } of matchesOf(route)) {
        if (pathType === 'RegularExpression' || !SENSITIVE.test(pathValue)) continue;
        const chain = policies.chain('SecurityPolicy', route, text(list(route.entry.spec.rules)[index]?.name), listener);
        if (['jwt', 'oidc', 'basicAuth', 'apiKeyAuth', 'extAuth', 'authorization'].some((field) => effective(chain, field))) continue;
        report(route.entry, [...path, 'path'], { message: `The path ${pathValue} is open to everybody`, fix: 'attach a SecurityPolicy with authorization to the route' });
      }
    }
  },
};
