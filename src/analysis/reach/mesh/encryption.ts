// What protects a connection on the wire, as far as the mesh and the names of ports say it.
import type { ClusterModel } from '../../model/cluster-model';
import { holds } from '../../model/mesh-linkerd';
import type { MeshService, MeshServicePort } from '../../model/mesh-services';
import { meshServicesOf } from '../../model/mesh-services';
import type { Three } from '../../model/three';
import type { Endpoint } from '../endpoints';
import type { Party } from '../points';
import { isSelected } from '../selector';
import { clientWordOf } from './client-tls';
import { hasIstio, hasLinkerd, IN_ISTIO, IN_LINKERD, LINKERD, MESH } from './members';
import { meet, portSet } from './port-sets';
import { meshReading } from './reading';
import { knowsPods } from './sidecars';

export type Encryption = 'mTLS' | 'TLS' | 'plaintext';

/**
 * What a connection over TCP is protected by. `mTLS`: both ends show certificates of the mesh. `TLS`: the port is one of TLS by its name, or the caller's rule says so.
 * `plaintext`: nothing that the documents say protects it. Undefined where nobody knows, and where there is no mesh and no name that says it.
 */
export function encryptionOf({ cluster }: { readonly cluster: ClusterModel }, from: Party, to: Party, port: number): Encryption | undefined {
  const [istio, linkerd] = [hasIstio(cluster), hasLinkerd(cluster)];
  if (to.is === 'endpoint' && (istio || linkerd)) {
    // Facts are there once the mesh has been read.
    cluster.derive(meshReading);
    const answers = [...istio ? [byIstio(cluster, from, to.endpoint, port)] : [], ...linkerd ? [byLinkerd(cluster, from, to.endpoint, port)] : []];
    if (answers.includes(true)) return 'mTLS';
    if (answers.includes(undefined)) return undefined;
  }
  if (from.is === 'unknown') return undefined;
  if (to.is === 'endpoint') {
    const named = servicesAt(cluster, to.endpoint, port);
    const told = from.is === 'endpoint' && named.length > 0 && named.every(([service, one]) => saysTls(cluster, from.endpoint, service, one, to.endpoint, port));
    if (told || named.some(([, one]) => isTls(one))) return 'TLS';
  }
  return istio || linkerd ? 'plaintext' : undefined;
}

function byIstio(cluster: ClusterModel, from: Party, to: Endpoint, port: number): Three {
  if (from.is === 'unknown') return undefined;
  const { sidecars, nodes } = cluster.derive(meshReading);
  if (from.is !== 'endpoint' || to.facts[MESH] === 'none') return false;
  if (nodes.of.has(to)) return isSelected(IN_ISTIO, from.endpoint);
  const zoning = sidecars.of.get(to);
  if (zoning === undefined) return to.facts[MESH] === undefined ? undefined : false;
  const zone = zoning.zones.find(({ ports }) => meet(ports, portSet([port])).length > 0);
  // Ports before which no proxy stands.
  if (zone === undefined) return false;
  const shown = isSelected(zone.authenticated, from.endpoint);
  return to.facts[MESH] === undefined && shown !== false ? undefined : shown;
}

function byLinkerd(cluster: ClusterModel, from: Party, to: Endpoint, port: number): Three {
  if (from.is === 'unknown') return undefined;
  if (from.is !== 'endpoint') return false;
  if (skips(cluster, to, 'inbound', port) || skips(cluster, from.endpoint, 'outbound', port)) return false;
  const ends = [isSelected(IN_LINKERD, from.endpoint), LINKERD in to.facts ? isSelected(IN_LINKERD, to) : false];
  return ends.includes(false) ? false : ends.includes(undefined) ? undefined : true;
}

function skips(cluster: ClusterModel, { group, namespace }: Endpoint, way: 'inbound' | 'outbound', port: number): boolean {
  const key = `config.linkerd.io/skip-${way}-ports`;
  const ports = group?.annotations[key] ?? cluster.namespace(namespace)?.entry?.annotations[key];
  return ports !== undefined && ports.split(',').some((range) => holds(range.trim(), port));
}

type Served = readonly [MeshService, MeshServicePort];

function servicesAt(cluster: ClusterModel, { group }: Endpoint, port: number): readonly Served[] {
  if (group === undefined) return [];
  return meshServicesOf(cluster).inFrontOf(group).flatMap((service) => service.ports.filter((one) => service.targetOf(one, group) === port).map((one): Served => [service, one]));
}

/** `https`, `https-web`, `tls`. */
function isTls({ name, appProtocol }: MeshServicePort): boolean {
  return /^(?:https|tls)(?:-|$)/.test(appProtocol ?? name ?? '') || appProtocol === 'kubernetes.io/wss';
}

function saysTls(cluster: ClusterModel, from: Endpoint, service: MeshService, port: MeshServicePort, to: Endpoint, target: number): boolean {
  // Hosts that its Sidecar does not know are passed through as they are, whatever rules say of them.
  const known = to.group !== undefined && knowsPods(cluster, from, to.group, target);
  return from.facts[MESH] === 'sidecar' && known && clientWordOf(cluster, service, port.number, to.labels, from.namespace) === 'tls';
}
