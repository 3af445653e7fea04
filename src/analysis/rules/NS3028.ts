import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { Entry } from '../model/entry';
import { labelsOf, list, record } from '../model/fields';
import { isWaypoint } from '../model/mesh-waypoints';
import type { Report, Rule } from './rule';

const scene = (attachment: string): string => `
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
  rules: [{ to: [{ operation: { methods: [GET] } }] }]
`;

export const rule: Rule = {
  id: 'NS3028',
  class: 'risk',
  title: 'A policy selects the pods of a waypoint by their labels',
  sees: 'AuthorizationPolicies, RequestAuthentications, Telemetries and WasmPlugins whose selector holds the label of a Gateway that is a waypoint.',
  why: 'Waypoints take policies by targetRefs only and ignore selectors: the policy has no effect.',
  fix: 'say targetRefs with the Gateway, or with the Service, in place of the selector',
  covers: ['IST0166', 'analysis 1.3: selector on a waypoint'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0166/', 'https://istio.io/latest/docs/ambient/usage/l7-features/'],
  subjects: ['security.istio.io/AuthorizationPolicy', 'security.istio.io/RequestAuthentication', 'telemetry.istio.io/Telemetry', 'extensions.istio.io/WasmPlugin'],
  failing: {
    documents: scene('selector: { matchLabels: { gateway.networking.k8s.io/gateway-name: waypoint } }'),
    says: 'Gateway shop/waypoint is a waypoint, which ignores selectors: this policy has no effect',
    field: 'spec.selector',
  },
  passing: { documents: scene('targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: waypoint }]') },
  check(cluster, report) {
    for (const [group, kind] of [
      ['security.istio.io', 'AuthorizationPolicy'], ['security.istio.io', 'RequestAuthentication'], ['telemetry.istio.io', 'Telemetry'], ['extensions.istio.io', 'WasmPlugin'],
    ] as const) {
      each(cluster.objects(group, kind), checkPolicy, cluster, report);
    }
  },
};

function checkPolicy(policy: Entry, cluster: ClusterModel, report: Report): void {
  const { selector, targetRef, targetRefs } = policy.spec;
  if (selector === undefined || targetRef !== undefined || list(targetRefs).length > 0) return;
  const name = labelsOf(record(selector).matchLabels)['gateway.networking.k8s.io/gateway-name'];
  const gateway = name === undefined ? undefined : cluster.find('gateway.networking.k8s.io', 'Gateway', policy.namespace, name);
  if (!gateway || !isWaypoint(gateway)) return;
  report(policy, ['spec', 'selector'], { message: `${gateway.toString()} is a waypoint, which ignores selectors: this policy has no effect`, decidedBy: [gateway] });
}
