import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import { list, record } from '../model/fields';
import { meshOf } from '../model/mesh';
import { policiesOf, subjectOf } from '../model/policies';
import type { PodGroup } from '../model/pods';
import { parseRange } from '../model/ranges';
import { NAMESPACE } from './mesh-fixtures';
import type { Report, Rule } from './rule';

const scene = (more: string): string => `${NAMESPACE.replace('istio-injection: enabled', 'istio.io/dataplane-mode: ambient')}apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4", ports: [{ containerPort: 8080 }], readinessProbe: { httpGet: { path: /health, port: 8080 } } }] }
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  endpointSelector: { matchLabels: { app: orders } }
  ingress:
    - { fromEndpoints: [{}], toPorts: [{ ports: [{ port: "15008", protocol: TCP }] }] }
    ${more}
`;

export const rule: Rule = {
  id: 'NS9709',
  class: 'breaks',
  title: 'Cilium refuses the kubelet\'s probes of pods in ambient mode',
  sees: 'pods in ambient mode with probes over the network whose Cilium policies close ingress and do not admit 169.254.7.127/32.',
  why: 'In ambient mode probes come from the link-local address 169.254.7.127, which Cilium takes for the world and not for the host. A default deny refuses them: pods never become ready.',
  fix: 'admit 169.254.7.127/32 with fromCIDR, for instance in one CiliumClusterwideNetworkPolicy for all pods',
  covers: ['R19', 'analysis 1.3: blocks kubelet probe'],
  docs: ['https://istio.io/latest/docs/ambient/install/platform-prerequisites/#cilium', 'https://istio.io/latest/docs/ambient/usage/networkpolicy/#ambient-health-probes-and-kubernetes-networkpolicy'],
  subjects: ['cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy'],
  failing: {
    documents: scene(''),
    says: 'Probes of Deployment shop/orders come from 169.254.7.127 in ambient mode, and no policy admits it to port 8080',
    field: 'metadata.name',
  },
  passing: { documents: scene('- { fromCIDR: [169.254.7.127/32] }') },
  check(cluster, report) {
    each(cluster.pods, checkPods, cluster, report);
  },
};

function checkPods(group: PodGroup, cluster: ClusterModel, report: Report): void {
  if (meshOf(cluster).memberOf(group).membership !== 'ambient') return;
  const port = probedPort(group);
  const subject = port === undefined ? undefined : subjectOf(cluster, group);
  const policies = policiesOf(cluster);
  if (!subject || !policies.selecting(group, 'ingress').some(({ engine }) => engine === 'cilium')) return;
  const range = parseRange('169.254.7.127/32')!;
  const { verdict, by } = policies.decide(subject, 'ingress', { is: 'address', range, name: range.text }, { number: port!, protocol: 'TCP' });
  const [first] = by;
  if (verdict !== false || !first) return;
  report(first.entry, ['metadata', 'name'], { message: `Probes of ${group.entry.toString()} come from 169.254.7.127 in ambient mode, and no policy admits it to port ${port!}`, decidedBy: [group.entry] });
}

/** A port that the kubelet asks. */
function probedPort(group: PodGroup): number | undefined {
  for (const container of list(group.spec.containers).map(record)) {
    for (const name of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
      const probe = record(container[name]);
      const port: unknown = record(probe.httpGet ?? probe.tcpSocket ?? probe.grpc).port;
      if (typeof port === 'number') return port;
      const named = group.ports.find((one) => one.name === port && port !== undefined);
      if (named) return named.number;
    }
  }
  return undefined;
}
