// Ways into a cluster: Services that are published on addresses of their own, and gateways and ingresses with their routes. Later layers (tunnels, VPNs) add theirs here.
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { list } from '../model/fields';
import type { AddressRange } from '../model/ranges';
import { parseRange } from '../model/ranges';
import type { ServicePort } from '../model/service-ports';
import { servicePorts } from '../model/service-ports';
import { whyUnreadable } from './aliases';
import type { Endpoint } from './endpoints';
import type { Decider, Outcome } from './flow';
import type { ExposedRoute } from './gateway/routing';
import { gatewayRouting } from './gateway/routing';
import type { Backend } from './services';
import { portOfService, serviceEndpoints, targetsOf } from './services';

/** A Service that takes traffic from outside of the cluster. */
export interface PublishedPort {
  readonly is: 'service';
  readonly service: Entry;
  readonly port: number;
  readonly protocol: string;
  /** How it is reached: an address of a load balancer, or a port of every node. */
  readonly how: 'LoadBalancer' | 'NodePort' | 'externalIPs';
  /** Only these may call; absent for everybody. */
  readonly from?: readonly AddressRange[] | undefined;
  /** The load balancer is inside of the network of its cloud. */
  readonly internal: boolean;
  /** The pods see the addresses of callers, and not those of nodes. */
  readonly keepsSource: boolean;
  readonly backends: readonly Backend[];
  readonly gap?: Gap | undefined;
}

/** A route of a gateway, or a path of an Ingress. */
export interface RoutedPort {
  readonly is: 'route';
  readonly route: ExposedRoute;
  readonly backends: readonly Backend[];
  readonly gap?: Gap | undefined;
}

/** Why none of the documents stands behind a port: nobody does, or nobody knows who. */
export interface Gap {
  readonly outcome: Exclude<Outcome, 'allowed'>;
  readonly because: string;
  readonly decidedBy: readonly Decider[];
}

/** What stands behind a port; where that is nothing, why. */
export interface Behind {
  readonly backends: readonly Backend[];
  readonly gap?: Gap | undefined;
}

export type WayIn = PublishedPort | RoutedPort;

/** Every way into a cluster: `cluster.derive(waysIn)`. */
export function waysIn(cluster: ClusterModel): readonly WayIn[] {
  return [...publishedPorts(cluster), ...routedPorts(cluster)];
}

/** Annotations by which clouds make a load balancer internal, with the value that does. */
const INTERNAL: ReadonlyArray<readonly [string, RegExp]> = [
  ['service.beta.kubernetes.io/aws-load-balancer-internal', /^(?:true|0\.0\.0\.0\/0)$/], ['service.beta.kubernetes.io/aws-load-balancer-scheme', /^internal$/],
  ['networking.gke.io/load-balancer-type', /^internal$/i], ['cloud.google.com/load-balancer-type', /^internal$/i],
  ['service.beta.kubernetes.io/azure-load-balancer-internal', /^true$/], ['service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type', /^intranet$/],
  ['service.beta.kubernetes.io/oci-load-balancer-internal', /^true$/], ['service.beta.kubernetes.io/openstack-internal-load-balancer', /^true$/],
];

function publishedPorts(cluster: ClusterModel): readonly PublishedPort[] {
  return cluster.objects('', 'Service').flatMap((service): readonly PublishedPort[] => {
    const { type, loadBalancerSourceRanges, externalTrafficPolicy, externalIPs } = service.spec;
    const how = type === 'LoadBalancer' || type === 'NodePort' ? type : list(externalIPs).length > 0 ? 'externalIPs' : undefined;
    if (how === undefined) return [];
    const ranges = list(loadBalancerSourceRanges).map((one) => parseRange(String(one).trim())).filter((one) => one !== undefined);
    const internal = how === 'LoadBalancer' && INTERNAL.some(([key, value]) => value.test(service.annotations[key] ?? ''));
    return servicePorts(service).map((port) => ({
      is: 'service', service, port: port.port, protocol: port.protocol, how, internal, ...ranges.length > 0 && how === 'LoadBalancer' && { from: ranges },
      keepsSource: externalTrafficPolicy === 'Local', ...behindPort(cluster, service, port),
    }));
  });
}

function routedPorts(cluster: ClusterModel): readonly RoutedPort[] {
  return withBackends(cluster, cluster.derive(gatewayRouting).exposed());
}

/** The routes that lead to some endpoints, perhaps among others: for those who ask about few. */
export function routesTo(cluster: ClusterModel, endpoints: ReadonlySet<Endpoint>): readonly RoutedPort[] {
  const services = new Set<Entry>();
  for (const [service, { endpoints: selected }] of cluster.derive(serviceEndpoints)) if (selected.some((endpoint) => endpoints.has(endpoint))) services.add(service);
  // These are names of others.
  for (const service of cluster.objects('', 'Service')) if (service.spec.type === 'ExternalName') services.add(service);
  return withBackends(cluster, cluster.derive(gatewayRouting).exposedTo(services));
}

function withBackends(cluster: ClusterModel, routes: readonly ExposedRoute[]): readonly RoutedPort[] {
  return routes.filter(({ mirrored }) => !mirrored).map((route) => ({ is: 'route', route, ...behindRoute(cluster, route.backend, protocolOf(route.route)) }));
}

/** What the routes of a kind carry. */
export function protocolOf(route: Entry | undefined): 'TCP' | 'UDP' {
  return route?.kind === 'UDPRoute' ? 'UDP' : 'TCP';
}

/** What stands behind a port of a Service. */
export function behindPort(cluster: ClusterModel, service: Entry, port: ServicePort): Behind {
  const { backends, missing, more } = targetsOf(cluster, service, port);
  return backends.length > 0 ? { backends } : { backends, gap: { outcome: more ? 'undetermined' : 'denied', because: missing ?? 'nothing stands behind it', decidedBy: [{ entry: service, path: ['spec'] }] } };
}

/** What stands behind a backend of a route. */
export function behindRoute(cluster: ClusterModel, { kind, entry, port, namespace, name }: ExposedRoute['backend'], protocol: 'TCP' | 'UDP'): Behind {
  const unknown = (because: string, named?: Entry): Behind => ({ backends: [], gap: { outcome: 'undetermined', because, decidedBy: named === undefined ? [] : [{ entry: named, path: [] }] } });
  if (kind !== 'Service') return unknown(`who is behind ${kind} ${namespace}/${name} is not in the documents`, entry);
  if (entry === undefined) {
    const named = cluster.find('', 'Service', namespace, name);
    return named !== undefined && !named.sound ? unknown(whyUnreadable(named), named) : unknown(`Service ${namespace}/${name} is not among the documents`);
  }
  if (port === undefined) return unknown(`which port of ${entry.toString()} is meant is not known`, entry);
  // A name for somebody outside needs to have no ports of its own.
  const found = portOfService(entry, { text: String(port), number: port, protocol })
    ?? (entry.spec.type === 'ExternalName' ? { service: entry, index: 0, name: undefined, port, protocol, targetPort: port, appProtocol: undefined } : undefined);
  return found === undefined ? { backends: [], gap: { outcome: 'denied', because: `${entry.toString()} has no port ${port} of ${protocol}`, decidedBy: [{ entry, path: ['spec', 'ports'] }] } } : behindPort(cluster, entry, found);
}
