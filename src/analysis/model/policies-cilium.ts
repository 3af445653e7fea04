// CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy, as Cilium reads them (cilium/cilium pkg/k8s/apis/cilium.io/utils, pkg/policy/utils/parserules.go, pkg/policy/rule.go).
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields, Labels } from './fields';
import { list, record, text } from './fields';
import type { Party, PodParty } from './parties';
import { meetsRequirements, partyOfPods } from './parties';
import type { PodGroup } from './pods';
import type { Direction, NetworkPolicyView, PolicyRule, PortMatch } from './policy';
import { blockPeer, isAnywhere } from './policies-kubernetes';
import type { AddressRange } from './ranges';
import type { Requirement } from './selector';
import { matches, requirementsOf, requirementsOfMap } from './selector';
import type { Three } from './three';
import { all, any } from './three';

export const NAMESPACE_KEY: string = 'io.kubernetes.pod.namespace';
export const NAMESPACE_LABELS: string = 'io.cilium.k8s.namespace.labels.';
export const SERVICE_ACCOUNT_KEY: string = 'io.cilium.k8s.policy.serviceaccount';
export const CLUSTER_KEY: string = 'io.cilium.k8s.policy.cluster';

/** The specs of a policy: `spec` and each of `specs`. */
export function ciliumSpecs(entry: Entry): readonly { readonly spec: Readonly<Record<string, Fields>>; readonly path: FieldPath }[] {
  return [
    ...entry.object.spec === undefined ? [] : [{ spec: record(entry.object.spec), path: ['spec'] }],
    ...list(entry.object.specs).map((spec: Fields, i) => ({ spec: record(spec), path: ['specs', i] })),
  ];
}

export function readCiliumPolicies(cluster: ClusterModel): readonly NetworkPolicyView[] {
  return ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'].flatMap((kind) => cluster.objects('cilium.io', kind))
    .flatMap((entry) => ciliumSpecs(entry).flatMap(({ spec, path }): NetworkPolicyView[] => {
      // A policy of nodes says nothing of pods. One without a rule Cilium refuses.
      if (spec.endpointSelector === undefined || !SECTIONS.some((section) => list(spec[section]).length > 0)) return [];
      const select = ciliumSelector(entry.clusterScoped ? undefined : entry.namespace, spec.endpointSelector);
      const closing = record(spec.enableDefaultDeny);
      const rules = (direction: Direction): readonly PolicyRule[] => [
        ...list(spec[direction]).map((rule: Fields, i) => ruleOf(cluster, entry, direction, 'allow', record(rule), [...path, direction, i])),
        ...list(spec[`${direction}Deny`]).map((rule: Fields, i) => ruleOf(cluster, entry, direction, 'deny', record(rule), [...path, `${direction}Deny`, i])),
      ];
      const [ingress, egress] = [rules('ingress'), rules('egress')];
      return [{
        entry, engine: 'cilium', tier: 'default', order: 0,
        ...selectPods(cluster, select), selects: (party) => meetsCilium(select, party),
        ...(ingress.length > 0 ? { ingress } : {}), ...(egress.length > 0 ? { egress } : {}),
        // Said or not, only a direction with rules is closed.
        closesIngress: ingress.length > 0 && closing.ingress !== false, closesEgress: egress.length > 0 && closing.egress !== false,
      }];
    }));
}

const SECTIONS: readonly string[] = ['ingress', 'ingressDeny', 'egress', 'egressDeny'];

/** A selector of endpoints, taken apart by what its keys are about. */
export interface CiliumSelector {
  /** Undefined: something in it is not followed. */
  readonly requirements: readonly Requirement[] | undefined;
  /** Nothing but this reserved identity: `reserved:host`. */
  readonly reserved?: string;
  /** The namespace that a policy of a namespace means when its selector names none. */
  readonly namespace?: string;
}

export function ciliumSelector(namespace: string | undefined, selector: Fields): CiliumSelector {
  const requirements = requirementsOf(selector)?.map((one) => (one.key.startsWith('k8s:') || one.key.startsWith('any:') ? { key: one.key.slice(4), operator: one.operator, values: one.values } : one));
  if (!requirements) return { requirements };
  const reserved = requirements.find(({ key }) => key.startsWith('reserved:'));
  if (reserved) return { requirements: undefined, reserved: reserved.key.slice('reserved:'.length) };
  if (requirements.some(({ key }) => /^[a-z-]+:/.test(key))) return { requirements: undefined };
  const named = requirements.some(({ key }) => key === NAMESPACE_KEY || key.startsWith(NAMESPACE_LABELS));
  return { requirements, ...(named || namespace === undefined ? {} : { namespace }) };
}

/** The templates that a selector means for certain, and perhaps. */
function selectPods(cluster: ClusterModel, selector: CiliumSelector): Pick<NetworkPolicyView, 'pods' | 'perhaps'> {
  const { requirements, namespace, reserved } = selector;
  if (reserved !== undefined) return { pods: [], perhaps: [] };
  const own = (requirements ?? []).filter(({ key }) => !isSpecial(key));
  const exact = namespace ?? requirements?.find(({ key, operator, values }) => key === NAMESPACE_KEY && operator === 'In' && values.length === 1)?.values[0];
  const candidates = cluster.selectBy(exact, own).filter((group) => !group.hostNetwork && (exact === undefined || group.namespace === exact));
  if (requirements && own.length === requirements.length) return { pods: candidates, perhaps: [] };
  return divide(candidates, (group) => {
    const party = partyOfPods(cluster, group);
    return party.is === 'pods' ? meetsCilium(selector, party) : false;
  });
}

/** Templates by whether a policy selects them. */
export function divide(groups: readonly PodGroup[], selects: (group: PodGroup) => Three): { readonly pods: readonly PodGroup[]; readonly perhaps: readonly PodGroup[] } {
  const [pods, perhaps]: [PodGroup[], PodGroup[]] = [[], []];
  for (const group of groups) {
    const answer = selects(group);
    if (answer === true) pods.push(group);
    else if (answer === undefined) perhaps.push(group);
  }
  return { pods, perhaps };
}

function isSpecial(key: string): boolean {
  return key.startsWith('io.cilium.k8s.') || key === NAMESPACE_KEY;
}

/** Whether a selector means these pods. */
export function meetsCilium({ requirements, reserved, namespace }: CiliumSelector, party: PodParty): Three {
  if (reserved !== undefined) return reserved === 'all' ? true : false;
  const there: Three = namespace === undefined ? true : party.namespace === undefined ? undefined : party.namespace === namespace ? true : party.namespace === '' || namespace === '' ? undefined : false;
  if (there === false) return false;
  if (!requirements) return undefined;
  return all([there, meetsRequirements(requirements, (key) => {
    if (key === NAMESPACE_KEY) return party.namespace === '' ? undefined : party.namespace;
    if (key.startsWith(NAMESPACE_LABELS)) return party.namespaceLabel(key.slice(NAMESPACE_LABELS.length));
    if (key === SERVICE_ACCOUNT_KEY) return party.serviceAccount;
    return key === CLUSTER_KEY || key.startsWith('io.cilium.k8s.') ? undefined : party.label(key);
  })]);
}

function ruleOf(cluster: ClusterModel, { namespace, clusterScoped }: Entry, direction: Direction, action: 'allow' | 'deny', rule: Readonly<Record<string, Fields>>, path: FieldPath): PolicyRule {
  const side = direction === 'ingress' ? 'from' : 'to';
  const peers: ((party: Party) => Three)[] = [];
  let named = false;
  for (const field of PEERS) {
    const value = rule[`${side}${field}`] as unknown;
    if (!Array.isArray(value)) continue;
    // A list that is there and empty selects nobody.
    named = true;
    peers.push(...value.map((peer: Fields) => peerOf(cluster, clusterScoped ? undefined : namespace, field, peer)));
  }
  const [toPorts, icmps] = [list(rule.toPorts), list(rule.icmps)];
  const ports = toPorts.flatMap((group: Fields, i) => list(group.ports).map((port: Fields, j) => portOf(record(port), [...path, 'toPorts', i, 'ports', j])));
  const limited = toPorts.length > 0 || icmps.length > 0;
  return {
    action, path, vague: false, anyPeer: !named && limited, byName: named ? PEERS.some((field) => list(rule[`${side}${field}`]).some((peer) => isByName(field, peer))) : limited,
    // A rule that names neither peers nor ports admits nobody: it only closes the direction.
    peer: !named ? () => limited : peers.length === 1 ? peers[0]! : (party) => any(peers.map((peer) => peer(party))),
    ports: limited ? [...ports, ...icmps.length > 0 ? [{ protocol: 'other', path: [...path, 'icmps'] } as const] : []] : undefined,
    inspects: toPorts.some((group: Fields) => Object.keys(record(group.rules)).length > 0),
  };
}

const PEERS: readonly string[] = ['Endpoints', 'Entities', 'CIDR', 'CIDRSet', 'Nodes', 'Groups', 'FQDNs', 'Services', 'Requires'];

const BY_NAME: ReadonlySet<string> = new Set(['world', 'world-ipv4', 'world-ipv6', 'all', 'cluster']);

function isByName(field: string, peer: Fields): boolean {
  switch (field) {
    case 'Endpoints': return ciliumSelector(undefined, peer).reserved === undefined;
    case 'FQDNs':
    case 'Services': return true;
    case 'Entities': return BY_NAME.has(String(peer));
    case 'CIDR': return isAnywhere(String(peer));
    case 'CIDRSet': return isAnywhere(String(record(peer).cidr));
    default: return false;
  }
}

function portOf({ port, endPort, protocol = 'ANY' }: Readonly<Record<string, Fields>>, path: FieldPath): PortMatch {
  const known = (['TCP', 'UDP', 'SCTP', 'ANY'] as const).find((one) => one === String(protocol).toUpperCase()) ?? 'other';
  if (!/^\d+$/.test(String(port))) return { protocol: known, name: String(port), path };
  const number = Number(port);
  return number === 0 ? { protocol: known, path } : { protocol: known, from: number, to: Math.max(number, Number(endPort ?? 0)), path };
}

function peerOf(cluster: ClusterModel, namespace: string | undefined, field: string, peer: Fields): (party: Party) => Three {
  switch (field) {
    case 'Endpoints': return endpointPeer(ciliumSelector(namespace, peer));
    case 'Entities': return (party) => isEntity(String(peer), party);
    // Blocks of addresses hold no pods, unless the agents are told so.
    case 'CIDR': return blockPeer(cluster, String(peer), [], cidrHoldsPods(cluster));
    case 'CIDRSet': {
      const { cidr, except } = record(peer);
      return typeof cidr === 'string' ? blockPeer(cluster, cidr, list(except).map(String), cidrHoldsPods(cluster)) : outsideOnly;
    }
    case 'Nodes': return (party) => (party.is === 'host' || party.is === 'node' || party.is === 'apiserver' || party.is === 'anyone' ? undefined : false);
    case 'FQDNs': return (party) => (party.is === 'name' ? meetsName(record(peer), party.host) : party.is === 'address' && isLinkLocal(party.range) ? false : outsideOnly(party));
    case 'Services': return servicePeer(cluster, namespace, record(peer));
    default: return outsideOnly;
  }
}

/** No name leads to such an address. */
function isLinkLocal({ family, first }: AddressRange): boolean {
  return family === 4 ? first >> 16n === 0xa9fen : first >> 118n === 0x3fan;
}

/** Peers outside of the cluster whose addresses nobody knows here. */
function outsideOnly(party: Party): Three {
  return party.is === 'pods' || party.is === 'host' || party.is === 'cilium-ingress' ? false : undefined;
}

function cidrHoldsPods(cluster: ClusterModel): Three {
  const settings = cluster.find('', 'ConfigMap', 'kube-system', 'cilium-config');
  const mode = text(record(settings?.object.data)['policy-cidr-match-mode']) ?? '';
  return mode.split(/[\s,]+/).includes('pods') ? undefined : false;
}

function endpointPeer(selector: CiliumSelector): (party: Party) => Three {
  return (party) => {
    if (selector.reserved !== undefined) return isEntity(selector.reserved, party);
    if (party.is === 'pods') return meetsCilium(selector, party);
    return party.is === 'anyone' ? undefined : false;
  };
}

/** Cilium's own words for groups of peers. */
function isEntity(entity: string, party: Party): Three {
  if (entity === 'all') return true;
  if (party.is === 'anyone') return entity === 'none' ? false : undefined;
  switch (entity) {
    case 'none': return false;
    case 'world': return OUTSIDE.has(party.is) ? true : party.is === 'apiserver' || party.is === 'node' ? undefined : false;
    case 'world-ipv4':
    case 'world-ipv6': return party.is === 'address' ? (party.range.family === 4) === (entity === 'world-ipv4') : OUTSIDE.has(party.is) || party.is === 'apiserver' || party.is === 'node' ? undefined : false;
    case 'cluster': return party.is === 'apiserver' ? undefined : !OUTSIDE.has(party.is);
    case 'host': return party.is === 'host' ? true : party.is === 'node' || party.is === 'apiserver' ? undefined : false;
    case 'remote-node': return party.is === 'node' || party.is === 'apiserver' ? undefined : false;
    case 'kube-apiserver': return party.is === 'apiserver' ? true : party.is === 'node' || party.is === 'host' ? undefined : false;
    case 'ingress': return party.is === 'cilium-ingress';
    default: return party.is === 'pods' ? false : undefined;
  }
}

const OUTSIDE: ReadonlySet<Party['is']> = new Set(['address', 'name', 'world']);

function meetsName({ matchName, matchPattern }: Readonly<Record<string, Fields>>, host: string): Three {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (typeof matchName === 'string' && matchName.toLowerCase().replace(/\.$/, '') === name) return true;
  return typeof matchPattern === 'string' && namePattern(matchPattern).test(name);
}

/** `*` stands for letters of one label or more labels of none; alone it is every name (pkg/fqdn/matchpattern). */
export function namePattern(pattern: string): RegExp {
  let known = PATTERNS.get(pattern);
  if (!known) PATTERNS.set(pattern, (known = readPattern(pattern)));
  return known;
}

const PATTERNS: Map<string, RegExp> = new Map();

function readPattern(pattern: string): RegExp {
  const text = pattern.toLowerCase().replace(/\.$/, '');
  if (text === '*') return /^.*$/;
  const parts = text.replace(/^\*\*\./, '\u0000').split(/(\*|\u0000)/).map((part) => (part === '*' ? '[-a-z0-9_]*' : part === '\u0000' ? '(?:[-a-z0-9_]+\\.)+' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${parts.join('')}$`);
}

function servicePeer(cluster: ClusterModel, namespace: string | undefined, { k8sService, k8sServiceSelector }: Readonly<Record<string, Fields>>): (party: Party) => Three {
  const home = text(record(k8sService).namespace) ?? text(record(k8sServiceSelector).namespace) ?? namespace;
  const name = text(record(k8sService).serviceName);
  const service = name === undefined || home === undefined ? undefined : cluster.find('', 'Service', home, name);
  return (party) => {
    if (party.is !== 'pods' || party.group === undefined) return undefined;
    if (!service?.sound || Object.keys(record(service.spec.selector)).length === 0) return undefined;
    return party.namespace === service.namespace && matches(party.group.labels as Labels, requirementsOfMap(service.spec.selector));
  };
}
