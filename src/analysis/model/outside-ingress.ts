// What policies of the network let in from outside of the cluster to a port of pods: Kubernetes' and Cilium's own.
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields, Labels } from './fields';
import { list, record } from './fields';
import type { ContainerPort } from './pods';
import type { Requirement } from './selector';
import { matches, requirementsOf } from './selector';

export interface Opening {
  /** Policies that select the pods and so close them to all that no policy lets in. */
  readonly closedBy: readonly Entry[];
  /** Whether outside clients may reach the port by this protocol. */
  readonly tcp: boolean;
  readonly udp: boolean;
}

interface Peers {
  readonly policy: Entry;
  readonly ports: readonly Fields[];
}

/** What pods with these labels in a namespace let in at a port. */
export function outsideOpening(cluster: ClusterModel, namespace: string, labels: Labels, port: number, declared: readonly ContainerPort[]): Opening {
  const { policies, rules } = collect(cluster, namespace, labels);
  const open = (protocol: string): boolean => rules.some(({ ports }) => ports.length === 0 || ports.some((one) => portMatches(one, protocol, port, declared)));
  return { closedBy: policies, tcp: policies.length === 0 || open('TCP'), udp: policies.length === 0 || open('UDP') };
}

function portMatches({ protocol = 'TCP', port, endPort }: Fields, wanted: string, number: number, declared: readonly ContainerPort[]): boolean {
  if (protocol !== wanted && protocol !== 'ANY') return false;
  if (port === undefined) return true;
  const low = Number(port);
  if (Number.isNaN(low)) return declared.some((one) => one.name === port && one.number === number && one.protocol === wanted);
  // Cilium: 0 stands for every port.
  return low === 0 || number === low || (typeof endPort === 'number' && number >= low && number <= endPort);
}

function collect(cluster: ClusterModel, namespace: string, labels: Labels): { policies: Entry[]; rules: Peers[] } {
  const policies: Entry[] = [];
  const rules: Peers[] = [];
  for (const policy of cluster.objects('networking.k8s.io', 'NetworkPolicy')) {
    if (policy.namespace !== namespace || !selects(requirementsOf(record(policy.spec.podSelector)), labels)) continue;
    if (policy.spec.policyTypes !== undefined && !list(policy.spec.policyTypes).includes('Ingress')) continue;
    policies.push(policy);
    for (const rule of list(policy.spec.ingress)) {
      const from = list(rule.from);
      if (from.length === 0 || from.some((peer: Fields) => peer.ipBlock !== undefined)) rules.push({ policy, ports: list(rule.ports) });
    }
  }
  for (const [kind, wide] of [['CiliumNetworkPolicy', false], ['CiliumClusterwideNetworkPolicy', true]] as const) {
    for (const policy of cluster.objects('cilium.io', kind)) {
      if (!wide && policy.namespace !== namespace) continue;
      for (const spec of [policy.spec, ...list(policy.object.specs)]) {
        if (spec?.endpointSelector === undefined || !selects(ciliumRequirements(spec.endpointSelector), { ...labels, 'io.kubernetes.pod.namespace': namespace })) continue;
        if (spec.ingress === undefined || spec.enableDefaultDeny?.ingress === false) continue;
        policies.push(policy);
        for (const rule of list(spec.ingress)) {
          if (fromOutside(rule)) rules.push({ policy, ports: list(rule.toPorts).flatMap((one: Fields) => list(one.ports)) });
        }
      }
    }
  }
  return { policies, rules };
}

const OUTSIDE: ReadonlySet<unknown> = new Set(['world', 'world-ipv4', 'world-ipv6', 'all']);

function fromOutside(rule: Fields): boolean {
  const { fromEntities, fromCIDR, fromCIDRSet, ...others } = record(rule);
  if (list(fromEntities).some((one) => OUTSIDE.has(one)) || list(fromCIDR).length > 0 || list(fromCIDRSet).length > 0) return true;
  return fromEntities === undefined && fromCIDR === undefined && fromCIDRSet === undefined && !Object.keys(others).some((key) => key.startsWith('from'));
}

function selects(requirements: readonly Requirement[] | undefined, labels: Labels): boolean {
  return requirements !== undefined && matches(labels, requirements);
}

/** Cilium's keys may say where a label comes from: `k8s:app`, `any:app`. */
function ciliumRequirements(selector: Fields): readonly Requirement[] | undefined {
  return requirementsOf(selector)?.map((one) => ({ ...one, key: one.key.replace(/^(?:k8s|any)[:.]/, '') }));
}
