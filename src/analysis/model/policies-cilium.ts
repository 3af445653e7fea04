// CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy, as Cilium reads them (cilium/cilium pkg/k8s/apis/cilium.io/utils, pkg/policy/utils/parserules.go, pkg/policy/rule.go).
import type { FieldPath } from '../documents/document';
import { canonicalName, patternHolds } from './cilium-names';
import type { CiliumSelector } from './cilium-selector';
import { ciliumSelector, isSpecial, meetsCilium, meetsWritten, NAMESPACE_KEY, reservedOf } from './cilium-selector';
import type { ClusterModel } from './cluster-model';
import { each, map } from './each';
import type { Entry } from './entry';
import type { Fields, Labels } from './fields';
import { list, record, text } from './fields';
import type { Party, PodParty } from './parties';
import { partyOfPods } from './parties';
import type { PodGroup } from './pods';
import type { Direction, NetworkPolicyView, PolicyRule, PortMatch } from './policy';
import { blockPeer, isAnywhere } from './policies-kubernetes';
import type { AddressRange } from './ranges';
import type { Requirement } from './selector';
import { matches, requirementsOfMap } from './selector';
import type { Three } from './three';

const SPEC: FieldPath = ['spec'];

/** The specs of a policy: `spec` and each of `specs`. */
export function ciliumSpecs(entry: Entry): readonly { readonly spec: Readonly<Record<string, Fields>>; readonly path: FieldPath }[] {
  const { spec: only, specs } = entry.object;
  const found = only === undefined ? [] : [{ spec: record(only), path: SPEC }];
  if (specs !== undefined) list(specs).forEach((spec: Fields, i) => found.push({ spec: record(spec), path: ['specs', i] }));
  return found;
}

/** Every Cilium policy, of namespaces and of the cluster. */
export function ciliumPolicies(cluster: ClusterModel): readonly Entry[] {
  const clusterwide = cluster.objects('cilium.io', 'CiliumClusterwideNetworkPolicy');
  const policies = cluster.objects('cilium.io', 'CiliumNetworkPolicy');
  return clusterwide.length === 0 ? policies : [...policies, ...clusterwide];
}

export function readCiliumPolicies(cluster: ClusterModel): readonly NetworkPolicyView[] {
  const views: NetworkPolicyView[] = [];
  each(ciliumPolicies(cluster), addViews, cluster, views);
  return views;
}

function addViews(entry: Entry, cluster: ClusterModel, views: NetworkPolicyView[]): void {
  for (const { spec, path } of ciliumSpecs(entry)) {
    // A policy of nodes says nothing of pods. One without a rule Cilium refuses.
    if (spec.endpointSelector !== undefined && hasRules(spec)) views.push(new CiliumPolicy(cluster, entry, spec, path));
  }
}

/** Whether a spec has a rule at all. */
export function hasRules({ ingress, ingressDeny, egress, egressDeny }: Readonly<Record<string, Fields>>): boolean {
  return list(ingress).length > 0 || list(ingressDeny).length > 0 || list(egress).length > 0 || list(egressDeny).length > 0;
}

class CiliumPolicy implements NetworkPolicyView {
  readonly entry: Entry;
  readonly engine = 'cilium' as const;
  readonly tier: string = 'default';
  readonly order: number = 0;
  readonly pods: readonly PodGroup[];
  readonly perhaps: readonly PodGroup[];
  readonly ingress: readonly PolicyRule[] | undefined;
  readonly egress: readonly PolicyRule[] | undefined;
  readonly closesIngress: boolean;
  readonly closesEgress: boolean;
  private readonly selector: CiliumSelector;

  constructor(cluster: ClusterModel, entry: Entry, spec: Readonly<Record<string, Fields>>, path: FieldPath) {
    this.entry = entry;
    this.selector = ciliumSelector(entry.clusterScoped ? undefined : entry.namespace, spec.endpointSelector);
    const { pods, perhaps } = selectPods(cluster, this.selector);
    this.pods = pods;
    this.perhaps = perhaps;
    this.ingress = rulesOf(cluster, entry, 'ingress', spec, path);
    this.egress = rulesOf(cluster, entry, 'egress', spec, path);
    // Said or not, only a direction with rules is closed.
    const closing = record(spec.enableDefaultDeny);
    this.closesIngress = this.ingress !== undefined && closing.ingress !== false;
    this.closesEgress = this.egress !== undefined && closing.egress !== false;
  }

  selects(party: PodParty): Three {
    return meetsCilium(this.selector, party);
  }
}

function rulesOf(cluster: ClusterModel, entry: Entry, direction: Direction, spec: Readonly<Record<string, Fields>>, base: FieldPath): readonly PolicyRule[] | undefined {
  const allowed = list(spec[direction]);
  const denied = list(direction === 'ingress' ? spec.ingressDeny : spec.egressDeny);
  if (allowed.length + denied.length === 0) return undefined;
  const rules = new Array<PolicyRule>(allowed.length + denied.length);
  for (let i = 0; i < allowed.length; i++) rules[i] = new CiliumRule(cluster, entry, direction, 'allow', record(allowed[i]), base, i);
  for (let i = 0; i < denied.length; i++) rules[allowed.length + i] = new CiliumRule(cluster, entry, direction, 'deny', record(denied[i]), base, i);
  return rules;
}

function asksForSpecial({ key }: Requirement): boolean {
  return isSpecial(key);
}

/** The templates that a selector means for certain, and perhaps. */
function selectPods(cluster: ClusterModel, selector: CiliumSelector): Pick<NetworkPolicyView, 'pods' | 'perhaps'> {
  const { requirements, namespace, reserved } = selector;
  if (reserved !== undefined) return { pods: [], perhaps: [] };
  const own = requirements?.some(asksForSpecial) === false ? requirements : (requirements ?? []).filter((one) => !asksForSpecial(one));
  const exact = namespace ?? requirements?.find(({ key, operator, values }) => key === NAMESPACE_KEY && operator === 'In' && values.length === 1)?.values[0];
  const means = (group: PodGroup): boolean => !group.hostNetwork && (exact === undefined || group.namespace === exact);
  const found = cluster.selectBy(exact, own);
  const candidates = found.every(means) ? found : found.filter(means);
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

/** One rule. What it says is read when it is asked: most questions are answered by its ports. */
class CiliumRule implements PolicyRule {
  readonly action: 'allow' | 'deny';
  readonly vague: boolean = false;
  private readonly cluster: ClusterModel;
  private readonly entry: Entry;
  private readonly direction: Direction;
  private readonly rule: Readonly<Record<string, Fields>>;
  private readonly base: FieldPath;
  private readonly index: number;
  private readPorts: readonly PortMatch[] | undefined;
  private readOthers: readonly ((party: Party) => Three)[] | undefined;

  constructor(cluster: ClusterModel, entry: Entry, direction: Direction, action: 'allow' | 'deny', rule: Readonly<Record<string, Fields>>, base: FieldPath, index: number) {
    this.action = action;
    this.cluster = cluster;
    this.entry = entry;
    this.direction = direction;
    this.rule = rule;
    this.base = base;
    this.index = index;
  }

  get path(): FieldPath {
    return [...this.base, this.action === 'deny' ? `${this.direction}Deny` : this.direction, this.index];
  }

  get anyPeer(): boolean {
    return this.isLimited && !this.hasPeers;
  }

  get byName(): boolean {
    if (!this.hasPeers) return this.isLimited;
    for (const key in this.rule) {
      const field = PEERS[this.direction].get(key);
      if (field !== undefined) for (const peer of list(this.rule[key])) if (isByName(field, peer)) return true;
    }
    return false;
  }

  get ports(): readonly PortMatch[] | undefined {
    return this.isLimited ? (this.readPorts ??= portsOf(this, this.rule)) : undefined;
  }

  get inspects(): boolean {
    for (const group of list(this.rule.toPorts)) for (const _ in record(record(group).rules)) return true;
    return false;
  }

  peer(party: Party): Three {
    // A rule that names neither peers nor ports admits nobody: it only closes the direction.
    if (!this.hasPeers) return this.isLimited;
    let answer: Three = false;
    const { entry: { clusterScoped, namespace } } = this;
    for (const endpoint of list(this.direction === 'ingress' ? this.rule.fromEndpoints : this.rule.toEndpoints)) {
      const met = meetsEndpoint(clusterScoped ? undefined : namespace, endpoint, party);
      if (met === true) return true;
      if (met === undefined) answer = undefined;
    }
    for (const other of (this.readOthers ??= this.othersOf())) {
      const met = other(party);
      if (met === true) return true;
      if (met === undefined) answer = undefined;
    }
    return answer;
  }

  private get isLimited(): boolean {
    return list(this.rule.toPorts).length > 0 || list(this.rule.icmps).length > 0;
  }

  /** A list that is there and empty selects nobody. */
  private get hasPeers(): boolean {
    for (const key in this.rule) if (PEERS[this.direction].has(key) && Array.isArray(this.rule[key])) return true;
    return false;
  }

  /** Peers that are no endpoints, and may have to be taken apart. */
  private othersOf(): readonly ((party: Party) => Three)[] {
    const home = this.entry.clusterScoped ? undefined : this.entry.namespace;
    let peers = NOBODY;
    for (const key in this.rule) {
      const field = PEERS[this.direction].get(key);
      if (field === undefined || field === 'Endpoints') continue;
      const read = list(this.rule[key]).map((peer) => peerOf(this.cluster, home, field, peer));
      // Cilium takes one kind of peers in a rule.
      peers = peers.length === 0 ? read : [...peers, ...read];
    }
    return peers;
  }
}

const NOBODY: readonly ((party: Party) => Three)[] = [];

function portsOf(rule: PolicyRule, { toPorts, icmps }: Readonly<Record<string, Fields>>): readonly PortMatch[] {
  const groups = list(toPorts);
  const ports: readonly PortMatch[] = groups.length === 1 ? portsOfGroup(rule, groups[0], 0) : groups.flatMap((group: Fields, i) => portsOfGroup(rule, group, i));
  return list(icmps).length === 0 ? ports : [...ports, { protocol: 'other', path: [...rule.path, 'icmps'] }];
}

function portsOfGroup(rule: PolicyRule, group: Fields, index: number): readonly PortMatch[] {
  return map(list(group.ports), portOf, rule, index);
}

function portOf(port: Fields, index: number, rule: PolicyRule, group: number): PortMatch {
  return new CiliumPort(rule, group, index, record(port));
}

class CiliumPort implements PortMatch {
  readonly protocol: PortMatch['protocol'];
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly name: string | undefined;
  private readonly rule: PolicyRule;
  private readonly group: number;
  private readonly index: number;

  constructor(rule: PolicyRule, group: number, index: number, { port, endPort, protocol = 'ANY' }: Readonly<Record<string, Fields>>) {
    this.rule = rule;
    this.group = group;
    this.index = index;
    this.protocol = PROTOCOLS.get(protocol) ?? protocolOf(protocol);
    const written = String(port);
    const number = /^\d+$/.test(written) ? Number(written) : undefined;
    this.name = number === undefined ? written : undefined;
    // Port 0 is every port.
    this.from = number === 0 ? undefined : number;
    this.to = number === 0 || number === undefined ? undefined : endPort === undefined ? number : Math.max(number, Number(endPort));
  }

  get path(): FieldPath {
    return [...this.rule.path, 'toPorts', this.group, 'ports', this.index];
  }
}

/** As most write them. */
const PROTOCOLS: ReadonlyMap<unknown, PortMatch['protocol']> = new Map((['TCP', 'UDP', 'SCTP', 'ANY'] as const).map((one) => [one, one]));

function protocolOf(written: unknown): PortMatch['protocol'] {
  return PROTOCOLS.get(String(written).toUpperCase()) ?? 'other';
}

const FIELDS: readonly string[] = ['Endpoints', 'Entities', 'CIDR', 'CIDRSet', 'Nodes', 'Groups', 'FQDNs', 'Services', 'Requires'];

/** What stands in the lists of peers of a rule. */
const PEERS: Readonly<Record<Direction, ReadonlyMap<string, string>>> = {
  ingress: new Map(FIELDS.map((field) => [`from${field}`, field])), egress: new Map(FIELDS.map((field) => [`to${field}`, field])),
};

const BY_NAME: ReadonlySet<string> = new Set(['world', 'world-ipv4', 'world-ipv6', 'all', 'cluster']);

function isByName(field: string, peer: Fields): boolean {
  switch (field) {
    case 'Endpoints': return reservedOf(peer) === undefined;
    case 'FQDNs':
    case 'Services': return true;
    case 'Entities': return BY_NAME.has(String(peer));
    case 'CIDR': return isAnywhere(String(peer));
    case 'CIDRSet': return isAnywhere(String(record(peer).cidr));
    default: return false;
  }
}

function peerOf(cluster: ClusterModel, namespace: string | undefined, field: string, peer: Fields): (party: Party) => Three {
  switch (field) {
    case 'Entities': return (party) => isEntity(String(peer), party);
    // Blocks of addresses hold no pods, unless the agents are told so.
    case 'CIDR': return blockPeer(cluster, String(peer), [], cidrHoldsPods(cluster));
    case 'CIDRSet': {
      const { cidr, except } = record(peer);
      return typeof cidr === 'string' ? blockPeer(cluster, cidr, list(except).map(String), cidrHoldsPods(cluster)) : outsideOnly;
    }
    case 'Nodes': return (party) => (party.is === 'host' || party.is === 'node' || party.is === 'apiserver' || party.is === 'anyone' ? undefined : false);
    case 'FQDNs': return (party) => (party.is === 'name' ? meetsName(record(peer), party.host, cluster.targets.cilium) : party.is === 'address' && isLinkLocal(party.range) ? false : outsideOnly(party));
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

function meetsEndpoint(namespace: string | undefined, endpoint: Fields, party: Party): Three {
  const reserved = reservedOf(endpoint);
  if (reserved !== undefined) return isEntity(reserved, party);
  if (party.is === 'pods') return meetsWritten(namespace, endpoint, party);
  return party.is === 'anyone' ? undefined : false;
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

function meetsName({ matchName, matchPattern }: Readonly<Record<string, Fields>>, host: string, line: string | undefined): Three {
  if (typeof matchName === 'string' && canonicalName(matchName) === canonicalName(host)) return true;
  return typeof matchPattern === 'string' && patternHolds(matchPattern, host, line);
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
