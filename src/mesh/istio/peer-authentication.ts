// Whether a sidecar takes plain text.
import type { PeerAuthenticationSpec } from '../../../imports/security.istio.io/v1';
import type { ConnectionEdge } from '../../core/edge';
import type { IWorkload } from '../../core/peer';
import type { MeshStage } from '../../core/policy';
import type { Membership } from './membership';

/** Of a whole namespace. */
export function renderNamespaceMtls(stage: MeshStage): PeerAuthenticationSpec {
  return { mtls: { mode: stage === 'strict' ? 'STRICT' : 'PERMISSIVE' } };
}

/** Of one workload at `strict`. Port settings need a selector, and are numbers of the pod. */
export function renderWorkloadMtls(labels: Readonly<Record<string, string>>, permissive: ReadonlySet<number>): PeerAuthenticationSpec {
  const ports = [...permissive].sort((a, b) => a - b);
  return {
    selector: { matchLabels: { ...labels } },
    mtls: { mode: 'STRICT' },
    ...ports.length > 0 && { portLevelMtls: Object.fromEntries(ports.map((port) => [String(port), { mode: 'PERMISSIVE' as const }])) },
  };
}

/** Ports that take plain text at `strict`: those the program names, and those that somebody outside the mesh scrapes. */
export function permissivePorts(workload: IWorkload, ingress: readonly ConnectionEdge[], members: Membership): ReadonlySet<number> {
  const ports = new Set(members.plainTextPorts(workload));
  for (const { from, port, tags } of ingress) {
    if (port && tags.includes('scrape') && from.kind === 'workload' && !members.has(from.workload)) ports.add(port.number);
  }
  return ports;
}
