import { authorizationOf, hasHttpAttributes, httpAttributes } from '../model/mesh-authz';
import type { AuthzPolicy, AuthzRule, Part } from '../model/mesh-authz';
import { meshOf } from '../model/mesh';
import type { MeshProtocol } from '../model/mesh-protocols';
import { podProtocols } from '../model/mesh-protocols';
import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import { NAMESPACE, service, workload } from './mesh-fixtures';
import type { Report, Rule } from './rule';

const scene = (name: string): string => `${NAMESPACE}${workload('cache', { ports: '[{ containerPort: 6379 }]' })}${service('cache', `[{ name: ${name}, port: 6379 }]`)}${workload('orders')}
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cache, namespace: shop }
spec:
  selector: { matchLabels: { app: cache } }
  rules:
    - from: [{ source: { principals: [cluster.local/ns/shop/sa/orders] } }]
      to: [{ operation: { ports: ["6379"], methods: [GET] } }]
`;

export const rule: Rule = {
  id: 'NS3024',
  class: 'breaks',
  title: 'An ALLOW rule asks for parts of a request at a port that carries bytes',
  sees: 'ALLOW rules with methods, paths, hosts, headers or tokens that name a port which Services call tcp, tls, https, redis, mysql or mongo, or that are for pods of which every known port is such.',
  why: 'At such a port the sidecar sees bytes and no request, and drops the whole rule there. The calls that it was to allow are denied.',
  fix: 'say only ports and sources for this port, or give the Service port the appProtocol that it speaks',
  covers: ['analysis 1.3: L7 attribute on a TCP port'],
  docs: ['https://istio.io/latest/docs/tasks/security/authorization/authz-tcp/', 'https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/'],
  subjects: ['security.istio.io/AuthorizationPolicy'],
  failing: {
    documents: scene('tcp-redis'),
    says: 'This rule is dropped at port 6379 of Deployment shop/cache, which carries bytes: methods are parts of a request',
    field: 'spec.rules[0].to[0].operation.methods',
  },
  passing: { documents: scene('http') },
  check(cluster, report) {
    const authorization = authorizationOf(cluster);
    each(authorization.policies, checkPolicy, cluster, report);
  },
};

function checkPolicy(policy: AuthzPolicy, cluster: ClusterModel, report: Report): void {
  const authorization = authorizationOf(cluster);
  if (policy.action !== 'ALLOW') return;
  for (const rule of policy.rules) {
    if (!hasHttpAttributes(rule)) continue;
    for (const group of authorization.podsOf(cluster, policy)) {
      if (meshOf(cluster).memberOf(group).membership !== 'sidecar') continue;
      const port = opaquePort(rule, podProtocols(cluster, group));
      if (port === undefined) continue;
      const attribute = httpAttributes(rule)[0]!;
      report(policy.entry, attribute.path, {
        message: `This rule is dropped at port ${port} of ${group.entry.toString()}, which carries bytes: ${attribute.name} are parts of a request`,
        decidedBy: [group.entry],
      });
    }
  }
}

/** The port at which the rule is dropped although it is meant for it. */
function opaquePort(rule: AuthzRule, protocols: ReadonlyMap<number, MeshProtocol>): number | undefined {
  for (const { fields } of rule.to) for (const port of fields.ports ?? NONE) if (protocols.get(Number(port)) === 'opaque') return Number(port);
  const open = rule.to.length === 0 || rule.to.some(isForAllPorts);
  if (!open || protocols.size === 0) return undefined;
  for (const protocol of protocols.values()) if (protocol !== 'opaque') return undefined;
  return [...protocols.keys()][0];
}

function isForAllPorts({ fields }: Part): boolean {
  return fields.ports === undefined;
}

const NONE: readonly string[] = [];
