// Where pods ask for names, and whether network policies let them: the DNS of the cluster, the cache of their node, or name servers of their own.
import type { ClusterModel } from './cluster-model';
import { list, record } from './fields';
import type { Party, PodParty } from './parties';
import { partyOfLabels, partyOfPods } from './parties';
import type { PodGroup } from './pods';
import type { NetworkPolicies } from './policies';
import type { PolicyPort, Protocol } from './policy';
import { covers, parseRange } from './ranges';
import type { Three } from './three';

/** The link-local address of NodeLocal DNSCache. */
export const NODE_LOCAL: string = '169.254.20.10';

export interface NameServers {
  /** The DNS of the cluster, or the pods' own name servers. */
  readonly servers: readonly Party[];
  /** The cache of the node, wherever it can be. */
  readonly local: readonly Party[];
  /** Both. */
  readonly all: readonly Party[];
}

/** The name servers that pods ask; undefined when it cannot be known. */
export function nameServersOf(cluster: ClusterModel, group: PodGroup): NameServers | undefined {
  const { dnsPolicy = 'ClusterFirst', dnsConfig } = group.spec as { readonly dnsPolicy?: string; readonly dnsConfig?: unknown };
  const nameservers = list(record(dnsConfig).nameservers);
  if (dnsPolicy === 'ClusterFirst' || dnsPolicy === 'ClusterFirstWithHostNet') return nameservers.length > 0 ? undefined : cluster.derive(clusterServers);
  if (dnsPolicy !== 'None') return undefined;
  const own = nameservers.map(String);
  const ranges = own.map(parseRange);
  // Addresses of Services lead to pods that nobody can tell from here.
  if (ranges.length === 0 || ranges.some((range) => range === undefined || isService(cluster, range))) return undefined;
  const servers = ranges.map((range, i): Party => ({ is: 'address', range: range!, name: own[i]! }));
  return { servers, local: [], all: servers };
}

function isService(cluster: ClusterModel, range: NonNullable<ReturnType<typeof parseRange>>): boolean {
  const blocks = cluster.facts.serviceCidrs.map(parseRange);
  return blocks.length === 0 ? cluster.objects('', 'Service').some(({ spec }) => spec.clusterIP === range.text) : blocks.some((block) => block === undefined || covers(block, range));
}

function clusterServers(cluster: ClusterModel): NameServers {
  const dns = (namespace: string, labels: Readonly<Record<string, string>>): PodParty => partyOfLabels(cluster, 'DNS', namespace, labels);
  const caches = nodeCaches(cluster).map((group) => partyOfPods(cluster, group));
  // Pods of documents that answer names, whatever they are called.
  const own = cluster.pods.filter(answersNames).map((group) => partyOfPods(cluster, group));
  const servers: readonly Party[] = [dns('kube-system', { 'k8s-app': 'kube-dns' }), dns('kube-system', { 'app.kubernetes.io/name': 'coredns' }), dns('openshift-dns', {}), ...own];
  const local: readonly Party[] = [
    { is: 'address', range: parseRange(NODE_LOCAL)!, name: NODE_LOCAL }, { is: 'host', name: 'the node' },
    ...caches.length > 0 ? caches : [dns('kube-system', { 'k8s-app': 'node-local-dns' })],
  ];
  return { servers, local, all: [...servers, ...local] };
}

/** The templates of NodeLocal DNSCache. */
export function nodeCaches(cluster: ClusterModel): readonly PodGroup[] {
  return cluster.pods.filter(isNodeCache);
}

function isNodeCache({ labels, entry }: PodGroup): boolean {
  return labels['k8s-app'] === 'node-local-dns' || entry.name === 'node-local-dns';
}

function answersNames({ ports }: PodGroup): boolean {
  for (const { number, protocol } of ports) if (protocol === 'UDP' && (number === 53 || number === 5353 || number === 1053)) return true;
  return false;
}

/** OpenShift's name servers listen at 5353 in their pods, some at 1053. */
const DNS_PORTS: Readonly<Record<'UDP' | 'TCP', readonly PolicyPort[]>> = { UDP: portsOf('UDP'), TCP: portsOf('TCP') };

function portsOf(protocol: Protocol): readonly PolicyPort[] {
  return [53, 5353, 1053, 8053].map((number) => ({ number, protocol }));
}

/** Whether pods get through to one of the parties at a port of DNS. */
export function reachesDns(policies: NetworkPolicies, subject: PodParty, parties: readonly Party[], protocol: 'UDP' | 'TCP'): Three {
  let answer: Three = false;
  for (const party of parties) {
    for (const port of DNS_PORTS[protocol]) {
      const { verdict } = policies.decide(subject, 'egress', party, port);
      if (verdict === true) return true;
      if (verdict === undefined) answer = undefined;
    }
  }
  return answer;
}
