// CiliumNetworkPolicies from edges: one rule per peer, or per set of peers that may do exactly the same, and one entry per port. Never peers times ports.
import type {
  CiliumNetworkPolicySpec, CiliumNetworkPolicySpecEgress, CiliumNetworkPolicySpecEgressToEntities, CiliumNetworkPolicySpecEgressToPorts,
  CiliumNetworkPolicySpecEndpointSelector, CiliumNetworkPolicySpecIngress,
} from '../../../imports/cilium.io/v2';
import type { ConnectionEdge } from '../../core/edge';
import type { PeerTarget } from '../../core/peer';
import type { MeshStage } from '../../core/policy';
import { renderHttp } from './requests';

/** What the policy of one workload is rendered from. */
export interface NetworkPolicyState {
  readonly labels: Readonly<Record<string, string>>;
  readonly ingress: readonly ConnectionEdge[];
  readonly egress: readonly ConnectionEdge[];
  readonly stage: MeshStage;
  /** Whether Cilium is to read the requests of an edge. */
  readonly readsRequests: (edge: ConnectionEdge, direction: 'ingress' | 'egress') => boolean;
}

/** One kind of peer in Cilium's words. A rule holds one kind only. */
type Member =
  | { readonly field: 'Endpoints'; readonly item: CiliumNetworkPolicySpecEndpointSelector }
  | { readonly field: 'Entities'; readonly item: CiliumNetworkPolicySpecEgressToEntities }
  | { readonly field: 'CIDRSet'; readonly item: { readonly cidr: string; readonly except?: readonly string[] } }
  | { readonly field: 'FQDNs'; readonly item: { readonly matchName: string } | { readonly matchPattern: string } };

const NAMESPACE = 'k8s:io.kubernetes.pod.namespace';
/** Addresses of the node itself (RFC 3927), where NodeLocal DNSCache listens: Cilium may know them as the host. */
const LINK_LOCAL = '169.254.';

/** Denies what no other policy allows, in both directions. An empty rule matches nobody. */
export function renderDefaultDeny(namespace: string, stage: MeshStage): CiliumNetworkPolicySpec {
  return {
    description: `What no other policy allows is denied in ${namespace}.`, endpointSelector: {}, enableDefaultDeny: denies(stage), ingress: [{}], egress: [{}],
  };
}

/** Allows everything: for a workload that is excluded. */
export function renderAllowEverything(labels: Readonly<Record<string, string>>, reason: string): CiliumNetworkPolicySpec {
  return {
    description: `Excluded: ${reason}`,
    endpointSelector: { matchLabels: { ...labels } },
    enableDefaultDeny: { ingress: false, egress: false },
    ingress: [{ fromEntities: ['all'] }],
    egress: [{ toEntities: ['all'] }],
  };
}

/** What one workload is reached by, and what it reaches. */
export function renderNetworkPolicy(state: NetworkPolicyState): CiliumNetworkPolicySpec {
  const { ingress, egress, readsRequests } = state;
  // Names are learnt from answers that pass Cilium's DNS proxy, in a rule of the same pods.
  const learnsNames = egress.some((edge) => edge.to.kind === 'fqdn');
  const incoming = group(ingress.map((edge) => ({ members: membersOf(edge.from, edge), port: toPort(edge, readsRequests(edge, 'ingress'), false) })));
  const outgoing = group(egress.map((edge) => ({ members: membersOf(edge.to, edge), port: toPort(edge, readsRequests(edge, 'egress'), learnsNames && edge.tags.includes('dns')) })));
  return {
    endpointSelector: { matchLabels: { ...state.labels } },
    enableDefaultDeny: denies(state.stage),
    ingress: incoming.length > 0 ? incoming.map((rule) => prefixed('from', rule) as CiliumNetworkPolicySpecIngress) : [{}],
    egress: outgoing.length > 0 ? outgoing.map((rule) => prefixed('to', rule) as CiliumNetworkPolicySpecEgress) : [{}],
  };
}

function denies(stage: MeshStage): { ingress: boolean; egress: boolean } {
  return { ingress: stage !== 'observe', egress: stage !== 'observe' };
}

interface Allowed {
  readonly members: readonly Member[];
  readonly port: CiliumNetworkPolicySpecEgressToPorts | undefined;
}

interface Rule {
  readonly field: Member['field'];
  readonly items: unknown[];
  readonly toPorts: readonly CiliumNetworkPolicySpecEgressToPorts[];
}

/** Every peer with its ports, then every set of ports with its peers. Sorted. */
function group(allowed: readonly Allowed[]): Rule[] {
  const byMember = new Map<string, { member: Member; ports: Map<string, CiliumNetworkPolicySpecEgressToPorts>; every: boolean }>();
  for (const { members, port } of allowed) {
    for (const member of members) {
      const key = JSON.stringify(member);
      let present = byMember.get(key);
      if (!present) byMember.set(key, present = { member, ports: new Map(), every: false });
      if (port) present.ports.set(JSON.stringify(port), port);
      else present.every = true;
    }
  }
  const rules = new Map<string, Rule>();
  for (const [, { member, ports, every }] of sortedEntries(byMember)) {
    const toPorts = every ? [] : sortedEntries(ports).map(([, port]) => port);
    const key = `${ORDER.indexOf(member.field)} ${JSON.stringify(toPorts)}`;
    const present = rules.get(key);
    if (present) present.items.push(member.item);
    else rules.set(key, { field: member.field, items: [member.item], toPorts });
  }
  return sortedEntries(rules).map(([, rule]) => rule);
}

const ORDER: ReadonlyArray<Member['field']> = ['Endpoints', 'Entities', 'CIDRSet', 'FQDNs'];

function sortedEntries<T>(map: ReadonlyMap<string, T>): Array<[string, T]> {
  return [...map.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
}

function prefixed(direction: 'from' | 'to', { field, items, toPorts }: Rule): Record<string, unknown> {
  return { [`${direction}${field}`]: items, ...toPorts.length > 0 && { toPorts } };
}

function toPort({ port, http }: ConnectionEdge, readsRequests: boolean, learnsNames: boolean): CiliumNetworkPolicySpecEgressToPorts | undefined {
  if (!port) return undefined;
  const rules = learnsNames ? { dns: [{ matchPattern: '*' }] } : readsRequests && http.length > 0 ? { http: http.flatMap(renderHttp) } : undefined;
  return { ports: [{ port: String(port.number), protocol: port.protocol }], ...rules && { rules } };
}

function membersOf(peer: PeerTarget, edge: ConnectionEdge): Member[] {
  switch (peer.kind) {
    case 'workload': return [{ field: 'Endpoints', item: { matchLabels: { [NAMESPACE]: peer.workload.namespace, ...sortedLabels(peer.workload.labels) } } }];
    case 'namespace': return [{ field: 'Endpoints', item: { matchLabels: { [NAMESPACE]: peer.namespace } } }];
    case 'fqdn': return [{ field: 'FQDNs', item: peer.hostname.isWildcard ? { matchPattern: peer.hostname.value } : { matchName: peer.hostname.value } }];
    case 'cidr': {
      const range: Member = { field: 'CIDRSet', item: { cidr: peer.cidr.value, ...peer.except.length > 0 && { except: peer.except.map((cidr) => cidr.value) } } };
      return peer.cidr.value.startsWith(LINK_LOCAL) ? [range, { field: 'Entities', item: 'host' }] : [range];
    }
    case 'internet': return [{ field: 'Entities', item: 'world' }];
    case 'kube-apiserver': return [{ field: 'Entities', item: 'kube-apiserver' }];
    // The kubelet asks from the pod's own node.
    case 'nodes': {
      const nodes = edge.tags.every((tag) => tag === 'probe') ? ['host'] as const : ['host', 'remote-node'] as const;
      return nodes.map((item): Member => ({ field: 'Entities', item }));
    }
    case 'group': return [...peer.cidrs].sort((a, b) => a.compare(b)).map((cidr): Member => ({ field: 'CIDRSet', item: { cidr: cidr.value } }));
    default: {
      const never: never = peer;
      return never;
    }
  }
}

function sortedLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
