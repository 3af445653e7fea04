// The pods of gateways and ingress controllers: those of the documents where they are, otherwise what their controller will make.
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { gatewayModel } from '../model/gateway-api';
import { classOf } from '../model/ingresses';
import { partyOfGateway } from '../model/gateway-parties';
import type { Labels } from '../model/fields';
import { labelsOf, text } from '../model/fields';
import { LabelIndex } from '../model/selector';
import type { Endpoint } from './endpoints';
import { endpointsOf, namespaceOf, NO_FACTS } from './endpoints';
import { markMember } from './mesh/members';
import { OPENSHIFT_ROUTES } from './openshift-routes';
import type { Party } from './points';

/** How lists name the proxies of a gateway whose pods are not among the documents. */
export function proxyName(door: Entry): string {
  const { kind, namespace, name } = door;
  return isOfIngressController(door) ? INGRESS_CONTROLLER : `{${kind} ${namespace === '' ? 'default' : namespace}/${name}}`;
}

/** What one controller takes for the whole cluster: Ingresses, and Routes of OpenShift. */
function isOfIngressController({ group, kind }: Entry): boolean {
  return kind === 'Ingress' || group === OPENSHIFT_ROUTES;
}

export const INGRESS_CONTROLLER: string = '{ingress-controller}';

/** Who calls the backends of a gateway or of an Ingress. Several where several workloads are its proxies. */
export function proxiesOf(cluster: ClusterModel, door: Entry): readonly Party[] {
  const known = cluster.derive(proxyCache);
  let found = known.get(door);
  if (!found) known.set(door, (found = find(cluster, door)));
  return found;
}

function proxyCache(_cluster: ClusterModel): Map<Entry, readonly Party[]> {
  return new Map();
}

function find(cluster: ClusterModel, door: Entry): readonly Party[] {
  if (isOfIngressController(door)) return ingressController(cluster, door);
  if (door.group === 'networking.istio.io' || door.group.startsWith('traefik.')) {
    const real = realProxies(cluster, door);
    return real.length > 0 ? real.map((endpoint) => ({ is: 'endpoint', endpoint })) : [{ is: 'unknown', label: proxyName(door) }];
  }
  const view = door.kind === 'Gateway' ? cluster.derive(gatewayModel).gateways.find(({ entry }) => entry === door) : undefined;
  const party = view && partyOfGateway(cluster, view);
  if (party?.is === 'cilium-ingress') return [{ is: 'entity', name: 'ingress' }];
  if (party?.is !== 'pods' || party.namespace === undefined || party.namespace === '') return [{ is: 'unknown', label: proxyName(door) }];
  const labels: Record<string, string> = {};
  for (const key of PROXY_LABELS) {
    const value = party.label(key);
    if (typeof value === 'string') labels[key] = value;
  }
  const real = endpointsWith(cluster, labels).filter(({ namespace }) => namespace === party.namespace);
  if (real.length > 0) return real.map((endpoint) => ({ is: 'endpoint', endpoint }));
  return [{ is: 'endpoint', endpoint: synthetic(cluster, proxyName(door), party.namespace, labels, true) }];
}

/** The proxies that a Gateway of Istio selects, in whatever namespace; those of Traefik by their usual name. */
function realProxies(cluster: ClusterModel, { group, spec }: Entry): readonly Endpoint[] {
  return endpointsWith(cluster, group === 'networking.istio.io' ? labelsOf(spec.selector) : { 'app.kubernetes.io/name': 'traefik' });
}

/** The endpoints that carry all of these labels; without labels nobody. */
function endpointsWith(cluster: ClusterModel, labels: Labels): readonly Endpoint[] {
  return Object.keys(labels).length === 0 ? NOBODY : cluster.derive(endpointLabels).selectByMap(labels);
}

const NOBODY: readonly Endpoint[] = [];

function endpointLabels(cluster: ClusterModel): LabelIndex<Endpoint> {
  return new LabelIndex(cluster.derive(endpointsOf));
}

const PROXY_LABELS: readonly string[] = [
  'gateway.envoyproxy.io/owning-gateway-name', 'gateway.envoyproxy.io/owning-gateway-namespace', 'gateway.networking.k8s.io/gateway-name', 'app.kubernetes.io/name', 'app.kubernetes.io/component',
  'app.kubernetes.io/managed-by', 'istio',
];

const CONTROLLER_NAMES: ReadonlySet<string> = new Set(['ingress-nginx', 'nginx-ingress', 'traefik', 'haproxy-ingress', 'kubernetes-ingress', 'contour', 'kong']);

/** Controllers by their usual names, where the class of an Ingress tells which of them; otherwise somebody without labels, in a namespace of his own. */
function ingressController(cluster: ClusterModel, door: Entry): readonly Party[] {
  const real = cluster.derive(ingressControllers);
  if (real.length === 0) return [{ is: 'endpoint', endpoint: synthetic(cluster, INGRESS_CONTROLLER, 'ingress-controller-ns', {}, false) }];
  if (new Set(real.map(controllerName)).size === 1) return real.map((endpoint) => ({ is: 'endpoint', endpoint }));
  const className = classOf(door) ?? '';
  const words = `${className} ${text(cluster.find('networking.k8s.io', 'IngressClass', '', className)?.spec.controller) ?? ''}`.toLowerCase();
  const taking = real.filter((endpoint) => controllerName(endpoint).split('-').some((word) => word !== 'ingress' && words.includes(word)));
  return new Set(taking.map(controllerName)).size === 1 ? taking.map((endpoint) => ({ is: 'endpoint', endpoint })) : [{ is: 'unknown', label: INGRESS_CONTROLLER }];
}

function ingressControllers(cluster: ClusterModel): readonly Endpoint[] {
  return cluster.derive(endpointsOf).filter((endpoint) => CONTROLLER_NAMES.has(controllerName(endpoint)));
}

function controllerName({ labels }: Endpoint): string {
  return labels['app.kubernetes.io/name'] ?? labels.app ?? '';
}

function synthetic(cluster: ClusterModel, name: string, namespace: string, labels: Labels, moreLabels: boolean): Extract<Party, { is: 'endpoint' }>['endpoint'] {
  const endpoint: Extract<Party, { is: 'endpoint' }>['endpoint'] = {
    name, namespace, workload: name, kind: 'Proxy', labels, moreLabels, ...namespaceOf(cluster, namespace),
    serviceAccount: undefined, hostNetwork: false, namedPorts: new Map(), facts: NO_FACTS,
  };
  markMember(cluster, endpoint);
  return endpoint;
}
