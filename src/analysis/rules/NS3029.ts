import { list, record, text } from '../model/fields';
import { meshOf } from '../model/mesh';
import { waypointOf } from '../model/mesh-waypoints';
import { SHOP } from './mesh-fixtures';
import type { Rule } from './rule';

const scene = (attachment: string): string => `${SHOP}
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec:
  ${attachment}
  action: DENY
  rules: [{ to: [{ operation: { paths: [/admin] } }] }]
`;

export const rule: Rule = {
  id: 'NS3029',
  class: 'risk',
  title: 'A policy is attached to a Service that has no waypoint',
  sees: 'AuthorizationPolicies, RequestAuthentications, Telemetries and WasmPlugins with targetRefs to a Service of their namespace that no label istio.io/use-waypoint leads through a waypoint; '
    + 'references to another namespace; and GatewayClass istio-waypoint outside of the root namespace.',
  why: 'Policies with targetRefs are kept by waypoints and gateways. Sidecars and ztunnel ignore them altogether: what was to be denied is allowed.',
  fix: 'select the pods with spec.selector, or give the Service a waypoint',
  covers: ['R19', 'analysis 1.3: targetRefs on a plain sidecar workload', 'IST0167'],
  docs: ['https://istio.io/latest/docs/reference/config/type/workload-selector/#PolicyTargetReference'],
  subjects: ['security.istio.io/AuthorizationPolicy', 'security.istio.io/RequestAuthentication', 'telemetry.istio.io/Telemetry', 'extensions.istio.io/WasmPlugin'],
  failing: {
    documents: scene('targetRefs: [{ group: "", kind: Service, name: orders }]'),
    says: 'Service shop/orders has no waypoint, and only a waypoint keeps policies with targetRefs: this policy has no effect',
    field: 'spec.targetRefs[0]',
  },
  passing: { documents: scene('selector: { matchLabels: { app: orders } }') },
  check(cluster, report) {
    for (const [group, kind] of [
      ['security.istio.io', 'AuthorizationPolicy'], ['security.istio.io', 'RequestAuthentication'], ['telemetry.istio.io', 'Telemetry'], ['extensions.istio.io', 'WasmPlugin'],
    ] as const) {
      for (const policy of cluster.objects(group, kind)) {
        const single = policy.spec.targetRef !== undefined && list(policy.spec.targetRefs).length === 0;
        for (const [index, target] of (single ? [policy.spec.targetRef] : list(policy.spec.targetRefs)).map(record).entries()) {
          const path = single ? ['spec', 'targetRef'] : ['spec', 'targetRefs', index];
          const elsewhere = text(target.namespace);
          if (elsewhere !== undefined && elsewhere !== policy.namespace) {
            report(policy, path, { message: `The target is in namespace ${elsewhere}, and policies reach only their own: this one matches nothing`, fix: `move the policy to namespace ${elsewhere}` });
          } else if (target.kind === 'GatewayClass' && policy.namespace !== meshOf(cluster).config.rootNamespace && !cluster.open) {
            report(policy, path, {
              message: `Policies for GatewayClass ${String(target.name)} count in the root namespace only, and this one is in ${policy.namespace || 'none'}`, fix: `move the policy to namespace ${meshOf(cluster).config.rootNamespace}`,
            });
          } else if (target.kind === 'Service' && text(target.group) === undefined) {
            const service = cluster.find('', 'Service', policy.namespace, String(target.name));
            if (!service || cluster.open || waypointOf(cluster, service).kind !== 'none') continue;
            report(policy, path, { message: `${service.toString()} has no waypoint, and only a waypoint keeps policies with targetRefs: this policy has no effect`, decidedBy: [service] });
          }
        }
      }
    }
  },
};
