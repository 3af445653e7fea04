import type { FieldPath } from '../documents/document';
import { each } from '../model/each';
import type { Fields } from '../model/fields';
import { list, record } from '../model/fields';
import type { PodGroup } from '../model/pods';
import { POD_KINDS } from '../model/pods';
import type { Report, Rule } from './rule';

export const rule: Rule = {
  id: 'NS0080',
  class: 'breaks',
  title: 'Two programs claim the same port of every node',
  sees: 'hostPort of containers, and ports of pods on the host network, of DaemonSets against each other and against other pods, where both may run on the same nodes: without node selection, or with the same.',
  why: 'The scheduler puts no two pods that claim one port onto one node: beside a DaemonSet that is everywhere, the other pods stay pending.',
  fix: 'give one of them another port, or other nodes',
  covers: ['R125'],
  docs: ['https://kubernetes.io/docs/concepts/scheduling-eviction/'],
  subjects: POD_KINDS,
  failing: {
    documents: `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: ingress, namespace: edge }
spec:
  selector: { matchLabels: { app: ingress } }
  template:
    metadata: { labels: { app: ingress } }
    spec: { containers: [{ name: ingress, image: "registry.example.com/ingress:1", ports: [{ containerPort: 8443, hostPort: 443 }] }] }
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: front, namespace: edge }
spec:
  selector: { matchLabels: { app: front } }
  template:
    metadata: { labels: { app: front } }
    spec: { hostNetwork: true, containers: [{ name: front, image: "registry.example.com/front:1", ports: [{ containerPort: 443 }] }] }
`,
    says: 'Port 443/TCP of the nodes is claimed by DaemonSet edge/ingress, too',
    field: 'spec.template.spec.containers[0].ports[0]',
  },
  passing: {
    documents: `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: ingress, namespace: edge }
spec:
  selector: { matchLabels: { app: ingress } }
  template:
    metadata: { labels: { app: ingress } }
    spec: { containers: [{ name: ingress, image: "registry.example.com/ingress:1", ports: [{ containerPort: 8443, hostPort: 443 }] }] }
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: front, namespace: edge }
spec:
  selector: { matchLabels: { app: front } }
  template:
    metadata: { labels: { app: front } }
    spec: { hostNetwork: true, nodeSelector: { pool: front }, containers: [{ name: front, image: "registry.example.com/front:1", ports: [{ containerPort: 443 }, { containerPort: 443, protocol: UDP }] }] }
`,
  },
  check(cluster, report) {
    // DaemonSets first: what is on every node decides for all others.
    const groups = cluster.pods.filter(claimsPorts);
    const everywhere = new Map<string, PodGroup>();
    for (const ofDaemonSets of [true, false]) each(groups.filter(({ entry }) => (entry.kind === 'DaemonSet') === ofDaemonSets), checkPods, everywhere, report);
  },
};

/** Whether pods that stay claim a port of their node. */
function claimsPorts({ entry, hostNetwork, ports }: PodGroup): boolean {
  if (!entry.sound || entry.group === 'batch') return false;
  for (const { hostPort } of ports) if (hostNetwork || hostPort !== undefined) return true;
  return false;
}

function checkPods(group: PodGroup, everywhere: Map<string, PodGroup>, report: Report): void {
  const nodes = nodesOf(group.spec);
  const own = new Set<string>();
  for (const { number, protocol, path } of hostPorts(group)) {
    const key = `${number}/${protocol} ${nodes}`;
    if (own.has(key)) continue;
    own.add(key);
    const twin = everywhere.get(key);
    if (twin) report(group.entry, path, { message: `Port ${number}/${protocol} of the nodes is claimed by ${twin.entry.toString()}, too`, decidedBy: [twin.entry] });
    else if (group.entry.kind === 'DaemonSet') everywhere.set(key, group);
  }
}

/** Which nodes a pod chooses, as a text to compare; empty for any. */
function nodesOf(spec: Fields): string {
  const { affinity, nodeName, nodeSelector } = record(spec);
  const chosen = [nodeName, Object.entries(record(nodeSelector)).filter(([key]) => key !== 'kubernetes.io/os').sort(), record(affinity).nodeAffinity];
  return chosen.every((one) => one === undefined || (Array.isArray(one) && one.length === 0)) ? '' : JSON.stringify(chosen);
}

function* hostPorts({ hostNetwork, spec, specPath }: PodGroup): Generator<{ number: number; protocol: string; path: FieldPath }> {
  for (const part of ['containers', 'initContainers']) {
    for (const [i, container] of list(spec[part]).entries()) {
      if (part === 'initContainers' && record(container).restartPolicy !== 'Always') continue;
      for (const [j, port] of list(record(container).ports).map(record).entries()) {
        const number: unknown = hostNetwork ? port.containerPort : port.hostPort;
        // An address of its own leaves the port free on the others.
        if (typeof number !== 'number' || number === 0 || (port.hostIP !== undefined && port.hostIP !== '0.0.0.0' && port.hostIP !== '')) continue;
        yield { number, protocol: String(port.protocol ?? 'TCP'), path: [...specPath, part, i, 'ports', j] };
      }
    }
  }
}
