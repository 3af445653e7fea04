import { authorizationOf, beyondZtunnel } from '../model/mesh-authz';
import { meshOf } from '../model/mesh';
import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { AuthzPolicy } from '../model/mesh-authz';
import { SHOP, workload } from './mesh-fixtures';
import type { Report, Rule } from './rule';

const scene = (attachment: string): string => `${SHOP.replace('istio-injection: enabled', 'istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint')}${workload('frontend')}
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: waypoint, namespace: shop }
spec:
  gatewayClassName: istio-waypoint
  listeners: [{ name: mesh, port: 15008, protocol: HBONE }]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec:
  ${attachment}
  rules:
    - from: [{ source: { principals: [cluster.local/ns/shop/sa/frontend] } }]
      to: [{ operation: { methods: [GET] } }]
`;

export const rule: Rule = {
  id: 'NS3026',
  class: 'breaks',
  title: 'A policy asks for parts of a request of pods in ambient mode',
  sees: 'AuthorizationPolicies that choose pods by labels or by namespace, all of them in ambient mode, with methods, paths, hosts, headers, tokens, remote addresses, or the actions CUSTOM and AUDIT.',
  why: 'Such a policy is kept by ztunnel, which sees connections and no requests. It leaves the ALLOW rule out, so the calls are denied; of a DENY rule it keeps what is left, which is more than was said, or nothing.',
  fix: 'attach the policy to the Service with targetRefs, and give the Service a waypoint',
  covers: ['R19', 'analysis 1.3: L7 policy on ambient workload without waypoint', 'IST0167'],
  docs: ['https://istio.io/latest/docs/ambient/usage/l4-policy/', 'https://istio.io/latest/docs/ambient/usage/l7-features/'],
  subjects: ['security.istio.io/AuthorizationPolicy'],
  failing: {
    documents: scene('selector: { matchLabels: { app: orders } }'),
    says: 'ztunnel keeps this policy for Deployment shop/orders and does not know methods: it leaves this ALLOW rule out, and the calls are denied',
    field: 'spec.rules[0].to[0].operation.methods',
  },
  passing: { documents: scene('targetRefs: [{ group: "", kind: Service, name: orders }]') },
  check(cluster, report) {
    const authorization = authorizationOf(cluster);
    each(authorization.policies, checkPolicy, cluster, report);
  },
};

function checkPolicy(policy: AuthzPolicy, cluster: ClusterModel, report: Report): void {
  const authorization = authorizationOf(cluster);
  const mesh = meshOf(cluster);
  const pods = authorization.podsOf(cluster, policy);
  const [group] = pods;
  // Outside pods keep no policy; one sidecar is enough to make the rule right for somebody.
  if (!group || mesh.ambient.length === 0 || !pods.some((one) => mesh.memberOf(one).membership === 'ambient') || pods.some((one) => ['sidecar', 'unknown'].includes(mesh.memberOf(one).membership))) return;
  if (policy.action === 'CUSTOM' || policy.action === 'AUDIT') {
    report(policy.entry, ['spec', 'action'], { message: `ztunnel keeps this policy for ${group.entry.toString()} and does not know the action ${policy.action}: it is left out`, decidedBy: [group.entry] });
    return;
  }
  for (const rule of policy.rules) {
    const [attribute] = beyondZtunnel(rule);
    if (!attribute) continue;
    report(policy.entry, attribute.path, {
      message: `ztunnel keeps this policy for ${group.entry.toString()} and does not know ${attribute.name}: ${policy.action === 'ALLOW'
        ? 'it leaves this ALLOW rule out, and the calls are denied' : 'only what is left of this DENY rule decides'}`,
      decidedBy: [group.entry],
    });
  }
}
