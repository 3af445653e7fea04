import type { ClusterModel } from '../model/cluster-model';
import { cloudflareds } from '../model/edge';
import type { Entry } from '../model/entry';
import type { Fields } from '../model/fields';
import { list, record } from '../model/fields';
import type { PodGroup } from '../model/pods';
import { matches, requirementsOf } from '../model/selector';
import { containersOf } from '../model/workload-config';
import type { Rule } from './rule';

const SYSTEM = (ports: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: cloudflared, namespace: edge }
spec:
  selector: { matchLabels: { app: cloudflared } }
  template:
    metadata: { labels: { app: cloudflared } }
    spec: { containers: [{ name: cloudflared, image: "docker.io/cloudflare/cloudflared:2026.6.1", args: [tunnel, run] }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: cloudflared, namespace: edge }
spec:
  podSelector: { matchLabels: { app: cloudflared } }
  policyTypes: [Egress]
  egress:
    - { to: [{ namespaceSelector: {} }] }
    - { to: [{ ipBlock: { cidr: 0.0.0.0/0 } }], ports: [${ports}] }
`;

export const rule: Rule = {
  id: 'NS1026',
  class: 'breaks',
  title: 'A network policy keeps cloudflared from Cloudflare',
  sees: 'NetworkPolicies and Cilium policies that restrict what cloudflared may call: whether any of them lets it reach port 7844 outside of the cluster, over UDP (its quic) or TCP (its http2), as it is told by --protocol.',
  why: 'cloudflared cannot connect to the edge: the tunnel is down, and every host behind it answers 530.',
  fix: 'allow egress to port 7844 over UDP and TCP',
  covers: ['analysis 1.3: cloudflared blocked by a policy'],
  docs: ['https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/configure-tunnels/tunnel-with-firewall/'],
  subjects: ['apps/Deployment', 'apps/DaemonSet', 'apps/StatefulSet'],
  needs: ['image:cloudflared'],
  failing: { documents: SYSTEM('{ port: 443, protocol: TCP }'), says: 'NetworkPolicy edge/cloudflared lets Deployment edge/cloudflared reach no port 7844 outside of the cluster', field: 'spec' },
  passing: { documents: SYSTEM('{ port: 7844, protocol: UDP }, { port: 7844, protocol: TCP }') },
  checkWorld(world, report) {
    for (const cluster of world.clusters) {
      for (const pods of cloudflareds(world)) {
        if (!cluster.entries.includes(pods.entry)) continue;
        const { policies, open } = egress(cluster, pods);
        const [policy] = policies;
        const words = containersOf(pods).flatMap((one) => one.words.map(({ word }) => word));
        const protocol = words.includes('quic') || words.includes('--protocol=quic') ? ['UDP'] : words.includes('http2') || words.includes('--protocol=http2') ? ['TCP'] : ['UDP', 'TCP'];
        if (!policy || protocol.some((one) => open.has(one))) continue;
        report(policy, ['spec'], {
          message: `${policies.map(String).join(' and ')} ${policies.length === 1 ? 'lets' : 'let'} ${pods.entry.toString()} reach no port 7844 outside of the cluster${protocol.length === 1 ? ` over ${protocol[0]!}` : ''}`, decidedBy: [pods.entry],
        });
      }
    }
  },
};

/** Policies that restrict the pods, and the protocols over which one of them opens 7844 to the outside. */
function egress(cluster: ClusterModel, pods: PodGroup): { policies: Entry[]; open: Set<string> } {
  const policies: Entry[] = [];
  const open = new Set<string>();
  const allow = (ports: readonly Fields[], port: number): void => {
    for (const protocol of ['TCP', 'UDP']) {
      if (ports.length === 0 || ports.some((one) => {
        const low = Number(one.port ?? port);
        return (one.protocol ?? 'TCP') === protocol || one.protocol === 'ANY' ? low === port || low === 0 || (port >= low && port <= Number(one.endPort ?? low)) : false;
      })) open.add(protocol);
    }
  };
  for (const policy of cluster.objects('networking.k8s.io', 'NetworkPolicy')) {
    const requirements = requirementsOf(record(policy.spec.podSelector));
    if (policy.namespace !== pods.namespace || !requirements || !matches(pods.labels, requirements)) continue;
    if (policy.spec.policyTypes === undefined ? policy.spec.egress === undefined : !list(policy.spec.policyTypes).includes('Egress')) continue;
    policies.push(policy);
    for (const one of list(policy.spec.egress)) if (list(one.to).length === 0 || list(one.to).some(({ ipBlock }: Fields) => ipBlock !== undefined)) allow(list(one.ports), 7844);
  }
  for (const kind of ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy']) {
    for (const policy of cluster.objects('cilium.io', kind)) {
      if (kind === 'CiliumNetworkPolicy' && policy.namespace !== pods.namespace) continue;
      for (const spec of [policy.spec, ...list(policy.object.specs)]) {
        const requirements = spec?.endpointSelector === undefined ? undefined
          : requirementsOf(spec.endpointSelector)?.map((one) => ({ ...one, key: one.key.replace(/^(?:k8s|any)[:.]/, '') }));
        if (!requirements || spec.egress === undefined || spec.enableDefaultDeny?.egress === false) continue;
        if (!matches({ ...pods.labels, 'io.kubernetes.pod.namespace': pods.namespace }, requirements)) continue;
        policies.push(policy);
        for (const one of list(spec.egress)) {
          const { toFQDNs, toCIDR, toCIDRSet, toEntities, toPorts, ...others } = record(one);
          const entities = list(toEntities).some((entity) => entity === 'world' || entity === 'all' || entity === 'world-ipv4' || entity === 'world-ipv6');
          const anywhere = toFQDNs === undefined && toCIDR === undefined && toCIDRSet === undefined && toEntities === undefined && !Object.keys(others).some((key) => key.startsWith('to'));
          const named = list(toFQDNs).length + list(toCIDR).length + list(toCIDRSet).length > 0;
          if (entities || anywhere || named) allow(list(toPorts).flatMap(({ ports }: Fields) => list(ports)), 7844);
        }
      }
    }
  }
  return { policies, open };
}
