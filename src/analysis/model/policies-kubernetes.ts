// NetworkPolicy of Kubernetes (networking/v1): additive, one list per direction, closed as soon as one policy selects the pods.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Fields } from './fields';
import { list, record } from './fields';
import type { Party } from './parties';
import { inNamespace, meetsRequirements } from './parties';
import type { Direction, NetworkPolicyView, PolicyRule, PortMatch, Protocol } from './policy';
import type { AddressRange } from './ranges';
import { covers, overlap, parseRange } from './ranges';
import { requirementsOf } from './selector';
import type { LabelLookup, Three } from './three';
import { all, any, not } from './three';

/** The order that policies of Kubernetes have among those of Calico. */
const ORDER = 1000;

export function readKubernetesPolicies(cluster: ClusterModel): readonly NetworkPolicyView[] {
  return cluster.objects('networking.k8s.io', 'NetworkPolicy').map((entry): NetworkPolicyView => {
    const { podSelector, policyTypes, ingress, egress } = entry.spec;
    const types = list(policyTypes).length > 0 ? list(policyTypes) : ['Ingress', ...egress === undefined ? [] : ['Egress']];
    const requirements = requirementsOf(podSelector ?? {});
    const rules = (direction: Direction): readonly PolicyRule[] => list(direction === 'ingress' ? ingress : egress).map((rule: Fields, i) => ruleOf(cluster, entry.namespace, direction, record(rule), i));
    const [isIngress, isEgress] = [types.includes('Ingress'), types.includes('Egress')];
    return {
      entry, engine: 'kubernetes', tier: 'default', order: ORDER, closesIngress: isIngress, closesEgress: isEgress,
      pods: requirements ? cluster.selectBy(entry.namespace, requirements).filter(({ namespace, hostNetwork }) => namespace === entry.namespace && !hostNetwork) : [], perhaps: [],
      selects: (party) => all([inNamespace(party, entry.namespace), requirements && meetsRequirements(requirements, party.label)]),
      ...(isIngress ? { ingress: rules('ingress') } : {}), ...(isEgress ? { egress: rules('egress') } : {}),
    };
  });
}

function ruleOf(cluster: ClusterModel, namespace: string, direction: Direction, rule: Readonly<Record<string, Fields>>, index: number): PolicyRule {
  const path: FieldPath = ['spec', direction, index];
  const peers = list(direction === 'ingress' ? rule.from : rule.to).map((peer) => kubernetesPeer(cluster, namespace, record(peer)));
  const ports = list(rule.ports);
  return {
    action: 'allow', path, anyPeer: peers.length === 0, vague: false, inspects: false,
    byName: peers.length === 0 || list(direction === 'ingress' ? rule.from : rule.to).some((peer) => record(peer).ipBlock === undefined || isAnywhere(String(record(record(peer).ipBlock).cidr))),
    peer: peers.length === 0 ? () => true : (party) => any(peers.map((peer) => peer(party))),
    ports: ports.length === 0 ? undefined : ports.map((port: Fields, i) => portOf(record(port), [...path, 'ports', i])),
  };
}

function portOf({ protocol = 'TCP', port, endPort }: Readonly<Record<string, Fields>>, path: FieldPath): PortMatch {
  if (typeof port === 'string') return { protocol: protocol as Protocol, name: port, path };
  return port === undefined ? { protocol: protocol as Protocol, path } : { protocol: protocol as Protocol, from: port as number, to: (endPort ?? port) as number, path };
}

function kubernetesPeer(cluster: ClusterModel, namespace: string, { podSelector, namespaceSelector, ipBlock }: Readonly<Record<string, Fields>>): (party: Party) => Three {
  if (ipBlock !== undefined) return blockPeer(cluster, String(record(ipBlock).cidr), list(record(ipBlock).except).map(String));
  const pods = podSelector === undefined ? [] : requirementsOf(podSelector);
  const namespaces = namespaceSelector === undefined ? undefined : requirementsOf(namespaceSelector);
  return (party) => {
    if (party.is === 'anyone') return undefined;
    if (party.is === 'pods') {
      const there = namespaceSelector === undefined ? inNamespace(party, namespace) : namespaces && meetsRequirements(namespaces, party.namespaceLabel);
      return all([there, pods && meetsRequirements(pods, party.label)]);
    }
    // Engines differ in how they see pods in the network of their node; the API server may come through such a pod of kube-system.
    if (party.is === 'node' && party.group) {
      const { labels, namespace: home } = party.group;
      const label: LabelLookup = (key) => labels[key] ?? null;
      const there = namespaceSelector === undefined ? home === namespace : undefined;
      return all([there, pods && meetsRequirements(pods, label), undefined]);
    }
    if (party.is === 'node') return undefined;
    return party.is === 'apiserver' && mayBeKubeSystem(namespace, namespaces, namespaceSelector === undefined) ? undefined : false;
  };
}

function mayBeKubeSystem(namespace: string, namespaces: ReturnType<typeof requirementsOf>, own: boolean): boolean {
  if (own) return namespace === 'kube-system' || namespace === '';
  return !namespaces || meetsRequirements(namespaces, (key) => (key === 'kubernetes.io/metadata.name' ? 'kube-system' : undefined)) !== false;
}

/** Blocks of addresses: whether they hold pods and nodes differs by engine, unless they lie elsewhere. */
export function blockPeer(cluster: ClusterModel, cidr: string, except: readonly string[], podsToo: Three = undefined): (party: Party) => Three {
  const block = parseRange(cidr);
  const holes = except.map(parseRange);
  const pods = cluster.facts.podCidrs.map(parseRange).filter((range) => range !== undefined);
  return (party) => {
    if (!block) return undefined;
    switch (party.is) {
      case 'anyone': return undefined;
      case 'pods': return pods.length > 0 && pods.every((range) => !overlap(range, block)) ? false : podsToo;
      case 'address': return addressIn(party.range, block, holes);
      case 'world':
      case 'name': return isEverything(block) && holes.length === 0 ? true : undefined;
      default: return undefined;
    }
  };
}

function addressIn(range: AddressRange, block: AddressRange, holes: readonly (AddressRange | undefined)[]): Three {
  if (!overlap(range, block)) return false;
  const hole = any(holes.map((one): Three => (one === undefined ? undefined : covers(one, range) ? true : overlap(one, range) ? undefined : false)));
  return all([covers(block, range) ? true : undefined, not(hole)]);
}

/** A block of every address: what is reached there is reached by name. */
export function isAnywhere(cidr: string): boolean {
  const block = parseRange(cidr);
  return block !== undefined && isEverything(block);
}

/** An address of the other family is not in the block, but names mostly have one of each. */
function isEverything({ first, last, family }: AddressRange): boolean {
  return first === 0n && last === (family === 4 ? 0xffffffffn : (1n << 128n) - 1n);
}
