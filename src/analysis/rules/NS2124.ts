import { atLeast } from '../../core/targets';
import { effective, envoyPolicies, isEnvoyGateway } from '../model/envoy-gateway';
import type { Fields } from '../model/fields';
import { list, text } from '../model/fields';
import { gatewayModel } from '../model/gateway-api';
import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { RouteView } from '../model/gateway-api';
import type { Report, Rule } from './rule';

const SYSTEM = (retry: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners: [{ name: http, port: 80, protocol: HTTP, hostname: api.example.com }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec:
  parentRefs: [{ name: web }]
  rules:
    - backendRefs: [{ name: orders, port: 8080 }]${retry}
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: web, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: web }]
  retry: { numRetries: 1, perRetry: { timeout: 500ms } }
`;

const EXPERIMENTAL = { gatewayApi: { version: '1.6.1', channel: 'experimental' as const } };

export const rule: Rule = {
  id: 'NS2124',
  class: 'risk',
  title: 'Retries are said twice, or where the gateway does not read them',
  sees: 'HTTPRoute rules with retry at a Gateway of Envoy Gateway: beside a BackendTrafficPolicy with retry that counts for the rule, or at Envoy Gateway 1.2, which does not know the field.',
  why: 'Of two, HTTPRoute.retry wins and the limits of the policy are not in force. Envoy Gateway 1.2 passes over the field without a word.',
  fix: 'say retries in one place: in HTTPRoute.retry from Envoy Gateway 1.3 on, or in the BackendTrafficPolicy',
  covers: ['R117'],
  docs: ['https://gateway.envoyproxy.io/docs/tasks/traffic/retry/', 'https://gateway-api.sigs.k8s.io/geps/gep-1731/'],
  subjects: ['gateway.networking.k8s.io/HTTPRoute'],
  needs: ['gateway.networking.k8s.io/Gateway'],
  failing: {
    documents: SYSTEM('\n      retry: { attempts: 3, codes: [503] }'), targets: EXPERIMENTAL,
    says: 'Rule 0 retries 3 times and BackendTrafficPolicy shop/web says retries for it, too: the policy\'s are not in force', field: 'spec.rules[0].retry',
  },
  passing: { documents: SYSTEM(''), targets: EXPERIMENTAL },
  check(cluster, report) {
    each(cluster.derive(gatewayModel).routes, checkRoute, cluster, report);
  },
};

function saysRetry({ retry }: Fields): boolean {
  return retry !== undefined;
}

function checkRoute(route: RouteView, cluster: ClusterModel, report: Report): void {
  if (!list(route.entry.spec.rules).some(saysRetry)) return;
  const policies = cluster.derive(envoyPolicies);
  list(route.entry.spec.rules).forEach((one: Fields, index) => {
    if (one.retry === undefined) return;
    const listener = route.parents.flatMap(({ attached }) => attached.map((each) => each.listener)).find(({ gateway }) => isEnvoyGateway(cluster, gateway));
    if (!listener) return;
    if (!atLeast(cluster.targets.envoyGateway, '1.3')) {
      report(route.entry, ['spec', 'rules', index, 'retry'], {
        message: `Rule ${index} has retries, and Envoy Gateway ${cluster.targets.envoyGateway} does not read them`, fix: 'say retries in a BackendTrafficPolicy', decidedBy: [listener.gateway.entry],
      });
      return;
    }
    const found = effective(policies.chain('BackendTrafficPolicy', route, text(one.name), listener), 'retry');
    if (!found) return;
    report(route.entry, ['spec', 'rules', index, 'retry'], {
      message: `Rule ${index} retries ${String(one.retry.attempts ?? 1)} times and ${found.policy.toString()} says retries for it, too: the policy's are not in force`, decidedBy: [found.policy],
    });
  });
}
