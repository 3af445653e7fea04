import type { PodGroup } from '../model/pods';
import type { NodeSet } from '../model/nodes';
import { nodesOverlap } from '../model/nodes';
import { list, record } from '../model/fields';
import type { Requirement } from '../model/selector';
import type { Rule } from './rule';

const AGENT = (name: string, port: number, more = ''): string => `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: ${name}, namespace: monitoring }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { hostNetwork: true, ${more} containers: [{ name: ${name}, image: "registry.example.com/${name}:1.7.4", ports: [{ containerPort: ${port} }] }] }
---`;

export const rule: Rule = {
  id: 'NS7000',
  class: 'breaks',
  title: 'Two programs want the same port of the same nodes',
  sees: 'ports of pods in the network of their node, and hostPorts: of DaemonSets on nodes that evidently are the same. Ports that are bound to different addresses are passed over.',
  why: 'The second pod stays Pending (the scheduler sees the port), or starts and cannot listen.',
  fix: 'give one of them another port, or other nodes',
  covers: ['R125'],
  docs: ['https://kubernetes.io/docs/concepts/configuration/overview/#services'],
  subjects: ['apps/DaemonSet'],
  failing: { documents: AGENT('node-exporter', 9100) + AGENT('probe', 9100), says: 'Port 9100/TCP of its nodes is that of DaemonSet monitoring/node-exporter, too', field: 'spec.template.spec' },
  passing: { documents: AGENT('node-exporter', 9100, 'nodeSelector: { kubernetes.io/os: linux },') + AGENT('windows-exporter', 9100, 'nodeSelector: { kubernetes.io/os: windows },') },
  check(cluster, report) {
    const claimed = new Map<string, { group: PodGroup; nodes: NodeSet; address: string }[]>();
    for (const group of cluster.pods) {
      if (group.entry.kind !== 'DaemonSet') continue;
      const nodes = nodesOfPods(group);
      for (const port of group.ports) {
        const number = port.hostPort ?? (group.hostNetwork ? port.number : undefined);
        if (number === undefined) continue;
        const address = addressOf(group, port.container, port.number, port.protocol);
        const key = `${number}/${port.protocol}`;
        const known = claimed.get(key) ?? [];
        const other = known.find((one) => one.group !== group && nodesOverlap(one.nodes, nodes) === true && (one.address === address || one.address === '' || address === ''));
        if (other) {
          report(group.entry, group.specPath, { message: `Port ${key} of its nodes is that of ${other.group.entry.toString()}, too`, decidedBy: [other.group.entry] });
        } else if (known.length < 64) {
          claimed.set(key, [...known, { group, nodes, address }]);
        }
      }
    }
  },
};

function nodesOfPods({ spec }: PodGroup): NodeSet {
  const labels = Object.entries(record(spec.nodeSelector)).map(([key, value]): Requirement => ({ key, operator: 'In', values: [String(value)] }));
  const terms = record(record(record(spec.affinity).nodeAffinity).requiredDuringSchedulingIgnoredDuringExecution).nodeSelectorTerms;
  if (terms === undefined) return [labels];
  // Other operators (Gt, Lt) and fields are not compared.
  return list(terms).map(record).map(({ matchExpressions }) => [...labels, ...list(matchExpressions).map(record).map(({ key, operator, values }): Requirement => ({
    key: String(key), operator: operator as Requirement['operator'], values: list(values).map(String),
  }))]);
}

function addressOf({ spec }: PodGroup, container: string, number: number, protocol: string): string {
  const own = list(spec.containers).map(record).find(({ name }) => name === container);
  const port = list(own?.ports).map(record).find((one) => one.containerPort === number && (one.protocol ?? 'TCP') === protocol);
  // Programs in the network of the node often listen on its loopback address, which their arguments say.
  const args = [...list(own?.args), ...list(own?.command)].map(String).join(' ');
  return String(port?.hostIP ?? (new RegExp(`127\\.0\\.0\\.1:${number}\\b|localhost:${number}\\b`).test(args) ? '127.0.0.1' : ''));
}
