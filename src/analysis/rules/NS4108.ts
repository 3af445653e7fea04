import { meshOf } from '../model/mesh';
import { mtlsOf } from '../model/mesh-mtls';
import { policiesOf } from '../model/policies';
import { text } from '../model/fields';
import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { PodGroup } from '../model/pods';
import type { NetworkPolicyView } from '../model/policy';
import type { Report, Rule } from './rule';

const SYSTEM = (namespace: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { ${namespace} } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
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
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  endpointSelector: { matchLabels: { app: orders } }
  ingress:
    - fromEndpoints: [{ matchLabels: { app: web } }]
      toPorts: [{ ports: [{ port: "8080", protocol: TCP }], rules: { http: [{ path: /api/.* }] } }]
`;

export const rule: Rule = {
  id: 'NS4108',
  class: 'breaks',
  title: 'Cilium is to read requests that the mesh encrypts',
  sees: 'rules of requests (HTTP) in Cilium policies on ports at which Istio takes mTLS only, or on pods of an ambient namespace. Ports that the sidecar is told to leave alone are passed over.',
  why: 'Cilium sees TLS where it looks for a request: its proxy closes the connection, and every call to the port fails.',
  fix: 'keep ports and peers in the Cilium policy and move the requests to an AuthorizationPolicy, or exclude the port from the mesh',
  covers: ['R113', 'R15'],
  docs: ['https://docs.cilium.io/en/stable/network/servicemesh/istio/'],
  subjects: ['cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy'],
  failing: { documents: SYSTEM('istio-injection: enabled'), says: 'Deployment shop/orders takes mTLS only at port 8080, so that Cilium finds no request to look into', field: 'spec.ingress[0]' },
  passing: { documents: SYSTEM('istio-injection: disabled') },
  check(cluster, report) {
    each(policiesOf(cluster).all, checkPolicy, cluster, report);
  },
};

function checkPolicy({ entry, engine, ingress, pods }: NetworkPolicyView, cluster: ClusterModel, report: Report): void {
  if (engine !== 'cilium') return;
  for (const one of ingress ?? []) {
    if (!one.inspects) continue;
    for (const match of one.ports ?? []) {
      const strict = match.from === undefined ? undefined : firstStrict(cluster, pods, match.from);
      if (!strict) continue;
      const by = mtlsOf(cluster).at(strict, match.from!).by;
      report(entry, one.path, { message: `${strict.entry.toString()} takes mTLS only at port ${match.from!}, so that Cilium finds no request to look into`, decidedBy: by ? [by] : [] });
    }
  }
}

function firstStrict(cluster: ClusterModel, pods: readonly PodGroup[], number: number): PodGroup | undefined {
  for (const group of pods) if (isStrict(cluster, group, number)) return group;
  return undefined;
}

/** Whether the sidecar or ztunnel of pods takes nothing but mTLS at a port. */
function isStrict(cluster: ClusterModel, group: PodGroup, number: number): boolean {
  const { membership } = meshOf(cluster).memberOf(group);
  if (membership !== 'sidecar' && membership !== 'ambient') return false;
  const excluded = text(group.annotations['traffic.sidecar.istio.io/excludeInboundPorts']);
  const included = group.annotations['traffic.sidecar.istio.io/includeInboundPorts'];
  if (excluded !== undefined && names(excluded, number) || included !== undefined && included !== '*' && !names(included, number)) return false;
  return mtlsOf(cluster).refusesPlainText(group, number) !== undefined;
}

function names(ports: string, number: number): boolean {
  return ports.split(',').some((port) => Number(port) === number);
}
