// Policies of the whole cluster (https://network-policy-api.sigs.k8s.io): AdminNetworkPolicy, BaselineAdminNetworkPolicy, and ClusterNetworkPolicy which follows them.
// A tier before the policies of namespaces and one behind them; in each, policies by priority and rules in their order, of which the first that is met decides.
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list, record } from '../../model/fields';
import { requirementsOf } from '../../model/selector';
import { nodesOf, withOthers } from './entities';
import type { Direction, Protocol } from '../flow';
import type { Action, PeerTerm, Policy, PortMatch, Rule } from '../rules';
import { anyOf, EVERYONE } from '../rules';
import { both, meeting } from '../selector';
import type { Selector } from '../selector';
import { blockOf } from './kubernetes';
import type { CniProperties } from './properties';

const GROUP = 'policy.networking.k8s.io';

export const ADMIN_TIER: string = 'Admin';
export const BASELINE_TIER: string = 'Baseline';

/** The kinds, in the order of their generations. */
export const CLUSTER_POLICY_KINDS: readonly string[] = ['AdminNetworkPolicy', 'BaselineAdminNetworkPolicy', 'ClusterNetworkPolicy'];

/** The policies of these kinds that the CNI keeps. */
export function readClusterPolicies(cluster: ClusterModel, cni: CniProperties): readonly Policy[] {
  return CLUSTER_POLICY_KINDS.filter((kind) => cni.keeps(kind)).flatMap((kind) => cluster.objects(GROUP, kind).flatMap((entry) => policiesOf(entry, cni)));
}

function policiesOf(entry: Entry, cni: CniProperties): readonly Policy[] {
  const { spec, kind } = entry;
  const tier = kind === 'BaselineAdminNetworkPolicy' || spec.tier === BASELINE_TIER ? BASELINE_TIER : ADMIN_TIER;
  const subject = subjectOf(record(spec.subject));
  return (['ingress', 'egress'] as const).flatMap((direction): readonly Policy[] => {
    const rules = list(spec[direction]).map((rule, i) => ruleOf(direction, record(rule), i, cni));
    if (rules.length === 0) return [];
    return [{ entry, direction, tier, order: typeof spec.priority === 'number' ? spec.priority : 0, subject, hostNetwork: 'out', closes: false, rules, path: ['spec', direction] }];
  });
}

/** Pods by the labels of their namespaces and their own; pods in the network of their node are never meant. */
export function subjectOf({ namespaces, pods }: Fields): Selector {
  if (pods === undefined) return meeting('namespaceLabel', requirementsOf(namespaces ?? {}));
  const { namespaceSelector, podSelector } = record(pods);
  return both(meeting('namespaceLabel', requirementsOf(namespaceSelector ?? {})), meeting('label', requirementsOf(podSelector ?? {})));
}

const ACTIONS: Readonly<Record<string, Action>> = { Allow: 'allow', Accept: 'allow', Deny: 'deny', Pass: 'pass' };

function ruleOf(direction: Direction, rule: Fields, i: number, cni: CniProperties): Rule {
  const action = ACTIONS[String(rule.action)] ?? 'deny';
  const peers = list(direction === 'ingress' ? rule.from : rule.to).map((peer) => peerOf(record(peer), cni));
  const ports = [...list(rule.protocols).map((one) => protocolPort(record(one))), ...list(rule.ports).map((one) => numberedPort(record(one)))];
  const known = peers.filter((peer) => peer !== undefined);
  // Peers of kinds that are not known: nobody for those who admit; everybody, and denied, for the others.
  const closed = known.length < peers.length && action !== 'allow';
  return {
    action: closed ? 'deny' : action, path: ['spec', direction, i],
    peers: closed ? EVERYONE : peers.length === 0 ? EVERYONE : anyOf(known),
    ...ports.length > 0 && { ports },
  };
}

/** Undefined for a kind of peer that is not known. */
function peerOf(peer: Fields, cni: CniProperties): PeerTerm | undefined {
  const { namespaces, pods, networks, nodes, domainNames } = peer;
  if (pods !== undefined) return { is: 'pods', where: subjectOf(peer), hostNetwork: 'out' };
  if (namespaces !== undefined) {
    const requirements = requirementsOf(namespaces);
    // Cilium adds its cluster to selectors of pods, and not to those of namespaces.
    return withOthers({ is: 'pods', where: subjectOf(peer), hostNetwork: 'out' }, requirements, cni.name === 'cilium' && requirements?.length !== 0);
  }
  // Of pods, too: the specification says so. Cilium knows pods by their labels alone.
  if (networks !== undefined) return anyOf(list(networks).map((network) => blockOf(String(network), [], { ...cni, podsInBlocks: cni.name === 'cilium' ? cni.podsInBlocks : 'in' })));
  if (nodes !== undefined) return nodesOf(nodes);
  if (domainNames !== undefined) return anyOf(list(domainNames).map((name) => namedOutside(String(name))));
  return undefined;
}

/** `*.example.com` is every name below, however deep. */
function namedOutside(pattern: string): PeerTerm {
  const lower = pattern.toLowerCase().replace(/\.$/, '');
  return { is: 'name', pattern: lower, test: (host) => (lower.startsWith('*.') ? host.endsWith(lower.slice(1)) && host.length > lower.length - 1 : host === lower) };
}

function protocolPort({ tcp, udp, sctp, destinationNamedPort }: Fields): PortMatch {
  if (destinationNamedPort !== undefined) return { protocol: 'ANY', name: String(destinationNamedPort) };
  const protocol: Protocol | 'other' = tcp !== undefined ? 'TCP' : udp !== undefined ? 'UDP' : sctp !== undefined ? 'SCTP' : 'other';
  const { number, range } = record(record(tcp ?? udp ?? sctp).destinationPort);
  const { start, end } = record(range);
  return range !== undefined ? { protocol, from: start, to: end } : number !== undefined ? { protocol, from: number, to: number } : { protocol };
}

function numberedPort({ portNumber, portRange, namedPort }: Fields): PortMatch {
  if (namedPort !== undefined) return { protocol: 'ANY', name: String(namedPort) };
  const { protocol = 'TCP', port, start, end } = record(portNumber ?? portRange);
  return { protocol: protocol as Protocol, from: port ?? start, to: port ?? end };
}
