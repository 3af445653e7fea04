// NetworkPolicy (https://kubernetes.io/docs/concepts/services-networking/network-policies/), with what CNIs make of its open ends.
import type { Json } from '../worlds/cni-parts';
import type { Case } from './cni';
import { inBlock, isNamed, namespaceLabels, podOf, selects } from './cni';

export function kubernetesUnion(one: Case): { readonly closed: boolean; readonly allowed: boolean } {
  let [closed, allowed] = [false, false];
  for (const policy of one.world.documents) {
    if (policy.kind !== 'NetworkPolicy' || policy.apiVersion !== 'networking.k8s.io/v1' || !governs(one, policy)) continue;
    closed = true;
    if (policyAllows(one, policy)) allowed = true;
  }
  return { closed, allowed };
}

/** Whether a policy isolates the subject in this direction. */
export function governs({ world, subject, direction }: Case, { metadata, spec }: Json): boolean {
  const types: readonly string[] = spec.policyTypes ?? ['Ingress', ...(spec.egress ?? []).length > 0 ? ['Egress'] : []];
  const speaks = types.includes(direction === 'ingress' ? 'Ingress' : 'Egress') || (world.cni === 'cilium' && (spec[direction] ?? []).length > 0);
  return speaks && metadata.namespace === subject.metadata.namespace && selects(spec.podSelector, subject.metadata.labels);
}

export function policyAllows(one: Case, { metadata, spec }: Json): boolean {
  return (spec[one.direction] ?? []).some((rule: Json) => {
    const peers = rule[one.direction === 'ingress' ? 'from' : 'to'] ?? [];
    const isMeant = peers.length === 0 || peers.some((peer: Json) => isPeer(one, metadata.namespace, peer));
    return isMeant && ((rule.ports ?? []).length === 0 || rule.ports.some((port: Json) => isPort(one, port)));
  });
}

function isPeer(one: Case, namespace: string, { ipBlock, podSelector, namespaceSelector }: Json): boolean {
  if (ipBlock) return mayBeInBlocks(one) && inBlock(one.place.ip, ipBlock.cidr, ipBlock.except);
  const pod = podOf(one);
  if (pod === undefined) return false;
  const there = namespaceSelector === undefined ? pod.metadata.namespace === namespace : selects(namespaceSelector, namespaceLabels(one.world, pod.metadata.namespace));
  return there && selects(podSelector ?? {}, pod.metadata.labels);
}

/** Whether blocks of addresses speak of the other end at all. */
export function mayBeInBlocks({ world, place, blocksHoldPods }: Case): boolean {
  const isInside = place.pod !== undefined || place.node !== undefined || place.entity !== undefined;
  return !isInside || world.cni === 'calico' || (world.cni === 'unknown' && blocksHoldPods);
}

function isPort(one: Case, { protocol = 'TCP', port, endPort }: Json): boolean {
  if (protocol !== one.protocol) return false;
  return port === undefined || (typeof port === 'string' ? isNamed(one, port) : one.port >= port && one.port <= (endPort ?? port));
}
