import { scrapesOf } from '../model/mesh-scrapes';
import type { Party } from '../model/parties';
import { partyOfLabels, partyOfPods } from '../model/parties';
import type { ClusterModel } from '../model/cluster-model';
import { policiesOf, POLICY_SUBJECTS, subjectOf } from '../model/policies';
import { closers, decidedBy } from '../model/policy-words';
import type { Rule } from './rule';

const SYSTEM = (port: number): string => `
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, podMetricsEndpoints: [{ port: metrics }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4", ports: [{ containerPort: 8080 }, { name: metrics, containerPort: 9090 }] }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  podSelector: { matchLabels: { app: orders } }
  ingress:
    - { from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 8080 }] }
    - { from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } } }], ports: [{ port: ${port} }] }
`;

export const rule: Rule = {
  id: 'NS9003',
  class: 'breaks',
  title: 'A network policy keeps Prometheus from what it is to read',
  sees: 'ports that ServiceMonitors and PodMonitors name, at which the policies of the pods admit nobody at all, or evidently not the Prometheus that the documents or the model have.',
  why: 'The target is down: no metrics, no alerts on them, and autoscalers that live on them stand still.',
  fix: 'admit Prometheus at the port of the metrics',
  covers: ['R123', 'R36', 'analysis 1.3: policy that blocks metrics scrape'],
  docs: ['https://prometheus-operator.dev/docs/developer/getting-started/'],
  subjects: POLICY_SUBJECTS,
  needs: ['monitoring.coreos.com/PodMonitor', 'monitoring.coreos.com/ServiceMonitor'],
  failing: { documents: SYSTEM(9091), says: 'PodMonitor shop/orders reads Deployment shop/orders at port 9090, where NetworkPolicy shop/orders lets nobody in', field: 'spec.podMetricsEndpoints[0].port' },
  passing: { documents: SYSTEM(9090) },
  check(cluster, report) {
    const policies = policiesOf(cluster);
    if (policies.all.length === 0) return;
    const readers = cluster.derive(prometheis);
    for (const { monitor, path, group, port } of scrapesOf(cluster)) {
      const subject = policies.isClosed(group, 'ingress') ? subjectOf(cluster, group) : undefined;
      if (!subject) continue;
      const at = { number: port, protocol: 'TCP' } as const;
      const nobody = policies.decide(subject, 'ingress', { is: 'anyone', name: 'anyone' }, at);
      if (nobody.verdict === false) {
        report(monitor, path, { message: `${monitor.toString()} reads ${group.entry.toString()} at port ${port}, where ${closers(nobody)} lets nobody in`, decidedBy: decidedBy(nobody) });
        continue;
      }
      const decisions = readers.map((reader) => policies.flow(reader, subject, at));
      if (decisions.length === 0 || !decisions.every(({ verdict }) => verdict === false)) continue;
      report(monitor, path, { message: `${closers(decisions[0]!)} keeps ${readers[0]!.name} from ${group.entry.toString()} at port ${port}, which ${monitor.toString()} reads`, decidedBy: decidedBy(decisions[0]!) });
    }
  },
};

/** Every Prometheus that the documents or the model show. */
function prometheis(cluster: ClusterModel): readonly Party[] {
  const own = cluster.pods.filter(({ labels, spec }) => labels['app.kubernetes.io/name'] === 'prometheus' || (labels.app === 'prometheus' && spec.containers !== undefined));
  const external = cluster.facts.external.filter(({ kind, labels }) => kind === 'Workload' && labels?.['app.kubernetes.io/name'] === 'prometheus');
  return [...own.map((group) => partyOfPods(cluster, group)), ...external.map(({ namespace, name, labels }) => partyOfLabels(cluster, `${namespace ?? ''}/${name}`, namespace, labels ?? {}))];
}
