// NetworkPolicy (networking.k8s.io/v1): https://kubernetes.io/docs/concepts/services-networking/network-policies/
// Per pod and direction: isolated when some policy of that direction selects it; isolated pods let through what any rule of any policy admits.
import type { ClusterModel } from '../../model/cluster-model';
import { each, map } from '../../model/each';
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list, record } from '../../model/fields';
import { parseRange } from '../../model/ranges';
import { requirementsOf } from '../../model/selector';
import type { Direction, Protocol } from '../flow';
import type { PeerTerm, Policy, PortMatch, Rule } from '../rules';
import { anyOf, EVERYONE } from '../rules';
import { both, meeting } from '../selector';
import type { Selector } from '../selector';
import { ByLabels } from './by-labels';
import { withOthers } from './entities';
import { LabelTests } from './label-tests';
import type { CniProperties } from './properties';
import { cniProperties } from './properties';
import { rulePath, SPEC_PATH, sectionPath } from './rule-paths';

/** The tier in which policies of namespaces stand. */
export const NETWORK_POLICY_TIER: string = 'NetworkPolicy';

export function readNetworkPolicies(cluster: ClusterModel): readonly Policy[] {
  const policies: Policy[] = [];
  each(cluster.objects('networking.k8s.io', 'NetworkPolicy'), enterPolicies, cluster.derive(selectorsOf), policies);
  return policies;
}

function selectorsOf(cluster: ClusterModel): PolicySelectors {
  return new PolicySelectors(cluster.derive(cniProperties));
}

/** Selectors that many policies write are one. */
class PolicySelectors {
  readonly cni: CniProperties;
  private readonly tests: LabelTests = new LabelTests();
  private readonly tcp: Map<number, readonly PortMatch[]> = new Map();
  private readonly pods: ByLabels<Selector> = new ByLabels();
  private readonly peers: ByLabels<PeerTerm> = new ByLabels();

  constructor(cni: CniProperties) {
    this.cni = cni;
  }

  podsOf(namespace: string, podSelector: Fields): Selector {
    const number = this.pods.number(namespace, podSelector);
    if (number === undefined) return this.podsIn(namespace, podSelector);
    return this.pods.get(number) ?? this.pods.set(number, this.podsIn(namespace, podSelector));
  }

  private podsIn(namespace: string, podSelector: Fields): Selector {
    return both(this.tests.inNamespace(namespace), this.tests.meeting(podSelector));
  }

  peer(namespace: string, { podSelector = {}, namespaceSelector, ipBlock }: Fields): PeerTerm {
    if (ipBlock !== undefined) return blockOf(String(record(ipBlock).cidr), list(record(ipBlock).except).map(String), this.cni);
    // What selects namespaces means the same wherever it stands.
    const number = this.peers.number(namespaceSelector === undefined ? namespace : '', podSelector, namespaceSelector);
    if (number === undefined) return this.read(namespace, podSelector, namespaceSelector);
    return this.peers.get(number) ?? this.peers.set(number, this.read(namespace, podSelector, namespaceSelector));
  }

  private read(namespace: string, podSelector: Fields, namespaceSelector: Fields | undefined): PeerTerm {
    return namespaceSelector === undefined ? this.meant(this.podsOf(namespace, podSelector)) : this.ofNamespaces(namespaceSelector, podSelector);
  }

  /** Most rules speak of one port, and all of them of the same few. */
  ports(written: readonly unknown[]): readonly PortMatch[] {
    const { protocol = 'TCP', port, endPort } = record(written[0]);
    if (written.length > 1 || protocol !== 'TCP' || typeof port !== 'number' || endPort !== undefined) return written.map(portOf);
    let known = this.tcp.get(port);
    if (!known) this.tcp.set(port, (known = written.map(portOf)));
    return known;
  }

  private meant(where: Selector): PeerTerm {
    return { is: 'pods', where, hostNetwork: this.cni.hostNetworkPeers };
  }

  private ofNamespaces(namespaceSelector: Fields, podSelector: Fields): PeerTerm {
    const ofNamespaces = requirementsOf(namespaceSelector);
    const pods = this.meant(both(meeting('namespaceLabel', ofNamespaces), this.tests.meeting(podSelector)));
    // A selector of every namespace asks for a namespace.
    if (ofNamespaces === undefined || ofNamespaces.length === 0) return pods;
    const ofPods = requirementsOf(podSelector);
    return withOthers(pods, ofPods && [...ofNamespaces, ...ofPods], this.cni.excludingMeansOthers);
  }
}

function enterPolicies(entry: Entry, selectors: PolicySelectors, policies: Policy[]): void {
  const { podSelector, policyTypes, ingress, egress } = entry.spec;
  const { cni } = selectors;
  const subject = selectors.podsOf(namespaceOf(entry), podSelector ?? {});
  const types = list(policyTypes);
  // Cilium keeps the rules of a direction whether its type is named or not.
  const asWritten = types.length === 0 || cni.name === 'cilium';
  if (types.length === 0 || types.includes('Ingress') || (asWritten && list(ingress).length > 0)) policies.push(policyOf(entry, 'ingress', subject, list(ingress), selectors));
  if (types.includes('Egress') || (asWritten && list(egress).length > 0)) policies.push(policyOf(entry, 'egress', subject, list(egress), selectors));
}

function policyOf(entry: Entry, direction: Direction, subject: Selector, written: readonly unknown[], selectors: PolicySelectors): Policy {
  const rules = map(written, ruleOf, entry, direction, selectors);
  return {
    entry, direction, tier: NETWORK_POLICY_TIER, order: 0, subject, hostNetwork: selectors.cni.hostNetworkSubjects, closes: true, path: sectionPath(SPEC_PATH, direction), rules,
  };
}

/** Where a document without a namespace goes, as its pods do. */
export function namespaceOf({ namespace }: Entry): string {
  return namespace === '' ? 'default' : namespace;
}

function ruleOf(written: unknown, i: number, entry: Entry, direction: Direction, selectors: PolicySelectors): Rule {
  const rule = record(written);
  const [peers, ports] = [list(direction === 'ingress' ? rule.from : rule.to), list(rule.ports)];
  return { action: 'allow', path: rulePath(SPEC_PATH, direction, i), peers: peersOf(peers, namespaceOf(entry), selectors), ports: ports.length > 0 ? selectors.ports(ports) : undefined };
}

function peersOf(written: readonly unknown[], namespace: string, selectors: PolicySelectors): PeerTerm {
  if (written.length === 0) return EVERYONE;
  return written.length === 1 ? peerOf(written[0], 0, namespace, selectors) : anyOf(map(written, peerOf, namespace, selectors));
}

function peerOf(written: unknown, _i: number, namespace: string, selectors: PolicySelectors): PeerTerm {
  return selectors.peer(namespace, record(written));
}

/** A block of addresses; one that cannot be read means nobody knows whom. */
export function blockOf(cidr: string, except: readonly string[], cni: CniProperties): PeerTerm {
  const range = parseRange(cidr);
  const holes = except.map(parseRange);
  if (range === undefined || holes.includes(undefined)) return { is: 'unknown', why: `${cidr} is no block of addresses` };
  return { is: 'block', range, except: holes.filter((hole) => hole !== undefined), pods: cni.podsInBlocks };
}

function portOf(written: unknown): PortMatch {
  const { protocol = 'TCP', port, endPort } = record(written);
  if (port === undefined) return { protocol: protocol as Protocol };
  return typeof port === 'string' ? { protocol: protocol as Protocol, name: port } : { protocol: protocol as Protocol, from: port, to: endPort ?? port };
}
