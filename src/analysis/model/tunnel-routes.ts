// Where a tunnel's rules lead inside of the clusters: the Service, the Gateway behind it, and the listeners at the port.
import type { ClusterModel, World } from './cluster-model';
import type { ServiceOrigin, Tunnel, TunnelRule } from './edge';
import { originService, tunnels } from './edge';
import type { Entry } from './entry';
import type { GatewayView, Listener } from './gateway-api';
import { gatewayBehind } from './gateway-services';

export interface TunnelWay {
  readonly tunnel: Tunnel;
  readonly rule: TunnelRule;
  readonly origin: ServiceOrigin;
  readonly cluster: ClusterModel;
  /** The Service, when the documents have it. */
  readonly service: Entry | undefined;
  readonly gateway: GatewayView | undefined;
  /** The Gateway's listeners at the port of the origin. */
  readonly listeners: readonly Listener[];
}

/** The ways of every rule that names a Service, in each cluster that may be meant. */
export function tunnelWays(world: World): readonly TunnelWay[] {
  return tunnels(world).flatMap((tunnel) => tunnel.rules.flatMap((rule) => world.clusters.flatMap((cluster): TunnelWay[] => {
    const origin = originService(rule.service, cluster.facts.clusterDomain, tunnel.namespace);
    if (!origin) return [];
    const gateway = gatewayBehind(cluster, origin.namespace, origin.name);
    const service = origin.namespace === undefined ? undefined : cluster.find('', 'Service', origin.namespace, origin.name);
    return [{ tunnel, rule, origin, cluster, service, gateway, listeners: gateway?.listeners.filter(({ port }) => port === origin.port) ?? [] }];
  })));
}
