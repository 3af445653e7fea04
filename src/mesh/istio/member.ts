// A proxy that is no part of a guarded namespace and joins with a sidecar: a gateway's. It picks pods itself and keeps the Host of its clients, so a sidecar
// that routes by Host would pass its calls on in plain text, which `strict` refuses (istio/istio#31319). This sidecar knows one thing only: TCP to the pods'
// addresses goes inside mTLS, to the very pod that was picked.
import type { DestinationRuleSpec, ServiceEntrySpec, SidecarSpec } from '../../../imports/networking.istio.io/v1';
import type { Cidr } from '../../core/cidr';
import type { ConnectionEdge } from '../../core/edge';
import type { IWorkload } from '../../core/peer';
import type { PodMetadata } from '../../core/policy';

/** The name that stands for all pods in the sidecar of a member. Nobody looks it up. */
export const PODS_HOST = 'pods.mesh.internal';

/**
 * What the pods of a member need: a sidecar that leaves alone what comes in. Other sidecars read from the label that nobody there takes mTLS; the injector would
 * say the opposite, and calls from the mesh (a tunnel's to the gateway) would fail.
 */
export function memberPodMetadata(revision: string | undefined): PodMetadata {
  return {
    labels: { 'security.istio.io/tlsMode': 'disabled', 'sidecar.istio.io/inject': 'true', ...revision !== undefined && { 'istio.io/rev': revision } },
    annotations: { 'traffic.sidecar.istio.io/includeInboundPorts': '' },
  };
}

/** TCP ports of meshed pods that the member calls, in order. */
export function memberPorts(egress: readonly ConnectionEdge[], isMember: (workload: IWorkload) => boolean): readonly number[] {
  const ports = egress.filter(({ to, port }) => to.kind === 'workload' && port?.protocol === 'TCP' && isMember(to.workload)).map(({ port }) => port!.number);
  return [...new Set(ports)].sort((a, b) => a - b);
}

/** The pods of the cluster as one TCP service: connections go to the address that the member chose. */
export function renderPodsEntry(podCidrs: readonly Cidr[], ports: readonly number[]): ServiceEntrySpec {
  return {
    hosts: [PODS_HOST],
    addresses: podCidrs.map((cidr) => cidr.value),
    ports: ports.map((number) => ({ number, name: `tcp-${number}`, protocol: 'TCP' })),
    location: 'MESH_INTERNAL',
    resolution: 'NONE',
    exportTo: ['.'],
  };
}

export function renderPodsRule(): DestinationRuleSpec {
  return { host: PODS_HOST, trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } }, exportTo: ['.'] };
}

/** Only the pods' entry is known, so that no route by Host gets in the way; the rest leaves as it came. */
export function renderMemberSidecar(labels: Readonly<Record<string, string>>): SidecarSpec {
  return { workloadSelector: { labels: { ...labels } }, egress: [{ hosts: [`./${PODS_HOST}`] }], outboundTrafficPolicy: { mode: 'ALLOW_ANY' } };
}
