// Which Gateway stands behind the name of a Service: controllers make those Services, so documents name them without having them.
import type { ClusterModel } from './cluster-model';
import { envoyPolicies, isEnvoyGateway } from './envoy-gateway';
import { record, text } from './fields';
import type { GatewayView } from './gateway-api';
import { gatewayModel } from './gateway-api';
import { proxyLabels } from './http3';
import { matches, requirementsOfMap } from './selector';

/** The Gateway that a Service of this name is made for, or that an explicit Service selects. */
export function gatewayBehind(cluster: ClusterModel, namespace: string | undefined, name: string): GatewayView | undefined {
  const service = namespace === undefined ? undefined : cluster.find('', 'Service', namespace, name);
  const { gateways } = cluster.derive(gatewayModel);
  if (service) {
    // Proxies that a controller makes are meant by the labels that only it gives.
    if (!service.sound || !Object.keys(record(service.spec.selector)).some((key) => key.startsWith('gateway.'))) return undefined;
    const requirements = requirementsOfMap(service.spec.selector);
    return gateways.find(({ entry }) => matches({ ...proxyLabels(entry.namespace, entry.name), 'gateway.networking.k8s.io/gateway-name': entry.name }, requirements));
  }
  return cluster.derive(madeServices).get(name)?.find(({ home }) => home === undefined || namespace === undefined || home === namespace)?.gateway
    ?? (name.startsWith('envoy-') ? hashedNames(cluster, name) : undefined);
}

interface MadeService {
  readonly gateway: GatewayView;
  /** Undefined where the controller's own namespace holds it. */
  readonly home: string | undefined;
}

/** Services under names that can be told: `web-istio`, `cilium-gateway-web`, or the name that an EnvoyProxy gives. */
function madeServices(cluster: ClusterModel): ReadonlyMap<string, readonly MadeService[]> {
  const found = new Map<string, MadeService[]>();
  for (const gateway of cluster.derive(gatewayModel).gateways) {
    const { entry, className } = gateway;
    const given = text(cluster.derive(envoyPolicies).proxy(gateway)?.spec.provider?.kubernetes?.envoyService?.name);
    const name = isEnvoyGateway(cluster, gateway) ? given
      : gateway.implementation === 'istio' ? text(entry.annotations['gateway.istio.io/name-override']) ?? (className === 'istio' ? `${entry.name}-istio` : `${entry.name}-${className}`)
        : gateway.implementation === 'cilium' ? `cilium-gateway-${entry.name}` : undefined;
    if (name === undefined) continue;
    const known = found.get(name) ?? [];
    known.push({ gateway, home: isEnvoyGateway(cluster, gateway) ? undefined : entry.namespace });
    found.set(name, known);
  }
  return found;
}

/** `envoy-shop-web-1a2b3c4d`: namespace and name of the Gateway, cut at 48 letters, and a hash. */
function hashedNames(cluster: ClusterModel, name: string): GatewayView | undefined {
  const stem = /^envoy-(.+)-[0-9a-f]{8}$/.exec(name)?.[1];
  if (stem === undefined) return undefined;
  return cluster.derive(gatewayModel).gateways.find((gateway) => {
    const full = `${gateway.entry.namespace}-${gateway.entry.name}`;
    return (full === stem || (stem.length >= 32 && full.startsWith(stem))) && isEnvoyGateway(cluster, gateway);
  });
}
