// Who is in which mesh: facts that selectors of the layer ask for. Identities are facts, too: only who shows a certificate of the mesh has one.
import type { ClusterModel } from '../../model/cluster-model';
import { some } from '../../model/each';
import type { Entry } from '../../model/entry';
import type { Labels } from '../../model/fields';
import type { Linkerd } from '../../model/mesh-linkerd';
import { linkerdOf } from '../../model/mesh-linkerd';
import type { Membership, Mesh } from '../../model/mesh';
import { isIstioGateway, meshOf } from '../../model/mesh';
import type { DeclaredWorkload } from '../../model/mesh-connections';
import { declaredOf } from '../../model/mesh-connections';
import type { PodGroup } from '../../model/pods';
import type { Endpoint } from '../endpoints';
import { setFact } from '../endpoints';
import type { Selector } from '../selector';

/** `sidecar`, `ambient`, `gateway`, `none`: how pods are in Istio's mesh. */
export const MESH = 'mesh';
/** `cluster.local/ns/shop/sa/orders`: whom Istio's certificates name. */
export const PRINCIPAL = 'mesh.principal';
/** `orders.shop.serviceaccount.identity.linkerd.cluster.local`: whom Linkerd's certificates name. */
export const LINKERD = 'mesh.linkerd';

/** Who shows a certificate of Istio's mesh. */
export const IN_ISTIO: Selector = { is: 'exists', field: 'fact', key: PRINCIPAL };
export const IN_LINKERD: Selector = { is: 'exists', field: 'fact', key: LINKERD };

const FACTS: Readonly<Record<Membership, string | undefined>> = { sidecar: 'sidecar', ambient: 'ambient', gateway: 'gateway', outside: 'none', unknown: undefined };

/** Whether documents speak of Istio: of its own kinds, or of pods that it takes in. */
export function hasIstio(cluster: ClusterModel): boolean {
  return cluster.derive(istioIsThere);
}

function istioIsThere(cluster: ClusterModel): boolean {
  const mesh = meshOf(cluster);
  return ISTIO_KINDS.some(([group, kind]) => cluster.has(group, kind)) || mesh.config.entry !== undefined || some(cluster.pods, isIn, mesh);
}

function isIn(group: PodGroup, mesh: Mesh): boolean {
  return mesh.has(group);
}

const ISTIO_KINDS: ReadonlyArray<readonly [string, string]> = [
  ...['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication'].map((kind) => ['security.istio.io', kind] as const),
  ...['Sidecar', 'DestinationRule', 'VirtualService', 'ServiceEntry', 'EnvoyFilter'].map((kind) => ['networking.istio.io', kind] as const),
];

export function hasLinkerd(cluster: ClusterModel): boolean {
  return cluster.derive(linkerdIsThere);
}

function linkerdIsThere(cluster: ClusterModel): boolean {
  return cluster.kinds.some((kind) => kind.startsWith('policy.linkerd.io/')) || some(cluster.pods, isInjected, linkerdOf(cluster));
}

function isInjected(group: PodGroup, linkerd: Linkerd): boolean {
  return linkerd.injected(group) === true;
}

/** Writes the facts of one endpoint. Those of proxies that a controller will make come later than those of the documents. */
export function markMember(cluster: ClusterModel, endpoint: Endpoint): void {
  if (hasIstio(cluster)) {
    const membership = istioMember(cluster, endpoint);
    const mesh = FACTS[membership];
    setFact(endpoint, MESH, mesh);
    if (mesh === undefined) setFact(endpoint, PRINCIPAL, undefined);
    else if (mesh !== 'none') {
      const account = accountOf(cluster, endpoint);
      setFact(endpoint, PRINCIPAL, account === undefined ? undefined : `${meshOf(cluster).config.trustDomain}/ns/${endpoint.namespace}/sa/${account}`);
    }
  }
  if (hasLinkerd(cluster)) {
    const injected = endpoint.group === undefined ? linkerdOf(cluster).byAnnotation(endpoint.namespace, undefined) : linkerdOf(cluster).injected(endpoint.group);
    if (injected === undefined || (injected === true && endpoint.serviceAccount === undefined)) setFact(endpoint, LINKERD, undefined);
    else if (injected === true) setFact(endpoint, LINKERD, `${endpoint.serviceAccount}.${endpoint.namespace}.serviceaccount.identity.linkerd.${cluster.facts.clusterDomain}`);
  }
}

function istioMember(cluster: ClusterModel, { group, kind, namespace, workload, labels }: Endpoint): Membership {
  const mesh = meshOf(cluster);
  if (group !== undefined) return mesh.memberOf(group).membership;
  const declared = declaredOf(cluster).workload({ kind: 'workload', cluster: cluster.facts.name ?? '', namespace, name: workload });
  if (declared !== undefined) return declaredMember(cluster, declared);
  if (isIstioGateway({ labels, annotations: {} }) || gatewayOf(cluster, namespace, labels) !== undefined) return 'gateway';
  // Proxies that somebody else installs, in a namespace of which the documents say nothing.
  return kind === 'Proxy' && cluster.namespace(namespace) === undefined ? 'unknown' : mesh.memberByLabels(namespace, labels).membership;
}

/** The Gateway whose proxies istiod will make. */
function gatewayOf(cluster: ClusterModel, namespace: string, labels: Labels): Entry | undefined {
  const name = labels['gateway.networking.k8s.io/gateway-name'];
  const gateway = name === undefined ? undefined : cluster.find('gateway.networking.k8s.io', 'Gateway', namespace, name);
  return gateway?.sound === true && String(gateway.spec.gatewayClassName).startsWith('istio') ? gateway : undefined;
}

/** Proxies of a Gateway run under a name of its own and its class's (pilot/pkg/config/kube/gateway/deploymentcontroller.go). */
function accountOf(cluster: ClusterModel, { group, namespace, labels, serviceAccount }: Endpoint): string | undefined {
  const gateway = group === undefined ? gatewayOf(cluster, namespace, labels) : undefined;
  return gateway === undefined ? serviceAccount : gatewayAccount(gateway);
}

export function gatewayAccount({ annotations, name, spec }: Entry): string {
  return annotations['gateway.istio.io/service-account'] ?? annotations['gateway.istio.io/name-override'] ?? (String(spec.gatewayClassName) === 'istio-waypoint' ? name : `${name}-${String(spec.gatewayClassName)}`);
}

function declaredMember(cluster: ClusterModel, workload: DeclaredWorkload): Membership {
  return declaredOf(cluster).memberOf(workload).membership;
}

/** What policies of a pod's own namespace ask of it: pods of which only an identity is known have labels, and nothing else. */
export function groupOf({ group, namespace, labels, serviceAccount, hostNetwork }: Endpoint): Pick<PodGroup, 'namespace' | 'labels' | 'annotations' | 'serviceAccount' | 'hostNetwork' | 'ports'> {
  return group ?? { namespace, labels, annotations: {}, serviceAccount: serviceAccount ?? 'default', hostNetwork, ports: [] };
}
