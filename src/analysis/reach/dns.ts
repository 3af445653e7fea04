// The first step of most calls: the caller asks for a name, of the DNS of its cluster or of the cache on its node. A policy that forgets this stops everything behind it.
import { NODE_LOCAL } from '../model/dns-path';
import { parseRange } from '../model/ranges';
import type { Endpoint } from './endpoints';
import { namespaceOf, NO_FACTS } from './endpoints';
import type { Hop, Outcome } from './flow';
import type { Network } from './network';
import type { Party } from './points';
import { traceFlow } from './trace';

/** Policies of pods that keep their own name servers are asked about those by their addresses. */
const CLUSTER_DNS: ReadonlySet<unknown> = new Set([undefined, 'ClusterFirst', 'ClusterFirstWithHostNet']);

/** The hop of a caller to its DNS; undefined when nobody knows whom it asks. */
export function dnsHop(network: Network, caller: Endpoint, name: string): Hop | undefined {
  const { dnsPolicy, dnsConfig } = (caller.group?.spec ?? {}) as { readonly dnsPolicy?: string; readonly dnsConfig?: unknown };
  if (caller.group === undefined || caller.hostNetwork || !CLUSTER_DNS.has(dnsPolicy) || dnsConfig !== undefined) return undefined;
  const hops: Hop[] = [];
  for (const server of servers(network)) {
    const way = traceFlow(network, { from: { is: 'endpoint', endpoint: caller }, to: server, port: 53, protocol: 'UDP', facts: {} });
    const hop = way.hops.find(({ outcome }) => outcome === way.outcome && outcome !== 'allowed') ?? way.hops.find(({ layer }) => layer === 'cni');
    if (hop) hops.push({ ...hop, outcome: way.outcome });
    if (way.outcome === 'allowed') break;
  }
  const best = hops.find(({ outcome }) => outcome === 'allowed') ?? hops.find(({ outcome }) => outcome === 'undetermined') ?? hops[0];
  if (!best) return undefined;
  return { ...best, layer: 'dns', at: name, because: WORDS[best.outcome](best.because) };
}

const WORDS: Readonly<Record<Outcome, (because: string) => string>> = {
  allowed: (because) => `DNS answers: ${because}`,
  denied: (because) => `the name cannot be asked for: ${because}`,
  undetermined: (because) => `whether the name can be asked for is not known: ${because}`,
};

/** Who answers names: the pods that the documents have, otherwise those that every cluster has; the cache of the node after them. */
function servers({ endpoints, cluster }: Network): readonly Party[] {
  const dns = endpoints.filter(({ namespace, labels }) => labels['k8s-app'] === 'kube-dns' || (namespace === 'kube-system' && labels['app.kubernetes.io/name'] === 'coredns'));
  const found = dns.length > 0 ? dns : [{
    name: 'kube-system/kube-dns', namespace: 'kube-system', workload: 'kube-dns', kind: 'External', labels: { 'k8s-app': 'kube-dns' }, moreLabels: true,
    ...namespaceOf(cluster, 'kube-system'), serviceAccount: undefined, hostNetwork: false, namedPorts: new Map(), facts: NO_FACTS,
  }];
  const { family, first, last } = parseRange(NODE_LOCAL)!;
  return [...found.map((endpoint): Party => ({ is: 'endpoint', endpoint })), { is: 'addresses', range: { family, first, last } }, { is: 'entity', name: 'host' }];
}
