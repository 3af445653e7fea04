import { Cidr } from '../../core/cidr';
import { declaredOf, describePeer } from '../model/mesh-connections';
import type { DeclaredConnection, DeclaredPeer } from '../model/mesh-connections';
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { mtlsOf } from '../model/mesh-mtls';
import type { Rule } from './rule';

const SCENE = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: Namespace
metadata: { name: legacy }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4", ports: [{ containerPort: 8080 }] }] }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
`;

const MODEL = {
  workloads: [{ namespace: 'shop', name: 'orders', labels: { app: 'orders' } }, { namespace: 'legacy', name: 'batch', labels: { app: 'batch' } }],
  connections: [{ from: 'main:legacy/batch', to: 'main:shop/orders', port: '8080/TCP', http: [], tags: ['declared'] }],
};

export const rule: Rule = {
  id: 'NS3001',
  class: 'breaks',
  title: 'STRICT mTLS refuses a caller that the program declares',
  sees: 'connections of the model file that end at a port where the effective PeerAuthentication is STRICT, from a workload without a sidecar and outside of ambient mode, from people of a '
    + 'VPN, an address range or the internet. Probes of the kubelet are another rule\'s.',
  why: 'A caller outside the mesh has no certificate of the mesh. The sidecar closes its plaintext connections: every call fails, and a proxy in between answers 503.',
  fix: 'bring the caller into the mesh, or take plain text at this port (portLevelMtls PERMISSIVE) until it is there',
  covers: ['R3', 'analysis 1.3: STRICT mTLS with non-mesh client'],
  docs: ['https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/', 'https://istio.io/latest/docs/reference/config/security/peer_authentication/'],
  subjects: ['security.istio.io/PeerAuthentication'],
  failing: {
    documents: `${SCENE}---
apiVersion: apps/v1
kind: Deployment
metadata: { name: batch, namespace: legacy }
spec:
  selector: { matchLabels: { app: batch } }
  template:
    metadata: { labels: { app: batch } }
    spec: { containers: [{ name: batch, image: "registry.example.com/batch:1.0.0" }] }
`,
    model: MODEL,
    says: 'legacy/batch is declared to call port 8080 of shop/orders, and STRICT mTLS refuses it: namespace legacy is not labelled for injection',
    field: 'spec.mtls.mode',
  },
  passing: {
    documents: `${SCENE}---
apiVersion: apps/v1
kind: Deployment
metadata: { name: batch, namespace: legacy }
spec:
  selector: { matchLabels: { app: batch } }
  template:
    metadata: { labels: { app: batch, sidecar.istio.io/inject: "true" } }
    spec: { containers: [{ name: batch, image: "registry.example.com/batch:1.0.0" }] }
`,
    model: MODEL,
  },
  check(cluster, report) {
    const modes = mtlsOf(cluster);
    if (!modes.anyStrict) return;
    const declared = declaredOf(cluster);
    for (const connection of declared.connections) {
      const { from, to, port, protocol, tags } = connection;
      if (port === undefined || protocol !== 'TCP' || tags.includes('probe') || tags.includes('dns')) continue;
      const target = declared.workload(to);
      if (!target) continue;
      const strict = target.pods.map((group) => ({ group, mode: modes.refusesPlainText(group, port) })).find(({ mode }) => mode !== undefined);
      if (!strict) continue;
      const outside = outsideBecause(cluster, connection);
      if (!outside) continue;
      report(strict.mode!.by!, strict.mode!.path, {
        message: `${capital(describePeer(from))} ${from.kind === 'group' ? 'are' : 'is'} declared to call port ${port} of ${target.namespace}/${target.name}, and STRICT mTLS refuses ${from.kind === 'group' ? 'them' : 'it'}: ${outside.reason}`,
        decidedBy: [...outside.by, strict.group.entry],
      });
    }
  },
};

/** Why the caller has no certificate of the mesh; undefined when it has one or nobody knows. */
function outsideBecause(cluster: ClusterModel, { from, tags }: DeclaredConnection): { readonly reason: string; readonly by: readonly Entry[] } | undefined {
  const declared = declaredOf(cluster);
  if (NEVER_IN_A_MESH.has(from.kind) || from.kind === 'cidr' && isForeign(cluster, from.name)) return { reason: 'such callers have no certificate of the mesh', by: [] };
  const workload = declared.workload(from);
  // What Envoy Gateway's proxies forward is told at the routes.
  if (!workload || tags.includes('gateway') && workload.labels['gateway.envoyproxy.io/owning-gateway-name'] !== undefined) return undefined;
  const { membership, reason } = declared.memberOf(workload);
  return membership === 'outside' && reason !== undefined ? { reason, by: workload.pods.slice(0, 1).map(({ entry }) => entry) } : undefined;
}

const NEVER_IN_A_MESH: ReadonlySet<DeclaredPeer['kind']> = new Set(['group', 'internet', 'nodes', 'kube-apiserver']);

/** Whether an address range holds no pod and no machine of the mesh. */
function isForeign(cluster: ClusterModel, name: string): boolean {
  const pods = cluster.facts.podCidrs;
  if (pods.length === 0 || cluster.has('networking.istio.io', 'WorkloadEntry') || cluster.has('networking.istio.io', 'WorkloadGroup')) return false;
  const range = Cidr.of(name.split('!')[0]!);
  return pods.every((cidr) => !Cidr.of(cidr).overlaps(range));
}

function capital(words: string): string {
  return words.includes('/') ? words : words.charAt(0).toUpperCase() + words.slice(1);
}
