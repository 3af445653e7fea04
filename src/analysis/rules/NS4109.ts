import { list, record } from '../model/fields';
import type { PodGroup } from '../model/pods';
import { policiesOf, subjectOf } from '../model/policies';
import type { PolicyRule } from '../model/policy';
import type { Rule } from './rule';

const SYSTEM = (entities: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      containers:
        - name: orders
          image: "registry.example.com/orders:1.7.4"
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /health, port: http } }
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: no-nodes, namespace: shop }
spec:
  endpointSelector: {}
  ingressDeny: [{ fromEntities: [${entities}] }]
`;

export const rule: Rule = {
  id: 'NS4109',
  class: 'breaks',
  title: 'A policy denies the probes of the kubelet',
  sees: 'pods with probes over the network, and denials of Cilium policies that hold the node of the pods at the port of the probe. Nodes reach their own pods past every policy that only admits.',
  why: 'The probes fail: pods never become ready, and are restarted again and again.',
  fix: 'leave the host out of the denial: deny remote-node or world instead',
  covers: ['analysis 1.3: policy that blocks kubelet probe'],
  docs: ['https://docs.cilium.io/en/stable/security/policy/language/'],
  subjects: ['cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy'],
  failing: { documents: SYSTEM('host, remote-node'), says: 'The readinessProbe of Deployment shop/orders at port 8080 comes from the node, which is denied here', field: 'spec.ingressDeny' },
  passing: { documents: SYSTEM('remote-node') },
  check(cluster, report) {
    const policies = policiesOf(cluster);
    for (const policy of policies.all) {
      if (policy.engine !== 'cilium' || !policy.ingress?.some(denies)) continue;
      for (const group of policy.pods) {
        const subject = subjectOf(cluster, group);
        const denied = subject && probesOf(group).find(({ port }) => {
          const { verdict, by } = policies.decide(subject, 'ingress', { is: 'host', name: 'the node' }, { number: port, protocol: 'TCP' });
          return verdict === false && by.includes(policy);
        });
        if (!denied) continue;
        report(policy.entry, policy.ingress.find(({ action }) => action === 'deny')!.path.slice(0, -1), {
          message: `The ${denied.probe} of ${group.entry.toString()} at port ${denied.port} comes from the node, which is denied here`, decidedBy: [group.entry],
        });
        break;
      }
    }
  },
};

function denies({ action }: PolicyRule): boolean {
  return action === 'deny';
}

function probesOf(group: PodGroup): readonly { readonly probe: string; readonly port: number }[] {
  return [...list(group.spec.containers), ...list(group.spec.initContainers)].map(record).flatMap((container) => ['readinessProbe', 'livenessProbe', 'startupProbe'].flatMap((probe) => {
    const { httpGet, tcpSocket, grpc } = record(container[probe]);
    const wanted: unknown = record(httpGet ?? tcpSocket ?? grpc).port;
    const port = typeof wanted === 'number' ? wanted : group.ports.find(({ name, container: owner }) => name === wanted && owner === container.name)?.number;
    return port === undefined ? [] : [{ probe, port }];
  }));
}
