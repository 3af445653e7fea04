import { authorizationOf, httpAttributes, speakOfPort } from '../model/mesh-authz';
import type { AuthzRule, Part } from '../model/mesh-authz';
import { meshOf } from '../model/mesh';
import { podProtocols } from '../model/mesh-protocols';
import { NAMESPACE, service, workload } from './mesh-fixtures';
import type { Rule } from './rule';

const scene = (ports: string): string => `${NAMESPACE}${workload('orders')}${service('orders', '[{ name: http, port: 80, targetPort: 8080 }, { name: tcp-events, port: 9000 }]')}
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: no-admin, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  action: DENY
  rules: [{ to: [{ operation: { paths: [/admin, /admin/*]${ports} } }] }]
`;

export const rule: Rule = {
  id: 'NS3025',
  class: 'breaks',
  title: 'A DENY rule for requests denies every connection of a port that carries bytes',
  sees: 'DENY rules with methods, paths, hosts, headers or tokens that leave the port open (or name it), for pods with a port that Services call tcp, tls, https, redis, mysql or mongo, where nothing else narrows the rule.',
  why: 'At such a port the sidecar sees no request and leaves those conditions out. What remains of the rule matches every connection, so the port is closed for everybody.',
  fix: 'name the HTTP port in the operation: ports: ["8080"]',
  covers: ['analysis 1.3: DENY with L7 fields on raw TCP'],
  docs: ['https://istio.io/latest/docs/tasks/security/authorization/authz-tcp/', 'https://github.com/istio/istio/issues/24845'],
  subjects: ['security.istio.io/AuthorizationPolicy'],
  failing: {
    documents: scene(''),
    says: 'At port 9000 of Deployment shop/orders, which carries bytes, paths are left out, and this rule denies every connection',
    field: 'spec.rules[0].to[0].operation.paths',
  },
  passing: { documents: scene(', ports: ["8080"]') },
  check(cluster, report) {
    const authorization = authorizationOf(cluster);
    for (const policy of authorization.policies) {
      if (policy.action !== 'DENY' || policy.dryRun) continue;
      for (const rule of policy.rules) {
        const [attribute] = httpAttributes(rule);
        if (!attribute || !isOpen(rule.from, SOURCES) || rule.when.some(({ key }) => !key.startsWith('request.'))) continue;
        for (const group of authorization.podsOf(cluster, policy)) {
          if (meshOf(cluster).memberOf(group).membership !== 'sidecar') continue;
          const port = [...podProtocols(cluster, group)].find(([number, protocol]) => protocol === 'opaque' && closes(rule, number))?.[0];
          if (port === undefined) continue;
          report(policy.entry, attribute.path, {
            message: `At port ${port} of ${group.entry.toString()}, which carries bytes, ${attribute.name} are left out, and this rule denies every connection`,
            decidedBy: [group.entry],
          });
        }
      }
    }
  },
};

const SOURCES: ReadonlySet<string> = new Set(['requestPrincipals', 'notRequestPrincipals']);

/** Whether some source is nothing but conditions that are left out. */
function isOpen(parts: readonly Part[], dropped: ReadonlySet<string>): boolean {
  return parts.length === 0 || parts.some(({ fields }) => Object.keys(fields).every((name) => dropped.has(name)));
}

function closes({ to }: AuthzRule, port: number): boolean {
  return speakOfPort(to, port);
}
