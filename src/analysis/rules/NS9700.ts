import type { FieldPath } from '../documents/document';
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import type { Fields } from '../model/fields';
import { list, record } from '../model/fields';
import { meshOf } from '../model/mesh';
import type { EffectiveMtls } from '../model/mesh-mtls';
import { homesOf, ruleKey } from '../model/mesh-network';
import { mtlsOf } from '../model/mesh-mtls';
import type { PodGroup } from '../model/pods';
import type { NetworkPolicyView, PolicyRule } from '../model/policy';
import { policiesOf } from '../model/policies';
import { policyPeers } from '../model/policy-peers';
import { SHOP, workload } from './mesh-fixtures';
import type { Report, Rule } from './rule';

const scene = (rules: string): string => `${SHOP}${workload('frontend')}apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  endpointSelector: { matchLabels: { app: orders } }
  ingress:
    - fromEndpoints: [{ matchLabels: { app: frontend } }]
      toPorts: [{ ports: [{ port: "8080", protocol: TCP }]${rules} }]
`;

export const rule: Rule = {
  id: 'NS9700',
  class: 'breaks',
  title: 'Cilium is to read requests that the mesh has encrypted',
  sees: 'HTTP rules of Cilium policies at ports of pods with a sidecar and STRICT mTLS, at pods in ambient mode, and towards such pods.',
  why: 'The sidecar of the caller has encrypted the connection before Cilium\'s proxy sees it. The proxy finds no request in it and refuses the connection; in ambient mode it comes in on port 15008 and the rule never sees it.',
  fix: 'let Cilium admit the port, and say methods and paths in an AuthorizationPolicy of the mesh',
  covers: ['R113', 'R15'],
  docs: ['https://docs.cilium.io/en/stable/network/servicemesh/istio/', 'https://istio.io/latest/docs/ambient/architecture/data-plane/'],
  subjects: ['cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy'],
  failing: {
    documents: scene(', rules: { http: [{ method: GET, path: "/api/v1/orders.*" }] }'),
    says: 'Requests to port 8080 of Deployment shop/orders are encrypted by the mesh, so these HTTP rules see none',
    field: 'spec.ingress[0].toPorts[0].rules.http',
  },
  passing: { documents: scene('') },
  check(cluster, report) {
    const mesh = meshOf(cluster);
    if (!mtlsOf(cluster).anyStrict && mesh.ambient.length === 0) return;
    const calls = new Map<Entry, Map<string, Rules>>();
    for (const policy of policiesOf(cluster).all) {
      if (policy.engine !== 'cilium') continue;
      for (const one of policy.ingress ?? []) if (one.inspects) look(cluster, report, policy, one, policy.pods);
      // Without a sidecar of its own the caller encrypts nothing.
      if (!policy.egress?.some(({ inspects }) => inspects) || !policy.pods.some((own) => mesh.has(own))) continue;
      const known = calls.get(policy.entry) ?? new Map<string, Rules>();
      calls.set(policy.entry, known);
      for (const one of policy.egress) if (one.inspects) known.set(ruleKey(one.path, one.path.indexOf('egress')), { policy, one });
    }
    for (const peer of calls.size === 0 ? [] : cluster.derive(policyPeers)) {
      const { entry, pods } = peer;
      const key = peer.ruleKey('egress');
      const found = key === undefined ? undefined : calls.get(entry)?.get(key);
      if (!found || !httpOf(found.policy, found.one).some(({ http }) => http)) continue;
      look(cluster, report, found.policy, found.one, homesOf(cluster, peer).flatMap((home) => cluster.selectBy(home, pods)));
    }
  },
};

interface Rules {
  readonly policy: NetworkPolicyView;
  readonly one: PolicyRule;
}

function look(cluster: ClusterModel, report: Report, policy: NetworkPolicyView, one: PolicyRule, called: readonly PodGroup[]): void {
  const numbers = (one.ports ?? []).flatMap(({ from }) => from ?? []);
  if (!called.some((group) => numbers.some((number) => encrypted(cluster, group, number) !== undefined))) return;
  for (const { http, ports, path } of httpOf(policy, one)) {
    if (!http) continue;
    for (const group of called) {
      const port = ports.find((number) => encrypted(cluster, group, number) !== undefined);
      if (port === undefined) continue;
      const by = encrypted(cluster, group, port);
      report(policy.entry, path, {
        message: `Requests to port ${port} of ${group.entry.toString()} are encrypted by the mesh, so these HTTP rules see none`, decidedBy: by && by !== 'ambient' ? [by.by!, group.entry] : [group.entry],
      });
      break;
    }
  }
}

function encrypted(cluster: ClusterModel, group: PodGroup, port: number): EffectiveMtls | 'ambient' | undefined {
  if (meshOf(cluster).memberOf(group).membership === 'ambient') return 'ambient';
  return meshOf(cluster).memberOf(group).membership === 'sidecar' ? mtlsOf(cluster).refusesPlainText(group, port) : undefined;
}

/** The port lists of a rule, with those that have HTTP rules marked. */
function httpOf(policy: NetworkPolicyView, { path }: PolicyRule): Array<{ readonly http: boolean; readonly ports: readonly number[]; readonly path: FieldPath }> {
  const fields = path.reduce<Fields>((value, key) => (Array.isArray(value) ? value[key as number] : record(value)[key as string]) as Fields, policy.entry.object);
  return list(record(fields).toPorts).map(record).map((one, index) => ({
    http: list(record(one.rules).http).length > 0, ports: list(one.ports).map((port) => Number(record(port).port)).filter(Number.isInteger), path: [...path, 'toPorts', index, 'rules', 'http'],
  }));
}
