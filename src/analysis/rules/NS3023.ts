import type { ClusterModel } from '../model/cluster-model';
import type { CallerRequest } from '../model/mesh-admission';
import { refusing } from '../model/mesh-admission';
import type { AuthzPolicy } from '../model/mesh-authz';
import { declaredOf, describePeer } from '../model/mesh-connections';
import { meshOf } from '../model/mesh';
import { mtlsOf } from '../model/mesh-mtls';
import { isPlainText, scrapesOf } from '../model/mesh-scrapes';
import type { PodGroup } from '../model/pods';
import { SHOP, workload } from './mesh-fixtures';
import type { Rule } from './rule';

const scene = (rule: string): string => `${SHOP.replace('[{ name: http, containerPort: 8080 }]', '[{ name: http, containerPort: 8080 }, { name: metrics, containerPort: 9090 }]')}${workload('frontend')}
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  mtls: { mode: STRICT }
  portLevelMtls: { 9090: { mode: PERMISSIVE } }
---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  podMetricsEndpoints: [{ port: metrics }]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/frontend] } }] }, ${rule}]
`;

export const rule: Rule = {
  id: 'NS3023',
  class: 'breaks',
  title: 'A port takes plain text, and no ALLOW rule admits who calls in plain text',
  sees: 'scrapes of Prometheus and declared connections from outside the mesh, at ports where the effective PeerAuthentication takes plain text, where ALLOW policies apply and every rule that speaks of the port asks '
    + 'for an identity, a token, or another method or path.',
  why: 'A caller without mTLS has no identity. PERMISSIVE lets its connection in, and authorization then answers 403: the target of Prometheus is down.',
  fix: 'add a rule without `from` for this port: to: [{ operation: { ports: ["9090"], methods: [GET], paths: [/metrics] } }]',
  covers: ['R123', 'analysis 1.3: principal rule where the port is PERMISSIVE or plaintext', 'analysis 1.3: blocks metrics scrape'],
  docs: ['https://istio.io/latest/docs/concepts/security/#implicit-enablement', 'https://istio.io/latest/docs/ops/integrations/prometheus/'],
  subjects: ['security.istio.io/AuthorizationPolicy'],
  failing: {
    documents: scene('{ from: [{ source: { namespaces: [monitoring] } }], to: [{ operation: { ports: ["9090"] } }] }'),
    says: 'Prometheus has no identity at port 9090 of Deployment shop/orders, and no rule of the ALLOW policies admits such a caller to /metrics',
    field: 'spec.podMetricsEndpoints[0].port',
  },
  passing: { documents: scene('{ to: [{ operation: { ports: ["9090"], methods: [GET], paths: ["/metrics*"] } }] }') },
  check(cluster, report) {
    for (const scrape of scrapesOf(cluster)) {
      const policies = denying(cluster, scrape.group, scrape.port, { method: 'GET', path: scrape.httpPath });
      if (policies.length === 0 || !isPlainText(cluster, scrape)) continue;
      report(scrape.monitor, scrape.path, {
        message: `Prometheus has no identity at port ${scrape.port} of ${scrape.group.entry.toString()}, and no rule of the ALLOW policies admits such a caller to ${scrape.httpPath}`,
        decidedBy: policies.map(({ entry }) => entry),
      });
    }
    const declared = declaredOf(cluster);
    for (const { from, to, port, protocol, tags } of declared.connections) {
      const target = declared.workload(to);
      if (port === undefined || protocol !== 'TCP' || !target || tags.includes('probe')) continue;
      const caller = declared.workload(from);
      if (from.kind === 'workload' ? !caller || declared.memberOf(caller).membership !== 'outside' : from.kind !== 'group' && from.kind !== 'internet') continue;
      for (const group of target.pods) {
        const policies = denying(cluster, group, port, undefined);
        const [first] = policies;
        if (!first) continue;
        report(first.entry, ['spec', 'rules'], {
          message: `${from.kind === 'workload' ? describePeer(from) : `Who calls from ${describePeer(from)}`} is declared to call port ${port} of ${target.namespace}/${target.name} and has no identity, and no rule of the ALLOW policies admits such a caller`,
          fix: 'add a rule for this port that asks for addresses (ipBlocks) or for nothing, or bring the caller into the mesh',
          decidedBy: [...policies.slice(1).map(({ entry }) => entry), group.entry],
        });
        break;
      }
    }
  },
};

/** The ALLOW policies at pods that leave no way for a caller without identity. */
function denying(cluster: ClusterModel, group: PodGroup, port: number, request: CallerRequest | undefined): readonly AuthzPolicy[] {
  const { membership } = meshOf(cluster).memberOf(group);
  if (membership !== 'sidecar' && membership !== 'ambient') return [];
  const { mode } = mtlsOf(cluster).at(group, port);
  if (mode === 'STRICT' || mode === 'unknown' || membership === 'sidecar' && !mtlsOf(cluster).captures(group, port)) return [];
  return refusing(cluster, group, { caller: undefined, port, ...request && { request } });
}
