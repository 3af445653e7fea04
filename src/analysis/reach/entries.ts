// Ways into a cluster: Services that are published on addresses of their own, and gateways and ingresses with their routes. Later layers (tunnels, VPNs) add theirs here.
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { list } from '../model/fields';
import type { AddressRange } from '../model/ranges';
import { parseRange } from '../model/ranges';
import { servicePorts } from '../model/service-ports';
import type { ExposedRoute } from './gateway/routing';
import { gatewayRouting } from './gateway/routing';
import type { Backend } from './services';
import { portOfService, targetsOf } from './services';

/** A Service that takes traffic from outside of the cluster. */
export interface PublishedPort {
  readonly is: 'service';
  readonly service: Entry;
  readonly port: number;
  /** How it is reached: an address of a load balancer, or a port of every node. */
  readonly how: 'LoadBalancer' | 'NodePort' | 'externalIPs';
  /** Only these may call; absent for everybody. */
  readonly from?: readonly AddressRange[] | undefined;
  /** The load balancer is inside of the network of its cloud. */
  readonly internal: boolean;
  /** The pods see the addresses of callers, and not those of nodes. */
  readonly keepsSource: boolean;
  readonly backends: readonly Backend[];
}

/** A route of a gateway, or a path of an Ingress. */
export interface RoutedPort {
  readonly is: 'route';
  readonly route: ExposedRoute;
  readonly backends: readonly Backend[];
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
      is: 'service', service, port: port.port, how, internal, ...ranges.length > 0 && how === 'LoadBalancer' && { from: ranges },
      keepsSource: externalTrafficPolicy === 'Local', backends: targetsOf(cluster, service, port).backends,
    }));
  });
}

function routedPorts(cluster: ClusterModel): readonly RoutedPort[] {
  return cluster.derive(gatewayRouting).exposed().filter(({ mirrored }) => !mirrored).map((route) => ({ is: 'route', route, backends: backendsOfRoute(cluster, route.backend) }));
}

/** The pods behind a backend of a route. */
export function backendsOfRoute(cluster: ClusterModel, { kind, entry, port, namespace, name }: ExposedRoute['backend'], protocol: 'TCP' | 'UDP' = 'TCP'): readonly Backend[] {
  if (kind !== 'Service' || entry === undefined || port === undefined) return [];
  const found = portOfService(entry, { text: `${namespace}/${name}:${port}`, number: port, protocol });
  return found === undefined ? [] : targetsOf(cluster, entry, found).backends;
}
