// Policies of the whole cluster (kubernetes-sigs/network-policy-api): AdminNetworkPolicy, BaselineAdminNetworkPolicy, and ClusterNetworkPolicy which follows them.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { list, record } from './fields';
import type { Party, PodParty } from './parties';
import { meetsRequirements, partyOfPods } from './parties';
import type { Direction, NetworkPolicyView, PolicyRule, PortMatch, Protocol } from './policy';
import { divide } from './policies-cilium';
import { blockPeer } from './policies-kubernetes';
import { requirementsOf } from './selector';
import type { Three } from './three';
import { all, any } from './three';

const GROUP = 'policy.networking.k8s.io';

export function readClusterPolicies(cluster: ClusterModel): readonly NetworkPolicyView[] {
  return [
    ...cluster.objects(GROUP, 'AdminNetworkPolicy').map((entry) => policyOf(cluster, entry, 'Admin')),
    ...cluster.objects(GROUP, 'BaselineAdminNetworkPolicy').map((entry) => policyOf(cluster, entry, 'Baseline')),
    ...cluster.objects(GROUP, 'ClusterNetworkPolicy').map((entry) => policyOf(cluster, entry, entry.spec.tier === 'Baseline' ? 'Baseline' : 'Admin')),
  ];
}

function policyOf(cluster: ClusterModel, entry: Entry, tier: 'Admin' | 'Baseline'): NetworkPolicyView {
  const selects = podPeer(record(entry.spec.subject));
  const rules = (direction: Direction): readonly PolicyRule[] => list(entry.spec[direction]).map((rule: Fields, i) => ruleOf(cluster, direction, record(rule), ['spec', direction, i]));
  const [ingress, egress] = [rules('ingress'), rules('egress')];
  return {
    entry, engine: 'cluster', tier, order: typeof entry.spec.priority === 'number' ? entry.spec.priority : 0, selects, closesIngress: false, closesEgress: false,
    ...divide(cluster.selectBy(undefined, requirementsOf(record(record(entry.spec.subject).pods).podSelector) ?? []), (group) => {
      const party = partyOfPods(cluster, group);
      return party.is === 'pods' ? selects(party) : false;
    }),
    ...(ingress.length > 0 ? { ingress } : {}), ...(egress.length > 0 ? { egress } : {}),
  };
}

/** Pods by the labels of their namespace, and their own. Pods in the network of their node are never meant. */
function podPeer({ namespaces, pods }: Readonly<Record<string, Fields>>): (party: PodParty) => Three {
  const { namespaceSelector, podSelector } = record(pods);
  const [there, own] = [requirementsOf(pods === undefined ? namespaces : namespaceSelector), requirementsOf(podSelector)];
  return (party) => all([there && meetsRequirements(there, party.namespaceLabel), pods === undefined ? true : own && meetsRequirements(own, party.label)]);
}

function ruleOf(cluster: ClusterModel, direction: Direction, rule: Readonly<Record<string, Fields>>, path: FieldPath): PolicyRule {
  const peers = list(direction === 'ingress' ? rule.from : rule.to).map((peer) => peerOf(cluster, record(peer)));
  const ports = rule.protocols !== undefined ? list(rule.protocols).map((port: Fields, i) => protocolOf(record(port), [...path, 'protocols', i]))
    : rule.ports !== undefined ? list(rule.ports).map((port: Fields, i) => portOf(record(port), [...path, 'ports', i])) : undefined;
  const action = String(rule.action).toLowerCase();
  return {
    action: action === 'accept' ? 'allow' : action as PolicyRule['action'], path, vague: false, anyPeer: false, byName: false, inspects: false,
    peer: (party) => any(peers.map((peer) => peer(party))), ports,
  };
}

function peerOf(cluster: ClusterModel, { namespaces, pods, networks, nodes, domainNames, ...rest }: Readonly<Record<string, Fields>>): (party: Party) => Three {
  if (namespaces !== undefined || pods !== undefined) {
    const meets = podPeer({ namespaces, pods });
    return (party) => (party.is === 'pods' ? meets(party) : party.is === 'anyone' ? undefined : false);
  }
  if (networks !== undefined) {
    // Blocks hold the addresses of pods, too.
    const blocks = list(networks).map((network) => blockPeer(cluster, String(network), [], undefined));
    return (party) => any(blocks.map((block) => block(party)));
  }
  if (nodes !== undefined) return (party) => (party.is === 'pods' || party.is === 'address' || party.is === 'name' || party.is === 'world' ? false : undefined);
  if (domainNames !== undefined) return (party) => (party.is === 'name' ? list(domainNames).some((name) => isNamed(String(name), party.host)) : party.is === 'pods' ? false : undefined);
  return Object.keys(rest).length === 0 ? () => false : () => undefined;
}

function isNamed(pattern: string, host: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : pattern.toLowerCase() === host.toLowerCase();
}

function protocolOf({ tcp, udp, sctp, destinationNamedPort }: Readonly<Record<string, Fields>>, path: FieldPath): PortMatch {
  if (destinationNamedPort !== undefined) return { protocol: 'ANY', name: String(destinationNamedPort), path };
  const protocol: Protocol | 'other' = tcp !== undefined ? 'TCP' : udp !== undefined ? 'UDP' : sctp !== undefined ? 'SCTP' : 'other';
  const { number, range } = record(record(tcp ?? udp ?? sctp).destinationPort);
  if (number !== undefined) return { protocol, path, from: number as number };
  return range === undefined ? { protocol, path } : { protocol, path, from: record(range).start as number, to: record(range).end as number };
}

function portOf({ portNumber, portRange, namedPort }: Readonly<Record<string, Fields>>, path: FieldPath): PortMatch {
  if (namedPort !== undefined) return { protocol: 'ANY', name: String(namedPort), path };
  const { protocol = 'TCP', port, start, end } = record(portNumber ?? portRange);
  return { protocol: protocol as Protocol, from: (port ?? start) as number, to: (port ?? end) as number, path };
}
