// NetworkPolicy and GlobalNetworkPolicy of Calico (projectcalico.org/v3 and the older crd.projectcalico.org/v1): tiers, order, rules that decide one after the other.
import type { FieldPath } from '../documents/document';
import { calicoObjects } from './bgp';
import type { CalicoSelector } from './calico-selector';
import { calicoRequirements, meetsCalicoSelector, parseCalicoSelector } from './calico-selector';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import type { Party, PodParty } from './parties';
import { inNamespace, partyOfPods } from './parties';
import type { Direction, NetworkPolicyView, PolicyRule, PortMatch } from './policy';
import { divide } from './policies-cilium';
import { blockPeer, isAnywhere } from './policies-kubernetes';
import type { LabelLookup, Three } from './three';
import { all, any, not } from './three';

export interface CalicoTier {
  readonly order: number;
  /** What no policy of the tier decides is denied, where one applies. */
  readonly denies: boolean;
}

export function readCalicoPolicies(cluster: ClusterModel): { readonly policies: readonly NetworkPolicyView[]; readonly tiers: ReadonlyMap<string, CalicoTier> } {
  const tiers = new Map<string, CalicoTier>([['default', { order: 1_000_000, denies: true }]]);
  for (const { name, spec } of calicoObjects(cluster, 'Tier')) tiers.set(name, { order: typeof spec.order === 'number' ? spec.order : Infinity, denies: spec.defaultAction !== 'Pass' });
  const policies = ['NetworkPolicy', 'GlobalNetworkPolicy'].flatMap((kind) => calicoObjects(cluster, kind)).flatMap((entry) => policyOf(cluster, entry) ?? []);
  return { policies, tiers };
}

function policyOf(cluster: ClusterModel, entry: Entry): NetworkPolicyView | undefined {
  const { types, ingress, egress, tier, order, applyOnForward, preDNAT, doNotTrack } = entry.spec;
  // Of host endpoints: pods are not meant.
  if (preDNAT === true || doNotTrack === true || applyOnForward === true) return undefined;
  const of = (direction: Direction): readonly PolicyRule[] => list(direction === 'ingress' ? ingress : egress).map((rule: Fields, i) => ruleOf(cluster, entry, direction, record(rule), ['spec', direction, i]));
  const said = list(types).length > 0 ? list(types) : [...list(ingress).length > 0 || list(egress).length === 0 ? ['Ingress'] : [], ...list(egress).length > 0 ? ['Egress'] : []];
  const [isIngress, isEgress] = [said.includes('Ingress'), said.includes('Egress')];
  const selects = subjectOf(entry);
  const parsed = selectorOf(entry.spec.selector);
  const asked = (parsed && calicoRequirements(parsed))?.filter(({ key }) => !/^(?:projectcalico\.org\/|pcns\.|pcsa\.)/.test(key)) ?? [];
  const candidates = cluster.selectBy(entry.clusterScoped ? undefined : entry.namespace, asked).filter(({ namespace }) => entry.clusterScoped || namespace === entry.namespace);
  return {
    entry, engine: 'calico', tier: text(tier) ?? 'default', order: typeof order === 'number' ? order : Infinity, selects,
    ...divide(candidates, (group) => {
      const party = partyOfPods(cluster, group);
      return party.is === 'pods' ? selects(party) : false;
    }),
    closesIngress: isIngress, closesEgress: isEgress, ...(isIngress ? { ingress: of('ingress') } : {}), ...(isEgress ? { egress: of('egress') } : {}),
  };
}

function subjectOf(entry: Entry): (party: PodParty) => Three {
  const { selector, namespaceSelector, serviceAccountSelector } = entry.spec;
  const [pods, namespaces] = [selectorOf(selector), selectorOf(namespaceSelector)];
  return (party) => all([
    entry.clusterScoped ? text(namespaceSelector) === undefined ? true : meets(namespaces, namespaceLabels(party)) : inNamespace(party, entry.namespace),
    meets(pods, podLabels(party)), text(serviceAccountSelector) === undefined ? true : undefined,
  ]);
}

function ruleOf(cluster: ClusterModel, entry: Entry, direction: Direction, rule: Readonly<Record<string, Fields>>, path: FieldPath): PolicyRule {
  const [source, destination] = [record(rule.source), record(rule.destination)];
  const [far, near] = direction === 'ingress' ? [source, destination] : [destination, source];
  const peers = peersOf(cluster, entry, far);
  const { protocol, notProtocol, icmp, notICMP, ipVersion, http } = rule;
  // What narrows the rule beyond peer and port: whom it means of the selected pods, ports of the caller, other protocols.
  const vague = [notProtocol, icmp, notICMP, ipVersion, source.ports, source.notPorts, destination.notPorts].some((value) => value !== undefined)
    || Object.entries(near).some(([key, value]) => !(direction === 'ingress' && key === 'ports') && value !== undefined);
  const ports = list(destination.ports);
  const known = protocol === undefined ? 'ANY' : (['TCP', 'UDP', 'SCTP'] as const).find((one) => one === String(protocol).toUpperCase() || PROTOCOL_NUMBERS[String(protocol)] === one) ?? 'other';
  return {
    action: (String(rule.action).toLowerCase()) as PolicyRule['action'], path, vague, anyPeer: peers.length === 0, inspects: http !== undefined,
    byName: list(far.nets).length === 0 || list(far.nets).some((net) => isAnywhere(String(net))),
    peer: (party) => all(peers.map((peer) => peer(party))),
    ports: ports.length > 0 ? ports.map((port, i) => portOf(port as string | number, known, [...path, 'destination', 'ports', i])) : protocol === undefined ? undefined : [{ protocol: known, path: [...path, 'protocol'] }],
  };
}

const PROTOCOL_NUMBERS: Readonly<Record<string, 'TCP' | 'UDP' | 'SCTP'>> = { 6: 'TCP', 17: 'UDP', 132: 'SCTP' };

function portOf(port: string | number, protocol: PortMatch['protocol'], path: FieldPath): PortMatch {
  const [, from, to] = /^(\d+)(?::(\d+))?$/.exec(String(port)) ?? [];
  return from === undefined ? { protocol, name: String(port), path } : { protocol, from: Number(from), to: Number(to ?? from), path };
}

/** Everything that is asked of the far end; all of it has to hold. */
function peersOf(cluster: ClusterModel, entry: Entry, rule: Readonly<Record<string, Fields>>): ((party: Party) => Three)[] {
  const { selector, notSelector, namespaceSelector, nets, notNets, serviceAccounts, services } = rule;
  const peers: ((party: Party) => Three)[] = [];
  const onPods = (ask: (party: PodParty) => Three): void => void peers.push((party) => {
    if (party.is === 'pods') return ask(party);
    // Host endpoints and network sets carry labels, too.
    return party.is === 'host' || !labelled(party) ? false : undefined;
  });
  const labelled = cluster.derive(othersWithLabels);
  const named = text(selector) !== undefined || text(namespaceSelector) !== undefined;
  if (named) {
    const [pods, namespaces] = [selectorOf(selector), selectorOf(namespaceSelector)];
    onPods((party) => all([
      text(namespaceSelector) !== undefined ? meets(namespaces, namespaceLabels(party)) : entry.clusterScoped ? true : inNamespace(party, entry.namespace),
      meets(pods, podLabels(party)),
    ]));
  }
  if (text(notSelector) !== undefined) onPods((party) => not(meets(selectorOf(notSelector), podLabels(party))));
  if (serviceAccounts !== undefined) {
    const names = list(record(serviceAccounts).names);
    // Selectors of service accounts are not followed, nor is the namespace that the names are of.
    onPods((party) => (names.length > 0 && party.serviceAccount !== undefined && !names.includes(party.serviceAccount) ? false : undefined));
  }
  if (services !== undefined) peers.push(() => undefined);
  const blocks = list(nets).map((net) => blockPeer(cluster, String(net), [], undefined));
  if (blocks.length > 0) peers.push((party) => any(blocks.map((block) => block(party))));
  const holes = list(notNets).map((net) => blockPeer(cluster, String(net), [], undefined));
  if (holes.length > 0) peers.push((party) => not(any(holes.map((block) => block(party)))));
  return peers;
}

/** What besides pods can have labels in this cluster: addresses by network sets, nodes by host endpoints. */
function othersWithLabels(cluster: ClusterModel): (party: Party) => boolean {
  const has = (...kinds: string[]): boolean => kinds.some((kind) => cluster.has('projectcalico.org', kind) || cluster.has('crd.projectcalico.org', kind));
  const sets = has('NetworkSet', 'GlobalNetworkSet');
  const hosts = has('HostEndpoint', 'KubeControllersConfiguration');
  return (party) => party.is === 'anyone' || (party.is === 'node' || party.is === 'apiserver' ? hosts || sets : sets);
}

function selectorOf(value: unknown): CalicoSelector | undefined {
  return parseCalicoSelector(text(value) ?? '');
}

function meets(selector: CalicoSelector | undefined, labels: LabelLookup): Three {
  return selector && meetsCalicoSelector(selector, labels);
}

function podLabels(party: PodParty): LabelLookup {
  return (key) => {
    switch (key) {
      case 'projectcalico.org/namespace': return party.namespace === '' ? undefined : party.namespace;
      case 'projectcalico.org/orchestrator': return 'k8s';
      case 'projectcalico.org/serviceaccount': return party.serviceAccount;
      default: return key.startsWith('pcns.') ? party.namespaceLabel(key.slice(5)) : key.startsWith('pcsa.') ? undefined : party.label(key);
    }
  };
}

function namespaceLabels(party: PodParty): LabelLookup {
  return (key) => (key === 'projectcalico.org/name' ? party.namespace === '' ? undefined : party.namespace : party.namespaceLabel(key));
}
