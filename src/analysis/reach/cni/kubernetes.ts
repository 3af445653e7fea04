// NetworkPolicy (networking.k8s.io/v1): https://kubernetes.io/docs/concepts/services-networking/network-policies/
// Per pod and direction: isolated when some policy of that direction selects it; isolated pods let through what any rule of any policy admits.
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import type { Fields } from '../../model/fields';
import { list, record } from '../../model/fields';
import { parseRange } from '../../model/ranges';
import { requirementsOf } from '../../model/selector';
import type { Direction, Protocol } from '../flow';
import type { PeerTerm, Policy, PortMatch, Rule } from '../rules';
import { anyOf, EVERYONE } from '../rules';
import { both, inNamespace, meeting } from '../selector';
import type { Selector } from '../selector';
import { withOthers } from './entities';
import { ByText, labelsText } from './labels-text';
import type { CniProperties } from './properties';

/** The tier in which policies of namespaces stand. */
export const NETWORK_POLICY_TIER: string = 'NetworkPolicy';

export function readNetworkPolicies(cluster: ClusterModel, cni: CniProperties): readonly Policy[] {
  const reader = new PolicyReader(cni);
  return cluster.objects('networking.k8s.io', 'NetworkPolicy').flatMap((entry) => policiesOf(entry, reader));
}

/** Selectors that many policies write are one. */
class PolicyReader {
  readonly cni: CniProperties;
  private readonly pods: ByText<Selector> = new ByText();
  private readonly peers: ByText<PeerTerm> = new ByText();

  constructor(cni: CniProperties) {
    this.cni = cni;
  }

  podsOf(namespace: string, podSelector: Fields): Selector {
    const labels = labelsText(podSelector);
    return this.pods.get(labels === undefined ? undefined : `${namespace}\u0002${labels}`, () => both(inNamespace(namespace), meeting('label', requirementsOf(podSelector))));
  }

  peer(namespace: string, { podSelector = {}, namespaceSelector, ipBlock }: Fields): PeerTerm {
    if (ipBlock !== undefined) return blockOf(String(record(ipBlock).cidr), list(record(ipBlock).except).map(String), this.cni);
    const labels = labelsText(podSelector);
    const home = namespaceSelector === undefined ? namespace : labelsText(namespaceSelector);
    const text = labels === undefined || home === undefined ? undefined : `${namespaceSelector === undefined ? '=' : '~'}${home}\u0002${labels}`;
    return this.peers.get(text, () => (namespaceSelector === undefined ? this.meant(this.podsOf(namespace, podSelector)) : this.ofNamespaces(namespaceSelector, podSelector)));
  }

  private meant(where: Selector): PeerTerm {
    return { is: 'pods', where, hostNetwork: this.cni.hostNetworkPeers };
  }

  private ofNamespaces(namespaceSelector: Fields, podSelector: Fields): PeerTerm {
    const [ofNamespaces, ofPods] = [requirementsOf(namespaceSelector), requirementsOf(podSelector)];
    const pods = this.meant(both(meeting('namespaceLabel', ofNamespaces), meeting('label', ofPods)));
    // A selector of every namespace asks for a namespace.
    return ofNamespaces === undefined || ofNamespaces.length === 0 ? pods : withOthers(pods, ofPods && [...ofNamespaces, ...ofPods], this.cni.excludingMeansOthers);
  }
}

function policiesOf(entry: Entry, reader: PolicyReader): readonly Policy[] {
  const { spec } = entry;
  const { cni } = reader;
  const subject = reader.podsOf(namespaceOf(entry), spec.podSelector ?? {});
  const types: readonly string[] = list(spec.policyTypes).length > 0 ? list(spec.policyTypes) : ['Ingress', ...list(spec.egress).length === 0 ? [] : ['Egress']];
  const policies: Policy[] = [];
  for (const direction of ['ingress', 'egress'] as const) {
    // Cilium keeps the rules of a direction whether its type is named or not.
    const isKept = types.includes(direction === 'ingress' ? 'Ingress' : 'Egress') || (cni.name === 'cilium' && list(spec[direction]).length > 0);
    if (!isKept) continue;
    policies.push({
      entry, direction, tier: NETWORK_POLICY_TIER, order: 0, subject, hostNetwork: cni.hostNetworkSubjects, closes: true, path: ['spec', direction],
      rules: list(spec[direction]).map((rule, i) => ruleOf(entry, direction, record(rule), i, reader)),
    });
  }
  return policies;
}

/** Where a document without a namespace goes, as its pods do. */
export function namespaceOf({ namespace }: Entry): string {
  return namespace === '' ? 'default' : namespace;
}

function ruleOf(entry: Entry, direction: Direction, rule: Fields, i: number, reader: PolicyReader): Rule {
  const peers = list(direction === 'ingress' ? rule.from : rule.to);
  const ports = list(rule.ports);
  return {
    action: 'allow', path: ['spec', direction, i],
    peers: peers.length === 0 ? EVERYONE : anyOf(peers.map((peer) => reader.peer(namespaceOf(entry), record(peer)))),
    ports: ports.length > 0 ? ports.map((port) => portOf(record(port))) : undefined,
  };
}

/** A block of addresses; one that cannot be read means nobody knows whom. */
export function blockOf(cidr: string, except: readonly string[], cni: CniProperties): PeerTerm {
  const range = parseRange(cidr);
  const holes = except.map(parseRange);
  if (range === undefined || holes.includes(undefined)) return { is: 'unknown', why: `${cidr} is no block of addresses` };
  return { is: 'block', range, except: holes.filter((hole) => hole !== undefined), pods: cni.podsInBlocks };
}

function portOf({ protocol = 'TCP', port, endPort }: Fields): PortMatch {
  if (port === undefined) return { protocol: protocol as Protocol };
  return typeof port === 'string' ? { protocol: protocol as Protocol, name: port } : { protocol: protocol as Protocol, from: port, to: endPort ?? port };
}
